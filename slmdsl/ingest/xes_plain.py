"""Traces of XES as nearly all tools write them, many at once: a check of every byte, then columns without a loop.

Plain traces hold nothing but `<trace>`, `<event>` and `<TYPE key="KEY" value="VALUE"/>`, with blanks between tags. What
is not plain to the last byte is left to the parser of XML (`xes_records`), which reads plain traces alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    Places = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

END: Final = b"</trace>"
_PAD: Final = bytes(8)


def _word(text: bytes) -> int:
    return int.from_bytes(text.ljust(8, b"\0"), "little")


_TRACE, _TRACE_END, _EVENT, _EVENT_END = range(4)
_SEVEN: Final = np.uint64(2**56 - 1)
_OUTER = {b"<trace>": _TRACE, b"<event>": _EVENT}
_OUTER_ENDS = {b"</trace>": _TRACE_END, b"</event>": _EVENT_END}
_KEY: Final = np.uint64(_word(b' key="'))
_VALUE: Final = np.uint64(_word(b' value="'))
# The first eight bytes of an attribute's tag, and how far behind its start the key's quote opens.
_TYPES = {
    b"<string ": 12,
    b"<date ke": 10,
    b"<int key": 9,
    b"<float k": 11,
    b"<boolean": 13,
    b"<id key=": 8,
}
_FOLLOWS = np.zeros((4, 4), np.bool_)
for _first, _second in (
    (_TRACE, _EVENT),
    (_TRACE, _TRACE_END),
    (_EVENT, _EVENT_END),
    (_EVENT_END, _EVENT),
    (_EVENT_END, _TRACE_END),
    (_TRACE_END, _TRACE),
):
    _FOLLOWS[_first, _second] = True
_ENTITY = re.compile(rb"&(?:amp|lt|gt|quot|apos);")
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


class _NotPlainError(Exception):
    """Something that the parser of XML must look at."""


def plain_events(text: bytes, own: Mapping[str, int], of_trace: Mapping[str, int]) -> list[pl.Series] | None:
    """Return the wanted attributes of the events of whole traces; None if these are not plain.

    Args:
        text: what follows a trace, up to the end of another one.
        own: the wanted keys of events, each with the place of its column.
        of_trace: those of traces.
    """
    try:
        return _Block.of(text).columns(own, of_trace)
    except (_NotPlainError, UnicodeDecodeError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """The tags of whole traces.

    `outer` holds the codes of the tags of traces and events, `held_by` for each attribute the place of the one before
    it, and `quotes` where its four quotes are.
    """

    text: bytes
    words: npt.NDArray[np.uint64]
    outer: npt.NDArray[np.int8]
    held_by: Places
    quotes: npt.NDArray[np.int64]

    @classmethod
    def of(cls, text: bytes) -> _Block:
        """Check every byte. Raises _NotPlainError, or UnicodeDecodeError."""
        seen = np.frombuffer(text, np.uint8)
        starts, ends, quotes = (np.flatnonzero(seen == ord(mark)) for mark in '<>"')
        _check_tags(seen, starts, ends)
        if not text.isascii():
            text.decode()
        if any(mark in text for mark in _NO_CHARACTERS) or text.count(b"&") != len(_ENTITY.findall(text)):
            raise _NotPlainError
        # Every eight bytes as a number, from each byte on.
        words = np.ndarray((len(text),), "<u8", text + _PAD, strides=(1,))
        before = np.searchsorted(quotes, starts)
        quoted = np.diff(before, append=len(quotes))
        leaf = quoted == 4  # noqa: PLR2004 - those of a key and a value
        if not (leaf | (quoted == 0)).all():
            raise _NotPlainError
        outer = _outer(words, starts[~leaf], ends[~leaf])
        found = quotes[before[leaf][:, None] + np.arange(4)]
        _check_attributes(seen, words, starts[leaf], ends[leaf], found)
        held_by = np.cumsum(~leaf)[leaf] - 1
        if not np.isin(outer[held_by], (_TRACE, _EVENT)).all():
            raise _NotPlainError
        return cls(text=text, words=words, outer=outer, held_by=held_by, quotes=found)

    def columns(self, own: Mapping[str, int], of_trace: Mapping[str, int]) -> list[pl.Series]:
        """Return one column for each wanted key, by its place. Raises _NotPlainError for a key that is said twice."""
        is_event = self.outer == _EVENT
        event, trace = np.cumsum(is_event) - 1, np.cumsum(self.outer == _TRACE) - 1
        holder = self.outer[self.held_by]
        found: dict[int, pl.Series] = {}
        for key, place in own.items():
            at = self._with_key(key, np.flatnonzero(holder == _EVENT))
            found[place] = self._values(at, event[self.held_by[at]], int(is_event.sum()))
        for key, place in of_trace.items():
            at = self._with_key(key, np.flatnonzero(holder == _TRACE))
            of_traces = self._values(at, trace[self.held_by[at]], int((self.outer == _TRACE).sum()))
            found[place] = of_traces.gather(pl.Series(trace[is_event], dtype=pl.UInt32))
        return [found[place] for place in sorted(found)]

    def _with_key(self, key: str, among: Places) -> Places:
        """Return which attributes have a key."""
        wanted = key.encode()
        first = self.quotes[among, 0] + 1
        at: Places = among[self.quotes[among, 1] - first == len(wanted)]
        for start in range(0, len(wanted), 8):
            part = wanted[start : start + 8]
            mask = np.uint64(2 ** (8 * len(part)) - 1)
            at = at[self.words[self.quotes[at, 0] + 1 + start] & mask == np.uint64(_word(part))]
        return at

    def _values(self, at: Places, rows: Places, count: int) -> pl.Series:
        """Return the values of attributes as a column, null in rows that have none."""
        if (np.diff(rows) == 0).any():
            raise _NotPlainError
        first, last = self.quotes[at, 2] + 1, self.quotes[at, 3]
        # Each value is taken with the quote behind it, which then parts it from the next.
        lengths = last - first + 1
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        picked = np.repeat(first - (ends - lengths), lengths) + np.arange(total)
        joined = np.frombuffer(self.text, np.uint8)[picked].tobytes().decode()
        values = pl.Series(joined.split('"')[:-1], dtype=pl.String)
        if "&" in joined:
            for written, meant in _ENTITIES:
                values = values.str.replace_all(written, meant, literal=True)
        if len(at) == count:
            return values
        places = np.full(count, -1, np.int64)
        places[rows] = np.arange(len(rows))
        known = pl.Series(places)
        return values.gather(known.set(known < 0, None).cast(pl.UInt32))


def _check_tags(seen: npt.NDArray[np.uint8], starts: Places, ends: Places) -> None:
    """Tags stand one behind the other, with blanks between them and one line each."""
    if not len(starts) or len(starts) != len(ends):
        raise _NotPlainError
    marks = np.empty(2 * len(starts), np.int64)
    marks[0::2], marks[1::2] = starts, ends
    if not (np.diff(marks) > 0).all() or ends[-1] != len(seen) - 1:
        raise _NotPlainError
    low = seen < 32  # noqa: PLR2004 - the blank
    allowed = (seen == 9) | (seen == 10) | (seen == 13)  # noqa: PLR2004 - tab, line feed, carriage return
    if (low & ~allowed).any() or (seen[: starts[0]] > 32).any():  # noqa: PLR2004 - the blank
        raise _NotPlainError
    inside = np.add.reduceat(low.view(np.int8), marks, dtype=np.int32)[0::2]
    between = np.add.reduceat((seen > 32).view(np.int8), marks, dtype=np.int32)[1::2]  # noqa: PLR2004 - the blank
    if inside.any() or (between != 1).any():  # the one is the tag's own `>`
        raise _NotPlainError


def _outer(words: npt.NDArray[np.uint64], starts: Places, ends: Places) -> npt.NDArray[np.int8]:
    """Return the codes of the tags of traces and events, which must nest."""
    codes = np.full(len(starts), -1, np.int8)
    lengths, found = ends - starts, words[starts]
    for tag, code in _OUTER.items():
        codes[(found & _SEVEN == np.uint64(_word(tag))) & (lengths == len(tag) - 1)] = code
    for tag, code in _OUTER_ENDS.items():
        codes[(found == np.uint64(_word(tag))) & (lengths == len(tag) - 1)] = code
    if not len(codes) or codes.min() < 0 or codes[0] != _TRACE or codes[-1] != _TRACE_END:
        raise _NotPlainError
    if not _FOLLOWS[codes[:-1], codes[1:]].all():
        raise _NotPlainError
    return codes


def _check_attributes(
    seen: npt.NDArray[np.uint8],
    words: npt.NDArray[np.uint64],
    starts: Places,
    ends: Places,
    quotes: npt.NDArray[np.int64],
) -> None:
    """Attributes are `<TYPE key="KEY" value="VALUE"/>`, maybe with a blank before the last two characters."""
    first, offset = words[starts], quotes[:, 0] - starts
    typed = np.zeros(len(starts), np.bool_)
    for tag, distance in _TYPES.items():
        typed |= (first == np.uint64(_word(tag))) & (offset == distance)
    if not typed.all() or (words[quotes[:, 0] - 7] >> np.uint64(16) != _KEY).any():
        raise _NotPlainError
    if (quotes[:, 2] - quotes[:, 1] != 8).any() or (words[quotes[:, 1] + 1] != _VALUE).any():  # noqa: PLR2004 - of ` value="`
        raise _NotPlainError
    tail = ends - quotes[:, 3]
    closed = seen[ends - 1] == ord("/")
    if not (closed & ((tail == 2) | ((tail == 3) & (seen[ends - 2] == ord(" "))))).all():  # noqa: PLR2004 - `/>`, ` />`
        raise _NotPlainError

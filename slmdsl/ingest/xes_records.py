"""Read XES, event by event: the columns are the keys of events, and `case:KEY` for those of their traces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from slmdsl.ingest.batches import Batch
from slmdsl.ingest.codes import TOO_LARGE
from slmdsl.ingest.limits import IngestError
from slmdsl.ingest.markup import Markup
from slmdsl.ingest.xes_plain import END, plain_events

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from slmdsl.base.spans import Span
    from slmdsl.ingest.limits import Limits, Stream
    from slmdsl.ingest.markup import Attributes

OF_TRACE = "case:"
_BLOCK = 1 << 18
_ROWS = 10_000
_LOOKED_AT = 10_000
_MOST_OF_A_TRACE = 1_000_000


def read_names(stream: Stream, wanted: Sequence[str], named: str, span: Span, limits: Limits) -> list[str]:
    """Return the columns that the first events and their traces have, in order of appearance.

    An attribute may be rare: the log is read on, to its end if need be, while a wanted one has not been seen.
    """
    own, of_trace = _Noted(""), _Noted(OF_TRACE)
    walk = XesWalk(own, of_trace, 0, named, span, limits)
    names: dict[str, None] = {}
    while block := stream.read(_BLOCK):
        walk.feed(block)
        walk.take()
        names = of_trace.names | own.names
        if len(names) > limits.columns:
            message = f"`{named}` has more than {limits.columns} kinds of attributes"
            raise IngestError([TOO_LARGE.at(span, message)])
        if walk.events >= _LOOKED_AT and all(name in names for name in wanted):
            return list(names)
    walk.finish()
    return list(names)


def xes_batches(
    stream: Stream, size: int, wanted: Sequence[str], named: str, span: Span, limits: Limits
) -> Iterator[Batch]:
    """Yield the events of a log, numbered in the order of the file; `size` is that of the file in packed bytes."""
    own = {name: place for place, name in enumerate(wanted) if not name.startswith(OF_TRACE)}
    of_trace = {
        name.removeprefix(OF_TRACE): place for place, name in enumerate(wanted) if name.startswith(OF_TRACE)
    }
    walk = XesWalk(own, of_trace, len(wanted), named, span, limits)
    head = stream.read(_BLOCK)
    cut = head.find(END) + len(END)
    if cut >= len(END):
        walk.feed(head[:cut])
        head = head[cut:]
    if wanted and walk.between_traces:
        yield _batch(walk, wanted, 0.0)
        head = yield from _plain(stream, head, walk, size, wanted, (own, of_trace), limits)
    walk.feed(head)
    while block := stream.read(_BLOCK):
        walk.feed(block)
        if walk.settled >= _ROWS:
            yield _batch(walk, wanted, stream.position / max(size, 1))
        _check_count(walk.events, named, span, limits)
    walk.finish()
    yield _batch(walk, wanted, 1.0)


def _plain(
    stream: Stream,
    held: bytes,
    walk: XesWalk,
    size: int,
    wanted: Sequence[str],
    keys: tuple[dict[str, int], dict[str, int]],
    limits: Limits,
) -> Generator[Batch, None, bytes]:
    """Yield the events of plain traces, and return what is read and not plain, or no whole trace."""
    frames: list[pl.DataFrame] = []
    block = held
    while block and len(held) <= limits.record_bytes:
        cut = held.rfind(END) + len(END)
        if cut >= len(END):
            columns = plain_events(held[:cut], *keys)
            if columns is None:
                break
            frames.append(pl.DataFrame(dict(zip(wanted, columns, strict=True))))
            walk.markup.skip(held.count(b"\n", 0, cut))
            held = held[cut:]
        if sum(frame.height for frame in frames) >= _ROWS:
            yield walk.numbered(pl.concat(frames), stream.position / max(size, 1))
            frames = []
        block = stream.read(_BLOCK)
        held += block
    if frames:
        yield walk.numbered(pl.concat(frames), stream.position / max(size, 1))
    return held


def _check_count(events: int, named: str, span: Span, limits: Limits) -> None:
    if events > limits.rows:
        raise IngestError([TOO_LARGE.at(span, f"`{named}` has more than {limits.rows} events")])


def _batch(walk: XesWalk, wanted: Sequence[str], share: float) -> Batch:
    first, cells, broken = walk.take()
    columns = list(zip(*cells, strict=True)) or [()] * len(wanted)
    frame = pl.DataFrame(
        [pl.Series(name, column, dtype=pl.String) for name, column in zip(wanted, columns, strict=True)]
    )
    rows = np.arange(first, first + len(cells), dtype=np.int32)
    if broken:
        keep = ~np.isin(rows, list(broken))
        frame, rows = frame.filter(pl.Series(keep)), rows[keep]
    return Batch(frame=frame, rows=rows, broken=tuple(sorted(broken.items())), share=share)


class _Noted(dict[str, int]):
    """No key is wanted, and each that is asked for is noted."""

    def __init__(self, before: str) -> None:
        super().__init__()
        self.names: dict[str, None] = {}
        self._before = before

    def get(self, key: str, default: object = None) -> None:  # type: ignore[override]  # it never has one
        """Note the key."""
        del default
        self.names[self._before + key] = None


class XesWalk:
    """From XML to the wanted attributes of events.

    `own` and `of_trace` say in which of `width` cells the attributes of events and of traces go. An attribute of a
    trace that stands behind its events counts for these too, so events are settled when their trace ends. Attributes
    of attributes, of the log, and what `global`, `extension` and `classifier` say, are passed over.
    """

    def __init__(
        self,
        own: dict[str, int],
        of_trace: dict[str, int],
        width: int,
        named: str,
        span: Span,
        limits: Limits,
    ) -> None:
        self._own = own
        self._of_trace = of_trace
        self._named = named
        self._span = span
        self._limits = limits
        self._blank: list[str | None] = [None] * width
        self._trace = self._blank
        self._row = self._blank
        self._cells: list[list[str | None]] = []
        self._broken: dict[int, str] = {}
        self._trace_twice = ""
        self._at_end = False
        self._first = 1
        self._depth = 0
        self._event = "event"
        # Where the attributes of what is open stand: 3 in a trace, one below an event, 0 elsewhere.
        self._leaf = 0
        self._keys = own
        self.settled = 0
        self.markup = Markup(named, span, limits, opened=self._opened, closed=self._closed)
        self.feed, self.finish = self.markup.feed, self.markup.finish

    @property
    def between_traces(self) -> bool:
        """Whether the last thing read is a trace's end, and that in UTF-8, so that others may read what follows."""
        return self._at_end and self.markup.encoding in ("utf-8", "us-ascii", "ascii")

    def numbered(self, frame: pl.DataFrame, share: float) -> Batch:
        """Return events that were read by others, with the numbers that they have in the log."""
        first = self._first
        self._first += frame.height
        _check_count(self._first - 1, self._named, self._span, self._limits)
        rows = np.arange(first, self._first, dtype=np.int32)
        return Batch(frame=frame, rows=rows, share=share)

    @property
    def events(self) -> int:
        """How many events were begun."""
        return self._first - 1 + len(self._cells)

    def take(self) -> tuple[int, list[list[str | None]], dict[int, str]]:
        """Return the first settled event's number, the cells of all settled ones, and which are broken, why."""
        first, count = self._first, self.settled
        cells, self._cells = self._cells[:count], self._cells[count:]
        broken = {row: why for row, why in self._broken.items() if row < first + count}
        self._broken = {row: why for row, why in self._broken.items() if row >= first + count}
        self._first, self.settled = first + count, 0
        return first, cells, broken

    def _opened(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth == self._leaf:
            if self._leaf == 3 and self._keys is self._of_trace and name == self._event:  # noqa: PLR2004 - log, trace, event
                self._begin_event()
                return
            self._attribute(attributes)
        elif self._depth <= 2:  # noqa: PLR2004 - log, then trace
            self._outer(name)
        elif self._depth > self._limits.depth:
            self.markup.too_deep()

    def _attribute(self, attributes: Attributes) -> None:
        if len(attributes) == 4 and attributes[0] == "key" and attributes[2] == "value":  # noqa: PLR2004 - two pairs
            key, value = attributes[1], attributes[3]
        else:
            told = dict(zip(attributes[::2], attributes[1::2], strict=True))
            if "key" not in told or "value" not in told:
                if "key" in told:
                    self._keys.get(told["key"])
                return  # lists and containers have no value of their own
            key, value = told["key"], told["value"]
        place = self._keys.get(key)
        if place is not None:
            if self._row[place] is not None:
                self._twice(key)
            self._row[place] = value

    def _outer(self, name: str) -> None:
        if self._depth == 1:
            local = name.rpartition(":")[2]
            if local != "log":
                self.markup.fail(f"its outermost element is `{name[:60]}`, not `log`")
            self._event = name.removesuffix("log") + "event"
        elif name == self._event:
            self._begin_event()
        elif name == self._event.removesuffix("event") + "trace":
            self._leaf, self._keys = 3, self._of_trace
            self._trace = self._row = self._blank.copy()

    def _begin_event(self) -> None:
        self._row = self._trace.copy() if self._depth == 3 else self._blank.copy()  # noqa: PLR2004 - log, trace, event
        self._cells.append(self._row)
        self._leaf, self._keys = self._depth + 1, self._own
        if len(self._cells) - self.settled > _MOST_OF_A_TRACE:
            message = f"`{self._named}` has a trace of more than {_MOST_OF_A_TRACE:_} events"
            raise IngestError([TOO_LARGE.at(self._span, message)])

    def _closed(self, _: str) -> None:
        self._depth -= 1
        if self._depth != self._leaf - 2:
            return
        if self._keys is self._own and self._depth == 2:  # noqa: PLR2004 - an event of a trace ends
            self._leaf, self._keys, self._row = 3, self._of_trace, self._trace
            return
        if self._keys is self._of_trace:
            self._complete()
            self._at_end = self.markup.behind == len(END)
        self._leaf, self._keys = 0, self._own
        self.settled = len(self._cells)

    def _complete(self) -> None:
        """Give a trace's attributes to those of its events that stood before them."""
        for row in self._cells[self.settled :]:
            for place in self._of_trace.values():
                row[place] = self._trace[place]
        if self._trace_twice:
            first = self._first + self.settled
            why = f'its trace has "{self._trace_twice}" more than once'
            self._broken |= dict.fromkeys(range(first, self.events + 1), why)
            self._trace_twice = ""

    def _twice(self, key: str) -> None:
        """Note that an event, or a trace with all its events, says an attribute twice."""
        if self._keys is self._own:
            self._broken[self.events] = f'it has "{key}" more than once'
        else:
            self._trace_twice = key

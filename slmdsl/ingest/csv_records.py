"""Read csv in blocks of whole records.

A block's records are found, counted and checked on its bytes (cells, NUL, UTF-8) before polars parses the good
ones; so one bad row costs one row. A block whose quotes stand in odd places is read record by record instead.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import polars as pl

from slmdsl.ingest.batches import Batch
from slmdsl.ingest.codes import TOO_LARGE, UNREADABLE
from slmdsl.ingest.limits import IngestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from slmdsl.base.spans import Span
    from slmdsl.ingest.limits import Limits, Stream

_BLOCK = 8 << 20
_NEWLINE, _RETURN, _QUOTE, _ASCII = 10, 13, 34, 128
_MARK = b"\xef\xbb\xbf"
_MOST_RESTARTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Csv:
    """How a csv file is read: its name and place for diagnostics, its delimiter (one ASCII character), its limits."""

    named: str
    span: Span
    delimiter: str
    limits: Limits

    def fail(self, why: str) -> NoReturn:
        """Say that the file cannot be read on."""
        raise IngestError([UNREADABLE.at(self.span, f"`{self.named}`: {why}")])


def read_header(stream: Stream, how: Csv) -> tuple[list[str], bytes]:
    """Return the names in the header line, and the bytes read beyond it."""
    held = stream.read(_BLOCK)
    if held[:2] in (b"\xff\xfe", b"\xfe\xff"):
        how.fail("it is UTF-16; save it as UTF-8")
    held = held.removeprefix(_MARK)
    cut = _first_record(held)
    try:
        text = held[:cut].decode("utf-8")
    except UnicodeDecodeError:
        how.fail("its header is not UTF-8; save it as UTF-8")
    try:
        names = next(csv.reader([text], delimiter=how.delimiter), [])
    except csv.Error as broken:
        how.fail(f"its header cannot be read: {broken}")
    if not names or "\0" in text:
        how.fail("it has no header line")
    if len(names) > how.limits.columns:
        message = f"`{how.named}` has {len(names)} columns, more than {how.limits.columns}"
        raise IngestError([TOO_LARGE.at(how.span, message)])
    return names, held[cut:]


def _first_record(held: bytes) -> int:
    """Return where the first record ends, line end included."""
    at = held.find(b"\n")
    while at >= 0 and held.count(b'"', 0, at) % 2:
        at = held.find(b"\n", at + 1)
    return at + 1 if at >= 0 else len(held)


def csv_batches(
    stream: Stream, held: bytes, size: int, names: Sequence[str], wanted: Sequence[str], how: Csv
) -> Iterator[Batch]:
    """Yield the records after the header; `held` are bytes already read, `size` the file's packed bytes."""
    shape = _Shape(
        how=how, width=len(names), wanted=tuple(wanted), places=tuple(names.index(n) for n in wanted)
    )
    row, restarts = 0, 0
    ended = False
    while not ended:
        block = stream.read(_BLOCK)
        ended = not block
        held += block
        if ended and held and not held.endswith(b"\n"):
            held += b"\n"
        found = _Records.of(held, shape) if held else None
        if found is None:
            continue
        if found.odd or (ended and found.unclosed):
            slow = _one_by_one(held, shape, row, restarts, ended=ended)
            batch, used, row, restarts = slow.batch, slow.used, slow.row, slow.restarts
        else:
            batch, used, row = found.batch(held, shape, row)
        held = held[used:]
        if len(held) > how.limits.record_bytes:
            mib = how.limits.record_bytes >> 20
            message = f"`{how.named}`: row {row + 1} is longer than {mib} MiB, or its quote is never closed"
            raise IngestError([TOO_LARGE.at(how.span, message)])
        if row > how.limits.rows:
            raise IngestError([TOO_LARGE.at(how.span, f"`{how.named}` has more than {how.limits.rows} rows")])
        yield Batch(
            frame=batch.frame, rows=batch.rows, broken=batch.broken, share=stream.position / max(size, 1)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """How many cells a record has, and which of them are wanted."""

    how: Csv
    width: int
    wanted: tuple[str, ...]
    places: tuple[int, ...]

    def frame(self, columns: Sequence[Sequence[str | None]]) -> pl.DataFrame:
        """Return wanted cells, column by column, as text; empty cells are null."""
        named = zip(self.wanted, columns, strict=True)
        return pl.DataFrame([pl.Series(name, cells, dtype=pl.String) for name, cells in named])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Records:
    """Where the whole records of a block end, and how many cells each has.

    `odd`: quotes stand where none should. `unclosed`: the last quote opens and does not close in this block.
    """

    ends: npt.NDArray[np.int64]
    cells: npt.NDArray[np.int64]
    odd: bool
    unclosed: bool

    @classmethod
    def of(cls, held: bytes, shape: _Shape) -> _Records:
        seen = np.frombuffer(held, np.uint8)
        delimiter = ord(shape.how.delimiter)
        quotes = np.flatnonzero(seen == _QUOTE)
        ends = _outside(np.flatnonzero(seen == _NEWLINE), quotes)
        splits = _outside(np.flatnonzero(seen == delimiter), quotes)
        before = np.searchsorted(splits, ends)
        cells = np.diff(before, prepend=0) + 1
        return cls(
            ends=ends, cells=cells, odd=_odd_quotes(seen, quotes, delimiter), unclosed=len(quotes) % 2 == 1
        )

    def batch(self, held: bytes, shape: _Shape, row: int) -> tuple[Batch, int, int]:
        """Parse the good records; return them, the bytes used and the last row's number."""
        if not len(self.ends):
            return Batch(frame=shape.frame([[]] * len(shape.wanted)), rows=np.zeros(0, np.int32)), 0, row
        used = int(self.ends[-1]) + 1
        seen = np.frombuffer(held, np.uint8, used)
        lengths = np.diff(self.ends, prepend=-1)
        blank = (lengths == 1) | ((lengths == 2) & (seen[np.maximum(self.ends - 1, 0)] == _RETURN))  # noqa: PLR2004
        numbers = row + np.cumsum(~blank)
        bad = self._bad(held[:used], seen, shape, blank)
        good = ~blank
        good[list(bad)] = False
        data = held[:used] if good.all() else seen[np.repeat(good, lengths)].tobytes()
        frame = _parsed(data, shape, int(good.sum()))
        broken = tuple((int(numbers[place]), reason) for place, reason in sorted(bad.items()))
        return Batch(frame=frame, rows=numbers[good].astype(np.int32), broken=broken), used, int(numbers[-1])

    def _bad(
        self, data: bytes, seen: npt.NDArray[np.uint8], shape: _Shape, blank: npt.NDArray[np.bool_]
    ) -> dict[int, str]:
        """Return the places of records that cannot be read, with the reason."""
        bad: dict[int, str] = {}
        for place in np.flatnonzero((self.cells != shape.width) & ~blank).tolist():
            bad[place] = f"it has {self.cells[place]} cells where the header has {shape.width}"
        for place in np.unique(np.searchsorted(self.ends, np.flatnonzero(seen == 0))).tolist():
            bad[place] = "it holds a NUL character"
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            starts = np.concatenate([[0], self.ends[:-1] + 1])
            for place in np.unique(np.searchsorted(self.ends, np.flatnonzero(seen >= _ASCII))).tolist():
                if not _is_utf8(data[starts[place] : self.ends[place]]):
                    bad[place] = "it is not UTF-8"
        return bad


def _outside(positions: npt.NDArray[np.int64], quotes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the positions that stand outside quotes: after an even number of them."""
    return positions[np.searchsorted(quotes, positions) % 2 == 0] if len(quotes) else positions


def _odd_quotes(seen: npt.NDArray[np.uint8], quotes: npt.NDArray[np.int64], delimiter: int) -> bool:
    """Whether a quote opens elsewhere than at the start of a cell, or closes elsewhere than at its end."""
    opens, closes = quotes[0::2], quotes[1::2]
    before = seen[opens[opens > 0] - 1]
    after = seen[closes[closes < len(seen) - 1] + 1]
    allowed = (delimiter, _NEWLINE, _RETURN, _QUOTE)
    return not (np.isin(before, allowed).all() and np.isin(after, allowed).all())


def _is_utf8(record: bytes) -> bool:
    try:
        record.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _parsed(data: bytes, shape: _Shape, count: int) -> pl.DataFrame:
    """Parse records that are known to be whole."""
    if not count:
        return shape.frame([[]] * len(shape.wanted))
    places = sorted(set(shape.places))
    frame = pl.read_csv(
        data, has_header=False, columns=places, separator=shape.how.delimiter, infer_schema=False
    )
    frame.columns = [str(place) for place in places]
    if frame.height != count:
        # Never seen; but a row must not take another's number.
        shape.how.fail(f"{count} records were read as {frame.height} rows")
    return frame.select(
        pl.col(str(place)).alias(name) for name, place in zip(shape.wanted, shape.places, strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slow:
    """What reading record by record gave: rows, bytes used, the last row's number, quotes that were given up."""

    batch: Batch
    used: int
    row: int
    restarts: int


def _one_by_one(held: bytes, shape: _Shape, row: int, restarts: int, *, ended: bool) -> _Slow:
    """Read a block with the standard reader. A quote that is never closed costs its line, not the rest."""
    lines = held.split(b"\n")[:-1]
    cells: list[list[str]] = []
    numbers: list[int] = []
    broken: list[tuple[int, str]] = []
    at, used = 0, 0
    while at < len(lines):
        feed = _Feed(lines, at)
        reader = csv.reader(feed, delimiter=shape.how.delimiter)
        for record in _until_broken(reader):
            if feed.starved:
                break
            used += sum(len(line) + 1 for line in lines[at : feed.at])
            at = feed.at
            if not record:
                continue
            row += 1
            if problem := _problem(record, shape.width):
                broken.append((row, problem))
            else:
                cells.append([record[place] for place in shape.places])
                numbers.append(row)
        if at >= len(lines) or (feed.starved and not ended):
            break
        row, restarts = row + 1, restarts + 1
        if restarts > _MOST_RESTARTS:
            shape.how.fail("its quotes do not match; is it csv with this delimiter?")
        broken.append((row, "its quote is never closed"))
        used, at = used + len(lines[at]) + 1, at + 1
    columns = [[record[place] or None for record in cells] for place in range(len(shape.wanted))]
    rows = np.array(numbers, np.int32)
    batch = Batch(frame=shape.frame(columns), rows=rows, broken=tuple(broken))
    return _Slow(batch=batch, used=used, row=row, restarts=restarts)


class _Feed:
    """Lines for the standard reader, counted; `starved` when it asked for more than there are."""

    def __init__(self, lines: Sequence[bytes], at: int) -> None:
        self._lines = lines
        self.at = at
        self.starved = False

    def __iter__(self) -> Iterator[str]:
        while self.at < len(self._lines):
            line = self._lines[self.at]
            self.at += 1
            yield line.decode("utf-8", "surrogateescape").replace("\0", "\ufffe") + "\n"
        self.starved = True


def _until_broken(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield records until the reader gives up (a cell beyond the standard library's limit)."""
    try:
        yield from reader
    except csv.Error:
        return


def _problem(record: list[str], width: int) -> str | None:
    """Say what keeps a record from being taken."""
    if len(record) != width:
        return f"it has {len(record)} cells where the header has {width}"
    joined = "".join(record)
    if "\ufffe" in joined:
        return "it holds a NUL character"
    try:
        joined.encode("utf-8")
    except UnicodeEncodeError:  # what could not be decoded stands there as surrogates
        return "it is not UTF-8"
    return None

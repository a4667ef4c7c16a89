"""Read a sheet of a workbook, row by row: the first row that is not empty names the columns.

Not by way of calamine, which lays a sheet out as a full grid: two cells at its corners make it ask for 550 GB.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from slmdsl.ingest.archives import opened_archive
from slmdsl.ingest.cells import Unreadable, batch_of
from slmdsl.ingest.codes import TOO_LARGE
from slmdsl.ingest.limits import IngestError
from slmdsl.ingest.markup import Markup
from slmdsl.ingest.workbook import local, read_workbook, unescaped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from slmdsl.base.spans import Span
    from slmdsl.ingest.batches import Batch
    from slmdsl.ingest.limits import Limits
    from slmdsl.ingest.markup import Attributes
    from slmdsl.ingest.workbook import Workbook

_ROWS: Final = 20_000
_MOST_ROWS: Final = 1_048_576
_MOST_COLUMNS: Final = 16_384
_LAST_DAY: Final = 2_958_466
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet whose header has been read: the columns' names, and its rows to come."""

    title: str
    names: tuple[str, ...]
    rows: Iterator[tuple[int, dict[int, object], float]]
    places: Mapping[str, int]

    def batches(
        self, wanted: Sequence[str], missing: Collection[str], formats: dict[str, str]
    ) -> Iterator[Batch]:
        """Yield the rows that have a cell, with the numbers that the sheet shows; there are at most a million."""
        places = [self.places[name] for name in wanted]
        numbers: list[int] = []
        cells: list[tuple[object, ...]] = []
        share = 1.0
        for number, found, share in self.rows:
            numbers.append(number)
            cells.append(tuple(found.get(place) for place in places))
            if len(cells) >= _ROWS:
                columns = list(zip(*cells, strict=True))
                yield batch_of(wanted, columns, numbers, missing=missing, formats=formats, share=share)
                numbers, cells = [], []
        columns = list(zip(*cells, strict=True)) or [()] * len(wanted)
        yield batch_of(wanted, columns, numbers, missing=missing, formats=formats)


@contextlib.contextmanager
def opened_sheet(path: Path, sheet: str | None, named: str, span: Span, limits: Limits) -> Iterator[Sheet]:
    """Open a sheet by its name, by default the first. Raises IngestError for what cannot be read as one."""
    with opened_archive(path, named, span, limits) as archive:
        book = read_workbook(archive, named, span, limits)
        title = book.title(sheet, named, span)
        walk = _Walk(book, named, span, limits)
        rows = _rows(archive.blocks(book.sheets[title]), walk)
        header = next(rows, (0, {}, 1.0))[1]
        named_places = {place: _name(cell) for place, cell in header.items() if _name(cell)}
        if not named_places:
            archive.fail(f'its sheet "{sheet}" is empty' if sheet is not None else "its first sheet is empty")
        places = {name: place for place, name in reversed(named_places.items())}
        yield Sheet(title=title, names=tuple(named_places.values()), rows=rows, places=places)


def _name(cell: object) -> str:
    if isinstance(cell, Unreadable):
        return cell.text
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _rows(
    blocks: Iterator[tuple[bytes, float]], walk: _Walk
) -> Iterator[tuple[int, dict[int, object], float]]:
    for block, share in blocks:
        walk.markup.feed(block)
        for number, cells in walk.take():
            yield number, cells, share
    walk.markup.finish()


class _Walk:
    """From a sheet's XML to rows: a number and the cells that have a value, by column."""

    def __init__(self, book: Workbook, named: str, span: Span, limits: Limits) -> None:
        self._book = book
        self._limits = limits
        self._named, self._span = named, span
        self._found: list[tuple[int, dict[int, object]]] = []
        self._row = 0
        self._cells: dict[int, object] = {}
        self._place = -1
        self._kind = "n"
        self._style = ""
        self._parts: list[str] = []
        self._length = 0
        self._taking = False
        self._silent = 0
        self._in_cell = False
        self._depth = 0
        self._columns: dict[str, int] = {}
        self.markup = Markup(named, span, limits, opened=self._opened, closed=self._closed, text=self._text)

    def take(self) -> list[tuple[int, dict[int, object]]]:
        """Return the rows that have been read since it was last asked."""
        found, self._found = self._found, []
        return found

    def _opened(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > self._limits.depth:
            self.markup.too_deep()
        if ":" in name:
            name = local(name)
        if name == "c":
            self._begin_cell(dict(zip(attributes[::2], attributes[1::2], strict=True)))
        elif name in ("v", "t"):
            self._taking = self._in_cell and not self._silent
        elif name == "row":
            self._begin_row(dict(zip(attributes[::2], attributes[1::2], strict=True)))
        elif name == "rPh":
            self._silent = self._depth

    def _closed(self, name: str) -> None:
        if self._silent == self._depth:
            self._silent = 0
        self._depth -= 1
        if ":" in name:
            name = local(name)
        if name in ("v", "t"):
            self._taking = False
        elif name == "c":
            self._in_cell = False
            value = self._value("".join(self._parts)) if self._parts else None
            if value is not None and value != "":
                self._cells[self._place] = value
        elif name == "row" and self._cells:
            self._found.append((self._row, self._cells))

    def _text(self, text: str) -> None:
        if self._taking:
            self._length += len(text)
            if self._length > self._limits.record_bytes:
                message = (
                    f"`{self._named}`: row {self._row} is longer than {self._limits.record_bytes >> 20} MiB"
                )
                raise IngestError([TOO_LARGE.at(self._span, message)])
            self._parts.append(text)

    def _begin_row(self, told: dict[str, str]) -> None:
        number = told.get("r", "")
        row = int(number) if number.isdecimal() and len(number) < 8 else self._row + (not number)  # noqa: PLR2004 - a million
        if not self._row < row <= _MOST_ROWS:
            self.markup.fail(f"its row {number[:20]} does not follow row {self._row}")
        self._row, self._cells, self._place = row, {}, -1
        self._length = 0

    def _begin_cell(self, told: dict[str, str]) -> None:
        reference = told.get("r")
        self._place = self._place + 1 if reference is None else self._column(reference)
        if self._place >= _MOST_COLUMNS:
            self.markup.fail(f"its row {self._row} has more than {_MOST_COLUMNS} cells")
        self._kind, self._style = told.get("t", "n"), told.get("s", "")
        self._parts, self._in_cell = [], True

    def _column(self, reference: str) -> int:
        """Return the place of the column of a reference such as `AB12`, from 0."""
        letters = reference.rstrip("0123456789")
        if letters not in self._columns:
            if _REFERENCE.fullmatch(reference) is None:
                self.markup.fail(f"`{reference[:20]}` is no cell")
            place = 0
            for letter in letters.replace("$", ""):
                place = place * 26 + ord(letter) - ord("A") + 1
            self._columns[letters] = place - 1
        return self._columns[letters]

    def _value(self, text: str) -> object:
        kind = self._kind
        if kind == "s":
            number = int(text) if text.isdecimal() and len(text) < 10 else -1  # noqa: PLR2004 - a thousand million
            if not 0 <= number < len(self._book.texts):
                self.markup.fail(f"its row {self._row} names a text that is not there")
            return self._book.texts[number]
        if kind == "n":
            return self._number(text)
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "e":
            return Unreadable(text, f"holds the error {text[:20]}")
        if kind == "d":
            return text
        return unescaped(text)

    def _number(self, text: str) -> object:
        try:
            number = float(text)
        except ValueError:
            return Unreadable(text, f"holds {text[:20]}, which is no number")
        if self._style in self._book.days and 0 <= number < _LAST_DAY:
            return _instant(number, self._book.start)
        if self._style in self._book.clocks and 0 <= number < _LAST_DAY:
            # A time of day alone is text; with a day before the point it is an instant.
            instant = _instant(number, self._book.start)
            return instant if number >= 1 else instant.strftime("%H:%M:%S")
        return number


def _instant(number: float, start: datetime) -> datetime:
    """Return the wall time that a number of days means, to the millisecond, which is as far as its digits go.

    The numbers of 1900 have a 29 February, as Lotus 1-2-3 had it: before that, they lie a day behind.
    """
    before_leap = start.year < 1904 and number < 60  # noqa: PLR2004 - as above
    return start + timedelta(days=int(before_leap), milliseconds=round(number * 86_400_000))

"""What a workbook says about its sheets: where they are, the texts they share, and which styles are dates."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from slmdsl.base.suggest import nearest, one_of
from slmdsl.ingest.codes import NO_SHEET, TOO_LARGE
from slmdsl.ingest.limits import IngestError
from slmdsl.ingest.markup import Markup

if TYPE_CHECKING:
    from collections.abc import Callable

    from slmdsl.base.spans import Span
    from slmdsl.ingest.archives import Archive
    from slmdsl.ingest.limits import Limits
    from slmdsl.ingest.markup import Attributes

_BOOK: Final = "xl/workbook.xml"
_DAYS_OF_1900: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - cells hold wall times
_DAYS_OF_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001 - as above
_BUILT_IN: Final = frozenset({14, 15, 16, 17, 18, 19, 20, 21, 22, *range(27, 37), 45, 47, *range(50, 59)})
_CLOCKS_BUILT_IN: Final = frozenset({18, 19, 20, 21, 45, 47})
_ESCAPED = re.compile(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")
_NOT_LETTERS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """`sheets` are the names and parts of the work sheets in order; `days` and `clocks` the styles of dates and times.

    `start` is the day that the numbers of dates count from.
    """

    sheets: dict[str, str]
    texts: list[str]
    days: frozenset[str]
    clocks: frozenset[str]
    start: datetime

    def title(self, sheet: str | None, named: str, span: Span) -> str:
        """Return the name of a sheet, by default of the first. Raises IngestError where there is none."""
        if sheet is None and self.sheets:
            return next(iter(self.sheets))
        if sheet is not None and sheet in self.sheets:
            return sheet
        listed = [f'"{name}"' for name in list(self.sheets)[:20]]
        near = [f'"{name}"' for name in nearest(sheet or "", self.sheets, most=3)]
        hint = f"did you mean {one_of(near)}?" if near else f"its sheets are {', '.join(listed)}"
        what = f'has no sheet "{sheet}"' if sheet is not None else "has no sheet"
        raise IngestError([NO_SHEET.at(span, f"`{named}` {what}", help=hint if self.sheets else ())])


def read_workbook(archive: Archive, named: str, span: Span, limits: Limits) -> Workbook:
    """Read all that stands beside the sheets. Raises IngestError for what is no workbook."""

    def walked(part: str, opened: Callable[[str, dict[str, str]], None], most: int | None = None) -> None:
        _walk(archive, part, opened, (named, span, limits), most=most or limits.record_bytes)

    book = _Book()
    walked(_BOOK, book.opened)
    links = _Links("xl")
    walked("xl/_rels/workbook.xml.rels", links.opened)
    styles = _Styles()
    if links.styles in archive:
        walked(links.styles, styles.opened)
    texts: list[str] = []
    if links.texts in archive:
        texts = _Texts(archive, links.texts, named, span, limits).read()
    found = {name: links.sheets[key] for name, key in book.sheets.items() if key in links.sheets}
    days, clocks = styles.found()
    start = _DAYS_OF_1904 if book.from_1904 else _DAYS_OF_1900
    return Workbook(sheets=found, texts=texts, days=days, clocks=clocks, start=start)


def _walk(
    archive: Archive,
    part: str,
    opened: Callable[[str, dict[str, str]], None],
    named: tuple[str, Span, Limits],
    *,
    most: int,
) -> None:
    """Call for each element of a part, with its name and attributes without prefixes."""
    depth = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > named[2].depth:
            markup.too_deep()
        keys = [local(key) for key in attributes[::2]]
        opened(local(name), dict(zip(keys, attributes[1::2], strict=True)))

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    markup = Markup(*named, opened=start, closed=end)
    for block, _ in archive.blocks(part, most):
        markup.feed(block)
    markup.finish()


def local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


class _Book:
    """`xl/workbook.xml`: the sheets' names with the keys of their parts."""

    def __init__(self) -> None:
        self.sheets: dict[str, str] = {}
        self.from_1904 = False

    def opened(self, name: str, told: dict[str, str]) -> None:
        if name == "sheet" and "name" in told and "id" in told:
            self.sheets.setdefault(told["name"], told["id"])
        elif name == "workbookPr":
            self.from_1904 = told.get("date1904") in ("1", "true")


class _Links:
    """`xl/_rels/workbook.xml.rels`: which part each key means."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.sheets: dict[str, str] = {}
        self.styles = f"{folder}/styles.xml"
        self.texts = f"{folder}/sharedStrings.xml"

    def opened(self, name: str, told: dict[str, str]) -> None:
        if name != "Relationship" or told.get("TargetMode") == "External":
            return
        part = posixpath.normpath(posixpath.join("/", self._folder, told.get("Target", ""))).lstrip("/")
        kind = told.get("Type", "").rpartition("/")[2]
        if kind == "worksheet":
            self.sheets[told.get("Id", "")] = part
        elif kind == "styles":
            self.styles = part
        elif kind == "sharedStrings":
            self.texts = part


class _Styles:
    """`xl/styles.xml`: the formats of numbers, by the place among the styles of cells."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self._used: list[str] = []
        self._in_cells = False

    def opened(self, name: str, told: dict[str, str]) -> None:
        if name == "numFmt":
            self._codes[told.get("numFmtId", "")] = told.get("formatCode", "")
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            self._in_cells = name == "cellXfs"
        elif name == "xf" and self._in_cells:
            self._used.append(told.get("numFmtId", "0"))

    def found(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the styles of days, and of times of day."""
        kinds = {str(place): self._kind(used) for place, used in enumerate(self._used)}
        days = frozenset(place for place, kind in kinds.items() if kind == "day")
        return days, frozenset(place for place, kind in kinds.items() if kind == "clock")

    def _kind(self, used: str) -> str:
        if used not in self._codes:
            number = int(used) if used.isdecimal() and len(used) < 9 else 0  # noqa: PLR2004 - far beyond any built in
            if number not in _BUILT_IN:
                return ""
            return "clock" if number in _CLOCKS_BUILT_IN else "day"
        code = self._codes[used].partition(";")[0].lower()
        if re.search(r"\[(?:h+|m+|s+)\]", code):
            return ""  # a length of time, which is a number
        letters = _NOT_LETTERS.sub("", code)
        if letters in ("general", "standard"):
            return ""
        if re.search("[yd]", letters) or (re.search("m", letters) and not re.search("[hs]", letters)):
            return "day"
        return "clock" if re.search("[hs]", letters) else ""


class _Texts:
    """`xl/sharedStrings.xml`: texts by their number; how they are to be pronounced is left out."""

    def __init__(self, archive: Archive, part: str, named: str, span: Span, limits: Limits) -> None:
        self._blocks = archive.blocks(part, limits.strings_bytes)
        self._named, self._span, self._limits = named, span, limits
        self._texts: list[str] = []
        self._parts: list[str] = []
        self._length = 0
        self._depth = 0
        self._taking = False
        self._silent = 0
        self._markup = Markup(named, span, limits, opened=self._opened, closed=self._closed, text=self._text)

    def read(self) -> list[str]:
        """Return the texts."""
        for block, _ in self._blocks:
            self._markup.feed(block)
        self._markup.finish()
        return self._texts

    def _opened(self, name: str, _: Attributes) -> None:
        self._depth += 1
        if self._depth > self._limits.depth:
            self._markup.too_deep()
        name = local(name)
        if name == "si":
            self._parts, self._length = [], 0
        elif name == "rPh":
            self._silent = self._depth
        elif name == "t":
            self._taking = not self._silent

    def _closed(self, name: str) -> None:
        if self._silent == self._depth:
            self._silent = 0
        self._depth -= 1
        name = local(name)
        if name == "t":
            self._taking = False
        elif name == "si":
            self._texts.append(unescaped("".join(self._parts)))

    def _text(self, text: str) -> None:
        if self._taking:
            self._length += len(text)
            if self._length > self._limits.record_bytes:
                message = f"`{self._named}` has a text of more than {self._limits.record_bytes >> 20} MiB"
                raise IngestError([TOO_LARGE.at(self._span, message)])
            self._parts.append(text)


def unescaped(text: str) -> str:
    """Return a text with its `_x000D_`, which stand for characters that XML does not have, as these."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)

"""Documents as a workbook: a sheet for each table, figures as numbers, every row, and texts that are never formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import singledispatch
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from slmdsl.base.display import display_width
from slmdsl.report.charts.needed import HINT
from slmdsl.report.document.failures import FormatError
from slmdsl.report.document.numbers import as_number
from slmdsl.report.document.tree import (
    Block,
    Bullets,
    Cell,
    Document,
    Figures,
    Paragraph,
    Picture,
    Section,
    Signatures,
    Table,
)
from slmdsl.report.document.words import MARKS, language_of, marked, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from slmdsl.report.document.tree import Tone
    from slmdsl.report.language import Language

_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\\U00010000-\U0010ffff]")
"""What no sheet's name may have, and what a workbook counts as two characters."""
_LONGEST_NAME: Final = 31
_LONGEST: Final = 32_767
"""Characters of a cell (Microsoft, "Excel specifications and limits")."""
_MOST_ROWS: Final = 1_048_576
_MOST_TITLE: Final = 255
_NARROWEST, _WIDEST, _PAGE = 8, 60, 100
"""Widths of columns in characters; of the front page's words."""
_MEASURED: Final = 1000
"""Rows from which the width of a column is found."""
_CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook knows no zones; constant, so that its bytes are
_COLOURS: Final[dict[Tone, dict[str, Any]]] = {
    "plain": {},
    "good": {"font_color": "#17603A"},
    "bad": {"font_color": "#A01F1A", "bold": True},
    "warning": {"font_color": "#7A4A00"},
    "quiet": {"font_color": "#4C5866"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looks:
    """The formats of a workbook, each made once."""

    book: Workbook
    made: dict[tuple[tuple[str, Any], ...], Format]

    def of(self, **said: Any) -> Format:  # noqa: ANN401 - xlsxwriter's own properties
        """Return the format of these properties."""
        key = tuple(sorted(said.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({"valign": "top", **said})
        return self.made[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """The names of a workbook's sheets, which must differ in more than case."""

    taken: set[str]

    def of(self, wanted: str, own: str) -> str:
        """Return a name that a sheet may have, as near as can be to the one wanted, with `own` at its end."""
        plain = " ".join(_NO_NAME.sub(" ", one_line(wanted)).split()).strip("' ") or "-"
        name, number = self._cut(plain, own), 1
        while name.lower() in self.taken:
            number += 1
            name = self._cut(plain, f" {number}{own}")
        self.taken.add(name.lower())
        return name

    @staticmethod
    def _cut(plain: str, end: str) -> str:
        return (plain[: _LONGEST_NAME - len(end)].rstrip("' ") or "-") + end


@dataclass(slots=True, kw_only=True, eq=False)
class _Page:
    """The sheet with a document's words, and the row that is written next."""

    sheet: Worksheet
    looks: _Looks
    language: Language
    sheets: dict[str, str]
    """The sheet of each table by its key."""
    row: int = 0

    def line(self, text: str, **look: Any) -> None:  # noqa: ANN401 - xlsxwriter's own properties
        """Write a text into the next row."""
        _text(self.sheet, self.row, 0, text, self.looks.of(text_wrap=True, **look))
        self.row += 1


def workbook_of(documents: Sequence[Document]) -> bytes:
    """Return documents as xlsx: of each a sheet with its words, then one for each of its tables.

    The same documents give the same bytes. An instant stands there in the zone that it has.

    Raises:
        FormatError: the library is not installed, or a table has more rows than a sheet can have.
    """
    if find_spec("xlsxwriter") is None:
        msg = "a workbook needs `xlsxwriter`, which is not installed"
        raise FormatError(msg, HINT)
    import xlsxwriter  # noqa: PLC0415 - needed for workbooks alone, and brought by an extra

    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"title": one_line(documents[0].title)[:_MOST_TITLE], "created": _CREATED})
    # A name that the program keeps for itself.
    looks, names = _Looks(book=book, made={}), _Names(taken={"history"})
    for document in documents:
        _write(document, book, looks, names, f" {document.language}" if len(documents) > 1 else "")
    book.close()
    return file.getvalue()


def as_text(text: str) -> str:
    """Return a text that no program takes for a formula: with a quote where it begins like one.

    >>> as_text("=1+1"), as_text("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def _write(document: Document, book: Workbook, looks: _Looks, names: _Names, own: str) -> None:
    front = book.add_worksheet(names.of(language_of(document).say("document.summary"), own))
    sheets = {}
    for table in document.tables():
        fits = len(_NO_NAME.sub(" ", one_line(table.caption))) + len(own) <= _LONGEST_NAME
        sheets[table.key] = names.of(table.caption if fits else table.key, own)
        _table(table, book.add_worksheet(sheets[table.key]), looks)
    _front(document, _Page(sheet=front, looks=looks, language=language_of(document), sheets=sheets))


def _text(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    sheet.write_string(row, column, as_text(one_line(text))[:_LONGEST], look)


def _front(document: Document, page: _Page) -> None:
    page.sheet.set_column(0, 0, _PAGE)
    page.sheet.set_column(1, 2, _WIDEST // 2)
    page.sheet.hide_gridlines(2)
    page.sheet.set_paper(9)  # A4
    page.sheet.fit_to_pages(1, 0)
    page.line(document.title, bold=True, font_size=16)
    for words in document.heading:
        page.line(words, font_color="#4C5866")
    for section in document.sections:
        _section(section, page, 13)
    if document.provenance:
        page.row += 1
        page.line(page.language.say("document.provenance"), bold=True)
        for label, words in document.provenance:
            page.line(f"{label}: {words}", font_color="#4C5866")


def _section(section: Section, page: _Page, size: int) -> None:
    page.row += 1
    page.line(section.title, bold=True, font_size=size)
    for block in section.blocks:
        _block(block, page)
    for each in section.sections:
        _section(each, page, 11)


@singledispatch
def _block(block: Block, page: _Page) -> None:  # noqa: ARG001 - the others need it
    msg = f"there is no block {type(block).__name__}"
    raise TypeError(msg)


@_block.register(Paragraph)
def _(block: Paragraph, page: _Page) -> None:
    page.line(marked(block.text, block.tone), **_COLOURS[block.tone])


@_block.register(Bullets)
def _(block: Bullets, page: _Page) -> None:
    for number, item in enumerate(block.items, 1):
        page.line(f"{number}. {one_line(item)}" if block.numbered else f"• {one_line(item)}", indent=1)


@_block.register(Figures)
def _(block: Figures, page: _Page) -> None:
    for figure in block.figures:
        _text(page.sheet, page.row, 2, figure.note, page.looks.of(text_wrap=True, font_color="#4C5866"))
        _cell(page.sheet, page.row, 1, figure.cell, page.looks)
        page.line(figure.label)


@_block.register(Table)
def _(block: Table, page: _Page) -> None:
    sheet = page.sheets[block.key]
    page.line(page.language.say("document.on_sheet", caption=one_line(block.caption), sheet=sheet))
    if block.note:
        page.line(block.note, font_color="#4C5866")


@_block.register(Picture)
def _(block: Picture, page: _Page) -> None:
    page.line(page.language.say("document.picture", caption=one_line(block.caption)))
    page.line(block.alt, font_color="#4C5866")


@_block.register(Signatures)
def _(block: Signatures, page: _Page) -> None:
    for name, role in block.parties:
        _text(page.sheet, page.row, 1, block.place_and_date, page.looks.of())
        _text(page.sheet, page.row, 2, block.signature, page.looks.of())
        signed = page.language.say("document.signs", name=one_line(name), role=one_line(role))
        page.line(signed if role else name)


def _table(table: Table, sheet: Worksheet, looks: _Looks) -> None:
    """Write a table from the first cell on: programs that read workbooks expect its heads there."""
    if len(table.rows) >= _MOST_ROWS:
        msg = f"the table `{table.key}` has {len(table.rows):,} rows, and a sheet at most {_MOST_ROWS:,}"
        raise FormatError(msg, "write `.json`, which has room for all")
    for number, column in enumerate(table.columns):
        is_figure = column.align == "figures"
        said = {"align": "right"} if is_figure else {}
        _text(sheet, 0, number, column.head, looks.of(bold=True, bottom=1, text_wrap=True, **said))
        texts = (one_line(column.head), *(row[number].text for row in table.rows[:_MEASURED]))
        widest = max(map(display_width, texts)) + 2
        sheet.set_column(number, number, min(_WIDEST, max(_NARROWEST, widest)))
    for at, row in enumerate(table.rows, 1):
        for number, cell in enumerate(row):
            _cell(sheet, at, number, cell, looks)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    if table.columns:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _cell(sheet: Worksheet, row: int, column: int, cell: Cell, looks: _Looks) -> None:
    """Write a cell as a number, where it is one that a workbook can hold, with the mark of its tone; else as text."""
    look = _COLOURS[cell.tone]
    if (number := as_number(cell)) is None:
        _text(sheet, row, column, marked(cell.text, cell.tone), looks.of(text_wrap=True, **look))
        return
    mark = f'"{MARKS[cell.tone]} "' if cell.tone in MARKS else ""
    shown = looks.of(num_format=f"{mark}{number.form}".replace('""', ""), align="right", **look)
    sheet.write_number(row, column, number.value, shown)

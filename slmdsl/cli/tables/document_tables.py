"""A document for a terminal."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Final

from rich import box
from rich.cells import cell_len
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from slmdsl.cli.terminal import READABLE
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
    Tone,
)
from slmdsl.report.document.words import below, language_of, marked, one_line, shown_rows

if TYPE_CHECKING:
    from slmdsl.cli.terminal import Terminal
    from slmdsl.report.language import Language

_LONGEST_WORD: Final = 24
"""Longer words than this may be broken."""
_STYLES: Final[dict[Tone, str]] = {
    "plain": "",
    "good": "green",
    "bad": "bold red",
    "warning": "yellow",
    "quiet": "dim",
}


def print_document(document: Document, at: Terminal) -> None:
    """Print a document: its tables as tables, its pictures in words."""
    language = language_of(document)
    _line(document.title, "bold", at)
    for words in document.heading:
        _line(words, "", at)
    for section in document.sections:
        _section(section, 1, language, at)
    if document.provenance:
        _heading(language.say("document.provenance"), 1, at)
        for label, words in document.provenance:
            _line(f"{label}: {words}", "dim", at)


def _section(section: Section, depth: int, language: Language, at: Terminal) -> None:
    _heading(section.title, depth, at)
    for number, block in enumerate(section.blocks):
        if number and not (
            isinstance(block, Paragraph) and isinstance(section.blocks[number - 1], Paragraph)
        ):
            at.say()
        _block(block, language, at)
    for each in section.sections:
        _section(each, depth + 1, language, at)


def _heading(words: str, depth: int, at: Terminal) -> None:
    at.say()
    _line(words, "bold" if depth > 1 else "bold underline", at)


def _line(words: str, style: str, at: Terminal) -> None:
    at.out.print(Text(one_line(words), style=style), soft_wrap=True)


def _paragraph(words: str, style: str, at: Terminal) -> None:
    at.show(Text(one_line(words), style=style), width=min(at.out.width, READABLE))


def _cell(cell: Cell) -> Text:
    return Text(marked(cell.text, cell.tone), style=_STYLES[cell.tone])


@singledispatch
def _block(block: Block, language: Language, at: Terminal) -> None:  # noqa: ARG001 - the others need them
    msg = f"there is no block {type(block).__name__}"
    raise TypeError(msg)


@_block.register(Paragraph)
def _(block: Paragraph, language: Language, at: Terminal) -> None:  # noqa: ARG001 - as above
    _paragraph(marked(block.text, block.tone), _STYLES[block.tone], at)


@_block.register(Bullets)
def _(block: Bullets, language: Language, at: Terminal) -> None:  # noqa: ARG001 - as above
    for number, item in enumerate(block.items, 1):
        grid = Grid.grid(padding=(0, 1, 0, 0))
        grid.add_row(f"{number}." if block.numbered else "•", Text(one_line(item)))
        at.show(Padding(grid, (0, 0, 0, 1)), width=min(at.out.width, READABLE))


@_block.register(Figures)
def _(block: Figures, language: Language, at: Terminal) -> None:  # noqa: ARG001 - as above
    grid = Grid.grid(padding=(0, 3, 0, 0))
    grid.add_column()
    grid.add_column(justify="right")
    for figure in block.figures:
        grid.add_row(
            Text(one_line(figure.label)), _cell(figure.cell), Text(one_line(figure.note), style="dim")
        )
    at.show(grid)


@_block.register(Table)
def _(block: Table, language: Language, at: Terminal) -> None:
    _line(block.caption, "italic", at)
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    widths = _whole_words(block, at.out.width)
    for column, width in zip(block.columns, widths, strict=True):
        is_figure = column.align == "figures"
        grid.add_column(
            Text(one_line(column.head)),
            justify="right" if is_figure else "left",
            vertical="top",
            overflow="fold",
            min_width=width,
        )
    for row in shown_rows(block):
        grid.add_row(*map(_cell, row))
    at.show(grid)
    for words in below(block, language):
        _paragraph(words, "dim", at)


def _whole_words(table: Table, width: int) -> list[int]:
    """Return how wide columns are at least so that names are not broken, 0 where there is no room for that."""
    cells = [
        [column.head, *(row[place].text for row in table.rows)] for place, column in enumerate(table.columns)
    ]
    longest = [
        min(max((cell_len(word) for text in column for word in text.split()), default=0), _LONGEST_WORD)
        for column in cells
    ]
    return longest if sum(longest) + 2 * len(longest) <= width else [0] * len(longest)


@_block.register(Picture)
def _(block: Picture, language: Language, at: Terminal) -> None:
    _line(language.say("document.picture", caption=one_line(block.caption)), "italic", at)
    _paragraph(block.alt, "dim", at)


@_block.register(Signatures)
def _(block: Signatures, language: Language, at: Terminal) -> None:  # noqa: ARG001 - as above
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for head in ("", block.place_and_date, block.signature):
        grid.add_column(Text(one_line(head)), min_width=len("place and date"))
    for name, role in block.parties:
        grid.add_row(Text(one_line(f"{name} ({role})" if role else name)), "", "")
    at.show(grid)

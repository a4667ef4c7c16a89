"""How a printed line is shared among the columns of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.base.display import display_width
from slmdsl.report.document.words import marked, one_line, pieces, room, shown_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.report.document.tree import Column, Table

DENSE, TINY = 7, 10
"""A table of more columns than this is set in smaller letters."""
_ACROSS: Final = (112, 126, 142)
"""Letters on a printed line: as they are, smaller, and smallest."""
_BETWEEN: Final = 2.2
"""Letters between columns."""
UNBROKEN: Final = 16
"""A figure of up to so many letters stands on one line."""
_MOST: Final = 70
"""Letters of a column after which its words may as well be broken."""
_HEAD: Final = 10
"""Letters of a head in Chinese that stay on one line."""
_MEASURED: Final = 500
"""Rows that are looked at."""
_FULL: Final = 0.6
"""A table that takes more of the line than this is made to fill it."""


def shares(table: Table) -> list[float]:
    """Return the width of each column in percent of a printed line; together at most 100.

    No column is narrower than its longest word, as long as the line has room for those of all. What is left goes by the
    widths that the columns ask for, or else by what stands in them; a small table stays small.
    """
    if not table.columns:
        return []
    line = _ACROSS[(len(table.columns) > DENSE) + (len(table.columns) > TINY)]
    needed, wanted = zip(*(_column(table, number) for number in range(len(table.columns))), strict=True)
    if any(column.width for column in table.columns):
        wanted = tuple(_asked(table.columns, wanted, line))
    return [100 * width / line for width in _dealt(needed, wanted, line)]


def _column(table: Table, number: int) -> tuple[float, float]:
    """Return the letters of the longest word in a column, and of its longest text."""
    column, letters = table.columns[number], room(table)
    head = display_width(one_line(column.head))
    needed, wanted = max(_words(column.head, letters, _HEAD)), min(head, 2 * _HEAD)
    for row in shown_rows(table)[:_MEASURED]:
        text = marked(row[number].text, row[number].tone)
        whole = display_width(text)
        wanted = max(wanted, min(whole, _MOST))
        is_whole = column.align == "figures" and whole <= UNBROKEN
        needed = max(needed, whole if is_whole else max(_words(text, letters)))
    return needed + _BETWEEN, max(needed, wanted) + _BETWEEN


def _words(text: str, letters: int, chinese: int = 4) -> list[int]:
    """Return how long the parts of a text are that stay on one line; Chinese may be broken, but not too often."""
    words = (word for piece in pieces(text, letters) for word in piece.split(" "))
    return [min(display_width(word), letters if word.isascii() else chinese) for word in words]


def _asked(columns: Sequence[Column], wanted: Sequence[float], line: float) -> Iterator[float]:
    """Return the widths that columns ask for as shares of the line; those that ask for none take what they need."""
    free = line - sum(width for column, width in zip(columns, wanted, strict=True) if not column.width)
    whole = sum(column.width for column in columns)
    for column, width in zip(columns, wanted, strict=True):
        yield max(0.0, free) * column.width / whole if column.width else width


def _dealt(needed: Sequence[float], wanted: Sequence[float], line: float) -> list[float]:
    """Give each column what it needs, and of the rest by what it wants beyond that."""
    if sum(needed) >= line:
        return [line * width / sum(needed) for width in needed]
    beyond = [max(0.0, want - need) for need, want in zip(needed, wanted, strict=True)]
    rest = line - sum(needed)
    dealt = [
        need + more * min(1.0, rest / (sum(beyond) or 1.0)) for need, more in zip(needed, beyond, strict=True)
    ]
    taken = sum(dealt)
    return [width * line / taken for width in dealt] if taken > _FULL * line else dealt


def one_piece(text: str) -> bool:
    """Return whether a figure stands on one line."""
    return display_width(one_line(text)) <= UNBROKEN

"""Printed lines, their columns under each other, and the comments at their ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slmdsl.base.display import display_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

BEFORE_COMMENT: Final = 2
"""Spaces that a comment keeps from the text before it, at the least."""
_WIDEST: Final = 60
"""A cell that is wider than this pads no other: one endless name would move its neighbours out of sight."""


@dataclass(frozen=True, slots=True)
class Padded:
    """A cell with its text; `column` is empty where nothing is padded."""

    text: str
    column: str = ""
    gap: int = 0
    least: int = 0


class Row:
    """One printed line: `text`, or `cells` that become its text once its neighbours are known.

    A text may have several lines, where it is printed as it is.
    `comment_at` is the column in which the comment stood, from 0.
    """

    __slots__ = ("cells", "comment", "comment_at", "indent", "is_after_blank", "text")

    def __init__(self, indent: int = 0, *, cells: Sequence[Padded] = (), text: str = "") -> None:
        self.indent = indent
        self.cells = cells
        self.text = text
        self.is_after_blank = False
        self.comment = ""
        self.comment_at = 0


def width(text: str) -> int:
    """Return the columns that the last line of `text` takes."""
    last = text if "\n" not in text else text[text.rfind("\n") + 1 :]
    return len(last) if last.isascii() else display_width(last)


def settle(run: Iterable[Row]) -> None:
    """Give neighbouring rows their texts, each column padded to its longest cell."""
    pending = [row for row in run if row.cells]
    positions = [0] * len(pending)
    index = 0
    while pending:
        stops = _stops(pending, positions, index)
        rest: list[Row] = []
        further: list[int] = []
        for row, position in zip(pending, positions, strict=True):
            cell = row.cells[index]
            row.text += cell.text
            if index + 1 == len(row.cells):
                row.text = " " * row.indent + row.text
                continue
            end = position + width(cell.text)
            stop = (
                max(end + cell.gap, stops.get(cell.column, 0)) if cell.text else stops.get(cell.column, end)
            )
            row.text += " " * (stop - end)
            rest.append(row)
            further.append(stop)
        pending, positions = rest, further
        index += 1


def _stops(rows: Sequence[Row], positions: Sequence[int], index: int) -> dict[str, int]:
    """Return where each column ends that has its cells at `index`."""
    stops: dict[str, int] = {}
    for row, position in zip(rows, positions, strict=True):
        cell = row.cells[index]
        wide = width(cell.text)
        if 0 < wide <= _WIDEST and index + 1 < len(row.cells):
            stops[cell.column] = max(position + wide + cell.gap, stops.get(cell.column, 0))
            if cell.least:
                stops["head"] = max(cell.least, stops.get("head", 0))
    return stops


def printed(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of `rows` without their line ends.

    A comment stays in its column where there is room for it; those that stood under each other move together.
    """
    at = 0
    while at < len(rows):
        end = at + 1
        while end < len(rows) and _under(rows[end - 1], rows[end]):
            end += 1
        group = rows[at:end]
        column = group[0].comment_at
        if group[0].comment:
            column = max(column, *(width(row.text) + BEFORE_COMMENT for row in group))
        for row in group:
            if row.is_after_blank:
                yield ""
            yield f"{row.text}{' ' * (column - width(row.text))}{row.comment}" if row.comment else row.text
        at = end


def _under(above: Row, below: Row) -> bool:
    """Tell whether the comments of two lines stood under each other."""
    both = above.comment and below.comment and not below.is_after_blank
    return bool(both) and above.comment_at == below.comment_at and "\n" not in below.text

"""A line of the text with marks under it, as rows of inked pieces."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from slmdsl.base.display import TAB, char_width, lay_out, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_CONTEXT = 24  # columns of text kept before a mark in a line that is too long


class Ink(StrEnum):
    """What a piece of a printed diagnostic is; a terminal gives each its colour."""

    PLAIN = "plain"
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    MESSAGE = "message"
    GUTTER = "gutter"
    FURTHER = "further"
    """A secondary place."""
    HELP = "help"


class Piece(NamedTuple):
    """Some text in one ink."""

    text: str
    ink: Ink = Ink.PLAIN


Row = tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Characters `[start, end)` of a line that are pointed at, with a few words."""

    start: int
    end: int
    text: str
    ink: Ink


def marked(line: str, marks: Sequence[Mark], room: int) -> Iterator[tuple[Row, list[Row]]]:
    """Yield the line and the rows of marks under it, in at most `room` columns of text.

    A line that is too long is cut to a window around its marks; marks too far apart for one window get one each.
    """
    windows = [(_window(line, mark, room), mark) for mark in marks]
    if windows and _fits(line, room):
        windows = [((0, len(line)), mark) for mark in marks]
    elif windows:
        windows = _shared(windows)
    for (start, end), group in groupby(windows, key=lambda each: each[0]):
        shown, columns = lay_out(visible(line[start:end]))
        before, after = "…" if start else "", "…" if end < len(line) else ""
        moved = [_Placed.of(mark, start, columns, len(before)) for _, mark in group]
        yield (Piece(before + shown + after),), list(_rows_under(moved))


def plain_line(line: str, room: int) -> Row:
    """Return a line without marks, cut to `room` columns."""
    end = _reach(line, 0, room)
    return (Piece(lay_out(visible(line[:end]))[0] + ("…" if end < len(line) else "")),)


def _fits(line: str, room: int) -> bool:
    return _reach(line, 0, room) == len(line)


def _reach(line: str, start: int, room: int) -> int:
    """Return the end of the longest stretch from `start` that fits into `room` columns."""
    column, at = 0, start
    # Characters without width could go on for ever: no more than a few per column are shown.
    last = min(len(line), start + 4 * room)
    while at < last:
        column += TAB - column % TAB if line[at] == "\t" else char_width(line[at])
        if column > room:
            break
        at += 1
    return at


def _window(line: str, mark: Mark, room: int) -> tuple[int, int]:
    room -= 2  # the two dots
    start = max(0, mark.start - min(_CONTEXT, room // 3))
    end = _reach(line, start, room)
    if mark.start < end or end == len(line):
        return start, end
    return mark.start, _reach(line, mark.start, room)  # context of wide characters pushed the mark out


def _shared(windows: list[tuple[tuple[int, int], Mark]]) -> list[tuple[tuple[int, int], Mark]]:
    """Give marks that lie in the window of the one before them that window."""
    shared = [windows[0]]
    for own, mark in windows[1:]:
        last = shared[-1][0]
        inside = last[0] <= mark.start and mark.end <= last[1]
        shared.append((last if inside else own, mark))
    return shared


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A mark in display columns `[start, end)`."""

    start: int
    end: int
    text: str
    ink: Ink

    @classmethod
    def of(cls, mark: Mark, offset: int, columns: list[int], shift: int) -> _Placed:
        last = len(columns) - 1
        start = columns[min(mark.start - offset, last)]
        end = columns[min(mark.end - offset, last)]
        return cls(
            start=start + shift, end=max(end, start + 1) + shift, text=visible(mark.text), ink=mark.ink
        )


def _rows_under(marks: list[_Placed]) -> Iterator[Row]:
    inline = max(marks, key=lambda mark: (mark.end, mark.start))
    hanging = sorted(
        (mark for mark in marks if mark is not inline and mark.text), key=lambda mark: mark.start
    )
    carets = _canvas((mark.start, "^" * (mark.end - mark.start), mark.ink) for mark in _primary_last(marks))
    yield (*carets, Piece(f" {inline.text}", inline.ink)) if inline.text else carets
    if hanging:
        yield _canvas((mark.start, "│", mark.ink) for mark in hanging)
    while hanging:
        mark = hanging.pop()
        others = [(other.start, "│", other.ink) for other in hanging if other.start < mark.start]
        yield _canvas([*others, (mark.start, mark.text, mark.ink)])


def _primary_last(marks: list[_Placed]) -> list[_Placed]:
    return sorted(marks, key=lambda mark: mark.ink is not Ink.FURTHER)


def _canvas(strokes: Iterable[tuple[int, str, Ink]]) -> Row:
    """Paint texts at columns, later ones over earlier ones, and return the row in pieces of one ink."""
    cells: dict[int, tuple[str, Ink]] = {}
    for column, text, ink in strokes:
        cells.update({column + place: (char, ink) for place, char in enumerate(text)})
    inked = [cells.get(column, (" ", Ink.PLAIN)) for column in range(max(cells) + 1)]
    return tuple(
        Piece("".join(char for char, _ in run), ink) for ink, run in groupby(inked, key=lambda cell: cell[1])
    )

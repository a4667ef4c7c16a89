"""Where in a text something stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of characters of one file, with the line and column of its first character.

    `start` and `end` are offsets into the file's normalised text (no byte-order mark, `\\n` line ends);
    `line` and `column` count from 1, columns in characters.
    """

    file: str
    start: int
    end: int
    line: int
    column: int

    @property
    def where(self) -> str:
        """`file:line`, the form in which a verdict names its clause."""
        return f"{self.file}:{self.line}"

    @property
    def place(self) -> str:
        """`file:line:column`, the form in which a diagnostic names its place."""
        return f"{self.file}:{self.line}:{self.column}"

    def to(self, other: Span) -> Span:
        """Return the span from the start of this one to the end of `other` (same file, not before)."""
        return Span(self.file, self.start, max(self.end, other.end), self.line, self.column)


NOWHERE = Span("<built in>", 0, 0, 0, 0)
"""The span of what no text declares, such as the calendar `always`."""

"""A file's text, normalised, and the spans in it."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import Final

from slmdsl.base.spans import Span


class SourceText:
    """The text of one file: no byte-order mark, `\\n` line ends, a newline at the end.

    `file` is the name under which diagnostics mention it.
    """

    __slots__ = ("_line_starts", "file", "text")

    def __init__(self, text: str, file: str) -> None:
        self.file: Final = file
        self.text: Final = normalised(text)
        starts = [0]
        found = self.text.find("\n")
        while found >= 0:
            starts.append(found + 1)
            found = self.text.find("\n", found + 1)
        self._line_starts: Final = starts

    def span(self, start: int, end: int) -> Span:
        """Return the span of the characters from offset `start` up to `end`."""
        line = bisect_right(self._line_starts, start)
        return Span(self.file, start, end, line, start - self._line_starts[line - 1] + 1)

    def line_at(self, offset: int) -> int:
        """Return the number of the line that holds the character at `offset`, from 1."""
        return bisect_right(self._line_starts, offset)

    def column_at(self, offset: int) -> int:
        """Return the column of the character at `offset`, from 1."""
        return offset - self._line_starts[bisect_right(self._line_starts, offset) - 1] + 1

    def line_start(self, line: int) -> int:
        """Return the offset at which line number `line` starts."""
        return self._line_starts[line - 1]

    @property
    def longest_line(self) -> int:
        """How many characters the longest line has."""
        starts = self._line_starts
        return max((after - start - 1 for start, after in pairwise(starts)), default=0)

    @property
    def lines(self) -> int:
        """How many lines the text has; the empty one after the last newline does not count."""
        return len(self._line_starts) - 1


def normalised(text: str) -> str:
    """Return `text` without byte-order mark, with `\\n` line ends and a newline at the end.

    >>> normalised("\\ufeffslm 1\\r\\nfield site")
    'slm 1\\nfield site\\n'
    """
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") else text + "\n"

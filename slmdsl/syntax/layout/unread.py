"""What the formatter leaves alone: lines with errors, endless lines, and all that follows a broken block."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from slmdsl.syntax import codes, limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from slmdsl.syntax.parse import Parsed
    from slmdsl.syntax.skeleton import Statement

# After these, what belongs to which block is anyone's guess, or nothing more was read.
_BROKEN: Final = frozenset(
    code.number
    for code in (
        *(codes.LINE_TOO_LONG, codes.TOO_DEEP, codes.OPEN_PROSE, codes.OPEN_BLOCK),
        *(codes.STRAY_BRACE, codes.AFTER_BLOCK, codes.TOO_MANY_ERRORS),
    )
)

LONGEST: Final = limits.LINE_CHARACTERS * 2 // 5
"""Longer lines stay as they are: more space in them could make them too long to be read again."""


class Unread:
    """The statements of a file that stay as they are, with all that stands on their lines.

    From `stop` on, the start of a line, the text stays as it is; without broken blocks that is the text's end.
    """

    def __init__(self, parsed: Parsed) -> None:
        self._text: Final = parsed.text
        errors = [each for each in parsed.diagnostics if each.is_error]
        endless = (
            match.start() for match in re.finditer(f"^[^\\n]{{{LONGEST + 1}}}", self._text, re.MULTILINE)
        )
        self._errors: Final = sorted([*(each.span.start for each in errors), *endless])
        self._left: set[int] = set()
        broken = [each.span.start for each in errors if each.code in _BROKEN]
        if any(each.code == codes.TOO_LARGE.number for each in errors):
            broken.append(0)  # without its blank lines, more of the file would be read the next time
        if self._errors:
            wrong = [each for each in parsed.skeleton.statements if self._mark(each)]
            broken.extend(each.start for each in wrong if not self._is_alone(each))
        self.stop: Final = self._stop(broken, parsed.skeleton.statements)

    def __contains__(self, statement: Statement) -> bool:
        return id(statement) in self._left

    def lines_of(self, statement: Statement) -> tuple[int, int]:
        """Return the offsets at which the first line of a statement starts and its last one ends."""
        return self._line_start(statement.start), self._line_end(statement.end)

    def _mark(self, statement: Statement) -> bool:
        """Mark a statement and those in its block where they have errors, and tell whether this one has."""
        block = statement.block
        if block is None:
            wrong = self._has_error(statement.start, statement.end)
        else:
            wrong = self._has_error(statement.start, block.open.end)
            wrong = wrong or (block.close is not None and self._has_error(block.close.start, block.close.end))
            for inner in block.statements:
                wrong |= self._mark(inner) and not self._is_alone(inner)
        if wrong:
            self._left.add(id(statement))
        return wrong

    def _has_error(self, start: int, end: int) -> bool:
        """Tell whether an error stands on the lines of a stretch of text."""
        at = bisect_left(self._errors, self._line_start(start))
        return at < len(self._errors) and self._errors[at] <= self._line_end(end)

    def _is_alone(self, statement: Statement) -> bool:
        """Tell whether nothing but a comment shares the lines of a statement."""
        start, end = self.lines_of(statement)
        after = self._text[statement.end : end].lstrip()
        return not self._text[start : statement.start].strip() and (not after or after.startswith("#"))

    def _stop(self, broken: Iterable[int], statements: Sequence[Statement]) -> int:
        if not broken:
            return len(self._text)
        stop = self._line_start(min(broken))
        for statement in reversed(statements):
            start, end = self.lines_of(statement)
            if start < stop <= end:
                stop = start
        return stop

    def _line_start(self, offset: int) -> int:
        return self._text.rfind("\n", 0, offset) + 1

    def _line_end(self, offset: int) -> int:
        end = self._text.find("\n", offset)
        return len(self._text) if end < 0 else end

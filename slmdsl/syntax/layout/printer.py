"""From the shape of a text to its printed lines: statements, blocks, prose, and the comments between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.syntax.layout import heads
from slmdsl.syntax.layout.lines import STEP, lines_of
from slmdsl.syntax.layout.prose import moved
from slmdsl.syntax.layout.rows import Padded, Row, settle, width
from slmdsl.syntax.layout.spacing import joined
from slmdsl.syntax.layout.unread import LONGEST, Unread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.syntax.layout.lines import Line
    from slmdsl.syntax.parse import Parsed
    from slmdsl.syntax.skeleton import Block, Statement

_CASE: Final = (heads.Cell(1, "case", 1),)


class Printer:
    """Prints one file, once. From offset `stop` on, its text is to be taken as it is."""

    def __init__(self, parsed: Parsed) -> None:
        self._text: Final = parsed.text
        self._unread: Final = Unread(parsed)
        self.stop: Final = self._unread.stop
        self._statements: Final = parsed.skeleton.statements
        self._comments: Final = parsed.skeleton.comments
        self._next_comment = 0
        self._rows: list[Row] = []
        self._run: list[Row] = []  # the lines that share columns with the one to come
        self._end = 0  # the offset after what was printed last
        self._is_first = True  # in its block: no blank line stands before it

    def rows(self) -> list[Row]:
        """Return the printed lines of the text before `stop`."""
        self._list(self._statements, "file", 0)
        self._comments_before(self.stop, 0)
        return self._rows

    def is_after_blank(self, offset: int) -> bool:
        """Tell whether a blank line stands between what was printed last and `offset`."""
        return not self._is_first and self._text.count("\n", self._end, offset) > 1

    # ---- blocks -----------------------------------------------------------------------------------------------------

    def _list(self, statements: Sequence[Statement], kind: str, indent: int) -> None:
        """Print statements under each other; those up to a blank line or a block share their columns."""
        for statement in statements:
            if statement.start >= self.stop:
                break
            self._comments_before(statement.start, indent)
            if self.is_after_blank(statement.start):
                self._end_run()
            if statement in self._unread:
                self._as_it_is(statement)
            elif statement.is_prose:
                token = statement.tokens[0]
                self._add(Row(text=moved(token.text, indent)), token.start)
                self._end = token.end
            else:
                self._statement(statement, kind, indent)
        self._end_run()

    def _end_run(self) -> None:
        settle(self._run)
        self._run = []

    def _block(self, block: Block, kind: str, indent: int) -> None:
        """Print a block after its `{`. One without an end is not printed at all: it is after `stop`."""
        self._end_run()
        self._is_first = True
        self._list(block.statements, kind, indent + STEP)
        if block.close is not None:
            self._comments_before(block.close.start, indent + STEP)
            self._is_first = True
            self._add(Row(text=" " * indent + "}"), block.close.start)
            self._end = block.close.end

    def _after(self, statement: Statement) -> str | None:
        """Return what follows a statement on its line: nothing, its whole block if that stands there, else None."""
        block = statement.block
        if block is None:
            return ""
        if self._text.find("\n", block.open.end, statement.end) >= 0:
            return None
        if not block.statements:
            return " { }"
        (inner,) = block.statements  # a second one would have to start on a line of its own
        after = None if inner.is_prose else self._after(inner)
        if after is None:
            return None
        (line,) = lines_of(inner.tokens, self._text, is_commented=False)
        return f" {{ {joined(line.tokens)}{after} }}"

    # ---- statements -------------------------------------------------------------------------------------------------

    def _statement(self, statement: Statement, kind: str, indent: int) -> None:
        after = self._after(statement)
        self._lines(statement, kind, indent, " {" if after is None else after)
        if after is not None:
            self._end = statement.end
        elif statement.block is not None:
            self._end = statement.block.open.end
            self._block(statement.block, heads.inner_kind(kind, statement.tokens[0].text), indent)

    def _lines(self, statement: Statement, kind: str, indent: int, after: str) -> None:
        """Print a statement's lines: the first in columns, then those after a broken comma or in a value map."""
        tokens = statement.tokens
        is_commented = self._next_comment_start() < tokens[-1].start
        lines = lines_of(tokens, self._text, is_commented=is_commented)
        cells = heads.head_of(kind, lines[0].tokens)
        self._add(self._row(lines[0], cells, indent, after if len(lines) == 1 else ""), statement.start)
        self._run.append(self._rows[-1])
        self._end = lines[0].tokens[-1].end
        cases: list[Row] = []
        for line in lines[1:]:
            self._comments_before(line.tokens[-1].start, indent + STEP)
            row = self._row(
                line, _CASE if line.is_case else (), indent + line.extra, after if line is lines[-1] else ""
            )
            cases.append(row)
            self._rows.append(row)
            self._end = line.tokens[-1].end
        settle(cases)

    @staticmethod
    def _row(line: Line, cells: Sequence[heads.Cell], indent: int, after: str) -> Row:
        """Return a line with the cells of its head; a head that is itself broken has no columns."""
        tokens = line.tokens
        padded: list[Padded] = []
        start = 0
        if sum(cell.tokens for cell in cells) <= len(tokens):
            for cell in cells:
                end = start + cell.tokens
                padded.append(Padded(joined(tokens[start:end]), cell.column, cell.gap, cell.least))
                start = end
        if start < len(tokens):
            padded.append(Padded(joined(tokens[start:]) + after))
        else:
            padded[-1] = Padded(padded[-1].text + after)
        return Row(indent, cells=padded)

    def _as_it_is(self, statement: Statement) -> None:
        """Print the lines of a statement with errors."""
        start, end = self._unread.lines_of(statement)
        self._add(Row(text=self._text[start:end]), statement.start)
        self._end = end
        while self._next_comment_start() < end:
            self._next_comment += 1

    # ---- comments ---------------------------------------------------------------------------------------------------

    def _comments_before(self, offset: int, indent: int) -> None:
        """Print the comments up to `offset`: the first at the end of the last line if it stood there."""
        while (start := self._next_comment_start()) < offset:
            comment = self._comments[self._next_comment]
            text = comment.text.rstrip()
            if self._rows and "\n" not in self._text[self._end : start]:
                self._rows[-1].comment = text
                self._rows[-1].comment_at = width(self._text[self._text.rfind("\n", 0, start) + 1 : start])
            else:
                if self.is_after_blank(start):
                    self._end_run()
                margin = " " * indent if len(text) <= LONGEST else ""
                self._add(Row(text=margin + text), start)
            self._end = comment.end
            self._next_comment += 1

    def _next_comment_start(self) -> int:
        if self._next_comment == len(self._comments):
            return len(self._text)
        return self._comments[self._next_comment].start

    def _add(self, row: Row, start: int) -> None:
        row.is_after_blank = self.is_after_blank(start)
        self._rows.append(row)
        self._is_first = False

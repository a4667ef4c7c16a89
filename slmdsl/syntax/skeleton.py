"""The shape of a text before its statements are read: lines joined to statements, braces to blocks.

The formatter and editors work on it too, since it exists for every text, however wrong: nothing of the text is lost
but space. A statement's tokens carry their offsets, so blank lines and breaks after commas can be seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Diagnostic, Label
from slmdsl.syntax import codes, limits
from slmdsl.syntax.scan import BAD, scan

if TYPE_CHECKING:
    from slmdsl.syntax.source_text import SourceText
    from slmdsl.syntax.tokens import Comment, Token

DECLARATION_KEYWORDS: Final = (
    *(
        "calendar",
        "provider",
        "customer",
        "supplier",
        "team",
        "service",
        "request",
        "priorities",
        "clock",
        "escalation",
    ),
    *(
        "template",
        "sla",
        "ola",
        "contract",
        "risk",
        "contingency",
        "staff",
        "profile",
        "load",
        "scenario",
        "experiment",
    ),
    *("source", "report", "improvement"),
)
LINE_KEYWORDS: Final = ("slm", "import", "field")
_DECLARING: Final = frozenset(DECLARATION_KEYWORDS)


@dataclass(slots=True, eq=False)
class Block:
    """What stands between a statement's braces. `close` is None when the text has no closing brace for it."""

    open: Token
    statements: list[Statement] = field(default_factory=list)
    close: Token | None = None


@dataclass(slots=True, eq=False)
class Statement:
    """One statement: its tokens without its block, a prose by itself, or tokens that cannot be read.

    The tokens of a value map, `as { ... }`, belong to the statement, braces included.
    """

    tokens: list[Token]
    block: Block | None = None

    @property
    def is_prose(self) -> bool:
        """Whether this is a text between triple quotes."""
        return self.tokens[0].kind == "PROSE"

    @property
    def is_readable(self) -> bool:
        """Whether no token of it has a diagnostic already."""
        return all(token.kind != BAD for token in self.tokens)

    @property
    def start(self) -> int:
        """The offset of its first character."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """The offset after its last character, its block's closing brace included."""
        if self.block is None:
            return self.tokens[-1].end
        if self.block.close is not None:
            return self.block.close.end
        return self.block.statements[-1].end if self.block.statements else self.block.open.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """A whole text: its statements outside of blocks, and its comments in order."""

    source: SourceText
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]


def skeleton(source: SourceText) -> Skeleton:
    """Cut `source` into statements and blocks. Takes any text; what is wrong with its layout is in `diagnostics`."""
    scanned = scan(source)
    builder = _Builder(scanned.diagnostics)
    for line in scanned.lines:
        if line:
            builder.line(line)
    builder.end()
    return Skeleton(
        source=source,
        statements=tuple(builder.top),
        comments=scanned.comments,
        diagnostics=tuple(builder.diagnostics),
    )


class _Builder:
    """Takes lines of tokens and keeps the blocks that are open."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        self.top: list[Statement] = []
        self.diagnostics = list(diagnostics)
        self._open: list[Block] = []
        self._here = self.top
        self._pending: list[Token] = []  # the statement that is being collected
        self._in_map = False  # inside `as { ... }`
        self._too_deep = 0  # braces opened beyond the limit: they stay in the statement
        self._closed_on_line = False

    def line(self, line: list[Token]) -> None:
        """Take one line that is not empty."""
        first = line[0]
        self._closed_on_line = False
        if (self._open or self._pending) and _declares(line):
            self._flush()
            self._close_all(first)
        elif self._pending and not self._continues(first):
            self._flush()
        if not self._has_brace(line):
            self._pending.extend(line)
        else:
            for token in line:
                self._token(token)
        if self._pending and not self._in_map and self._pending[-1].text != ",":
            self._flush()

    def end(self) -> None:
        """Take the end of the text."""
        self._flush()
        self._close_all(None)

    def _continues(self, first: Token) -> bool:
        if self._in_map:
            return True
        return self._pending[-1].text == "," and first.text != "}"

    @staticmethod
    def _has_brace(line: list[Token]) -> bool:
        return any(token.text in _BRACES or token.kind == "PROSE" for token in line)

    def _token(self, token: Token) -> None:
        if self._in_map:
            self._map_token(token)
        elif token.text == "{" and token.kind == "SIGN":
            self._brace(token)
        elif token.text == "}" and token.kind == "SIGN":
            self._close(token)
        elif token.kind == "PROSE":
            self._flush()
            self._here.append(Statement([token]))
        else:
            self._pending.append(token)

    def _map_token(self, token: Token) -> None:
        self._pending.append(token)
        if token.text == "}":
            self._in_map = False

    def _brace(self, token: Token) -> None:
        if self._pending and self._pending[-1].text == "as":
            self._pending.append(token)
            self._in_map = True
            return
        if len(self._open) >= limits.DEPTH:
            if not self._too_deep:
                message = f"blocks may be nested {limits.DEPTH} deep"
                self._report(codes.TOO_DEEP.at(token.span, message))
            self._too_deep += 1
            self._pending.append(token)
            return
        block = Block(token)
        if self._pending:
            self._here.append(Statement(self._pending, block))
            self._pending = []
        elif self._here and self._here[-1].block is None and not self._here[-1].is_prose:
            message = "this `{` belongs at the end of the line before"
            self._report(codes.NO_BLOCK.at(token.span, message))
            self._here[-1].block = block
        else:
            self._report(codes.NO_BLOCK.at(token.span, "this `{` has no statement before it"))
            self._here.append(Statement([token], block))
        self._open.append(block)
        self._here = block.statements

    def _close(self, token: Token) -> None:
        if self._too_deep:
            self._too_deep -= 1
            self._pending.append(token)
            return
        self._flush()
        self._closed_on_line = True
        if self._open:
            self._open.pop().close = token
            self._here = self._open[-1].statements if self._open else self.top
        else:
            self._report(codes.STRAY_BRACE.at(token.span, "this `}` closes nothing", help="remove it"))

    def _close_all(self, at: Token | None) -> None:
        """Close what a declaration at the start of a line, or the end of the text, finds open."""
        for block in reversed(self._open):
            stop = "a new declaration starts" if at is not None else "the text ends"
            labels = () if at is None else (Label(span=at.span, text="a new declaration starts here"),)
            self._report(
                codes.OPEN_BLOCK.at(
                    block.open.span,
                    f"the block that starts here is still open where {stop}",
                    label="no `}` belongs to this",
                    secondary=labels,
                    help="write `}` on a line of its own where the block ends",
                )
            )
        self._open.clear()
        self._too_deep = 0
        self._here = self.top

    def _flush(self) -> None:
        """End the statement that is being collected."""
        if not self._pending:
            return
        first = self._pending[0]
        if self._in_map:
            opened = next(token for token in reversed(self._pending) if token.text == "{")
            self._report(codes.OPEN_BLOCK.at(opened.span, "the list of values that starts here has no `}`"))
            self._in_map = False
        if self._closed_on_line:
            message = "a statement starts on a line of its own, not after a block's `}`"
            self._report(codes.AFTER_BLOCK.at(first.span, message))
            self._closed_on_line = False
        self._here.append(Statement(self._pending))
        self._pending = []

    def _report(self, diagnostic: Diagnostic) -> None:
        if len(self.diagnostics) <= limits.ERRORS:
            self.diagnostics.append(diagnostic)


_BRACES: Final = frozenset("{}")


def _declares(line: list[Token]) -> bool:
    """Tell whether a line starts a declaration beyond doubt, so that it closes blocks that were left open.

    `clock standard` at the left margin may be a statement that is not indented; `clock standard {` is not. The brace
    of `service "CI" as {` opens no block.
    """
    first, last = line[0], line[-1]
    if first.source.column_at(first.start) != 1:
        return False
    if first.text in _DECLARING:
        brace = next((place for place, token in enumerate(line) if token.text == "{"), 0)
        return brace > 0 and last.text in _BRACES and line[brace - 1].text != "as"
    return first.text == "import"

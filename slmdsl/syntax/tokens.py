"""The pieces that a text is cut into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from slmdsl.base.spans import Span
    from slmdsl.syntax.source_text import SourceText


class Token:
    """A word, number, quoted text or sign of the text.

    `kind` is how the scanner took it: STRING, DATE, TIME, MONTH_DAY, PERCENT, NUMBER, QUANTILE, PATH, NAME, HYPHENATED,
    SIGN, PROSE, or BAD for what has its diagnostic. `type` is the grammar's terminal that the parser took it for, set
    while its statement is parsed; `silent` tells that it is a keyword or sign, which no builder asks for.
    """

    __slots__ = ("end", "kind", "silent", "source", "start", "text", "type")

    def __init__(self, kind: str, text: str, start: int, end: int, source: SourceText) -> None:
        self.kind: Final = kind
        self.text: Final = text
        self.start: Final = start
        self.end: Final = end
        self.source: Final = source
        self.type = kind
        self.silent = False

    @property
    def value(self) -> Token | None:
        """What builders are handed: the token itself, or None if it is silent."""
        return None if self.silent else self

    @property
    def span(self) -> Span:
        """Where the token stands."""
        return self.source.span(self.start, self.end)

    def __repr__(self) -> str:
        return f"Token({self.kind}, {self.text!r}, {self.start})"


class Comment:
    """A comment from its `#` to the end of its line. `alone` tells whether nothing stands before it on the line."""

    __slots__ = ("alone", "end", "start", "text")

    def __init__(self, text: str, start: int, *, alone: bool) -> None:
        self.text: Final = text
        self.start: Final = start
        self.end: Final = start + len(text)
        self.alone: Final = alone

    def __repr__(self) -> str:
        return f"Comment({self.text!r}, {self.start})"

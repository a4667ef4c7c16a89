"""A statement's tokens, line by line: broken after commas where it was, and its value maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slmdsl.syntax.layout.clauses import arranged
from slmdsl.syntax.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STEP: Final = 2
"""Spaces by which a block, a continued line and a list of values are indented."""


@dataclass(frozen=True, slots=True)
class Line:
    """The tokens of one line, and how much further than its statement it is indented."""

    tokens: tuple[Token, ...]
    extra: int = 0
    is_case: bool = False


def lines_of(tokens: Sequence[Token], text: str, *, is_commented: bool) -> list[Line]:
    """Return the lines of a statement of `text`, its clauses in order unless comments stand among them."""
    if any(token.text == "{" for token in tokens):
        return list(_with_maps(tokens, text))
    breaks = frozenset(
        place
        for place, token in enumerate(tokens[:-1])
        if token.text == "," and text.find("\n", token.end, tokens[place + 1].start) >= 0
    )
    found = arranged(tokens, breaks, fixed=is_commented)
    ends = [*(place + 1 for place in sorted(found.breaks)), len(found.tokens)]
    starts = [0, *ends[:-1]]
    return [
        Line(found.tokens[start:end], extra=STEP if start else 0)
        for start, end in zip(starts, ends, strict=True)
    ]


def _with_maps(tokens: Sequence[Token], text: str) -> Iterator[Line]:
    """Yield the lines of a statement with value maps: one on one line stays there, another has a line per case."""
    line: list[Token] = []
    at = 0
    while at < len(tokens):
        line.append(tokens[at])
        if tokens[at].text == "{":
            close = next(place for place in range(at, len(tokens)) if tokens[place].text == "}")
            words = [token for token in tokens[at + 1 : close] if token.text != ","]
            cases = [(pattern, value) for pattern, value in zip(words[::2], words[1::2], strict=True)]
            if text.find("\n", tokens[at].end, tokens[close].start) < 0:
                line += _on_one_line(cases)
            else:
                yield Line(tuple(line))
                for case in cases:
                    yield Line(case, extra=STEP, is_case=True)
                line = []
            line.append(tokens[close])
            at = close
        at += 1
    yield Line(tuple(line))


def _on_one_line(cases: list[tuple[Token, Token]]) -> Iterator[Token]:
    for place, (pattern, value) in enumerate(cases):
        if place:
            yield Token("SIGN", ",", pattern.start, pattern.start, pattern.source)
        yield from (pattern, value)

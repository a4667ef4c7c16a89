"""Tokens to text: one space between them, none where the signs say so, and one word where several mean the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.syntax.tokens import Token

_UNITS: Final = {
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
}
_PLURALS: Final = {
    **{word: f"{word}s" for word in ("day", "week", "month", "quarter", "year", "agent", "point")},
    "miss": "misses",
}
_SINGULARS: Final = {plural: singular for singular, plural in _PLURALS.items()}
_COUNTED: Final = frozenset({*_PLURALS, *_SINGULARS})
_CALLS: Final = frozenset({"mix", "empirical"})
_TIGHT_RANGES: Final = frozenset({"WEEKDAY", "MONTH"})
_MAYBE_TIGHT: Final = frozenset({",", ")", ":", "(", "-", "+", ".."})


def joined(tokens: Sequence[Token]) -> str:
    """Return the text of `tokens`, which stand on one line of a statement that was parsed."""
    parts: list[str] = []
    before: Token | None = None
    for token in tokens:
        if before is not None:
            if not _touch(before, token):
                parts.append(" ")
            parts.append(_word(before, token))
        else:
            parts.append(token.text)
        before = token
    return "".join(parts)


def _touch(before: Token, token: Token) -> bool:
    """Tell whether no space stands between two neighbours."""
    sign, last = token.text, before.text
    if sign not in _MAYBE_TIGHT and last not in _MAYBE_TIGHT:
        return False
    if sign in {",", ")", ":"} or last in {"(", "-"}:
        return True
    if sign == "(":
        return before.type == "FAMILY" or last in _CALLS
    if sign == "-":
        return before.type == "TIME"
    if last == "+":
        return token.type == "PERCENT"
    return (sign == ".." and before.type in _TIGHT_RANGES) or (last == ".." and token.type in _TIGHT_RANGES)


def _word(before: Token, token: Token) -> str:
    """Return the one word for what is counted or measured: `hours` is `h`, `1 days` is `1 day`."""
    word = token.text
    if before.type == "NUMBER" and word in _COUNTED and token.type not in {"NAME", "PATH"}:
        return _SINGULARS.get(word, word) if before.text == "1" else _PLURALS.get(word, word)
    if token.type == "UNIT" and before.type == "NUMBER":
        return _UNITS.get(word, word)
    return word

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
# Business time is said in full: whether `1` stands before it, then what is written for what.
_BUSINESS: Final = {
    True: dict.fromkeys(("h", "hr", "hrs", "hours"), "hour") | {"days": "day"},
    False: dict.fromkeys(("h", "hr", "hrs", "hour"), "hours") | {"day": "days"},
}
_COUNTED: Final = frozenset({*_PLURALS, *_SINGULARS})
_CALLS: Final = frozenset({"mix", "empirical"})
_TIGHT_RANGES: Final = frozenset({"WEEKDAY", "MONTH"})
_MAYBE_TIGHT: Final = frozenset({",", ")", ":", "(", "-", "+", ".."})


def joined(tokens: Sequence[Token]) -> str:
    """Return the text of `tokens`, which stand on one line of a statement that was parsed."""
    if not tokens:
        return ""
    before = tokens[0]
    parts = [before.text]
    for place in range(1, len(tokens)):
        token = tokens[place]
        if not _touch(before, token):
            parts.append(" ")
        if before.type == "NUMBER":
            parts.append(_counted(before.text, token))
        elif before.text == "business" and token.type == "UNIT":
            parts.append(_BUSINESS[tokens[place - 2].text == "1"].get(token.text, token.text))
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


def _counted(number: str, token: Token) -> str:
    """Return the one word for what is counted or measured: `4 hours` is `4 h`, `1 days` is `1 day`."""
    word = token.text
    if token.type == "NAME":
        return word
    if word in _COUNTED:
        return _SINGULARS.get(word, word) if number == "1" else _PLURALS.get(word, word)
    return _UNITS.get(word, word) if token.type == "UNIT" else word

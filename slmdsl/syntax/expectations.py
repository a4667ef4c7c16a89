"""What a parser could take, said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.base.suggest import nearest, one_of
from slmdsl.syntax.automaton import END
from slmdsl.syntax.grammars import CLAUSE_COMMA, member_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from slmdsl.syntax.grammars import Grammar
    from slmdsl.syntax.tokens import Token

_DURATION: Final = "a duration such as `4 h`"
_WORDS: Final = {
    END: "the end of the line",
    CLAUSE_COMMA: "`,`",
    "STRING": 'a quoted text such as `"P1"`',
    "DATE": "a date such as `2027-01-31`",
    "TIME": "a time such as `08:00`",
    "MONTH_DAY": "a yearly day such as `12-26`",
    "PERCENT": "a percentage such as `95%`",
    "NUMBER": "a number",
    "QUANTILE": "a quantile such as `p95`",
    "ZONE": "a time zone such as `Europe/Amsterdam`",
    "REGION": "a country or region such as `NL` or `US-CA`",
    "CURRENCY": "an amount of money such as `EUR 1_000`",
    "NAME": "a name",
    "PATH": "a name with a dot such as `till.checkout_ms`",
    "UNIT": "a unit of time such as `h` or `min`",
    "METRIC_UNIT": "a unit such as `MB`",
    "WEEKDAY": "a day such as `mon`",
    "WEEKDAY_NAME": "a day such as `sunday`",
    "MONTH": "a month such as `nov`",
    "FAMILY": "a distribution such as `lognormal(mean 6 h, p95 14 h)`",
    "FACT": "a fact such as `ticket`, `priority` or `opened`",
}
_LISTED_AT_MOST: Final = 12
_LONGEST_SLIP: Final = 30


class Expectations:
    """What could stand after the first tokens of a statement, which were taken for what their `type` says."""

    def __init__(self, grammar: Grammar, start: str, tokens: Sequence[Token]) -> None:
        self._grammar = grammar
        path = grammar.path(start).after(token.type for token in tokens)
        if path is None:
            msg = f"these tokens were never taken for the beginning of a {start}"
            raise ValueError(msg)
        self._path = path
        self.terminals: Final = path.accepted()

    def said(self) -> list[str]:
        """Return what may stand next, in words: names and values first, then keywords by the alphabet."""
        accepted = set(self.terminals)
        if {"NAME", "PATH"} <= accepted:
            accepted.discard("PATH")
        if "WEEKDAY_NAME" in accepted:
            accepted.discard("WEEKDAY")
        words = self._grammar.word_of
        values = [said for terminal in accepted if terminal not in words for said in self._in_words(terminal)]
        keywords = [f"`{words[terminal]}`" for terminal in accepted if terminal in words]
        return list(dict.fromkeys(sorted(values) + sorted(keywords)))

    def words(self) -> list[str]:
        """Return the words of the language that may stand next, for suggestions."""
        found: set[str] = set()
        for terminal in self.terminals:
            if terminal in self._grammar.word_of:
                found.add(self._grammar.word_of[terminal])
            else:
                found.update(member_words(terminal))
        return sorted(word for word in found if word[0].isalpha())

    def _in_words(self, terminal: str) -> list[str]:
        if terminal == "NUMBER":
            return [self._number_in_words()]
        if terminal in _WORDS:
            return [_WORDS[terminal]]
        return [f"`{word}`" for word in member_words(terminal)]

    def _number_in_words(self) -> str:
        """Say what a number would begin: a duration if only a unit can follow it."""
        path = self._path.after(["NUMBER"])
        following = frozenset[str]() if path is None else path.accepted()
        if not following & {"UNIT", "BUSINESS"}:
            return "a number"
        return _DURATION if following <= {"UNIT", "BUSINESS"} else f"a number or {_DURATION}"


def listed(words: list[str]) -> str:
    """Join what is expected for a sentence, cut short where the list is long."""
    if len(words) <= _LISTED_AT_MOST:
        return one_of(words)
    return f"{', '.join(words[:_LISTED_AT_MOST])} or {len(words) - _LISTED_AT_MOST} other words"


def meant_by(word: str, candidates: Iterable[str]) -> list[str]:
    """Return the one of `candidates` that looks like `word`, if there is one; long words are nobody's slip."""
    return nearest(word, candidates) if len(word) <= _LONGEST_SLIP and word.isidentifier() else []


def said(token: Token) -> str:
    """Return a token as messages quote it, cut short."""
    longest = 40
    text = token.text if len(token.text) <= longest else f"{token.text[:longest]}…"
    return f"`{text}`"

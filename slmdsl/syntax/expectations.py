"""What a parser could take, said in words."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Final

from lark.exceptions import UnexpectedToken

from slmdsl.base.suggest import one_of
from slmdsl.syntax.grammars import CLAUSE_COMMA, member_words

if TYPE_CHECKING:
    from lark.parsers.lalr_interactive_parser import InteractiveParser

    from slmdsl.syntax.grammars import Grammar
    from slmdsl.syntax.tokens import Token

END: Final = "$END"
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


def expected_words(grammar: Grammar, state: InteractiveParser) -> list[str]:
    """Return what may stand next, in words: names and values first, then keywords by the alphabet."""
    accepted = state.accepts()
    if {"NAME", "PATH"} <= accepted:
        accepted.discard("PATH")
    if "WEEKDAY_NAME" in accepted:
        accepted.discard("WEEKDAY")
    values = [_in_words(terminal, state) for terminal in accepted if terminal not in grammar.word_of]
    keywords = [f"`{grammar.word_of[terminal]}`" for terminal in accepted if terminal in grammar.word_of]
    return list(dict.fromkeys(sorted(values) + sorted(keywords)))


def listed(words: list[str]) -> str:
    """Join what is expected for a sentence, cut short where the list is long."""
    if len(words) <= _LISTED_AT_MOST:
        return one_of(words)
    return f"{', '.join(words[:_LISTED_AT_MOST])} or {len(words) - _LISTED_AT_MOST} other words"


def acceptable_words(grammar: Grammar, state: InteractiveParser) -> list[str]:
    """Return the words of the language that may stand next, for suggestions."""
    found: list[str] = []
    for terminal in state.accepts():
        if terminal in grammar.word_of:
            found.append(grammar.word_of[terminal])
        else:
            found.extend(member_words(terminal))
    return sorted(word for word in set(found) if word[0].isalpha())


def _in_words(terminal: str, state: InteractiveParser) -> str:
    if terminal == "NUMBER":
        return _number_in_words(state)
    if terminal in _WORDS:
        return _WORDS[terminal]
    return one_of(f"`{word}`" for word in member_words(terminal)) or terminal.lower()


def _number_in_words(state: InteractiveParser) -> str:
    """Say what a number would begin: a duration if only a unit can follow it."""
    following = _after_number(state)
    if not following & {"UNIT", "BUSINESS"}:
        return "a number"
    return _DURATION if following <= {"UNIT", "BUSINESS"} else f"a number or {_DURATION}"


class _Number:
    """A token of no place, to try what would follow it."""

    type = "NUMBER"
    value = None


def _after_number(state: InteractiveParser) -> set[str]:
    tried = state.copy(deepcopy_values=False)
    tried.parser_state.parse_conf = copy(tried.parser_state.parse_conf)
    tried.parser_state.parse_conf.callbacks = {}
    try:
        tried.parser_state.feed_token(_Number())  # type: ignore[arg-type] # a parser asks for the type alone
    except UnexpectedToken:
        return set()
    return tried.accepts()


def said(token: Token) -> str:
    """Return a token as messages quote it, cut short."""
    longest = 40
    text = token.text if len(token.text) <= longest else f"{token.text[:longest]}…"
    return f"`{text}`"

"""What people write in place of the language's words, from other languages and habits, and what is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Fix

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from slmdsl.syntax.tokens import Token

_PERIODS: Final = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annually": "year",
}
_MEASURES: Final = {
    "uptime": "availability",
    "respond": "response",
    "responded": "response",
    "resolve": "resolution",
    "resolved": "resolution",
    "fix": "resolution",
    "repair": "resolution",
    "fulfil": "fulfilment",
    "average": "mean",
    "maximum": "max",
    "number": "count",
}
_BOUNDS: Final = {">=": "at least", "<=": "at most"}
_REGIONS: Final = dict(
    pair.split("=")
    for pair in (
        "argentina=AR australia=AU austria=AT belgium=BE brazil=BR canada=CA chile=CL china=CN colombia=CO czechia=CZ"
        " denmark=DK england=GB-ENG finland=FI france=FR germany=DE deutschland=DE greece=GR hungary=HU india=IN"
        " indonesia=ID ireland=IE israel=IL italy=IT italia=IT japan=JP kenya=KE luxembourg=LU malaysia=MY mexico=MX"
        " netherlands=NL nederland=NL nigeria=NG norway=NO pakistan=PK philippines=PH poland=PL portugal=PT romania=RO"
        " russia=RU scotland=GB-SCT singapore=SG spain=ES sweden=SE switzerland=CH taiwan=TW thailand=TH turkey=TR"
        " ukraine=UA usa=US vietnam=VN wales=GB-WLS"
    ).split()
)
LIKE: Final = {
    "assumes": "assumes incidents at most 3_000 each month, above it no credits",
    "between": "between globex and acme",
    "cap": "cap credits 15% of fee each month",
    "credit": "credit p1_fix below 90% pays 2% of fee, below 80% pays 5% of fee",
    "earn": "earn back p1_fix met 3 months in a row 50%",
    "exclude": 'exclude incidents where site = "Delft" because "Clause 7"',
    "fee": "fee EUR 42_000 each month",
    "no": "no credits until 2027-04-01",
    "review": "review every quarter",
    "terminate": "terminate when p1_fix missed 6 of 12 months",
    "timezone": "timezone Europe/Amsterdam",
    "valid": "valid 2027-01-01 .. 2027-12-31",
}
"""How statements are written whose parts are easily put in another order."""

_WHOLE: Final = re.compile(r"[0-9][0-9_]*")
_THOUSANDS: Final = re.compile(r"[0-9]{3}")
_DECIMALS: Final = re.compile(r"[0-9]+(?:\s*%)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What is meant, as a help line, and how to write it."""

    help: str
    fixes: tuple[Fix, ...] = ()


def slip_at(
    tokens: Sequence[Token], index: int, terminals: frozenset[str], words: Collection[str]
) -> Slip | None:
    """Return what is meant by the token that could not be taken; None if it is no known slip."""
    token = tokens[index]
    word = token.text.casefold()
    if word in _PERIODS and "each" in words:
        return _write(token, token, f"each {_PERIODS[word]}")
    if word in _PERIODS and "every" in words:
        return _write(token, token, f"every {_PERIODS[word]}")
    if _MEASURES.get(word) in words:
        return _write(token, token, _MEASURES[word])
    if word in _BOUNDS and "at" in words:
        return _write(token, token, _BOUNDS[word])
    if _priority(tokens, index):
        return _write(tokens[index - 1], token, f"P{word}")
    if word in ("working", "work", "workdays", "bank") and terminals & {"UNIT", "BUSINESS"}:
        return _write(token, token, "business days" if word == "workdays" else "business")
    if "REGION" in terminals and word in _REGIONS:
        return _write(token, token, _REGIONS[word])
    return _comma(tokens, index)


def written_like(first: Token) -> str | None:
    """Return a statement that begins with the same word, for help with the order of its parts."""
    like = LIKE.get(first.text)
    return None if like is None else f"it is written like `{like}`"


def _write(first: Token, last: Token, right: str) -> Slip:
    span = first.span.to(last.span)
    return Slip(
        help=f"write `{right}`",
        fixes=(Fix(span=span, replacement=right, description=f"write `{right}`"),),
    )


def _priority(tokens: Sequence[Token], index: int) -> bool:
    """Return whether `Priority 1` or `prio 1` stands where a priority such as `P1` does."""
    before = tokens[index - 1].text.casefold() if index else ""
    return (
        before in ("priority", "prio", "severity", "sev")
        and len(tokens[index].text) == 1
        and tokens[index].text.isdigit()
    )


def _comma(tokens: Sequence[Token], index: int) -> Slip | None:
    """Return the number with a point for one with a comma: the token is one of its three parts."""
    first = next((at for at in (index - 1, index - 2) if at >= 0 and tokens[at + 1].text == ","), index)
    parts = tokens[first : first + 3]
    if first < 0 or len(parts) < 3 or parts[1].text != ",":  # noqa: PLR2004 - a number, a comma, a number
        return None
    whole, _, rest = parts
    touching = whole.end == parts[1].start and parts[1].end == rest.start
    if not touching or not _DECIMALS.fullmatch(rest.text):
        return None
    if _THOUSANDS.fullmatch(rest.text):
        return _thousands(tokens, first)
    if _WHOLE.fullmatch(whole.text):
        right = _write(whole, rest, f"{whole.text}.{rest.text}")
        return Slip(help=f"decimals are written with a point: `{whole.text}.{rest.text}`", fixes=right.fixes)
    return Slip(help="decimals are written with a point, thousands with `_`: `1_000.50`")


def _thousands(tokens: Sequence[Token], first: int) -> Slip:
    """Return what `100,000` means: of money a hundred thousand, elsewhere it is told and not guessed."""
    last = first
    while (
        len(tokens) > last + 2
        and tokens[last + 1].text == ","
        and _THOUSANDS.fullmatch(tokens[last + 2].text)
    ):
        last += 2
    right = "_".join(token.text for token in tokens[first : last + 1 : 2])
    if first and tokens[first - 1].type == "CURRENCY":
        return _write(tokens[first], tokens[last], right)
    return Slip(
        help=f"thousands are written with `_`, decimals with a point: `{right}` or `{right.replace('_', '.', 1)}`"
    )

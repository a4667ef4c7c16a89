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
_WHOLE: Final = re.compile(r"[0-9][0-9_]*")
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
    if word in ("working", "work", "workdays", "bank") and terminals & {"UNIT", "BUSINESS"}:
        return _write(token, token, "business days" if word == "workdays" else "business")
    if "REGION" in terminals and word in _REGIONS:
        return _write(token, token, _REGIONS[word])
    return _comma(tokens, index)


def _write(first: Token, last: Token, right: str) -> Slip:
    span = first.span.to(last.span)
    return Slip(
        help=f"write `{right}`",
        fixes=(Fix(span=span, replacement=right, description=f"write `{right}`"),),
    )


def _comma(tokens: Sequence[Token], index: int) -> Slip | None:
    """Return the number with a point for one with a comma: the token is its first part, or the comma."""
    first = index - 1 if tokens[index].text == "," else index
    parts = tokens[first : first + 3]
    if first < 0 or len(parts) < 3 or parts[1].text != ",":  # noqa: PLR2004 - a number, a comma, a number
        return None
    whole, _, rest = parts
    touching = whole.end == parts[1].start and parts[1].end == rest.start
    if not touching or not _DECIMALS.fullmatch(rest.text):
        return None
    if _WHOLE.fullmatch(whole.text):
        right = _write(whole, rest, f"{whole.text}.{rest.text}")
        return Slip(help=f"decimals are written with a point: `{whole.text}.{rest.text}`", fixes=right.fixes)
    return Slip(help="decimals are written with a point, thousands with `_`: `1_000.50`")

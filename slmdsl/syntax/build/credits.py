"""Builders of fees, credits and what else hangs on a miss, within `grammar/agreements.lark`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.syntax.build import values
from slmdsl.syntax.build.rules import made, node
from slmdsl.syntax.tree import credits as tree

if TYPE_CHECKING:
    from slmdsl.base.spans import Span
    from slmdsl.syntax.tokens import Token

fee = made(tree.Fee, "money", "period")
credit = node(lambda span, target, *terms: tree.Credit(target=target, terms=terms, span=span))
band_below = node(lambda span, level, pays: tree.Band(below=True, level=level, pays=pays, span=span))
band_above = node(lambda span, level, pays: tree.Band(below=False, level=level, pays=pays, span=span))
pays_once = node(lambda span, pays: tree.PerMiss(pays=pays, each_miss=False, span=span))
pays_per_miss = node(lambda span, pays: tree.PerMiss(pays=pays, each_miss=True, span=span))
pays_repeated = made(tree.Repeated, "missed", "pays")
cap = node(lambda span, *limits: tree.Cap(limits=limits, span=span))
cap_limit = made(tree.CapLimit, "amount", "period")
earn_back = made(tree.EarnBack, "target", "met", "share")
terminate = made(tree.Terminate, "target", "missed")


@node
def percent_of_fee(span: Span, percent: Token) -> tree.PercentOfFee:
    """Build `2% of fee`."""
    return tree.PercentOfFee(share=values.ratio_of(percent), span=span)


@node
def points(span: Span, number: Token) -> tree.Points:
    """Build `1.5 points`."""
    return tree.Points(points=values.number_of(number), span=span)


@node
def in_a_row(span: Span, times: Token, unit: Token) -> tree.InARow:
    """Build `3 months in a row`."""
    return tree.InARow(times=values.whole_of(times), unit=unit.text.removesuffix("s"), span=span)


@node
def out_of(span: Span, times: Token, of: Token, unit: Token) -> tree.OutOf:
    """Build `3 of 6 months`."""
    return tree.OutOf(
        times=values.whole_of(times), of=values.whole_of(of), unit=unit.text.removesuffix("s"), span=span
    )


@node
def no_credits_until(span: Span, day: Token) -> tree.NoCreditsUntil:
    """Build `no credits until 2027-04-01`."""
    return tree.NoCreditsUntil(day=values.date_of(day), span=span)

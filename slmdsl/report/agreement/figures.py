"""Figures as an agreement prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.units import Money
from slmdsl.contract.model.credits import FeeShare, Points
from slmdsl.evaluate.credits.records import POINTS
from slmdsl.evaluate.credits.terms import half_up
from slmdsl.report.document.tree import Cell
from slmdsl.report.words import money_words

if TYPE_CHECKING:
    from fractions import Fraction

    from slmdsl.contract.model.credits import CreditAmount
    from slmdsl.report.language import Language


def amount_cell(amount: Fraction, unit: str, say: Language) -> Cell:
    """Return an exact amount of minor units or points as a figure, money rounded half up to the minor unit."""
    if unit == POINTS:
        return Cell(text=say.counted(amount, "point"), value=amount, unit=POINTS)
    money = Money(currency=unit, minor=half_up(amount))
    return Cell(text=money_words(money), value=money, unit=unit)


def pays_words(amount: CreditAmount, fee: Money | None, fees: int, say: Language) -> str:
    """Return how an amount comes about: `2 % × EUR 42,000`, of several fees `2 % × 3 × EUR 42,000`."""
    if isinstance(amount, Money):
        return money_words(amount)
    if isinstance(amount, Points):
        return say.counted(amount.points, "point")
    share: FeeShare = amount
    if fee is None:
        return say.say("pays.fee", share=say.share(share.share))
    many = "" if fees == 1 else f"{fees} × "
    return f"{say.share(share.share)} × {many}{money_words(fee)}"

"""What one level of a target pays under its credit clause: bands, and money made of shares of the fee."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import Money
from slmdsl.contract.model.agreements import CalendarPeriod, PeriodUnit
from slmdsl.contract.model.credits import Band, FeeShare, OnMiss

if TYPE_CHECKING:
    from slmdsl.contract.model.agreements import Period
    from slmdsl.contract.model.credits import CreditAmount, CreditClause, CreditPlan

MONTHS: Final = {PeriodUnit.MONTH: 1, PeriodUnit.QUARTER: 3, PeriodUnit.YEAR: 12}
"""How many months a calendar period has."""


def paid_for_level(
    clause: CreditClause, plan: CreditPlan, level: Fraction, *, missed: bool = False, fees: int = 1
) -> CreditAmount | None:
    """Return what a target's level pays in one period, before caps: the deepest band reached, else what a miss pays.

    Args:
        clause: the credit on the target; what it pays per missed ticket and on repetition is not a matter of a level.
        plan: gives the fee.
        level: in the unit of `Band.level`: a ratio from 0 to 1, microseconds or business days, or a plain number.
        missed: whether the target is missed at this level, for a clause that `pays EUR 500` for a missed period.
        fees: how many fee periods the target's period spans (see `fees_spanned`).

    Returns:
        Money (of a share of the fee, rounded half up) or points; a `FeeShare` if no fee is said; None for nothing.

    >>> from slmdsl.contract import check
    >>> from slmdsl.syntax.parse import parse
    >>> text = '''service mail {
    ... }
    ... sla gold {
    ...   target up: availability of mail at least 99.9% each month
    ...   fee EUR 42_000 each month
    ...   credit up below 99.9% pays 2% of fee, below 99.5% pays 5% of fee
    ... }
    ... '''
    >>> contract, _ = check([parse(text, "a.slm").tree])
    >>> plan = contract.agreements["gold"].credits
    >>> str(paid_for_level(plan.clauses[0], plan, Fraction("0.992")))
    'EUR 2_100'
    """
    band = deepest(clause, level)
    flat = next((each for each in clause.terms if isinstance(each, OnMiss) and not each.each_miss), None)
    if band is not None:
        return payable(band.pays, plan, fees)
    return payable(flat.pays, plan, fees) if missed and flat is not None else None


def deepest(clause: CreditClause, level: Fraction) -> Band | None:
    """Return the deepest band that a level reaches, which is the only one that pays; bands are strict.

    A level of exactly 99.9% is not `below 99.9%`.
    """
    bands = [each for each in clause.terms if isinstance(each, Band)]
    reached = [each for each in bands if (level < each.level if each.below else level > each.level)]
    return min(reached, key=lambda each: each.level if each.below else -each.level, default=None)


def payable(amount: CreditAmount, plan: CreditPlan, fees: int = 1) -> CreditAmount:
    """Return an amount with a share of the fee turned into money, rounded half up; a share stays one without a fee."""
    if not isinstance(amount, FeeShare) or not plan.fees:
        return amount
    fee = plan.fees[-1].money
    return Money(currency=fee.currency, minor=half_up(amount.share * fee.minor * fees))


def half_up(exact: Fraction) -> int:
    """Return the nearest whole number, the larger of two in size: 2.5 is 3, -2.5 is -3.

    >>> half_up(Fraction(5, 2)), half_up(Fraction(-5, 2)), half_up(Fraction(7, 3))
    (3, -3, 2)
    """
    size = int(abs(exact) + Fraction(1, 2))
    return size if exact >= 0 else -size


def fees_spanned(period: Period, fee_period: Period) -> int:
    """Return of how many fees a share of the fee is, for a whole period: a quarter has three monthly fees.

    It is one for a period shorter than the fee's, and for periods that no whole number of fees fills.

    >>> fees_spanned(CalendarPeriod(unit=PeriodUnit.QUARTER), CalendarPeriod(unit=PeriodUnit.MONTH))
    3
    """
    if not (isinstance(period, CalendarPeriod) and isinstance(fee_period, CalendarPeriod)):
        return 1
    return max(MONTHS.get(period.unit, 1) // MONTHS.get(fee_period.unit, 1), 1)

"""Shares of the fee: how many fees a period has, and what an amount comes to in exact minor units or points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from slmdsl.base.units import Money, Ratio, plain
from slmdsl.contract.model.agreements import CalendarPeriod, PeriodUnit, RollingPeriod
from slmdsl.contract.model.credits import FeeShare, Points, RollingMonths
from slmdsl.evaluate.credits.history import is_longer
from slmdsl.evaluate.credits.records import POINTS
from slmdsl.evaluate.credits.terms import half_up
from slmdsl.rules.periods import PeriodGrid

if TYPE_CHECKING:
    from datetime import date

    from slmdsl.contract.model.agreements import Agreement, Period
    from slmdsl.contract.model.credits import CreditAmount, Fee

MONTH = CalendarPeriod(unit=PeriodUnit.MONTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """An amount in one unit: exact minor units of the currency `unit`, or points, and how it came about.

    Without a fee, a share of it has no unit and is worth nothing.
    """

    unit: str | None
    amount: Fraction
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """The fee of an agreement, and the calendar periods for which it is due."""

    agreement: Agreement
    fee: Fee | None

    @classmethod
    def of(cls, agreement: Agreement) -> Fees:
        """Return the fee that an agreement says, of several the last."""
        plan = agreement.credits
        return cls(agreement=agreement, fee=plan.fees[-1] if plan and plan.fees else None)

    @property
    def period(self) -> CalendarPeriod:
        """The periods of the fee; months where there is none, or a rolling one."""
        said = self.fee.period if self.fee else MONTH
        return said if isinstance(said, CalendarPeriod) else MONTH

    @property
    def grid(self) -> PeriodGrid:
        """The fee's periods by number."""
        return PeriodGrid.of(self.period, self.agreement)

    def spanned(self, period: Period, first: date, last: date) -> int:
        """Return of how many fees a share is that is paid for the days `first..last` of a `period`.

        It is those of all fee periods that it touches, whole ones even where `valid` cuts them, and one for a period
        that is not longer than the fee's.
        """
        if not is_longer(period, self.period):
            return 1
        return self.grid.number_of(last) - self.grid.number_of(first) + 1

    def capped(self, period: Period | RollingMonths, first: date, last: date) -> int:
        """Return of how many fees a cap is for the days `first..last`: those of a rolling span that begin in it."""
        if not isinstance(period, RollingMonths | RollingPeriod):
            return self.spanned(period, *self._in_force(first, last))
        return max(self.grid.number_of(last) - self.grid.number_of(first - timedelta(days=1)), 1)

    def worth(self, amount: CreditAmount, *, fees: int = 1, times: int = 1) -> Worth:
        """Return what an amount is, `fees` fees and `times` misses taken together."""
        if isinstance(amount, Money):
            exact = Fraction(amount.minor) * times
            return Worth(
                unit=amount.currency, amount=exact, words=_product(times, str(amount), exact, amount.currency)
            )
        if isinstance(amount, Points):
            exact = amount.points * times
            return Worth(
                unit=POINTS, amount=exact, words=_product(times, said(amount.points, POINTS), exact, POINTS)
            )
        return self._share(amount, fees, times)

    def _share(self, amount: FeeShare, fees: int, times: int) -> Worth:
        share = f"{Ratio(amount.share)} of "
        if self.fee is None:
            return Worth(unit=None, amount=Fraction(0), words=f"{share}fee, and no fee is said")
        money = self.fee.money
        exact = amount.share * money.minor * fees * times
        many = "" if times == 1 else f"{times} x "
        sum_of = str(money) if fees == 1 else f"{fees} x {money}"
        words = f"{many}{share}{sum_of} = {said(exact, money.currency)}"
        return Worth(unit=money.currency, amount=exact, words=words)

    def _in_force(self, first: date, last: date) -> tuple[date, date]:
        begin, end = self.agreement.valid_from or first, self.agreement.valid_to or last
        return max(first, begin), min(last, end)


def said(exact: Fraction, unit: str) -> str:
    """Say an exact amount of minor units or points, with what is below the minor unit: `EUR 6.67 (rounded)`.

    >>> said(Fraction(210_000), "EUR"), said(Fraction(2000, 3), "EUR"), said(Fraction(3, 2), "points")
    ('EUR 2_100', 'EUR 6.67 (rounded)', '1.5 points')
    """
    if unit == POINTS:
        return f"{plain(exact)} {'point' if exact == 1 else 'points'}"
    rounded = half_up(exact)
    return f"{Money(currency=unit, minor=rounded)}{'' if exact == rounded else ' (rounded)'}"


def _product(times: int, each: str, exact: Fraction, unit: str) -> str:
    return each if times == 1 else f"{times} x {each} = {said(exact, unit)}"

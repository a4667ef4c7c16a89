"""How long periods are, and what a level over a long one says of a short one."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import plain
from slmdsl.contract.model.agreements import CalendarPeriod, PeriodUnit

if TYPE_CHECKING:
    from slmdsl.contract.model.agreements import Period, Target

LONGEST_DAYS: Final = {
    PeriodUnit.DAY: 1,
    PeriodUnit.WEEK: 7,
    PeriodUnit.MONTH: 31,
    PeriodUnit.QUARTER: 92,
    PeriodUnit.YEAR: 366,
}
_MEAN_DAYS: Final = {
    PeriodUnit.DAY: Fraction(1),
    PeriodUnit.WEEK: Fraction(7),
    PeriodUnit.MONTH: Fraction(365, 12),
    PeriodUnit.QUARTER: Fraction(365, 4),
    PeriodUnit.YEAR: Fraction(365),
}
_MARGIN: Final = Fraction(6, 5)
"""Periods that differ by less are alike: a month and rolling 28 days."""


def days_in(period: Period) -> int:
    """Return the days of a period, of the longest one of its kind."""
    return LONGEST_DAYS[period.unit] if isinstance(period, CalendarPeriod) else period.days


def mean_days(period: Period) -> Fraction:
    """Return the mean days of a period."""
    return _MEAN_DAYS[period.unit] if isinstance(period, CalendarPeriod) else Fraction(period.days)


def longer_period(one: Period, other: Period) -> bool:
    """Whether one kind of period is clearly longer than another."""
    return mean_days(one) > mean_days(other) * _MARGIN


def share_of_a_part(level: Fraction, backing: Target, target: Target) -> Fraction:
    """Return how low a level kept over the backing's period can be in one of the target's; it may be below zero."""
    return 1 - (1 - level) * mean_days(backing.period) / mean_days(target.period)


def words_of_period(period: Period) -> str:
    """Say one period: `a month`, `28 days`."""
    return f"a {period.unit.value}" if isinstance(period, CalendarPeriod) else f"{period.days} days"


def percent_words(share: Fraction) -> str:
    """Say a share, to a hundredth of a percent and not below nothing."""
    return f"{plain(round(max(share, Fraction(0)) * 100, 2))}%"

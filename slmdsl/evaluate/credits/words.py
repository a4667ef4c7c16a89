"""The arithmetic of credits in words: levels, how often something was missed, caps and their periods."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import Money, Ratio, clock_words, plain
from slmdsl.contract.model.agreements import (
    Availability,
    CalendarPeriod,
    LongestOutage,
    Restore,
    Share,
    Statistic,
    Within,
)
from slmdsl.contract.model.credits import FeeShare, Points, RollingMonths

if TYPE_CHECKING:
    from slmdsl.contract.model.agreements import Period, Target
    from slmdsl.contract.model.credits import Band, Cap, CreditAmount, Repetition
    from slmdsl.evaluate.period_verdicts import PeriodVerdict

_PLACES: Final = 10**6


def at_level(row: PeriodVerdict, band: Band) -> str:
    """Say which band a level reaches: `99.2% is below 99.5%`."""
    level = level_words(row.exact or Fraction(0), row.target)
    return f"{level} is {'below' if band.below else 'above'} {level_words(band.level, row.target)}"


def level_words(level: Fraction, target: Target) -> str:
    """Say a level in the words of its target: a percentage, clock time, business days, or a number."""
    form = target.form
    if isinstance(form, Within | Share | Availability | Restore):
        return _rounded(level * 100, "%")
    if isinstance(form, Statistic | LongestOutage):
        if form.limit.values[0][1].duration.business_days:
            return _rounded(level, " business days")
        return clock_words(int(level)) if level.denominator == 1 else f"about {clock_words(int(level))}"
    return _rounded(level, "")


def _rounded(number: Fraction, unit: str) -> str:
    """Say a number, or six decimals of it towards zero with the word `about`."""
    if _PLACES % number.denominator == 0:
        return f"{plain(number)}{unit}"
    return f"about {plain(Fraction(int(number * _PLACES), _PLACES))}{unit}"


def often_words(often: Repetition, count: int, word: str = "missed") -> str:
    """Say how often it was: `missed 4 months in a row (3 asked for)`, `missed 3 of 6 months`."""
    if often.of is not None:
        return f"{word} {count} of the last {often.of} {often.unit.value}s"
    more = "" if count == often.times else f" ({often.times} asked for)"
    return f"{word} {count} {often.unit.value}{'' if count == 1 else 's'} in a row{more}"


def cap_words(cap: Cap) -> str:
    """Say a cap as it is written: `cap 15% of fee each month`."""
    return f"cap {amount_words(cap.amount)} {period_words(cap.period)}"


def amount_words(amount: CreditAmount) -> str:
    """Say an amount as it is written: `2% of fee`, `EUR 750`, `1.5 points`."""
    if isinstance(amount, FeeShare):
        return f"{Ratio(amount.share)} of fee"
    if isinstance(amount, Points):
        return f"{plain(amount.points)} {'point' if amount.points == 1 else 'points'}"
    money: Money = amount
    return str(money)


def period_words(period: Period | RollingMonths) -> str:
    """Say a period as it is written: `each month`, `each rolling 12 months`."""
    if isinstance(period, CalendarPeriod):
        return f"each {period.unit.value}"
    if isinstance(period, RollingMonths):
        return f"each rolling {period.months} months"
    return f"each rolling {period.days} days"

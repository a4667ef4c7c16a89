"""Days of the calendar as numbers: how long their periods are, how demand has grown by them, which are holidays."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from math import log
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.calendars.public_holidays import holiday_days

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slmdsl.contract.model.work import Growth, Rate, RateUnit
    from slmdsl.workload.plan import Bools, Floats

EPOCH: Final = date(1970, 1, 1).toordinal()
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_DAYS: Final = {"hour": 1 / 24, "day": 1.0, "week": 7.0}
_YEAR: Final = 12
MOST_GROWTH: Final = 1e100


def day_of(at: date) -> int:
    """Return a date as days since 1970-01-01.

    >>> day_of(date(1970, 1, 2))
    1
    """
    return at.toordinal() - EPOCH


def date_of(day: int) -> date:
    """Return the date of a day since 1970-01-01."""
    return date.fromordinal(day + EPOCH)


def period_around(at: date, unit: RateUnit) -> tuple[date, date]:
    """Return the month, quarter or year that a day lies in, as its first day and the first one after it.

    >>> period_around(date(2027, 5, 3), "quarter")
    (datetime.date(2027, 4, 1), datetime.date(2027, 7, 1))
    """
    months = _MONTHS[unit]
    first = date(at.year, (at.month - 1) // months * months + 1, 1)
    return first, months_later(first, months)


def months_later(at: date, months: int) -> date:
    """Return the same day of a later (or earlier) month, the last one where that month is shorter.

    >>> months_later(date(2027, 1, 31), 1)
    datetime.date(2027, 2, 28)
    """
    years, month = divmod(at.month - 1 + months, _YEAR)
    year = at.year + years
    return date(year, month + 1, min(at.day, monthrange(year, month + 1)[1]))


def days_of_period(unit: RateUnit, first_day: int, days: int) -> Floats:
    """Return how many days the period of each day has: the calendar's month, quarter or year, else a fixed number."""
    if unit in _DAYS:
        return np.full(days, _DAYS[unit])
    periods = (period_around(date_of(first_day + i), unit) for i in range(days))
    return np.array([(end - first).days for first, end in periods], np.float64)


def rate_by_day(rates: Iterable[Rate], first_day: int, days: int) -> tuple[Floats, Floats, Floats]:
    """Return tickets a standard day, the factor's variation and correlation, by day; a dated rate replaces all."""
    count, varying, correlated = np.zeros(days), np.zeros(days), np.zeros(days)
    for rate in rates:
        since = 0 if rate.since is None else min(max(day_of(rate.since) - first_day, 0), days)
        count[since:] = (float(rate.count) / days_of_period(rate.per, first_day, days))[since:]
        if rate.growing is not None:
            count[since:] *= growth_by_day(rate.growing, first_day, days)[since:]
        varying[since:], correlated[since:] = float(rate.varying), float(rate.correlated)
    return count, varying, correlated


def growth_by_day(growing: Growth, first_day: int, days: int) -> Floats:
    """Return the factor of growth by day: a power of 1 + share on each anniversary of `as_of`, geometric between."""
    more = 1.0 + float(growing.share)
    passed = (_periods_since(growing, date_of(first_day + i)) for i in range(days))
    return np.array([_power(more, whole) * more**part for whole, part in passed])


def _power(more: float, periods: int) -> float:
    """Return what has grown for so many periods, at most MOST_GROWTH: whoever counts tickets refuses that."""
    return MOST_GROWTH if periods * log(more) > log(MOST_GROWTH) else more**periods


def _periods_since(growing: Growth, at: date) -> tuple[int, float]:
    """Return the whole periods from `as_of` to a day, and which part of the next one has passed."""
    as_of = growing.as_of
    if growing.per in _DAYS:
        whole, rest = divmod((at - as_of) / timedelta(days=1), _DAYS[growing.per])
        return int(whole), rest / _DAYS[growing.per]
    months = _MONTHS[growing.per]
    whole = ((at.year - as_of.year) * _YEAR + at.month - as_of.month) // months
    if months_later(as_of, whole * months) > at:
        whole -= 1
    last, following = (months_later(as_of, each * months) for each in (whole, whole + 1))
    return whole, (at - last) / (following - last)


def holidays_of(regions: Iterable[str], first_day: int, days: int) -> Bools:
    """Return which days are public holidays of any of some regions."""
    first_year, end_year = date_of(first_day).year, date_of(first_day + days).year + 1
    listed = [day for region in regions for day in holiday_days(region, first_year, end_year)]
    return np.isin(np.arange(first_day, first_day + days), listed)

"""Calendars packed for kernels: what a calendar shows at an instant, and the way back.

Compiled by numba into its callers; plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from numba import njit

from slmdsl.base.units import NO_TIME

if TYPE_CHECKING:
    from slmdsl.rules.moments import Int64

OPEN_TIME, BUSINESS_DAYS = 0, 1
"""The two ways in which a calendar counts: open microseconds, and parts of business days (`day_units` to a day)."""

GRID_SHIFT = 36
"""A bucket of the grid over stretches is 2**36 us wide, 19 hours."""


class CalendarColumns(NamedTuple):
    """Several calendars' open stretches, one calendar after the other, half-open and in time order.

    Calendar c has the stretches `first[c] .. end[c]` and from `from_us[c]` on a grid of buckets, each with the last
    stretch that begins at or before the bucket. `before` is what the calendar shows at a stretch's start (a row for
    open time and one for business days), `rate` how fast it goes on; `day` numbers the business day that a stretch
    belongs to or comes after, and `closes_us` is the end of each business day, from `first_day[c]` to `end_day[c]`.
    """

    from_us: Int64
    first_bucket: Int64
    first: Int64
    end: Int64
    first_day: Int64
    end_day: Int64
    buckets: Int64
    starts_us: Int64
    ends_us: Int64
    before: Int64
    rate: Int64
    day: Int64
    closes_us: Int64


@njit(nogil=True)
def place(calendars: CalendarColumns, calendar: int, at_us: int) -> int:
    """Return the last stretch that begins at or before an instant, one before the first if none does."""
    bucket = (at_us - calendars.from_us[calendar]) >> GRID_SHIFT
    k = calendars.buckets[calendars.first_bucket[calendar] + bucket]
    end = calendars.end[calendar]
    while k + 1 < end and calendars.starts_us[k + 1] <= at_us:
        k += 1
    return int(k)


@njit(nogil=True)
def counted(calendars: CalendarColumns, calendar: int, unit: int, at_us: int) -> int:
    """Return what a calendar shows at an instant within the span it was packed for."""
    k = place(calendars, calendar, at_us)
    if k < calendars.first[calendar]:
        return 0
    into_us = min(at_us, calendars.ends_us[k]) - calendars.starts_us[k]
    return int(calendars.before[unit, k] + calendars.rate[unit, k] * into_us)


@njit(nogil=True)
def reached(calendars: CalendarColumns, calendar: int, unit: int, value: int) -> int:
    """Return the first instant at which a calendar shows `value` (above 0), NO_TIME if not within its span."""
    low, high = calendars.first[calendar], calendars.end[calendar]
    if low == high:
        return NO_TIME
    while high - low > 1:
        middle = (low + high) // 2
        if calendars.before[unit, middle] < value:
            low = middle
        else:
            high = middle
    rate = calendars.rate[unit, low]
    if rate == 0:
        return NO_TIME
    at_us = calendars.starts_us[low] - (calendars.before[unit, low] - value) // rate
    return int(at_us) if at_us <= calendars.ends_us[low] else NO_TIME


@njit(nogil=True)
def end_of_business_day(calendars: CalendarColumns, calendar: int, at_us: int, days: int) -> int:
    """Return the end of the `days`-th business day after the day of an instant, NO_TIME if not within the span.

    An instant outside hours counts as the next opening.
    """
    k = place(calendars, calendar, at_us)
    if k < calendars.first[calendar] or at_us >= calendars.ends_us[k]:
        k += 1
    if k >= calendars.end[calendar]:
        return NO_TIME
    day = calendars.day[k] + days
    return int(calendars.closes_us[day]) if day < calendars.end_day[calendar] else NO_TIME

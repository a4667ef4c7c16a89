"""Calendars packed for kernels: what a calendar shows at an instant, and the way back.

Compiled by numba into its callers; plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from numba import njit

from slmdsl.base.units import NO_TIME

if TYPE_CHECKING:
    from slmdsl.rules.moments import Int32, Int64

OPEN_TIME, BUSINESS_DAYS = 0, 1
"""The two ways in which a calendar counts: open microseconds, and parts of business days (`day_units` to a day)."""


class CalendarColumns(NamedTuple):
    """Several calendars' tables, one after the other; see `slmdsl.calendars.table` for what their columns mean.

    Calendar c has the stretches `first[c] .. last[c]`, of which the last is the empty one at the end of time, and the
    buckets from `first_bucket[c]` on, whose entries count stretches from its first. `shown` is what it shows at a
    stretch's start and `rate` how fast it goes on, a row for open time and one for business days.
    """

    first: Int64
    last: Int64
    bucket0_us: Int64
    bucket_shift: Int64
    first_bucket: Int64
    buckets: Int32
    starts_us: Int64
    ends_us: Int64
    shown: Int64
    rate: Int64


@njit(nogil=True)
def place(calendars: CalendarColumns, calendar: int, at_us: int) -> int:
    """Return the stretch that holds an instant, or else the next one."""
    bucket = (at_us - calendars.bucket0_us[calendar]) >> calendars.bucket_shift[calendar]
    k = calendars.first[calendar] + calendars.buckets[calendars.first_bucket[calendar] + bucket]
    while calendars.ends_us[k] <= at_us:
        k += 1
    return int(k)


@njit(nogil=True)
def counted(calendars: CalendarColumns, calendar: int, unit: int, at_us: int) -> int:
    """Return what a calendar shows at an instant within the span of its table."""
    k = place(calendars, calendar, at_us)
    into_us = max(at_us - calendars.starts_us[k], 0)
    return int(calendars.shown[unit, k] + calendars.rate[unit, k] * into_us)


@njit(nogil=True)
def reached(calendars: CalendarColumns, calendar: int, unit: int, goal: int) -> int:
    """Return the first instant at which a calendar shows `goal`, NO_TIME if it does not within its table.

    The goal lies above what it shows at the table's start.
    """
    low, high = calendars.first[calendar], calendars.last[calendar]
    if calendars.shown[unit, high] < goal:
        return NO_TIME
    while high - low > 1:
        middle = (low + high) // 2
        if calendars.shown[unit, middle] < goal:
            low = middle
        else:
            high = middle
    rate = calendars.rate[unit, low]
    return int(calendars.starts_us[low] - (calendars.shown[unit, low] - goal) // rate)

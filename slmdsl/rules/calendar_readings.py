"""What a calendar shows at an instant, and the way back, in kernels.

Compiled by numba into its callers; plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_part
from slmdsl.base.units import EARLIEST_US, NO_TIME

if TYPE_CHECKING:
    from slmdsl.rules.tables import Hours

OPEN_TIME, BUSINESS_DAYS = 0, 1
"""The two ways in which a calendar counts: open microseconds, and parts of business days (`day_units` to a day)."""


@kernel_part
def place(hours: Hours, calendar: int, at_us: int) -> int:
    """Return the stretch that holds an instant, or else the next one."""
    found = hours.calendars[calendar]
    k = found.first + hours.buckets[found.first_bucket + ((at_us - found.bucket0_us) >> found.bucket_shift)]
    while hours.stretches[k].ends_us <= at_us:
        k += 1
    return int(k)


@kernel_part
def counted(hours: Hours, calendar: int, unit: int, at_us: int) -> int:
    """Return what a calendar shows at an instant within the span of its table."""
    stretch = hours.stretches[place(hours, calendar, at_us)]
    into_us = max(at_us - stretch.starts_us, 0)
    if unit == OPEN_TIME:
        return int(stretch.open_us + into_us)
    return int(stretch.days + stretch.days_rate * into_us)


@kernel_part
def _shown(hours: Hours, k: int, unit: int) -> int:
    return int(hours.stretches[k].open_us if unit == OPEN_TIME else hours.stretches[k].days)


@kernel_part
def reached(hours: Hours, calendar: int, unit: int, goal: int, from_us: int) -> int:
    """Return the first instant at which a calendar shows `goal`, NO_TIME if it does not within its table.

    The goal lies above what it shows at `from_us`, from which on it is sought in strides that double.
    """
    low, end, stride = place(hours, calendar, from_us), hours.calendars[calendar].last, 1
    if _shown(hours, end, unit) < goal:
        return NO_TIME
    while low + stride < end and _shown(hours, low + stride, unit) < goal:
        low += stride
        stride *= 2
    high = min(low + stride, end)
    while high - low > 1:
        middle = (low + high) // 2
        if _shown(hours, middle, unit) < goal:
            low = middle
        else:
            high = middle
    stretch = hours.stretches[low]
    if unit == OPEN_TIME:
        return int(stretch.starts_us + goal - stretch.open_us)
    return int(stretch.starts_us - (stretch.days - goal) // stretch.days_rate)


@kernel_part
def reached_back(hours: Hours, calendar: int, unit: int, amount: int, at_us: int) -> int:
    """Return the last instant from which a calendar counts `amount` until `at_us`, EARLIEST_US if not in its table."""
    goal = counted(hours, calendar, unit, at_us) - amount
    low, high = int(hours.calendars[calendar].first), place(hours, calendar, at_us) + 1
    if goal < _shown(hours, low, unit):
        return EARLIEST_US
    while high - low > 1:
        middle = (low + high) // 2
        if _shown(hours, middle, unit) <= goal:
            low = middle
        else:
            high = middle
    stretch = hours.stretches[low]
    if unit == OPEN_TIME:
        return min(int(stretch.starts_us + goal - stretch.open_us), at_us)
    rate = max(stretch.days_rate, 1)
    return min(int(stretch.starts_us + (goal - stretch.days) // rate), at_us)


@kernel_part
def next_open(hours: Hours, calendar: int, at_us: int) -> int:
    """Return the first open instant that is not before `at_us`; far in the future if there is none in the table."""
    return max(at_us, int(hours.stretches[place(hours, calendar, at_us)].starts_us))

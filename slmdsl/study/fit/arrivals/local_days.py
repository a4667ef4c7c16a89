"""Instants as the wall clock of a zone shows them, and the part of a log's days in which it is dense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.base.units import DAY, from_us
from slmdsl.calendars.zones import offsets

if TYPE_CHECKING:
    from slmdsl.study.fit.arrivals.forms import Bools, Int64

THURSDAY: Final = 3
"""The weekday of 1970-01-01, Monday being 0."""
_WEEK: Final = 7
_RARE_WEEK: Final = 20
_THIN: Final = 0.1
"""A week with less than this part of the usual tickets is no longer the same log."""
_PART_OF_A_DAY: Final = 0.6
_FAR: Final = 2.0
_USUAL_VARIATION: Final = 0.2
_TELLING: Final = 4


def wall_clock(at_us: Int64, zone: str) -> Int64:
    """Return what clocks in a zone show at some instants: microseconds since their 1970-01-01 00:00."""
    if not len(at_us):
        return at_us
    years = from_us(int(at_us.min())).year - 1, from_us(int(at_us.max())).year + 2
    stretches, offset_us = offsets(zone, *years)
    shown: Int64 = at_us + offset_us[np.searchsorted(stretches.starts_us, at_us, side="right") - 1]
    return shown


def weekdays(first_day: int, days: int) -> Int64:
    """Return the weekdays of days since 1970, 0 being Monday."""
    return (np.arange(first_day, first_day + days) + THURSDAY) % _WEEK


def dense_part(counts: Int64, spared: Bools) -> tuple[int, int]:
    """Return the days in which a log is dense, as the place of the first and the one after the last.

    An extract often has a thin tail: tickets that were opened long before and still touched. Cut off is what lies
    before the first and after the last week with at least a tenth of the tickets of the week that a ticket typically
    is in; then an outermost day that is clearly only a part of one, unless it is `spared`, for it may be a holiday.
    Where a week has few tickets nothing is cut.
    """
    if len(counts) < 2 * _WEEK:
        return 0, len(counts)
    week = np.convolve(counts, np.ones(_WEEK, np.int64), "valid")
    order = np.sort(week)
    typical = float(order[np.searchsorted(np.cumsum(order), order.sum() / 2)])
    if typical < _RARE_WEEK:
        return 0, len(counts)
    full = np.flatnonzero(week >= _THIN * typical)
    first, end = int(full[0]), int(full[-1]) + _WEEK
    # A week that is dense enough may begin with the last days before the log does.
    enough = first + np.flatnonzero(counts[first:end] >= _THIN * typical / _WEEK)
    first = int(enough[0]) if first > 0 else 0
    end = int(enough[-1]) + 1 if end < len(counts) else end
    if end - first < 2 * _WEEK:
        return 0, len(counts)  # one day with most of the tickets is no log of its own
    begun = not spared[first] and _is_part(counts[first:end:_WEEK])
    broken_off = not spared[end - 1] and _is_part(counts[first:end][::-1][::_WEEK])
    return first + begun, end - broken_off


def _is_part(same_weekday: Int64) -> bool:
    """Tell whether the first of some days of one weekday is clearly only a part of one."""
    others = same_weekday[1:]
    if len(others) < _TELLING:
        return False
    usual = float(np.median(others))
    spread = (usual + (_USUAL_VARIATION * usual) ** 2) ** 0.5
    return bool(same_weekday[0] < min(_PART_OF_A_DAY * usual, usual - _FAR * spread))


def day_numbers(shown_us: Int64) -> Int64:
    """Return the local days of what clocks show, as days since 1970."""
    return shown_us // DAY

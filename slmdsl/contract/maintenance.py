"""When recurring and dated windows of maintenance are: the instants between which each stands."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import local_date
from slmdsl.base.units import DAY
from slmdsl.calendars.zones import offsets

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.contract.model.catalogue import MaintenanceWindow

    Int64 = npt.NDArray[np.int64]
    Days = npt.NDArray[np.int64]
    """Days since 1970-01-01."""

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_THURSDAY = 3
_WEEK = 7


def maintenance_us(window: MaintenanceWindow, begin_us: int, end_us: int) -> tuple[Int64, Int64]:
    """Return the starts and ends of a window's occurrences that meet `[begin_us, end_us)`, clipped to it.

    A window stands whenever the wall clock of its zone shows a time in it: a repeated hour counts twice, a skipped one
    not at all. A month without the day asked for (a fifth Sunday, a 31st) has no window.

    Returns:
        Starts and ends in microseconds UTC, cut where clocks change; windows of two days may overlap.
    """
    if begin_us >= end_us:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    zone = ZoneInfo(window.zone)
    first, last = (local_date(zone, at_us) for at_us in (begin_us, end_us))
    # A window may end a day or two after its day began.
    days = _days_of(window, np.arange(first.toordinal() - 2, last.toordinal() + 1) - _EPOCH_DAY)
    opens, closes = (
        (days[:, None] * DAY + np.array(sides, dtype=np.int64)).ravel()
        for sides in zip(*window.windows_us, strict=True)
    )
    (from_us, to_us), offset_us = offsets(window.zone, first.year, last.year + 1)
    # One row for each stretch of a constant offset, in which the wall clock runs as instants do.
    near = (from_us < end_us) & (begin_us < to_us)
    starts = np.maximum(opens - offset_us[near, None], np.maximum(from_us, begin_us)[near, None])
    ends = np.minimum(closes - offset_us[near, None], np.minimum(to_us, end_us)[near, None])
    kept = starts < ends
    return starts[kept], ends[kept]


def _days_of(window: MaintenanceWindow, days: Days) -> Days:
    """Return the days on which a window begins, of consecutive `days`."""
    return days[_begins_on(window, days)]


def _begins_on(window: MaintenanceWindow, days: Days) -> npt.NDArray[np.bool_]:
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    from_first, to_next = days - _month_begin(months), _month_begin(months + 1) - days
    weekdays: npt.NDArray[np.bool_] = np.isin((days + _THURSDAY) % _WEEK, window.weekdays or range(_WEEK))
    placed: npt.NDArray[np.bool_]
    if window.dates:
        placed = np.isin(days, [date(*parts).toordinal() - _EPOCH_DAY for parts in window.dates])
    elif window.month_day is not None:
        placed = from_first == window.month_day - 1
    elif window.nth is None:
        return weekdays
    else:
        placed = to_next <= _WEEK if window.nth < 0 else from_first // _WEEK == window.nth - 1
    return weekdays & placed


def _month_begin(months: npt.NDArray[np.int64]) -> Days:
    """Return the first day of months that are counted from January 1970."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)

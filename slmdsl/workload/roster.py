"""When shifts are on: from wall clocks and public holidays to ticks."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import local_date
from slmdsl.base.units import DAY
from slmdsl.calendars.public_holidays import holiday_days
from slmdsl.calendars.stretches import Stretches, merged
from slmdsl.calendars.wall_windows import shown_us

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slmdsl.contract.model.work import Shift, Staff
    from slmdsl.workload.horizon import SimulatedTime
    from slmdsl.workload.plan import Int64

_EPOCH = date(1970, 1, 1).toordinal()
_THURSDAY = 3  # the weekday of 1970-01-01, Monday being 0
_WEEK = 7


class ShiftWindows(NamedTuple):
    """The windows of one shift within the simulated time, in ticks, half-open, by day and window.

    `day` is the local day on which a window begins, in days since 1970-01-01: who is absent on it is away for all
    windows of that day, also behind midnight. Where clocks change a window is two rows; windows may touch.
    """

    day: Int64
    starts: Int64
    ends: Int64


def shift_windows(staff: Staff, shift: Shift, time: SimulatedTime) -> ShiftWindows:
    """Return when a shift is on: its windows on its weekdays, but for those that begin on a public holiday."""
    days = _days_of(staff, shift, time)
    opens_us, closes_us = (
        (days[:, None] * DAY + np.array(sides, dtype=np.int64)).ravel()
        for sides in zip(*((each.start_us, each.end_us) for each in shift.windows), strict=True)
    )
    windows, stretches = shown_us(staff.zone, opens_us, closes_us)
    starts, ends, kept = time.within(*stretches)
    return ShiftWindows(np.repeat(days, len(shift.windows))[windows][kept], starts, ends)


def _days_of(staff: Staff, shift: Shift, time: SimulatedTime) -> Int64:
    first, last = (local_date(ZoneInfo(staff.zone), at_us) for at_us in time.span_us)
    # A window may end a day or two after its day began.
    days = np.arange(first.toordinal() - 2, last.toordinal() + 1) - _EPOCH
    holidays = frozenset[int]().union(
        *(holiday_days(region, first.year - 1, last.year + 1) for region in staff.regions)
    )
    works = np.isin((days + _THURSDAY) % _WEEK, shift.weekdays) & ~np.isin(days, list(holidays))
    return days[works]


def roster_of(staff: Staff, time: SimulatedTime) -> Stretches:
    """Return when any shift of a group with agents is on, in ticks, in order; stretches do not touch."""
    return union(shift_windows(staff, each, time) for each in staff.shifts if each.agents)


def union(windows: Iterable[ShiftWindows]) -> Stretches:
    """Return when any of some windows is, in order, stretches that neither overlap nor touch."""
    none = np.zeros(0, np.int64)
    listed = list(windows)
    return merged(
        Stretches(
            np.concatenate([none, *(each.starts for each in listed)]),
            np.concatenate([none, *(each.ends for each in listed)]),
        )
    )

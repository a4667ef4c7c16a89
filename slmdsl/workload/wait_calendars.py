"""The calendars on which waits are counted, as stretches of ticks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.base.units import DAY
from slmdsl.calendars import ALWAYS, calendar_of
from slmdsl.workload.plan import NONE, WaitCalendars

if TYPE_CHECKING:
    from slmdsl.calendars import CalendarPlan, CalendarTable
    from slmdsl.workload.horizon import SimulatedTime

_YEAR: Final = 366 * DAY


class CalendarRows:
    """Gives calendars their codes in the order in which they are asked for."""

    def __init__(self) -> None:
        self._in_days: dict[CalendarPlan, bool] = {}

    def of(self, plan: CalendarPlan | None, *, in_days: bool) -> int:
        """Return the code of a calendar, -1 for plain time; `in_days`: business days are counted on it."""
        if plan is None or plan == ALWAYS:
            return NONE
        self._in_days[plan] = self._in_days.get(plan, False) or in_days
        return list(self._in_days).index(plan)

    def table(self, time: SimulatedTime) -> WaitCalendars:
        """Return the calendars asked for, from the start to a year after the end.

        Raises:
            CalendarRangeError: the simulated time lies outside the years that calendars cover.
        """
        start_us, end_us = time.span_us
        columns = [
            _columns(calendar_of(plan).table(start_us, end_us + _YEAR, business_days=in_days), time.tick_us)
            for plan, in_days in self._in_days.items()
        ]
        ends = np.cumsum([len(each[0]) for each in columns], dtype=np.int64)
        none = (np.zeros(0, np.int64),) * 3 + (np.zeros(0, np.float64),) * 2
        starts, closes, open_ticks, days, rate = (
            np.concatenate(column) for column in zip(none, *columns, strict=True)
        )
        return WaitCalendars(
            first=(ends - [len(each[0]) for each in columns]).astype(np.int32),
            end=ends.astype(np.int32),
            starts=starts,
            ends=closes,
            open_ticks=open_ticks,
            days=days,
            days_rate=rate,
        )


def _columns(table: CalendarTable, tick_us: int) -> tuple[np.ndarray, ...]:
    """Return starts, ends, open ticks and business days until each start, and days by tick, without the table's end."""
    starts, ends = table.starts_us[:-1] // tick_us, table.ends_us[:-1] // tick_us
    lengths = ends - starts
    if table.day_units:
        days, rate = table.day_cum[:-1] / table.day_units, table.day_slope[:-1] * tick_us / table.day_units
    else:
        days, rate = np.zeros(len(starts)), np.zeros(len(starts))
    kept = lengths > 0
    open_ticks = np.cumsum(lengths) - lengths
    return starts[kept], ends[kept], open_ticks[kept], days[kept], rate[kept]

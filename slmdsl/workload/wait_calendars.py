"""The calendars on which waits are counted, as stretches of ticks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.base.spans import NOWHERE
from slmdsl.base.units import DAY
from slmdsl.calendars import ALWAYS, BusinessDayOverflow, calendar_of
from slmdsl.workload.codes import TOO_LARGE
from slmdsl.workload.errors import UncompilableError
from slmdsl.workload.plan import NONE, WaitCalendars

if TYPE_CHECKING:
    from slmdsl.base.spans import Span
    from slmdsl.calendars import CalendarPlan, CalendarTable
    from slmdsl.contract.model.work import Pause
    from slmdsl.workload.horizon import SimulatedTime

_YEAR: Final = 366 * DAY


class CalendarRows:
    """Gives calendars their codes in the order in which they are asked for."""

    def __init__(self) -> None:
        self._rows: dict[CalendarPlan, int] = {}
        self._in_days: dict[CalendarPlan, Span] = {}

    def of(self, pause: Pause | None) -> int:
        """Return the code of the calendar on which a wait is counted, -1 for plain time."""
        if pause is None or pause.calendar is None or pause.calendar == ALWAYS:
            return NONE
        if is_in_days(pause):
            self._in_days.setdefault(pause.calendar, pause.span)
        return self._rows.setdefault(pause.calendar, len(self._rows))

    def table(self, time: SimulatedTime) -> WaitCalendars:
        """Return the calendars asked for, from the start to a year after the end.

        Raises:
            CalendarRangeError: the simulated time lies outside the years that calendars cover.
            UncompilableError: business days have too many different lengths to be counted.
        """
        columns = [_columns(self._read(plan, time), time.tick_us) for plan in self._rows]
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

    def _read(self, plan: CalendarPlan, time: SimulatedTime) -> CalendarTable:
        start_us, end_us = time.span_us
        in_days = self._in_days.get(plan)
        try:
            return calendar_of(plan).table(start_us, end_us + _YEAR, business_days=in_days is not None)
        except BusinessDayOverflow as overflow:
            message = f"business days of `{plan.name}` are not all counted: {overflow}"
            raise UncompilableError(TOO_LARGE.at(in_days or NOWHERE, message)) from overflow


def is_in_days(pause: Pause | None) -> bool:
    """Whether a wait is drawn in business days."""
    return pause is not None and pause.duration.unit == "business_days"


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

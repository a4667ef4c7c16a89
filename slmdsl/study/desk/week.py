"""How busy stretches of time are, by hour of the local week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.units import HOUR, from_us
from slmdsl.study.desk.desk_kernels import add_hours

if TYPE_CHECKING:
    import numpy.typing as npt

    Int64 = npt.NDArray[np.int64]

HOURS_A_WEEK: Final = 168
_MINUTES: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeekHours:
    """A span of time cut at the full hours of a zone's wall clock.

    `edges_us` has h + 1 instants; stretch i lies in hour `hour[i]` of the local week, 0 on Monday at midnight.
    """

    edges_us: Int64
    hour: Int64

    @classmethod
    def of(cls, from_us: int, to_us: int, zone: str) -> WeekHours:
        """Return the hours of `from_us .. to_us`.

        >>> hours = WeekHours.of(0, 3 * HOUR, "Europe/Amsterdam")  # a Thursday, one hour ahead
        >>> hours.hour.tolist()
        [73, 74, 75]
        """
        minute = local_time(from_us, zone).minute
        first = from_us + (HOUR - minute * HOUR // _MINUTES if minute else HOUR)
        edges = np.unique(np.concatenate([[from_us], np.arange(first, to_us, HOUR), [to_us]])).astype(
            np.int64
        )
        return cls(edges_us=edges, hour=_hours_of_week(edges[:-1], zone))

    def time_in(self, begin_us: Int64, end_us: Int64) -> Int64:
        """Return how much of the stretches `begin_us .. end_us` (they may overlap) lies in each hour of the week."""
        found = np.zeros(HOURS_A_WEEK, np.int64)
        add_hours(self.edges_us, self.hour, begin_us, end_us, found)
        return found


def local_time(instant_us: int, zone: str) -> datetime:
    """Return an instant on a zone's wall clock."""
    return from_us(instant_us).astimezone(ZoneInfo(zone))


def _hours_of_week(instants_us: Int64, zone: str) -> Int64:
    """Return the hour of the local week of each instant."""
    local = np.empty(len(instants_us), np.int64)
    wall = ZoneInfo(zone)
    for row, instant in enumerate(instants_us.tolist()):
        when = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)).astimezone(wall)
        local[row] = when.weekday() * 24 + when.hour
    return local

"""The nights of an agreement's zone, for messages that wake somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import instant_us, local_date
from slmdsl.base.units import HOUR

if TYPE_CHECKING:
    import numpy.typing as npt

    Int64 = npt.NDArray[np.int64]

EVENING: Final = 22 * HOUR
MORNING: Final = 6 * HOUR
"""A night lasts from 22:00 until before 06:00."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nights:
    """The nights within a horizon.

    `edges_us` has the begin and the end of each in turn, cut to the horizon; `count` says how many begin in it: one
    a day, of which the last lacks the morning that the first day had.
    """

    edges_us: Int64
    count: int

    @classmethod
    def of(cls, zone_name: str, from_us: int, to_us: int) -> Nights:
        """Return the nights of a zone within `from_us .. to_us`, UTC microseconds.

        >>> from slmdsl.base.units import DAY
        >>> nights = Nights.of("UTC", 0, 2 * DAY)
        >>> nights.count, (nights.edges_us // HOUR).tolist()
        (2, [0, 6, 22, 30, 46, 48])
        """
        zone = ZoneInfo(zone_name)
        days = range(local_date(zone, from_us).toordinal() - 1, local_date(zone, to_us - 1).toordinal() + 1)
        whole = [
            (
                instant_us(zone, date.fromordinal(day), EVENING),
                instant_us(zone, date.fromordinal(day + 1), MORNING),
            )
            for day in days
        ]
        edges = [np.clip(night, from_us, to_us) for night in whole if night[0] < to_us and night[1] > from_us]
        return cls(
            edges_us=np.array(edges, np.int64).reshape(-1),
            count=sum(from_us <= begin < to_us for begin, _ in whole),
        )

"""Business days: D(t) counts open days as W(t) counts open time, each day's open time spread evenly.

Two forms, held equal by tests: exact fractions for one question, scaled integers for arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.calendars.errors import BusinessDayOverflow, shown

if TYPE_CHECKING:
    from slmdsl.calendars.stretches import Int64
    from slmdsl.calendars.timeline import Timeline

_ROOM = 2**62


def days_between(line: Timeline, start_us: int, end_us: int) -> Fraction:
    """Return D(end) - D(start) for two instants of the timeline, `start_us <= end_us`."""
    first, last = (int(place) for place in line.by_time.after(np.array([start_us, end_us])))
    here = slice(first, last + 1)
    begun_us = np.maximum(line.starts_us[here], start_us)
    spent_us = np.maximum(np.minimum(line.ends_us[here], end_us) - begun_us, 0)
    lengths_us, places = np.unique(line.day_us[here], return_inverse=True)
    sums_us = np.zeros(len(lengths_us), dtype=np.int64)
    np.add.at(sums_us, places, spent_us)
    pairs = zip(sums_us.tolist(), lengths_us.tolist(), strict=True)
    return sum((Fraction(spent, length) for spent, length in pairs if length), Fraction(0))


def days_later(line: Timeline, start_us: int, days: Fraction) -> int | None:
    """Return the first instant t with D(t) - D(start) >= `days` > 0, None if it is not on the timeline."""
    for place in range(int(line.by_time.after(np.array([start_us]))[0]), len(line.starts_us) - 1):
        day_us = int(line.day_us[place])
        if day_us:
            begin_us = max(int(line.starts_us[place]), start_us)
            here = Fraction(int(line.ends_us[place]) - begin_us, day_us)
            if here >= days:
                return begin_us + ceil(days * day_us)
            days -= here
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaledDays:
    """D as integers over the stretches of a timeline from place `first` on: `units` make a business day.

    `start_units[i]` is D at the start of the i-th of them, counted from the first, and `slopes[i]` how many units
    each of its microseconds adds: `units` / the open time of its date, 0 where the date does not count. The last
    entries stand for what comes after: they add nothing.
    """

    first: int
    units: int
    start_units: Int64
    slopes: Int64

    def at(self, line: Timeline, instants_us: Int64) -> Int64:
        """Return D at instants that lie neither before the first stretch begins nor after the last one ends."""
        places = line.by_time.after(instants_us)
        into_us = np.maximum(instants_us - line.starts_us[places], 0)
        return np.asarray(self.start_units[places - self.first] + into_us * self.slopes[places - self.first])

    def later(self, line: Timeline, start_us: Int64, days: Fraction) -> Int64:
        """Return the first instants with D(t) - D(start) >= `days` > 0, NO_TIME where they lie beyond."""
        goals = self.at(line, start_us) + min(ceil(days * self.units), _ROOM)
        reached = np.minimum(goals, self.start_units[-1])
        places = np.searchsorted(self.start_units[1:], reached)
        into_us = -((self.start_units[places] - reached) // np.maximum(self.slopes[places], 1))
        return np.where(goals == reached, line.starts_us[places + self.first] + into_us, NO_TIME)


def scaled_days(line: Timeline, first: int, stop: int) -> ScaledDays:
    """Return D over the stretches `first .. stop - 1` of a timeline.

    Raises:
        BusinessDayOverflow: if the days' common unit is too small to count them all in 62 bits.
    """
    day_us = line.day_us[first:stop]
    counts = day_us > 0
    # The least common multiple is the largest unit of which every microsecond of every day is a whole number.
    units = lcm(*np.unique(day_us[counts]).tolist())
    days = len(np.unique(line.dates[first:stop][counts]))
    if units * (days + 1) > _ROOM:
        msg = (
            f"the {days} business days between {shown(int(line.starts_us[first]))} and"
            f" {shown(int(line.ends_us[stop - 1]))} have too many different lengths to be counted in whole numbers;"
            " ask for fewer years or for one instant at a time"
        )
        raise BusinessDayOverflow(msg)
    slopes = np.where(counts, units // np.maximum(day_us, 1), 0)
    lengths_us = line.ends_us[first:stop] - line.starts_us[first:stop]
    return ScaledDays(
        first=first,
        units=units,
        start_units=np.concatenate([[0], np.cumsum(slopes * lengths_us)]),
        slopes=np.append(slopes, 0),
    )

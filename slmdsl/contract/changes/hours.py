"""Which of two calendars is open when the other is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.calendars import calendar_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.calendars.plan import CalendarPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A calendar in the time that is compared: how long it is open, and how much of that the other one is closed."""

    plan: CalendarPlan
    open_us: int
    alone_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursCompared:
    """Two calendars beside each other."""

    old: Hours
    new: Hours


def hours_compared(old: CalendarPlan, new: CalendarPlan, from_us: int, to_us: int) -> HoursCompared:
    """Compare two calendars from one instant to another, to the microsecond.

    Raises:
        slmdsl.calendars.errors.CalendarRangeError: the time lies outside the years that calendars cover.
    """
    one, other = calendar_of(old), calendar_of(new)
    edges = [np.array([from_us, to_us])]
    for each in (one, other):
        edges += each.intervals_us(from_us, to_us)
    cuts = np.unique(np.concatenate(edges))
    starts, lengths = cuts[:-1], np.diff(cuts)
    mine, theirs = one.is_open_us(starts), other.is_open_us(starts)

    def hours(plan: CalendarPlan, is_open: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> Hours:
        return Hours(
            plan=plan, open_us=int(lengths[is_open].sum()), alone_us=int(lengths[is_open & ~other].sum())
        )

    return HoursCompared(old=hours(old, mine, theirs), new=hours(new, theirs, mine))

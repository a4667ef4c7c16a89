"""Which of two calendars is open when the other is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.calendars import calendar_of

if TYPE_CHECKING:
    from slmdsl.calendars.plan import CalendarPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A calendar, and how long it is open in the time that is compared, in microseconds."""

    plan: CalendarPlan
    open_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursCompared:
    """How long only the first of two calendars is open, and only the second, in microseconds."""

    old: Hours
    new: Hours
    old_alone_us: int
    new_alone_us: int


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
    return HoursCompared(
        old=Hours(plan=old, open_us=int(lengths[mine].sum())),
        new=Hours(plan=new, open_us=int(lengths[theirs].sum())),
        old_alone_us=int(lengths[mine & ~theirs].sum()),
        new_alone_us=int(lengths[theirs & ~mine].sum()),
    )

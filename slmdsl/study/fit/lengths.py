"""How long things take: the best family where there are values enough, else their median."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.base.units import DAY, HOUR
from slmdsl.calendars import calendar_of
from slmdsl.stats.families import best_fit
from slmdsl.stats.unlike import chance_of_values
from slmdsl.study.fit.model import Length, WorkFit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.study.fit.stretches import Bools, Floats, Int64

FEW: Final = 8
"""Values below which no family is told."""
_MOST: Final = 8_000
"""Values of one length that are fitted on: every so many-th of more, which changes nothing that is printed."""
_OWN: Final = 60
"""Visits of a priority from which on it may have work of its own."""
_UNLIKE: Final = 1.25
"""By how much medians differ, at least, where a priority has work of its own."""
_SURE: Final = 0.001
_ENDS_OPEN: Final = 0.97
"""The share of ends in a calendar's hours from which on waits are counted on it."""


def length_of(
    values: Floats,
    *,
    tickets: Int64 | None = None,
    calendar: str | None = None,
    censored: Bools | None = None,
    otherwise_us: float = 0.0,
) -> Length:
    """Return how long something takes, of values in microseconds; `otherwise_us` is assumed where there are none."""
    known = values if censored is None else values[~censored]
    rows = tickets if tickets is None or censored is None else tickets[~censored]
    if len(known) < FEW or np.count_nonzero(known > 0) < FEW:
        return Length(
            fitted=None,
            constant_us=float(np.median(known)) if len(known) else otherwise_us,
            count=len(known),
            calendar=calendar,
            values=known,
            tickets=rows,
            is_assumed=not len(known),
        )
    step = -(-len(values) // _MOST)
    order = np.argsort(values, kind="stable")[::step]
    fitted = best_fit(values[order], censored=None if censored is None else censored[order])
    return Length(
        fitted=fitted,
        constant_us=fitted.median,
        count=len(values),
        calendar=calendar,
        values=known,
        tickets=rows,
    )


def by_priority(
    values: Floats,
    priority: npt.NDArray[np.int32],
    words: Sequence[str],
    *,
    tickets: Int64,
    censored: Bools | None = None,
    otherwise_us: float = 0.0,
) -> tuple[WorkFit, ...]:
    """Return how long work takes: in general, and for priorities that clearly differ from the others."""
    own: list[int] = []
    hidden = np.zeros(len(values), np.bool_) if censored is None else censored
    for code in range(len(words)):
        mine = priority == code
        these, others = values[mine & ~hidden], values[~mine & ~hidden]
        if len(these) < _OWN or len(others) < _OWN or len(these) > len(others):
            continue
        ratio = np.median(these) / max(float(np.median(others)), 1.0)
        if not 1 / _UNLIKE < ratio < _UNLIKE and chance_of_values(these, others) < _SURE:
            own.append(code)

    def length(rows: Bools) -> Length:
        part = None if censored is None else censored[rows]
        return length_of(values[rows], tickets=tickets[rows], censored=part, otherwise_us=otherwise_us)

    general = WorkFit(priorities=(), length=length(~np.isin(priority, own)))
    return (general, *(WorkFit(priorities=(words[code],), length=length(priority == code)) for code in own))


def wait_calendar(end_us: Int64, calendars: Mapping[str, CalendarPlan]) -> str | None:
    """Return the calendar on which waits are counted: the narrowest in whose hours nearly all end; None: plain time."""
    if len(end_us) < FEW:
        return None
    span = np.arange(int(end_us.min()), int(end_us.max()) + 7 * DAY, HOUR)
    found: list[tuple[float, str]] = []
    for name, plan in calendars.items():
        calendar = calendar_of(plan)
        # An end at closing time is within the hours that led to it.
        if calendar.is_open_us(end_us - 1).mean() >= _ENDS_OPEN:
            found.append((float(calendar.is_open_us(span).mean()), name))
    found = [(share, name) for share, name in found if share < 0.9]  # noqa: PLR2004 - no other than plain time
    return min(found)[1] if found else None


def counted_on(
    begin_us: Int64, end_us: Int64, name: str | None, calendars: Mapping[str, CalendarPlan]
) -> Floats:
    """Return lengths of time on a calendar, or plain ones."""
    if name is None:
        return (end_us - begin_us).astype(np.float64)
    return calendar_of(calendars[name]).elapsed_us(begin_us, end_us).astype(np.float64)

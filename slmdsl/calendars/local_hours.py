"""From a plan to open stretches of local wall-clock time, which no zone has touched yet."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import DAY
from slmdsl.calendars.plan import DAYS_OF_WEEK, ClosedDates, ClosedYearly, DatedHours
from slmdsl.calendars.public_holidays import holiday_days
from slmdsl.calendars.stretches import Stretches, common, complement, merged, overlaps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slmdsl.calendars.plan import CalendarPlan, Window
    from slmdsl.calendars.stretches import Int64

_EPOCH = date(1970, 1, 1).toordinal()
_THURSDAY = 3  # the weekday of 1970-01-01, Monday being 0


def local_hours(plan: CalendarPlan, first_day: int, end_day: int) -> tuple[Stretches, Int64]:
    """Return the open stretches of the local days `first_day .. end_day - 1`, and the day of each.

    Days count from 1970-01-01, microseconds from its local midnight. Stretches are cut at midnight, so that each
    belongs to one local date.
    """
    # A window that begins on the day before may reach into the first day.
    days = np.arange(first_day - 1, end_day)
    opened = _dated(plan.opened, first_day - 1, end_day)
    if not any(plan.weekly):
        days = np.array(sorted(opened), dtype=np.int64)  # spares a calendar of a few dates its holidays
    hours = merged(_windows(plan, days, opened))
    closed = merged(_closed(plan, days, frozenset(opened)))
    hours = common(hours, complement(closed))
    grid = np.arange(first_day, end_day)
    midnights = Stretches(grid * DAY, (grid + 1) * DAY)
    _, places = overlaps(hours, midnights)
    return common(hours, midnights), grid[places]


def _windows(plan: CalendarPlan, days: Int64, opened: dict[int, tuple[Window, ...]]) -> Stretches:
    """Return the windows that begin on `days`, weekly ones only where no dated hours replace them."""
    weekday = (days + _THURSDAY) % DAYS_OF_WEEK
    ordinary = ~np.isin(days, list(opened))
    pieces = [
        (days[ordinary & (weekday == day)] * DAY, window)
        for day, windows in enumerate(plan.weekly)
        for window in windows
    ]
    weekly = [(midnights + window.start_us, midnights + window.end_us) for midnights, window in pieces]
    return _joined([*weekly, *_dated_pieces(opened)])


def _closed(plan: CalendarPlan, days: Int64, opened: frozenset[int]) -> Stretches:
    """Return the closed stretches that may touch windows of `days`, in any order."""
    if not len(days):
        return _joined(())
    # Up to the day after the last one, into which its windows may reach.
    first, end = int(days[0]), int(days[-1]) + 2
    whole = _holidays(plan, first, end) - opened
    whole |= {day for closing in plan.closed for day in _closed_days(closing, first, end)}
    midnights = np.array(sorted(whole), dtype=np.int64) * DAY
    # From the day before the first one, whose parts may reach into it.
    parts = _dated(_closed_parts(plan, first - 1, end), first - 1, end)
    return _joined([(midnights, midnights + DAY), *_dated_pieces(parts)])


def _holidays(plan: CalendarPlan, first: int, end: int) -> frozenset[int]:
    first_year, last_year = _date(first).year, _date(end).year
    return frozenset().union(*(holiday_days(region, first_year, last_year + 1) for region in plan.holidays))


def _closed_days(closing: ClosedDates | ClosedYearly | DatedHours, first: int, end: int) -> Iterable[int]:
    if isinstance(closing, ClosedDates):
        return _days(closing.first, closing.last, first, end)
    if isinstance(closing, ClosedYearly) and closing.windows is None:
        return (_day(each) for each in _yearly(closing, first, end))
    return ()


def _closed_parts(plan: CalendarPlan, first: int, end: int) -> Iterator[DatedHours]:
    for closing in plan.closed:
        if isinstance(closing, DatedHours):
            yield closing
        elif isinstance(closing, ClosedYearly) and closing.windows is not None:
            for each in _yearly(closing, first, end):
                yield DatedHours(first=each, last=each, windows=closing.windows)


def _yearly(closing: ClosedYearly, first: int, end: int) -> Iterator[date]:
    for year in range(_date(first).year, _date(end).year + 1):
        if closing.day <= monthrange(year, closing.month)[1]:
            yield date(year, closing.month, closing.day)


def _dated(dated: Iterable[DatedHours], first: int, end: int) -> dict[int, tuple[Window, ...]]:
    """Return the windows of each dated day in `first .. end - 1`; those of several statements join."""
    found: dict[int, tuple[Window, ...]] = {}
    for hours in dated:
        for day in _days(hours.first, hours.last, first, end):
            found[day] = found.get(day, ()) + hours.windows
    return found


def _dated_pieces(dated: dict[int, tuple[Window, ...]]) -> Iterator[tuple[Int64, Int64]]:
    for day, windows in dated.items():
        for window in windows:
            yield np.array([day * DAY + window.start_us]), np.array([day * DAY + window.end_us])


def _joined(pieces: Iterable[tuple[Int64, Int64]]) -> Stretches:
    none = np.array([], dtype=np.int64)
    listed = [(none, none), *pieces]
    return Stretches(*(np.concatenate(edges) for edges in zip(*listed, strict=True)))


def _days(first_date: date, last_date: date, first: int, end: int) -> range:
    return range(max(_day(first_date), first), min(_day(last_date) + 1, end))


def _day(at: date) -> int:
    return at.toordinal() - _EPOCH


def _date(day: int) -> date:
    return date.fromordinal(day + _EPOCH)

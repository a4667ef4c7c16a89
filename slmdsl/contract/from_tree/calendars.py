"""From `calendar` blocks, and hours written in place, to calendar plans."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from slmdsl.base.units import DAY
from slmdsl.calendars.plan import (
    ALWAYS,
    CalendarPlan,
    ClosedDates,
    ClosedYearly,
    DatedHours,
    Window,
)
from slmdsl.calendars.public_holidays import is_region
from slmdsl.contract.from_tree.reading import all_of, last, title_of
from slmdsl.syntax.tree.calendars import BusinessDays, Closed, Holidays, OpenDated, OpenWeekly, YearlyDay
from slmdsl.syntax.tree.common import Timezone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.syntax.tree import common
    from slmdsl.syntax.tree.calendars import ClosedDays
    from slmdsl.syntax.tree.catalogue import HoursWeekly
    from slmdsl.syntax.tree.common import Node, Weekdays
    from slmdsl.syntax.tree.file import Declaration

UTC = "UTC"


@cache
def is_zone(name: str) -> bool:
    """Whether `name` is a zone of the IANA database."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not in the database, no path at all, a folder of zones
        return False
    return True


def zone_or_utc(name: str | None) -> str:
    """Return a known zone; UTC for one that is not known or not said."""
    return name if name is not None and is_zone(name) else UTC


def calendars(reading: Reading) -> dict[str, CalendarPlan]:
    """Return the plan of every declared calendar, and `always`."""
    declared = {each.name.text: _plan(each, reading.body(each)) for each in reading.of_kind("calendar")}
    return {ALWAYS.name: ALWAYS, **declared}


def _plan(block: Declaration, body: tuple[Node, ...]) -> CalendarPlan:
    zone = last(body, Timezone)
    days = last(body, BusinessDays)
    return CalendarPlan(
        name=block.name.text,
        title=title_of(block),
        zone=zone_or_utc(zone.zone.value if zone else None),
        weekly=_weekly((each.days, each.windows) for each in all_of(body, OpenWeekly)),
        opened=tuple(
            DatedHours(first=each.days.first, last=each.days.last, windows=windows_of(each.windows))
            for each in all_of(body, OpenDated)
        ),
        closed=tuple(_closed(each) for statement in all_of(body, Closed) for each in statement.days),
        holidays=_regions(body),
        business_days=frozenset(days.days.days) if days else None,
    )


def _regions(body: Iterable[Node]) -> tuple[str, ...]:
    found = [region.value for each in all_of(body, Holidays) for region in each.regions]
    return tuple(dict.fromkeys(filter(is_region, found)))


def _weekly(said: Iterable[tuple[Weekdays, tuple[common.Window, ...]]]) -> tuple[tuple[Window, ...], ...]:
    week: list[list[Window]] = [[] for _ in range(7)]
    for days, windows in said:
        for day in days.days:
            week[day].extend(windows_of(windows))
    return tuple(tuple(sorted(set(windows))) for windows in week)


def windows_of(windows: Iterable[common.Window]) -> tuple[Window, ...]:
    """Return windows of the wall clock; one that begins with the next day (24:00) is that day's business."""
    return tuple(Window.of(each.start_us, each.end_us) for each in windows if each.start_us < DAY)


def _closed(each: ClosedDays) -> ClosedDates | ClosedYearly | DatedHours:
    windows = None if each.window is None else windows_of((each.window,))
    if isinstance(each.days, YearlyDay):
        return ClosedYearly(month=each.days.month, day=each.days.day, windows=windows)
    first, end = each.days.first, each.days.last
    if windows is None:
        return ClosedDates(first=first, last=end)
    return DatedHours(first=first, last=end, windows=windows)


def hours_in_place(service: str, hours: HoursWeekly) -> CalendarPlan:
    """Return the calendar of a service whose hours are written in its block; it is called `SERVICE.hours`."""
    return CalendarPlan(
        name=f"{service}.hours",
        zone=zone_or_utc(hours.zone.value),
        weekly=_weekly([(hours.days, hours.windows)]),
    )

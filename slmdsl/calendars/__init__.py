"""When time counts: a calendar as a monotone function of instants, with both inverses.

A `CalendarPlan` is what a text declares, plain data. A `Calendar` answers for it; it is loaded, with numpy, when it is
first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from slmdsl.calendars.errors import BusinessDayOverflow, CalendarRangeError
from slmdsl.calendars.plan import (
    ALWAYS,
    CalendarPlan,
    ClosedDates,
    ClosedYearly,
    DatedHours,
    Window,
)
from slmdsl.calendars.public_holidays import is_region, known_regions

if TYPE_CHECKING:
    from slmdsl.calendars.table import CalendarTable
    from slmdsl.calendars.working_calendar import Calendar, Step, calendar_of

__all__ = [
    "ALWAYS",
    "BusinessDayOverflow",
    "Calendar",
    "CalendarPlan",
    "CalendarRangeError",
    "CalendarTable",
    "ClosedDates",
    "ClosedYearly",
    "DatedHours",
    "Step",
    "Window",
    "calendar_of",
    "is_region",
    "known_regions",
]

_LAZY = {
    "Calendar": "slmdsl.calendars.working_calendar",
    "CalendarTable": "slmdsl.calendars.table",
    "Step": "slmdsl.calendars.working_calendar",
    "calendar_of": "slmdsl.calendars.working_calendar",
}


def __getattr__(name: str) -> object:
    """Load what needs numpy when it is first asked for."""
    if name not in _LAZY:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value: object = getattr(import_module(_LAZY[name]), name)
    return value

"""What a calendar says, as plain data: weekly hours, dated hours, closings, holidays, the days that count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.base.units import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from datetime import date

DAYS_OF_WEEK = 7
LAST_MONTH = 12
LONGEST_MONTH = 31

_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2}))?"
_WINDOW = re.compile(rf"{_CLOCK}\s*-\s*{_CLOCK}")


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A stretch of a day's wall clock, in microseconds since local midnight, half-open.

    It begins on the day (`0 <= start_us < 24 h`), is not empty and lasts at most 24 hours; an end beyond 24 hours
    lies on the next day. `Window.parse("22:30-06:30")` ends on the next day at 06:30.
    """

    start_us: int
    end_us: int

    def __post_init__(self) -> None:
        if not (0 <= self.start_us < DAY and self.start_us < self.end_us <= self.start_us + DAY):
            msg = f"a window begins within its day and lasts up to 24 hours, not {self.start_us} .. {self.end_us} us"
            raise ValueError(msg)

    @classmethod
    def of(cls, start_us: int, end_us: int) -> Window:
        """Return the window between two times of day; an end that is not after the start is on the next day.

        >>> Window.of(22 * HOUR, 6 * HOUR) == Window(22 * HOUR, 30 * HOUR)
        True
        """
        return cls(start_us, end_us if end_us > start_us else end_us + DAY)

    @classmethod
    def parse(cls, text: str) -> Window:
        """Read `08:00-12:30`, `22:30-06:30`, `00:00-24:00` or, with seconds, `08:00:30-09:00:00`.

        >>> Window.parse("13:00-24:00").end_us == 24 * HOUR
        True
        """
        match = _WINDOW.fullmatch(text.strip())
        if match is None:
            msg = f"`{text}` is not a window such as 08:00-17:30"
            raise ValueError(msg)
        return cls.of(_clock_us(text, *match.group(1, 2, 3)), _clock_us(text, *match.group(4, 5, 6)))


def _clock_us(text: str, hours: str, minutes: str, seconds: str | None) -> int:
    clock_us = int(hours) * HOUR + int(minutes) * MINUTE + int(seconds or 0) * SECOND
    if clock_us > DAY or int(minutes) * MINUTE >= HOUR or int(seconds or 0) * SECOND >= MINUTE:
        msg = f"`{text}` names a time of day that no clock shows"
        raise ValueError(msg)
    return clock_us


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedHours:
    """Windows that begin on each day of a range of dates, both included."""

    first: date
    last: date
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDates:
    """Whole days, from `first` to `last`, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedYearly:
    """A whole day of every year, or the part of it that `windows` take; 29 February only in the years that have one."""

    month: int
    day: int
    windows: tuple[Window, ...] | None = None

    def __post_init__(self) -> None:
        if not (1 <= self.month <= LAST_MONTH and 1 <= self.day <= LONGEST_MONTH):
            msg = f"{self.month:02d}-{self.day:02d} is no day of a year"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPlan:
    """A calendar as declared. Hashable, so that equal plans share one computed calendar (`calendar_of`).

    A closed day or holiday takes its local date from 00:00 to 24:00, and nothing else: also the early hours of a window
    that began the day before, but not those, on the next day, of a window that begins on it.

    Attributes:
        name: the declared name.
        title: the text beside it, or empty.
        zone: an IANA zone; every window is read on its wall clock.
        weekly: the windows that begin on each weekday, Monday first, seven entries.
        opened: dated hours; on their dates they replace the weekly windows that begin there and beat a holiday.
        closed: days, yearly days and parts of days (`DatedHours`) that are closed whatever else is said.
        holidays: regions such as `NL` or `US-CA` whose public holidays are closed.
        business_days: the weekdays (Monday is 0) that count as business days; None: every day with open time.
    """

    name: str
    title: str = ""
    zone: str = "UTC"
    weekly: tuple[tuple[Window, ...], ...] = ((),) * DAYS_OF_WEEK
    opened: tuple[DatedHours, ...] = ()
    closed: tuple[ClosedDates | ClosedYearly | DatedHours, ...] = ()
    holidays: tuple[str, ...] = ()
    business_days: frozenset[int] | None = None

    def __post_init__(self) -> None:
        if len(self.weekly) != DAYS_OF_WEEK:
            msg = f"`{self.name}` has windows for {len(self.weekly)} weekdays, not {DAYS_OF_WEEK}"
            raise ValueError(msg)


ALWAYS = CalendarPlan(name="always", title="Around the clock", weekly=((Window(0, DAY),),) * DAYS_OF_WEEK)
"""The calendar `always`: every day 00:00-24:00 in UTC. It is computed like any other."""

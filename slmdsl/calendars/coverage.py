"""A plan's timeline, worked out for more years when a question needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.units import DAY, from_us
from slmdsl.calendars.errors import CalendarRangeError, shown
from slmdsl.calendars.timeline import timeline
from slmdsl.calendars.zones import new_year_us

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.calendars.timeline import Timeline

FIRST_YEAR = 1900
END_YEAR = 2200
"""Calendars answer from 1900-01-01 to 2200-01-01 UTC."""

_FIRST_US = new_year_us(FIRST_YEAR)
_END_US = new_year_us(END_YEAR)
_DECADE = 10
# W is 0 at the start of 1970, so every timeline has that year.
_ANCHOR_YEARS = (1970, 1980)
_YEAR_US = 366 * DAY


class Coverage:
    """The timeline of one plan. Growing it never changes what it said; a grown one replaces the old one whole."""

    __slots__ = ("_line", "_plan")

    def __init__(self, plan: CalendarPlan) -> None:
        self._plan = plan
        self._line: Timeline | None = None

    def spanning(self, lo_us: int, hi_us: int) -> Timeline:
        """Return a timeline that answers `lo_us .. hi_us`.

        Raises:
            CalendarRangeError: if one of them lies outside the years that calendars cover.
        """
        line = self._line
        if line is not None and line.lo_us <= lo_us and hi_us <= line.hi_us:
            return line
        for instant_us in (lo_us, hi_us):
            if not _FIRST_US <= instant_us <= _END_US:
                msg = f"{shown(instant_us)} lies outside the years {FIRST_YEAR} to {END_YEAR - 1} that calendars cover"
                raise CalendarRangeError(msg)
        years = _ANCHOR_YEARS if line is None else (line.first_year, line.end_year)
        return self._grown(min(from_us(lo_us).year, years[0]), max(from_us(hi_us).year + 1, years[1]))

    def later(self, line: Timeline, enough: Callable[[Timeline], bool], *, in_days: bool = False) -> Timeline:
        """Return `line` with more years after it, until `enough` holds or no calendar covers more.

        Raises:
            CalendarRangeError: if it still does not hold although the plan goes on being open (or, `in_days`,
                having business days) in the last year.
        """
        while not enough(line):
            if line.end_year == END_YEAR:
                last = line.starts_us[:-1] >= _END_US - _YEAR_US
                _refuse_if_open(last & (line.day_us[:-1] > 0) if in_days else last, f"after {END_YEAR - 1}")
                break
            line = self._grown(line.first_year, line.end_year + (line.end_year - FIRST_YEAR) // 2)
        return line

    def earlier(self, line: Timeline, enough: Callable[[Timeline], bool]) -> Timeline:
        """Return `line` with more years before it, as `later` does."""
        while not enough(line):
            if line.first_year == FIRST_YEAR:
                _refuse_if_open(line.ends_us[:-1] <= _FIRST_US + _YEAR_US, f"before {FIRST_YEAR}")
                break
            line = self._grown(line.first_year - 4 * _DECADE, line.end_year)
        return line

    def _grown(self, first_year: int, end_year: int) -> Timeline:
        first_year -= first_year % _DECADE
        end_year += -end_year % _DECADE
        self._line = timeline(self._plan, max(first_year, FIRST_YEAR), min(end_year, END_YEAR))
        return self._line


def _refuse_if_open(stretches: npt.NDArray[np.bool_], where: str) -> None:
    if stretches.any():
        msg = f"the instant sought lies {where}, outside the years that calendars cover"
        raise CalendarRangeError(msg)

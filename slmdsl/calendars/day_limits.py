"""When a limit in business days runs out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.calendars.business_days import days_between, days_later, scaled_days
from slmdsl.calendars.stretches import FAR

if TYPE_CHECKING:
    from fractions import Fraction

    from slmdsl.calendars.coverage import Coverage
    from slmdsl.calendars.stretches import Int64, Places
    from slmdsl.calendars.timeline import Timeline


def due_after_days(coverage: Coverage, start_us: int, days: Fraction) -> int | None:
    """Return the first instant at which `days` > 0 business days have passed, exactly, or None if never."""
    line = coverage.spanning(start_us, start_us)
    found = days_later(line, start_us, days)
    if found is None:
        line = _reaching(coverage, line, start_us, days)
        found = days_later(line, start_us, days)
    return found


def all_due_after_days(coverage: Coverage, start_us: Int64, days: Fraction) -> Int64:
    """Return what `due_after_days` does for an array of starts, NO_TIME where never."""
    line = coverage.spanning(int(start_us.min()), int(start_us.max()))
    line = _reaching(coverage, line, int(start_us.max()), days)
    first = int(line.by_time.after(start_us.min(keepdims=True))[0])
    return scaled_days(line, first, len(line.starts_us) - 1).later(line, start_us, days)


def _reaching(coverage: Coverage, line: Timeline, start_us: int, days: Fraction) -> Timeline:
    def enough(line: Timeline) -> bool:
        return days_between(line, start_us, line.hi_us) >= days

    return coverage.later(line, enough, in_days=True)


def end_of_day(coverage: Coverage, start_us: Int64, days: Int64) -> Int64:
    """Return the close of the n-th business day after that of opening, of that day for 0, NO_TIME where never."""

    def day_of_opening(line: Timeline) -> Places:
        return line.first_beyond(line.open_until(start_us))

    def wanted(line: Timeline) -> Places:
        return np.searchsorted(line.business_dates, line.dates[day_of_opening(line)], side="right") + days - 1

    def enough(line: Timeline) -> bool:
        return bool(
            day_of_opening(line).max() < len(line.dates) - 1
            and wanted(line).max(where=days > 0, initial=-1) < len(line.business_dates)
        )

    line = coverage.later(coverage.spanning(int(start_us.min()), int(start_us.max())), enough, in_days=True)
    closes_us = np.where(
        days == 0,
        line.closes_us[day_of_opening(line)],
        line.business_closes_us[np.minimum(wanted(line), len(line.business_dates))],
    )
    return np.where(closes_us == FAR, NO_TIME, closes_us)

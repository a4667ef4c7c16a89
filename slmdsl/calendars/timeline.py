"""A plan worked out over a run of years: every open stretch as instants, with running totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import DAY
from slmdsl.calendars.local_hours import local_hours
from slmdsl.calendars.lookup import Buckets, grid
from slmdsl.calendars.plan import DAYS_OF_WEEK
from slmdsl.calendars.stretches import FAR, Stretches, overlaps
from slmdsl.calendars.zones import new_year_us, offsets

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.calendars.stretches import Int64, Places

_THURSDAY = 3  # the weekday of 1970-01-01, Monday being 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The n open stretches of a calendar over whole years, in time order, disjoint, cut at local midnights.

    Every instant from `lo_us` to `hi_us` is answered. Arrays by stretch have n + 1 entries; the last is an empty
    stretch at `FAR`, so that a search always finds one. `open_us[i]` is W at the start of stretch i, W being 0 at
    1970-01-01 UTC whatever the years. `dates[i]` is the local date that stretch i lies in, in days since 1970-01-01,
    `closes_us[i]` the last close of that date, and `day_us[i]` its open time, 0 if it is no business day.
    `business_dates` are the dates that count, ascending, with their closes (and `FAR` after them).
    """

    first_year: int
    end_year: int
    lo_us: int
    hi_us: int
    starts_us: Int64
    ends_us: Int64
    open_us: Int64
    dates: Int64
    day_us: Int64
    closes_us: Int64
    business_dates: Int64
    business_closes_us: Int64
    by_time: Buckets
    by_open: Buckets

    @property
    def first_open_us(self) -> int:
        """W at the start of the years covered."""
        return int(self.open_us[0])

    @property
    def last_open_us(self) -> int:
        """W at the end of the years covered."""
        return int(self.open_us[-1])

    def open_until(self, instants_us: Int64) -> Int64:
        """Return W at instants from `lo_us` to `hi_us`."""
        places = self.by_time.after(instants_us)
        into_us = instants_us - self.starts_us.take(places, mode="clip")
        return np.asarray(np.maximum(into_us, 0) + self.open_us.take(places, mode="clip"))

    def first_reaching(self, goals_us: Int64) -> Places:
        """Return the stretch in which W first is `goals_us`, after its start; n where W never gets there."""
        return self.by_open.after(np.minimum(goals_us - 1, self.last_open_us))

    def first_beyond(self, goals_us: Int64) -> Places:
        """Return the stretch in which W grows beyond `goals_us`; n where it never does."""
        return self.by_open.after(np.minimum(goals_us, self.last_open_us))

    def at_open(self, goals_us: Int64, places: Places) -> Int64:
        """Return the instants at which W is `goals_us` in the stretches at `places`."""
        return self.starts_us[places] + (goals_us - self.open_us[places])


def timeline(plan: CalendarPlan, first_year: int, end_year: int) -> Timeline:
    """Work out `plan` for the years `first_year .. end_year - 1` of UTC."""
    lo_us, hi_us = new_year_us(first_year), new_year_us(end_year)
    stretches, dates = _in_utc(plan, first_year, end_year)
    starts_us, ends_us = stretches
    lengths_us = ends_us - starts_us
    before_1970_us = int(np.clip(-starts_us, 0, lengths_us).sum())
    open_us = np.concatenate([[0], np.cumsum(lengths_us)]) - before_1970_us
    day_us, closes_us = _whole_days(dates, lengths_us, ends_us)
    counts = _are_business_days(plan, dates)
    business_dates, firsts = np.unique(dates[counts], return_index=True)
    ends_us = np.append(ends_us, FAR)
    return Timeline(
        first_year=first_year,
        end_year=end_year,
        lo_us=lo_us,
        hi_us=hi_us,
        starts_us=np.append(starts_us, FAR),
        ends_us=ends_us,
        open_us=open_us,
        dates=np.append(dates, FAR // DAY),
        day_us=np.append(np.where(counts, day_us, 0), 0),
        closes_us=np.append(closes_us, FAR),
        business_dates=business_dates,
        business_closes_us=np.append(closes_us[counts][firsts], FAR),
        by_time=grid(ends_us, lo_us, hi_us),
        by_open=grid(np.append(open_us[1:], FAR), int(open_us[0]) - 1, int(open_us[-1])),
    )


def _in_utc(plan: CalendarPlan, first_year: int, end_year: int) -> tuple[Stretches, Int64]:
    """Return the plan's open stretches as instants, and the local date of each.

    Local hours are laid over each stretch of constant offset, shifted by it: hours that clocks skip fall out, and
    hours that they show twice are found twice.
    """
    constant, offset_us = offsets(plan.zone, first_year, end_year)
    # Local dates are at most a day from those of UTC; they are kept whole, so that business days have their length.
    hours, dates = local_hours(plan, new_year_us(first_year) // DAY - 1, new_year_us(end_year) // DAY + 1)
    shown = Stretches(constant.starts_us + offset_us, constant.ends_us + offset_us)
    mine, theirs = overlaps(shown, hours)
    return Stretches(
        np.maximum(hours.starts_us[theirs] - offset_us[mine], constant.starts_us[mine]),
        np.minimum(hours.ends_us[theirs] - offset_us[mine], constant.ends_us[mine]),
    ), dates[theirs]


def _whole_days(dates: Int64, lengths_us: Int64, ends_us: Int64) -> tuple[Int64, Int64]:
    """Return for each stretch the open time of its local date, and the date's last close."""
    # Clocks put back across midnight show a date, the next one, and both again: a date's stretches may lie apart.
    _, places = np.unique(dates, return_inverse=True)
    day_us = np.zeros(len(dates), dtype=np.int64)
    closes_us = np.full(len(dates), -FAR)
    np.add.at(day_us, places, lengths_us)
    np.maximum.at(closes_us, places, ends_us)
    return day_us[places], closes_us[places]


def _are_business_days(plan: CalendarPlan, dates: Int64) -> npt.NDArray[np.bool_]:
    weekdays = range(DAYS_OF_WEEK) if plan.business_days is None else plan.business_days
    return np.isin((dates + _THURSDAY) % DAYS_OF_WEEK, list(weekdays))

"""How tickets arrive, from the instants at which they were opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from slmdsl.base.units import DAY, SECOND
from slmdsl.stats.bursts import Bursts, bursts_of
from slmdsl.stats.day_counts import usual_range
from slmdsl.stats.families import resolution_of
from slmdsl.study.fit.arrivals.doubts import doubts_of
from slmdsl.study.fit.arrivals.forms import (
    ArrivalFit,
    DatedRate,
    DayTable,
    GrowthFit,
    HolidayFit,
    HourTable,
    WeekProfile,
)
from slmdsl.study.fit.arrivals.holidays import holidays_by_region, regions_of
from slmdsl.study.fit.arrivals.levels import CountedDays, Levels, holiday_gain, levels_of
from slmdsl.study.fit.arrivals.local_days import day_numbers, dense_part, wall_clock, weekdays
from slmdsl.study.fit.arrivals.profile import Week, profile_lines, weights_of
from slmdsl.workload.demand.calendar_days import date_of, day_of, holidays_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from slmdsl.study.fit.arrivals.forms import Bools, Floats, Int64

LEAST_TICKETS: Final = 20
LEAST_DAYS: Final = 7
_HOUR: Final = 3_600 * SECOND
_HOLIDAYS_TELL: Final = 6.0
"""What naming holidays that nobody asked for must gain, in twice the log-likelihood."""


class Dense(NamedTuple):
    """The part of a log that is fitted: what clocks showed (n), the day of each ticket from 0, and where days begin."""

    at_us: Int64
    shown_us: Int64
    day: Int64
    first_day: int
    days: int
    before: int
    after: int


class Region(NamedTuple):
    """Holidays that matter: of a region, on which days; None: of none."""

    name: str | None
    holiday: Bools
    given: bool


def arrivals_of(
    opened_us: Int64,
    zone: str,
    *,
    stream: str = "incidents",
    days: tuple[date, date] | None = None,
    regions: Sequence[str] | None = None,
) -> ArrivalFit:
    """Return how tickets arrive.

    Args:
        opened_us: when each was opened, microseconds UTC (shape n, any order).
        zone: in which days begin and hours are told, `Europe/Amsterdam`.
        stream: what the load calls them, for the draws' columns.
        days: the first and the last local day that the log covers, both included; None: those of the tickets. Only
            the part of them is fitted in which the log is dense.
        regions: whose holidays may matter; of several the one that explains the quiet days best; none: no holidays
            are looked for; None: those of the zone's country.

    Raises:
        ValueError: fewer than 20 tickets, or than 7 days between the first and the last of them.
    """
    asked = tuple(regions_of(zone) if regions is None else regions)
    part = _dense(np.sort(np.asarray(opened_us, np.int64)), zone, days, asked)
    resolution_us = max(int(resolution_of(part.at_us.astype(np.float64))), SECOND)
    bursts = bursts_of(part.at_us, part.day, part.days, resolution_us)
    weekday = weekdays(part.first_day, part.days)
    region = _region(bursts.by_day, weekday, part, asked, given=regions is not None)
    counted = CountedDays(counts=bursts.by_day, weekday=weekday, holiday=region.holiday)
    levels = levels_of(counted)
    week = _week(part, weekday, region.holiday, levels, bursts)
    lines = profile_lines(week)
    size = bursts.mean
    base = float(levels.weekday.sum()) / 7 * size
    last = date_of(part.first_day + part.days - 1)
    return ArrivalFit(
        stream=stream,
        zone=zone,
        tickets=len(opened_us),
        used=len(part.at_us),
        first=date_of(part.first_day),
        last=last,
        rates=tuple(
            DatedRate(since=date_of(part.first_day + cut) if cut else None, per_day=base * step)
            for cut, step in zip((0, *levels.cuts), levels.steps, strict=True)
        ),
        varying=levels.square**0.5,
        correlated=levels.alike,
        growth=GrowthFit(share=float(np.expm1(levels.growth)), as_of=last)
        if levels.growth is not None
        else None,
        burst_mean=size,
        profile=WeekProfile(zone=zone, lines=lines, holidays=_holidays(region, levels, counted)),
        days=_day_table(part, bursts, levels, region.holiday),
        hours=_hour_table(part, weekday, region.holiday, levels, weights_of(lines), size),
        cautions=doubts_of(part, bursts, levels, region, resolution_us),
    )


def _dense(at_us: Int64, zone: str, days: tuple[date, date] | None, regions: tuple[str, ...]) -> Dense:
    shown = wall_clock(at_us, zone)
    day = day_numbers(shown)
    if days is not None:
        inside = (day >= day_of(days[0])) & (day <= day_of(days[1]))
        at_us, shown, day = at_us[inside], shown[inside], day[inside]
    if len(at_us) < LEAST_TICKETS or int(day[-1] - day[0]) < LEAST_DAYS - 1:
        msg = f"{len(at_us)} tickets tell nothing of how they arrive: it takes {LEAST_TICKETS} on {LEAST_DAYS} days"
        raise ValueError(msg)
    first, last = (int(day.min()), int(day.max())) if days is None else (day_of(days[0]), day_of(days[1]))
    counts = np.bincount(day - first, minlength=last - first + 1)
    begin, end = dense_part(counts, holidays_of(regions, first, len(counts)))
    inside = (day >= first + begin) & (day < first + end)
    return Dense(
        at_us=at_us[inside],
        shown_us=shown[inside],
        day=day[inside] - first - begin,
        first_day=first + begin,
        days=end - begin,
        before=int(counts[:begin].sum()),
        after=int(counts[end:].sum()),
    )


def _region(counts: Floats, weekday: Int64, part: Dense, regions: Sequence[str], *, given: bool) -> Region:
    """Return the region whose holidays explain the quiet days best; a part must do better than its country."""
    none = Region(name=None, holiday=np.zeros(part.days, np.bool_), given=given)
    best, most = none, 0.0 if given else _HOLIDAYS_TELL
    for name, holiday in holidays_by_region(regions, part.first_day, part.days).items():
        if not holiday.any():
            continue
        gain, factor = holiday_gain(CountedDays(counts=counts, weekday=weekday, holiday=holiday))
        if gain > most and (given or factor < 1):
            best, most = (
                Region(name=name, holiday=holiday, given=given),
                gain + (0.0 if given else _HOLIDAYS_TELL),
            )
    return best


def _holidays(region: Region, levels: Levels, counted: CountedDays) -> HolidayFit | None:
    if region.name is None or levels.holiday is None:
        return None
    days = int(np.count_nonzero(counted.telling_holiday))
    return HolidayFit(region=region.name, factor=levels.holiday, days=days, given=region.given)


def _week(part: Dense, weekday: Int64, holiday: Bools, levels: Levels, bursts: Bursts) -> Week:
    """Return tickets by weekday and hour, and how sure each weekday's level is."""
    counts = _by_hour(part, weekday, holiday)
    days = np.bincount(weekday[~holiday], minlength=7)
    level = levels.weekday
    square = 1 / np.maximum(level, 1e-9) + levels.square * _of_weekdays(levels.alike)
    return Week(counts, level, level * np.sqrt(square / np.maximum(days, 1)) + 1e-12, bursts.weighted)


def _of_weekdays(alike: float) -> float:
    """Return which part of the variation blurs weekdays: the autoregression's spectrum at the week's harmonics."""
    angle = 2 * np.pi * np.arange(1, 4) / 7
    return float(np.mean((1 - alike**2) / (1 - 2 * alike * np.cos(angle) + alike**2)))


def _by_hour(part: Dense, weekday: Int64, holiday: Bools) -> Int64:
    seen = ~holiday[part.day]
    hour = (part.shown_us[seen] % DAY) // _HOUR
    return np.bincount(weekday[part.day[seen]] * 24 + hour, minlength=168).reshape(7, 24)


def _day_table(part: Dense, bursts: Bursts, levels: Levels, holiday: Bools) -> DayTable:
    expected = levels.expected * bursts.mean
    variance = expected * bursts.weighted + levels.square * expected**2
    low, high = usual_range(expected, variance)
    return DayTable(
        first=date_of(part.first_day),
        counts=np.bincount(part.day, minlength=part.days),
        bursts=bursts.by_day,
        expected=expected,
        low=low,
        high=high,
        is_holiday=holiday,
    )


def _hour_table(
    part: Dense, weekday: Int64, holiday: Bools, levels: Levels, weights: Floats, size: float
) -> HourTable:
    days = np.maximum(np.bincount(weekday[~holiday], minlength=7), 1)
    counted = _by_hour(part, weekday, holiday) / days[:, None]
    known = (levels.weekday[weekday] > 0) & ~holiday
    usual = float((levels.expected[known] / levels.weekday[weekday][known]).mean())
    rate = float(levels.weekday.sum()) / 7 * size * usual
    return HourTable(counted=counted.ravel(), fitted=weights * rate / 24)

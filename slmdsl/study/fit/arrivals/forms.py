"""What a fit of arrivals says, in the terms of the language; `slmdsl/study/fit` writes it as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    import numpy.typing as npt

    from slmdsl.stats.cautions import Caution

    Floats = npt.NDArray[np.float64]
    Int64 = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRate:
    """Tickets a day in a standard week (`rate R per day`), from the day `since` on; None: from the beginning."""

    since: date | None
    per_day: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthFit:
    """`growing P% per year as of DATE`: `share` more each year, on the day `as_of` the rate is the one said."""

    share: float
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileLine:
    """One line of a profile: weekdays (0: Monday) and windows as (start hour, end hour, weight), in order, apart.

    Hours without tickets are in no window. Weights are relative; their mean over the week is 1.
    """

    weekdays: tuple[int, ...]
    windows: tuple[tuple[int, int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayFit:
    """What a public holiday leaves of its weekday's work: `holidays REGION FACTOR`, from `days` holidays."""

    region: str
    factor: float
    days: int
    given: bool
    """Whether the region was named; else it is the one of the zone's that explains the quiet days best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekProfile:
    """How arrivals spread over the week, as a `profile` says it."""

    zone: str
    lines: tuple[ProfileLine, ...]
    holidays: HolidayFit | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayTable:
    """The local days that were fitted on: what was counted, and what the fit expects (shape d each).

    `low .. high` is where 90 % of days lie by the fit, its day factor and bursts included. `bursts` are how many causes
    brought the counted tickets, in expectation.
    """

    first: date
    counts: Int64
    bursts: Floats
    expected: Floats
    low: Floats
    high: Floats
    is_holiday: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HourTable:
    """The hours of the week (168, Monday first), for pictures: tickets an hour as counted, and as the profile says.

    Holidays are left out of both; both are for the mean rate of the fitted days.
    """

    counted: Floats
    fitted: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArrivalDraws:
    """What the parameters may be as well: a row for each draw, for `uncertain "FILE"`.

    `columns` are `STREAM rate` and `STREAM varying` (factors on the text's value) and `STREAM correlated` (the value).
    """

    columns: tuple[str, ...]
    rows: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArrivalFit:
    """How one stream of tickets arrives.

    Attributes:
        stream: as the load says it: `incidents`, `requests for laptop`.
        zone: of days, hours and dates.
        tickets: all that were handed over.
        used: those of the fitted days.
        first: the first fitted day.
        last: the last one, included.
        rates: at least one, by date; the first has no date.
        varying: coefficient of variation of the day factor; 0: plain Poisson.
        correlated: of the day factor's copula; 0 where nothing varies.
        growth: None where there is none to tell; holds for each of the rates.
        burst_mean: of `burst of geometric(mean M)`; 1: single tickets.
        profile: how the week goes.
        days: what was counted and expected by day.
        hours: what was counted and expected by hour of the week.
        cautions: what this cannot be trusted in.
    """

    stream: str
    zone: str
    tickets: int
    used: int
    first: date
    last: date
    rates: tuple[DatedRate, ...]
    varying: float
    correlated: float
    growth: GrowthFit | None
    burst_mean: float
    profile: WeekProfile
    days: DayTable
    hours: HourTable
    cautions: tuple[Caution, ...]

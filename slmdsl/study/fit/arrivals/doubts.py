"""What a log cannot tell of how its tickets arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.base.units import SECOND
from slmdsl.stats.bursts import HOUR, LEAST_CELLS
from slmdsl.stats.cautions import Caution
from slmdsl.stats.day_counts import square_of
from slmdsl.study.fit.arrivals.levels import LONG_ENOUGH
from slmdsl.workload.demand.calendar_days import date_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.stats.bursts import Bursts
    from slmdsl.study.fit.arrivals.forms import Floats, Int64
    from slmdsl.study.fit.arrivals.from_opened import Dense, Region
    from slmdsl.study.fit.arrivals.levels import Levels

FEW_TICKETS: Final = 200
FEW_DAYS: Final = 56
SEASONS_APART: Final = 1_095
"""Days from which on a season has been seen often enough not to be taken for growth."""
_QUIET: Final = 0.5
_ODD: Final = 3.5
_QUARTILES: Final = 1.349
"""So far apart are the quartiles of a normal distribution, in standard deviations."""
_USUAL_FIGURES: Final = 8
_LEAST_EXPECTED: Final = 5.0
_SHOWN: Final = 8
_HEAVIER: Final = 1.5

SENTENCES: Final = {
    "few-tickets": "Only {count} tickets.",
    "few-days": "Only {days} days: what differs from week to week is hardly seen in them.",
    "growth-untold": "{days} days are too short to tell growth from the season.",
    "growth-or-season": "Growth is told from {days} days: of {share:.0%} a year some may be the season's.",
    "thin-edges": "Fitted from {first} to {last}: there are {before:,} tickets before and {after:,} after it, too few.",
    "quiet-days": (
        "{count} days look like holidays that no region names: {days}. The days vary by {varying:.0%} without them."
    ),
    "busy-days": "{count} days had far more tickets than others: {days}. The days vary by {varying:.0%} without them.",
    "coarse-instants": "Instants are known to {minutes:g} min: that tells no bursts.",
    "uneven-bursts": (
        "Bursts have {mean:.2f} tickets on average, but a ticket is in one of {weighted:.1f}: a few are far larger than"
        " geometric ones."
    ),
    "holidays-guessed": "The holidays are a guess: those of {region} leave {factor:.0%} of a day.",
    "no-holidays": "In {days} days no holidays show.",
}
"""What may be doubtful, in words.

The names in them are those of the cautions' numbers: `before` and `after` are tickets, `days` of quiet and busy days
are dates, parted by commas, `varying` and `factor` are shares of 1.
"""


def doubts_of(
    part: Dense, bursts: Bursts, levels: Levels, region: Region, resolution_us: int
) -> tuple[Caution, ...]:
    """Return what the days that were fitted on leave in doubt."""
    return tuple(_doubts(part, bursts, levels, region, resolution_us))


def _doubts(
    part: Dense, bursts: Bursts, levels: Levels, region: Region, resolution_us: int
) -> Iterator[Caution]:
    if len(part.at_us) < FEW_TICKETS:
        yield Caution(key="few-tickets", numbers=(("count", len(part.at_us)),))
    if part.before or part.after:
        first, last = (date_of(part.first_day + day) for day in (0, part.days - 1))
        numbers = (("before", part.before), ("after", part.after), ("first", first), ("last", last))
        yield Caution(key="thin-edges", numbers=numbers)
    if part.days < FEW_DAYS:
        yield Caution(key="few-days", numbers=(("days", part.days),))
    if part.days < LONG_ENOUGH:
        yield Caution(key="growth-untold", numbers=(("days", part.days),))
    elif levels.growth is not None and part.days < SEASONS_APART:
        share = float(np.expm1(levels.growth))
        yield Caution(key="growth-or-season", numbers=(("days", part.days), ("share", share)))
    if region.name is None:
        yield Caution(key="no-holidays", numbers=(("days", part.days),))
    elif not region.given:
        yield Caution(
            key="holidays-guessed", numbers=(("region", region.name), ("factor", levels.holiday or 0.0))
        )
    yield from _odd_days(part, bursts, levels, region)
    yield from _of_bursts(bursts, resolution_us)


def _odd_days(part: Dense, bursts: Bursts, levels: Levels, region: Region) -> Iterator[Caution]:
    """Yield the days that look like holidays though none are named, and those with far more than others."""
    mean, seen = levels.mean, bursts.by_day
    told = (mean >= _LEAST_EXPECTED) & ~region.holiday
    spread = np.sqrt(mean + _usual_square(seen[told], mean[told]) * mean**2)
    quiet = told & (seen < _QUIET * mean) & (mean - seen > _ODD * spread)
    busy = told & (seen > mean / _QUIET) & (seen - mean > 2 * _ODD * spread)
    for key, which in (("quiet-days", quiet), ("busy-days", busy)):
        days = np.flatnonzero(which)
        if len(days):
            known = (mean > 0) & ~which
            rest = square_of(seen[known], mean[known], _USUAL_FIGURES) ** 0.5
            dates = _dates(days, part.first_day)
            yield Caution(key=key, numbers=(("count", len(days)), ("days", dates), ("varying", rest)))


def _usual_square(seen: Floats, mean: Floats) -> float:
    """Return the square of the days' variation by their quartiles, which a few odd ones do not move."""
    if not len(seen):
        return 0.0
    low, high = np.quantile(seen / mean, (0.25, 0.75))
    return max((float(high - low) / _QUARTILES) ** 2 - float(np.mean(1 / mean)), 0.0)


def _dates(days: Int64, first_day: int) -> str:
    dates = [date_of(first_day + int(day)).isoformat() for day in days[:_SHOWN]]
    return ", ".join([*dates, "..."] if len(days) > _SHOWN else dates)


def _of_bursts(bursts: Bursts, resolution_us: int) -> Iterator[Caution]:
    if resolution_us * LEAST_CELLS > HOUR:
        yield Caution(key="coarse-instants", numbers=(("minutes", resolution_us / (60 * SECOND)),))
    if bursts.weighted > _HEAVIER * (2 * bursts.mean - 1):
        yield Caution(key="uneven-bursts", numbers=(("mean", bursts.mean), ("weighted", bursts.weighted)))

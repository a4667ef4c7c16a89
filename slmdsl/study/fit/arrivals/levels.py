"""What is expected of each day: its weekday, holidays, growth, and the dates at which the level changes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.stats.day_counts import counts_fitted, means_fitted
from slmdsl.stats.day_factors import Days, correlation, steady
from slmdsl.stats.level_changes import level_changes

if TYPE_CHECKING:
    from slmdsl.study.fit.arrivals.forms import Bools, Floats, Int64

YEAR: Final = 365.25
LONG_ENOUGH: Final = 540
"""Days; in less than one and a half years growth cannot be told from the season."""
SHORTEST: Final = 14
SMALLEST_CHANGE: Final = 0.1
"""A smaller one is not worth a line."""
_WORKDAY: Final = 0.3
"""Of the mean day: weekdays with less tell nothing of holidays, on which they are hardly quieter."""
_PRICE: Final = 3.0
"""Of a change, times the logarithm of how many days there are."""
_SURE: Final = 3.0
_OUTLYING: Final = 3.5
_TYPICAL_SQUARE: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountedDays:
    """What was counted: tickets or bursts by day (shape d), their weekdays, and which of them are holidays."""

    counts: Floats
    weekday: Int64
    holiday: Bools

    @property
    def years(self) -> Floats:
        """Return how many years each day lies after the last one."""
        return (np.arange(len(self.counts)) - len(self.counts) + 1) / YEAR

    @property
    def known(self) -> Bools:
        """Return the days that tell something: not weekdays that never have any, nor holidays if those have none."""
        some = np.bincount(self.weekday, weights=self.counts * ~self.holiday, minlength=7) > 0
        found: Bools = some[self.weekday] & (~self.holiday | self.telling_holiday)
        return found

    @property
    def telling_holiday(self) -> Bools:
        """Return the holidays on which something was left of the work of a weekday that has any to speak of."""
        ordinary = np.bincount(self.weekday[~self.holiday], minlength=7)
        level = np.bincount(self.weekday, weights=self.counts * ~self.holiday, minlength=7) / np.maximum(
            ordinary, 1
        )
        busy = self.holiday & (level >= _WORKDAY * level.mean())[self.weekday]
        found: Bools = busy & bool(np.any(self.counts[busy] > 0))
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levels:
    """Expected counts.

    Attributes:
        weekday: mean on each weekday of the first stretch, without holidays; where it grows, at the last day (shape 7).
        holiday: what a holiday leaves of it, None without holidays.
        cuts: the places of the first days of all stretches but the first.
        steps: each stretch's level over the first one's (one more than cuts).
        growth: of the logarithm, in a year; None: it does not grow.
        mean: by day (shape d), 0 for days that tell nothing.
        expected: by day, of all of them.
        square: of the day factor's coefficient of variation.
        alike: the correlation of its copula.
    """

    weekday: Floats
    holiday: float | None
    cuts: tuple[int, ...]
    steps: tuple[float, ...]
    growth: float | None
    mean: Floats
    expected: Floats
    square: float
    alike: float


def levels_of(days: CountedDays) -> Levels:
    """Return what is expected of each day, with the changes and the growth that the counts make sure."""
    cuts, growing = _changes(days)
    found = _levels(days, cuts, growing=growing)
    while found.cuts:
        sizes = np.abs(np.diff(np.log(found.steps)))
        if sizes.min() >= np.log1p(SMALLEST_CHANGE):
            break
        cuts = tuple(cut for i, cut in enumerate(found.cuts) if i != int(np.argmin(sizes)))
        found = _levels(days, cuts, growing=growing)
    # The language has no word for shrinking: then changes of the level stand for it.
    if found.growth is not None and (found.growth < 0 or not _is_sure(days, found)):
        found = _levels(days, found.cuts, growing=False)
    return found


def holiday_gain(days: CountedDays) -> tuple[float, float]:
    """Return twice what naming the holidays gains in likelihood, roughly, and what one leaves of its day."""
    without = CountedDays(counts=days.counts, weekday=days.weekday, holiday=np.zeros_like(days.holiday))
    mean = _means(without, (), growing=False, square=_TYPICAL_SQUARE)[1]
    seen = days.telling_holiday & (mean > 0)
    if not seen.any():
        return 0.0, 1.0
    named = _means(days, (), growing=False, square=_TYPICAL_SQUARE)[1]
    off, near = (
        _squares(days.counts, each, days.known & without.known) for each in (mean, np.maximum(named, 1e-9))
    )
    return off - near, float(days.counts[seen].sum() / mean[seen].sum())


def _squares(counts: Floats, mean: Floats, known: Bools) -> float:
    """Return the weighted squares of what counts are off; a quasi-likelihood that huge misses do not rule."""
    away = (counts - mean)[known] ** 2 / (mean * (1 + 2 * _TYPICAL_SQUARE * mean))[known]
    return float(np.minimum(away, 9.0).sum())


def _design(days: CountedDays, cuts: tuple[int, ...], *, growing: bool) -> tuple[Floats, Bools, list[int]]:
    """Return the columns of weekdays, holidays, stretches and growth, for the days that are known."""
    known = days.known
    worked = [day for day in range(7) if np.any(known & (days.weekday == day) & ~days.holiday)]
    columns = [(days.weekday == day).astype(np.float64) for day in worked]
    if np.any(known & days.holiday):
        columns.append((days.holiday & known).astype(np.float64))
    columns += [(np.arange(len(days.counts)) >= cut).astype(np.float64) for cut in cuts]
    if growing:
        columns.append(days.years)
    return np.stack(columns, axis=1), known, worked


def _means(
    days: CountedDays, cuts: tuple[int, ...], *, growing: bool, square: float | None
) -> tuple[Floats, Floats, float]:
    """Return coefficients, means by day (0 where nothing is known) and the variation, fitted where it is None."""
    design, known, _ = _design(days, cuts, growing=growing)
    mean = np.zeros(len(days.counts))
    if square is None:
        fit = counts_fitted(days.counts[known], design[known])
        mean[known] = fit.mean
        return fit.coefficients, mean, fit.square
    coefficients, mean[known] = means_fitted(days.counts[known], design[known], square)
    return coefficients, mean, square


def _levels(days: CountedDays, cuts: tuple[int, ...], *, growing: bool) -> Levels:
    coefficients, mean, square = _means(days, cuts, growing=growing, square=None)
    _, known, worked = _design(days, cuts, growing=growing)
    rest = list(coefficients[len(worked) :])
    weekday = np.zeros(7)
    weekday[worked] = np.exp(coefficients[: len(worked)])
    holiday = None
    if days.holiday.any():
        holiday = float(np.exp(rest.pop(0))) if np.any(known & days.holiday) else 0.0
    growth = float(rest.pop()) if growing else None
    alike = float(correlation(_ratios(days, mean), square)) if square > 0 else 0.0
    steps = np.exp(np.cumsum([0.0, *rest]))
    expected = weekday[days.weekday] * steps[np.searchsorted(cuts, np.arange(len(mean)), side="right")]
    expected *= np.exp((growth or 0.0) * days.years) * np.where(days.holiday, holiday or 0.0, 1.0)
    return Levels(
        weekday=weekday,
        holiday=holiday,
        cuts=cuts,
        steps=tuple(steps.tolist()),
        growth=growth,
        mean=mean,
        expected=expected,
        square=square,
        alike=alike,
    )


def _ratios(days: CountedDays, mean: Floats) -> Days:
    ratio = np.where(mean > 0, days.counts / np.where(mean > 0, mean, 1.0), 1.0)
    return Days(ratio=ratio, mean=mean)


def _weights(mean: Floats, square: float, alike: float) -> Floats:
    """Return what a day tells of a lasting level: days that are alike tell less."""
    lasting = square * (1 + alike) / (1 - alike)
    return np.where(mean > 0, mean / (1 + lasting * mean), 0.0)


def _changes(days: CountedDays) -> tuple[tuple[int, ...], bool]:
    """Return where the level changes, and whether it grows: what explains the days best, each change at its price."""
    mean = _means(days, (), growing=False, square=_TYPICAL_SQUARE)[1]
    if np.count_nonzero(mean) < 2 * SHORTEST:
        return (), False
    rows = _ratios(days, mean)
    square, alike = steady(rows)
    weights = _weights(mean, square, alike)
    spread = np.sqrt(square + np.where(mean > 0, 1 / np.where(mean > 0, mean, 1.0), 0.0))
    middle = float(np.median(rows.ratio[mean > 0]))
    values = np.clip(rows.ratio, middle - _OUTLYING * spread, middle + _OUTLYING * spread)
    price = _PRICE * float(np.log(len(values)))
    best = _best(values, weights, price)
    centred = days.years - np.average(days.years, weights=weights)
    slope = float(weights @ (centred * values)) / float(weights @ centred**2)
    if len(values) < LONG_ENOUGH or slope <= 0:
        return best[0], False
    grown = _best(values - slope * centred, weights, price)
    more = slope**2 * float(weights @ centred**2) - price
    return (grown[0], True) if grown[1] + more > best[1] else (best[0], False)


def _best(values: Floats, weights: Floats, price: float) -> tuple[tuple[int, ...], float]:
    """Return the best cuts, and what they gain over none, their price paid."""
    cuts = level_changes(values, weights, price=price, shortest=SHORTEST)
    edges = [0, *cuts, len(values)]
    level = np.average(values, weights=weights)
    gained = 0.0
    for first, end in pairwise(edges):
        held = float(weights[first:end].sum())
        if held > 0:
            gained += held * (float(np.average(values[first:end], weights=weights[first:end])) - level) ** 2
    return cuts, gained - price * len(cuts)


def _is_sure(days: CountedDays, found: Levels) -> bool:
    """Tell whether growth is told from luck, beside the changes, days in a row being alike."""
    if found.growth is None:
        return False
    weights = _weights(found.mean, found.square, found.alike)
    told = 0.0
    edges = [0, *found.cuts, len(weights)]
    for first, end in pairwise(edges):
        if weights[first:end].sum() > 0:
            years = days.years[first:end]
            told += float(weights[first:end] @ (years - np.average(years, weights=weights[first:end])) ** 2)
    return bool(abs(found.growth) * told**0.5 > _SURE)

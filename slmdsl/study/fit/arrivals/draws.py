"""What the parameters of arrivals may be as well: the same fit on logs that the fitted model might have made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.stats.day_counts import squares_of
from slmdsl.stats.day_factors import Days, correlation, drawn_factors
from slmdsl.study.fit.arrivals.forms import ArrivalDraws
from slmdsl.study.fit.arrivals.levels import YEAR
from slmdsl.workload.demand.calendar_days import day_of

if TYPE_CHECKING:
    from slmdsl.study.fit.arrivals.forms import ArrivalFit, Bools, Floats

_LEAST: Final = 0.05
"""No factor is smaller: a rate of nothing is no rate."""


def arrival_draws(fit: ArrivalFit, seed: int, draws: int = 200, *, name: str | None = None) -> ArrivalDraws:
    """Return what rate, variation and correlation may be as well, by a parametric bootstrap.

    Days are drawn from the fitted model, as many as were fitted on, and fitted again (B. Efron, R. Tibshirani, "An
    Introduction to the Bootstrap", 1993, section 6.5). Of dated rates the last stretch tells, where it grows its level
    at the end: that is what a forecast begins with. Where nothing varies there are no columns for that.

    Args:
        fit: of one stream.
        seed: of the luck; the same gives the same draws, each stream its own.
        draws: how many rows.
        name: the stream's name in the draws' columns; None: `fit.stream`.
    """
    stream = fit.stream if name is None else name
    luck = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, *stream.encode()])))
    expected = fit.days.expected / fit.burst_mean
    square = fit.varying**2
    factors = drawn_factors(luck, (draws, len(expected)), square, fit.correlated)
    counts = luck.poisson(expected * factors).astype(np.float64)
    rate = np.maximum(_rates(fit, expected, counts) * _sizes(luck, fit, counts), _LEAST)
    columns, rows = [f"{stream} rate"], [rate]
    if square > 0:
        known = expected > 0
        level = np.maximum(counts.sum(axis=1), 1.0) / expected.sum()
        mean = expected[known] * level[:, None]
        squares = squares_of(counts[:, known], mean, 1)
        ratio = np.where(known, counts / np.where(known, expected * level[:, None], 1.0), 1.0)
        alike = correlation(Days(ratio=ratio, mean=expected), square, np.maximum(squares, 0.01 * square))
        columns += [f"{stream} varying", f"{stream} correlated"]
        rows += [np.maximum(np.sqrt(squares) / fit.varying, _LEAST), alike]
    return ArrivalDraws(columns=tuple(columns), rows=np.stack(rows, axis=1))


def _rates(fit: ArrivalFit, expected: Floats, counts: Floats) -> Floats:
    """Return the level that each row of counts has by the last rate, over what is expected."""
    since = fit.rates[-1].since
    last: Bools = np.arange(len(expected)) >= (0 if since is None else day_of(since) - day_of(fit.days.first))
    known = last & (expected > 0)
    ratio, weight = (
        counts[:, known] / expected[known],
        expected[known] / (1 + fit.varying**2 * expected[known]),
    )
    if fit.growth is None:
        return np.asarray(ratio @ weight / weight.sum())
    years = (np.flatnonzero(known) - len(expected) + 1) / YEAR
    middle = float(np.average(years, weights=weight))
    slope = ratio @ (weight * (years - middle)) / float(weight @ (years - middle) ** 2)
    return np.asarray(ratio @ weight / weight.sum() - slope * middle)


def _sizes(luck: np.random.Generator, fit: ArrivalFit, counts: Floats) -> Floats:
    """Return the mean sizes of as many bursts as there were, over what is expected."""
    if fit.burst_mean <= 1:
        return np.ones(len(counts))
    bursts = np.maximum(counts.sum(axis=1), 1.0)
    more = luck.negative_binomial(bursts, 1 / fit.burst_mean)
    return np.asarray((bursts + more) / bursts / fit.burst_mean)

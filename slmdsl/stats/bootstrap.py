"""Means of skewed values: what credits cost is nothing in most replications and much in a few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr, ndtri

from slmdsl.stats.intervals import Interval, t_interval, tail_of

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

ENOUGH_VALUES: Final = 50
"""From this many values on a bootstrap knows the shape of their distribution well enough."""
RESAMPLES: Final = 5_000
"""The bounds at 95 % lie at quantiles that so many resamples know to 0.2 points."""
AT_ONCE: Final = 500


def mean_interval(values: Floats, confidence: float = 0.95) -> Interval:
    """Return the mean of independent values that may be skewed, such as money, with an interval.

    Student's interval below ENOUGH_VALUES values, BCa from there on.

    Args:
        values: one of each replication (shape R, at least 1), in any unit.
        confidence: 0 .. 1, both excluded.

    Raises:
        ValueError: without values, or for a confidence outside its range.

    >>> mean_interval(np.array([0.0, 0.0, 300.0])).value
    100.0
    """
    if len(values) < ENOUGH_VALUES:
        return t_interval(values, confidence)
    return bca_interval(values, confidence)


def bca_interval(
    values: Floats, confidence: float = 0.95, *, seed: int = 0, resamples: int = RESAMPLES
) -> Interval:
    """Return the mean of independent values with its BCa bootstrap interval.

    Percentiles of the means of resamples, corrected for bias and acceleration (B. Efron, "Better bootstrap confidence
    intervals", JASA 82, 1987, eq. 2.3; acceleration by the jackknife: B. Efron, R. Tibshirani, "An Introduction to the
    Bootstrap", 1993, eq. 14.15, where that of a mean is a sixth of the skewness over the root of R). Ties with the mean
    count by half. The same values have the same interval always: luck comes from `seed` alone.

    Of one value nothing is known: its bounds are infinite. Values that are all equal have no jackknife variance, and an
    interval of no width: nothing was seen that varies, which is not to say that nothing does.

    Args:
        values: one of each replication (shape R, at least 1), in any unit.
        confidence: 0 .. 1, both excluded.
        seed: of the resampling.
        resamples: at least 1; below some 1,000 the bounds are rough.

    Raises:
        ValueError: for numbers outside these ranges.

    >>> interval = bca_interval(np.array([0.0] * 45 + [1_000.0] * 5))
    >>> interval.value, interval.low, interval.high
    (100.0, 40.0, 220.0)
    """
    count = len(values)
    if not count or resamples < 1:
        msg = f"a bootstrap needs at least one value and one resample, not {count} and {resamples}"
        raise ValueError(msg)
    quantile = float(ndtri(1 - tail_of(confidence)))
    value = float(np.mean(values))
    if count == 1:
        return Interval(value=value, low=float("-inf"), high=float("inf"))
    if np.all(values == values[0]):
        return Interval(value=value, low=value, high=value)
    sums = _sums(values, seed, resamples)
    # Sums are compared rather than means: those of whole cents are exact, so that ties are found.
    total = float(np.sum(values))
    share = float(np.mean(sums < total) + np.mean(sums <= total)) / 2
    bias = float(ndtri(np.clip(share, 0.5 / resamples, 1 - 0.5 / resamples)))
    lean = _acceleration(values - value)
    low, high = np.quantile(sums, [_corrected(bias, lean, -quantile), _corrected(bias, lean, quantile)])
    return Interval(value=value, low=float(low) / count, high=float(high) / count)


def _sums(values: Floats, seed: int, resamples: int) -> Floats:
    """Return the sums of as many values, drawn with replacement, of each resample; some at once to save memory."""
    luck, count = np.random.default_rng(seed), len(values)
    parts = (min(AT_ONCE, resamples - done) for done in range(0, resamples, AT_ONCE))
    return np.concatenate([values[luck.integers(0, count, (part, count))].sum(axis=1) for part in parts])


def _acceleration(deviations: Floats) -> float:
    """Return Efron's a of a mean. Deviations are scaled first, lest the cubes of large amounts overflow."""
    scaled = deviations / np.max(np.abs(deviations))
    return float(np.sum(scaled**3) / (6 * np.sum(scaled**2) ** 1.5))


def _corrected(bias: float, lean: float, quantile: float) -> float:
    """Return the share of resamples that lies below the bound; beyond the pole of Efron's formula, all or none."""
    moved = bias + quantile
    room = 1 - lean * moved
    if room <= 0:
        return float(moved > 0)
    return float(ndtr(bias + moved / room))

"""Before and after: has the level of a weekly figure changed, when neighbouring weeks resemble each other?"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtri, stdtrit

from slmdsl.stats.enrichment import wilson_of
from slmdsl.stats.intervals import Interval, tail_of

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

POWER: Final = 0.8
FEWEST: Final = 4
"""Values on either side below which nothing is said of how neighbours resemble each other."""
_MOST: Final = 0.9
"""The largest correlation of neighbours that is allowed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What changed between two stretches of a series.

    Attributes:
        difference: mean after minus mean before, with its interval.
        correlation: of neighbouring values, as it was allowed for, 0 .. 0.9.
        shown_from: a true difference of this size would be shown with a chance of 80 %.
    """

    difference: Interval
    correlation: float
    shown_from: float


def level_shift(before: Floats, after: Floats, confidence: float = 0.95) -> Shift:
    """Return the difference of two means of a series whose neighbouring values may resemble each other.

    Welch's interval (B. L. Welch, Biometrika 34, 1947) with as many values as are worth: n (1 - r) / (1 + r) for a
    correlation r of neighbours (G. V. Bayley, J. M. Hammersley, Supplement to the Journal of the Royal Statistical
    Society 8, 1946). r is estimated from both stretches about their own means, and set right for the bias that this
    brings (M. G. Kendall, Biometrika 41, 1954); one below nothing is taken as none.

    Args:
        before: values in order of time (shape n, at least 4).
        after: the same later on (shape m, at least 4).
        confidence: 0 .. 1, both excluded.

    Raises:
        ValueError: for fewer values.

    >>> found = level_shift(np.array([1.0, 2.0, 1.0, 2.0]), np.array([11.0, 12.0, 11.0, 12.0]))
    >>> round(found.difference.value, 6), found.difference.low > 8, found.correlation
    (10.0, True, 0.0)
    """
    if min(len(before), len(after)) < FEWEST:
        msg = f"{len(before)} values before and {len(after)} after are too few: at least {FEWEST} on either side"
        raise ValueError(msg)
    correlation = _correlation(before, after)
    worth = (1 - correlation) / (1 + correlation)
    value = float(np.mean(after) - np.mean(before))
    # The variance about the own mean is too small by what the mean follows the values.
    parts = [_variance_of_mean(values, worth) for values in (before, after)]
    spread = sqrt(sum(variance for variance, _ in parts))
    if spread == 0.0:
        return Shift(
            difference=Interval(value=value, low=value, high=value), correlation=correlation, shown_from=0.0
        )
    freedom = spread**4 / sum(variance**2 / degrees for variance, degrees in parts)
    quantile = float(stdtrit(freedom, 1 - tail_of(confidence)))
    return Shift(
        difference=Interval(value=value, low=value - quantile * spread, high=value + quantile * spread),
        correlation=correlation,
        shown_from=(quantile + float(ndtri(POWER))) * spread,
    )


def _variance_of_mean(values: Floats, worth: float) -> tuple[float, float]:
    """Return the variance of the mean of values that are worth fewer, and its degrees of freedom."""
    count = len(values)
    effective = max(count * worth, 2.0)
    # Values that are all equal have a mean that is rounded.
    squares = float(np.sum((values - np.mean(values)) ** 2)) if np.ptp(values) else 0.0
    variance = squares / count * effective / (effective - 1)
    return variance / effective, max(effective - 1, 1.0)


def _correlation(before: Floats, after: Floats) -> float:
    """Return the correlation of neighbours that is allowed for."""
    products = squares = 0.0
    for values in (before, after):
        rest = values - np.mean(values)
        products += float(np.sum(rest[1:] * rest[:-1]))
        squares += float(np.sum(rest**2))
    if squares == 0.0:
        return 0.0
    half = (len(before) + len(after)) / 2
    # Kendall: an estimate from n values lies some (1 + 3 r) / n too low. A little more is added, since what varies in
    # the estimate itself must not make intervals too short either.
    found = products / squares
    return float(np.clip((half * found + 1.5) / max(half - 3.5, 1.0), 0.0, _MOST))


def slope(values: Floats, confidence: float = 0.95) -> Interval:
    """Return by how much a series grows from one value to the next: least squares, Student's interval.

    Args:
        values: in order of time (shape n, at least 4).
        confidence: 0 .. 1, both excluded.

    Raises:
        ValueError: for fewer values.

    >>> round(slope(np.array([1.0, 2.0, 3.0, 4.1])).value, 3)
    1.03
    """
    count = len(values)
    if count < FEWEST:
        msg = f"{count} values have no trend: at least {FEWEST}"
        raise ValueError(msg)
    at = np.arange(count) - (count - 1) / 2
    squares = float(np.sum(at**2))
    value = float(np.sum(at * values)) / squares
    rest = values - np.mean(values) - value * at
    half = float(stdtrit(count - 2, 1 - tail_of(confidence))) * sqrt(
        float(np.sum(rest**2)) / (count - 2) / squares
    )
    return Interval(value=value, low=value - half, high=value + half)


def newcombe(met: tuple[int, int], of: tuple[int, int], confidence: float = 0.95) -> Interval:
    """Return the difference of two shares of independent cases: the second minus the first.

    R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17
    (1998), method 10, from the Wilson intervals of both.

    Args:
        met: cases with the mark, first and second.
        of: all cases, above 0.
        confidence: 0 .. 1, both excluded.

    >>> found = newcombe((48, 56), (80, 70))
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    (low_0, high_0), (low_1, high_1) = (
        wilson_of(found, count, confidence) for found, count in zip(met, of, strict=True)
    )
    first, second = met[0] / of[0], met[1] / of[1]
    value = second - first
    return Interval(
        value=value,
        low=value - sqrt((second - low_1) ** 2 + (high_0 - first) ** 2),
        high=value + sqrt((high_1 - second) ** 2 + (first - low_0) ** 2),
    )

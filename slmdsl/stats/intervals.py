"""Confidence intervals. The unit of analysis is the replication: what happens within one is not independent."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betaincinv, stdtrit

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate and the interval that covers the truth with the stated confidence."""

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of the interval's length."""
        return (self.high - self.low) / 2


def clopper_pearson(successes: float, trials: float, confidence: float = 0.95) -> Interval:
    """Return a share of independent trials with its exact interval (C. Clopper, E. Pearson, Biometrika 26, 1934).

    Numbers that are not whole are meant for effective sample sizes (`korn_graubard`).

    Args:
        successes: 0 .. trials.
        trials: above 0.
        confidence: 0 .. 1, both excluded.

    Raises:
        ValueError: for numbers outside these ranges.

    >>> interval = clopper_pearson(8, 10)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.4439, 0.9748)
    """
    if not 0 <= successes <= trials or trials <= 0:
        msg = f"{successes} successes of {trials} trials make no share"
        raise ValueError(msg)
    tail = tail_of(confidence)
    low = float(betaincinv(successes, trials - successes + 1, tail)) if successes > 0 else 0.0
    high = float(betaincinv(successes + 1, trials - successes, 1 - tail)) if successes < trials else 1.0
    return Interval(value=successes / trials, low=low, high=high)


def korn_graubard(shares: Floats, periods: float, confidence: float = 0.95) -> Interval:
    """Return the mean of the replications' shares with an interval that allows for dependence within a replication.

    The number of periods is replaced by the number of independent ones that would vary as much between replications,
    with a factor for the degrees of freedom (E. Korn, B. Graubard, Survey Methodology 24, 1998): at most the number of
    periods, and at least that of replications, since shares from 0 to 1 cannot vary more than wholly kept and missed
    ones. Where all replications agree it is their number.

    The degrees of freedom are those of the variance of shares as they are (B. O'Neill, American Statistician 68, 2014),
    not R - 1 as of normal ones: if a few replications have all the misses, their variance is hardly known. With R - 1,
    20 replications, a chance of 0.95 and periods correlated by 0.5 the interval covers some 88 % instead of 95 %;
    `tests/bench/logs/coverage.txt` has what it covers now.

    Args:
        shares: of each replication with a judged period, 0 .. 1 (shape R).
        periods: how many periods a replication judges on average, at least 1.
        confidence: 0 .. 1, both excluded.

    Raises:
        ValueError: without replications.

    >>> interval = korn_graubard(np.array([1.0, 0.75, 1.0, 0.5]), periods=4)
    >>> round(interval.value, 4), interval.low < 0.6, interval.high > 0.9
    (0.8125, True, True)
    """
    runs = len(shares)
    if not runs:
        msg = "a chance needs at least one replication"
        raise ValueError(msg)
    value, most = float(np.mean(shares)), runs * periods
    spread = float(np.var(shares, ddof=1)) / runs if runs > 1 else 0.0
    if spread == 0.0 or not 0.0 < value < 1.0:
        effective = float(runs)
    else:
        upper = 1 - tail_of(confidence)
        factor = float(stdtrit(most - 1, upper)) / float(stdtrit(_freedom(shares), upper))
        effective = max(runs, min(most, value * (1 - value) / spread * factor**2))
    interval = clopper_pearson(min(value * effective, effective), effective, confidence)
    return Interval(value=value, low=interval.low, high=interval.high)


def _freedom(values: Floats) -> float:
    """Return the degrees of freedom of the variance of values that are not all equal: at most R - 1."""
    count = len(values)
    squares = np.square(values - np.mean(values))
    kurtosis = float(np.mean(squares**2) / np.mean(squares) ** 2)
    return min(count - 1, 2 * count / (kurtosis - (count - 3) / (count - 1)))


def t_interval(values: Floats, confidence: float = 0.95) -> Interval:
    """Return a mean of independent values with Student's interval (Biometrika 6, 1908); one value has no bounds.

    >>> interval = t_interval(np.array([1.0, 2.0, 3.0]))
    >>> round(interval.value, 3), round(interval.half_width, 3)
    (2.0, 2.484)
    """
    count = len(values)
    if not count:
        msg = "a mean needs at least one value"
        raise ValueError(msg)
    value = float(np.mean(values))
    if count == 1:
        return Interval(value=value, low=float("-inf"), high=float("inf"))
    half = float(stdtrit(count - 1, 1 - tail_of(confidence))) * float(np.std(values, ddof=1)) / sqrt(count)
    return Interval(value=value, low=value - half, high=value + half)


def tail_of(confidence: float) -> float:
    """Return the chance that is left out on either side of an interval.

    Raises:
        ValueError: for a confidence that does not lie between 0 and 1.

    >>> tail_of(0.5)
    0.25
    """
    if not 0 < confidence < 1:
        msg = f"a confidence lies between 0 and 1, not {confidence}"
        raise ValueError(msg)
    return (1 - confidence) / 2

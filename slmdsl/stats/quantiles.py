"""Quantiles of what replications say, such as the credits that one year in twenty exceeds: nothing is assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import bdtr, bdtrc

from slmdsl.stats.intervals import Interval, tail_of

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


def quantile_interval(values: Floats, share: float, confidence: float = 0.95) -> Interval:
    """Return a quantile of independent values with its interval between two of them, whatever their distribution.

    How many values lie below a quantile is binomial, so that two ranks enclose it with at least the stated confidence
    (W. Thompson, Annals of Mathematical Statistics 7, 1936; W. Conover, "Practical Nonparametric Statistics", 3rd ed.,
    1999, section 3.2). Each side misses it with at most half of what the confidence leaves; ties only add to it.

    The estimate is the least value that at least `share` of all values do not exceed (the inverse of the empirical
    distribution, definition 1 of R. Hyndman, Y. Fan, American Statistician 50, 1996): a value that was seen, which
    credits of whole cents stay.

    **A bound may be infinite.** Too few values have no rank that is sure to be beyond the quantile: at 95 % a finite
    upper bound of the 95 % quantile takes 72 values, one of the median 6. Then the interval has no end on that side.

    Args:
        values: one of each replication (shape R, at least 1), in any unit and order.
        share: of the distribution that lies below, 0 .. 1, both excluded.
        confidence: 0 .. 1, both excluded.

    Raises:
        ValueError: for numbers outside these ranges.

    >>> interval = quantile_interval(np.arange(1.0, 101.0), share=0.95)
    >>> interval.value, interval.low, interval.high
    (95.0, 90.0, 100.0)
    >>> quantile_interval(np.arange(1.0, 51.0), share=0.95).high
    inf
    """
    count = len(values)
    if not count or not 0 < share < 1:
        msg = f"{count} values have no quantile of {share}"
        raise ValueError(msg)
    tail, ranks = tail_of(confidence), np.arange(count, dtype=np.float64)
    below = int(np.count_nonzero(bdtr(ranks, count, share) <= tail))
    beyond = int(np.count_nonzero(bdtrc(ranks, count, share) > tail)) + 1
    ordered = np.concatenate(([-np.inf], np.sort(values), [np.inf]))
    value = float(np.quantile(values, share, method="inverted_cdf"))
    return Interval(value=value, low=float(ordered[below]), high=float(ordered[beyond]))

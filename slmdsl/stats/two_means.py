"""The difference of two means whose spreads need not be alike."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import stdtrit

from slmdsl.stats.intervals import Interval, tail_of

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_LEAST: Final = 2


def welch_interval(first: Floats, second: Floats, confidence: float = 0.95) -> Interval | None:
    """Return the mean of `first` less that of `second`, with an interval for independent values.

    B. L. Welch, "The generalization of Student's problem" (Biometrika 34, 1947), with Satterthwaite's degrees of
    freedom.

    Args:
        first: values (shape m).
        second: values (shape n).
        confidence: 0 .. 1, both excluded.

    Returns:
        None where either side has fewer than two values, or neither varies: then no spread can be estimated.

    >>> found = welch_interval(np.array([4.0, 5.0, 5.0, 4.0]), np.array([2.0, 3.0, 2.0]))
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (2.167, 0.99, 3.343)
    """
    tail = tail_of(confidence)
    if min(len(first), len(second)) < _LEAST:
        return None
    parts = [float(np.var(each, ddof=1)) / len(each) for each in (first, second)]
    total = sum(parts)
    if total == 0:
        return None
    freedom = total**2 / sum(
        part**2 / (len(each) - 1) for part, each in zip(parts, (first, second), strict=True)
    )
    value = float(np.mean(first)) - float(np.mean(second))
    half = float(stdtrit(freedom, 1 - tail)) * sqrt(total)
    return Interval(value=value, low=value - half, high=value + half)

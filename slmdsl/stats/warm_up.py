"""How long a desk takes to settle, judged from what it did. Advice only: no replication is cut by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUp:
    """What a series says of its own beginning.

    Attributes:
        leave_out: how many values from the start are better left out.
        is_settled: False if the best cut is the last one tried: then the series is too short, or never settles.
    """

    leave_out: int
    is_settled: bool


def mser(values: Floats) -> WarmUp:
    """Return how many of the first values to leave out, so that the mean of the others is known best (MSER-1).

    The cut d makes the sum of squared deviations of the n - d values after it, over (n - d)^2, least: it weighs the
    bias of early values against the variance of fewer ones (K. White, "An effective truncation heuristic for bias
    reduction in simulation output", Simulation 69, 1997; K. White, M. Cobb, S. Spratt, Winter Simulation Conference
    2000). Only cuts in the first half are tried, and the least of them is no answer if it is the last: the statistic is
    erratic where few values are left (W. Franklin, K. White, "Stationarity tests and MSER-5", Winter Simulation
    Conference 2008). Of equal cuts the earliest is taken.

    Args:
        values: in the order of time, at least 2, in any unit; weekly means averaged over replications, say.

    Raises:
        ValueError: for fewer than two values.

    >>> mser(np.array([9.0, 6.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0]))
    WarmUp(leave_out=2, is_settled=True)
    """
    count = len(values)
    if count < 2:  # noqa: PLR2004 - one value cannot vary
        msg = f"a warm-up is seen in at least two values, not {count}"
        raise ValueError(msg)
    # Measured from the last value, a series that settles on one number has no rounding errors to be compared.
    measured, last = values - values[-1], count // 2
    errors = [float(np.var(measured[cut:])) / (count - cut) for cut in range(last + 1)]
    cut = int(np.argmin(errors))
    return WarmUp(leave_out=cut, is_settled=cut < last)

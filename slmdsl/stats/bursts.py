"""Tickets that share an instant because one cause brought them, and those that only happen to.

The log's clock has cells: seconds, or minutes where it tells no more. Two causes may fall into one cell; the busier the
hour, the more often. How often is known from how many cells of the hour are empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import digamma

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Int64 = npt.NDArray[np.int64]

HOUR: Final = 3_600_000_000
LEAST_CELLS: Final = 30
"""An hour of fewer cells tells nothing of who came together."""
SURE: Final = 3.0
LEAST_EXCESS: Final = 0.005
_LAGS: Final = 10
_HOURS_APART: Final = 1 << 32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bursts:
    """How many causes brought some tickets.

    Attributes:
        by_day: how many there were on each day, in expectation, where the cell of several is taken apart (shape d).
        mean: tickets a burst, at least 1; 1 where no more share an instant than chance explains.
        weighted: the mean size of the burst that a ticket is in, E[B^2] / E[B], by its own estimate from pairs;
            `2 mean - 1` for geometric sizes.
        chance: how many tickets are expected to share another cause's instant.
    """

    by_day: Floats
    mean: float
    weighted: float
    chance: float


def bursts_of(at_us: Int64, day: Int64, days: int, resolution_us: int) -> Bursts:
    """Return the bursts of tickets.

    Causes of a Poisson process fill o of an hour's C cells when there are, in expectation, C (psi(C + 1) - psi(C - o
    + 1)) of them: the coupon collector's time (W. Feller, "An Introduction to Probability Theory", vol. 1, 3rd ed.,
    1968, IX.3). Nothing is assumed of the sizes of bursts. Pairs in one cell, less those in neighbouring cells, are
    pairs in one burst.

    Args:
        at_us: when they arrived, in microseconds UTC (shape n).
        day: the day of each, 0 .. days - 1.
        days: how many there are.
        resolution_us: the cell of the log's clock.

    >>> minutes = np.array([0, 0, 0, 17, 25, 25, 41]) * 60_000_000
    >>> found = bursts_of(minutes, np.zeros(7, np.int64), 1, 60_000_000)
    >>> found.by_day.round(1).tolist(), round(found.mean, 1)
    ([4.1], 1.7)
    """
    cells = HOUR // resolution_us
    if cells < LEAST_CELLS or not len(at_us):
        single = np.bincount(day, minlength=days).astype(np.float64)
        return Bursts(by_day=single, mean=1.0, weighted=1.0, chance=0.0)
    order = np.argsort(at_us, kind="stable")
    cell, first, held = np.unique(at_us[order] // resolution_us, return_index=True, return_counts=True)
    cell_day = day[order][first]
    block, filled = np.unique(cell_day * _HOURS_APART + cell * resolution_us // HOUR, return_counts=True)
    causes = cells * (digamma(cells + 1.0) - digamma(cells - filled + 1.0))
    by_day: Floats = np.bincount(block // _HOURS_APART, weights=causes, minlength=days).astype(np.float64)
    chance = float(by_day.sum() - len(cell))
    excess = len(at_us) - float(by_day.sum())
    if excess < max(SURE * chance**0.5, LEAST_EXCESS * len(at_us)):
        single = np.bincount(day, minlength=days).astype(np.float64)
        return Bursts(by_day=single, mean=1.0, weighted=1.0, chance=chance)
    pairs = float(held @ (held - 1)) - _neighbours(cell, held)
    return Bursts(
        by_day=by_day,
        mean=len(at_us) / float(by_day.sum()),
        weighted=1.0 + max(pairs, 0.0) / len(at_us),
        chance=chance,
    )


def _neighbours(cell: Int64, held: Int64) -> float:
    """Return how many pairs of tickets a cell has by chance: as many as stand a few cells apart."""
    found = 0.0
    for lag in range(1, _LAGS + 1):
        place = np.minimum(np.searchsorted(cell, cell + lag), len(cell) - 1)
        found += float(held @ np.where(cell[place] == cell + lag, held[place], 0))
    return found / _LAGS

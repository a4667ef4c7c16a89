"""Which classes have more misses than luck gives them: exact tails, and the price of looking at many classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gdtr, ndtri
from scipy.stats import hypergeom

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Int64 = npt.NDArray[np.int64]


def as_many_by_luck(found: Int64, drawn: Int64, marked: int, all_of_them: int) -> Floats:
    """Return the chance to find at least so many marked ones among those drawn, if class and mark had to do nothing.

    One side of the exact test of a fourfold table (R. A. Fisher, "The logic of inductive inference", Journal of the
    Royal Statistical Society 98, 1935).

    Args:
        found: marked ones in each class (shape c).
        drawn: how many are in each class (shape c), not fewer than `found`.
        marked: marked ones in all.
        all_of_them: how many there are in all.

    >>> as_many_by_luck(np.array([3]), np.array([3]), 3, 6).round(4).tolist()
    [0.05]
    """
    tails: Floats = np.minimum(hypergeom.sf(found - 1, all_of_them, marked, drawn), 1.0)
    return tails


def false_discoveries(chances: Floats) -> Floats:
    """Return what share of false alarms one accepts by believing each class and all that are at least as striking.

    Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate: a practical and powerful approach to multiple
    testing", Journal of the Royal Statistical Society B 57 (1995), as adjusted values. To believe those at or below
    0.05 is to be wrong in at most 5 % of them on average.

    Args:
        chances: of each class, what luck gives (shape c), 0 .. 1.

    >>> false_discoveries(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    count = len(chances)
    order = np.argsort(-chances, kind="stable")
    scaled = chances[order] * count / np.arange(count, 0, -1)
    found = np.empty(count)
    found[order] = np.minimum(np.minimum.accumulate(scaled), 1.0) if count else scaled
    return found


def so_many_events(seen: Int64, expected: Floats) -> Floats:
    """Return the chance of at least so many events where so many are expected and each comes by itself (Poisson).

    >>> so_many_events(np.array([0, 3]), np.array([1.0, 1.0])).round(4).tolist()
    [1.0, 0.0803]
    """
    # The tail of a Poisson variable is a gamma distribution's share.
    tails: Floats = np.where(seen > 0, gdtr(1.0, np.maximum(seen, 1), expected), 1.0)
    return tails


def wilson_bounds(found: Int64, of: Int64, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the bounds of shares (E. B. Wilson, 1927), from 0 to 1 where there is nothing.

    Args:
        found: cases with the mark (shape c).
        of: cases (shape c).
        confidence: 0 .. 1, both excluded.

    >>> [bound.round(4).tolist() for bound in wilson_bounds(np.array([9]), np.array([10]))]
    [[0.5958], [0.9821]]
    """
    quantile = float(ndtri((1 + confidence) / 2))
    size = np.maximum(of, 1).astype(np.float64)
    share, weight = found / size, quantile**2 / size
    centre = (share + weight / 2) / (1 + weight)
    half = quantile * np.sqrt(share * (1 - share) / size + weight / (4 * size)) / (1 + weight)
    low = np.where(found == 0, 0.0, centre - half)
    high = np.where(found >= of, 1.0, centre + half)
    return low, high


def wilson_of(found: int, of: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the bounds of one share, as `wilson_bounds` does.

    >>> round(wilson_of(9, 10)[0], 4)
    0.5958
    """
    low, high = wilson_bounds(np.array([found]), np.array([of]), confidence)
    return float(low[0]), float(high[0])

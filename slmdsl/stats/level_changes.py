"""Where a level changes: the cut of a row into stretches that explains it best, each cut at a price."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


def level_changes(values: Floats, weights: Floats, *, price: float, shortest: int) -> tuple[int, ...]:
    """Return where the levels of normal values change: the places of first values of all stretches but the first.

    Optimal partitioning (B. Jackson et al., IEEE Signal Processing Letters 12, 2005, eq. 5): what PELT prunes.

    Args:
        values: in a row (shape n).
        weights: one over their variances, at least 0.
        price: what a change must gain, in twice the log-likelihood.
        shortest: how long a stretch is at least, at least 1.

    >>> level_changes(np.array([1.0] * 20 + [2.0] * 20), np.full(40, 25.0), price=12.0, shortest=7)
    (20,)
    """
    whole = np.concatenate([[0.0], np.cumsum(weights)])
    told = np.concatenate([[0.0], np.cumsum(weights * values)])
    return cheapest_cuts(len(values), price, shortest, lambda begins, end: _gain(whole, told, begins, end))


def _gain(whole: Floats, told: Floats, begins: np.ndarray, end: int) -> Floats:
    held = whole[end] - whole[begins]
    found: Floats = np.where(held > 0, (told[end] - told[begins]) ** 2 / np.where(held > 0, held, 1.0), 0.0)
    return found


def count_changes(counts: Floats, exposures: Floats, *, price: float, shortest: int = 1) -> tuple[int, ...]:
    """Return where the rates of Poisson counts change, as `level_changes` does; `exposures` are above 0.

    >>> count_changes(np.array([0.0, 0, 0, 50, 48, 55, 10, 12]), np.ones(8), price=8.0)
    (3, 6)
    """
    whole = np.concatenate([[0.0], np.cumsum(exposures)])
    told = np.concatenate([[0.0], np.cumsum(counts)])

    def gain(begins: np.ndarray, end: int) -> Floats:
        count, held = told[end] - told[begins], whole[end] - whole[begins]
        found: Floats = 2 * np.where(count > 0, count * np.log(np.maximum(count, 1e-9) / held), 0.0)
        return found

    return cheapest_cuts(len(counts), price, shortest, gain)


def cheapest_cuts(
    length: int, price: float, shortest: int, gain: Callable[[np.ndarray, int], Floats]
) -> tuple[int, ...]:
    """Return where to cut a row, that what its stretches gain less the price of cuts is most."""
    best, last = np.full(length + 1, -np.inf), np.zeros(length + 1, np.int64)
    best[0] = price
    for end in range(min(shortest, length), length + 1):
        begins = np.arange(max(end - shortest, 0) + 1)
        offered = best[begins] - price + gain(begins, end)
        last[end] = int(np.argmax(offered))
        best[end] = offered[last[end]]
    cuts, end = [], length
    while last[end] > 0:
        end = int(last[end])
        cuts.append(end)
    return tuple(reversed(cuts))

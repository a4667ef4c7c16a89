"""Values as cells: the range that each lies in for sure, many of them gathered, so that a likelihood costs little.

A value that was rounded to minutes is a range of a minute. An exact one is taken as a range of 1 %: the density hardly
changes over it, and thousands of values become some hundred cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from slmdsl.stats.parts import shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from slmdsl.stats.parts import Family

    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]

_WIDTH: Final = 0.01
_RARE: Final = 1e-300


class Cells(NamedTuple):
    """Ranges `low .. high` with how many values they hold; `high` is infinite where one is only known to be longer.

    `zeros` values were rounded to zero and lie below `half`, or are none of the distribution's; `half` is 0 for exact
    values.
    """

    low: Floats
    high: Floats
    held: Floats
    half: float
    zeros: int


def cells_of(values: Floats, censored: Bools, resolution: float, zeros: int) -> Cells:
    """Return the cells of values above zero; those of `resolution` or of 1 %, whichever is wider."""
    half = resolution / 2
    number = np.round(np.log(values) / _WIDTH)
    narrow = values * _WIDTH < resolution
    middle = np.where(narrow | censored, values, np.exp(number * _WIDTH))
    low = np.where(censored, values, np.where(narrow, values - half, middle * np.exp(-_WIDTH / 2)))
    high = np.where(censored, np.inf, np.where(narrow, values + half, middle * np.exp(_WIDTH / 2)))
    ranges, count = np.unique(np.stack([low, high]), axis=1, return_counts=True)
    return Cells(np.maximum(ranges[0], 0.0), ranges[1], count.astype(np.float64), half, zeros)


def log_likelihood(cells: Cells, parts: Sequence[tuple[float, Family, Sequence[float]]]) -> float:
    """Return how likely cells are by a mix (share, family, parameters), zeros included.

    More zeros than rounding explains are none of the mix's: then their share is free, and the rest is judged as
    what it is, values that did not become zero.
    """
    inside, under = np.zeros(len(cells.low)), 0.0
    for share, family, parameters in parts:
        inside += share * _between(family, parameters, cells)
        under += share * float(shares(family, parameters, np.array(cells.half))[0])
    found = float(cells.held @ np.log(np.maximum(inside, _RARE)))
    count = float(cells.held.sum())
    seen = cells.zeros / (cells.zeros + count)
    if under <= seen:
        rest = count * np.log(1 - seen) - count * np.log(max(1.0 - under, _RARE))
        return found + float(rest) + (cells.zeros * float(np.log(seen)) if cells.zeros else 0.0)
    return found + cells.zeros * float(np.log(under))


def _between(family: Family, parameters: Sequence[float], cells: Cells) -> Floats:
    """Return the shares within cells, in the tails as differences of what is small there."""
    low, low_rest = shares(family, parameters, cells.low)
    high, high_rest = shares(family, parameters, cells.high)
    found: Floats = np.where(low > 0.5, low_rest - high_rest, high - low)  # noqa: PLR2004 - the median
    return found

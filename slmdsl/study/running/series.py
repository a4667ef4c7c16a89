"""One figure of each replication, by its number, so that scenarios which share their luck are compared in pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


class Series:
    """A figure of some replications, in the order in which they came: of each its number and the value.

    >>> one, other = Series(), Series()
    >>> one.add(0, 1.0), one.add(1, 0.5), other.add(1, 0.75)
    (None, None, None)
    >>> [each.tolist() for each in pairs(one, other)]
    [[0.5], [0.75]]
    """

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._values: list[float] = []

    def add(self, number: int, value: float) -> None:
        """Add what replication `number` says."""
        self._numbers.append(number)
        self._values.append(value)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def values(self) -> Floats:
        """The values in order (shape R)."""
        return np.array(self._values, np.float64)

    @property
    def by_number(self) -> dict[int, float]:
        """The values by the numbers of their replications."""
        return dict(zip(self._numbers, self._values, strict=True))


class Pairs(NamedTuple):
    """A figure of the replications that two scenarios have in common."""

    one: Floats
    other: Floats


def pairs(one: Series, other: Series) -> Pairs:
    """Return the values of the replications that both have, in the order of the first."""
    mine, theirs = one.by_number, other.by_number
    common = [number for number in mine if number in theirs]
    return Pairs(
        np.array([mine[number] for number in common], np.float64),
        np.array([theirs[number] for number in common], np.float64),
    )

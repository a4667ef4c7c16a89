"""The families that are known by two figures: the spread at which they have the wanted proportion.

A lognormal, gamma or Weibull value is a scale times a value that depends on one number only. That number, the spread,
is searched for: two figures (a mean and a p90, say) have a proportion that does not depend on the scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import exp, expm1, log, log1p, sqrt
from typing import TYPE_CHECKING, Final, Protocol

from slmdsl.base.gamma_function import gamma_quantile, log_gamma, normal_quantile

if TYPE_CHECKING:
    from collections.abc import Callable

_GRID: Final = 64
_HALVINGS: Final = 80
_THIRDS: Final = 60


@dataclass(frozen=True, slots=True)
class Figure:
    """What is known of a distribution: `mean`, `sd`, `scale`, or a `quantile` at `level` (0.9 is p90)."""

    kind: str
    level: float = 0.0


class SpreadFamily(Protocol):
    """A family with scale 1 by its spread; `least .. most` are the spreads that are believed."""

    @property
    def least(self) -> float:
        """The smallest spread."""
        ...

    @property
    def most(self) -> float:
        """The largest spread."""
        ...

    def figure(self, wanted: Figure, spread: float) -> float:
        """Return the value of a figure."""
        ...

    def parameters(self, spread: float, scale: float) -> tuple[float, float]:
        """Return what the family is drawn with."""
        ...


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Spread is sigma, scale the median."""

    least: float = 1e-3
    most: float = 5.0

    def figure(self, wanted: Figure, spread: float) -> float:
        """Return the value of a figure of exp(Normal(0, spread))."""
        if wanted.kind == "mean":
            return exp(spread * spread / 2)
        if wanted.kind == "sd":
            return exp(spread * spread / 2) * sqrt(expm1(spread * spread))
        return 1.0 if wanted.kind == "scale" else exp(spread * normal_quantile(wanted.level))

    def parameters(self, spread: float, scale: float) -> tuple[float, float]:
        """Return mu and sigma of the logarithm."""
        return log(scale), spread


@dataclass(frozen=True, slots=True)
class Gamma:
    """Spread is the coefficient of variation, 1 / sqrt(shape)."""

    least: float = 0.01
    most: float = 7.0

    def figure(self, wanted: Figure, spread: float) -> float:
        """Return the value of a figure of the gamma distribution with scale 1."""
        shape = 1.0 / (spread * spread)
        if wanted.kind == "mean":
            return shape
        if wanted.kind == "sd":
            return 1.0 / spread
        return 1.0 if wanted.kind == "scale" else gamma_quantile(shape, wanted.level)

    def parameters(self, spread: float, scale: float) -> tuple[float, float]:
        """Return shape and scale."""
        return 1.0 / (spread * spread), scale


@dataclass(frozen=True, slots=True)
class Weibull:
    """Spread is 1 / shape."""

    least: float = 1e-3
    most: float = 10.0

    def figure(self, wanted: Figure, spread: float) -> float:
        """Return the value of a figure of the Weibull distribution with scale 1."""
        mean = exp(log_gamma(1.0 + spread))
        if wanted.kind == "mean":
            return mean
        if wanted.kind == "sd":
            return mean * sqrt(expm1(log_gamma(1.0 + 2.0 * spread) - 2.0 * log_gamma(1.0 + spread)))
        return 1.0 if wanted.kind == "scale" else exp(spread * log(-log1p(-wanted.level)))

    def parameters(self, spread: float, scale: float) -> tuple[float, float]:
        """Return shape and scale."""
        return 1.0 / spread, scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Solutions:
    """The spreads that fit, ascending; where none does, the proportions that there are at all, and where they lie."""

    spreads: tuple[float, ...]
    least: float
    most: float
    least_at: float
    most_at: float


def solve(family: SpreadFamily, upper: Figure, lower: Figure, proportion: float) -> Solutions:
    """Return the spreads at which the figure `upper` is `proportion` times `lower`.

    The proportion is followed over the spreads that are believed, and wherever it crosses the wanted one the crossing
    is halved down to the last bits. Its highest and lowest point are looked for first, so that two crossings close
    to it are both seen.
    """

    def over(spread: float) -> float:
        return log(family.figure(upper, spread)) - log(family.figure(lower, spread)) - log(proportion)

    def under(spread: float) -> float:
        return -over(spread)

    step = log(family.most / family.least) / _GRID
    grid = [family.least, *(family.least * exp(step * i) for i in range(1, _GRID)), family.most]
    values = {spread: over(spread) for spread in grid}
    for height, pick in ((over, max), (under, min)):
        top = pick(range(_GRID + 1), key=lambda i: values[grid[i]])
        if 0 < top < _GRID:
            spread = _top(height, grid[top - 1], grid[top + 1])
            values[spread] = over(spread)
    ordered = sorted(values)
    found = [
        _crossing(over, one, other)
        for one, other in pairwise(ordered)
        if (values[one] < 0.0) != (values[other] < 0.0)
    ]
    least_at, most_at = min(ordered, key=values.__getitem__), max(ordered, key=values.__getitem__)
    return Solutions(
        spreads=tuple(found),
        least=exp(values[least_at]) * proportion,
        most=exp(values[most_at]) * proportion,
        least_at=least_at,
        most_at=most_at,
    )


def _crossing(over: Callable[[float], float], low: float, high: float) -> float:
    below = over(low) < 0.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        if (over(middle) < 0.0) == below:
            low = middle
        else:
            high = middle
    return high


def _top(height: Callable[[float], float], low: float, high: float) -> float:
    """Return where a curve with one top between two places has it, as far as its height can tell."""
    for _ in range(_THIRDS):
        third = (high - low) / 3.0
        if height(low + third) < height(high - third):
            low += third
        else:
            high -= third
    return 0.5 * (low + high)


FAMILIES: Final[dict[str, SpreadFamily]] = {"lognormal": Lognormal(), "gamma": Gamma(), "weibull": Weibull()}

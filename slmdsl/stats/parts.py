"""Distributions of durations as values: one of a family, and mixes of them."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, gamma, log, sqrt
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy.special import gammainc, gammaincc, gammaincinv, ndtr, ndtri

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

Family = Literal["constant", "exponential", "lognormal", "gamma", "weibull"]

_HALVINGS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A distribution of one family, in the unit of the values that it was fitted on.

    `parameters`: constant (value,); exponential (mean,); lognormal (mu, sigma); gamma and weibull (shape, scale), as
    the contract's `Solved` has them.

    >>> Part(family="exponential", parameters=(10.0,)).quantile(0.9)
    23.02585092994046
    """

    family: Family
    parameters: tuple[float, ...]

    def below(self, values: Floats) -> Floats:
        """Return the shares that do not exceed some values (the distribution function, values >= 0)."""
        return shares(self.family, self.parameters, values)[0]

    def quantile(self, share: float) -> float:
        """Return the value that a share of all, 0 .. 1, does not exceed."""
        first, last = self.parameters[0], self.parameters[-1]
        match self.family:
            case "constant":
                return first
            case "exponential":
                return float(-first * np.log1p(-share))
            case "lognormal":
                return exp(first + last * float(ndtri(share)))
            case "gamma":
                return last * float(gammaincinv(first, share))
            case "weibull":
                return float(last * (-np.log1p(-share)) ** (1 / first))

    @property
    def mean(self) -> float:
        """Return the mean."""
        first, last = self.parameters[0], self.parameters[-1]
        match self.family:
            case "constant" | "exponential":
                return first
            case "lognormal":
                return exp(first + last * last / 2)
            case "gamma":
                return first * last
            case "weibull":
                return last * gamma(1 + 1 / first)

    @property
    def sd(self) -> float:
        """Return the standard deviation."""
        first, last = self.parameters[0], self.parameters[-1]
        match self.family:
            case "constant":
                return 0.0
            case "exponential":
                return first
            case "lognormal":
                return self.mean * float(np.sqrt(np.expm1(last * last)))
            case "gamma":
                return sqrt(first) * last
            case "weibull":
                return last * sqrt(max(gamma(1 + 2 / first) - gamma(1 + 1 / first) ** 2, 0.0))

    @property
    def said(self) -> tuple[tuple[str, float], ...]:
        """Return it as the language says it: `(("median", 480e6), ("p90", 1.2e9))`.

        A constant by its value, an exponential by its mean, a gamma by mean and sd, lognormal and Weibull by median
        and p90.
        """
        match self.family:
            case "constant":
                return (("value", self.parameters[0]),)
            case "exponential":
                return (("mean", self.parameters[0]),)
            case "gamma":
                return (("mean", self.mean), ("sd", self.sd))
            case _:
                return (("median", self.quantile(0.5)), ("p90", self.quantile(0.9)))

    def scaled(self, factor: float) -> Part:
        """Return what is distributed like `factor` times this."""
        match self.family:
            case "lognormal":
                return Part(
                    family=self.family, parameters=(self.parameters[0] + log(factor), self.parameters[1])
                )
            case _:
                return Part(
                    family=self.family, parameters=(*self.parameters[:-1], self.parameters[-1] * factor)
                )


def shares(family: Family, parameters: Sequence[float], values: Floats) -> tuple[Floats, Floats]:
    """Return the shares that do not exceed values (>= 0), and those that do, each exact where it is small."""
    first, last = parameters[0], parameters[-1]
    match family:
        case "constant":
            below = np.where(values >= first, 1.0, 0.0)
            return below, 1.0 - below
        case "exponential":
            return -np.expm1(-values / first), np.exp(-values / first)
        case "lognormal":
            with np.errstate(divide="ignore"):
                normal = (np.log(values) - first) / last
            return ndtr(normal), ndtr(-normal)
        case "gamma":
            return gammainc(first, values / last), gammaincc(first, values / last)
        case "weibull":
            with np.errstate(over="ignore"):
                passed = (values / last) ** first
            return -np.expm1(-passed), np.exp(-passed)


def mixed_quantile(parts: Sequence[tuple[float, Part]], share: float) -> float:
    """Return the value that a share of a mix, 0 .. 1, does not exceed: by halving between its parts' quantiles."""
    ends = [part.quantile(share) for _, part in parts]
    low, high = min(ends), max(ends)
    for _ in range(_HALVINGS if low < high else 0):
        middle = (low + high) / 2
        reached = sum(weight * float(part.below(np.array(middle))) for weight, part in parts)
        low, high = (middle, high) if reached < share else (low, middle)
    return high

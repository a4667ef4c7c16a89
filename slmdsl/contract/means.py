"""The mean of a distribution, without any library of numbers."""

from __future__ import annotations

from math import exp, gamma, inf
from typing import TYPE_CHECKING, Final

from slmdsl.contract.model.distributions import Measured, MixOf

if TYPE_CHECKING:
    from collections.abc import Callable

    from slmdsl.contract.model.distributions import Distribution, Family

_PERT_MODE: Final = 4
"""How many times the mode counts in the mean of a PERT distribution."""


def mean(distribution: Distribution) -> float | None:
    """Return the mean in the distribution's own unit: microseconds, business days or a count.

    None for measured values that nobody has read yet; infinity where it is beyond the range of numbers.

    >>> from slmdsl.base.spans import NOWHERE
    >>> from slmdsl.contract.model.distributions import Solved
    >>> mean(Solved(family="uniform", parameters=(2.0, 4.0), unit="count", span=NOWHERE))
    3.0
    """
    if isinstance(distribution, Measured):
        values = distribution.values
        return sum(values) / len(values) if values else None
    if isinstance(distribution, MixOf):
        return _of_mix(distribution)
    try:
        return _MEANS[distribution.family](*distribution.parameters)
    except OverflowError:
        return inf


def _of_mix(mix: MixOf) -> float | None:
    total = 0.0
    for share, part in mix.parts:
        one = mean(part)
        if one is None:
            return None
        total += float(share) * one
    return total


_MEANS: Final[dict[Family, Callable[..., float]]] = {
    "constant": lambda value: value,
    "exponential": lambda value: value,
    "lognormal": lambda mu, sigma: exp(mu + sigma * sigma / 2),
    "gamma": lambda shape, scale: shape * scale,
    "weibull": lambda shape, scale: scale * gamma(1 + 1 / shape),
    "uniform": lambda low, high: (low + high) / 2,
    "triangular": lambda low, mode, high: (low + mode + high) / 3,
    "pert": lambda low, mode, high: (low + _PERT_MODE * mode + high) / (_PERT_MODE + 2),
    "geometric": lambda value: value,
}

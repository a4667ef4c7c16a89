"""How long and how many: probability distributions by the parameters that they are drawn with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from fractions import Fraction

    from slmdsl.base.spans import Span

Family = Literal[
    "constant",
    "exponential",
    "lognormal",
    "gamma",
    "weibull",
    "uniform",
    "triangular",
    "pert",
    "geometric",
]
Unit = Literal["time", "business_days", "count"]
"""What a value is: microseconds, business days of the calendar where it is used, or a number of things."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A family with the parameters that it is drawn with, values in `unit`.

    Parameters are, by family: constant (value), exponential (mean), lognormal (mu, sigma of the logarithm), gamma
    (shape, scale), weibull (shape, scale), uniform (min, max), triangular and pert (min, mode, max), geometric (mean).
    """

    family: Family
    parameters: tuple[float, ...]
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class MixOf:
    """A value of one of the parts, each with the chance of its share; all parts have the same unit."""

    parts: tuple[tuple[Fraction, Distribution], ...]
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One of the values in a column of a file, each as likely as the others.

    `values`, in `unit` and ascending, are empty until somebody reads the file: a check reads no tables.
    """

    file: str
    column: str
    unit: Unit
    values: tuple[float, ...] = ()
    span: Span


Distribution = Solved | MixOf | Measured


def measured_in(distribution: Distribution) -> Iterator[Measured]:
    """Yield the measured distributions of which values have to be read: itself, or parts of a mix."""
    if isinstance(distribution, Measured):
        yield distribution
    elif isinstance(distribution, MixOf):
        for _, part in distribution.parts:
            yield from measured_in(part)


def with_values(distribution: Distribution, read: Callable[[Measured], Iterable[float]]) -> Distribution:
    """Return a distribution with the values of its measured parts: `read` gives them in each one's unit, in any order.

    >>> from slmdsl.base.spans import NOWHERE
    >>> unread = Measured(file="waits.csv", column="hours", unit="time", span=NOWHERE)
    >>> with_values(unread, lambda each: [7.2e9, 3.6e9]).values
    (3600000000.0, 7200000000.0)
    """
    if isinstance(distribution, Measured):
        return replace(distribution, values=tuple(sorted(read(distribution))))
    if isinstance(distribution, MixOf):
        parts = tuple((share, with_values(part, read)) for share, part in distribution.parts)
        return replace(distribution, parts=parts)
    return distribution


_SCALED: dict[Family, Callable[[tuple[float, ...], float], tuple[float, ...]]] = {
    "lognormal": lambda each, factor: (each[0] + log(factor), each[1]),
    "gamma": lambda each, factor: (each[0], each[1] * factor),
    "weibull": lambda each, factor: (each[0], each[1] * factor),
}
"""How the parameters of a family follow a factor; those of all others are values themselves."""


def scaled(distribution: Distribution, factor: float) -> Distribution:
    """Return the distribution of `factor` (above 0) times a time; the very same where the factor is 1.

    >>> from slmdsl.base.spans import NOWHERE
    >>> scaled(Solved(family="gamma", parameters=(2.0, 30.0), unit="time", span=NOWHERE), 1.5).parameters
    (2.0, 45.0)
    """
    if factor == 1:
        return distribution
    if isinstance(distribution, Measured):
        return replace(distribution, values=tuple(factor * each for each in distribution.values))
    if isinstance(distribution, MixOf):
        return replace(
            distribution, parts=tuple((share, scaled(part, factor)) for share, part in distribution.parts)
        )
    scale = _SCALED.get(distribution.family, _all_scaled)
    return replace(distribution, parameters=scale(distribution.parameters, factor))


def _all_scaled(parameters: tuple[float, ...], factor: float) -> tuple[float, ...]:
    return tuple(factor * each for each in parameters)

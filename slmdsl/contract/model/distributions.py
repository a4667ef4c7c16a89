"""How long and how many: probability distributions by the parameters that they are drawn with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
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

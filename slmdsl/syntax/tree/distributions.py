"""How long, how many: probability distributions by what people know of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slmdsl.syntax.tree.common import Literal, Node, Text

if TYPE_CHECKING:
    from slmdsl.base.units import Duration, Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Node):
    """`mean 6 h`: a Duration, a number (Fraction) or a Ratio; `name` is None for a bare value, pNN for quantiles."""

    name: str | None
    value: Literal[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDistribution(Node):
    """`lognormal(mean 6 h, p95 14 h)`."""

    family: Literal[str]
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MixPart(Node):
    """`45% lognormal(...)`."""

    share: Literal[Ratio]
    distribution: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix(Node):
    """`mix(45% lognormal(...), 55% lognormal(...))`."""

    parts: tuple[MixPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Empirical(Node):
    """`empirical("file.csv" "column")`: drawn from measured values."""

    file: Text
    column: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Always(Node):
    """A bare duration where a distribution may stand: `for 8 h`."""

    duration: Literal[Duration]


Distribution = NamedDistribution | Mix | Empirical | Always

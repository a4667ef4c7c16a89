"""`risk` and `contingency`: what may go wrong, and what is done then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.syntax.tree.common import Every, Literal, Node, Ref, Text

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from slmdsl.base.units import Duration, Ratio
    from slmdsl.syntax.tree.distributions import Distribution
    from slmdsl.syntax.tree.populations import DeskCondition, Population


@dataclass(frozen=True, slots=True, kw_only=True)
class Affects(Node):
    """`affects email`: services or components."""

    what: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRange(Node):
    """`nov..feb`: months 1 to 12, both included; may run over the turn of the year."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood(Node):
    """`likelihood 1 per year during nov..feb`: `per` is day, week, month, quarter or year."""

    times: Literal[Fraction]
    per: Literal[str]
    during: MonthRange | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactOutage(Node):
    """`impact outage for lognormal(...)`."""

    duration: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactStaff(Node):
    """`impact desk staff -30% for uniform(2 weeks, 4 weeks)`: `change` is signed."""

    staff: Ref
    change: Literal[Ratio]
    duration: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactLoad(Node):
    """`impact incidents in till * 5 for 8 h`."""

    population: Population
    factor: Literal[Fraction]
    duration: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment(Node):
    """`treatment mail_failover`."""

    contingency: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Node):
    """`treatment accept "reason"`."""

    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class When(Node):
    """`when outage of email lasts 20 min`."""

    condition: DeskCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class Until(Node):
    """`until backlog of desk < 20`."""

    condition: DeskCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class ThenRestore(Node):
    """`then restore email within 1 h, succeeds 90%`."""

    service: Ref
    within: Literal[Duration]
    succeeds: Literal[Ratio] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThenNotify(Node):
    """`then notify acme within 30 min`."""

    party: Ref | Text
    within: Literal[Duration]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThenAddAgents(Node):
    """`then add 4 agents to desk after 2 h`."""

    agents: Literal[int]
    staff: Ref
    after: Literal[Duration] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearse(Node):
    """`rehearse every 6 months, last 2026-09-14`."""

    every: Every
    last: date | None

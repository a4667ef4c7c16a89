"""`staff` `profile` `load`: who works when, how work arrives and how it flows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.syntax.tree.common import Literal, Name, Node, Ref, Share, Text, Weekdays, Window

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from slmdsl.base.units import Duration, Ratio
    from slmdsl.syntax.tree.distributions import Distribution
    from slmdsl.syntax.tree.populations import Population


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift(Node):
    """`shift early mon..fri 07:00-15:30 6 agents`."""

    name: Name
    days: Weekdays
    windows: tuple[Window, ...]
    agents: Literal[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall(Node):
    """`on_call otherwise 2 agents for P1 after 5 min`; no priorities: for all."""

    agents: Literal[int]
    priorities: tuple[Ref, ...]
    after: Literal[Duration] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence(Node):
    """`absence 9%`."""

    share: Literal[Ratio]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue(Node):
    """`queue by priority then deadline`: each of arrival, priority, deadline."""

    by: tuple[Literal[str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines(Node):
    """`lines 400`: who finds so many waiting is lost."""

    count: Literal[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftEnd(Node):
    """`shift_end finishes` or `hands_over`."""

    how: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preempt(Node):
    """`preempt for P1`."""

    priorities: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight(Node):
    """`07:00-09:00 1.4`."""

    window: Window
    weight: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights(Node):
    """`mon..fri 00:00-07:00 0.1, 07:00-09:00 1.4` in a profile."""

    days: Weekdays
    weights: tuple[Weight, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayWeight(Node):
    """`holidays NL 0.2` in a profile."""

    regions: tuple[Literal[str], ...]
    factor: Literal[Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth(Node):
    """`growing 6% per year as of 2026-12-31`."""

    share: Literal[Ratio]
    per: Literal[str]
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Node):
    """`rate 100 per day, varying 14%, correlated 0.35, growing ...`, `rate 9 per day from 2027-09-01`."""

    count: Literal[Fraction]
    per: Literal[str]
    since: date | None
    varying: Literal[Ratio] | None
    correlated: Literal[Fraction] | None
    growing: Growth | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsesProfile(Node):
    """`profile shop_week`."""

    profile: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst(Node):
    """`burst of geometric(mean 1.4)`."""

    size: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceMix(Node):
    """`in email 45%, till 35%`."""

    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityMix(Node):
    """`priority P1 1%, P2 9%`, `priority in till P1 4%`."""

    service: Ref | None
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerMix(Node):
    """`customer acme 60%, other 40%`."""

    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAt(Node):
    """`start at desk`."""

    step: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers(Node):
    """`answers in lognormal(...)`."""

    duration: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class GivesUp(Node):
    """`gives up 3% after exponential(mean 20 min)`."""

    share: Literal[Ratio]
    after: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Works(Node):
    """`works lognormal(...)`, `works for P1 lognormal(...)`."""

    priorities: tuple[Ref, ...]
    duration: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits(Node):
    """`waits lognormal(...) on office`."""

    duration: Distribution
    on: Ref | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Node):
    """`apps 16%`; `to` is None for `resolved 76%`."""

    to: Ref | None
    share: Literal[Ratio]


@dataclass(frozen=True, slots=True, kw_only=True)
class Then(Node):
    """`then resolved 76%, apps 16%, hostco 8%`."""

    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Node):
    """`step desk { ... }`, `step triage by desk { ... }`. `body`: Answers, GivesUp, Works, Waits, Then."""

    name: Name
    by: Ref | None
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsForCustomer(Node):
    """`waits for customer 25% for lognormal(...) on office`."""

    share: Literal[Ratio]
    duration: Distribution
    on: Ref | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopens(Node):
    """`reopens 4% after exponential(mean 2 days)`."""

    share: Literal[Ratio]
    after: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Score(Node):
    """`5 within 4 h`; `within` is None for `3 otherwise`."""

    score: Fraction
    within: Literal[Duration] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback(Node):
    """`feedback 18% scores 5 within 4 h, 4 within 1 day, 3 otherwise`."""

    share: Literal[Ratio]
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream(Node):
    """`incidents { ... }`, `requests for laptop { ... }` in a load. `kind` is in the singular."""

    kind: Literal[str]
    request: Ref | None
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Component(Node):
    """`component hosting.east, hosting.west fails every ..., repaired in ..., crew of 1`."""

    components: tuple[Ref, ...]
    fails: Distribution
    repaired: Distribution
    crew: Literal[int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertain(Node):
    """`uncertain "autumn.draws.csv"` in a load."""

    file: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikesEvery(Node):
    """`every exponential(mean 9_000 h)` in a cause."""

    interval: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Takes(Node):
    """`takes hosting.east 100%, hosting.west 30%` in a cause."""

    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasts(Node):
    """`for lognormal(...)` in a cause."""

    duration: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Raises(Node):
    """`raises geometric(mean 40) P1 incidents in till over 30 min` in a cause."""

    count: Distribution
    population: Population
    over: Literal[Duration] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause(Node):
    """`cause power "Loss of site power" { ... }`. `body`: StrikesEvery, Takes, Lasts, Raises."""

    name: Name
    title: Text | None
    body: tuple[Node, ...]

"""`scenario` and `experiment`: what if, and how it is run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.syntax.tree.common import DateRange, Limit, Literal, Node, Ref

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from slmdsl.base.units import Duration, Ratio
    from slmdsl.syntax.tree.common import Moment
    from slmdsl.syntax.tree.populations import Population
    from slmdsl.syntax.tree.targets import Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class UsesLoad(Node):
    """`load autumn`."""

    load: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class UsesSlas(Node):
    """`slas acme_gold`."""

    agreements: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiply(Node):
    """`incidents in till * 1.8 during 2027-11-15 .. 2027-12-05`."""

    population: Population
    factor: Literal[Fraction]
    during: DateRange | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLimit(Node):
    """`set acme_gold.p1_fix within 2 h`."""

    what: Ref
    within: Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class SetGoal(Node):
    """`set acme_gold.p1_fix for 92%`."""

    what: Ref
    goal: Literal[Ratio]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBound(Node):
    """`set acme_gold.mail_up at least 99.95%`."""

    what: Ref
    bound: Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class SetNumber(Node):
    """`set desk.late agents 7`: `attribute` is agents, absence, lines or crew."""

    what: Ref
    attribute: Literal[str]
    value: Literal[int] | Literal[Ratio]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRate(Node):
    """`set autumn.laptop rate 9 per day`."""

    what: Ref
    count: Literal[Fraction]
    per: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEdit(Node):
    """`step incidents.desk { then ... }`: statements that replace those of the same kind in that step."""

    step: Ref
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike(Node):
    """`strike power at 2027-12-11 10:00`: a cause or a risk."""

    what: Ref
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Without(Node):
    """`without mail_failover`: risks or contingencies."""

    what: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutRisks(Node):
    """`without risks`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartsEmpty(Node):
    """`starts empty`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartsWithOpenTickets(Node):
    """`starts with open tickets of desk_export`."""

    source: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenarios(Node):
    """`scenarios today, black_friday`."""

    scenarios: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon(Node):
    """`horizon 2027-01-01 .. 2027-12-31, warm up 4 weeks`."""

    first: date
    last: date
    warm_up: Literal[Duration] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replications(Node):
    """`replications 100`."""

    count: Literal[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicationsUntil(Node):
    """`replications until half width of acme_gold <= 2%, at most 400`."""

    of: Ref
    half_width: Literal[Ratio]
    at_most: Literal[int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed(Node):
    """`seed 2027`."""

    seed: Literal[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence(Node):
    """`confidence 95%`."""

    level: Literal[Ratio]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indifference(Node):
    """`indifference 1%`: nearer than this to the wanted chance is too close to call."""

    points: Literal[Ratio]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick(Node):
    """`tick 1 s`: the simulator's unit of time."""

    length: Literal[Duration]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithUncertainty(Node):
    """`with uncertainty`: each replication with another draw of the load's parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VaryNumber(Node):
    """`desk.early agents 4 .. 9`: `attribute` is agents, lines or crew; no step: the step is 1."""

    what: Ref
    attribute: Literal[str]
    first: Literal[int]
    last: Literal[int]
    step: Literal[int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VaryShare(Node):
    """`acme_gold.p1_fix for 80% .. 95% step 5%`: `attribute` is for, at most, at least or absence."""

    what: Ref
    attribute: Literal[str]
    first: Literal[Ratio]
    last: Literal[Ratio]
    step: Literal[Ratio]


@dataclass(frozen=True, slots=True, kw_only=True)
class VaryLimit(Node):
    """`acme_gold.p1_fix within 1 h .. 8 h step 30 min`, or `by end of`; no step: the first one is the step."""

    what: Ref
    first: Limit
    last: Limit
    step: Literal[Duration] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VaryRate(Node):
    """`autumn.laptop rate 6 .. 12 step 2 per day`: no step: the step is 1."""

    what: Ref
    first: Literal[Fraction]
    last: Literal[Fraction]
    step: Literal[Fraction] | None
    per: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class VaryFactor(Node):
    """`incidents in till * 0.8 .. 1.4 step 0.1 during 2027-11-15 .. 2027-12-05`."""

    population: Population
    first: Literal[Fraction]
    last: Literal[Fraction]
    step: Literal[Fraction]
    during: DateRange | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VaryWithout(Node):
    """`without mail_failover`: with it, and without it."""

    what: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class VaryWithoutRisks(Node):
    """`without risks`: with all of them, and without."""


VaryRange = VaryNumber | VaryShare | VaryLimit | VaryRate | VaryFactor | VaryWithout | VaryWithoutRisks


@dataclass(frozen=True, slots=True, kw_only=True)
class Vary(Node):
    """`vary desk.early agents 4 .. 9, desk.late agents 3 .. 8`: each range with both ends."""

    ranges: tuple[VaryRange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance(Node):
    """`chance of acme_gold >= 80%`; with `throughout`, of every period of the horizon kept."""

    of: Ref
    at_least: Literal[Ratio]
    throughout: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FindCheapest(Node):
    """`find cheapest where chance of acme_gold >= 80%`."""

    where: tuple[Chance, ...]

"""Scenarios and experiments: what if, and how it is run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date, datetime
    from fractions import Fraction

    from slmdsl.base.spans import Span
    from slmdsl.base.units import Duration
    from slmdsl.contract.model.agreements import Limit, Population
    from slmdsl.contract.model.risks import Contingency, Risk
    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.model.work import Load, RateUnit, Step

NumberAttribute = Literal["agents", "lines", "absence", "crew"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiply:
    """`incidents in till * 1.8 during ..`: both days included; None: always. `stream` is the load's stream."""

    stream: str
    population: Population
    factor: Fraction
    during: tuple[date, date] | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLimit:
    """`set acme_gold.p1_fix within 2 h`."""

    target: str
    limit: Limit
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SetGoal:
    """`set acme_gold.p1_fix for 92%`."""

    target: str
    goal: Fraction
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBound:
    """`set acme_gold.mail_up at least 99.95%`: in the unit of the target's own bound."""

    target: str
    at_least: bool
    value: Fraction | Duration
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SetNumber:
    """`set desk.late agents 7`: `what` is `staff.shift`, a staff, or a component."""

    what: str
    attribute: NumberAttribute
    value: Fraction
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRate:
    """`set autumn.laptop rate 9 per day`: replaces every rate of the stream, keeping how it varies."""

    stream: str
    count: Fraction
    per: RateUnit
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class EditStep:
    """`step incidents.desk { then ... }`: the step as edited."""

    stream: str
    step: Step
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """`strike power at 2027-12-11 10:00`: local time of the scenario's home zone."""

    what: str
    at: datetime
    span: Span


Edit = Multiply | SetLimit | SetGoal | SetBound | SetNumber | SetRate | EditStep | Strike


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A model and what is changed in it; edits of the scenarios it starts from come first.

    `start` is `warm up`, `empty`, or the name of a source whose open tickets it starts with.
    """

    name: str
    title: str
    parents: tuple[str, ...]
    load: str | None
    agreements: tuple[str, ...]
    edits: tuple[Edit, ...]
    without: tuple[str, ...]
    """Risks and contingencies that do not apply."""
    without_risks: bool
    start: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """`replications until half width of acme_gold <= 2%, at most 400`."""

    of: str
    half_width: Fraction
    at_most: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of what is varied: further edits, and what the scenario is then without.

    `words` is the value as the text says it, `name` says what is varied too, `number` is the value on an axis.
    """

    words: str
    name: str
    number: Fraction
    edits: tuple[Edit, ...] = ()
    without: tuple[str, ...] = ()
    without_risks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Varied:
    """`desk.early agents 4 .. 9`: what one range of `vary` spans.

    Attributes:
        dimension: what is varied, such as `desk.early agents`, `acme_gold.p1_fix within` or `mail_failover`.
        unit: of the choices' numbers: empty for a count, else `h`, `days`, `business days`, `%`, `times`, or such as
            `per day`.
        choices: in order. At least one where the text has no errors.
        span: of the range.
    """

    dimension: str
    unit: str
    choices: tuple[Choice, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`chance of acme_gold >= 80%`: of an agreement or a target."""

    of: str
    at_least: Fraction
    throughout: bool
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """Scenarios to run side by side, over which days, how often and with which seed."""

    name: str
    title: str
    scenarios: tuple[str, ...]
    first: date | None
    last: date | None
    warm_up_us: int | None
    replications: int | Until | None
    seed: int
    confidence: Fraction
    indifference: Fraction
    tick_us: int
    vary: tuple[Varied, ...]
    find: tuple[Wanted, ...]
    start: str | None
    uncertain: bool = False
    """Whether each replication has another draw of the load's parameters."""
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """A scenario with its edits done: what is simulated, and by which agreements it is judged.

    `contract` has the edited staff and agreements; `load` is the scenario's, edited. `multiplies` and `strikes` are
    those of the scenario and of all that it starts from, in order; `risks` and `contingencies` those that apply.
    """

    scenario: Scenario
    contract: Contract
    load: Load
    agreements: tuple[str, ...]
    multiplies: tuple[Multiply, ...]
    strikes: tuple[Strike, ...]
    risks: tuple[Risk, ...]
    contingencies: tuple[Contingency, ...]
    zone: str
    """The home zone: of the first agreement, else of the first profile, else UTC. Dates and strikes are local to it."""

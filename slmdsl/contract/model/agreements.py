"""Agreements and their targets: promises to customers, between teams and by suppliers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from slmdsl.base.spans import Span
    from slmdsl.base.units import Duration
    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.contract.model.alerts import Alert
    from slmdsl.contract.model.clocks import Clock
    from slmdsl.contract.model.credits import CreditPlan
    from slmdsl.contract.model.examples import Example
    from slmdsl.contract.recurrence import Every
    from slmdsl.syntax.tree.populations import Condition


class PeriodUnit(StrEnum):
    """The calendar periods in which a target is judged."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPeriod:
    """`each month`: periods of the calendar in the agreement's zone."""

    unit: PeriodUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingPeriod:
    """`each rolling 28 days`: one verdict per local day, on the `days` days that end with it."""

    days: int


Period = CalendarPeriod | RollingPeriod

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated(Generic[T]):
    """A value that may change on dates: `values[0]` holds from the beginning, each further one from its date on."""

    values: tuple[tuple[date | None, T, Span], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit on a ticket's elapsed time. With `end_of_day` it is `by end of N business days`."""

    duration: Duration
    end_of_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Which tickets a target judges. Empty tuples mean "any"; `requests` are names of declared requests."""

    kind: Literal["incident", "request", "problem", "change"]
    priorities: tuple[str, ...]
    requests: tuple[str, ...]
    services: tuple[str, ...]
    condition: Condition | None
    words: str


TicketMeasure = Literal["response", "resolution", "fulfilment", "next_reply", "updates"]
"""`next_reply` judges each wait of the customer, `updates` each stretch between two public updates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """`MEASURE of POPULATION within LIMIT for GOAL`: the share of decided tickets that were in time."""

    measure: TicketMeasure
    population: Population
    limit: Dated[Limit]
    goal: Dated[Fraction]
    small_numbers: tuple[int, int] | None
    """`or M misses under N tickets` as (M, N)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """`mean|median|max|pNN MEASURE of POPULATION at most LIMIT`: over tickets resolved in the period.

    `quantile` is 0.95 for p95, 0.5 for median, 1 for max, None for mean.
    """

    measure: TicketMeasure
    population: Population
    quantile: Fraction | None
    word: str
    limit: Dated[Limit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`share of POPULATION where CONDITION at most GOAL`: the condition is the numerator, the rest the population."""

    population: Population
    condition: Condition | None
    at_most: bool
    goal: Dated[Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """`count of POPULATION at most N`: tickets opened in the period, unless `counted when` says otherwise."""

    population: Population
    at_most: bool
    goal: Dated[Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ageing:
    """`count of open incidents older than 30 days at most 10 at end of month`: as things stand when a period ends."""

    population: Population
    older_than: Duration | None
    at_most: bool
    goal: Dated[Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices:
    """`slices of 5 min at least 99%`: the length of a slice, and the level that makes one good (None for a mean)."""

    length_us: int
    goal: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """`availability of SERVICES [by METHOD] at least GOAL`. `slices` is there for the two methods that have them."""

    services: tuple[str, ...]
    method: Literal["minutes", "events", "slices", "mean_of_slices", "user_minutes"]
    goal: Dated[Fraction]
    maintenance: Literal["excluded", "up", "counts"]
    unknown: Literal["up", "down"] | None
    slices: Slices | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LongestOutage:
    """`longest outage of SERVICES at most LIMIT`."""

    services: tuple[str, ...]
    at_most: bool
    limit: Dated[Limit]
    maintenance: Literal["excluded", "up", "counts"] = "counts"
    unknown: Literal["up", "down"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageSelection:
    """Which outages are meant: `outages in wan where cause = fire`. No services mean any."""

    services: tuple[str, ...]
    condition: Condition | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageCount:
    """`count of outages of SERVICES at most N`."""

    outages: OutageSelection
    at_most: bool
    goal: Dated[Fraction]
    maintenance: Literal["excluded", "up", "counts"] = "counts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """`restore of SERVICES within LIMIT for GOAL, data loss at most D`: each outage is one unit."""

    services: tuple[str, ...]
    limit: Dated[Limit]
    goal: Dated[Fraction]
    data_loss_us: int | None
    maintenance: Literal["excluded", "up", "counts"] = "counts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """`mean score of feedback at least N`."""

    quantile: Fraction | None
    at_most: bool
    goal: Dated[Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledMetric:
    """`pNN of SERVICE.METRIC at most QUANTITY`: a statistic of measured samples, in the metric's unit."""

    service: str
    metric: str
    unit: str
    quantile: Fraction | None
    word: str
    at_most: bool
    goal: Dated[Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYetEvaluated:
    """A form that can be written and checked, and that evaluation answers with `not_evaluated`."""

    words: str


Form = (
    Within
    | Statistic
    | Share
    | Count
    | Ageing
    | Availability
    | LongestOutage
    | OutageCount
    | Restore
    | Score
    | SampledMetric
    | NotYetEvaluated
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One measurable promise. `calendar` is the one its clock runs on: `on`, else the clock's."""

    name: str
    agreement: str
    form: Form
    period: Period
    clock: Clock
    calendar: CalendarPlan
    counted: Literal["decided", "opened", "resolved"] | None
    """None: not said; the form's default holds."""
    per: str | None
    minimum: int
    sentence: str
    """The statement as written, single-spaced."""
    span: Span
    limit_span: Span

    @property
    def qualified(self) -> str:
        """`agreement.target`."""
        return f"{self.agreement}.{self.name}"

    @property
    def is_share(self) -> bool:
        """Whether its value is a share, which is printed in percent."""
        return isinstance(self.form, Within | Share | Availability | Restore)

    @property
    def is_at_most(self) -> bool:
        """Whether less is better."""
        sided = Share | Count | Ageing | Score | SampledMetric | LongestOutage | OutageCount
        return isinstance(self.form, Statistic) or (isinstance(self.form, sided) and self.form.at_most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """`exclude POPULATION because "..."`: taken out of the net figure, never deleted."""

    population: Population | None
    """None for an exclusion of outages."""
    outages: OutageSelection | None = None
    reason: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """`responsibility customer "..."`: `party` is customer, provider, supplier or team."""

    party: str
    words: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """An SLA, OLA or supplier contract, templates applied. The first party in `between` promises."""

    name: str
    title: str
    kind: Literal["sla", "ola", "contract"]
    promiser: str | None
    receiver: str | None
    services: tuple[str, ...]
    """`covers`; without it those of the agreements it supports; empty: any."""
    supports: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    """Inclusive."""
    version: str | None
    supersedes: str | None
    zone: str
    month_day: int
    """The day on which months begin."""
    month_overflow: Literal["clamp", "spill"]
    stays: Literal["per_stay", "over_stays"] | None
    """How a ticket's stays in the promiser's group are judged; None: the ticket is judged as a whole."""
    targets: tuple[Target, ...]
    exclusions: tuple[Exclusion, ...]
    credits: CreditPlan | None = None
    """Fees, credits and what limits them; None where nothing is said of money or points."""
    alerts: tuple[Alert, ...] = ()
    examples: tuple[Example, ...] = ()
    escalation: str | None = None
    """The name of the escalation that tells of its targets."""
    review: Every | None = None
    duties: tuple[Duty, ...] = ()
    span: Span

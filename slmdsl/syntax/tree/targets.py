"""`target`: one measurable promise, one period, one threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.syntax.tree.common import Limit, Literal, Name, Node, Period, Ref, Since

if TYPE_CHECKING:
    from fractions import Fraction

    from slmdsl.base.units import Duration, Ratio
    from slmdsl.syntax.tree.populations import Outages, Population


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity(Node):
    """A number and its unit, if one is said: `800 ms`, `4.2`, `5%`. Units are those of metrics, not only of time."""

    number: Fraction
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound(Node):
    """`at most 5%`, `at least 4.2`."""

    at_most: bool
    value: Literal[Ratio] | Limit | Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Within(Node):
    """`resolution of P1 incidents within 4 h for 90%`.

    `measure` is response, resolution, fulfilment, next_reply, or a name that is none of them. An empty `goal` was not
    said: the promise is vague.
    """

    measure: Literal[str]
    population: Population
    limit: tuple[Since[Limit], ...]
    goal: tuple[Since[Literal[Ratio]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic(Node):
    """`mean`, `median`, `max` or `p95` (`quantile` is then 0.95; 0.5 for median, 1 for max, None for mean)."""

    word: str
    quantile: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticOf(Node):
    """`p95 resolution of P3 incidents at most 6 business days`: the bounds' values are `Limit`s."""

    statistic: Statistic
    measure: Literal[str]
    population: Population
    bound: tuple[Since[Bound], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOf(Node):
    """`share of incidents where reopenings > 0 at most 5%`: the condition is the numerator."""

    population: Population
    bound: tuple[Since[Bound], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOf(Node):
    """`count of open incidents older than 30 days at most 10`: the bounds' values are `Quantity`s."""

    population: Population
    bound: tuple[Since[Bound], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreOf(Node):
    """`mean score of feedback at least 4.2`."""

    statistic: Statistic
    bound: tuple[Since[Bound], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricOf(Node):
    """`p99 of till.checkout_ms at most 800 ms`."""

    statistic: Statistic
    metric: Ref
    bound: tuple[Since[Bound], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method(Node):
    """How availability is counted: minutes, events, slices, mean_of_slices or user_minutes.

    `slice` is the length of a slice and `slice_goal` the level that makes a slice good.
    """

    kind: str
    slice: Literal[Duration] | None = None
    slice_goal: Literal[Ratio] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityOf(Node):
    """`availability of email by minutes at least 99.9%`."""

    services: tuple[Ref, ...]
    method: Method | None
    bound: tuple[Since[Bound], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatesOf(Node):
    """`updates of P1 incidents every 30 min for 95%`."""

    population: Population
    every: Literal[Duration]
    goal: tuple[Since[Literal[Ratio]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LongestOutage(Node):
    """`longest outage of email at most 2 h`."""

    services: tuple[Ref, ...]
    bound: tuple[Since[Bound], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageCount(Node):
    """`count of outages of till at most 2`."""

    outages: Outages
    bound: tuple[Since[Bound], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreOf(Node):
    """`restore of email within 4 h, data loss at most 15 min`."""

    services: tuple[Ref, ...]
    limit: tuple[Since[Limit], ...]
    goal: tuple[Since[Literal[Ratio]], ...]
    data_loss: Literal[Duration] | None


Form = (
    Within
    | StatisticOf
    | ShareOf
    | CountOf
    | ScoreOf
    | MetricOf
    | AvailabilityOf
    | UpdatesOf
    | LongestOutage
    | OutageCount
    | RestoreOf
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallNumbers(Node):
    """`or 1 miss under 20 tickets`."""

    misses: int
    under: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(Node):
    """`target p1_fix: resolution of P1 incidents within 4 h for 90% each month on always`.

    What was not said is None. `maintenance` is excluded or up, `unknown` up or down, `counted` opened or resolved.
    """

    name: Name
    form: Form
    period: Period | None
    on: Ref | None
    maintenance: Literal[str] | None
    unknown: Literal[str] | None
    counted: Literal[str] | None
    per: Ref | None
    minimum: Literal[int] | None
    small_numbers: SmallNumbers | None

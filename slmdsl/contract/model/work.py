"""Staff, profiles and loads: who works when, how work arrives and how it flows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from slmdsl.base.spans import Span
    from slmdsl.base.units import Money
    from slmdsl.calendars.plan import CalendarPlan, Window
    from slmdsl.contract.model.distributions import Distribution
    from slmdsl.contract.model.uncertainty import Draws

Discipline = Literal["arrival", "priority", "deadline"]
RateUnit = Literal["hour", "day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Agents who are present in the same hours. `weekdays` are 0 (Monday) to 6; `windows` begin on those days."""

    name: str
    weekdays: tuple[int, ...]
    windows: tuple[Window, ...]
    agents: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """Agents who may be called when no shift is on. No `priorities`: for every ticket; `after_us` from its queueing."""

    agents: int
    priorities: tuple[str, ...]
    after_us: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The people of one team, by the team's name.

    On a public holiday of `regions` no shift begins. `absence` is the chance that an agent stays away on a day.
    `queue` are the disciplines in order of weight. `lines` is how many may wait; None: any number.
    """

    name: str
    zone: str
    regions: tuple[str, ...]
    shifts: tuple[Shift, ...]
    on_call: OnCall | None
    absence: Fraction
    cost: Money | None
    """Per agent hour."""
    queue: tuple[Discipline, ...]
    lines: int | None
    hands_over: bool
    preempts: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileWeight:
    """The weight of a stretch of a weekday's wall clock: `window` in microseconds of the day, half-open."""

    weekday: int
    window: Window
    weight: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How arrivals spread over the week. A day that is a holiday of several regions has the first one's factor."""

    name: str
    title: str
    zone: str
    weights: tuple[ProfileWeight, ...]
    holidays: tuple[tuple[tuple[str, ...], Fraction], ...]
    """Regions, and by what their holidays' weekday is multiplied."""
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """`share` more each `per`, compounded, 1 on the day `as_of`."""

    share: Fraction
    per: RateUnit
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many tickets arrive from the day `since` on (None: from the beginning), in the stream's zone."""

    since: date | None
    count: Fraction
    per: RateUnit
    varying: Fraction
    """The coefficient of variation of a day's factor; 0 is plain Poisson."""
    correlated: Fraction
    growing: Growth | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """One part of a mix: a name and its share of the whole."""

    name: str
    share: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityMix:
    """The shares of priorities, in `service` or (None) wherever no other mix is said."""

    service: str | None
    shares: tuple[Mixed, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """How long work takes for tickets of some priorities; none named: for all that no other line names."""

    priorities: tuple[str, ...]
    duration: Distribution
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A wait that is drawn from `duration`, counted on `calendar` (None: plain time)."""

    duration: Distribution
    calendar: CalendarPlan | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Chanced:
    """What happens with a chance, after a time."""

    share: Fraction
    after: Distribution
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where tickets go from a step; `to` is a step's name, None: resolved."""

    to: str | None
    share: Fraction
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One place in a ticket's way.

    `group` is the team or supplier that holds the ticket there, None for a step that is named after none. `staff` says
    whether that group has people who queue and work the ticket: a step without any only waits.
    """

    name: str
    group: str | None
    answers: Distribution | None
    gives_up: Chanced | None
    works: tuple[Work, ...]
    waits: Pause | None
    routes: tuple[Route, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerWait:
    """Once in a ticket's life, with a chance, it waits for the customer in the middle of its first work."""

    share: Fraction
    pause: Pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Which share of resolved tickets is scored, and how: the first of `levels` whose time is not exceeded.

    `levels` are pairs of a gross time in microseconds (None: otherwise) and a score.
    """

    share: Fraction
    levels: tuple[tuple[int | None, Fraction], ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Tickets of one kind and how they flow. `name` is the request's, or the kind's plural as written (`incidents`).

    `kind` is the word of the log: `incident`, or the request's name. Without a profile arrivals are even; without
    `services` (a request has its own) the stream has none.
    """

    name: str
    kind: str
    rates: tuple[Rate, ...]
    profile: str | None
    burst: Distribution | None
    services: tuple[Mixed, ...]
    priorities: tuple[PriorityMix, ...]
    customers: tuple[Mixed, ...]
    start: str
    steps: tuple[Step, ...]
    customer_wait: CustomerWait | None
    reopens: Chanced | None
    feedback: Scores | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """Components that fail and are repaired, each on its own; they share a `crew` (None: repaired at once)."""

    components: tuple[str, ...]
    fails: Distribution
    repaired: Distribution
    crew: int | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedTickets:
    """Tickets that a strike brings, spread evenly over `over_us` from its beginning.

    They belong to `stream`; `services` and `priorities` are those that were named, empty: by the stream's mixes.
    """

    count: Distribution
    stream: str
    services: tuple[str, ...]
    priorities: tuple[str, ...]
    over_us: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What takes several components down together: `every` is from one strike to the next."""

    name: str
    title: str
    every: Distribution | None
    takes: tuple[Mixed, ...]
    lasts: Distribution | None
    raises: tuple[RaisedTickets, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How work arrives and what breaks."""

    name: str
    title: str
    streams: tuple[Stream, ...]
    failing: tuple[Failing, ...]
    causes: tuple[Cause, ...]
    uncertain: Draws | None = None
    """What its parameters may be as well, where it was fitted."""
    span: Span

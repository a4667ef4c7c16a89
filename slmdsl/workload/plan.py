"""The desk, compiled: all that both engines read, as arrays of numbers; and the luck of one replication.

Times are ticks: whole multiples of `tick_us` since 1970-01-01T00:00Z. A code counts in one of the dictionaries; -1 is
"none". Distributions are rows of `distributions` (see `slmdsl.workload.draws.values`), -1 for none; those of times give
microseconds. What these numbers do is told in `slmdsl/simulate/SEMANTICS.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.workload.carried.carried import Carried
    from slmdsl.workload.demand.table import Demand
    from slmdsl.workload.draws.values import Distributions
    from slmdsl.workload.hazards import Hazards

    Bools = npt.NDArray[np.bool_]
    Int8 = npt.NDArray[np.int8]
    Int32 = npt.NDArray[np.int32]
    Int64 = npt.NDArray[np.int64]
    Words32 = npt.NDArray[np.uint32]
    Words64 = npt.NDArray[np.uint64]
    Floats = npt.NDArray[np.float64]

NONE: Final = -1

BY_ARRIVAL, BY_PRIORITY, BY_DEADLINE = range(3)
"""Disciplines of a queue."""

REGULAR, ON_CALL, ADDED = range(3)
"""Kinds of agents: of a shift, on call when no shift is on, added by a contingency."""

OPEN_TICKETS, BACKLOG, OUTAGE_LASTS, DECLARED = range(4)
"""What a leaf of a condition looks at."""

BELOW, AT_MOST, EQUAL, UNEQUAL, AT_LEAST, ABOVE = range(6)
"""How a leaf compares."""

AND, OR = -1, -2
"""What a condition's program does with the two values on top; other tokens are leaves."""

RESTORE, ADD_AGENTS = range(2)
"""What a contingency's action does."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Words:
    """The dictionaries of a simulated log. `priorities` stand by rank, the most urgent first."""

    kinds: tuple[str, ...]
    services: tuple[str, ...]
    priorities: tuple[str, ...]
    customers: tuple[str, ...]
    groups: tuple[str, ...]
    """Groups with staff first, in the order of the text."""
    agents: tuple[str, ...]
    causes: tuple[str, ...]
    """What outages are put down to."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """The steps of all streams, one after another: s steps, P priorities."""

    names: tuple[str, ...]
    place: Words32
    """Hash of the step's name: where its draws are made."""
    group: Int32
    is_worked: Bools
    """Whether tickets queue for agents here; otherwise they only wait."""
    answers: Int32
    works: Int32
    """By step and priority (s x (P + 1), the last for tickets without one): a distribution, -1 for no work."""
    waits: Int32
    waits_on: Int32
    """A calendar of `calendars`, -1 for plain time."""
    waits_in_days: Bools
    """Whether the wait is drawn in business days."""
    gives_up_share: Floats
    patience: Int32
    first_route: Int32
    end_route: Int32
    route_to: Int32
    """A step, -1 for resolved."""
    route_share: Floats
    route_word: Words32
    """Hash of the name of where a route goes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Streams:
    """The streams' rules that hold for a ticket's whole life: n streams, those of surges included."""

    names: tuple[str, ...]
    kind: Int32
    start: Int32
    end_step: Int32
    """Steps of a stream are `first_step .. end_step`."""
    first_step: Int32
    customer_wait_share: Floats
    customer_wait: Int32
    customer_wait_on: Int32
    customer_wait_in_days: Bools
    reopens_share: Floats
    reopens_after: Int32
    feedback_share: Floats
    first_score: Int32
    end_score: Int32
    score_within: Int64
    """In ticks of gross time; a very large number for `otherwise`."""
    score: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Groups with staff: g groups, P priorities. A group of the log without staff has none of this."""

    disciplines: Int8
    """By group (g x 2), the weightier first; what follows `arrival` is `arrival`."""
    lines: Int64
    """How many may wait; -1: any number."""
    hands_over: Bools
    preempts: Bools
    """By group and priority (g x (P + 1), the last for tickets without one)."""
    on_call_for: Bools
    """By group and priority (g x (P + 1), the last for tickets without one)."""
    on_call_after: Int64
    first_agent: Int32
    end_agent: Int32
    """Agents of a group stand together: those of its shifts, on call, added."""
    first_roster: Int32
    end_roster: Int32
    roster_from: Int64
    roster_to: Int64
    """When a shift is on, whoever is absent; stretches that do not touch, in order, by group."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Agents:
    """Everybody who works: a agents. An agent's id is its row."""

    group: Int32
    kind: Int8
    entity: Words64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shifts:
    """When shifts are on, whoever is absent: windows by shift and start, which may touch."""

    absence: Floats
    """By group: the chance that an agent of a shift stays away on a day."""
    of_agent: Int32
    """By agent: its shift, -1 for those on call and added."""
    first: Int32
    end: Int32
    day: Int32
    """The local day since 1970 on which a window begins: its coin holds behind midnight too."""
    start: Int64
    stop: Int64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Failing:
    """Components that fail on their own: c components."""

    node: Int32
    fails: Int32
    repaired: Int32
    entity: Words64
    crew: Int32
    """Which crew repairs it."""
    crew_size: Int64
    """By crew; -1: everything is repaired at once."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nodes:
    """What can be down: services and components, and redundant groups, needs before those that need them.

    A node is up when it has no outage of its own and at least `least` of its parts are up.
    """

    names: tuple[str | None, ...]
    """As in the log; None for a group such as `any 1 of (a, b)`."""
    least: Int32
    first_part: Int32
    end_part: Int32
    part: Int32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conditions:
    """Conditions on the desk as programs in postfix order over leaves."""

    first_token: Int32
    end_token: Int32
    token: Int32
    leaf_kind: Int8
    leaf_of: Int32
    """A group (BACKLOG), a node (OUTAGE_LASTS) or a flag (DECLARED)."""
    leaf_compares: Int8
    leaf_count: Int64
    leaf_ticks: Int64
    """Age of open tickets or length of an outage; 0 for none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contingencies:
    """What is done when something happens: k contingencies, their actions, and the steps of the desk's escalations."""

    names: tuple[str, ...]
    entity: Words64
    when: Int32
    """A condition; -1: only when invoked."""
    until: Int32
    first_action: Int32
    end_action: Int32
    action_kind: Int8
    action_after: Int64
    action_node: Int32
    action_succeeds: Floats
    action_first_agent: Int32
    action_end_agent: Int32
    line_when: Int32
    """By line of an escalation on the whole desk: its condition."""
    line_declares: Int32
    """The flag that it sets, -1: none."""
    line_invokes: Int32
    """The contingency that it starts, -1: none."""
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlannedOutages:
    """Maintenance within the simulated time, by start and service. `node` counts in `Nodes`."""

    node: Int32
    start: Int64
    end: Int64
    announced: Int64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaitCalendars:
    """Calendars on which waits are counted: stretches of open time, by calendar, that cover the simulated time.

    `open_ticks` and `days` are what the calendar counts until a stretch begins: open ticks, and business days, of which
    each tick of the stretch adds `days_rate`.
    """

    first: Int32
    end: Int32
    starts: Int64
    ends: Int64
    open_ticks: Int64
    days: Floats
    days_rate: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class DeskPlan:
    """A scenario over a horizon, compiled. Simulated time is `start .. end`; what counts begins at `first`."""

    what_if: WhatIf
    tick_us: int
    start: int
    first: int
    end: int
    words: Words
    distributions: Distributions
    streams: Streams
    steps: Steps
    groups: Groups
    agents: Agents
    shifts: Shifts
    failing: Failing
    nodes: Nodes
    conditions: Conditions
    contingencies: Contingencies
    demand: Demand
    hazards: Hazards
    planned: PlannedOutages
    calendars: WaitCalendars
    carried: Carried | None = None
    """The tickets that are there from the beginning; None: nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arrivals:
    """All tickets of a replication, by arrival; those of one instant by stream, burst and member: t tickets.

    A ticket's row is its id in the engines and in the log. First stand those that the plan says are there from the
    beginning (`carried`), in its order: they have come before `start`, by their stream's own source, and have no `day`.
    """

    at: Int64
    stream: Int32
    kind: Int32
    service: Int32
    priority: Int32
    customer: Int32
    entity: Words64
    source: Int32
    """Of the plan's demand: the stream, a surge of it, or what a strike raised."""
    day: Int32
    """Local day since 1970 in which it was drawn, with `burst` and `member` for its name."""
    burst: Int32
    member: Int32
    leaves: Words64
    """Bit i is set where leaf i (OPEN_TICKETS) counts the ticket."""

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Luck:
    """What a replication draws before anything happens; nothing here depends on what the desk does.

    `duty_*` are the stretches in which each agent is present, absence and lost staff taken out, in order, that do not
    touch; those of added agents are the hours of the group's shifts, good only while their contingency is on.
    `outage_*` are the outages that causes and risks bring, by start, then node; `invoked_*` when risks call for a
    contingency that has no condition of its own.
    """

    key: int
    """Seed in the high 32 bits, replication in the low ones."""
    arrivals: Arrivals
    first_duty: Int32
    end_duty: Int32
    duty_from: Int64
    duty_to: Int64
    outage_node: Int32
    outage_from: Int64
    outage_to: Int64
    outage_cause: Int32
    invoked_at: Int64
    invoked: Int32

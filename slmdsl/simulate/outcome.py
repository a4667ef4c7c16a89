"""What a simulated desk leaves behind, in the order in which it happened, and the event log that is made of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from slmdsl.base.kernels import kernel_function
from slmdsl.base.units import NO_TIME
from slmdsl.events.columns import Coded, Events, Feedback, Outages, Tickets
from slmdsl.events.log import EventLog
from slmdsl.events.vocabulary import Phase

if TYPE_CHECKING:
    from slmdsl.events.columns import Labels
    from slmdsl.workload.carried.carried import Carried
    from slmdsl.workload.plan import Arrivals, DeskPlan, Floats, Int8, Int32, Int64, Luck, PlannedOutages

REASONS: Final = ("lost", "gave up")
"""Why tickets are cancelled, by the code in `EventRows.reason`."""
LOST, GAVE_UP = range(2)

FAILED: Final = -1
"""The cause of an outage that a component had by itself."""
FAILURE: Final = "failure"
"""Its word in the log."""

FINISHED, PREEMPTED, HANDED_OVER, CUT = range(4)
"""How a spell ends: the work that was there is done (up to a wait for the customer), broken off, or at the end."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventRows:
    """m events as they happened. -1 stands for what an event does not change or does not have."""

    ticket: Int64
    at_us: Int64
    type: Int8
    phase: Int8
    group: Int32
    actor: Int32
    """An agent's row."""
    role: Int8
    public: Int8
    """1 for a public message, -1 for all that is no message."""
    reason: Int32
    """A code of REASONS; behind these, of the words of tickets that were there from the beginning."""

    def __len__(self) -> int:
        return len(self.at_us)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chains:
    """Each ticket's events as a chain, in order, and the facts that follow from them."""

    first_event: Int64
    next_event: Int64
    seq: Int32
    """The event's number within its ticket, from 0."""
    resolved_us: Int64
    """The last resolution, NO_TIME if there is none."""
    reopenings: Int32
    reassignments: Int32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutageRows:
    """Unplanned outages, as they ended; then those still open, with NO_TIME, by node."""

    node: Int32
    from_us: Int64
    to_us: Int64
    cause: Int32
    """A code of the plan's causes, FAILED for a component's own failure."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FeedbackRows:
    """Scores, in the order in which they were decided on (at the first resolution)."""

    ticket: Int64
    at_us: Int64
    score: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spells:
    """Stretches of work from pick-up to release, as they ended; those cut at the end, by agent."""

    ticket: Int64
    agent: Int32
    queued_us: Int64
    """When the ticket came into the queue that it was picked up from."""
    begin_us: Int64
    end_us: Int64
    outcome: Int8
    """FINISHED, PREEMPTED, HANDED_OVER or CUT."""

    def __len__(self) -> int:
        return len(self.begin_us)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calls:
    """When contingencies were fired, in that order, and until when they were on.

    One without agents to add is off at once; those that are still on are cut at the end.
    """

    contingency: Int32
    from_us: Int64
    to_us: Int64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """All that a replication leaves. Tickets are rows of the luck's arrivals, agents and nodes of the plan's."""

    events: EventRows
    chains: Chains | None
    """None: to be linked when the log is made."""
    outages: OutageRows
    feedback: FeedbackRows
    spells: Spells
    called: Calls
    fired: Int64
    """How often each contingency was fired."""
    reassigned: int
    """How often an escalation moved a ticket."""
    lost: int
    gave_up: int
    preempted: int


def log_of(plan: DeskPlan, luck: Luck, outcome: Outcome, names: Labels) -> EventLog:
    """Return the event log of a replication: the same columns that a real log has, nothing else.

    Args:
        plan: what was simulated.
        luck: the replication's.
        outcome: what an engine made of both.
        names: the tickets' names, by row of the arrivals.
    """
    chains = outcome.chains or linked(outcome.events, len(luck.arrivals))
    tickets = _tickets(plan, luck.arrivals, chains, names)
    return EventLog(
        ticket_columns=tickets if plan.carried is None else _as_they_came(plan.carried, tickets),
        event_columns=_events(plan, outcome.events, chains),
        outage_columns=_outages(plan, outcome.outages),
        feedback_columns=_feedback(plan, luck.arrivals, outcome.feedback),
    )


def linked(events: EventRows, tickets: int) -> Chains:
    """Return the chains of events that stand as they happened."""
    count = len(events)
    chains = Chains(
        first_event=np.full(tickets, -1, np.int64),
        next_event=np.empty(count, np.int64),
        seq=np.empty(count, np.int32),
        resolved_us=np.full(tickets, NO_TIME, np.int64),
        reopenings=np.zeros(tickets, np.int32),
        reassignments=np.zeros(tickets, np.int32),
    )
    link(
        events.ticket,
        events.at_us,
        events.phase,
        events.group,
        chains.first_event,
        chains.next_event,
        chains.seq,
        chains.resolved_us,
        chains.reopenings,
        chains.reassignments,
    )
    return chains


_RESOLVED, _CANCELLED = int(Phase.RESOLVED), int(Phase.CANCELLED)


@kernel_function
def link(
    ticket: Int64,
    at_us: Int64,
    phase: Int8,
    group: Int32,
    first_event: Int64,
    next_event: Int64,
    seq: Int32,
    resolved_us: Int64,
    reopenings: Int32,
    reassignments: Int32,
) -> None:
    """Fill the columns of `Chains`."""
    tickets = len(first_event)
    last = np.full(tickets, -1, np.int64)
    stood = np.full(tickets, -1, np.int8)
    where = np.full(tickets, -1, np.int32)
    for row in range(len(ticket)):
        mine = ticket[row]
        before = last[mine]
        if before < 0:
            first_event[mine] = row
            seq[row] = 0
        else:
            next_event[before] = row
            seq[row] = seq[before] + 1
        last[mine] = row
        next_event[row] = -1
        if phase[row] >= 0:
            if stood[mine] == _RESOLVED and phase[row] < _RESOLVED:
                reopenings[mine] += 1
            if phase[row] == _RESOLVED:
                resolved_us[mine] = at_us[row]
            stood[mine] = phase[row]
        if group[row] >= 0:
            if where[mine] >= 0 and where[mine] != group[row]:
                reassignments[mine] += 1
            where[mine] = group[row]


def _tickets(plan: DeskPlan, arrivals: Arrivals, chains: Chains, names: Labels) -> Tickets:
    words, count = plan.words, len(arrivals)
    never = np.full(count, NO_TIME, np.int64)
    return Tickets(
        ids=names,
        kind=Coded(codes=arrivals.kind, values=words.kinds),
        service=Coded(codes=arrivals.service, values=words.services),
        priority=Coded(codes=arrivals.priority, values=words.priorities),
        customer=Coded(codes=arrivals.customer, values=words.customers),
        # Nobody has a ticket before its first event, by which it enters a group.
        group=Coded(codes=np.full(count, -1, np.int32), values=words.groups),
        opened_us=arrivals.at * plan.tick_us,
        responded_us=never,
        resolved_us=chains.resolved_us,
        closed_us=never,
        reopenings=chains.reopenings,
        reassignments=chains.reassignments,
        first_event=chains.first_event,
    )


def _as_they_came(carried: Carried, tickets: Tickets) -> Tickets:
    """Return tickets of which the first were there from the beginning, with what is known of their opening."""

    def whole(before: Any, column: Any) -> Any:  # noqa: ANN401 - columns of any kind
        return np.concatenate([before, column[len(carried) :]])

    return replace(
        tickets,
        priority=replace(tickets.priority, codes=whole(carried.first_priority, tickets.priority.codes)),
        group=replace(tickets.group, codes=whole(carried.first_group, tickets.group.codes)),
        opened_us=whole(carried.opened_us, tickets.opened_us),
        responded_us=whole(carried.responded_us, tickets.responded_us),
    )


def _events(plan: DeskPlan, events: EventRows, chains: Chains) -> Events:
    unknown = np.full(len(events), -1, np.int32)
    priority, target = unknown, Coded(codes=unknown, values=())
    reasons: tuple[str, ...] = REASONS
    if plan.carried is not None:
        past = plan.carried.past
        rest = unknown[len(past) :]
        priority = np.concatenate([past.priority, rest])
        target = Coded(codes=np.concatenate([past.target.codes, rest]), values=past.target.values)
        reasons = (*REASONS, *past.reason.values)
    return Events(
        ticket=events.ticket,
        next_event=chains.next_event,
        at_us=events.at_us,
        seq=chains.seq,
        type=events.type,
        phase=events.phase,
        priority=priority,
        group=events.group,
        actor=Coded(codes=events.actor, values=plan.words.agents),
        actor_role=events.role,
        public=events.public,
        reason=Coded(codes=events.reason, values=reasons),
        target=target,
    )


def _outages(plan: DeskPlan, rows: OutageRows) -> Outages:
    planned: PlannedOutages = plan.planned
    before, after = len(planned.node), len(rows.node)
    causes = plan.words.causes if FAILURE in plan.words.causes else (*plan.words.causes, FAILURE)
    failure = causes.index(FAILURE)
    own = np.where(rows.cause == FAILED, np.int32(failure), rows.cause)
    return Outages(
        service=Coded(
            codes=np.concatenate([planned.node, rows.node]).astype(np.int32),
            # Nothing nameless has outages of its own.
            values=tuple(name or "" for name in plan.nodes.names),
        ),
        start_us=np.concatenate([planned.start * plan.tick_us, rows.from_us]),
        end_us=np.concatenate([planned.end * plan.tick_us, rows.to_us]),
        planned=np.repeat(np.array([1, 0], np.int8), [before, after]),
        announced_us=np.concatenate([planned.announced * plan.tick_us, np.full(after, NO_TIME, np.int64)]),
        cause=Coded(codes=np.concatenate([np.full(before, -1, np.int32), own]), values=causes),
        share=np.ones(before + after),
        data_loss_us=np.full(before + after, NO_TIME, np.int64),
    )


def _feedback(plan: DeskPlan, arrivals: Arrivals, rows: FeedbackRows) -> Feedback:
    return Feedback(
        ticket=rows.ticket,
        service=Coded(codes=arrivals.service[rows.ticket], values=plan.words.services),
        at_us=rows.at_us,
        score=rows.score,
    )

"""Where agreements act on a desk: the due instants by which it queues, and the escalations that do something.

Engines on arrays call the kernels of `slmdsl.simulate.due_kernel` on their live rows; `LiveClocks` asks the same
kernels about one ticket, told as a list of its events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from slmdsl.simulate.due_binding import clocks_of
from slmdsl.simulate.due_kernel import earliest_due, next_act
from slmdsl.simulate.due_tables import Facts, Happened, room_for
from slmdsl.simulate.outcome import EventRows, linked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.workload.plan import DeskPlan, Luck

_ROOM = 64


class TicketEvent(NamedTuple):
    """An event of a ticket, by the names and codes of `slmdsl.simulate.outcome.EventRows`."""

    at_us: int
    type: int
    phase: int
    group: int
    role: int
    public: int


class Act(NamedTuple):
    """What steps do at an instant: hand a ticket to a group (NOBODY: none), declare flags, invoke contingencies.

    Flags and contingencies are rows of the plan's.
    """

    at_us: int
    group: int
    flags: tuple[int, ...]
    contingencies: tuple[int, ...]


class LiveClocks:
    """What a plan's agreements say of the tickets of a replication, asked one by one.

    `LiveClocks(plan, luck).earliest_due(0, events, now_us)` is when the first ticket is due.
    """

    def __init__(self, plan: DeskPlan, luck: Luck) -> None:
        clocks = clocks_of(plan)
        self.by_deadline, self.acts = clocks.by_deadline, clocks.acts
        self._clocks = clocks.tables
        self._facts = clocks.facts_of(luck.arrivals, plan.tick_us)
        self._room = room_for(self._clocks, _ROOM)

    def earliest_due(self, ticket: int, events: Sequence[TicketEvent], now_us: int) -> int:
        """Return the earliest due instant of a ticket's undecided limits, UTC microseconds; FAR_US without any.

        Args:
            ticket: a row of the luck's arrivals.
            events: what has happened to it, in order, none after `now_us`.
            now_us: the present.
        """
        return earliest_due(self._clocks, self._of(ticket), self._told(events), self._room, 0, now_us)

    def next_act(self, ticket: int, events: Sequence[TicketEvent], after_us: int) -> Act:
        """Return when steps act on a ticket next if nothing happens to it, and what they do.

        Args:
            ticket: a row of the luck's arrivals.
            events: what has happened to it, in order.
            after_us: what fires up to this instant is passed over.

        Returns:
            What is done at that instant, UTC microseconds; FAR_US if nothing is.
        """
        told = self._told(events)
        at_us, group, flags, contingencies = next_act(
            self._clocks, self._of(ticket), told, self._room, 0, after_us
        )
        return Act(int(at_us), int(group), _places(int(flags)), _places(int(contingencies)))

    def _of(self, ticket: int) -> Facts:
        mine, facts = slice(ticket, ticket + 1), self._facts
        return Facts(facts.listed[mine], facts.row[mine], facts.opened_us[mine], facts.priority[mine])

    def _told(self, events: Sequence[TicketEvent]) -> Happened:
        """Return a ticket's events as a chain of rows."""
        if len(events) > len(self._room.desk.moments):
            self._room = room_for(self._clocks, 2 * len(events))
        rows = _rows(events)
        chain = linked(rows, 1)
        return Happened(
            first_event=chain.first_event,
            reopenings=chain.reopenings,
            reassignments=chain.reassignments,
            next_event=chain.next_event,
            at_us=rows.at_us,
            type=rows.type,
            phase=rows.phase,
            role=rows.role,
            public=rows.public,
        )


def _places(bits: int) -> tuple[int, ...]:
    return tuple(place for place in range(bits.bit_length()) if bits >> place & 1)


def _rows(events: Sequence[TicketEvent]) -> EventRows:
    """Return a ticket's events as rows, without who did them and why."""
    at_us, kind, phase, group, role, public = np.array(events, np.int64).reshape(-1, 6).T
    unknown = np.full(len(events), -1, np.int32)
    return EventRows(
        ticket=np.zeros(len(events), np.int64),
        at_us=np.ascontiguousarray(at_us),
        type=kind.astype(np.int8),
        phase=phase.astype(np.int8),
        group=group.astype(np.int32),
        actor=unknown,
        role=role.astype(np.int8),
        public=public.astype(np.int8),
        reason=unknown,
    )

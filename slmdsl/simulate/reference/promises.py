"""What agreements do on the desk: tickets queue by when they are due, and steps of escalations act."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from slmdsl.events.vocabulary import Phase
from slmdsl.simulate.due import LiveClocks, TicketEvent
from slmdsl.simulate.reference.clock import Clock, Rank
from slmdsl.workload.plan import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slmdsl.simulate.due import Act
    from slmdsl.simulate.reference.tickets import Ticket
    from slmdsl.workload.plan import DeskPlan, Luck

_IN_HAND = Phase.NEW, Phase.ACTIVE


class Acting(Protocol):
    """What steps on a ticket do to the whole desk."""

    def declare(self, ticket: Ticket, flag: int) -> None:
        """Let a flag stand until a ticket is over."""

    def invoke(self, contingency: int) -> None:
        """Fire a contingency if it is not on."""


class Way(Protocol):
    """What a ticket's way does when it is reassigned."""

    def move(self, ticket: Ticket, step: int) -> None:
        """Take a waiting ticket to a step."""

    def call(self, ticket: Ticket, step: int) -> None:
        """Take a ticket to a step when its work ends."""


@dataclass(slots=True, eq=False)
class Watch:
    """When steps acted on a ticket last, in microseconds; its version counts how often it was asked what comes next."""

    last_us: int
    version: int = 0


class Promises:
    """What the agreements say of tickets on their way."""

    def __init__(self, plan: DeskPlan, luck: Luck, clock: Clock, tickets: list[Ticket]) -> None:
        self._plan, self._clock, self._tickets = plan, clock, tickets
        self._clocks = LiveClocks(plan, luck)
        self._events: defaultdict[int, list[TicketEvent]] = defaultdict(list)
        self._watches = [Watch(ticket.arrived * plan.tick_us - 1) for ticket in tickets]
        self.way: Way
        self.desk: Acting

    @property
    def are_asked(self) -> bool:
        """Whether the desk goes by what they say."""
        return self._clocks.by_deadline or self._clocks.acts

    def due(self, ticket: Ticket) -> int:
        """Return when a ticket is due, in microseconds; a very large number without any limit."""
        return int(
            self._clocks.earliest_due(
                ticket.row, self._events[ticket.row], self._clock.now * self._plan.tick_us
            )
        )

    def recall(self, ticket: Ticket, events: Iterable[TicketEvent], last_us: int) -> None:
        """Take note of what happened to a ticket before the beginning, and that steps acted on it until `last_us`."""
        self._events[ticket.row].extend(events)
        self._watches[ticket.row].last_us = last_us
        self._ask(ticket)

    def happened(self, row: int, event: TicketEvent) -> None:
        """Take note of an event of a ticket."""
        self._events[row].append(event)
        self._ask(self._tickets[row])

    def _ask(self, ticket: Ticket) -> None:
        """Expect the next instant at which steps act on a ticket, and no other."""
        if not self._clocks.acts:
            return
        watch = self._watches[ticket.row]
        watch.version += 1
        act = self._clocks.next_act(ticket.row, self._events[ticket.row], watch.last_us)
        tick = max(-(-act.at_us // self._plan.tick_us), self._clock.now)
        number = len(self._tickets) + ticket.row
        self._clock.at(tick, Rank.PATIENCE_OVER, number, lambda: self._do(ticket, act), of=watch)

    def _do(self, ticket: Ticket, act: Act) -> None:
        self._watches[ticket.row].last_us = act.at_us
        for flag in act.flags:
            self.desk.declare(ticket, flag)
        for contingency in act.contingencies:
            self.desk.invoke(contingency)
        self._move(ticket, act.group)
        self._ask(ticket)

    def _move(self, ticket: Ticket, group: int) -> None:
        step = self._step_of(ticket, group)
        if step != NONE and ticket.group != group and ticket.phase in _IN_HAND:
            if ticket.agent == NONE:
                self.way.move(ticket, step)
            else:
                self.way.call(ticket, step)

    def _step_of(self, ticket: Ticket, group: int) -> int:
        """Return the first step of a ticket's stream that a group works."""
        streams, steps = self._plan.streams, self._plan.steps
        own = range(streams.first_step[ticket.stream], streams.end_step[ticket.stream])
        return next((step for step in own if steps.is_worked[step] and steps.group[step] == group), NONE)

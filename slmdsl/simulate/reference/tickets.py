"""A ticket and what it draws on its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.events.vocabulary import Phase
from slmdsl.simulate import ticket_draws
from slmdsl.workload.draws.keys import Purpose

if TYPE_CHECKING:
    from slmdsl.workload.plan import DeskPlan, Luck

_NOWHERE = np.uint64(0)
"""The place of what belongs to a ticket's life."""


@dataclass(slots=True, kw_only=True, eq=False)
class Ticket:
    """Where a ticket stands."""

    row: int
    arrived: int
    stream: int
    priority: int
    phase: Phase = Phase.NEW
    version: int = 0
    """Counts pick-ups, and what takes the ticket from its queue or its agent."""

    step: int = -1
    visit: int = 0
    """How often it was in this step before."""
    visits: dict[int, int] = field(default_factory=dict)
    entered: int = 0
    """How many steps it has entered."""
    group: int = -1
    """That of its last `group` event."""

    agent: int = -1
    queued_at: int = 0
    picked_at: int = 0
    begun_at: int = 0
    """Since when its agent does what is being done: answering or work."""
    key: tuple[int, int, int] = (0, 0, 0)
    """By which it queues: of the group's two disciplines, then its number."""

    answered: bool = False
    to_answer: int | None = None
    """What is left of answering; None: nothing is to be answered."""
    work: int = 0
    """What is left of work, up to a wait for the customer."""
    second_part: int | None = None
    """Work after a wait for the customer that is to come."""
    was_worked: bool = False
    """Whether it has entered a worked step."""
    called_to: int | None = None
    """The step to which an escalation wants it when its work ends."""
    resolutions: int = 0
    was_there: bool = False
    """Whether it is there from the beginning."""


class TicketLuck:
    """What tickets draw: the shared functions, asked with the names that the page gives to draws."""

    def __init__(self, plan: DeskPlan, luck: Luck) -> None:
        self._plan = plan
        self._key = np.uint64(luck.key)
        self._entity = luck.arrivals.entity.astype(np.uint64)
        self._place = plan.steps.place.astype(np.uint64)

    @cached_property
    def _calendars(self) -> ticket_draws.WaitTable:
        return ticket_draws.wait_table(self._plan.calendars)

    def answer(self, ticket: Ticket) -> int:
        """Return how long answering takes in the ticket's step."""
        return self._duration_here(int(self._plan.steps.answers[ticket.step]), ticket, Purpose.ANSWER)

    def work(self, ticket: Ticket) -> int:
        """Return how long work takes in the ticket's step."""
        row = int(self._plan.steps.works[ticket.step, ticket.priority])
        return self._duration_here(row, ticket, Purpose.WORK)

    def is_patient(self, ticket: Ticket) -> bool:
        """Whether patience is what the ticket has, in its step, and will lose."""
        share = float(self._plan.steps.gives_up_share[ticket.step])
        return bool(ticket_draws.coin(share, *self._here(ticket, Purpose.GIVE_UP)))

    def patience(self, ticket: Ticket) -> int:
        """Return how long it lasts."""
        return self._duration_here(int(self._plan.steps.patience[ticket.step]), ticket, Purpose.PATIENCE)

    def wait_end(self, ticket: Ticket, now: int) -> int:
        """Return when the wait of the ticket's step, which begins now, is over."""
        steps, step = self._plan.steps, ticket.step
        where = int(steps.waits_on[step]), bool(steps.waits_in_days[step])
        drawn = ticket_draws.drawn_value(
            self._plan.distributions, int(steps.waits[step]), *self._here(ticket, Purpose.WAIT)
        )
        return int(ticket_draws.wait_end(self._calendars, *where, now, drawn, self._plan.tick_us))

    def next_step(self, ticket: Ticket) -> int:
        """Return where the ticket goes from its step; -1: it is resolved."""
        steps, step = self._plan.steps, ticket.step
        chosen = ticket_draws.route(
            steps.route_word,
            steps.route_share,
            int(steps.first_route[step]),
            int(steps.end_route[step]),
            *self._here(ticket, Purpose.ROUTE)[:-1],
        )
        return -1 if chosen < 0 else int(steps.route_to[chosen])

    def waits_for_customer(self, ticket: Ticket) -> bool:
        """Whether the work is cut in two."""
        share = float(self._plan.streams.customer_wait_share[ticket.stream])
        return bool(ticket_draws.coin(share, *self._in_life(ticket, 0, Purpose.CUSTOMER_WAIT)))

    def first_part(self, ticket: Ticket, work: int) -> int:
        """Return how much of the work comes before the customer is waited for."""
        return int(ticket_draws.first_part(work, *self._in_life(ticket, 0, Purpose.CUSTOMER_WAIT_AT)))

    def customer_wait_end(self, ticket: Ticket, now: int) -> int:
        """Return when a wait for the customer, which begins now, is over."""
        streams, stream = self._plan.streams, ticket.stream
        where = int(streams.customer_wait_on[stream]), bool(streams.customer_wait_in_days[stream])
        drawn = ticket_draws.drawn_value(
            self._plan.distributions,
            int(streams.customer_wait[stream]),
            *self._in_life(ticket, 0, Purpose.CUSTOMER_WAIT_FOR),
        )
        return int(ticket_draws.wait_end(self._calendars, *where, now, drawn, self._plan.tick_us))

    def is_reopened(self, ticket: Ticket, resolution: int) -> bool:
        """Whether a resolution (from 0) is not the last."""
        share = float(self._plan.streams.reopens_share[ticket.stream])
        return bool(ticket_draws.coin(share, *self._in_life(ticket, resolution, Purpose.REOPEN)))

    def reopens_after(self, ticket: Ticket, resolution: int) -> int:
        """Return how long the resolution lasts."""
        row = int(self._plan.streams.reopens_after[ticket.stream])
        return self._duration(row, *self._in_life(ticket, resolution, Purpose.REOPEN_AFTER))

    def gives_feedback(self, ticket: Ticket) -> bool:
        """Whether a score is given after the first resolution."""
        share = float(self._plan.streams.feedback_share[ticket.stream])
        return bool(ticket_draws.coin(share, *self._in_life(ticket, 0, Purpose.FEEDBACK)))

    def _duration_here(self, row: int, ticket: Ticket, purpose: Purpose) -> int:
        return self._duration(row, *self._here(ticket, purpose))

    def _duration(self, row: int, *keys: np.uint64) -> int:
        return int(ticket_draws.duration(self._plan.distributions, row, self._plan.tick_us, *keys))

    def _here(self, ticket: Ticket, purpose: Purpose) -> tuple[np.uint64, ...]:
        """Return the key, entity, place, visit and purpose of a draw in the ticket's step."""
        place = self._place[ticket.step]
        return self._key, self._entity[ticket.row], place, np.uint64(ticket.visit), np.uint64(purpose)

    def _in_life(self, ticket: Ticket, visit: int, purpose: Purpose) -> tuple[np.uint64, ...]:
        return self._key, self._entity[ticket.row], _NOWHERE, np.uint64(visit), np.uint64(purpose)

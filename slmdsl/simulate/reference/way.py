"""A ticket's way: arrival, steps, work, waits, resolution, reopening."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slmdsl.events.vocabulary import Phase, Role
from slmdsl.simulate.endless import MOST_STEPS, endless_way
from slmdsl.simulate.outcome import GAVE_UP, LOST
from slmdsl.simulate.reference.clock import Clock, Rank
from slmdsl.simulate.reference.journal import CUSTOMER, SUPPLIER, SYSTEM, By

if TYPE_CHECKING:
    from slmdsl.simulate.reference.journal import Journal
    from slmdsl.simulate.reference.people import People
    from slmdsl.simulate.reference.tickets import Ticket, TicketLuck
    from slmdsl.workload.plan import DeskPlan

_HOUR_US = 3_600_000_000


class Onlooker(Protocol):
    """Who must know where tickets are: conditions on the desk."""

    def opened(self, ticket: Ticket) -> None:
        """See a ticket that has come, or come again."""

    def over(self, ticket: Ticket) -> None:
        """See a ticket that is resolved or cancelled."""

    def moved(self, ticket: Ticket, group: int) -> None:
        """See a ticket that comes to a group."""


class Way:
    """What happens to tickets. Whoever brings a ticket somewhere is `by`."""

    def __init__(
        self,
        plan: DeskPlan,
        draws: TicketLuck,
        clock: Clock,
        journal: Journal,
        people: People,
        desk: Onlooker,
    ) -> None:
        self._plan, self._draws, self._clock, self._journal = plan, draws, clock, journal
        self._people, self._desk = people, desk
        self.reassigned = 0

    def arrive(self, ticket: Ticket) -> None:
        """Let a ticket come from outside."""
        self._desk.opened(ticket)
        self._bring(ticket, int(self._plan.streams.start[ticket.stream]), CUSTOMER)

    def go_on(self, ticket: Ticket, over_at: int | None) -> None:
        """Let a ticket be there from the beginning: it queues where it stands, or waits on until `over_at`.

        One that queues has patience until then, if it has any.
        """
        self._desk.opened(ticket)
        if ticket.phase in (Phase.NEW, Phase.ACTIVE):
            self._people.enqueue(ticket)
            if over_at is not None:
                self._clock.at(
                    over_at, Rank.PATIENCE_OVER, ticket.row, lambda: self._give_up(ticket), of=ticket
                )
        elif over_at is not None:
            goes_on = self._hear_customer if ticket.phase == Phase.WAIT_CUSTOMER else self._hear_supplier
            self._clock.at(over_at, Rank.WAIT_ENDS, ticket.row, lambda: goes_on(ticket))

    def _hear_supplier(self, ticket: Ticket) -> None:
        self._onward(ticket, SUPPLIER)

    def _bring(self, ticket: Ticket, step: int, by: By) -> None:
        """Let a ticket enter a step, and the next if it is left at once."""
        while step >= 0:
            if self._enter(ticket, step, by):
                return
            step = self._draws.next_step(ticket)
        self._resolve(ticket, by)

    def _onward(self, ticket: Ticket, by: By) -> None:
        self._bring(ticket, self._draws.next_step(ticket), by)

    # Steps

    def _enter(self, ticket: Ticket, step: int, by: By) -> bool:
        """Return whether the ticket stays: waits, queues, or is lost."""
        self._visit(ticket, step)
        group = int(self._plan.steps.group[step])
        if group >= 0:
            self._journal.group(ticket.row, self._clock.now, group, by)
            self._desk.moved(ticket, group)
            ticket.group = group
        if not self._plan.steps.is_worked[step]:
            return self._wait_in_step(ticket, by)
        if ticket.phase not in (Phase.NEW, Phase.ACTIVE):
            self._state(ticket, Phase.ACTIVE, by)
        if ticket.entered == 1 and self._people.is_full(self._people.groups[group]):
            self._cancel(ticket, SYSTEM, LOST)
        else:
            self._draw_visit(ticket)
            self._people.enqueue(ticket)
            self._lose_patience(ticket)
        return True

    def _visit(self, ticket: Ticket, step: int) -> None:
        if ticket.entered == MOST_STEPS:
            raise endless_way(self._plan.steps.names[step])
        ticket.entered += 1
        ticket.called_to = None
        ticket.step, ticket.visit = step, ticket.visits.get(step, 0)
        ticket.visits[step] = ticket.visit + 1

    def _wait_in_step(self, ticket: Ticket, by: By) -> bool:
        """Return whether the ticket waits in its step for somebody else; there may be no wait."""
        if self._plan.steps.waits[ticket.step] < 0:
            return False
        self._state(ticket, Phase.WAIT_SUPPLIER, by)
        end = self._draws.wait_end(ticket, self._clock.now)
        self._clock.at(end, Rank.WAIT_ENDS, ticket.row, lambda: self._hear_supplier(ticket))
        return True

    def _draw_visit(self, ticket: Ticket) -> None:
        answers = not ticket.answered and self._plan.steps.answers[ticket.step] >= 0
        ticket.to_answer = self._draws.answer(ticket) if answers else None
        ticket.work, ticket.second_part = self._draws.work(ticket), None
        if not ticket.was_worked and self._draws.waits_for_customer(ticket):
            first = self._draws.first_part(ticket, ticket.work)
            ticket.work, ticket.second_part = first, ticket.work - first
        ticket.was_worked = True

    def _lose_patience(self, ticket: Ticket) -> None:
        if self._draws.is_patient(ticket):
            over = self._clock.now + self._draws.patience(ticket)
            self._clock.at(over, Rank.PATIENCE_OVER, ticket.row, lambda: self._give_up(ticket), of=ticket)

    def _give_up(self, ticket: Ticket) -> None:
        self._people.leave_queue(ticket)
        self._cancel(ticket, CUSTOMER, GAVE_UP)

    # Work

    def picked_up(self, ticket: Ticket) -> None:
        """Let the agent who has just picked a ticket up begin."""
        by = _agent(ticket)
        self._journal.assignee(ticket.row, self._clock.now, by)
        if ticket.phase == Phase.NEW:
            self._state(ticket, Phase.ACTIVE, by)
        self._do(ticket)

    def broken_off(self, ticket: Ticket) -> None:
        """Keep what is left of answering or work, whichever was being done."""
        done = self._clock.now - ticket.begun_at
        if ticket.to_answer is None:
            ticket.work -= done
        else:
            ticket.to_answer -= done

    def _do(self, ticket: Ticket) -> None:
        ticket.begun_at = self._clock.now
        length, then = (
            (ticket.work, self._end_work)
            if ticket.to_answer is None
            else (ticket.to_answer, self._end_answering)
        )
        self._clock.at(self._clock.now + length, Rank.WORK_ENDS, ticket.row, lambda: then(ticket), of=ticket)

    def _end_answering(self, ticket: Ticket) -> None:
        self._journal.message(ticket.row, self._clock.now, _agent(ticket))
        ticket.to_answer, ticket.answered = None, True
        self._do(ticket)

    def _end_work(self, ticket: Ticket) -> None:
        by = _agent(ticket)
        self._people.release(ticket)
        if ticket.called_to is not None:
            self._reassign(ticket, ticket.called_to)
        elif ticket.second_part is not None:
            self._wait_for_customer(ticket, by)
        elif not self._wait_in_step(ticket, by):
            self._onward(ticket, by)

    def _wait_for_customer(self, ticket: Ticket, by: By) -> None:
        self._state(ticket, Phase.WAIT_CUSTOMER, by)
        end = self._draws.customer_wait_end(ticket, self._clock.now)
        self._clock.at(end, Rank.WAIT_ENDS, ticket.row, lambda: self._hear_customer(ticket))

    def _hear_customer(self, ticket: Ticket) -> None:
        ticket.work, ticket.second_part = ticket.second_part or 0, None
        self._state(ticket, Phase.ACTIVE, CUSTOMER)
        self._people.enqueue(ticket)

    # Escalations

    def move(self, ticket: Ticket, step: int) -> None:
        """Take a waiting ticket to a step."""
        self._people.leave_queue(ticket)
        self._reassign(ticket, step)

    def call(self, ticket: Ticket, step: int) -> None:
        """Take a ticket to a step when its work ends."""
        ticket.called_to = step

    def _reassign(self, ticket: Ticket, step: int) -> None:
        self.reassigned += 1
        self._bring(ticket, step, SYSTEM)

    # Ends

    def _resolve(self, ticket: Ticket, by: By) -> None:
        self._state(ticket, Phase.RESOLVED, by)
        self._desk.over(ticket)
        resolution = ticket.resolutions
        ticket.resolutions += 1
        if self._draws.is_reopened(ticket, resolution):
            again = self._clock.now + self._draws.reopens_after(ticket, resolution)
            self._clock.at(again, Rank.WAIT_ENDS, ticket.row, lambda: self._reopen(ticket))
        if resolution == 0 and self._draws.gives_feedback(ticket):
            self._score(ticket)

    def _reopen(self, ticket: Ticket) -> None:
        self._state(ticket, Phase.ACTIVE, CUSTOMER)
        self._desk.opened(ticket)
        self._bring(ticket, int(self._plan.streams.start[ticket.stream]), CUSTOMER)

    def _score(self, ticket: Ticket) -> None:
        at, gross = self._clock.now + _HOUR_US // self._plan.tick_us, self._clock.now - ticket.arrived
        streams = self._plan.streams
        for level in range(streams.first_score[ticket.stream], streams.end_score[ticket.stream]):
            if gross <= streams.score_within[level]:
                if at < self._clock.end:
                    self._journal.score(ticket.row, at, float(streams.score[level]))
                return

    def _cancel(self, ticket: Ticket, by: By, reason: int) -> None:
        self._state(ticket, Phase.CANCELLED, by, reason)
        self._desk.over(ticket)

    def _state(self, ticket: Ticket, phase: Phase, by: By, reason: int = -1) -> None:
        ticket.phase = phase
        self._journal.state(ticket.row, self._clock.now, phase, by, reason)


def _agent(ticket: Ticket) -> By:
    """Return the hand of the agent who has a ticket."""
    return By(Role.AGENT, ticket.agent)

"""The whole desk, put together and run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.simulate.carried_start import before_of
from slmdsl.simulate.outcome import GAVE_UP, LOST, PREEMPTED, Outcome
from slmdsl.simulate.reference.beginning import Beginning
from slmdsl.simulate.reference.breakage import Breakage
from slmdsl.simulate.reference.clock import Clock, Rank
from slmdsl.simulate.reference.conditions import Conditions
from slmdsl.simulate.reference.journal import Journal
from slmdsl.simulate.reference.people import People
from slmdsl.simulate.reference.promises import Promises
from slmdsl.simulate.reference.tickets import Ticket, TicketLuck
from slmdsl.simulate.reference.way import Way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slmdsl.workload.plan import DeskPlan, Luck


class Desk:
    """Everything there is; `seen` is told the tick, rank and id of all that happens."""

    def __init__(
        self, plan: DeskPlan, luck: Luck, seen: Callable[[int, int, int], None] | None = None
    ) -> None:
        self.clock = Clock(plan.start, plan.end, seen)
        self.tickets = list(_tickets(luck))
        promises = Promises(plan, luck, self.clock, self.tickets)
        before = before_of(plan, plan.carried, luck) if plan.carried else None
        self.journal = Journal(
            plan.tick_us,
            promises.happened if promises.are_asked else None,
            None if before is None else before.events,
        )
        self.people = People(plan, luck, self.clock, self.journal, promises.due)
        self.conditions = Conditions(plan, luck, self.clock, self.people)
        self.breakage = Breakage(plan, luck, self.clock, self.journal, self.conditions)
        self.conditions.breakage, promises.desk = self.breakage, self.conditions
        draws = TicketLuck(plan, luck)
        self.way = Way(plan, draws, self.clock, self.journal, self.people, self.conditions)
        self.people.way = promises.way = self.way
        self.beginning = (
            Beginning(plan, luck, before, self.tickets, self.way, self.conditions, promises)
            if before is not None
            else None
        )

    def run(self) -> Outcome:
        """Let everything happen, and return what it leaves."""
        if self.beginning is not None:
            self.beginning.take_up()
        for part in (self.people, self.breakage, self.conditions):
            part.begin()
        for ticket in self.tickets:
            if not ticket.was_there:
                self.clock.at(ticket.arrived, Rank.ARRIVAL, ticket.row, partial(self.way.arrive, ticket))
        self.clock.run()
        self.people.cut()
        self.breakage.cut()
        return self._outcome()

    def _outcome(self) -> Outcome:
        journal = self.journal
        return Outcome(
            events=journal.event_rows(),
            chains=None,
            outages=journal.outage_rows(),
            feedback=journal.feedback_rows(),
            spells=journal.spell_rows(),
            called=self.conditions.calls(),
            fired=np.array([len(each.calls) for each in self.conditions.contingencies], np.int64),
            reassigned=self.way.reassigned,
            lost=journal.cancelled(LOST),
            gave_up=journal.cancelled(GAVE_UP),
            preempted=journal.spells_ended(PREEMPTED),
        )


def simulate(plan: DeskPlan, luck: Luck, *, seen: Callable[[int, int, int], None] | None = None) -> Outcome:
    """Return what a desk makes of a replication's luck.

    Args:
        plan: the desk.
        luck: what one replication draws before anything happens.
        seen: told the tick, rank and id of everything that happens, in order.

    Raises:
        EndlessWorkError: If the desk is never done with an instant or a ticket.
    """
    return Desk(plan, luck, seen).run()


def _tickets(luck: Luck) -> Iterator[Ticket]:
    arrivals = luck.arrivals
    facts = arrivals.at.tolist(), arrivals.stream.tolist(), arrivals.priority.tolist()
    for row, (arrived, stream, priority) in enumerate(zip(*facts, strict=True)):
        yield Ticket(row=row, arrived=arrived, stream=stream, priority=priority)

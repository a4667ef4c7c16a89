"""The tickets that are on the desk from the beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.events.vocabulary import Phase
from slmdsl.simulate.carried_start import NOTHING, begun
from slmdsl.simulate.due import TicketEvent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.simulate.carried_start import Before, Begun
    from slmdsl.simulate.reference.conditions import Conditions
    from slmdsl.simulate.reference.promises import Promises
    from slmdsl.simulate.reference.tickets import Ticket
    from slmdsl.simulate.reference.way import Way
    from slmdsl.workload.plan import DeskPlan, Luck


class Beginning:
    """How tickets are taken up that are there before anything happens: the first rows of the arrivals."""

    def __init__(
        self,
        plan: DeskPlan,
        luck: Luck,
        before: Before,
        tickets: Sequence[Ticket],
        way: Way,
        conditions: Conditions,
        promises: Promises,
    ) -> None:
        self._plan, self._luck, self._before = plan, luck, before
        self._tickets, self._way, self._conditions, self._promises = tickets, way, conditions, promises

    def take_up(self) -> None:
        """Let the tickets stand where they stand; those that queue in their order."""
        carried = self._plan.carried
        if carried is None:
            return
        draws = begun(self._plan, carried, self._before, self._luck)
        for row, ticket in enumerate(self._tickets[: len(carried)]):
            self._stand(ticket, row, draws)
            if self._promises.are_asked:
                last_us = self._plan.start * self._plan.tick_us - 1
                self._promises.recall(ticket, self._told(row), last_us)
            over_at = int(draws.over_at[row])
            self._way.go_on(ticket, None if over_at == NOTHING else over_at)
            for flag in range(len(self._plan.contingencies.flags)):
                if int(self._before.flags[row]) >> flag & 1:
                    self._conditions.declare(ticket, flag)

    def _stand(self, ticket: Ticket, row: int, draws: Begun) -> None:
        carried = self._plan.carried
        if carried is None:
            return
        ticket.was_there, ticket.entered = True, 1
        ticket.phase, ticket.group = Phase(carried.phase[row]), int(carried.group[row])
        ticket.step, ticket.visits = int(carried.step[row]), {int(carried.step[row]): 1}
        ticket.answered = bool(carried.was_answered[row])
        ticket.was_worked = bool(carried.was_worked[row] | self._plan.steps.is_worked[ticket.step])
        ticket.resolutions = int(carried.resolutions[row])
        answer, first, work = int(draws.answer[row]), int(draws.first[row]), int(draws.work[row])
        ticket.to_answer = None if answer == NOTHING else answer
        if ticket.phase == Phase.WAIT_CUSTOMER:
            ticket.second_part = work
        elif first == NOTHING:
            ticket.work = work
        else:
            ticket.work, ticket.second_part = first, work

    def _told(self, row: int) -> list[TicketEvent]:
        events, chains = self._before.events, self._before.chains
        found, event = list[TicketEvent](), int(chains.first_event[row])
        columns = (events.at_us, events.type, events.phase, events.group, events.role, events.public)
        while event >= 0:
            found.append(TicketEvent(*(int(column[event]) for column in columns)))
            event = int(chains.next_event[event])
        return found

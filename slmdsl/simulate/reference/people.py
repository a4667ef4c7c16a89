"""Agents and their duty, groups and their queues, dispatch and preemption."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

from slmdsl.simulate.endless import MOST_DISPATCHES, endless_instant
from slmdsl.simulate.outcome import CUT, FINISHED, HANDED_OVER, PREEMPTED
from slmdsl.simulate.reference.clock import Clock, Rank
from slmdsl.workload.plan import ADDED, BY_DEADLINE, BY_PRIORITY, ON_CALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from slmdsl.simulate.reference.journal import Journal
    from slmdsl.simulate.reference.tickets import Ticket
    from slmdsl.workload.plan import DeskPlan, Luck

_HEAD = 2**40
"""By how much the number of a ticket falls that is handed over: more than there are numbers."""


class Work(Protocol):
    """What a ticket's way does when people take it up and when they are kept from it."""

    def picked_up(self, ticket: Ticket) -> None:
        """Begin, or go on."""

    def broken_off(self, ticket: Ticket) -> None:
        """Keep what is left."""


@dataclass(slots=True, kw_only=True, eq=False)
class Agent:
    """Somebody who works; `is_here` tells whether the contingency of an added agent is on and it has arrived."""

    number: int
    group: int
    kind: int
    duty: tuple[tuple[int, int], ...]
    is_here: bool
    on_duty: bool = False
    ticket: Ticket | None = None
    idle_since: int = 0

    @property
    def is_idle(self) -> bool:
        """Whether it is on duty and has nothing to do."""
        return self.on_duty and self.ticket is None


@dataclass(slots=True, kw_only=True, eq=False)
class Group:
    """A queue, the agents who serve it, and its rules; priorities count from 0, the last is `none`."""

    number: int
    agents: list[Agent]
    disciplines: tuple[int, ...]
    lines: int
    hands_over: bool
    preempts: tuple[bool, ...]
    on_call_for: tuple[bool, ...]
    on_call_after: int
    roster: tuple[tuple[int, int], ...]
    queue: list[list[tuple[tuple[int, int, int], Ticket]]] = field(default_factory=list)
    """By priority: keys and tickets, in order."""

    def has_roster(self, now: int) -> bool:
        """Whether a shift is on, be anybody there or not."""
        place = bisect_right(self.roster, now, key=_begin) - 1
        return place >= 0 and now < self.roster[place][1]

    def waiting(self) -> int:
        """Return how many tickets wait."""
        return sum(map(len, self.queue))

    def add(self, ticket: Ticket) -> None:
        """Let a ticket wait."""
        insort(self.queue[ticket.priority], (ticket.key, ticket), key=_key)

    def remove(self, ticket: Ticket) -> None:
        """Let a ticket wait no longer."""
        line = self.queue[ticket.priority]
        place = bisect_left(line, ticket.key, key=_key)
        if line[place][1] is not ticket:
            message = f"Ticket {ticket.row} does not wait where it is taken from."
            raise AssertionError(message)
        del line[place]

    def first(self, now: int) -> Ticket | None:
        """Return the ticket of least key that somebody may have now."""
        return min(self._firsts(now), key=_ticket_key, default=None)

    def firsts(self, now: int) -> list[Ticket]:
        """Return the tickets of least key that somebody may have now, one of each priority, least key first."""
        return sorted(self._firsts(now), key=_ticket_key)

    def _firsts(self, now: int) -> list[Ticket]:
        waited_for = [priority for priority, line in enumerate(self.queue) if line]
        if not waited_for or self.has_roster(now):
            return [self.queue[priority][0][1] for priority in waited_for]
        found = (self._first_on_call(priority, now) for priority in waited_for)
        return [ticket for ticket in found if ticket]

    def _first_on_call(self, priority: int, now: int) -> Ticket | None:
        if not self.on_call_for[priority]:
            return None
        ready = (ticket for _, ticket in self.queue[priority] if now >= ticket.queued_at + self.on_call_after)
        return next(ready, None)

    def longest_idle(self) -> Agent | None:
        """Return the agent on duty who is idle longest; of several the lowest number."""
        idle = (agent for agent in self.agents if agent.is_idle)
        return min(idle, key=lambda agent: agent.idle_since, default=None)

    def victim(self, priority: int) -> Agent | None:
        """Return who would leave its ticket for one of `priority`; None: nobody."""
        lower = [
            agent
            for agent in self.agents
            if agent.on_duty and agent.ticket and self._rank(agent.ticket.priority) > self._rank(priority)
        ]
        return max(lower, key=self._least_dear, default=None)

    def _least_dear(self, agent: Agent) -> tuple[int, int, int]:
        ticket = agent.ticket
        return (self._rank(ticket.priority), ticket.picked_at, ticket.row) if ticket else (-1, -1, -1)

    def _rank(self, priority: int) -> int:
        """Return where a priority stands; without one a ticket stands below all."""
        return priority if priority >= 0 else len(self.queue) - 1


def _begin(stretch: tuple[int, int]) -> int:
    return stretch[0]


def _ticket_key(ticket: Ticket) -> tuple[int, int, int]:
    return ticket.key


def _key(entry: tuple[tuple[int, int, int], Ticket]) -> tuple[int, int, int]:
    return entry[0]


class People:
    """All groups and agents."""

    def __init__(
        self, plan: DeskPlan, luck: Luck, clock: Clock, journal: Journal, due: Callable[[Ticket], int]
    ) -> None:
        self._plan, self._clock, self._journal, self._due = plan, clock, journal, due
        self.agents = list(_agents(plan, luck))
        self.groups = [_group(plan, group, self.agents) for group in range(len(plan.groups.lines))]
        self._numbers = 0
        self._is_marked = False
        self._instant = plan.start - 1
        self._dispatches = 0
        self._without_length: set[int] = set()
        self.way: Work

    def begin(self) -> None:
        """Expect everybody's duty."""
        for agent in self.agents:
            for begin, end in agent.duty:
                come = partial(self._duty_begins, agent, end)
                self._clock.at(begin, Rank.DUTY_BEGINS, agent.number, come)

    def mark(self) -> None:
        """Have a dispatch in this instant: some queue or some agents have changed."""
        if not self._is_marked:
            self._is_marked = True
            self._clock.at(self._clock.now, Rank.DISPATCH, 0, self._dispatch)

    # Queues

    def enqueue(self, ticket: Ticket) -> None:
        """Let a ticket queue in its group: with a new number, and a key that stays."""
        group, now = self.groups[ticket.group], self._clock.now
        first, second = (self._discipline(kind, ticket) for kind in group.disciplines)
        ticket.queued_at, ticket.key = now, (first, second, self._numbers)
        self._numbers += 1
        group.add(ticket)
        if group.on_call_for[ticket.priority] and any(agent.kind == ON_CALL for agent in group.agents):
            self._clock.at(now + group.on_call_after, Rank.ON_CALL, ticket.row, self.mark)
        self.mark()

    def _discipline(self, kind: int, ticket: Ticket) -> int:
        if kind == BY_PRIORITY:
            return ticket.priority if ticket.priority >= 0 else len(self._plan.words.priorities)
        return self._due(ticket) if kind == BY_DEADLINE else 0

    def leave_queue(self, ticket: Ticket) -> None:
        """Take a ticket from the queue that it waits in."""
        ticket.version += 1
        self.groups[ticket.group].remove(ticket)

    def is_full(self, group: Group) -> bool:
        """Whether a ticket from outside is lost: as many wait as may, beside those for whom somebody is free."""
        free = sum(agent.is_idle and agent.kind != ON_CALL for agent in group.agents)
        return group.lines >= 0 and group.waiting() >= group.lines + free

    # Duty

    def _duty_begins(self, agent: Agent, end: int) -> None:
        self._clock.at(end, Rank.DUTY_ENDS, agent.number, lambda: self._leave(agent))
        if agent.is_here:
            self._come(agent)

    def _come(self, agent: Agent) -> None:
        agent.on_duty = True
        if agent.ticket is None:
            agent.idle_since = self._clock.now
        self.mark()

    def _leave(self, agent: Agent) -> None:
        if not agent.on_duty:
            return
        agent.on_duty = False
        if agent.ticket and self.groups[agent.group].hands_over:
            self._hand_over(agent, agent.ticket)

    def arrive(self, numbers: Iterable[int]) -> None:
        """Let agents of a contingency be here from now on."""
        for agent in (self.agents[number] for number in numbers):
            agent.is_here = True
            if any(begin <= self._clock.now < end for begin, end in agent.duty):
                self._come(agent)

    def depart(self, numbers: Iterable[int]) -> None:
        """Let agents of a contingency go, as at the end of a duty."""
        for agent in (self.agents[number] for number in numbers):
            agent.is_here = False
            self._leave(agent)

    # Dispatch and preemption

    def _dispatch(self) -> None:
        self._is_marked = False
        self._count_dispatch()
        for group in self.groups:
            self._serve(group)
        for group in self.groups:
            while self._preempt(group):
                pass

    def _count_dispatch(self) -> None:
        if self._instant != self._clock.now:
            self._instant, self._dispatches = self._clock.now, 0
            self._without_length.clear()
        self._dispatches += 1
        if self._dispatches > MOST_DISPATCHES:
            raise endless_instant(self._plan.steps.names[step] for step in self._without_length)

    def _serve(self, group: Group) -> None:
        while (ticket := group.first(self._clock.now)) and (agent := group.longest_idle()):
            self._pick_up(agent, ticket)

    def _preempt(self, group: Group) -> bool:
        for ticket in group.firsts(self._clock.now):
            if group.preempts[ticket.priority] and (agent := group.victim(ticket.priority)):
                self._put_back(agent, PREEMPTED)
                self._pick_up(agent, ticket)
                return True
        return False

    def _pick_up(self, agent: Agent, ticket: Ticket) -> None:
        self.leave_queue(ticket)
        agent.ticket, ticket.agent = ticket, agent.number
        ticket.picked_at = ticket.begun_at = self._clock.now
        if (ticket.to_answer or 0) + ticket.work == 0:
            self._without_length.add(ticket.step)
        self.way.picked_up(ticket)

    # Release

    def release(self, ticket: Ticket) -> None:
        """Let the agent of a ticket go: it has done what there was to do."""
        self._part(self.agents[ticket.agent], FINISHED)

    def _hand_over(self, agent: Agent, ticket: Ticket) -> None:
        first, second, number = ticket.key
        ticket.key = first, second, number - _HEAD
        self._put_back(agent, HANDED_OVER)

    def _put_back(self, agent: Agent, outcome: int) -> None:
        """Return an agent's ticket to the queue, with its key and what is left of its work."""
        ticket = self._part(agent, outcome)
        self.way.broken_off(ticket)
        self.groups[agent.group].add(ticket)

    def _part(self, agent: Agent, outcome: int) -> Ticket:
        ticket = self._spell(agent, outcome)
        agent.ticket, ticket.agent = None, -1
        agent.idle_since = self._clock.now
        ticket.version += 1
        self.mark()
        return ticket

    def _spell(self, agent: Agent, outcome: int) -> Ticket:
        ticket = agent.ticket
        if ticket is None:
            message = f"Agent {agent.number} has no ticket to part from."
            raise AssertionError(message)
        self._journal.spell(
            ticket.row, agent.number, ticket.queued_at, ticket.picked_at, self._clock.now, outcome
        )
        return ticket

    def cut(self) -> None:
        """Write the spells of those who are at work at the end."""
        for agent in self.agents:
            if agent.ticket:
                self._spell(agent, CUT)


def _agents(plan: DeskPlan, luck: Luck) -> Iterator[Agent]:
    for number, (group, kind) in enumerate(
        zip(plan.agents.group.tolist(), plan.agents.kind.tolist(), strict=True)
    ):
        stretches = slice(luck.first_duty[number], luck.end_duty[number])
        duty = tuple(zip(luck.duty_from[stretches].tolist(), luck.duty_to[stretches].tolist(), strict=True))
        if kind == ON_CALL:
            duty = tuple(_common(duty, _gaps(_roster(plan, group), plan.start, plan.end)))
        yield Agent(number=number, group=group, kind=kind, duty=duty, is_here=kind != ADDED)


def _roster(plan: DeskPlan, group: int) -> tuple[tuple[int, int], ...]:
    groups = plan.groups
    stretches = slice(groups.first_roster[group], groups.end_roster[group])
    return tuple(
        zip(groups.roster_from[stretches].tolist(), groups.roster_to[stretches].tolist(), strict=True)
    )


def _gaps(stretches: Iterable[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    for begin, until in (*stretches, (end, end)):
        if start < begin:
            yield start, min(begin, end)
        start = max(start, until)


def _common(
    stretches: Iterable[tuple[int, int]], gaps: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield the parts of stretches that lie in gaps; both are in order and do not touch."""
    left = list(gaps)
    for begin, until in stretches:
        while left and left[0][1] <= begin:
            left.pop(0)
        for gap_begin, gap_end in left:
            if gap_begin >= until:
                break
            yield max(begin, gap_begin), min(until, gap_end)


def _group(plan: DeskPlan, number: int, agents: list[Agent]) -> Group:
    groups = plan.groups
    return Group(
        number=number,
        agents=agents[groups.first_agent[number] : groups.end_agent[number]],
        disciplines=tuple(groups.disciplines[number].tolist()),
        lines=int(groups.lines[number]),
        hands_over=bool(groups.hands_over[number]),
        preempts=tuple(groups.preempts[number].tolist()),
        on_call_for=tuple(groups.on_call_for[number].tolist()),
        on_call_after=int(groups.on_call_after[number]),
        roster=_roster(plan, number),
        queue=[[] for _ in range(len(plan.words.priorities) + 1)],
    )

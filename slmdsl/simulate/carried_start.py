"""How tickets that are on the desk from the beginning begin: what has happened to them, and what they draw.

Both engines take it from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import numpy as np

from slmdsl.events.vocabulary import Phase
from slmdsl.simulate import ticket_draws
from slmdsl.simulate.due_binding import clocks_of
from slmdsl.simulate.due_kernel import earliest_due, next_act
from slmdsl.simulate.due_tables import Happened, room_for
from slmdsl.simulate.outcome import REASONS, EventRows, linked
from slmdsl.workload.draws.called import drawing
from slmdsl.workload.draws.keys import Purpose
from slmdsl.workload.draws.lasting import rest_of, value_of_rest
from slmdsl.workload.plan import BY_DEADLINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.simulate.outcome import Chains
    from slmdsl.workload.carried.carried import Carried
    from slmdsl.workload.draws.lasting import Rest
    from slmdsl.workload.plan import DeskPlan, Int64, Luck, Words64

NOTHING: Final = -1
"""Stands for no answer to be given, no first part of cut work, and for what never ends."""

_NOWHERE: Final = np.uint64(0)
_FIRST: Final = np.uint64(0)
"""The visit in which they go on."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Before:
    """What all replications of a plan have in common of c tickets that are there from the beginning.

    Attributes:
        events: what has happened to them, in the order of time.
        chains: these events, linked.
        due_us: when those that queue by deadline are due (c); 0 for others.
        flags: which flags steps have declared for them that are kept up (c, bits).
        rests: what is left of the waits that they are in, and of their patience (c); None for those without.
    """

    events: EventRows
    chains: Chains
    due_us: Int64
    flags: Words64
    rests: tuple[Rest | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Begun:
    """What a replication draws for the c tickets: in ticks, NOTHING for none.

    Attributes:
        answer: how long it takes to answer.
        first: the work before a wait for the customer.
        work: the rest of the work, or all of it.
        over_at: when the wait that a ticket is in is over, or the patience of one that queues.
    """

    answer: Int64
    first: Int64
    work: Int64
    over_at: Int64


_BEFORE: WeakKeyDictionary[DeskPlan, Before] = WeakKeyDictionary()


def before_of(plan: DeskPlan, carried: Carried, luck: Luck) -> Before:
    """Return what is known of the tickets that are there from the beginning; found once for a plan.

    `luck` may be that of any replication: it tells the tickets' facts, which are the same in all.
    """
    found = _BEFORE.get(plan)
    if found is None:
        found = _BEFORE[plan] = _before(plan, carried, luck)
    return found


def _before(plan: DeskPlan, carried: Carried, luck: Luck) -> Before:
    past = carried.past
    events = EventRows(
        ticket=past.ticket,
        at_us=past.at_us,
        type=past.type,
        phase=past.phase,
        group=past.group,
        actor=past.actor.codes,
        role=past.role,
        public=past.public,
        reason=np.where(past.reason.codes < 0, past.reason.codes, past.reason.codes + np.int32(len(REASONS))),
    )
    chains = linked(events, len(carried))
    due_us, flags = _promised(plan, carried, luck, _happened(events, chains), int(chains.seq.max(initial=0)))
    return Before(
        events=events,
        chains=chains,
        due_us=due_us,
        flags=flags,
        rests=tuple(_rest(plan, carried, row) for row in range(len(carried))),
    )


def _happened(events: EventRows, chains: Chains) -> Happened:
    return Happened(
        first_event=chains.first_event,
        reopenings=chains.reopenings,
        reassignments=chains.reassignments,
        next_event=chains.next_event,
        at_us=events.at_us,
        type=events.type,
        phase=events.phase,
        role=events.role,
        public=events.public,
    )


def _promised(
    plan: DeskPlan, carried: Carried, luck: Luck, happened: Happened, longest: int
) -> tuple[Int64, Words64]:
    """Return when tickets are due that queue by deadline, and the flags that steps have declared before the start."""
    clocks, count = clocks_of(plan), len(carried)
    due_us, flags = np.zeros(count, np.int64), np.zeros(count, np.uint64)
    if not (clocks.by_deadline or clocks.acts):
        return due_us, flags
    tables, facts, room = (
        clocks.tables,
        clocks.facts_of(luck.arrivals, plan.tick_us),
        room_for(clocks.tables, longest + 2),
    )
    start_us = plan.start * plan.tick_us
    if clocks.by_deadline:
        by_deadline = (plan.groups.disciplines == BY_DEADLINE).any(axis=1)
        queue = np.flatnonzero(carried.phase <= Phase.ACTIVE)
        for row in queue[by_deadline[plan.steps.group[carried.step[queue]]]].tolist():
            due_us[row] = earliest_due(tables, facts, happened, room, row, start_us)
    if clocks.acts:
        for row in np.flatnonzero(clocks.may_act_on(facts)[:count]).tolist():
            after_us = int(carried.opened_us[row]) - 1
            while True:
                after_us, _, declared, _ = next_act(tables, facts, happened, room, row, after_us)
                if after_us >= start_us:
                    break
                flags[row] |= np.uint64(declared)
    return due_us, flags


def _rest(plan: DeskPlan, carried: Carried, row: int) -> Rest | None:
    """Return what is left of the wait or the patience of a ticket."""
    distribution = _lasting(plan, carried, row)
    return None if distribution < 0 else rest_of(plan.distributions, distribution, float(carried.passed[row]))


def _lasting(plan: DeskPlan, carried: Carried, row: int) -> int:
    """Return the distribution of the wait that a ticket is in, or of its patience; -1 for none."""
    step, phase = carried.step[row], carried.phase[row]
    if phase == Phase.WAIT_SUPPLIER:
        return int(plan.steps.waits[step])
    if phase == Phase.WAIT_CUSTOMER:
        return int(plan.streams.customer_wait[carried.stream[row]])
    return int(plan.steps.patience[step]) if carried.may_give_up[row] else NOTHING


def begun(plan: DeskPlan, carried: Carried, before: Before, luck: Luck) -> Begun:
    """Return what a replication draws for tickets that are there from the beginning."""
    draws = _Draws(plan, carried, before.rests, luck)
    rows = [draws.of(row) for row in range(len(carried))]
    answer, first, work, over_at = np.array(rows, np.int64).reshape(-1, 4).T
    return Begun(answer=answer, first=first, work=work, over_at=over_at)


class _Draws:
    """The draws of `slmdsl.simulate.ticket_draws` for tickets that go on in a step."""

    def __init__(self, plan: DeskPlan, carried: Carried, rests: Sequence[Rest | None], luck: Luck) -> None:
        self._plan, self._carried, self._rests = plan, carried, rests
        self._key = np.uint64(luck.key)
        self._calendars = ticket_draws.wait_table(plan.calendars)

    def of(self, row: int) -> tuple[int, int, int, int]:
        """Return the answer, the first part of the work, the work, and when a wait or the patience is over."""
        carried, phase = self._carried, self._carried.phase[row]
        if phase == Phase.WAIT_SUPPLIER:
            steps, step = self._plan.steps, carried.step[row]
            where = int(steps.waits_on[step]), bool(steps.waits_in_days[step])
            return NOTHING, NOTHING, 0, self._wait_over(row, *where, self._here(row, Purpose.WAIT))
        answer, work, first, over_at = self._answer(row), self._work(row), NOTHING, NOTHING
        if phase == Phase.WAIT_CUSTOMER:
            work -= self._first_part(row, work)
            streams, stream = self._plan.streams, carried.stream[row]
            where = int(streams.customer_wait_on[stream]), bool(streams.customer_wait_in_days[stream])
            over_at = self._wait_over(row, *where, self._in_life(row, Purpose.CUSTOMER_WAIT_FOR))
        else:
            if not carried.was_worked[row] and self._waits_for_customer(row):
                first = self._first_part(row, work)
                work -= first
            if carried.may_give_up[row] and self._is_patient(row):
                left = self._left(row, self._here(row, Purpose.PATIENCE))
                over_at = self._plan.start + drawing().ticks_of(left, self._plan.tick_us)
        return answer, first, work, over_at

    def _answer(self, row: int) -> int:
        answers = int(self._plan.steps.answers[self._carried.step[row]])
        if answers < 0 or self._carried.was_answered[row]:
            return NOTHING
        return self._duration(answers, self._here(row, Purpose.ANSWER))

    def _work(self, row: int) -> int:
        works = self._plan.steps.works[self._carried.step[row], self._carried.priority[row]]
        return self._duration(int(works), self._here(row, Purpose.WORK))

    def _first_part(self, row: int, work: int) -> int:
        return int(ticket_draws.first_part(work, *self._in_life(row, Purpose.CUSTOMER_WAIT_AT)))

    def _waits_for_customer(self, row: int) -> bool:
        share = float(self._plan.streams.customer_wait_share[self._carried.stream[row]])
        return bool(ticket_draws.coin(share, *self._in_life(row, Purpose.CUSTOMER_WAIT)))

    def _is_patient(self, row: int) -> bool:
        """Whether a ticket has patience, as one of those that are still there."""
        share, rest = float(self._plan.steps.gives_up_share[self._carried.step[row]]), self._rests[row]
        if rest is None:
            return False
        there = share * rest.share
        return bool(
            there > 0.0
            and ticket_draws.coin(there / (there + 1.0 - share), *self._here(row, Purpose.GIVE_UP))
        )

    def _wait_over(self, row: int, calendar: int, in_days: bool, keys: tuple[np.uint64, ...]) -> int:  # noqa: FBT001 - as in the plan
        plan = self._plan
        left = self._left(row, keys)
        return int(ticket_draws.wait_end(self._calendars, calendar, in_days, plan.start, left, plan.tick_us))

    def _left(self, row: int, keys: tuple[np.uint64, ...]) -> float:
        """Return how much longer a wait lasts; one that has lasted longer than any begins anew."""
        rest, table = self._rests[row], self._plan.distributions
        if rest is None or not rest.parts:
            return float(ticket_draws.drawn_value(table, _lasting(self._plan, self._carried, row), *keys))
        u, v = drawing().uniforms(*(int(each) for each in keys))
        return max(value_of_rest(table, rest, u, v) - float(self._carried.passed[row]), 0.0)

    def _duration(self, distribution: int, keys: tuple[np.uint64, ...]) -> int:
        plan = self._plan
        return int(ticket_draws.duration(plan.distributions, distribution, plan.tick_us, *keys))

    def _here(self, row: int, purpose: Purpose) -> tuple[np.uint64, ...]:
        place = np.uint64(self._plan.steps.place[self._carried.step[row]])
        return self._key, self._carried.entity[row], place, _FIRST, np.uint64(purpose)

    def _in_life(self, row: int, purpose: Purpose) -> tuple[np.uint64, ...]:
        return self._key, self._carried.entity[row], _NOWHERE, _FIRST, np.uint64(purpose)

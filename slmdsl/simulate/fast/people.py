"""Agents: who is idle, pick-ups and releases, and how duty begins and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_part
from slmdsl.simulate.fast.agenda import DONE, code_of, push
from slmdsl.simulate.fast.queues import ELSEWHERE, PICKED_UP, QUEUED, join, leave
from slmdsl.simulate.fast.rows import ACTIVE, AGENT, ASSIGNEE, NEW, write, write_spell, write_state
from slmdsl.simulate.outcome import HANDED_OVER

if TYPE_CHECKING:
    from slmdsl.simulate.fast.tables import Desk, Rows, Table

HEAD_OF_CLASS = 1 << 40
"""By how much the number of a ticket that is handed over gets less."""


@kernel_part
def mark(desk: Desk, group: int) -> None:
    """Note that a group's queue or agents have changed."""
    desk.groups[group].is_marked = 1
    desk.clock[0].marked = 1


@kernel_part
def be_idle(desk: Desk, number: int) -> None:
    """Let an agent on duty stand idle from now on: behind all idle longer, and lower ids of this instant."""
    me = desk.agents[number]
    its = desk.groups[me.group]
    me.idle_since = desk.clock[0].now
    later, sooner = -1, its.last_idle
    while sooner >= 0 and desk.agents[sooner].idle_since == me.idle_since and sooner > number:
        later, sooner = sooner, desk.agents[sooner].sooner
    me.sooner, me.later = sooner, later
    if sooner >= 0:
        desk.agents[sooner].later = number
    else:
        its.longest_idle = number
    if later >= 0:
        desk.agents[later].sooner = number
    else:
        its.last_idle = number
    its.idle += 1
    its.idle_on_call += me.is_on_call


@kernel_part
def be_idle_no_longer(desk: Desk, number: int) -> None:
    """Take an idle agent out of the chain of the idle."""
    me = desk.agents[number]
    its = desk.groups[me.group]
    if me.sooner >= 0:
        desk.agents[me.sooner].later = me.later
    else:
        its.longest_idle = me.later
    if me.later >= 0:
        desk.agents[me.later].sooner = me.sooner
    else:
        its.last_idle = me.sooner
    its.idle -= 1
    its.idle_on_call -= me.is_on_call


@kernel_part
def begin_activity(desk: Desk, ticket: int) -> None:
    """Let an agent do what is left of the ticket's present activity."""
    clock, mine = desk.clock[0], desk.tickets[ticket]
    left = mine.answer
    if left < 0:
        left = mine.first if mine.first >= 0 else mine.work
    ends = clock.now + left
    desk.agents[mine.agent].ends = ends
    push(clock, desk.scheduled, ends, code_of(DONE, ticket, mine.version))


@kernel_part
def pick_up(steps: Table, desk: Desk, rows: Rows, ticket: int, number: int) -> None:
    """Let an agent (not idle any longer) pick up a ticket that waits in the group's queue."""
    clock, mine, me = desk.clock[0], desk.tickets[ticket], desk.agents[number]
    leave(desk, ticket, me.group)
    mine.stands, mine.agent = PICKED_UP, number
    mine.version += 1
    me.ticket, me.begun = ticket, clock.now
    write(rows, clock, desk.tickets, ticket, ASSIGNEE, -1, number, AGENT)
    if mine.phase == NEW:
        write_state(rows, clock, desk.tickets, ticket, ACTIVE, number, AGENT)
    if max(mine.answer, 0) + (mine.first if mine.first >= 0 else mine.work) == 0:
        steps[mine.step].without_length_at = clock.now
    begin_activity(desk, ticket)


@kernel_part
def release(desk: Desk, rows: Rows, ticket: int, outcome: int) -> None:
    """Take a ticket out of its agent's hands."""
    mine = desk.tickets[ticket]
    number = int(mine.agent)
    me = desk.agents[number]
    write_spell(rows, desk.clock[0], desk.tickets, me, number, outcome)
    me.ticket, mine.agent, mine.stands = -1, -1, ELSEWHERE
    mine.version += 1


@kernel_part
def free(desk: Desk, number: int) -> None:
    """Let an agent who has been released go on: idle on duty, or away at last."""
    me = desk.agents[number]
    if me.on_duty:
        be_idle(desk, number)
        mark(desk, me.group)


@kernel_part
def put_back(desk: Desk, rows: Rows, ticket: int, outcome: int) -> None:
    """Break off the work on a ticket: what is left of it is kept, and the ticket waits where it came from."""
    mine, now = desk.tickets[ticket], desk.clock[0].now
    me = desk.agents[mine.agent]
    left, group = me.ends - now, int(me.group)
    if mine.answer >= 0:
        mine.answer = left
    elif mine.first >= 0:
        mine.first = left
    else:
        mine.work = left
    release(desk, rows, ticket, outcome)
    if outcome == HANDED_OVER:
        mine.number -= HEAD_OF_CLASS
    join(desk, ticket, group)
    mark(desk, group)


@kernel_part
def duty_begins(desk: Desk, number: int) -> None:
    """Let an agent be on duty; whoever is busy in overtime goes on."""
    me = desk.agents[number]
    me.on_duty = 1
    if me.ticket < 0:
        be_idle(desk, number)
    mark(desk, me.group)


@kernel_part
def duty_ends(desk: Desk, rows: Rows, number: int) -> None:
    """Let an agent's duty end: the idle leave, the busy finish, or hand over where the group does."""
    me = desk.agents[number]
    me.on_duty = 0
    if me.ticket < 0:
        be_idle_no_longer(desk, number)
    elif desk.groups[me.group].hands_over:
        put_back(desk, rows, int(me.ticket), HANDED_OVER)
    mark(desk, me.group)


@kernel_part
def may_be_called(desk: Desk, ticket: int, group: int) -> None:
    """Let an on-call agent be called for a ticket of a group if it waits there and its delay is over."""
    mine = desk.tickets[ticket]
    if (
        mine.stands == QUEUED
        and not mine.can_be_called
        and desk.clock[0].now >= mine.queued + desk.groups[group].on_call_after
    ):
        leave(desk, ticket, group)
        join(desk, ticket, group)
        mark(desk, group)

"""Dispatch, then preemption: who picks up what, once an instant has done its work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_part
from slmdsl.simulate.fast.people import be_idle_no_longer, pick_up, put_back
from slmdsl.simulate.fast.promised import touch
from slmdsl.simulate.fast.queues import class_of, first_waiting, is_before
from slmdsl.simulate.outcome import PREEMPTED

if TYPE_CHECKING:
    from slmdsl.simulate.fast.promised import Promises
    from slmdsl.simulate.fast.tables import Desk, Rows, Table


@kernel_part
def is_rostered(desk: Desk, group: int) -> int:
    """Whether a shift of a group is on now."""
    its, now = desk.groups[group], desk.clock[0].now
    while its.roster < its.end_roster and desk.roster_to[its.roster] <= now:
        its.roster += 1
    return int(its.roster < its.end_roster and desk.roster_from[its.roster] <= now)


@kernel_part
def dispatch(promises: Promises | None, steps: Table, desk: Desk, rows: Rows) -> None:
    """Let agents pick up tickets, first those who are idle, then those who lay another down."""
    clock, groups = desk.clock[0], len(desk.groups)
    group, is_preempting = 0, 0
    while group < groups:
        its, ticket, agent = desk.groups[group], -1, -1
        if its.is_marked and its.waiting > 0:
            if not is_preempting:
                ticket, agent = _idle_pair(desk, group)
            elif its.preempts:
                ticket, agent = _preempting_pair(desk, rows, group)
        if ticket >= 0:
            pick_up(steps, desk, rows, ticket, agent)
            touch(promises, desk, ticket)
            continue
        its.is_marked &= 1 - is_preempting
        group += 1
        if group == groups and not is_preempting:
            group, is_preempting = 0, 1
    clock.marked = 0  # what gave way has found nobody idle


@kernel_part
def _idle_pair(desk: Desk, group: int) -> tuple[int, int]:
    """Return the next ticket of a group and the agent who picks it up, -1 for none."""
    its = desk.groups[group]
    agent = int(its.longest_idle)
    if its.idle == 0:
        return -1, -1
    ticket = first_waiting(desk, group, is_rostered(desk, group))
    if ticket >= 0:
        be_idle_no_longer(desk, agent)
    return ticket, agent


@kernel_part
def _preempting_pair(desk: Desk, rows: Rows, group: int) -> tuple[int, int]:
    """Return the next ticket of a group that preempts, and the agent whose ticket has just been put back for it."""
    priorities, rostered = desk.called.shape[1], is_rostered(desk, group)
    its, last = desk.groups[group], -1
    while True:
        ticket = -1  # of the least key among the preempting priorities behind the last one
        for priority in range(priorities):
            if desk.preempts[group, priority]:
                for callable_ in range(1 - rostered, 2):
                    head = int(desk.classes[class_of(desk, group, priority, callable_)].head)
                    if (
                        head >= 0
                        and (last < 0 or is_before(desk, its, last, head))
                        and (ticket < 0 or is_before(desk, its, head, ticket))
                    ):
                        ticket = head
        if ticket < 0:
            return -1, -1
        agent = _victim(desk, group, ticket)
        if agent >= 0:
            put_back(desk, rows, int(desk.agents[agent].ticket), PREEMPTED)
            desk.clock[0].preempted += 1
            return ticket, agent
        last = ticket


@kernel_part
def _rank(desk: Desk, ticket: int) -> int:
    priority = desk.priority[ticket]
    return int(priority if priority >= 0 else desk.called.shape[1])


@kernel_part
def _victim(desk: Desk, group: int, ticket: int) -> int:
    """Return the agent on duty whose ticket gives way to another: the lowest priority, picked up last, highest id."""
    its, found = desk.groups[group], -1
    least = _rank(desk, ticket)
    for agent in range(its.first_agent, its.end_agent):
        me = desk.agents[agent]
        if me.on_duty and me.ticket >= 0:
            rank = _rank(desk, int(me.ticket))
            if found < 0:
                if rank > least:
                    found = agent
                continue
            best = desk.agents[found]
            mine, other = _rank(desk, int(me.ticket)), _rank(desk, int(best.ticket))
            if mine > other or (
                mine == other
                and (me.begun > best.begun or (me.begun == best.begun and me.ticket > best.ticket))
            ):
                found = agent
    return found

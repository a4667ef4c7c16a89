"""The fast engine's tables with the tickets that are on the desk from the beginning: written before the run begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.events.vocabulary import Phase
from slmdsl.simulate.carried_start import NOTHING, before_of, begun
from slmdsl.simulate.fast.agenda import (
    AGED,
    DONE,
    ID_SHIFT,
    MAY_CALL,
    OUT_OF_PATIENCE,
    RANK_SHIFT,
    WAITED,
)
from slmdsl.simulate.fast.opened import LEAF_SHIFT
from slmdsl.simulate.fast.promised import NEVER_TOUCHED
from slmdsl.simulate.fast.queues import QUEUED
from slmdsl.simulate.fast.setting import longer
from slmdsl.workload.plan import BACKLOG, OPEN_TICKETS

if TYPE_CHECKING:
    from slmdsl.simulate.carried_start import Before, Begun
    from slmdsl.simulate.fast.promised import Promises
    from slmdsl.simulate.fast.tables import Breaking, Desk, Rows
    from slmdsl.workload.carried.carried import Carried
    from slmdsl.workload.plan import DeskPlan, Int64, Luck

_VERSION = 1
"""Of tickets that queue or wait; nothing is scheduled for an earlier one, but what is to do nothing."""


def take_up(
    plan: DeskPlan,
    luck: Luck,
    carried: Carried,
    promises: Promises | None,
    desk: Desk,
    breaking: Breaking,
    rows: Rows,
) -> Desk:
    """Let tickets be there from the beginning, and return the desk with what is scheduled for them."""
    before = before_of(plan, carried, luck)
    draws = begun(plan, carried, before, luck)
    clock = desk.clock[0]
    clock.next_arrival = len(carried)
    _tell(before, rows, desk)
    _stand(plan, carried, before, draws, desk)
    queue = np.flatnonzero(carried.phase <= Phase.ACTIVE)
    scheduled = [
        # Something has to happen at the beginning, for what comes next to be asked: here nothing does.
        _events(np.array([plan.start]), DONE, np.zeros(1, np.int64), 0),
        _over(carried, draws),
        _queue_up(plan, desk, queue),
        _count(plan, luck, carried, before, breaking),
    ]
    if promises is not None:
        _ask(plan, carried, promises)
        clock.longest = max(int(clock.longest), int(before.chains.seq.max(initial=0)) + 1)
    return _with(desk, scheduled)


def _tell(before: Before, rows: Rows, desk: Desk) -> None:
    """Write what has happened before."""
    events, chains, count = before.events, before.chains, len(before.events)
    for name in ("ticket", "at_us", "type", "phase", "group", "actor", "role", "public", "reason"):
        getattr(rows, name)[:count] = getattr(events, name)
    for name in ("next_event", "seq"):
        getattr(rows, name)[:count] = getattr(chains, name)
    tickets = slice(len(chains.first_event))
    for name in ("first_event", "resolved_us", "reopenings", "reassignments"):
        getattr(rows, name)[tickets] = getattr(chains, name)
    desk.clock[0].rows = count
    last = np.full(len(chains.first_event), -1, np.int64)
    np.maximum.at(last, events.ticket, np.arange(count))
    desk.tickets.last_row[tickets] = last
    desk.tickets.seq[tickets] = np.where(last >= 0, chains.seq[last] if count else 0, 0)


def _stand(plan: DeskPlan, carried: Carried, before: Before, draws: Begun, desk: Desk) -> None:
    """Let tickets stand in their steps."""
    count = len(carried)
    columns: dict[str, Any] = {
        "step": carried.step,
        "group": carried.group,
        "phase": carried.phase,
        "agent": -1,
        "moves_to": -1,
        "entries": 1,
        "version": _VERSION,
        "resolutions": carried.resolutions,
        "answer": draws.answer,
        "first": draws.first,
        "work": draws.work,
        "due": before.due_us,
        "was_answered": carried.was_answered,
        "was_worked": carried.was_worked | plan.steps.is_worked[carried.step],
        "is_open": 1,
    }
    for name, column in columns.items():
        desk.tickets[name][:count] = column
    desk.visits[np.arange(count), carried.step - plan.streams.first_step[carried.stream]] = 1


def _queue_up(plan: DeskPlan, desk: Desk, queue: Int64) -> Any:  # noqa: ANN401 - a table
    """Let tickets queue in the order in which they stand, and return when agents on call may be called for them."""
    tickets, clock, groups = desk.tickets, desk.clock[0], desk.groups
    priority, group = desk.priority[queue], tickets.group[queue]
    tickets.number[queue] = clock.number + np.arange(len(queue))
    tickets.queued[queue] = plan.start
    tickets.stands[queue] = QUEUED
    clock.number += len(queue)
    may_call = (groups.has_on_call[group] > 0) & desk.called[group, priority]
    can_be_called = may_call & (groups.on_call_after[group] <= 0)
    tickets.can_be_called[queue] = can_be_called
    priorities = desk.called.shape[1]
    own = np.where(priority >= 0, priority, priorities - 1)
    where = (group.astype(np.int64) * priorities + own) * 2 + can_be_called
    _heap(desk, queue, where)
    waiting = np.bincount(group, minlength=len(groups))
    groups.waiting += waiting
    groups.is_marked[waiting > 0] = 1
    clock.marked = int(len(queue) > 0)
    waits = may_call & ~can_be_called
    return _events(plan.start + groups.on_call_after[group[waits]], MAY_CALL, queue[waits], 0)


def _heap(desk: Desk, queue: Int64, where: Int64) -> None:
    """Make a heap of each class: the first ticket, and all others below it."""
    tickets = desk.tickets
    order = np.lexsort((tickets.number[queue], tickets.due[queue], where))
    queue, where = queue[order], where[order]
    is_head = np.ones(len(queue), np.bool_)
    is_head[1:] = where[1:] != where[:-1]
    before, after = np.roll(queue, 1), np.roll(queue, -1)
    tickets.before[queue] = np.where(is_head, -1, before)
    ends = np.roll(is_head, -1)
    tickets.after[queue] = np.where(is_head | ends, -1, after)
    tickets.child[queue] = np.where(is_head & ~ends, after, -1)
    desk.classes.head[where[is_head]] = queue[is_head]


def _over(carried: Carried, draws: Begun) -> Any:  # noqa: ANN401 - a table
    """Return when waits and the patience of tickets are over."""
    known = np.flatnonzero(draws.over_at != NOTHING)
    rank = np.where(carried.phase[known] <= Phase.ACTIVE, OUT_OF_PATIENCE, WAITED)
    return _events(draws.over_at[known], rank, known, _VERSION)


def _count(plan: DeskPlan, luck: Luck, carried: Carried, before: Before, breaking: Breaking) -> Any:  # noqa: ANN401 - a table
    """Let conditions see the tickets, and return when these reach the ages that are asked for."""
    count, leaves = len(carried), breaking.leaves
    at, seen = luck.arrivals.at[:count], luck.arrivals.leaves[:count]
    ages: list[Any] = [_events(np.zeros(0, np.int64), AGED, np.zeros(0, np.int64), 0)]
    for number in range(len(leaves)):
        bit = np.uint64(1) << np.uint64(number)
        if leaves.kind[number] == BACKLOG:
            leaves.counted[number] += int((carried.group == leaves.of[number]).sum())
        elif leaves.kind[number] == OPEN_TICKETS:
            concerned, ticks = seen & bit != np.uint64(0), int(leaves.ticks[number])
            old = concerned & (at + ticks <= plan.start) if ticks > 0 else concerned
            leaves.counted[number] += int(old.sum())
            if ticks > 0:
                breaking.aged[:count][old] |= bit
                young = np.flatnonzero(concerned & ~old)
                ages.append(_events(at[young] + ticks, AGED, (number << LEAF_SHIFT) | young, 0))
    breaking.declared[:count] = before.flags
    for flag in range(len(breaking.raised)):
        breaking.raised[flag] += int((before.flags >> np.uint64(flag) & np.uint64(1)).sum())
    return np.concatenate(ages)


def _ask(plan: DeskPlan, carried: Carried, promises: Promises) -> None:
    """Have it asked of each ticket which steps act on it next, of those that have not acted before the beginning."""
    mine = promises.tickets
    mine.last_us[: len(carried)] = plan.start * plan.tick_us - 1
    if promises.acts:
        asked = np.flatnonzero(mine.after[: len(carried)] != NEVER_TOUCHED)
        mine.after[asked] = np.append(asked[1:], -1)[: len(asked)]
        if len(asked):
            promises.first[0] = asked[0]


_EVENT = np.dtype([("at", np.int64), ("code", np.int64)])


def _events(at: Int64, rank: Any, number: Int64, version: int) -> Any:  # noqa: ANN401 - one rank or many; a table
    """Return events: instants, and rank, id and version in one number."""
    found = np.zeros(len(at), _EVENT)
    found["at"] = at
    found["code"] = (
        (np.asarray(rank, np.int64) << RANK_SHIFT) | (number.astype(np.int64) << ID_SHIFT) | version
    )
    return found


def _with(desk: Desk, parts: list[Any]) -> Desk:
    """Return a desk with events scheduled, and as much room for others as before; in order they are a heap."""
    events = np.concatenate(parts)
    events = events[events["at"] < desk.clock[0].end]
    events = events[np.lexsort((events["code"], events["at"]))]
    scheduled = longer(desk.scheduled, len(desk.scheduled) + len(events))
    scheduled.at[: len(events)], scheduled.code[: len(events)] = events["at"], events["code"]
    desk.clock[0].scheduled = len(events)
    return desk._replace(scheduled=scheduled)

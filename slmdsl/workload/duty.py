"""When agents are present: shifts without absent days, on-call hours, and who is lost to risks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from slmdsl.base.kernels import kernel_function
from slmdsl.workload.draws.keys import Purpose
from slmdsl.workload.draws.philox import uniform
from slmdsl.workload.plan import NONE, ON_CALL, REGULAR, Shifts
from slmdsl.workload.roster import shift_windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.contract.model.work import Staff
    from slmdsl.workload.draws.philox import Word
    from slmdsl.workload.horizon import SimulatedTime
    from slmdsl.workload.people import Agent
    from slmdsl.workload.plan import DeskPlan, Floats, Int8, Int32, Int64, Words64

_ABSENCE = int(Purpose.ABSENCE)
_REGULAR, _ON_CALL = REGULAR, ON_CALL
_WORD = 0xFFFFFFFF


def shifts_of(staff: Sequence[Staff], agents: Sequence[Agent], time: SimulatedTime) -> Shifts:
    """Return the windows of all shifts in the simulated time, and who works in which.

    `staff` are the groups with staff, by code; `agents` all agents, by row.
    """
    named = [(each, shift) for each in staff for shift in each.shifts]
    row = {(each.name, shift.name): number for number, (each, shift) in enumerate(named)}
    found = [shift_windows(each, shift, time) for each, shift in named]
    orders = [np.argsort(each.starts, kind="stable") for each in found]
    ends = np.cumsum([len(each.starts) for each in found], dtype=np.int64)
    none = np.zeros(0, np.int64)
    return Shifts(
        absence=np.array([float(each.absence) for each in staff], np.float64),
        of_agent=np.array(
            [row[each.staff.name, each.shift] if each.kind == REGULAR else NONE for each in agents], np.int32
        ),
        first=(ends - [len(each.starts) for each in found]).astype(np.int32),
        end=ends.astype(np.int32),
        day=np.concatenate([none, *(each.day[o] for each, o in zip(found, orders, strict=True))]).astype(
            np.int32
        ),
        start=np.concatenate([none, *(each.starts[o] for each, o in zip(found, orders, strict=True))]),
        stop=np.concatenate([none, *(each.ends[o] for each, o in zip(found, orders, strict=True))]),
    )


class Duties(NamedTuple):
    """The stretches in which each agent is present: `first[a] .. end[a]` in the columns, in order and apart."""

    first: Int32
    end: Int32
    start: Int64
    stop: Int64


def duties_of(plan: DeskPlan, key: int, away: Sequence[tuple[int, int, int]]) -> Duties:
    """Return when agents are present; `away` are (agent, from, to) of those lost to risks, in order."""
    agents, groups, shifts = plan.agents, plan.groups, plan.shifts
    lost = np.array(away, np.int64).reshape(-1, 3)
    places = np.searchsorted(lost[:, 0], np.arange(len(agents.group) + 1))
    windows = (
        np.where(shifts.of_agent >= 0, (shifts.end - shifts.first)[shifts.of_agent], 0)
        if len(shifts.first)
        else 0
    )
    roster = (groups.end_roster - groups.first_roster)[agents.group] + 1
    most = int(np.sum(np.maximum(windows, roster) + np.diff(places)))
    start, stop = np.empty(most, np.int64), np.empty(most, np.int64)
    ends = present(
        np.uint64(key),
        Worked(
            agents.group,
            agents.kind,
            agents.entity,
            shifts.of_agent,
            shifts.first,
            shifts.end,
            shifts.day,
            shifts.start,
            shifts.stop,
            shifts.absence,
        ),
        Rostered(
            plan.start, plan.end, groups.first_roster, groups.end_roster, groups.roster_from, groups.roster_to
        ),
        Lost(places, lost[:, 1].copy(), lost[:, 2].copy()),
        start,
        stop,
    )
    total = int(ends[-1]) if len(ends) else 0
    first = np.concatenate([[0], ends])[: len(ends)].astype(np.int32)
    return Duties(first, ends.astype(np.int32), start[:total].copy(), stop[:total].copy())


class Worked(NamedTuple):
    """Agents and shifts, as the kernel reads them."""

    group: Int32
    kind: Int8
    entity: Words64
    shift: Int32
    first: Int32
    end: Int32
    day: Int32
    start: Int64
    stop: Int64
    absence: Floats


class Rostered(NamedTuple):
    """The simulated time, and when any shift of a group is on."""

    begin: int
    over: int
    first: Int32
    end: Int32
    start: Int64
    stop: Int64


class Lost(NamedTuple):
    """When agents are lost, by agent and start; they may overlap."""

    place: Int64
    start: Int64
    stop: Int64


@kernel_function
def present(key: Word, worked: Worked, rostered: Rostered, lost: Lost, start: Int64, stop: Int64) -> Int64:
    """Fill in the stretches in which agents are present; return where each agent's end."""
    ends = np.zeros(len(worked.group), np.int64)
    filled = 0
    for a in range(len(worked.group)):
        base = filled = filled + lost.place[a + 1] - lost.place[a]
        group = worked.group[a]
        if worked.kind[a] == _REGULAR:
            shift = worked.shift[a]
            for w in range(worked.first[shift], worked.end[shift]):
                day = int(worked.day[w]) & _WORD
                if uniform(key, worked.entity[a], day, 0, _ABSENCE) >= worked.absence[group]:
                    filled = _add(start, stop, base, filled, worked.start[w], worked.stop[w])
        elif worked.kind[a] == _ON_CALL:
            reached = rostered.begin
            for r in range(rostered.first[group], rostered.end[group]):
                filled = _add(start, stop, base, filled, reached, rostered.start[r])
                reached = rostered.stop[r]
            filled = _add(start, stop, base, filled, reached, rostered.over)
        else:
            for r in range(rostered.first[group], rostered.end[group]):
                filled = _add(start, stop, base, filled, rostered.start[r], rostered.stop[r])
        ends[a] = filled = _without(start, stop, base, filled, lost, a)
    return ends


@kernel_function
def _add(start: Int64, stop: Int64, first: int, filled: int, begin: int, over: int) -> int:
    """Add a stretch behind others, or to the last one where it touches that; return where they end."""
    if begin >= over:
        return filled
    if filled > first and begin <= stop[filled - 1]:
        stop[filled - 1] = max(stop[filled - 1], over)
        return filled
    start[filled], stop[filled] = begin, over
    return filled + 1


@kernel_function
def _without(start: Int64, stop: Int64, base: int, end: int, lost: Lost, a: int) -> int:
    """Move stretches `base .. end` to the front of the agent's room, without the lost time; return their end.

    There is a place in front for each time that the agent is lost, and no time cuts more than one stretch in two.
    """
    filled = int(base - (lost.place[a + 1] - lost.place[a]))
    for i in range(base, end):
        reached, over = start[i], stop[i]
        for away in range(lost.place[a], lost.place[a + 1]):
            if lost.stop[away] > reached and lost.start[away] < over:
                if lost.start[away] > reached:
                    start[filled], stop[filled] = reached, lost.start[away]
                    filled += 1
                reached = lost.stop[away]
        if reached < over:
            start[filled], stop[filled] = reached, over
            filled += 1
    return filled

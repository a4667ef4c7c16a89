"""Stopwatches: what each target of a family makes of one ticket's steps.

A watch is one target's stopwatch on a ticket. The watches of a family are carried along together, because a ticket
whose priority changes passes from one target to the next and is decided once. `slmdsl.evaluate.reference` is the same
reading in plain Python objects. Compiled by numba into its callers; plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from slmdsl.base.units import NO_TIME
from slmdsl.events.vocabulary import Phase
from slmdsl.rules.calendar_columns import (
    BUSINESS_DAYS,
    OPEN_TIME,
    counted,
    place,
    reached,
)
from slmdsl.rules.stepper import (
    COUNTED,
    HALTED,
    LAST_PHASE,
    NEVER,
    PAUSED,
    PRIORITY,
    REOPEN,
    RUNS,
    STOP,
    STOPPED,
)
from slmdsl.rules.target_columns import (
    COUNTS_ALL,
    DAY_END,
    NEW_CYCLE,
    PER_PERIOD,
    RESTARTS,
    STATISTIC,
    WITHIN,
    in_force,
    period_end,
)

if TYPE_CHECKING:
    from slmdsl.rules.calendar_columns import CalendarColumns
    from slmdsl.rules.moments import Int64, UInt8
    from slmdsl.rules.stepper import Steps
    from slmdsl.rules.target_columns import TargetTable

# What a ticket is to a target. NOTHING: the target has no say in it.
NOTHING, MET, MISSED, UNDECIDED, CANCELLED, UNRESOLVED = range(6)

_CANCELLED = int(Phase.CANCELLED)


class Watches(NamedTuple):
    """Room for the watches of a family. Times are UTC microseconds or NO_TIME.

    `elapsed` is in the unit of the limit; `open_us` and `paused_us` are open time of the calendar and only kept in
    detail. `due_us` is the first instant at which the limit was reached.
    """

    target: Int64
    limit: Int64
    lane: Int64
    start_us: Int64
    elapsed: Int64
    open_us: Int64
    paused_us: Int64
    due_us: Int64
    stop_us: Int64
    missed_us: Int64
    covers: UInt8
    barred: UInt8
    final: UInt8


class Lanes(NamedTuple):
    """What calendars show at each step: row 2 c + unit for calendar c, right if its stamp is the present one.

    `present` holds the present stamp, and whether open and paused time are kept beside what the limit is measured in.
    """

    shown: Int64
    stamp: Int64
    present: Int64


STAMP, DETAIL = 0, 1


@njit(nogil=True)
def room_for_watches(size: int) -> Watches:
    """Return room for `size` watches."""
    return Watches(
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.uint8),
        np.empty(size, np.uint8),
        np.empty(size, np.uint8),
    )


@njit(nogil=True)
def room_for_lanes(calendars: int, steps: int) -> Lanes:
    """Return room for what so many calendars show at so many steps."""
    return Lanes(
        np.empty((2 * calendars, steps), np.int64), np.zeros(2 * calendars, np.int64), np.zeros(2, np.int64)
    )


@njit(nogil=True)
def shown_between(
    lanes: Lanes, lane: int, begin: int, end: int, steps: Steps, calendars: CalendarColumns
) -> int:
    """Return how much a lane's calendar goes on from step `begin` to step `end`."""
    if lanes.stamp[lane] != lanes.present[STAMP]:
        lanes.stamp[lane] = lanes.present[STAMP]
        for k in range(steps.told[COUNTED]):
            lanes.shown[lane, k] = counted(calendars, lane // 2, lane % 2, steps.at_us[k])
    return int(lanes.shown[lane, end] - lanes.shown[lane, begin])


@njit(nogil=True)
def set_watch(
    watches: Watches,
    w: int,
    target: int,
    at_us: int,
    priority: int,
    targets: TargetTable,
    calendars: CalendarColumns,
) -> None:
    """Set watch w to a fresh stopwatch of `target` that starts now."""
    watches.target[w] = target
    watches.stop_us[w] = NO_TIME
    watches.missed_us[w] = NO_TIME
    watches.covers[w] = targets.form[target] > STATISTIC or targets.covers[target, priority + 1]
    watches.barred[w] = 0
    watches.final[w] = 0
    _restart(watches, w, at_us, at_us, targets, calendars)


@njit(nogil=True)
def _restart(
    watches: Watches, w: int, start_us: int, limit_us: int, targets: TargetTable, calendars: CalendarColumns
) -> None:
    """Begin at zero, under the limit in force at `limit_us`."""
    target = watches.target[w]
    calendar = targets.calendar[target]
    limit = in_force(targets.limit_from_us, targets.first_limit[target], targets.end_limit[target], limit_us)
    unit = targets.limit_unit[limit]
    watches.start_us[w] = start_us
    watches.limit[w] = limit
    watches.lane[w] = 2 * calendar + (BUSINESS_DAYS if unit == BUSINESS_DAYS else OPEN_TIME)
    watches.elapsed[w] = 0
    watches.open_us[w] = 0
    watches.paused_us[w] = 0
    watches.due_us[w] = NO_TIME
    if unit == DAY_END and targets.form[target] == WITHIN:
        # An opening counts as made at the next opening: what matters is the stretch.
        stretch = place(calendars, calendar, start_us) - calendars.first[calendar]
        watches.due_us[w] = targets.day_ends_us[targets.limit_floor[limit] + stretch]


@njit(nogil=True)
def _add(
    watches: Watches,
    w: int,
    begin: int,
    end: int,
    steps: Steps,
    lanes: Lanes,
    targets: TargetTable,
    calendars: CalendarColumns,
) -> None:
    """Let watch w run from step `begin` to step `end`, and note when its limit is reached on the way."""
    lane = watches.lane[w]
    before = watches.elapsed[w]
    watches.elapsed[w] = before + shown_between(lanes, lane, begin, end, steps, calendars)
    if lanes.present[DETAIL]:
        clock_lane = lane - lane % 2
        watches.open_us[w] += shown_between(lanes, clock_lane, begin, end, steps, calendars)
    if targets.form[watches.target[w]] != WITHIN or watches.due_us[w] != NO_TIME:
        return
    limit = targets.limit_ceil[watches.limit[w]]
    if watches.elapsed[w] >= limit:
        goal = lanes.shown[lane, begin] + limit - before
        at_once = limit == before
        watches.due_us[w] = steps.at_us[begin] if at_once else reached(calendars, lane // 2, lane % 2, goal)


@njit(nogil=True)
def _exceeded(watches: Watches, w: int, now_us: int, targets: TargetTable) -> bool:
    if targets.limit_unit[watches.limit[w]] == DAY_END:
        return bool(now_us > watches.due_us[w] != NO_TIME)
    return bool(watches.elapsed[w] > targets.limit_floor[watches.limit[w]])


@njit(nogil=True)
def _watching(watches: Watches, w: int, targets: TargetTable) -> bool:
    """Whether a limit that runs out now would be a miss of this watch's target."""
    return bool(
        targets.form[watches.target[w]] == WITHIN
        and watches.covers[w]
        and not watches.barred[w]
        and watches.missed_us[w] == NO_TIME
        and watches.stop_us[w] == NO_TIME
    )


@njit(nogil=True)
def _look(watches: Watches, w: int, now_us: int, targets: TargetTable) -> None:
    """Note a miss if the limit has run out by now."""
    if _watching(watches, w, targets) and _exceeded(watches, w, now_us, targets):
        watches.missed_us[w] = watches.due_us[w]


@njit(nogil=True)
def _stop(watches: Watches, size: int, now_us: int) -> None:
    for w in range(size):
        if watches.stop_us[w] == NO_TIME:
            watches.stop_us[w] = now_us


@njit(nogil=True)
def _withdraw(
    watches: Watches,
    w: int,
    k: int,
    steps: Steps,
    lanes: Lanes,
    targets: TargetTable,
    calendars: CalendarColumns,
) -> None:
    """Take a stop back if its period is not over; afterwards it stands and the reopening is only told."""
    target, now_us = watches.target[w], steps.at_us[k]
    if watches.final[w]:
        return
    stood = watches.stop_us[w] != NO_TIME and watches.covers[w] and not watches.barred[w]
    if stood and now_us >= period_end(targets, target, watches.stop_us[w]):
        watches.final[w] = 1
        return
    watches.stop_us[w] = NO_TIME
    if targets.reopened[target] == COUNTS_ALL:
        _add(watches, w, steps.since[k], k, steps, lanes, targets, calendars)
        _look(watches, w, now_us, targets)


@njit(nogil=True)
def _reprioritise(
    watches: Watches,
    size: int,
    now_us: int,
    priority: int,
    targets: TargetTable,
    calendars: CalendarColumns,
) -> None:
    """The priority in force changed while the clock was going."""
    some_decided = False
    for w in range(size):
        some_decided |= watches.missed_us[w] != NO_TIME or watches.final[w] == 1
    for w in range(size):
        target = watches.target[w]
        covers = targets.form[target] > STATISTIC or targets.covers[target, priority + 1] == 1
        if covers and not watches.covers[w] and some_decided:
            watches.barred[w] = 1
        watches.covers[w] = covers
        if watches.missed_us[w] != NO_TIME or watches.final[w]:
            continue
        if targets.reprioritised[target] == RESTARTS:
            _restart(watches, w, now_us, now_us, targets, calendars)
        elif targets.reprioritised[target] == PER_PERIOD:
            _restart(watches, w, watches.start_us[w], watches.start_us[w], targets, calendars)
        elif _watching(watches, w, targets) and _exceeded(watches, w, now_us, targets):
            watches.missed_us[w] = now_us


@njit(nogil=True)
def _pass(
    watches: Watches,
    w: int,
    k: int,
    steps: Steps,
    lanes: Lanes,
    targets: TargetTable,
    calendars: CalendarColumns,
) -> None:
    """Let the time before step k pass on watch w, and note a miss."""
    if watches.stop_us[w] != NO_TIME:
        return
    if steps.mode[k - 1] == RUNS:
        _add(watches, w, k - 1, k, steps, lanes, targets, calendars)
    elif lanes.present[DETAIL]:
        lane = watches.lane[w]
        watches.paused_us[w] += shown_between(lanes, lane - lane % 2, k - 1, k, steps, calendars)
    _look(watches, w, steps.at_us[k], targets)


@njit(nogil=True)
def follow(
    watches: Watches,
    size: int,
    begin: int,
    steps: Steps,
    lanes: Lanes,
    targets: TargetTable,
    calendars: CalendarColumns,
) -> int:
    """Carry the watches of a family, set at step `begin`, along the steps of a clock.

    Returns the step at which their cycle ended and the next begins, or the number of steps.
    """
    count = int(steps.told[COUNTED])
    for k in range(begin + 1, count):
        if steps.mode[k - 1] <= PAUSED:
            for w in range(size):
                _pass(watches, w, k, steps, lanes, targets, calendars)
        what = steps.what[k]
        if what == STOP:
            _stop(watches, size, steps.at_us[k])
        elif what == REOPEN:
            if targets.reopened[watches.target[0]] == NEW_CYCLE and watches.stop_us[0] != NO_TIME:
                return k
            for w in range(size):
                _withdraw(watches, w, k, steps, lanes, targets, calendars)
        elif what == PRIORITY:
            _reprioritise(watches, size, steps.at_us[k], steps.priority[k], targets, calendars)
    return count


@njit(nogil=True)
def verdict(watches: Watches, w: int, end: int, steps: Steps) -> int:
    """Return what the ticket is to watch w once its cycle has ended (`end`, as `follow` returned it)."""
    if steps.what[0] == NEVER:
        return UNRESOLVED if watches.covers[w] else NOTHING
    mode = STOPPED if end < steps.told[COUNTED] else steps.mode[end - 1]
    halted = mode == HALTED and watches.stop_us[w] == NO_TIME
    unresolved = halted and steps.told[LAST_PHASE] != _CANCELLED
    if watches.missed_us[w] != NO_TIME:
        return UNRESOLVED if unresolved else MISSED
    if watches.barred[w] or not watches.covers[w]:
        return MET if watches.final[w] else NOTHING
    if watches.stop_us[w] != NO_TIME:
        return MET
    if halted:
        return UNRESOLVED if unresolved else CANCELLED
    return UNDECIDED

"""Stopwatches: what each target of a family makes of one ticket's steps.

A watch is one target's stopwatch on a ticket. The watches of a family are carried along together, because a ticket
whose priority changes passes from one target to the next and is decided once. `slmdsl.evaluate.reference.reading` is
the same reading in plain Python objects. Compiled by numba into its callers; plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_part
from slmdsl.base.units import NO_TIME
from slmdsl.events.vocabulary import Phase
from slmdsl.rules.calendar_readings import BUSINESS_DAYS, OPEN_TIME, counted, place, reached
from slmdsl.rules.stepper import END, HALTED, NEVER, PAUSED, PRIORITY, REOPEN, RUNS, STOP, STOPPED
from slmdsl.rules.target_readings import (
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
    from slmdsl.rules.tables import Desk, Hours, Rules, Table

# What a ticket is to a target. NOTHING: the target has no say in it.
NOTHING, MET, MISSED, UNDECIDED, CANCELLED, UNRESOLVED = range(6)

_CANCELLED = int(Phase.CANCELLED)


@kernel_part
def means_priority(form: int, covers: int) -> int:
    """Whether a target means a ticket's priority; shares and counts look at the last one, when all is known."""
    return 1 if form > STATISTIC else covers


@kernel_part
def set_watch(rules: Rules, target: int, at_us: int, priority: int, watch: Table) -> None:
    """Set a watch to a fresh stopwatch of `target` that starts now."""
    watch.target = target
    watch.stop_us = watch.missed_us = NO_TIME
    watch.covers = means_priority(rules.targets[target].form, rules.covers[target, priority + 1])
    watch.barred = watch.final = 0
    _restart(rules, watch, at_us, at_us)


@kernel_part
def _restart(rules: Rules, watch: Table, start_us: int, limit_us: int) -> None:
    """Begin at zero, under the limit in force at `limit_us`."""
    target = rules.targets[watch.target]
    limit = in_force(rules.limits, target.first_limit, target.end_limit, limit_us)
    unit = rules.limits[limit].unit
    watch.start_us = start_us
    watch.limit = limit
    watch.lane = 2 * target.calendar + (BUSINESS_DAYS if unit == BUSINESS_DAYS else OPEN_TIME)
    watch.elapsed = watch.open_us = watch.paused_us = 0
    watch.due_us = NO_TIME
    if unit == DAY_END and target.form == WITHIN:
        # An opening counts as made at the next opening: what matters is the stretch.
        stretch = place(rules.hours, target.calendar, start_us) - rules.hours.calendars[target.calendar].first
        watch.due_us = rules.day_ends_us[rules.limits[limit].floor + stretch]


@kernel_part
def read_lane(hours: Hours, lane: int, desk: Desk) -> None:
    """Read what a lane's calendar shows at each step, and how much went by while the clock ran, unless it is read."""
    ticket, steps = desk.ticket[0], desk.steps
    if desk.stamps[lane] == ticket.stamp:
        return
    desk.stamps[lane] = ticket.stamp
    desk.shown[lane, 0] = counted(hours, lane // 2, lane % 2, steps[0].at_us)
    ran = 0
    for k in range(1, ticket.steps):
        # When a clock that stands is judged is nobody's business.
        if steps[k].what != END or steps[k].mode <= PAUSED:
            desk.shown[lane, k] = counted(hours, lane // 2, lane % 2, steps[k].at_us)
        if steps[k - 1].mode == RUNS:
            ran += desk.shown[lane, k] - desk.shown[lane, k - 1]
    desk.ran[lane] = ran


@kernel_part
def shown_between(hours: Hours, lane: int, begin: int, end: int, desk: Desk) -> int:
    """Return how much a lane's calendar goes on from step `begin` to step `end`."""
    read_lane(hours, lane, desk)
    return int(desk.shown[lane, end] - desk.shown[lane, begin])


@kernel_part
def _add(rules: Rules, watch: Table, begin: int, end: int, desk: Desk) -> None:
    """Let a watch run from step `begin` to step `end`, and note when its limit is reached on the way."""
    form = rules.targets[watch.target].form
    if form > STATISTIC:
        return
    lane, before = watch.lane, watch.elapsed
    watch.elapsed = before + shown_between(rules.hours, lane, begin, end, desk)
    if desk.ticket[0].detail:
        watch.open_us += shown_between(rules.hours, lane - lane % 2, begin, end, desk)
    if watch.due_us != NO_TIME or form != WITHIN:
        return
    limit = rules.limits[watch.limit].ceil
    if limit <= watch.elapsed:
        watch.due_us = _due(rules.hours, lane, begin, limit - before, desk)


@kernel_part
def _due(hours: Hours, lane: int, begin: int, rest: int, desk: Desk) -> int:
    """Return when a clock that runs from step `begin` on has counted `rest`: at once if nothing is left."""
    begin_us = int(desk.steps[begin].at_us)
    if rest == 0:
        return begin_us
    return reached(hours, lane // 2, lane % 2, desk.shown[lane, begin] + rest, begin_us)


@kernel_part
def _exceeded(limit: Table, watch: Table, now_us: int) -> bool:
    if limit.unit == DAY_END:
        return bool(now_us > watch.due_us != NO_TIME)
    return bool(watch.elapsed > limit.floor)


@kernel_part
def _watching(form: int, watch: Table) -> bool:
    """Whether a limit that runs out now would be a miss of this watch's target."""
    return bool(
        form == WITHIN
        and watch.covers
        and not watch.barred
        and watch.missed_us == NO_TIME
        and watch.stop_us == NO_TIME
    )


@kernel_part
def _look(rules: Rules, watch: Table, now_us: int) -> None:
    """Note a miss if the limit has run out by now."""
    form = rules.targets[watch.target].form
    if _watching(form, watch) and _exceeded(rules.limits[watch.limit], watch, now_us):
        watch.missed_us = watch.due_us


@kernel_part
def pass_step(rules: Rules, watch: Table, k: int, desk: Desk) -> None:
    """Let the time before step k pass on a watch, and note a miss."""
    if watch.stop_us != NO_TIME:
        return
    if desk.steps[k - 1].mode == RUNS:
        _add(rules, watch, k - 1, k, desk)
    elif desk.ticket[0].detail:
        watch.paused_us += shown_between(rules.hours, watch.lane - watch.lane % 2, k - 1, k, desk)
    _look(rules, watch, desk.steps[k].at_us)


@kernel_part
def stop_watches(size: int, now_us: int, watches: Table) -> None:
    """The clock stops: so do the watches that go on."""
    for w in range(size):
        if watches[w].stop_us == NO_TIME:
            watches[w].stop_us = now_us


@kernel_part
def withdraw(rules: Rules, watch: Table, k: int, desk: Desk) -> None:
    """Take a stop back if its period is not over; afterwards it stands and the reopening is only told."""
    now_us, target = desk.steps[k].at_us, rules.targets[watch.target]
    if watch.final:
        return
    stood = watch.stop_us != NO_TIME and watch.covers and not watch.barred
    if stood and now_us >= period_end(target, rules.edges_us, watch.stop_us):
        watch.final = 1
        return
    watch.stop_us = NO_TIME
    if target.reopened == COUNTS_ALL:
        _add(rules, watch, desk.steps[k].since, k, desk)
        _look(rules, watch, now_us)


@kernel_part
def reprioritise(rules: Rules, size: int, now_us: int, priority: int, watches: Table) -> None:
    """The priority in force changed while the clock was going."""
    some_decided = False
    for w in range(size):
        some_decided |= watches[w].missed_us != NO_TIME or watches[w].final == 1
    for w in range(size):
        watch = watches[w]
        target = rules.targets[watch.target]
        covers = means_priority(target.form, rules.covers[watch.target, priority + 1])
        if covers and not watch.covers and some_decided:
            watch.barred = 1
        watch.covers = covers
        if watch.missed_us != NO_TIME or watch.final:
            continue
        if target.reprioritised == RESTARTS:
            _restart(rules, watch, now_us, now_us)
        elif target.reprioritised == PER_PERIOD:
            _restart(rules, watch, watch.start_us, watch.start_us)
        elif _watching(target.form, watch) and _exceeded(rules.limits[watch.limit], watch, now_us):
            watch.missed_us = now_us


@kernel_part
def _settle(rules: Rules, size: int, desk: Desk) -> bool:
    """Carry the watches of a family to the end at once if its clock is plain, and tell whether it was.

    A plain clock was never reopened and the ticket's priority never changed; detail and limits by the end of a day take
    the long way too.
    """
    ticket, last = desk.ticket[0], desk.steps[desk.ticket[0].steps - 1]
    is_plain = not ticket.eventful and not ticket.detail
    for w in range(size):
        is_plain &= rules.limits[desk.watches[w].limit].unit != DAY_END
    if not is_plain:
        return False
    for w in range(size):
        watch = desk.watches[w]
        if last.mode == STOPPED:
            watch.stop_us = desk.steps[ticket.steps - 2].at_us
        form = rules.targets[watch.target].form
        if form <= STATISTIC:
            read_lane(rules.hours, watch.lane, desk)
            watch.elapsed = desk.ran[watch.lane]
        if form == WITHIN and watch.covers and watch.elapsed > rules.limits[watch.limit].floor:
            watch.missed_us = plain_due(rules.hours, watch.lane, rules.limits[watch.limit].ceil, desk)
    return True


@kernel_part
def plain_due(hours: Hours, lane: int, limit: int, desk: Desk) -> int:
    """Return when a plain clock, which has gone beyond `limit`, reached it."""
    rest, k = limit, 1
    while desk.steps[k - 1].mode != RUNS or desk.shown[lane, k] - desk.shown[lane, k - 1] < rest:
        if desk.steps[k - 1].mode == RUNS:
            rest -= desk.shown[lane, k] - desk.shown[lane, k - 1]
        k += 1
    return _due(hours, lane, k - 1, rest, desk)


@kernel_part
def follow(rules: Rules, size: int, begin: int, desk: Desk) -> int:
    """Carry the watches of a family, set at step `begin`, along the steps of a clock.

    Returns the step at which their cycle ended and the next begins, or the number of steps.
    """
    if begin == 0 and _settle(rules, size, desk):
        return int(desk.ticket[0].steps)
    for k in range(begin + 1, desk.ticket[0].steps):
        if desk.steps[k - 1].mode <= PAUSED:
            for w in range(size):
                pass_step(rules, desk.watches[w], k, desk)
        step = desk.steps[k]
        if step.what == STOP:
            stop_watches(size, step.at_us, desk.watches)
        elif step.what == REOPEN:
            if size > 0 and begins_anew(rules.targets, desk.watches[0]):
                return k
            for w in range(size):
                withdraw(rules, desk.watches[w], k, desk)
        elif step.what == PRIORITY:
            reprioritise(rules, size, step.at_us, step.priority, desk.watches)
    return int(desk.ticket[0].steps)


@kernel_part
def begins_anew(targets: Table, watch: Table) -> bool:
    """Whether a reopening ends the cycle: the clock had stopped, and does not go on."""
    return bool(targets[watch.target].reopened == NEW_CYCLE and watch.stop_us != NO_TIME)


@kernel_part
def verdict(watch: Table, end: int, ticket: Table, steps: Table) -> int:
    """Return what the ticket is to a watch once its cycle has ended (`end`, as `follow` returned it)."""
    if steps[0].what == NEVER:
        return UNRESOLVED if watch.covers else NOTHING
    mode = STOPPED if end < ticket.steps else steps[end - 1].mode
    halted = mode == HALTED and watch.stop_us == NO_TIME
    unresolved = halted and ticket.last_phase != _CANCELLED
    if watch.missed_us != NO_TIME:
        return UNRESOLVED if unresolved else MISSED
    if watch.barred or not watch.covers:
        return MET if watch.final else NOTHING
    if watch.stop_us != NO_TIME:
        return MET
    if halted:
        return UNRESOLVED if unresolved else CANCELLED
    return UNDECIDED

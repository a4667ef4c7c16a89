"""Escalation ladders in kernels: which lines fire while the clock of a family runs on a ticket.

`slmdsl.evaluate.reference.escalations` is the same reading in plain Python objects. Compiled by numba into its callers;
plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_part
from slmdsl.base.units import NO_TIME
from slmdsl.rules.calendar_readings import OPEN_TIME, counted, next_open, reached, reached_back
from slmdsl.rules.ladder_tables import (
    AFTER_BREACH,
    AT_SHARE,
    BEFORE_DUE,
    FITS,
    IN_PLAIN_TIME,
    NEVER_FITS,
)
from slmdsl.rules.stepper import END, PAUSED, PRIORITY, REOPEN, RUNS, STOP
from slmdsl.rules.stopwatch import (
    begins_anew,
    pass_step,
    read_lane,
    reprioritise,
    stop_watches,
    withdraw,
)
from slmdsl.rules.target_readings import COUNTS_ALL, DAY_END, RETAINS

if TYPE_CHECKING:
    from slmdsl.rules.ladder_tables import Ladder, Landing
    from slmdsl.rules.tables import Desk, Rules, Table

FULL = -1
"""What stands for the number of rows when there was no room."""


@kernel_part
def begin_climb(landing: Landing) -> None:
    """Forget what fired: a cycle begins."""
    for line in range(len(landing.states)):
        landing.states[line].times = 0
    landing.beyond[:, :] = 0


@kernel_part
def climb(
    rules: Rules,
    ladder: Ladder,
    size: int,
    begin: int,
    cycle: int,
    desk: Desk,
    landing: Landing,
    filled: int,
) -> tuple[int, int]:
    """Follow the watches of a family, set at step `begin`, and write a row for each line that fires on the way.

    Returns the step at which their cycle ended, as `follow` does, and how many rows there are, FULL without room.
    """
    for k in range(begin + 1, desk.ticket[0].steps):
        mode = desk.steps[k - 1].mode
        for w in range(size):
            landing.before[w] = desk.watches[w].elapsed
            if mode <= PAUSED:
                pass_step(rules, desk.watches[w], k, desk)
        if mode == RUNS:
            filled = _fire(rules, ladder, size, k, cycle, desk, landing, filled)
            if filled == FULL:
                return k, FULL
        if _take(rules, size, k, desk, landing):
            return k, filled
    return int(desk.ticket[0].steps), filled


@kernel_part
def _take(rules: Rules, size: int, k: int, desk: Desk, landing: Landing) -> bool:
    """Apply step k to the watches, and tell whether it ends their cycle."""
    step, first = desk.steps[k], desk.watches[0]
    if step.what == STOP:
        stop_watches(size, step.at_us, desk.watches)
    elif step.what == REOPEN:
        if begins_anew(rules.targets, first):
            return True
        for w in range(size):
            _reopen(rules, w, k, desk, landing)
    elif step.what == PRIORITY:
        if rules.targets[first.target].reprioritised != RETAINS and not _some_decided(size, desk.watches):
            begin_climb(landing)
        reprioritise(rules, size, step.at_us, step.priority, desk.watches)
    return False


@kernel_part
def _some_decided(size: int, watches: Table) -> bool:
    decided = False
    for w in range(size):
        decided |= watches[w].missed_us != NO_TIME or watches[w].final == 1
    return decided


@kernel_part
def _reopen(rules: Rules, w: int, k: int, desk: Desk, landing: Landing) -> None:
    watch = desk.watches[w]
    was_final = watch.final
    withdraw(rules, watch, k, desk)
    # What counts although the ticket was resolved also counts after a miss.
    if rules.targets[watch.target].reopened == COUNTS_ALL and not was_final and not watch.final:
        _run_beyond(rules, w, int(desk.steps[k].since), k, desk, landing)


@kernel_part
def _run_beyond(rules: Rules, w: int, begin: int, end: int, desk: Desk, landing: Landing) -> None:
    """Let the time after a miss go on from step `begin` to step `end`."""
    watch, end_us = desk.watches[w], int(desk.steps[end].at_us)
    if watch.missed_us == NO_TIME or watch.missed_us >= end_us:
        return
    from_us, calendar = max(int(desk.steps[begin].at_us), int(watch.missed_us)), watch.lane // 2
    for unit in range(2):
        landing.beyond[w, unit] += counted(rules.hours, calendar, unit, end_us) - counted(
            rules.hours, calendar, unit, from_us
        )


@kernel_part
def _fire(
    rules: Rules,
    ladder: Ladder,
    size: int,
    k: int,
    cycle: int,
    desk: Desk,
    landing: Landing,
    filled: int,
) -> int:
    """Write what fires between step k - 1 and step k, while the clock runs."""
    some_tell = False
    for w in range(size):
        some_tell |= _tells(desk.watches[w])
    if some_tell:
        target = desk.watches[0].target
        for place in range(ladder.first[target], ladder.end[target]):
            line = ladder.served[place]
            if landing.states[line].times == 0:
                _first(rules, ladder, size, line, k, desk, landing)
                if landing.states[line].times == 1:
                    filled = _write(line, cycle, desk, landing, filled)
            if landing.states[line].times > 0 and ladder.lines[line].times != 1:
                filled = _again(rules, ladder, line, k, cycle, desk, landing, filled)
            if filled == FULL:
                return FULL
    for w in range(size):
        if desk.watches[w].stop_us == NO_TIME:
            _run_beyond(rules, w, k - 1, k, desk, landing)
    return filled


@kernel_part
def _tells(watch: Table) -> bool:
    """Whether a watch's limit is the ticket's: it judges the ticket, or has been missed, and has not stopped."""
    if watch.stop_us != NO_TIME:
        return False
    return bool(watch.missed_us != NO_TIME or (watch.covers and not watch.barred))


@kernel_part
def _is_now(at_us: int, k: int, desk: Desk) -> bool:
    """Whether an instant lies before step k; at the end, also in it."""
    return bool(at_us < desk.steps[k].at_us or (at_us == desk.steps[k].at_us and desk.steps[k].what == END))


@kernel_part
def _write(line: int, cycle: int, desk: Desk, landing: Landing, filled: int) -> int:
    if filled < 0 or filled >= len(landing.rows):
        return FULL
    row = landing.rows[filled]
    row.ticket = desk.ticket[0].row
    row.target = landing.states[line].target
    row.cycle = cycle
    row.line = line
    row.at_us = landing.states[line].last_us
    return filled + 1


@kernel_part
def _first(rules: Rules, ladder: Ladder, size: int, line: int, k: int, desk: Desk, landing: Landing) -> None:
    """Fire a line for the first time, at the earliest instant that any limit gives."""
    state, begin_us, found_us = landing.states[line], int(desk.steps[k - 1].at_us), NO_TIME
    for w in range(size):
        watch = desk.watches[w]
        if not _tells(watch):
            continue
        at_us = _instant(rules, ladder, w, line, k, desk, landing)
        if at_us != NO_TIME and (found_us == NO_TIME or at_us < found_us):
            found_us = at_us
            state.target = watch.target
            state.calendar = watch.lane // 2
    if found_us != NO_TIME and _is_now(max(found_us, begin_us), k, desk):
        state.times = 1
        state.last_us = max(found_us, begin_us)
        state.since = 0


@kernel_part
def _instant(rules: Rules, ladder: Ladder, w: int, line: int, k: int, desk: Desk, landing: Landing) -> int:
    """Return when a line fires if the clock runs on from step k - 1, or earlier if that has passed; NO_TIME: never."""
    kind = ladder.lines[line].waits_for
    if kind == AT_SHARE:
        return _at_share(rules, ladder, w, line, k, desk, landing)
    if kind == BEFORE_DUE:
        return _before_due(rules, ladder, w, line, k, desk, landing)
    watch = desk.watches[w]
    missed_us = int(watch.missed_us)
    if missed_us == NO_TIME:
        return NO_TIME
    calendar, unit = watch.lane // 2, ladder.lines[line].unit
    amount = ladder.amounts[line, calendar]
    if kind == AFTER_BREACH:
        from_us = max(int(desk.steps[k - 1].at_us), missed_us)
        return _after(rules, calendar, unit, amount - landing.beyond[w, unit], from_us)
    if missed_us != watch.due_us:
        return int(missed_us + amount)
    base_us, limit = missed_us, rules.limits[watch.limit]
    if ladder.at_opening[watch.target]:
        base_us = next_open(rules.hours, calendar, missed_us)
    if limit.unit == DAY_END or landing.before[w] > limit.floor:
        return int(base_us + amount)
    # A limit that runs out at closing is only missed once the calendar has opened again while the clock runs.
    sure_us = next_open(rules.hours, calendar, max(int(desk.steps[k - 1].at_us), missed_us))
    return max(int(base_us + amount), sure_us)


@kernel_part
def _after(rules: Rules, calendar: int, unit: int, rest: int, from_us: int) -> int:
    """Return when a calendar has counted `rest` from an instant on: at once if nothing is left."""
    if rest <= 0:
        return from_us
    return reached(rules.hours, calendar, unit, counted(rules.hours, calendar, unit, from_us) + rest, from_us)


@kernel_part
def _at_share(rules: Rules, ladder: Ladder, w: int, line: int, k: int, desk: Desk, landing: Landing) -> int:
    watch, mine = desk.watches[w], ladder.lines[line]
    calendar, at_us = watch.lane // 2, NO_TIME
    if rules.limits[watch.limit].unit != DAY_END:
        at_us = _going_on(rules, watch, ladder.goals[line, watch.limit] - landing.before[w], k, desk)
    elif _is_tabulated(rules, calendar, int(watch.due_us)):
        start_us = int(watch.start_us)
        whole = counted(rules.hours, calendar, OPEN_TIME, watch.due_us) - counted(
            rules.hours, calendar, OPEN_TIME, start_us
        )
        # The product of a share with many digits and a long limit may not fit 64 bits: it is taken apart.
        whole_parts, rest = whole // mine.denominator, whole % mine.denominator
        goal = whole_parts * mine.numerator - (-rest * mine.numerator) // mine.denominator
        at_us = _after(rules, calendar, OPEN_TIME, goal, start_us)
    if at_us != NO_TIME and mine.is_due and ladder.at_opening[watch.target]:
        return next_open(rules.hours, calendar, at_us)
    return at_us


@kernel_part
def _is_tabulated(rules: Rules, calendar: int, at_us: int) -> bool:
    """Whether an instant is known and lies before the last closing in a calendar's table."""
    last = rules.hours.stretches[max(rules.hours.calendars[calendar].last - 1, 0)]
    return bool(at_us != NO_TIME and at_us <= last.ends_us)


@kernel_part
def _going_on(rules: Rules, watch: Table, rest: int, k: int, desk: Desk) -> int:
    """Return when a watch that runs on from step k - 1 has counted `rest` more: at once if nothing is left."""
    begin_us = int(desk.steps[k - 1].at_us)
    if rest <= 0:
        return begin_us
    read_lane(rules.hours, watch.lane, desk)
    goal = desk.shown[watch.lane, k - 1] + rest
    return reached(rules.hours, watch.lane // 2, watch.lane % 2, goal, begin_us)


@kernel_part
def _before_due(rules: Rules, ladder: Ladder, w: int, line: int, k: int, desk: Desk, landing: Landing) -> int:
    watch = desk.watches[w]
    limit, calendar, unit = rules.limits[watch.limit], watch.lane // 2, ladder.lines[line].unit
    amount, fits = ladder.amounts[line, calendar], ladder.fits[line, watch.limit]
    due_us, rest = int(watch.due_us), limit.ceil - landing.before[w]
    if fits == NEVER_FITS:
        return NO_TIME
    if fits != FITS:
        first_us = due_us
        if limit.unit != DAY_END:
            first_us = _after(rules, calendar, limit.unit, limit.ceil, int(watch.start_us))
        if not _is_tabulated(rules, calendar, first_us):
            return NO_TIME
        if reached_back(rules.hours, calendar, unit, amount, first_us) <= watch.start_us:
            return NO_TIME
    if limit.unit != DAY_END:
        if rest <= 0:
            return int(desk.steps[k - 1].at_us)
        due_us = _going_on(rules, watch, rest, k, desk)
    if due_us == NO_TIME:
        return NO_TIME
    return reached_back(rules.hours, calendar, unit, amount, due_us)


@kernel_part
def _again(
    rules: Rules,
    ladder: Ladder,
    line: int,
    k: int,
    cycle: int,
    desk: Desk,
    landing: Landing,
    filled: int,
) -> int:
    """Repeat a line that has fired, as often as it falls due before step k."""
    state, mine, begin_us = landing.states[line], ladder.lines[line], int(desk.steps[k - 1].at_us)
    every, unit, hours = ladder.everys[line, state.calendar], mine.repeat_unit, rules.hours
    if every <= 0:
        return filled
    while filled != FULL and (mine.times < 0 or state.times < mine.times):
        from_us = max(begin_us, int(state.last_us))
        if unit == IN_PLAIN_TIME:
            at_us = max(int(state.last_us + every), from_us)
        else:
            at_us = _after(rules, state.calendar, unit, every - state.since, from_us)
        if at_us == NO_TIME or not _is_now(at_us, k, desk):
            break
        state.last_us = at_us
        state.times += 1
        state.since = 0
        filled = _write(line, cycle, desk, landing, filled)
    if unit != IN_PLAIN_TIME:
        from_us = max(begin_us, int(state.last_us))
        state.since += counted(hours, state.calendar, unit, desk.steps[k].at_us) - counted(
            hours, state.calendar, unit, from_us
        )
    return filled

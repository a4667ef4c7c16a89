"""What agreements say of one ticket while it is on its way: when it is due, and what is done about it next.

Both look at the ticket's events so far and go on as the evaluator would. Compiled by numba; plain Python with
NUMBA_DISABLE_JIT=1. Kernels that ask often take them in with `as_part`: a call hands over some sixty arrays and counts
who holds them, which takes longer than the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.kernels import kernel_function, kernel_part
from slmdsl.base.units import NO_TIME
from slmdsl.rules.calendar_readings import next_open, reached
from slmdsl.rules.climb import begin_climb, climb
from slmdsl.rules.moments import answers_of
from slmdsl.rules.stepper import RUNS, lay_steps
from slmdsl.rules.stopwatch import UNDECIDED, follow, plain_due, read_lane, verdict
from slmdsl.rules.target_readings import DAY_END
from slmdsl.rules.watching import end_of_family, set_watches
from slmdsl.simulate.due_tables import FAR_US, NO_MOVE, NOBODY

if TYPE_CHECKING:
    from slmdsl.rules.tables import Hours, Rules, Table
    from slmdsl.simulate.due_tables import Clocks, Facts, Happened, Room

_NOTHING = np.uint64(0)


@kernel_function
def earliest_due(
    clocks: Clocks,
    facts: Facts,
    happened: Happened,
    room: Room,
    ticket: int,
    now_us: int,
) -> int:
    """Return the earliest due instant of a ticket's undecided limits, as known at `now_us`; FAR_US without any.

    Args:
        clocks: what is agreed.
        facts: the tickets' facts.
        happened: their events so far, none after `now_us`.
        room: to work in, for more events than the ticket has.
        ticket: its row.
        now_us: the present, UTC microseconds.
    """
    rules, desk = clocks.rules, room.desk
    place, end = clocks.first_listed[facts.listed[ticket]], clocks.first_listed[facts.listed[ticket] + 1]
    found, laid_track, laid = FAR_US, -1, 0
    if place < end:
        _recall(clocks, facts, happened, room, ticket)
    while place < end:
        track = rules.targets[rules.listed[place]].track
        if track != laid_track:
            laid_track = track
            laid = lay_steps(rules, track, now_us, clocks.time_fields_us, desk)
        after = end_of_family(rules.targets, rules.listed, place, end)
        begin = 0 if laid > 0 else int(desk.ticket[0].steps)
        while begin < desk.ticket[0].steps:
            size = set_watches(rules, place, after, begin, clocks.conditions, desk)
            begin = follow(rules, size, begin, desk)
            for w in range(size):
                found = min(found, _due(clocks, room, desk.watches[w], begin))
        place = after
    return int(found)


@kernel_function
def next_act(
    clocks: Clocks,
    facts: Facts,
    happened: Happened,
    room: Room,
    ticket: int,
    after_us: int,
) -> tuple[int, int, np.uint64, np.uint64]:
    """Return when steps act on a ticket next if nothing happens to it: the instant, and what is done.

    That is the group that is to have it (NOBODY: none; of several the last of the text counts), and as bits the flags
    that are declared and the contingencies that are invoked. FAR_US: nothing before the end of simulated time.

    Args:
        clocks: what is agreed.
        facts: the tickets' facts.
        happened: their events so far.
        room: to work in, for more events than the ticket has.
        ticket: its row.
        after_us: what fires up to this instant (UTC microseconds) is passed over.
    """
    rules, ladder, desk = clocks.rules, clocks.ladder, room.desk
    place, end = clocks.first_listed[facts.listed[ticket]], clocks.first_listed[facts.listed[ticket] + 1]
    is_recalled, laid_track, laid = False, -1, 0
    found = room.next[0]
    found.at_us, found.line, found.declares, found.invokes = FAR_US, -1, _NOTHING, _NOTHING
    while place < end:
        target = rules.listed[place]
        after = end_of_family(rules.targets, rules.listed, place, end)
        if ladder.first[target] < ladder.end[target]:
            if not is_recalled:
                is_recalled = True
                _recall(clocks, facts, happened, room, ticket)
            if rules.targets[target].track != laid_track:
                laid_track = rules.targets[target].track
                laid = lay_steps(rules, laid_track, clocks.end_us, clocks.time_fields_us, desk)
            if laid > 0:
                _climb_family(clocks, room, place, after, after_us)
        place = after
    group = int(clocks.moves_to[found.line]) if found.line >= 0 else NOBODY
    return int(found.at_us), group, found.declares, found.invokes


@kernel_part
def _recall(clocks: Clocks, facts: Facts, happened: Happened, room: Room, ticket: int) -> None:
    """Put a ticket on the desk as it stands, as `slmdsl.rules.moments.recall` puts one of a log."""
    mine, moments, count = room.desk.ticket[0], room.desk.moments, 0
    mine.opened_us = facts.opened_us[ticket]
    mine.responded_us = NO_TIME
    mine.first_priority = mine.last_priority = facts.priority[ticket]
    reopenings = min(int(happened.reopenings[ticket]), clocks.most_reopenings)
    reassignments = min(int(happened.reassignments[ticket]), clocks.most_reassignments)
    mine.row = facts.row[ticket] + reopenings * (clocks.most_reassignments + 1) + reassignments
    event = happened.first_event[ticket]
    while event >= 0:
        phase = happened.phase[event]
        answers = answers_of(happened.type[event], happened.role[event], phase, happened.public[event])
        if answers or phase >= 0:
            moment = moments[count]
            moment.at_us, moment.phase, moment.answers = happened.at_us[event], phase, answers
            moment.priority = -1
            count += 1
        event = happened.next_event[event]
    mine.moments = count


@kernel_part
def _due(clocks: Clocks, room: Room, watch: Table, end: int) -> int:
    """Return when a limit that is undecided at the `end` of its cycle runs out if the clock goes on as it stands."""
    rules, desk = clocks.rules, room.desk
    if verdict(watch, end, desk.ticket[0], desk.steps) != UNDECIDED:
        return FAR_US
    hours, limit, last = rules.hours, rules.limits[watch.limit], desk.steps[end - 1]
    due_us = int(watch.due_us)
    if due_us == NO_TIME and limit.unit != DAY_END:
        if limit.ceil <= watch.elapsed:
            due_us = plain_due(hours, watch.lane, limit.ceil, desk)
        elif last.mode == RUNS:
            read_lane(hours, watch.lane, desk)
            goal = desk.shown[watch.lane, end - 1] + limit.ceil - watch.elapsed
            due_us = reached(hours, watch.lane // 2, watch.lane % 2, goal, last.at_us)
    return FAR_US if due_us == NO_TIME else _told(clocks, rules, hours, watch, due_us)


@kernel_part
def _told(clocks: Clocks, rules: Rules, hours: Hours, watch: Table, due_us: int) -> int:
    """Return a due instant as it is told: where it is so agreed, at the next opening."""
    if not clocks.ladder.at_opening[watch.target]:
        return due_us
    calendar = rules.targets[watch.target].calendar
    last = hours.calendars[calendar].last - 1
    if last < hours.calendars[calendar].first or due_us >= hours.stretches[last].ends_us:
        return FAR_US
    return next_open(hours, calendar, due_us)


@kernel_part
def _climb_family(clocks: Clocks, room: Room, place: int, after: int, after_us: int) -> None:
    """Note in `room.next` what fires first on a family's clock behind an instant."""
    rules, desk, found = clocks.rules, room.desk, room.next[0]
    begin, cycle = 0, 1
    while begin < desk.ticket[0].steps:
        size = set_watches(rules, place, after, begin, clocks.conditions, desk)
        if size == 0:
            break
        begin_climb(room.landing)
        begin, filled = climb(rules, clocks.ladder, size, begin, cycle, desk, room.landing, 0)
        cycle += 1
        for k in range(filled):
            row = room.landing.rows[k]
            if after_us < row.at_us < found.at_us:
                found.at_us, found.line, found.declares, found.invokes = row.at_us, -1, _NOTHING, _NOTHING
            if row.at_us == found.at_us:
                if clocks.moves_to[row.line] != NO_MOVE:
                    found.line = max(found.line, row.line)
                found.declares |= clocks.declares[row.line]
                found.invokes |= clocks.invokes[row.line]

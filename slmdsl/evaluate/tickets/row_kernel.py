"""The pass that lists what each target says of each ticket and cycle, a row each.

Compiled by numba (see `slmdsl.base.kernels`); plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_function, kernel_part
from slmdsl.base.units import NO_TIME
from slmdsl.evaluate.tickets.watching import exclusion_of, is_over_unstarted
from slmdsl.rules.calendar_readings import counted, reached
from slmdsl.rules.stepper import NEVER, RUNS, lay_steps
from slmdsl.rules.stopwatch import CANCELLED, MET, MISSED, NOTHING, UNRESOLVED, follow, verdict
from slmdsl.rules.target_readings import DAY_END, STATISTIC, WITHIN
from slmdsl.rules.watching import end_of_family, holds, is_in_force, set_watches, take_up

if TYPE_CHECKING:
    from slmdsl.rules.dispatch import Dispatch
    from slmdsl.rules.tables import Desk, Hours, LogColumns, Masks, Rules, Table

# Why a row is as it is; see `slmdsl.evaluate.tickets.rows.REASONS`.
(
    NO_REASON,
    NO_RESOLUTION,
    NO_RESPONSE,
    STOPS_BEFORE_START,
    NEVER_STARTED,
    CANCELLED_REASON,
    REOPENED_LATER,
) = range(7)


@kernel_function
def list_tickets(
    first: int,
    last: int,
    as_of_us: int,
    log: LogColumns,
    dispatch: Dispatch,
    rules: Rules,
    masks: Masks,
    desk: Desk,
    rows: Table,
) -> tuple[int, int]:
    """List the tickets from `first` on, up to `last`, until `rows` is full.

    Returns how many rows there are, and the first ticket that is not among them.
    """
    filled = 0
    for ticket in range(first, last):
        if log.opened_us[ticket] > as_of_us:
            continue
        place, end = take_up(log, ticket, as_of_us, dispatch, desk)
        after = _list_ticket(place, end, as_of_us, rules, masks, desk, rows, filled)
        if after < 0:
            return filled, ticket
        filled = after
    return filled, last


@kernel_part
def _list_ticket(
    place: int, end: int, as_of_us: int, rules: Rules, masks: Masks, desk: Desk, rows: Table, filled: int
) -> int:
    """Append what the targets `place .. end` of the dispatch say; return the number of rows, -1 if room is short."""
    track, laid = -1, 0
    while place < end and filled >= 0:
        target = rules.targets[rules.listed[place]]
        if target.track != track:
            track = target.track
            laid = lay_steps(rules, track, as_of_us, masks.time_fields_us, desk)
        after = end_of_family(rules.targets, rules.listed, place, end)
        if target.form <= STATISTIC and laid > 0:
            filled = _list_family(place, after, rules, masks, desk, rows, filled)
        elif target.form <= STATISTIC and is_over_unstarted(
            rules.tracks[track], desk.ticket[0], desk.moments
        ):
            filled = _list_unstarted(place, after, rules, masks, desk.ticket[0], rows, filled)
        place = after
    return filled


@kernel_part
def _list_unstarted(
    place: int, after: int, rules: Rules, masks: Masks, ticket: Table, rows: Table, filled: int
) -> int:
    """List a ticket that was over before its clock started, by its opening and its last priority."""
    if filled + after - place > len(rows):
        return -1
    for listed in range(place, after):
        target = rules.listed[listed]
        mine = rules.targets[target]
        is_meant = rules.covers[target, ticket.last_priority + 1] and is_in_force(mine, ticket.opened_us)
        if is_meant and holds(masks.conditions, mine.condition, ticket.row):
            row = rows[filled]
            row.ticket, row.target, row.cycle = ticket.row, target, 1
            row.limit = mine.first_limit
            row.kind, row.reason = UNRESOLVED, NEVER_STARTED
            row.start_us = row.due_us = row.stop_us = row.decided_us = row.from_us = NO_TIME
            row.elapsed = row.open_us = row.paused_us = 0
            row.exclusion = exclusion_of(mine, masks, ticket)
            filled += 1
    return filled


@kernel_part
def _list_family(
    place: int, after: int, rules: Rules, masks: Masks, desk: Desk, rows: Table, filled: int
) -> int:
    """List what a family says of the ticket, cycle by cycle."""
    begin, cycle = 0, 1
    while begin < desk.ticket[0].steps:
        size = set_watches(rules, place, after, begin, masks.conditions, desk)
        if filled + size > len(rows):
            return -1
        ended = follow(rules, size, begin, desk)
        for w in range(size):
            kind = verdict(desk.watches[w], ended, desk.ticket[0], desk.steps)
            if kind != NOTHING:
                _write(desk.watches[w], kind, ended, rules, masks, desk, rows[filled])
                rows[filled].cycle = cycle
                filled += 1
        begin = ended
        cycle += 1
    return filled


@kernel_part
def _write(watch: Table, kind: int, ended: int, rules: Rules, masks: Masks, desk: Desk, row: Table) -> None:
    row.ticket = desk.ticket[0].row
    row.target = watch.target
    row.limit = watch.limit
    row.kind = kind
    target = rules.targets[watch.target]
    row.reason = _reason(watch, kind, rules.tracks[target.track].is_response, desk.steps)
    row.start_us = watch.start_us
    row.stop_us = watch.stop_us
    row.decided_us = NO_TIME
    if kind == MET:
        row.decided_us = watch.stop_us
    elif kind == MISSED:
        row.decided_us = watch.missed_us
    row.from_us = _goes_on_from(watch, desk.steps[ended - 1])
    row.due_us = _due(watch, row.from_us, target.form, rules.limits[watch.limit], rules.hours)
    row.elapsed = watch.elapsed
    row.open_us = watch.open_us
    row.paused_us = watch.paused_us
    row.exclusion = exclusion_of(target, masks, desk.ticket[0])


@kernel_part
def _reason(watch: Table, kind: int, is_response: int, steps: Table) -> int:
    if steps[0].what == NEVER:
        return STOPS_BEFORE_START
    if kind == UNRESOLVED:
        return NO_RESPONSE if is_response else NO_RESOLUTION
    if watch.final:
        return REOPENED_LATER
    return CANCELLED_REASON if kind == CANCELLED else NO_REASON


@kernel_part
def _goes_on_from(watch: Table, last: Table) -> int:
    """Return from where a clock would go on: its stop, or the last instant if it runs; NO_TIME if it does neither."""
    if watch.stop_us != NO_TIME or last.what == NEVER:
        return int(watch.stop_us)
    return int(last.at_us) if last.mode == RUNS else NO_TIME


@kernel_part
def _due(watch: Table, from_us: int, form: int, limit: Table, hours: Hours) -> int:
    """Return when the limit was reached, or would be if the clock went on; NO_TIME if that is not known here."""
    if watch.due_us != NO_TIME or from_us == NO_TIME or limit.unit == DAY_END:
        return int(watch.due_us)
    if form != WITHIN:
        return NO_TIME
    calendar, unit, rest = watch.lane // 2, watch.lane % 2, limit.ceil - watch.elapsed
    if rest == 0:
        return from_us
    return reached(hours, calendar, unit, counted(hours, calendar, unit, from_us) + rest, from_us)

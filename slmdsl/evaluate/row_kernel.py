"""The pass that lists what each target says of each ticket and cycle, a row each.

Compiled by numba (see `slmdsl.evaluate.compiling`); plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from numba import njit

from slmdsl.base.units import NO_TIME
from slmdsl.evaluate.ticket_kernel import (
    Desk,
    Masks,
    Rules,
    end_of_family,
    exclusion_of,
    holds,
    is_in_force,
    is_over_unstarted,
    lay_track,
    room_at_desk,
    row_of,
    set_watches,
    take_up,
)
from slmdsl.rules.calendar_columns import counted, reached
from slmdsl.rules.moments import LAST_PRIORITY, LogColumns
from slmdsl.rules.stepper import COUNTED, NEVER, RUNS
from slmdsl.rules.stopwatch import (
    CANCELLED,
    DETAIL,
    MET,
    MISSED,
    NOTHING,
    UNRESOLVED,
    follow,
    verdict,
)
from slmdsl.rules.target_columns import DAY_END, STATISTIC, WITHIN

if TYPE_CHECKING:
    from slmdsl.rules.moments import Int8, Int32, Int64

# Why a row is as it is; see `slmdsl.evaluate.tickets.REASONS`.
(
    NO_REASON,
    NO_RESOLUTION,
    NO_RESPONSE,
    STOPS_BEFORE_START,
    NEVER_STARTED,
    CANCELLED_REASON,
    REOPENED_LATER,
) = range(7)


class Rows(NamedTuple):
    """Room for rows; see `slmdsl.evaluate.tickets.TicketVerdicts` for what they mean.

    `limit` is a row of the table of limits, `from_us` the instant from which a running clock goes on, NO_TIME where
    it does not.
    """

    ticket: Int64
    target: Int32
    cycle: Int32
    limit: Int64
    start_us: Int64
    due_us: Int64
    stop_us: Int64
    decided_us: Int64
    from_us: Int64
    elapsed: Int64
    open_us: Int64
    paused_us: Int64
    exclusion: Int32
    kind: Int8
    reason: Int8


@njit(nogil=True)
def list_tickets(
    first: int, last: int, as_of_us: int, log: LogColumns, rules: Rules, masks: Masks, rows: Rows
) -> tuple[int, int]:
    """List the tickets from `first` on, up to `last`, until `rows` is full.

    Returns how many rows there are, and the first ticket that is not among them.
    """
    desk = room_at_desk(rules, 64)
    desk.lanes.present[DETAIL] = 1
    filled = 0
    for ticket in range(first, last):
        if log.opened_us[ticket] > as_of_us:
            continue
        count = take_up(log, ticket, as_of_us, desk)
        while count < 0:
            desk = room_at_desk(rules, 2 * len(desk.moments.at_us))
            desk.lanes.present[DETAIL] = 1
            count = take_up(log, ticket, as_of_us, desk)
        after = _list_ticket(ticket, count, as_of_us, log, rules, masks, rows, filled, desk)
        if after < 0:
            return filled, ticket
        filled = after
    return filled, last


@njit(nogil=True)
def _list_ticket(
    ticket: int,
    count: int,
    as_of_us: int,
    log: LogColumns,
    rules: Rules,
    masks: Masks,
    rows: Rows,
    filled: int,
    desk: Desk,
) -> int:
    """Append a ticket's rows and return how many there are then, -1 if room is short."""
    row = row_of(rules.dispatch, log, ticket, desk)
    place, end = rules.dispatch.first[row], rules.dispatch.first[row + 1]
    track, laid = -1, 0
    while place < end:
        target = rules.dispatch.targets[place]
        if rules.targets.track[target] != track:
            track = rules.targets.track[target]
            laid = lay_track(log, ticket, as_of_us, count, rules, track, desk)
        after = end_of_family(rules, place, end)
        if rules.targets.form[target] <= STATISTIC and filled >= 0:
            if laid > 0:
                filled = _list_family(ticket, place, after, rules, masks, rows, filled, desk)
            elif is_over_unstarted(rules, track, count, desk):
                filled = _list_unstarted(ticket, place, after, log, rules, masks, rows, filled, desk)
        place = after
    return filled


@njit(nogil=True)
def _list_unstarted(
    ticket: int,
    place: int,
    after: int,
    log: LogColumns,
    rules: Rules,
    masks: Masks,
    rows: Rows,
    filled: int,
    desk: Desk,
) -> int:
    """List a ticket that was over before its clock started, by its opening and its last priority."""
    targets = rules.targets
    for listed in range(place, after):
        target = rules.dispatch.targets[listed]
        covers = targets.covers[target, desk.moments.told[LAST_PRIORITY] + 1]
        if not covers or not holds(masks, targets.condition[target], ticket):
            continue
        if not is_in_force(targets, target, log.opened_us[ticket]):
            continue
        if filled >= len(rows.ticket):
            return -1
        rows.ticket[filled] = ticket
        rows.target[filled] = target
        rows.cycle[filled] = 1
        rows.limit[filled] = targets.first_limit[target]
        rows.start_us[filled] = NO_TIME
        rows.due_us[filled] = NO_TIME
        rows.stop_us[filled] = NO_TIME
        rows.decided_us[filled] = NO_TIME
        rows.from_us[filled] = NO_TIME
        rows.elapsed[filled] = 0
        rows.open_us[filled] = 0
        rows.paused_us[filled] = 0
        rows.exclusion[filled] = exclusion_of(ticket, target, targets, masks, desk)
        rows.kind[filled] = UNRESOLVED
        rows.reason[filled] = NEVER_STARTED
        filled += 1
    return filled


@njit(nogil=True)
def _list_family(
    ticket: int, place: int, after: int, rules: Rules, masks: Masks, rows: Rows, filled: int, desk: Desk
) -> int:
    """List what a family says of a ticket, cycle by cycle."""
    begin, cycle, count = 0, 1, desk.steps.told[COUNTED]
    while begin < count:
        size = set_watches(ticket, place, after, begin, rules, masks, desk)
        if size == 0:
            return filled
        ended = follow(desk.watches, size, begin, desk.steps, desk.lanes, rules.targets, rules.calendars)
        if filled + size > len(rows.ticket):
            return -1
        for w in range(size):
            kind = verdict(desk.watches, w, ended, desk.steps)
            if kind != NOTHING:
                _write(ticket, cycle, w, kind, ended, rules, masks, rows, filled, desk)
                filled += 1
        begin = ended
        cycle += 1
    return filled


@njit(nogil=True)
def _write(
    ticket: int,
    cycle: int,
    w: int,
    kind: int,
    ended: int,
    rules: Rules,
    masks: Masks,
    rows: Rows,
    row: int,
    desk: Desk,
) -> None:
    watches, target = desk.watches, desk.watches.target[w]
    rows.ticket[row] = ticket
    rows.target[row] = target
    rows.cycle[row] = cycle
    rows.limit[row] = watches.limit[w]
    rows.start_us[row] = watches.start_us[w]
    rows.stop_us[row] = watches.stop_us[w]
    rows.decided_us[row] = NO_TIME
    if kind == MET:
        rows.decided_us[row] = watches.stop_us[w]
    elif kind == MISSED:
        rows.decided_us[row] = watches.missed_us[w]
    rows.elapsed[row] = watches.elapsed[w]
    rows.open_us[row] = watches.open_us[w]
    rows.paused_us[row] = watches.paused_us[w]
    rows.exclusion[row] = exclusion_of(ticket, target, rules.targets, masks, desk)
    rows.kind[row] = kind
    rows.reason[row] = _reason(w, kind, rules, desk)
    rows.from_us[row] = _goes_on_from(w, ended, desk)
    rows.due_us[row] = _due(w, rows.from_us[row], rules, desk)


@njit(nogil=True)
def _reason(w: int, kind: int, rules: Rules, desk: Desk) -> int:
    if desk.steps.what[0] == NEVER:
        return STOPS_BEFORE_START
    if kind == UNRESOLVED:
        is_response = rules.tracks.is_response[rules.targets.track[desk.watches.target[w]]]
        return NO_RESPONSE if is_response else NO_RESOLUTION
    if desk.watches.final[w]:
        return REOPENED_LATER
    return CANCELLED_REASON if kind == CANCELLED else NO_REASON


@njit(nogil=True)
def _goes_on_from(w: int, ended: int, desk: Desk) -> int:
    """Return from where a clock would go on: its stop, or the last instant if it runs; NO_TIME if it does neither."""
    steps, stop_us = desk.steps, desk.watches.stop_us[w]
    if stop_us != NO_TIME or steps.what[0] == NEVER:
        return int(stop_us)
    return int(steps.at_us[ended - 1]) if steps.mode[ended - 1] == RUNS else NO_TIME


@njit(nogil=True)
def _due(w: int, from_us: int, rules: Rules, desk: Desk) -> int:
    """Return when the limit was reached, or would be if the clock went on; NO_TIME if that is not known here."""
    watches, targets = desk.watches, rules.targets
    limit, lane = watches.limit[w], watches.lane[w]
    is_open = watches.due_us[w] == NO_TIME and from_us != NO_TIME
    if not is_open or targets.form[watches.target[w]] != WITHIN or targets.limit_unit[limit] == DAY_END:
        return int(watches.due_us[w])
    rest = targets.limit_ceil[limit] - watches.elapsed[w]
    shown = counted(rules.calendars, lane // 2, lane % 2, from_us)
    return from_us if rest == 0 else reached(rules.calendars, lane // 2, lane % 2, shown + rest)

"""The fused pass that counts tickets: each ticket once, for all targets, into cells of integers.

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
    covers_at_last,
    end_of_family,
    exclusion_of,
    halted_at,
    holds,
    is_in_force,
    is_over_unstarted,
    lay_track,
    room_at_desk,
    row_of,
    set_watches,
    take_up,
)
from slmdsl.rules.calendar_columns import counted
from slmdsl.rules.moments import LAST_PRIORITY, LogColumns
from slmdsl.rules.stepper import COUNTED, RUNS
from slmdsl.rules.stopwatch import (
    CANCELLED,
    MET,
    MISSED,
    NOTHING,
    UNDECIDED,
    UNRESOLVED,
    follow,
    verdict,
)
from slmdsl.rules.target_columns import DAY_END, STATISTIC, WITHIN, bucket_of, in_force, period_end

if TYPE_CHECKING:
    from slmdsl.rules.moments import Int32, Int64

# Which instant chooses the bucket that a ticket counts in.
BY_DECISION, BY_OPENING, BY_STOP = range(3)

# The columns of a cell.
(
    N,
    MET_N,
    GROSS_N,
    GROSS_MET,
    CANCELLED_N,
    UNRESOLVED_N,
    UNDECIDED_N,
    AT_RISK,
    GOAL_SUM,
    ELAPSED_HIGH,
    ELAPSED_LOW,
) = range(11)
FIGURES = 11

HALF = 32
"""Sums of elapsed time are kept in two halves of 32 bits: five million long-lived tickets overflow int64."""


class Tally(NamedTuple):
    """Where counts go: cells (shape cells x FIGURES), and for targets on quantiles each ticket's cell and elapsed time.

    `values_cell` and `values` have a row for each such target and `filled[row]` entries so far.
    """

    cells: Int64
    values_cell: Int32
    values: Int64
    filled: Int64


@njit(nogil=True)
def count_tickets(
    first: int, last: int, as_of_us: int, log: LogColumns, rules: Rules, masks: Masks, tally: Tally
) -> int:
    """Count the tickets `first .. last` as known at `as_of_us` into `tally`; return how many were opened by then."""
    desk = room_at_desk(rules, 64)
    seen = 0
    for ticket in range(first, last):
        if log.opened_us[ticket] > as_of_us:
            continue
        seen += 1
        count = take_up(log, ticket, as_of_us, desk)
        while count < 0:
            desk = room_at_desk(rules, 2 * len(desk.moments.at_us))
            count = take_up(log, ticket, as_of_us, desk)
        _count_ticket(ticket, count, as_of_us, log, rules, masks, tally, desk)
    return seen


@njit(nogil=True)
def _count_ticket(
    ticket: int,
    count: int,
    as_of_us: int,
    log: LogColumns,
    rules: Rules,
    masks: Masks,
    tally: Tally,
    desk: Desk,
) -> None:
    row = row_of(rules.dispatch, log, ticket, desk)
    place, end = rules.dispatch.first[row], rules.dispatch.first[row + 1]
    track, laid = -1, 0
    while place < end:
        target = rules.dispatch.targets[place]
        if rules.targets.track[target] != track:
            track = rules.targets.track[target]
            laid = lay_track(log, ticket, as_of_us, count, rules, track, desk)
        after = end_of_family(rules, place, end)
        if rules.targets.form[target] > STATISTIC and rules.targets.counted[target] == BY_OPENING:
            _count_opened(ticket, target, log, rules, masks, tally, desk)
        elif laid > 0:
            size = set_watches(ticket, place, after, 0, rules, masks, desk)
            ended = follow(desk.watches, size, 0, desk.steps, desk.lanes, rules.targets, rules.calendars)
            for w in range(size):
                _count_watch(ticket, w, ended, log, rules, masks, tally, desk)
        elif is_over_unstarted(rules, track, count, desk):
            _count_unstarted(ticket, place, after, log, rules, masks, tally, desk)
        place = after


@njit(nogil=True)
def _cell(ticket: int, target: int, at_us: int, rules: Rules, masks: Masks) -> int:
    """Return the cell of a target that a ticket of an instant counts in, -1 if no bucket holds it."""
    targets = rules.targets
    bucket = bucket_of(targets, target, at_us)
    if bucket < 0:
        return -1
    if targets.part[target] >= 0:
        part = masks.parts[targets.part[target], ticket] + 1
        bucket += part * (targets.last_edge[target] - targets.first_edge[target])
    return int(targets.first_cell[target] + bucket)


@njit(nogil=True)
def _add(cells: Int64, cell: int, is_met: int, is_net: int) -> None:
    cells[cell, GROSS_N] += 1
    cells[cell, GROSS_MET] += is_met
    cells[cell, N] += is_net
    cells[cell, MET_N] += is_met * is_net


@njit(nogil=True)
def _count_opened(
    ticket: int, target: int, log: LogColumns, rules: Rules, masks: Masks, tally: Tally, desk: Desk
) -> None:
    """Count a ticket for a share or count of tickets opened in the period."""
    targets, opened_us = rules.targets, log.opened_us[ticket]
    if not is_in_force(targets, target, opened_us) or not covers_at_last(targets, target, desk):
        return
    cell = _cell(ticket, target, opened_us, rules, masks)
    if cell >= 0 and holds(masks, targets.condition[target], ticket):
        is_met = int(holds(masks, targets.numerator[target], ticket))
        _add(tally.cells, cell, is_met, int(exclusion_of(ticket, target, targets, masks, desk) == 0))


@njit(nogil=True)
def _count_unstarted(
    ticket: int, place: int, after: int, log: LogColumns, rules: Rules, masks: Masks, tally: Tally, desk: Desk
) -> None:
    """Count a ticket that was over before its clock started as unresolved, by its opening and its last priority."""
    targets, opened_us = rules.targets, log.opened_us[ticket]
    for listed in range(place, after):
        target = rules.dispatch.targets[listed]
        cell = _cell(ticket, target, opened_us, rules, masks)
        means_it = targets.covers[target, desk.moments.told[LAST_PRIORITY] + 1] and holds(
            masks, targets.condition[target], ticket
        )
        if cell >= 0 and means_it and is_in_force(targets, target, opened_us):
            tally.cells[cell, UNRESOLVED_N] += exclusion_of(ticket, target, targets, masks, desk) == 0


@njit(nogil=True)
def _count_watch(
    ticket: int, w: int, ended: int, log: LogColumns, rules: Rules, masks: Masks, tally: Tally, desk: Desk
) -> None:
    """Count what the ticket is to watch w."""
    targets, target = rules.targets, desk.watches.target[w]
    kind = verdict(desk.watches, w, ended, desk.steps)
    if kind == NOTHING or not covers_at_last(targets, target, desk):
        return
    by_opening = targets.counted[target] == BY_OPENING
    at_us = log.opened_us[ticket] if by_opening else _counted_at(kind, w, targets.counted[target], desk)
    if at_us == NO_TIME:
        return
    cell = _cell(ticket, target, at_us, rules, masks)
    if cell < 0:
        return
    is_net = int(exclusion_of(ticket, target, targets, masks, desk) == 0)
    if kind in (MET, MISSED):
        _count_judged(ticket, w, kind, cell, is_net, rules, masks, tally, desk)
    elif kind == UNDECIDED:
        tally.cells[cell, UNDECIDED_N] += is_net
        tally.cells[cell, AT_RISK] += is_net * _is_at_risk(w, at_us, rules, desk)
    else:
        tally.cells[cell, CANCELLED_N if kind == CANCELLED else UNRESOLVED_N] += is_net


@njit(nogil=True)
def _counted_at(kind: int, w: int, counted_by: int, desk: Desk) -> int:
    """Return the instant that a ticket counts by when not by its opening, NO_TIME if it does not count yet."""
    watches = desk.watches
    if kind == UNDECIDED:
        return int(desk.steps.at_us[desk.steps.told[COUNTED] - 1])
    if kind in (CANCELLED, UNRESOLVED):
        return halted_at(desk)
    if counted_by == BY_STOP or kind == MET:
        return int(watches.stop_us[w])
    return int(watches.missed_us[w])


@njit(nogil=True)
def _count_judged(
    ticket: int,
    w: int,
    kind: int,
    cell: int,
    is_net: int,
    rules: Rules,
    masks: Masks,
    tally: Tally,
    desk: Desk,
) -> None:
    targets, watches = rules.targets, desk.watches
    target = watches.target[w]
    is_met = int(kind == MET)
    if targets.form[target] > STATISTIC:
        is_met = int(holds(masks, targets.numerator[target], ticket))
    _add(tally.cells, cell, is_met, is_net)
    if targets.form[target] == WITHIN:
        goal = in_force(
            targets.goal_from_us, targets.first_goal[target], targets.end_goal[target], desk.steps.at_us[0]
        )
        tally.cells[cell, GOAL_SUM] += is_net * targets.goal_numerator[goal]
    elif targets.form[target] == STATISTIC and is_net:
        elapsed = watches.elapsed[w]
        tally.cells[cell, ELAPSED_HIGH] += elapsed >> HALF
        tally.cells[cell, ELAPSED_LOW] += elapsed & ((1 << HALF) - 1)
        row = targets.values[target]
        if row >= 0:
            tally.values_cell[row, tally.filled[row]] = cell
            tally.values[row, tally.filled[row]] = elapsed
            tally.filled[row] += 1


@njit(nogil=True)
def _is_at_risk(w: int, as_of_us: int, rules: Rules, desk: Desk) -> bool:
    """Whether an undecided ticket becomes a miss of its period if its clock simply runs on.

    A ticket counted by its opening does so whenever its limit runs out. To a statistic a ticket is at risk once it is
    older than the limit.
    """
    targets, watches = rules.targets, desk.watches
    target, limit = watches.target[w], watches.limit[w]
    if targets.form[target] == STATISTIC:
        return bool(watches.elapsed[w] > targets.limit_floor[limit])
    if targets.form[target] != WITHIN or desk.steps.mode[desk.steps.told[COUNTED] - 1] != RUNS:
        return False
    if targets.counted[target] == BY_OPENING:
        return True
    end_us = period_end(targets, target, as_of_us)
    if targets.limit_unit[limit] == DAY_END:
        return bool(NO_TIME < watches.due_us[w] < end_us)
    # Due before the end: the last microsecond of the period has reached the limit.
    lane = watches.lane[w]
    rest = targets.limit_ceil[limit] - watches.elapsed[w]
    at_end = counted(rules.calendars, lane // 2, lane % 2, end_us - 1)
    return bool(at_end - counted(rules.calendars, lane // 2, lane % 2, as_of_us) >= rest)

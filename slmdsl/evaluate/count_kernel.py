"""The fused pass that counts tickets: each ticket once, for all targets, into cells of integers.

Compiled by numba (see `slmdsl.evaluate.compiling`); plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from numba import njit

from slmdsl.base.units import NO_TIME
from slmdsl.evaluate.ticket_kernel import (
    end_of_family,
    exclusion_of,
    halted_at,
    holds,
    is_in_force,
    is_over_unstarted,
    means_last_priority,
    row_of,
    set_watches,
)
from slmdsl.rules.calendar_readings import counted
from slmdsl.rules.moments import recall
from slmdsl.rules.stepper import RUNS, lay_steps
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
from slmdsl.rules.target_readings import DAY_END, STATISTIC, WITHIN, bucket_of, in_force, period_end

if TYPE_CHECKING:
    from slmdsl.rules.tables import Desk, Int32, Int64, LogColumns, Masks, Rules, Table

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
    first: int,
    last: int,
    as_of_us: int,
    log: LogColumns,
    rules: Rules,
    masks: Masks,
    desk: Desk,
    tally: Tally,
) -> int:
    """Count the tickets `first .. last` as known at `as_of_us` into `tally`; return how many were opened by then."""
    seen = 0
    for row in range(first, last):
        if log.opened_us[row] <= as_of_us:
            seen += 1
            recall(log, row, as_of_us, desk)
            _count_ticket(as_of_us, rules, masks, desk, tally)
    return seen


@njit(nogil=True)
def _count_ticket(as_of_us: int, rules: Rules, masks: Masks, desk: Desk, tally: Tally) -> None:
    row = row_of(rules, desk)
    place, end = rules.first_listed[row], rules.first_listed[row + 1]
    track, laid = -1, 0
    while place < end:
        target = rules.listed[place]
        if rules.targets[target].track != track:
            track = rules.targets[target].track
            laid = lay_steps(rules, track, as_of_us, masks, desk)
        after = end_of_family(rules, place, end)
        if rules.targets[target].form > STATISTIC and rules.targets[target].counted == BY_OPENING:
            _count_opened(target, rules, masks, desk, tally)
        elif laid > 0:
            size = set_watches(rules, place, after, 0, masks, desk)
            ended = follow(rules, size, 0, desk)
            for w in range(size):
                _count_watch(desk.watches[w], ended, rules, masks, desk, tally)
        elif is_over_unstarted(rules, track, desk):
            _count_unstarted(place, after, rules, masks, desk, tally)
        place = after


@njit(nogil=True)
def _cell(target: int, at_us: int, rules: Rules, masks: Masks, desk: Desk) -> int:
    """Return the cell of a target that the ticket counts in at an instant, -1 if no bucket holds it."""
    bucket = bucket_of(rules, target, at_us)
    if bucket < 0:
        return -1
    mine = rules.targets[target]
    if mine.part >= 0:
        part = masks.parts[mine.part, desk.ticket[0].row] + 1
        bucket += part * (mine.last_edge - mine.first_edge)
    return int(mine.first_cell + bucket)


@njit(nogil=True)
def _add(cells: Int64, cell: int, is_met: int, is_net: int) -> None:
    cells[cell, GROSS_N] += 1
    cells[cell, GROSS_MET] += is_met
    cells[cell, N] += is_net
    cells[cell, MET_N] += is_met * is_net


@njit(nogil=True)
def _count_opened(target: int, rules: Rules, masks: Masks, desk: Desk, tally: Tally) -> None:
    """Count the ticket for a share or count of tickets opened in the period."""
    mine, row, opened_us = rules.targets[target], desk.ticket[0].row, desk.ticket[0].opened_us
    if not is_in_force(rules, target, opened_us) or not means_last_priority(rules, target, desk):
        return
    cell = _cell(target, opened_us, rules, masks, desk)
    if cell >= 0 and holds(masks, mine.condition, row):
        is_net = int(exclusion_of(rules, target, masks, desk) == 0)
        _add(tally.cells, cell, int(holds(masks, mine.numerator, row)), is_net)


@njit(nogil=True)
def _count_unstarted(place: int, after: int, rules: Rules, masks: Masks, desk: Desk, tally: Tally) -> None:
    """Count a ticket that was over before its clock started as unresolved, by its opening and its last priority."""
    opened_us = desk.ticket[0].opened_us
    for listed in range(place, after):
        target = rules.listed[listed]
        cell = _cell(target, opened_us, rules, masks, desk)
        is_meant = means_last_priority(rules, target, desk) and is_in_force(rules, target, opened_us)
        if cell >= 0 and is_meant and holds(masks, rules.targets[target].condition, desk.ticket[0].row):
            tally.cells[cell, UNRESOLVED_N] += exclusion_of(rules, target, masks, desk) == 0


@njit(nogil=True)
def _count_watch(watch: Table, ended: int, rules: Rules, masks: Masks, desk: Desk, tally: Tally) -> None:
    """Count what the ticket is to a watch."""
    target, kind = watch.target, verdict(watch, ended, desk)
    if kind == NOTHING:
        return
    if rules.targets[target].form > STATISTIC and not means_last_priority(rules, target, desk):
        return
    at_us = _counted_at(watch, kind, rules.targets[target].counted, desk)
    cell = -1 if at_us == NO_TIME else _cell(target, at_us, rules, masks, desk)
    if cell < 0:
        return
    is_net = int(exclusion_of(rules, target, masks, desk) == 0)
    if kind in (MET, MISSED):
        _count_judged(watch, kind, cell, is_net, rules, masks, desk, tally)
    elif kind == UNDECIDED:
        tally.cells[cell, UNDECIDED_N] += is_net
        tally.cells[cell, AT_RISK] += is_net * _is_at_risk(watch, at_us, rules, desk)
    else:
        tally.cells[cell, CANCELLED_N if kind == CANCELLED else UNRESOLVED_N] += is_net


@njit(nogil=True)
def _counted_at(watch: Table, kind: int, counted_by: int, desk: Desk) -> int:
    """Return the instant that the ticket counts by, NO_TIME if it does not count yet."""
    if counted_by == BY_OPENING:
        return int(desk.ticket[0].opened_us)
    if kind == UNDECIDED:
        return int(desk.steps[desk.ticket[0].steps - 1].at_us)
    if kind in (CANCELLED, UNRESOLVED):
        return halted_at(desk)
    return int(watch.stop_us if counted_by == BY_STOP or kind == MET else watch.missed_us)


@njit(nogil=True)
def _count_judged(
    watch: Table, kind: int, cell: int, is_net: int, rules: Rules, masks: Masks, desk: Desk, tally: Tally
) -> None:
    target = rules.targets[watch.target]
    if target.form > STATISTIC:
        _add(tally.cells, cell, int(holds(masks, target.numerator, desk.ticket[0].row)), is_net)
        return
    _add(tally.cells, cell, int(kind == MET), is_net)
    if not is_net:
        return
    if target.form == WITHIN:
        goal = in_force(rules.goals, target.first_goal, target.end_goal, desk.steps[0].at_us)
        tally.cells[cell, GOAL_SUM] += rules.goals[goal].numerator
        return
    tally.cells[cell, ELAPSED_HIGH] += watch.elapsed >> HALF
    tally.cells[cell, ELAPSED_LOW] += watch.elapsed & ((1 << HALF) - 1)
    if target.values >= 0:
        place = tally.filled[target.values]
        tally.values_cell[target.values, place] = cell
        tally.values[target.values, place] = watch.elapsed
        tally.filled[target.values] = place + 1


@njit(nogil=True)
def _is_at_risk(watch: Table, as_of_us: int, rules: Rules, desk: Desk) -> bool:
    """Whether an undecided ticket becomes a miss of its period if its clock simply runs on.

    A ticket counted by its opening does so whenever its limit runs out. To a statistic a ticket is at risk once it is
    older than the limit.
    """
    target, limit = rules.targets[watch.target], rules.limits[watch.limit]
    if target.form == STATISTIC:
        return bool(watch.elapsed > limit.floor)
    if target.form != WITHIN or desk.steps[desk.ticket[0].steps - 1].mode != RUNS:
        return False
    if target.counted == BY_OPENING:
        return True
    end_us = period_end(rules, watch.target, as_of_us)
    if limit.unit == DAY_END:
        return bool(NO_TIME < watch.due_us < end_us)
    # Due before the end: the last microsecond of the period has reached the limit.
    calendar, unit = watch.lane // 2, watch.lane % 2
    shown = counted(rules, calendar, unit, end_us - 1) - counted(rules, calendar, unit, as_of_us)
    return bool(shown >= limit.ceil - watch.elapsed)

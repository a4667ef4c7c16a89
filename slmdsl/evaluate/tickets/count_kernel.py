"""The fused pass that counts tickets: each ticket once, for all targets, into cells of integers.

Compiled by numba (see `slmdsl.base.kernels`); plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from slmdsl.base.kernels import kernel_function, kernel_part
from slmdsl.base.units import NO_TIME
from slmdsl.evaluate.tickets.watching import exclusion_of, halted_at, is_over_unstarted
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
from slmdsl.rules.watching import end_of_family, holds, is_in_force, row_of, set_watches

if TYPE_CHECKING:
    from slmdsl.rules.dispatch import Dispatch
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

    `values_cell` and `values` have a row for each such target and `filled[row]` entries so far. `misses` has the
    ticket, the cell and the stop that stands (NO_TIME before) of each net miss of a limit, `missed[0]` of them so far;
    it has no rows where nobody asks for them.
    """

    cells: Int64
    values_cell: Int32
    values: Int64
    filled: Int64
    misses: Int64
    missed: Int64


@kernel_function
def count_tickets(
    first: int,
    last: int,
    as_of_us: int,
    log: LogColumns,
    dispatch: Dispatch,
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
            # Written out: `take_up` makes counting some 5 % slower.
            recall(log, row, as_of_us, desk)
            listed = row_of(dispatch, desk.ticket[0])
            place, end = dispatch.first_listed[listed], dispatch.first_listed[listed + 1]
            _count_ticket(place, end, as_of_us, rules, masks, desk, tally)
    return seen


@kernel_part
def _count_ticket(
    place: int, end: int, as_of_us: int, rules: Rules, masks: Masks, desk: Desk, tally: Tally
) -> None:
    """Count the ticket for the targets `place .. end` of the dispatch."""
    track, laid = -1, 0
    while place < end:
        target = rules.targets[rules.listed[place]]
        if target.track != track:
            track = target.track
            laid = lay_steps(rules, track, as_of_us, masks.time_fields_us, desk)
        after = end_of_family(rules.targets, rules.listed, place, end)
        if target.form > STATISTIC and target.counted == BY_OPENING:
            _count_opened(rules.listed[place], rules, masks, desk.ticket[0], tally.cells)
        elif laid > 0:
            size = set_watches(rules, place, after, 0, masks.conditions, desk)
            ended = follow(rules, size, 0, desk)
            for w in range(size):
                _count_watch(desk.watches[w], ended, rules, masks, desk, tally)
        elif is_over_unstarted(rules.tracks[track], desk.ticket[0], desk.moments):
            _count_unstarted(place, after, rules, masks, desk.ticket[0], tally.cells)
        place = after


@kernel_part
def _cell(target: Table, at_us: int, edges_us: Int64, parts: Int32, ticket: Table) -> int:
    """Return the cell of a target that a ticket counts in at an instant, -1 if no bucket holds it."""
    # Targets with the same periods are often asked about the same instant one after the other.
    if ticket.bucket_at_us != at_us or ticket.bucket_edge != target.first_edge:
        ticket.bucket_at_us, ticket.bucket_edge = at_us, target.first_edge
        ticket.bucket = bucket_of(target, edges_us, at_us)
    if ticket.bucket < 0:
        return -1
    cell = target.first_cell + ticket.bucket
    if target.part >= 0:
        cell += (parts[target.part, ticket.row] + 1) * (target.last_edge - target.first_edge)
    return int(cell)


@kernel_part
def _add(cells: Int64, cell: int, is_met: int, is_net: int) -> None:
    cells[cell, GROSS_N] += 1
    cells[cell, GROSS_MET] += is_met
    cells[cell, N] += is_net
    cells[cell, MET_N] += is_met * is_net


@kernel_part
def _count_opened(target: int, rules: Rules, masks: Masks, ticket: Table, cells: Int64) -> None:
    """Count the ticket for a share or count of tickets opened in the period."""
    mine, row, opened_us = rules.targets[target], ticket.row, ticket.opened_us
    if not is_in_force(mine, opened_us) or not rules.covers[target, ticket.last_priority + 1]:
        return
    cell = _cell(mine, opened_us, rules.edges_us, masks.parts, ticket)
    if cell >= 0 and holds(masks.conditions, mine.condition, row):
        is_net = int(exclusion_of(mine, masks, ticket) == 0)
        _add(cells, cell, int(holds(masks.conditions, mine.numerator, row)), is_net)


@kernel_part
def _count_unstarted(place: int, after: int, rules: Rules, masks: Masks, ticket: Table, cells: Int64) -> None:
    """Count a ticket that was over before its clock started as unresolved, by its opening and its last priority."""
    for listed in range(place, after):
        target = rules.listed[listed]
        mine = rules.targets[target]
        cell = _cell(mine, ticket.opened_us, rules.edges_us, masks.parts, ticket)
        is_meant = rules.covers[target, ticket.last_priority + 1] and is_in_force(mine, ticket.opened_us)
        if cell >= 0 and is_meant and holds(masks.conditions, mine.condition, ticket.row):
            cells[cell, UNRESOLVED_N] += exclusion_of(mine, masks, ticket) == 0


@kernel_part
def _count_watch(watch: Table, ended: int, rules: Rules, masks: Masks, desk: Desk, tally: Tally) -> None:
    """Count what the ticket is to a watch."""
    target, ticket = rules.targets[watch.target], desk.ticket[0]
    kind = verdict(watch, ended, ticket, desk.steps)
    if kind == NOTHING:
        return
    if target.form > STATISTIC and not rules.covers[watch.target, ticket.last_priority + 1]:
        return
    at_us = _counted_at(watch, kind, target.counted, ticket, desk.steps)
    if at_us == NO_TIME:
        return
    cell = _cell(target, at_us, rules.edges_us, masks.parts, ticket)
    if cell < 0:
        return
    is_net = int(exclusion_of(target, masks, ticket) == 0)
    if kind in (MET, MISSED):
        is_met = kind == MET
        if target.form > STATISTIC:
            is_met = holds(masks.conditions, target.numerator, ticket.row)
        _add(tally.cells, cell, int(is_met), is_net)
        if is_net:
            _sum_up(watch, target, cell, rules.goals, desk.steps[0].at_us, tally)
            if kind == MISSED and target.form == WITHIN and len(tally.misses) > 0:
                _list_miss(ticket.row, cell, watch.stop_us, tally)
    elif kind == UNDECIDED:
        tally.cells[cell, UNDECIDED_N] += is_net
        tally.cells[cell, AT_RISK] += is_net * _is_at_risk(watch, at_us, rules, ticket, desk.steps)
    else:
        tally.cells[cell, CANCELLED_N if kind == CANCELLED else UNRESOLVED_N] += is_net


@kernel_part
def _counted_at(watch: Table, kind: int, counted_by: int, ticket: Table, steps: Table) -> int:
    """Return the instant that a ticket counts by, NO_TIME if it does not count yet."""
    if counted_by == BY_OPENING:
        return int(ticket.opened_us)
    if kind == UNDECIDED:
        return int(steps[ticket.steps - 1].at_us)
    if kind in (CANCELLED, UNRESOLVED):
        return halted_at(ticket, steps)
    return int(watch.stop_us if counted_by == BY_STOP or kind == MET else watch.missed_us)


@kernel_part
def _sum_up(watch: Table, target: Table, cell: int, goals: Table, start_us: int, tally: Tally) -> None:
    """Add the goal that a judged ticket brings, or its elapsed time to a statistic."""
    if target.form == WITHIN:
        goal = in_force(goals, target.first_goal, target.end_goal, start_us)
        tally.cells[cell, GOAL_SUM] += goals[goal].numerator
    elif target.form == STATISTIC:
        tally.cells[cell, ELAPSED_HIGH] += watch.elapsed >> HALF
        tally.cells[cell, ELAPSED_LOW] += watch.elapsed & ((1 << HALF) - 1)
        if target.values >= 0:
            place = tally.filled[target.values]
            tally.values_cell[target.values, place] = cell
            tally.values[target.values, place] = watch.elapsed
            tally.filled[target.values] = place + 1


@kernel_part
def _list_miss(row: int, cell: int, stop_us: int, tally: Tally) -> None:
    place = tally.missed[0]
    tally.misses[place, 0], tally.misses[place, 1], tally.misses[place, 2] = row, cell, stop_us
    tally.missed[0] = place + 1


@kernel_part
def _is_at_risk(watch: Table, as_of_us: int, rules: Rules, ticket: Table, steps: Table) -> bool:
    """Whether an undecided ticket becomes a miss of its period if its clock simply runs on.

    A ticket counted by its opening does so whenever its limit runs out. To a statistic a ticket is at risk once it is
    older than the limit.
    """
    target, limit = rules.targets[watch.target], rules.limits[watch.limit]
    if target.form == STATISTIC:
        return bool(watch.elapsed > limit.floor)
    if target.form != WITHIN or steps[ticket.steps - 1].mode != RUNS:
        return False
    if target.counted == BY_OPENING:
        return True
    end_us = period_end(target, rules.edges_us, as_of_us)
    if limit.unit == DAY_END:
        return bool(NO_TIME < watch.due_us < end_us)
    # Due before the end: the last microsecond of the period has reached the limit.
    calendar, unit = watch.lane // 2, watch.lane % 2
    now, then = (
        counted(rules.hours, calendar, unit, as_of_us),
        counted(rules.hours, calendar, unit, end_us - 1),
    )
    return bool(then - now >= limit.ceil - watch.elapsed)

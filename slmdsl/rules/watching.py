"""The way from a ticket to the watches on it: which targets judge it, and their stopwatches set.

Compiled by numba into its callers; plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_part
from slmdsl.rules.moments import recall
from slmdsl.rules.stopwatch import set_watch

if TYPE_CHECKING:
    from slmdsl.rules.dispatch import Dispatch
    from slmdsl.rules.tables import Desk, Int64, LogColumns, Rules, Table, UInt8

_NO_CONDITION = -1


@kernel_part
def row_of(dispatch: Dispatch, ticket: Table) -> int:
    """Return the row of the dispatch that lists the targets which may judge a ticket."""
    services, customers, priorities = dispatch.class_counts
    row = dispatch.kind_class[ticket.kind + 1] * services + dispatch.service_class[ticket.service + 1]
    row = (row * customers + dispatch.customer_class[ticket.customer + 1]) * priorities
    if ticket.reprioritised:
        return int(row + priorities - 1)
    return int(row + dispatch.priority_class[ticket.first_priority + 1])


@kernel_part
def take_up(log: LogColumns, row: int, as_of_us: int, dispatch: Dispatch, desk: Desk) -> tuple[int, int]:
    """Recall a ticket, and return which targets may judge it: those listed at `place .. end` of the dispatch."""
    recall(log, row, as_of_us, desk)
    listed = row_of(dispatch, desk.ticket[0])
    return dispatch.first_listed[listed], dispatch.first_listed[listed + 1]


@kernel_part
def end_of_family(targets: Table, listed: Int64, place: int, end: int) -> int:
    """Return where the family ends to which the target at `place` of a row `.. end` belongs."""
    family = targets[listed[place]].family
    place += 1
    while place < end and targets[listed[place]].family == family:
        place += 1
    return place


@kernel_part
def holds(conditions: UInt8, condition: int, row: int) -> bool:
    """Whether a ticket meets a condition; none (-1) is always met."""
    return bool(condition == _NO_CONDITION or conditions[condition, row])


@kernel_part
def is_in_force(target: Table, at_us: int) -> bool:
    """Whether the agreement of a target is valid at an instant."""
    return bool(target.valid_from_us <= at_us < target.valid_to_us)


@kernel_part
def set_watches(rules: Rules, place: int, end: int, step: int, conditions: UInt8, desk: Desk) -> int:
    """Set a watch at a step for each target `place .. end` of a family that judges the ticket; return how many."""
    size, start_us, begins = 0, desk.steps[0].at_us, desk.steps[step]
    for listed in range(place, end):
        target = rules.listed[listed]
        mine = rules.targets[target]
        if is_in_force(mine, start_us) and holds(conditions, mine.condition, desk.ticket[0].row):
            set_watch(rules, target, begins.at_us, begins.priority, desk.watches[size])
            size += 1
    return size

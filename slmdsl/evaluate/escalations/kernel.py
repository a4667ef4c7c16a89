"""The pass that lists which lines of escalations fired for which tickets.

Compiled by numba (see `slmdsl.base.kernels`); plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_function, kernel_part
from slmdsl.rules.climb import FULL, begin_climb, climb
from slmdsl.rules.stepper import lay_steps
from slmdsl.rules.watching import end_of_family, set_watches, take_up

if TYPE_CHECKING:
    from slmdsl.rules.dispatch import Dispatch
    from slmdsl.rules.ladder_tables import Ladder, Landing
    from slmdsl.rules.tables import Desk, LogColumns, Masks, Rules


@kernel_function
def fire_tickets(
    first: int,
    last: int,
    as_of_us: int,
    log: LogColumns,
    dispatch: Dispatch,
    rules: Rules,
    masks: Masks,
    desk: Desk,
    ladder: Ladder,
    landing: Landing,
) -> tuple[int, int]:
    """List what fired for the tickets from `first` on, up to `last`, until there is no room for rows.

    Returns how many rows there are, and the first ticket that is not among them.
    """
    filled = 0
    for ticket in range(first, last):
        if log.opened_us[ticket] > as_of_us:
            continue
        place, end = take_up(log, ticket, as_of_us, dispatch, desk)
        after = _fire_ticket(place, end, as_of_us, rules, masks, desk, ladder, landing, filled)
        if after == FULL:
            return filled, ticket
        filled = after
    return filled, last


@kernel_part
def _fire_ticket(
    place: int,
    end: int,
    as_of_us: int,
    rules: Rules,
    masks: Masks,
    desk: Desk,
    ladder: Ladder,
    landing: Landing,
    filled: int,
) -> int:
    """Append what fired for the targets `place .. end` of the dispatch; return the number of rows, or FULL."""
    laid_track, laid = -1, 0
    while place < end and filled != FULL:
        target = rules.listed[place]
        after = end_of_family(rules.targets, rules.listed, place, end)
        if ladder.first[target] < ladder.end[target]:
            if rules.targets[target].track != laid_track:
                laid_track = rules.targets[target].track
                laid = lay_steps(rules, laid_track, as_of_us, masks.time_fields_us, desk)
            if laid > 0:
                filled = _fire_family(place, after, rules, masks, desk, ladder, landing, filled)
        place = after
    return filled


@kernel_part
def _fire_family(
    place: int,
    after: int,
    rules: Rules,
    masks: Masks,
    desk: Desk,
    ladder: Ladder,
    landing: Landing,
    filled: int,
) -> int:
    """Append what fired on a family's clock, cycle by cycle."""
    begin, cycle = 0, 1
    while begin < desk.ticket[0].steps and filled != FULL:
        size = set_watches(rules, place, after, begin, masks.conditions, desk)
        if size == 0:
            break
        begin_climb(landing)
        begin, filled = climb(rules, ladder, size, begin, cycle, desk, landing, filled)
        cycle += 1
    return filled

"""What comes next: a heap of what is scheduled, merged with what is known from the beginning.

Each event is an instant and one number that holds rank (4 bits), id (36 bits) and version (23 bits), so that events are
ordered by two comparisons. Two versions of one event stand side by side; all but one of them are stale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_part
from slmdsl.simulate.fast.tables import FAR

if TYPE_CHECKING:
    from slmdsl.simulate.fast.tables import Arriving, Desk, Table

RANK_SHIFT, ID_SHIFT = 59, 23
ID_MASK, VERSION_MASK = (1 << 36) - 1, (1 << 23) - 1

(
    REPAIRED,
    BREAKS,
    DONE,
    DUTY_ENDS,
    DUTY_BEGINS,
    MAY_CALL,
    WAITED,
    ARRIVES,
    OUT_OF_PATIENCE,
    RESTORES,
    DISPATCH,
    AGED,
    JUDGE,
) = range(13)
"""The ranks."""

SCHEDULED, FIXED, ARRIVAL, NOTHING = range(4)
"""Where the next event stands."""


@kernel_part
def code_of(rank: int, number: int, version: int) -> int:
    """Return rank, id and version as one number."""
    return (rank << RANK_SHIFT) | (int(number) << ID_SHIFT) | (int(version) & VERSION_MASK)


@kernel_part
def push(clock: Table, scheduled: Table, at: int, code: int) -> None:
    """Schedule an event; what would happen at the end or later never does."""
    if at >= clock.end:
        return
    place = clock.scheduled
    clock.scheduled = place + 1
    while place > 0:
        above = (place - 1) >> 1
        other = scheduled[above]
        if other.at < at or (other.at == at and other.code < code):
            break
        scheduled[place].at = other.at
        scheduled[place].code = other.code
        place = above
    scheduled[place].at = at
    scheduled[place].code = code


@kernel_part
def pop(clock: Table, scheduled: Table) -> None:
    """Take the first event out of what is scheduled."""
    size = clock.scheduled - 1
    clock.scheduled = size
    last = scheduled[size]
    at, code = last.at, last.code
    place, below = 0, 1
    while below < size:
        one = scheduled[below]
        if below + 1 < size:
            other = scheduled[below + 1]
            if other.at < one.at or (other.at == one.at and other.code < one.code):
                below += 1
                one = other
        if at < one.at or (at == one.at and code <= one.code):
            break
        scheduled[place].at = one.at
        scheduled[place].code = one.code
        place = below
        below = 2 * place + 1
    scheduled[place].at = at
    scheduled[place].code = code


@kernel_part
def look_ahead(desk: Desk, arriving: Arriving) -> None:
    """Find what comes next, apart from dispatch and conditions."""
    clock = desk.clock[0]
    at, code, source = FAR, 0, NOTHING
    if clock.scheduled > 0:
        at, code, source = desk.scheduled[0].at, desk.scheduled[0].code, SCHEDULED
    if clock.next_fixed < len(desk.fixed):
        fixed = desk.fixed[clock.next_fixed]
        if fixed.at < at or (fixed.at == at and fixed.code < code):
            at, code, source = fixed.at, fixed.code, FIXED
    if clock.next_arrival < len(arriving.at):
        arrives = arriving.at[clock.next_arrival]
        mine = code_of(ARRIVES, clock.next_arrival, 0)
        if arrives < at or (arrives == at and mine < code):
            at, code, source = arrives, mine, ARRIVAL
    clock.next_at, clock.next_code, clock.source = at, code, source


@kernel_part
def step_on(desk: Desk) -> None:
    """Turn to what comes next."""
    clock = desk.clock[0]
    if clock.source == SCHEDULED:
        pop(clock, desk.scheduled)
    elif clock.source == FIXED:
        clock.next_fixed += 1
    else:
        clock.next_arrival += 1
    if clock.next_at > clock.now:
        clock.now = clock.next_at
        clock.rounds = 0

"""What conditions see of tickets: how many that are open each leaf counts, and the flags that steps on them declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.kernels import kernel_part
from slmdsl.simulate.fast.agenda import AGED, code_of, push
from slmdsl.workload.plan import BACKLOG, OPEN_TICKETS

if TYPE_CHECKING:
    from slmdsl.simulate.fast.tables import Arriving, Breaking, Desk

LEAF_SHIFT = 30
"""An event of ageing is of a leaf and, in the low bits, of a ticket or node."""
TICKET_MASK = (1 << LEAF_SHIFT) - 1

_ONE = np.uint64(1)
_ZERO = np.uint64(0)


@kernel_part
def _concerns(breaking: Breaking, arriving: Arriving, leaf: int, ticket: int, group: int) -> bool:
    """Whether a leaf looks at a ticket that a group has."""
    mine = breaking.leaves[leaf]
    if mine.kind == OPEN_TICKETS:
        return bool((arriving.leaves[ticket] >> np.uint64(leaf)) & _ONE != _ZERO)
    return bool(mine.kind == BACKLOG and mine.of == group)


@kernel_part
def count(desk: Desk, breaking: Breaking, arriving: Arriving, ticket: int, change: int) -> None:
    """Let all leaves count an open ticket, as it is now, once more (1) or once less (-1)."""
    group = desk.tickets[ticket].group
    desk.clock[0].judged = 1
    for leaf in range(len(breaking.leaves)):
        mine = breaking.leaves[leaf]
        if _concerns(breaking, arriving, leaf, ticket, group) and (
            mine.ticks == 0 or (breaking.aged[ticket] >> np.uint64(leaf)) & _ONE != _ZERO
        ):
            mine.counted += change


@kernel_part
def plan_ageing(desk: Desk, breaking: Breaking, arriving: Arriving, ticket: int) -> None:
    """Schedule when a ticket that arrives reaches the ages that leaves ask for."""
    clock = desk.clock[0]
    for leaf in range(len(breaking.leaves)):
        mine = breaking.leaves[leaf]
        if mine.ticks > 0 and _concerns(breaking, arriving, leaf, ticket, mine.of):
            code = code_of(AGED, (leaf << LEAF_SHIFT) | ticket, 0)
            push(clock, desk.scheduled, clock.now + mine.ticks, code)


@kernel_part
def age(desk: Desk, breaking: Breaking, arriving: Arriving, leaf: int, which: int) -> None:
    """Let a leaf see that a ticket has reached its age, or an outage its length."""
    mine = breaking.leaves[leaf]
    desk.clock[0].judged = 1
    if mine.kind in (OPEN_TICKETS, BACKLOG):
        breaking.aged[which] |= _ONE << np.uint64(leaf)
        ticket = desk.tickets[which]
        if ticket.is_open and _concerns(breaking, arriving, leaf, which, ticket.group):
            mine.counted += 1


@kernel_part
def open_up(desk: Desk, breaking: Breaking, arriving: Arriving, ticket: int) -> None:
    """Note that a ticket is open from now on."""
    desk.tickets[ticket].is_open = 1
    count(desk, breaking, arriving, ticket, 1)


@kernel_part
def close(desk: Desk, breaking: Breaking, arriving: Arriving, ticket: int) -> None:
    """Note that a ticket is over."""
    count(desk, breaking, arriving, ticket, -1)
    desk.tickets[ticket].is_open = 0
    _change_flags(breaking, breaking.declared[ticket], -1)
    breaking.declared[ticket] = _ZERO


@kernel_part
def declare(desk: Desk, breaking: Breaking, ticket: int, flags: np.uint64) -> None:
    """Let flags (bits) stand until a ticket is over, if it is not."""
    if desk.tickets[ticket].is_open:
        _change_flags(breaking, flags & ~breaking.declared[ticket], 1)
        breaking.declared[ticket] |= flags
        desk.clock[0].judged = 1


@kernel_part
def _change_flags(breaking: Breaking, flags: np.uint64, change: int) -> None:
    """Let a ticket keep up some flags (1), or no longer (-1)."""
    for flag in range(len(breaking.raised)):
        if (flags >> np.uint64(flag)) & _ONE != _ZERO:
            breaking.raised[flag] += change

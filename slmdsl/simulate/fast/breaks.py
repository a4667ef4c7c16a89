"""What breaks and is repaired: contributions to a node's being down, crews, and what is down for lack of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_function, kernel_part
from slmdsl.simulate.fast.agenda import AGED, BREAKS, REPAIRED, code_of, push
from slmdsl.simulate.fast.opened import LEAF_SHIFT
from slmdsl.simulate.ticket_draws import duration
from slmdsl.workload.draws.keys import Purpose
from slmdsl.workload.plan import OUTAGE_LASTS

if TYPE_CHECKING:
    import numpy as np

    from slmdsl.simulate.fast.tables import Breaking, Desk
    from slmdsl.workload.draws.values import Distributions

_FAILURE, _REPAIR = int(Purpose.FAILURE), int(Purpose.REPAIR)


@kernel_function
def begin_outage(desk: Desk, breaking: Breaking, number: int) -> None:
    """Let a contribution begin."""
    mine = breaking.contributions[number]
    node = breaking.nodes[mine.node]
    mine.stands, mine.covered = 1, 0
    node.standing += 1
    if not node.is_out:
        node.is_out, node.down_from, node.cause = 1, desk.clock[0].now, mine.cause
    look_at_nodes(desk, breaking)


@kernel_function
def end_outage(desk: Desk, breaking: Breaking, number: int) -> None:
    """Let a contribution end."""
    mine = breaking.contributions[number]
    mine.stands = 0
    if not mine.covered:
        breaking.nodes[mine.node].standing -= 1
        write_if_over(desk, breaking, int(mine.node))
        look_at_nodes(desk, breaking)


@kernel_part
def write_if_over(desk: Desk, breaking: Breaking, number: int) -> None:
    """Write a node's outage if nothing of its own keeps it down any longer."""
    clock, node = desk.clock[0], breaking.nodes[number]
    if node.is_out and node.standing == 0:
        row = breaking.outages[clock.outages]
        row.node, row.begin, row.end, row.cause = number, node.down_from, clock.now, node.cause
        node.is_out = 0
        clock.outages += 1


@kernel_part
def look_at_nodes(desk: Desk, breaking: Breaking) -> None:
    """Find out which nodes are down, with all that they need."""
    clock = desk.clock[0]
    clock.judged = 1
    for number in range(len(breaking.nodes)):
        node, up = breaking.nodes[number], 0
        for k in range(node.first_part, node.end_part):
            up += breaking.nodes[breaking.parts[k]].is_down == 0
        is_down = node.standing > 0 or up < node.least
        if is_down and not node.is_down:
            node.down_since = clock.now
            _plan_lengths(desk, breaking, number)
        node.is_down = is_down


@kernel_part
def _plan_lengths(desk: Desk, breaking: Breaking, node: int) -> None:
    """Schedule when an outage reaches the lengths that leaves ask for."""
    clock = desk.clock[0]
    for leaf in range(len(breaking.leaves)):
        mine = breaking.leaves[leaf]
        if mine.kind == OUTAGE_LASTS and mine.of == node and mine.ticks > 0:
            code = code_of(AGED, (leaf << LEAF_SHIFT) | node, 0)
            push(clock, desk.scheduled, clock.now + mine.ticks, code)


@kernel_function
def live_on(key: np.uint64, table: Distributions, desk: Desk, breaking: Breaking, number: int) -> None:
    """Schedule a component's next failure; it stays up for a tick at least."""
    clock, mine = desk.clock[0], breaking.components[number]
    up = duration(table, mine.fails, clock.tick_us, key, mine.entity, 0, mine.lives, _FAILURE)
    push(clock, desk.scheduled, clock.now + max(up, 1), code_of(BREAKS, number, 0))


@kernel_function
def _repair(key: np.uint64, table: Distributions, desk: Desk, breaking: Breaking, number: int) -> None:
    """Let a crew begin to repair a component."""
    clock, mine = desk.clock[0], breaking.components[number]
    mine.waits = 0
    takes = duration(table, mine.repaired, clock.tick_us, key, mine.entity, 0, mine.lives, _REPAIR)
    push(clock, desk.scheduled, clock.now + takes, code_of(REPAIRED, number, 0))


@kernel_function
def fail(key: np.uint64, table: Distributions, desk: Desk, breaking: Breaking, number: int) -> None:
    """Let a component fail; a crew repairs it as soon as one is there."""
    mine = breaking.components[number]
    begin_outage(desk, breaking, number)
    if desk.crews[mine.crew] == 0:
        mine.waits, mine.failed_at = 1, desk.clock[0].now
        return
    if desk.crews[mine.crew] > 0:
        desk.crews[mine.crew] -= 1
    _repair(key, table, desk, breaking, number)


@kernel_function
def be_repaired(key: np.uint64, table: Distributions, desk: Desk, breaking: Breaking, number: int) -> None:
    """Let a component be whole again; its crew goes to the one that has waited longest."""
    mine = breaking.components[number]
    end_outage(desk, breaking, number)
    mine.lives += 1
    live_on(key, table, desk, breaking, number)
    found = -1
    for k in range(len(breaking.components)):
        other = breaking.components[k]
        if (
            other.waits
            and other.crew == mine.crew
            and (found < 0 or other.failed_at < breaking.components[found].failed_at)
        ):
            found = k
    if found >= 0:
        _repair(key, table, desk, breaking, found)
    elif desk.crews[mine.crew] >= 0:
        desk.crews[mine.crew] += 1

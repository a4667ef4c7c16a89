"""Conditions on the desk and what is done when they hold: contingencies, and lines of escalations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_function, kernel_part
from slmdsl.simulate.fast.agenda import DUTY_BEGINS, RESTORES, code_of, push
from slmdsl.simulate.fast.breaks import look_at_nodes, write_if_over
from slmdsl.simulate.fast.people import duty_begins, duty_ends
from slmdsl.simulate.ticket_draws import coin
from slmdsl.workload.draws.keys import Purpose
from slmdsl.workload.plan import (
    ABOVE,
    AND,
    AT_LEAST,
    AT_MOST,
    BELOW,
    DECLARED,
    EQUAL,
    OR,
    OUTAGE_LASTS,
    RESTORE,
    UNEQUAL,
)

if TYPE_CHECKING:
    import numpy as np

    from slmdsl.simulate.fast.tables import Breaking, Desk, Rows, Table

_RESTORE = int(Purpose.RESTORE)


@kernel_part
def _compares(how: int, one: int, other: int) -> bool:
    if how == BELOW:
        return one < other
    if how == AT_MOST:
        return one <= other
    if how == EQUAL:
        return one == other
    if how == UNEQUAL:
        return one != other
    if how == AT_LEAST:
        return one >= other
    return bool(how == ABOVE and one > other)


@kernel_part
def _leaf_holds(clock: Table, breaking: Breaking, number: int) -> bool:
    leaf = breaking.leaves[number]
    if leaf.kind == OUTAGE_LASTS:
        node = breaking.nodes[leaf.of]
        return bool(node.is_down and clock.now >= node.down_since + leaf.ticks)
    if leaf.kind == DECLARED:
        return bool(breaking.flags[leaf.of] != 0)
    return _compares(leaf.compares, leaf.counted, leaf.count)


@kernel_part
def _evaluate(clock: Table, breaking: Breaking) -> None:
    """Find out which conditions hold."""
    for number in range(len(breaking.conditions)):
        condition, top = breaking.conditions[number], 0
        for place in range(condition.first_token, condition.end_token):
            token = breaking.tokens[place]
            if token >= 0:
                breaking.stack[top] = _leaf_holds(clock, breaking, token)
                top += 1
            else:
                top -= 1
                one, other = breaking.stack[top - 1], breaking.stack[top]
                if token == AND:
                    breaking.stack[top - 1] = one & other
                elif token == OR:
                    breaking.stack[top - 1] = one | other
        condition.holds = breaking.stack[0]


@kernel_part
def _raise_flags(breaking: Breaking) -> bool:
    """Let the flags stand that lines declare whose conditions hold; whether there are more than before."""
    are_more = False
    for number in range(len(breaking.lines)):
        line = breaking.lines[number]
        if line.declares >= 0 and not breaking.flags[line.declares] and breaking.conditions[line.when].holds:
            breaking.flags[line.declares] = 1
            are_more = True
    return are_more


@kernel_function
def judge(key: np.uint64, desk: Desk, breaking: Breaking, rows: Rows, begins: int) -> None:
    """Judge all conditions, then do what follows from them; as the run `begins` nothing, but lines know it."""
    clock = desk.clock[0]
    clock.judged = 0
    for flag in range(len(breaking.flags)):
        breaking.flags[flag] = breaking.raised[flag] > 0
    is_settled = False
    while not is_settled:
        _evaluate(clock, breaking)
        is_settled = not _raise_flags(breaking)
    if not begins:
        _act_on_contingencies(key, desk, breaking, rows)
    for number in range(len(breaking.lines)):
        line = breaking.lines[number]
        holds = breaking.conditions[line.when].holds
        if not begins and holds and not line.was and line.invokes >= 0:
            fire(key, desk, breaking, int(line.invokes))
        line.was = holds


@kernel_part
def _act_on_contingencies(key: np.uint64, desk: Desk, breaking: Breaking, rows: Rows) -> None:
    """Fire contingencies whose conditions begin to hold, and end those that are to end."""
    for number in range(len(breaking.contingencies)):
        mine = breaking.contingencies[number]
        if mine.when >= 0:
            holds = breaking.conditions[mine.when].holds
            if holds and not mine.was:
                fire(key, desk, breaking, number)
            mine.was = holds
    for number in range(len(breaking.contingencies)):
        mine = breaking.contingencies[number]
        if mine.is_on and _is_to_end(breaking, mine):
            stop(desk, breaking, rows, number)


@kernel_part
def _is_to_end(breaking: Breaking, mine: Table) -> bool:
    if mine.until >= 0:
        return bool(breaking.conditions[mine.until].holds != 0)
    return bool(mine.when >= 0 and breaking.conditions[mine.when].holds == 0)


@kernel_function
def fire(key: np.uint64, desk: Desk, breaking: Breaking, number: int) -> None:
    """Start a contingency if it is not on: what has no delay is done at once."""
    clock, mine = desk.clock[0], breaking.contingencies[number]
    if mine.is_on:
        return
    mine.fired += 1
    mine.is_on = mine.stays
    mine.call = clock.calls
    clock.calls += 1
    call = breaking.calls[mine.call]
    call.contingency, call.begin, call.end = number, clock.now, clock.now
    clock.judged |= mine.stays
    for k in range(mine.first_action, mine.end_action):
        action = breaking.actions[k]
        if action.kind == RESTORE:
            if action.after == 0:
                restore(key, desk, breaking, k)
            else:
                push(clock, desk.scheduled, clock.now + action.after, code_of(RESTORES, k, mine.fired))
        elif action.after == 0:
            add_agents(desk, breaking, k)
        else:
            code = code_of(DUTY_BEGINS, len(desk.agents) + k, mine.fired)
            push(clock, desk.scheduled, clock.now + action.after, code)


@kernel_function
def stop(desk: Desk, breaking: Breaking, rows: Rows, number: int) -> None:
    """End a contingency: its agents leave."""
    mine = breaking.contingencies[number]
    mine.is_on = 0
    breaking.calls[mine.call].end = desk.clock[0].now
    desk.clock[0].judged = 1
    for k in range(mine.first_action, mine.end_action):
        action = breaking.actions[k]
        if action.kind != RESTORE:
            for agent in range(action.first_agent, action.end_agent):
                desk.agents[agent].is_there = 0
                if desk.agents[agent].on_duty:
                    duty_ends(desk, rows, agent)


@kernel_function
def add_agents(desk: Desk, breaking: Breaking, number: int) -> None:
    """Let the agents of an action arrive; within their stretches they are on duty."""
    action = breaking.actions[number]
    for agent in range(action.first_agent, action.end_agent):
        desk.agents[agent].is_there = 1
        if desk.agents[agent].in_stretch and not desk.agents[agent].on_duty:
            duty_begins(desk, agent)


@kernel_function
def restore(key: np.uint64, desk: Desk, breaking: Breaking, number: int) -> None:
    """Try to restore a service: cover all that now stands on it and on everything it needs."""
    action = breaking.actions[number]
    contingency = breaking.contingencies[action.contingency]
    place, visit = number - contingency.first_action, action.tried
    action.tried += 1
    if not coin(action.succeeds, key, contingency.entity, place, visit, _RESTORE):
        return
    for k in range(len(breaking.nodes)):
        breaking.nodes[k].is_needed = k == action.node
    for k in range(action.node, -1, -1):  # needs stand before those that need them
        node = breaking.nodes[k]
        if node.is_needed:
            for part in range(node.first_part, node.end_part):
                breaking.nodes[breaking.parts[part]].is_needed = 1
    for k in range(len(breaking.contributions)):
        mine = breaking.contributions[k]
        if mine.stands and not mine.covered and breaking.nodes[mine.node].is_needed:
            mine.covered = 1
            breaking.nodes[mine.node].standing -= 1
    for k in range(len(breaking.nodes)):
        write_if_over(desk, breaking, k)
    look_at_nodes(desk, breaking)

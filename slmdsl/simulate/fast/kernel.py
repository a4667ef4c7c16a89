"""The run: event after event, until the end or until what it leaves behind needs more room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_function, kernel_part
from slmdsl.simulate.endless import MOST_DISPATCHES
from slmdsl.simulate.fast.agenda import (
    AGED,
    ARRIVES,
    BREAKS,
    DISPATCH,
    DONE,
    DUTY_BEGINS,
    DUTY_ENDS,
    ID_MASK,
    ID_SHIFT,
    JUDGE,
    MAY_CALL,
    NOTHING,
    OUT_OF_PATIENCE,
    RANK_SHIFT,
    REPAIRED,
    RESTORES,
    VERSION_MASK,
    WAITED,
    code_of,
    look_ahead,
    push,
    step_on,
)
from slmdsl.simulate.fast.breaks import be_repaired, begin_outage, end_outage, fail, live_on
from slmdsl.simulate.fast.contingencies import add_agents, fire, judge, restore
from slmdsl.simulate.fast.dispatching import dispatch
from slmdsl.simulate.fast.opened import LEAF_SHIFT, TICKET_MASK, age
from slmdsl.simulate.fast.people import duty_begins, duty_ends, may_be_called
from slmdsl.simulate.fast.promised import ask_touched, measure, touch
from slmdsl.simulate.fast.ways import (
    ENDED,
    NEEDS_ROOM,
    RUNNING,
    STAY,
    TOO_MANY_ROUNDS,
    arrive,
    end_activity,
    end_wait,
    go_on,
    let_steps_act,
    lose_patience,
)

if TYPE_CHECKING:
    import numpy as np

    from slmdsl.simulate.fast.promised import Promises
    from slmdsl.simulate.fast.tables import Arriving, Breaking, Desk, Rows, Rules

_DISPATCH_CODE, _JUDGE_CODE = DISPATCH << RANK_SHIFT, JUDGE << RANK_SHIFT


@kernel_function
def run(
    key: np.uint64,
    margin: int,
    promises: Promises | None,
    rules: Rules,
    desk: Desk,
    breaking: Breaking,
    arriving: Arriving,
    rows: Rows,
) -> int:
    """Go on with a run and return how it stands: ended, in need of more room, or failed (see the clock's `subject`).

    `margin` is the most that one instant's event, dispatch or judgement may write or schedule.
    """
    clock = desk.clock[0]
    clock.status = RUNNING
    if clock.next_at < clock.now:  # nothing has happened yet
        clock.next_at = clock.now
        for number in range(len(breaking.components)):
            live_on(key, rules.distributions, desk, breaking, number)
        judge(key, desk, breaking, rows, 1)
    while clock.status == RUNNING:
        if not has_room(margin, promises, desk, breaking, rows):
            clock.status = NEEDS_ROOM
        elif clock.what != STAY:
            go_on(key, promises, rules, desk, breaking, arriving, rows)
            measure(promises, desk, int(clock.ticket))
        else:
            take_next(key, promises, rules, desk, breaking, arriving, rows)
        if clock.ticket >= 0 and clock.what == STAY:
            touch(promises, desk, int(clock.ticket))
            clock.ticket = -1
        ask_touched(promises, desk, rows)
    return int(clock.status)


@kernel_part
def take_next(
    key: np.uint64,
    promises: Promises | None,
    rules: Rules,
    desk: Desk,
    breaking: Breaking,
    arriving: Arriving,
    rows: Rows,
) -> None:
    """Let the next event happen, or dispatch, or judge."""
    clock = desk.clock[0]
    look_ahead(desk, arriving)
    is_now = clock.next_at == clock.now
    if clock.marked and not (is_now and clock.next_code < _DISPATCH_CODE):
        clock.rounds += 1
        if clock.rounds > MOST_DISPATCHES:
            clock.status = TOO_MANY_ROUNDS
        else:
            dispatch(promises, rules.steps, desk, rows)
    elif clock.judged and len(breaking.conditions) > 0 and not (is_now and clock.next_code < _JUDGE_CODE):
        judge(key, desk, breaking, rows, 0)
    elif clock.source == NOTHING or clock.next_at >= clock.end:
        clock.status = ENDED
    else:
        step_on(desk)
        happen(key, promises, rules, desk, breaking, arriving, rows)


@kernel_part
def has_room(margin: int, promises: Promises | None, desk: Desk, breaking: Breaking, rows: Rows) -> bool:
    """Whether there is room for whatever may be next."""
    clock = desk.clock[0]
    if promises is not None and clock.longest + margin > len(promises.room.desk.moments):
        return False
    return bool(
        clock.rows + margin <= len(rows.ticket)
        and clock.scheduled + margin <= len(desk.scheduled)
        and clock.spells + margin <= len(rows.spells)
        and clock.outages + len(breaking.contributions) < len(breaking.outages)
        and clock.calls + len(breaking.contingencies) + len(breaking.lines) < len(breaking.calls)
    )


@kernel_part
def happen(
    key: np.uint64,
    promises: Promises | None,
    rules: Rules,
    desk: Desk,
    breaking: Breaking,
    arriving: Arriving,
    rows: Rows,
) -> None:
    """Let the event at hand happen, if it is not stale."""
    clock = desk.clock[0]
    code = clock.next_code
    rank, number, version = code >> RANK_SHIFT, (code >> ID_SHIFT) & ID_MASK, code & VERSION_MASK
    if rank == ARRIVES:
        arrive(rules, desk, breaking, arriving, number)
    elif rank in (DONE, WAITED):
        if is_current(desk, number, version):
            if rank == DONE:
                end_activity(key, rules, desk, arriving, rows, number)
            else:
                end_wait(rules, desk, breaking, arriving, rows, number)
    elif rank == OUT_OF_PATIENCE:
        if number >= len(desk.tickets):
            let_steps_act(key, promises, rules, desk, breaking, arriving, number - len(desk.tickets), version)
        elif is_current(desk, number, version):
            lose_patience(rules, desk, breaking, arriving, rows, number)
    elif rank == MAY_CALL:
        may_be_called(desk, number, rules.steps[desk.tickets[number].step].group)
    elif rank == AGED:
        age(desk, breaking, arriving, number >> LEAF_SHIFT, number & TICKET_MASK)
    else:
        happen_to_desk(key, rules, desk, breaking, rows, rank, number, version)


@kernel_part
def is_current(desk: Desk, ticket: int, version: int) -> bool:
    """Whether an event of a ticket is not stale."""
    return bool(desk.tickets[ticket].version & VERSION_MASK == version)


@kernel_function
def happen_to_desk(
    key: np.uint64,
    rules: Rules,
    desk: Desk,
    breaking: Breaking,
    rows: Rows,
    rank: int,
    number: int,
    version: int,
) -> None:
    """Let something happen that is not about a ticket."""
    agents = len(desk.agents)
    if rank in (REPAIRED, BREAKS):
        break_or_mend(key, rules, desk, breaking, rank, number)
    elif rank == DUTY_ENDS:
        leave_stretch(desk, rows, number)
    elif rank == DUTY_BEGINS:
        if number < agents:
            enter_stretch(desk, number)
        elif comes(breaking, number - agents, version):
            add_agents(desk, breaking, number - agents)
    elif rank == RESTORES:
        restore(key, desk, breaking, number)


@kernel_part
def break_or_mend(
    key: np.uint64, rules: Rules, desk: Desk, breaking: Breaking, rank: int, number: int
) -> None:
    """Let a component fail or be repaired, an outage of the luck begin or end, or a risk call for a contingency."""
    components, table = len(breaking.components), rules.distributions
    if rank == REPAIRED:
        if number < components:
            be_repaired(key, table, desk, breaking, number)
        else:
            end_outage(desk, breaking, number)
    elif number < components:
        fail(key, table, desk, breaking, number)
    elif number < len(breaking.contributions):
        begin_outage(desk, breaking, number)
        ends = breaking.contributions[number].ends
        push(desk.clock[0], desk.scheduled, ends, code_of(REPAIRED, number, 0))
    else:
        fire(key, desk, breaking, int(breaking.invoked[number - len(breaking.contributions)]))


@kernel_part
def enter_stretch(desk: Desk, number: int) -> None:
    """Let a stretch of an agent's duty begin."""
    me = desk.agents[number]
    me.in_stretch = 1
    if me.is_there and not me.on_duty:
        duty_begins(desk, number)


@kernel_part
def leave_stretch(desk: Desk, rows: Rows, number: int) -> None:
    """Let a stretch of an agent's duty end."""
    me = desk.agents[number]
    me.in_stretch = 0
    if me.on_duty:
        duty_ends(desk, rows, number)


@kernel_part
def comes(breaking: Breaking, action: int, version: int) -> bool:
    """Whether agents who were called still come: their contingency has not ended meanwhile."""
    mine = breaking.contingencies[breaking.actions[action].contingency]
    return bool(mine.is_on and (mine.fired & VERSION_MASK) == version)

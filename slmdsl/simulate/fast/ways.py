"""A ticket's way: what an event makes of it, until it waits, is worked or is over.

An event sets in the clock's row what happens to the ticket next (`what`) and who brings it there (`role`, `agent`);
`go_on` carries that out. So each kind of move stands in the kernel once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_part
from slmdsl.simulate.endless import MOST_STEPS
from slmdsl.simulate.fast.agenda import MAY_CALL, OUT_OF_PATIENCE, WAITED, code_of, push
from slmdsl.simulate.fast.drawing import coin, drawn_value, duration, route
from slmdsl.simulate.fast.opened import close, count, open_up, plan_ageing
from slmdsl.simulate.fast.people import begin_activity, free, mark, release
from slmdsl.simulate.fast.promised import act, due_of
from slmdsl.simulate.fast.queues import join, leave
from slmdsl.simulate.fast.rows import (
    ACTIVE,
    AGENT,
    CANCELLED,
    CUSTOMER,
    MESSAGE,
    NOBODY,
    RESOLVED,
    SUPPLIER,
    SYSTEM,
    WAIT_CUSTOMER,
    WAIT_SUPPLIER,
    write,
    write_group,
    write_state,
)
from slmdsl.simulate.outcome import FINISHED, GAVE_UP, LOST
from slmdsl.simulate.ticket_draws import first_part, wait_end
from slmdsl.workload.draws.keys import Purpose

if TYPE_CHECKING:
    import numpy as np

    from slmdsl.simulate.fast.promised import Promises
    from slmdsl.simulate.fast.tables import Arriving, Breaking, Desk, Rows, Rules

STAY, ENTER, QUEUE, ONWARD = range(4)
"""What happens to a ticket next."""

RUNNING, NEEDS_ROOM, ENDED, TOO_MANY_ROUNDS, TOO_MANY_STEPS = range(5)
"""How a run stands."""

_ANSWER, _WORK, _WAIT = int(Purpose.ANSWER), int(Purpose.WORK), int(Purpose.WAIT)
_CUSTOMER_WAIT, _CUSTOMER_WAIT_AT = int(Purpose.CUSTOMER_WAIT), int(Purpose.CUSTOMER_WAIT_AT)
_CUSTOMER_WAIT_FOR, _FEEDBACK = int(Purpose.CUSTOMER_WAIT_FOR), int(Purpose.FEEDBACK)
_REOPEN, _REOPEN_AFTER = int(Purpose.REOPEN), int(Purpose.REOPEN_AFTER)
_GIVE_UP, _PATIENCE = int(Purpose.GIVE_UP), int(Purpose.PATIENCE)

_HOUR_US = 3_600_000_000


@kernel_part
def let(desk: Desk, ticket: int, what: int, agent: int, role: int) -> None:
    """Say what happens to a ticket next, and who brings it there."""
    clock = desk.clock[0]
    clock.ticket, clock.what, clock.agent, clock.role = ticket, what, agent, role


@kernel_part
def arrive(rules: Rules, desk: Desk, breaking: Breaking, arriving: Arriving, ticket: int) -> None:
    """Let a ticket arrive."""
    mine = desk.tickets[ticket]
    mine.step, mine.agent, mine.group, mine.moves_to, mine.last_row = -1, -1, -1, -1, -1
    open_up(desk, breaking, arriving, ticket)
    plan_ageing(desk, breaking, arriving, ticket)
    desk.clock[0].step = rules.streams[arriving.stream[ticket]].start
    let(desk, ticket, ENTER, NOBODY, CUSTOMER)


@kernel_part
def go_on(
    key: np.uint64,
    promises: Promises | None,
    rules: Rules,
    desk: Desk,
    breaking: Breaking,
    arriving: Arriving,
    rows: Rows,
) -> None:
    """Move a ticket on by a step; where it is to go on at once, the clock says so again."""
    clock = desk.clock[0]
    if clock.what == ONWARD:
        take_route(key, rules, desk, breaking, arriving, rows)
    if clock.what == ENTER:
        enter(key, rules, desk, breaking, arriving, rows)
    if clock.what == QUEUE:
        queue(promises, rules, desk, rows, int(clock.ticket))
        clock.what = STAY


@kernel_part
def take_route(
    key: np.uint64, rules: Rules, desk: Desk, breaking: Breaking, arriving: Arriving, rows: Rows
) -> None:
    """Choose a ticket's way out of its step: to another one, or resolved."""
    clock, ticket = desk.clock[0], int(desk.clock[0].ticket)
    step, entity = rules.steps[desk.tickets[ticket].step], arriving.entity[ticket]
    visit = times_before(rules, desk, arriving, ticket) - 1
    taken = route(
        rules,
        step.first_route,
        step.end_route,
        key,
        entity,
        step.place,
        visit,
    )
    clock.step = rules.route_to[taken] if taken >= 0 else -1
    clock.what = ENTER
    if clock.step < 0:
        clock.what = STAY
        resolve(key, rules, desk, breaking, arriving, rows, ticket)


@kernel_part
def times_before(rules: Rules, desk: Desk, arriving: Arriving, ticket: int) -> int:
    """Return how often a ticket has entered its step so far."""
    first = rules.streams[arriving.stream[ticket]].first_step
    return int(desk.visits[ticket, desk.tickets[ticket].step - first])


@kernel_part
def resolve(
    key: np.uint64, rules: Rules, desk: Desk, breaking: Breaking, arriving: Arriving, rows: Rows, ticket: int
) -> None:
    """Resolve a ticket, for good or until it is reopened."""
    clock, mine = desk.clock[0], desk.tickets[ticket]
    stream, entity = rules.streams[arriving.stream[ticket]], arriving.entity[ticket]
    write_state(rows, clock, desk.tickets, ticket, RESOLVED, int(clock.agent), int(clock.role))
    close(desk, breaking, arriving, ticket)
    rows.resolved_us[ticket] = clock.now * clock.tick_us
    times = int(mine.resolutions)
    mine.resolutions += 1
    mine.version += 1
    if coin(stream.reopens_share, key, entity, 0, times, _REOPEN):
        after = duration(
            rules,
            stream.reopens_after,
            clock.tick_us,
            key,
            entity,
            0,
            times,
            _REOPEN_AFTER,
        )
        push(clock, desk.scheduled, clock.now + after, code_of(WAITED, ticket, mine.version))
    if times == 0 and coin(stream.feedback_share, key, entity, 0, 0, _FEEDBACK):
        give_score(rules, desk, arriving, rows, ticket)


@kernel_part
def give_score(rules: Rules, desk: Desk, arriving: Arriving, rows: Rows, ticket: int) -> None:
    """Let the customer give a score in an hour, by the gross time."""
    clock, stream = desk.clock[0], rules.streams[arriving.stream[ticket]]
    at_us, gross = clock.now * clock.tick_us + _HOUR_US, clock.now - arriving.at[ticket]
    place = stream.first_score
    while place < stream.end_score and gross > rules.score_within[place]:
        place += 1
    if place < stream.end_score and at_us < clock.end * clock.tick_us:
        given = rows.scores[clock.scores]
        given.ticket, given.at, given.score = ticket, at_us, rules.score[place]
        clock.scores += 1


@kernel_part
def enter(
    key: np.uint64, rules: Rules, desk: Desk, breaking: Breaking, arriving: Arriving, rows: Rows
) -> None:
    """Let a ticket enter a step."""
    clock, ticket = desk.clock[0], int(desk.clock[0].ticket)
    mine, step = desk.tickets[ticket], rules.steps[clock.step]
    agent, role = int(clock.agent), int(clock.role)
    mine.step, mine.moves_to = clock.step, -1
    mine.entries += 1
    if mine.entries > MOST_STEPS:
        clock.status, clock.subject, clock.what = TOO_MANY_STEPS, clock.step, STAY
        return
    visit = times_before(rules, desk, arriving, ticket)
    desk.visits[ticket, clock.step - rules.streams[arriving.stream[ticket]].first_step] = visit + 1
    if step.group >= 0:
        count(desk, breaking, arriving, ticket, -1)
        write_group(rows, clock, desk.tickets, ticket, int(step.group), agent, role)
        count(desk, breaking, arriving, ticket, 1)
    if not step.is_worked:
        clock.what = STAY if step.waits >= 0 else ONWARD
        if step.waits >= 0:
            await_supplier(key, rules, desk, arriving, rows, ticket)
        return
    if mine.phase > ACTIVE:
        write_state(rows, clock, desk.tickets, ticket, ACTIVE, agent, role)
    if mine.entries == 1 and is_full(desk, int(step.group)):
        clock.what = STAY
        clock.lost += 1
        cancel(desk, breaking, arriving, rows, ticket, SYSTEM, LOST)
        return
    clock.what = QUEUE
    draw_work(key, rules, desk, arriving, ticket, visit)


@kernel_part
def is_full(desk: Desk, group: int) -> bool:
    """Whether a group's lines are all taken."""
    its = desk.groups[group]
    return bool(its.lines >= 0 and its.waiting >= its.lines + its.idle - its.idle_on_call)


@kernel_part
def cancel(
    desk: Desk, breaking: Breaking, arriving: Arriving, rows: Rows, ticket: int, role: int, reason: int
) -> None:
    """Let a ticket be over without having been resolved."""
    row = write_state(rows, desk.clock[0], desk.tickets, ticket, CANCELLED, NOBODY, role)
    rows.reason[row] = reason
    desk.tickets[ticket].version += 1
    close(desk, breaking, arriving, ticket)


@kernel_part
def draw_work(key: np.uint64, rules: Rules, desk: Desk, arriving: Arriving, ticket: int, visit: int) -> None:
    """Draw what there is to do in a visit, and how long the ticket waits for it at most."""
    clock, mine = desk.clock[0], desk.tickets[ticket]
    step, stream, entity = (
        rules.steps[mine.step],
        rules.streams[arriving.stream[ticket]],
        arriving.entity[ticket],
    )
    tick_us = clock.tick_us
    mine.answer, mine.first = -1, -1
    if step.answers >= 0 and not mine.was_answered:
        mine.answer = duration(rules, step.answers, tick_us, key, entity, step.place, visit, _ANSWER)
    row = rules.works[mine.step, desk.priority[ticket]]
    mine.work = duration(rules, row, tick_us, key, entity, step.place, visit, _WORK)
    if not mine.was_worked:
        mine.was_worked = 1
        if coin(stream.customer_wait_share, key, entity, 0, 0, _CUSTOMER_WAIT):
            mine.first = first_part(mine.work, key, entity, 0, 0, _CUSTOMER_WAIT_AT)
            mine.work -= mine.first
    if coin(step.gives_up_share, key, entity, step.place, visit, _GIVE_UP):
        patience = duration(rules, step.patience, tick_us, key, entity, step.place, visit, _PATIENCE)
        # The version that the ticket has once it is queued, which is next.
        code = code_of(OUT_OF_PATIENCE, ticket, mine.version + 1)
        push(clock, desk.scheduled, clock.now + patience, code)


@kernel_part
def queue(promises: Promises | None, rules: Rules, desk: Desk, rows: Rows, ticket: int) -> None:
    """Let a ticket wait for an agent in its step."""
    clock, mine = desk.clock[0], desk.tickets[ticket]
    group = int(rules.steps[mine.step].group)
    its = desk.groups[group]
    mine.version += 1
    mine.number, mine.queued = clock.number, clock.now
    clock.number += 1
    mine.due = due_of(promises, desk, rows, ticket) if its.by_deadline else 0
    join(desk, ticket, group)
    mark(desk, group)
    if its.has_on_call and desk.called[group, desk.priority[ticket]] and its.on_call_after > 0:
        push(clock, desk.scheduled, clock.now + its.on_call_after, code_of(MAY_CALL, ticket, 0))


@kernel_part
def await_supplier(
    key: np.uint64, rules: Rules, desk: Desk, arriving: Arriving, rows: Rows, ticket: int
) -> None:
    """Let a ticket wait for the supplier of its step."""
    clock, mine = desk.clock[0], desk.tickets[ticket]
    step, entity = rules.steps[mine.step], arriving.entity[ticket]
    visit = times_before(rules, desk, arriving, ticket) - 1
    write_state(rows, clock, desk.tickets, ticket, WAIT_SUPPLIER, int(clock.agent), int(clock.role))
    drawn = drawn_value(rules, step.waits, key, entity, step.place, visit, _WAIT)
    ends = wait_end(rules.calendars, step.waits_on, step.waits_in_days != 0, clock.now, drawn, clock.tick_us)
    mine.version += 1
    push(clock, desk.scheduled, ends, code_of(WAITED, ticket, mine.version))


@kernel_part
def await_customer(
    key: np.uint64, rules: Rules, desk: Desk, arriving: Arriving, rows: Rows, ticket: int
) -> None:
    """Let a ticket wait for its customer."""
    clock, mine = desk.clock[0], desk.tickets[ticket]
    stream, entity = rules.streams[arriving.stream[ticket]], arriving.entity[ticket]
    write_state(rows, clock, desk.tickets, ticket, WAIT_CUSTOMER, int(clock.agent), int(clock.role))
    drawn = drawn_value(rules, stream.customer_wait, key, entity, 0, 0, _CUSTOMER_WAIT_FOR)
    in_days = stream.customer_wait_in_days != 0
    ends = wait_end(rules.calendars, stream.customer_wait_on, in_days, clock.now, drawn, clock.tick_us)
    mine.version += 1
    push(clock, desk.scheduled, ends, code_of(WAITED, ticket, mine.version))


@kernel_part
def end_activity(
    key: np.uint64, rules: Rules, desk: Desk, arriving: Arriving, rows: Rows, ticket: int
) -> None:
    """Let what an agent does on a ticket be done: an answer, the work, or the part of it before a wait."""
    clock, mine = desk.clock[0], desk.tickets[ticket]
    number = int(mine.agent)
    if mine.answer >= 0:
        mine.answer, mine.was_answered, clock.ticket = -1, 1, ticket
        row = write(rows, clock, desk.tickets, ticket, MESSAGE, -1, number, AGENT)
        rows.public[row] = 1
        begin_activity(desk, ticket)
        return
    release(desk, rows, ticket, FINISHED)
    free(desk, number)
    let(desk, ticket, ONWARD, number, AGENT)
    is_cut = mine.first >= 0
    mine.first = -1
    if mine.moves_to >= 0:
        clock.reassigned += 1
        clock.what, clock.step, clock.role, clock.agent = ENTER, mine.moves_to, SYSTEM, NOBODY
    elif is_cut:
        clock.what = STAY
        await_customer(key, rules, desk, arriving, rows, ticket)
    elif rules.steps[mine.step].waits >= 0:
        clock.what = STAY
        await_supplier(key, rules, desk, arriving, rows, ticket)


@kernel_part
def end_wait(
    rules: Rules, desk: Desk, breaking: Breaking, arriving: Arriving, rows: Rows, ticket: int
) -> None:
    """Let a wait end, or a ticket be reopened."""
    clock, mine = desk.clock[0], desk.tickets[ticket]
    if mine.phase == WAIT_SUPPLIER:
        let(desk, ticket, ONWARD, NOBODY, SUPPLIER)
        return
    let(desk, ticket, QUEUE, NOBODY, CUSTOMER)
    if mine.phase == RESOLVED:
        clock.what = ENTER
        clock.step = rules.streams[arriving.stream[ticket]].start
        rows.reopenings[ticket] += 1
        open_up(desk, breaking, arriving, ticket)
    write_state(rows, clock, desk.tickets, ticket, ACTIVE, NOBODY, CUSTOMER)


@kernel_part
def lose_patience(
    rules: Rules, desk: Desk, breaking: Breaking, arriving: Arriving, rows: Rows, ticket: int
) -> None:
    """Let a ticket that nobody has picked up be given up."""
    group = int(rules.steps[desk.tickets[ticket].step].group)
    leave(desk, ticket, group)
    mark(desk, group)
    desk.clock[0].gave_up += 1
    desk.clock[0].ticket = ticket
    cancel(desk, breaking, arriving, rows, ticket, CUSTOMER, GAVE_UP)


@kernel_part
def let_steps_act(
    key: np.uint64,
    promises: Promises | None,
    rules: Rules,
    desk: Desk,
    breaking: Breaking,
    arriving: Arriving,
    ticket: int,
    version: int,
) -> None:
    """Let steps of escalations act on a ticket."""
    step = act(key, promises, rules, desk, breaking, arriving, ticket, version)
    if step >= 0:
        desk.clock[0].step = step
        let(desk, ticket, ENTER, NOBODY, SYSTEM)

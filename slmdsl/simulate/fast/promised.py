"""What agreements do on the desk: when tickets are due, and steps of escalations that act.

Without agreements that act there are no `Promises`, and what is here is left out of the machine code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from slmdsl.base.kernels import as_part, kernel_part
from slmdsl.simulate import due_kernel
from slmdsl.simulate.due_tables import FAR_US, NOBODY, Happened, room_for
from slmdsl.simulate.fast.agenda import OUT_OF_PATIENCE, VERSION_MASK, code_of, push
from slmdsl.simulate.fast.contingencies import fire
from slmdsl.simulate.fast.opened import declare
from slmdsl.simulate.fast.people import mark
from slmdsl.simulate.fast.queues import QUEUED, leave
from slmdsl.simulate.fast.rows import ACTIVE

if TYPE_CHECKING:
    from slmdsl.simulate.due_binding import DeskClocks
    from slmdsl.simulate.due_tables import Clocks, Facts, Room
    from slmdsl.simulate.fast.tables import Arriving, Breaking, Desk, Rows, Rules
    from slmdsl.workload.plan import Arrivals, Int32, Int64, Words64

NOT_TOUCHED: Final = -2


earliest_due = as_part(due_kernel.earliest_due)
next_act = as_part(due_kernel.next_act)

_ONE, _ZERO = np.uint64(1), np.uint64(0)


class Promises(NamedTuple):
    """What is agreed, and what is known of n tickets: when steps acted last, and when and how they act next.

    `asked` counts how often a ticket was asked. Those to be asked again are a chain from `first` on by `after`, which
    is NOT_TOUCHED for others: the question stands in the machine code once, because it takes seconds to compile.
    """

    clocks: Clocks
    facts: Facts
    room: Room
    acts: bool
    last_us: Int64
    next_us: Int64
    moves_to: Int32
    declares: Words64
    invokes: Words64
    asked: Int32
    first: Int64
    after: Int64


def promises_of(clocks: DeskClocks, arrivals: Arrivals, tick_us: int, most_events: int) -> Promises:
    """Return what the agreements have to say of the tickets of a replication, with room for so many events of each."""
    facts, tickets = clocks.facts_of(arrivals, tick_us), len(arrivals)
    return Promises(
        clocks=clocks.tables,
        facts=facts,
        room=room_for(clocks.tables, most_events),
        acts=clocks.acts,
        last_us=facts.opened_us - 1,
        next_us=np.full(tickets, FAR_US, np.int64),
        moves_to=np.full(tickets, NOBODY, np.int32),
        declares=np.zeros(tickets, np.uint64),
        invokes=np.zeros(tickets, np.uint64),
        asked=np.zeros(tickets, np.int32),
        first=np.full(1, -1, np.int64),
        after=np.full(tickets, NOT_TOUCHED, np.int64),
    )


@kernel_part
def _happened(rows: Rows) -> Happened:
    return Happened(
        rows.first_event,
        rows.reopenings,
        rows.reassignments,
        rows.next_event,
        rows.at_us,
        rows.type,
        rows.phase,
        rows.role,
        rows.public,
    )


@kernel_part
def due_of(promises: Promises | None, desk: Desk, rows: Rows, ticket: int) -> int:
    """Return when a ticket that comes into a queue is due, UTC microseconds."""
    if promises is None:
        return 0
    clock = desk.clock[0]
    now_us = clock.now * clock.tick_us
    return int(earliest_due(promises.clocks, promises.facts, _happened(rows), promises.room, ticket, now_us))


@kernel_part
def measure(promises: Promises | None, desk: Desk, ticket: int) -> None:
    """Take note of how many events the longest of all tickets has: whoever is asked needs room for them."""
    if promises is not None:
        clock = desk.clock[0]
        clock.longest = max(clock.longest, desk.tickets[ticket].seq)


@kernel_part
def touch(promises: Promises | None, desk: Desk, ticket: int) -> None:
    """Have a ticket asked what comes next: something has happened to it."""
    measure(promises, desk, ticket)
    if promises is not None and promises.acts and promises.after[ticket] == NOT_TOUCHED:
        promises.after[ticket] = promises.first[0]
        promises.first[0] = ticket


@kernel_part
def ask_touched(promises: Promises | None, desk: Desk, rows: Rows) -> None:
    """Expect the next instant at which steps act, and no other, of each ticket to which something has happened."""
    if promises is None:
        return
    clock = desk.clock[0]
    while promises.first[0] >= 0:
        ticket = promises.first[0]
        promises.first[0], promises.after[ticket] = promises.after[ticket], NOT_TOUCHED
        promises.asked[ticket] += 1
        at_us, group, declares, invokes = next_act(
            promises.clocks, promises.facts, _happened(rows), promises.room, ticket, promises.last_us[ticket]
        )
        promises.next_us[ticket], promises.moves_to[ticket] = at_us, group
        promises.declares[ticket], promises.invokes[ticket] = declares, invokes
        if at_us < FAR_US:
            at = max(-(-at_us // clock.tick_us), clock.now)
            code = code_of(OUT_OF_PATIENCE, len(desk.tickets) + ticket, promises.asked[ticket])
            push(clock, desk.scheduled, at, code)


@kernel_part
def act(
    key: np.uint64,
    promises: Promises | None,
    rules: Rules,
    desk: Desk,
    breaking: Breaking,
    arriving: Arriving,
    ticket: int,
    version: int,
) -> int:
    """Let steps on a ticket act; return the step that a waiting ticket enters now, -1 if it stays."""
    if promises is None:
        return -1
    if promises.asked[ticket] & VERSION_MASK != version:
        return -1
    declare(desk, breaking, ticket, promises.declares[ticket])
    for number in range(len(breaking.contingencies)):
        if (promises.invokes[ticket] >> np.uint64(number)) & _ONE != _ZERO:
            fire(key, desk, breaking, number)
    mine, group = desk.tickets[ticket], promises.moves_to[ticket]
    promises.last_us[ticket] = promises.next_us[ticket]
    step = _step_of(rules, arriving, ticket, group)
    if step >= 0 and mine.group != group and mine.phase <= ACTIVE:
        if mine.stands == QUEUED:
            leave(desk, ticket, int(mine.group))
            mark(desk, int(mine.group))
            desk.clock[0].reassigned += 1
            return step
        mine.moves_to = step
    touch(promises, desk, ticket)
    return -1


@kernel_part
def _step_of(rules: Rules, arriving: Arriving, ticket: int, group: int) -> int:
    """Return the first worked step of a ticket's stream with a group, -1 if there is none."""
    stream = rules.streams[arriving.stream[ticket]]
    for step in range(stream.first_step, stream.end_step):
        if rules.steps[step].is_worked and rules.steps[step].group == group:
            return step
    return -1

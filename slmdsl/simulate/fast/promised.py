"""What agreements do on the desk: when tickets are due, and steps of escalations that act.

Without agreements that act there are no `Promises`, and what is here is left out of the machine code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from slmdsl.base.kernels import as_part, kernel_part
from slmdsl.rules.moments import answers_of
from slmdsl.rules.tables import table
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
    from slmdsl.simulate.fast.tables import Arriving, Breaking, Desk, Rows, Rules, Table
    from slmdsl.workload.plan import Arrivals, Int64

NOT_TOUCHED, NEVER_TOUCHED = -2, -3
"""What stands for the next ticket of a chain where a ticket is in none, and where it never will be."""


earliest_due = as_part(due_kernel.earliest_due)
next_act = as_part(due_kernel.next_act)

_ONE, _ZERO = np.uint64(1), np.uint64(0)


PROMISE: Final = np.dtype(
    [(name, np.int64) for name in ("last_us", "next_us")]
    + [(name, np.uint64) for name in ("declares", "invokes")]
    + [(name, np.int32) for name in "moves_to asked after is_known told counts sense spare".split()]
)
"""When and how steps act on a ticket next (`next_us`, `moves_to`, `declares`, `invokes`), behind `last_us`, when they
acted last; how often it was `asked`; and whether what they do `is_known` of its events up to the row `told` (-1: none),
with its `counts` of being reopened and handed on, and what its phase was then to clocks (`sense`)."""


class Promises(NamedTuple):
    """What is agreed, and what is known of n tickets, with a row (PROMISE) for each.

    Those to be asked again are a chain from `first` on by `after`, which is NOT_TOUCHED for others, and NEVER_TOUCHED
    where no step ever acts: the question stands in the machine code once, because it takes seconds to compile.
    """

    clocks: Clocks
    facts: Facts
    room: Room
    acts: bool
    tickets: Table
    first: Int64


def promises_of(clocks: DeskClocks, arrivals: Arrivals, tick_us: int, most_events: int) -> Promises:
    """Return what the agreements have to say of the tickets of a replication, with room for so many events of each."""
    facts, tickets = clocks.facts_of(arrivals, tick_us), table(len(arrivals), PROMISE)
    tickets.last_us, tickets.next_us, tickets.moves_to = facts.opened_us - 1, FAR_US, NOBODY
    tickets.after, tickets.told = np.where(clocks.may_act_on(facts), NOT_TOUCHED, NEVER_TOUCHED), -1
    tickets.sense = clocks.tables.senses.phases[0]
    return Promises(
        clocks=clocks.tables,
        facts=facts,
        room=room_for(clocks.tables, most_events),
        acts=clocks.acts,
        tickets=tickets,
        first=np.full(1, -1, np.int64),
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
    if promises is not None and promises.acts and promises.tickets[ticket].after == NOT_TOUCHED:
        promises.tickets[ticket].after = promises.first[0]
        promises.first[0] = ticket


@kernel_part
def ask_touched(promises: Promises | None, desk: Desk, rows: Rows) -> None:
    """Expect the next instant at which steps act, and no other, of each ticket to which something has happened."""
    if promises is None:
        return
    clock = desk.clock[0]
    while promises.first[0] >= 0:
        ticket = promises.first[0]
        mine = promises.tickets[ticket]
        promises.first[0], mine.after = mine.after, NOT_TOUCHED
        if _is_known(promises, rows, ticket):
            continue
        mine.is_known = 1
        mine.asked += 1
        at_us, group, declares, invokes = next_act(
            promises.clocks, promises.facts, _happened(rows), promises.room, ticket, mine.last_us
        )
        mine.next_us, mine.moves_to, mine.declares, mine.invokes = at_us, group, declares, invokes
        if at_us < FAR_US:
            at = max(-(-at_us // clock.tick_us), clock.now)
            push(clock, desk.scheduled, at, code_of(OUT_OF_PATIENCE, len(desk.tickets) + ticket, mine.asked))


@kernel_part
def _is_known(promises: Promises, rows: Rows, ticket: int) -> bool:
    """Take note of a ticket's new events, and tell whether it is known all the same what comes next.

    It is if they are nothing to any clock, or if clocks stand from now on and nothing was to fire before.
    """
    clocks, mine = promises.clocks, promises.tickets[ticket]
    changes, changed_us = 0, FAR_US
    event = rows.first_event[ticket] if mine.told < 0 else rows.next_event[mine.told]
    while event >= 0:
        phase = rows.phase[event]
        if phase >= 0 and clocks.senses.phases[phase + 1] != mine.sense:
            mine.sense = clocks.senses.phases[phase + 1]
            changes += 1
            changed_us = rows.at_us[event]
        if clocks.senses.answers:
            answers = answers_of(rows.type[event], rows.role[event], phase, rows.public[event])
            changes += (
                2 if answers & clocks.senses.answers else 0
            )  # a clock may start or stop, which nothing undoes
        mine.told = event
        event = rows.next_event[event]
    counts = 0
    if clocks.most_reopenings + clocks.most_reassignments > 0:
        reopenings = min(int(rows.reopenings[ticket]), clocks.most_reopenings)
        reassignments = min(int(rows.reassignments[ticket]), clocks.most_reassignments)
        counts = reopenings * (clocks.most_reassignments + 1) + reassignments
    is_known = mine.is_known and mine.counts == counts
    mine.counts = counts
    if is_known and changes == 1 and clocks.senses.even and mine.sense & 1 and mine.next_us >= changed_us:
        mine.next_us = FAR_US
        mine.asked += 1  # what is scheduled is stale
        return True
    return bool(is_known and changes == 0)


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
    promise = promises.tickets[ticket]
    if promise.asked & VERSION_MASK != version:
        return -1
    declare(desk, breaking, ticket, promise.declares)
    for number in range(len(breaking.contingencies)):
        if (promise.invokes >> np.uint64(number)) & _ONE != _ZERO:
            fire(key, desk, breaking, number)
    mine, group = desk.tickets[ticket], promise.moves_to
    promise.last_us, promise.is_known = promise.next_us, 0
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

"""The fast engine from outside: a plan and a luck in, an outcome out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.simulate.due_binding import clocks_of
from slmdsl.simulate.due_tables import room_for
from slmdsl.simulate.endless import endless_instant, endless_way
from slmdsl.simulate.fast.kernel import run
from slmdsl.simulate.fast.promised import promises_of
from slmdsl.simulate.fast.setting import (
    arriving_of,
    breaking_of,
    desk_of,
    longer,
    rows_of,
    rules_of,
    with_room,
)
from slmdsl.simulate.fast.taking_up import take_up
from slmdsl.simulate.fast.ways import ENDED, NEEDS_ROOM, TOO_MANY_ROUNDS
from slmdsl.simulate.outcome import (
    CUT,
    Calls,
    Chains,
    EventRows,
    FeedbackRows,
    OutageRows,
    Outcome,
    Spells,
)

if TYPE_CHECKING:
    from slmdsl.simulate.endless import EndlessWorkError
    from slmdsl.simulate.fast.promised import Promises
    from slmdsl.simulate.fast.tables import Breaking, Desk, Rows, Rules
    from slmdsl.workload.plan import DeskPlan, Luck

_ROWS_PER_TICKET = 10
_SPELLS_PER_TICKET = 3
_SCHEDULED_AT_FIRST = 4096
_MARGINS_AT_FIRST = 2
_OUTAGES_AT_FIRST = 256
_CALLS_AT_FIRST = 64
_MORE_THAN_ALL_ROOM = 2**40


def simulate(plan: DeskPlan, luck: Luck) -> Outcome:
    """Let a desk work through a replication.

    Raises:
        EndlessWorkError: if the desk is never done with an instant or a ticket.

    What it does: `slmdsl/simulate/SEMANTICS.md`.
    """
    tickets = len(luck.arrivals)
    rules, arriving = rules_of(plan), arriving_of(luck)
    desk, breaking = desk_of(plan, luck), breaking_of(plan, luck)
    margin = _margin(desk, breaking)
    spare, carried = _MARGINS_AT_FIRST * margin, plan.carried
    told = 0 if carried is None else len(carried.past)
    promises = _promises(plan, luck, spare + told)
    rows = rows_of(tickets, told + tickets * _ROWS_PER_TICKET + spare, tickets * _SPELLS_PER_TICKET + spare)
    desk = desk._replace(scheduled=longer(desk.scheduled, _SCHEDULED_AT_FIRST + _MARGINS_AT_FIRST * margin))
    breaking = breaking._replace(
        outages=longer(breaking.outages, _OUTAGES_AT_FIRST + len(breaking.contributions)),
        calls=longer(breaking.calls, _CALLS_AT_FIRST + len(breaking.contingencies) + len(breaking.lines)),
    )
    key = np.uint64(luck.key)
    if carried:
        desk = take_up(plan, luck, carried, promises, desk, breaking, rows)
        # Without room a run only begins: its lines then know the desk as it stands. What holds is judged at the start.
        run(key, _MORE_THAN_ALL_ROOM, promises, rules, desk, breaking, arriving, rows)
        desk.clock[0].judged = 1
    status = NEEDS_ROOM
    while status == NEEDS_ROOM:
        status = run(key, margin, promises, rules, desk, breaking, arriving, rows)
        if status == NEEDS_ROOM:
            desk, breaking, rows = _with_room(margin, desk, breaking, rows)
            promises = _with_room_for_longest(margin, promises, desk)
    if status != ENDED:
        raise _failure(plan, rules, desk, status)
    return _outcome(plan, desk, breaking, rows)


def _promises(plan: DeskPlan, luck: Luck, room: int) -> Promises | None:
    """Return what the agreements do on the desk, None if they do not act."""
    clocks = clocks_of(plan)
    if not (clocks.by_deadline or clocks.acts):
        return None
    return promises_of(clocks, luck.arrivals, plan.tick_us, room)


def _with_room_for_longest(margin: int, promises: Promises | None, desk: Desk) -> Promises | None:
    """Return the same with room for the ticket with the most events, and as many again."""
    longest = int(desk.clock[0].longest)
    if promises is None or longest + margin <= len(promises.room.desk.moments):
        return promises
    return promises._replace(room=room_for(promises.clocks, 2 * (longest + margin)))


def _margin(desk: Desk, breaking: Breaking) -> int:
    """Return the most rows, or events, that one event, dispatch or judgement can make."""
    priorities: int = desk.called.shape[1]
    agents = len(desk.agents)
    leaves = len(breaking.leaves) * (len(breaking.nodes) + 1)
    actions = len(breaking.actions) * (1 + len(breaking.lines))
    return 64 + 3 * agents * (priorities + 1) + actions + leaves


def _with_room(margin: int, desk: Desk, breaking: Breaking, rows: Rows) -> tuple[Desk, Breaking, Rows]:
    """Return the same with half as much room again wherever it is short."""
    clock = desk.clock[0]
    if clock.scheduled + margin > len(desk.scheduled):
        desk = desk._replace(scheduled=longer(desk.scheduled, 2 * len(desk.scheduled)))
    if clock.outages + len(breaking.contributions) >= len(breaking.outages):
        breaking = breaking._replace(outages=longer(breaking.outages, 2 * len(breaking.outages)))
    if clock.calls + len(breaking.contingencies) + len(breaking.lines) >= len(breaking.calls):
        breaking = breaking._replace(calls=longer(breaking.calls, 2 * len(breaking.calls)))
    if clock.rows + margin > len(rows.ticket):
        rows = with_room(rows, len(rows.ticket) * 3 // 2)
    if clock.spells + margin > len(rows.spells):
        rows = rows._replace(spells=longer(rows.spells, len(rows.spells) * 3 // 2))
    return desk, breaking, rows


def _failure(plan: DeskPlan, rules: Rules, desk: Desk, status: int) -> EndlessWorkError:
    clock, names = desk.clock[0], plan.steps.names
    if status == TOO_MANY_ROUNDS:
        found = np.flatnonzero(rules.steps.without_length_at == clock.now)
        return endless_instant(names[step] for step in found.tolist())
    return endless_way(names[clock.subject])


def _outcome(plan: DeskPlan, desk: Desk, breaking: Breaking, rows: Rows) -> Outcome:
    clock = desk.clock[0]
    here = slice(0, int(clock.rows))
    scores = rows.scores[: clock.scores]
    return Outcome(
        events=EventRows(
            ticket=rows.ticket[here],
            at_us=rows.at_us[here],
            type=rows.type[here],
            phase=rows.phase[here],
            group=rows.group[here],
            actor=rows.actor[here],
            role=rows.role[here],
            public=rows.public[here],
            reason=rows.reason[here],
        ),
        chains=Chains(
            first_event=rows.first_event,
            next_event=rows.next_event[here],
            seq=rows.seq[here],
            resolved_us=rows.resolved_us,
            reopenings=rows.reopenings,
            reassignments=rows.reassignments,
        ),
        outages=_outages(plan, desk, breaking),
        feedback=FeedbackRows(ticket=scores.ticket.copy(), at_us=scores.at.copy(), score=scores.score.copy()),
        spells=_spells(plan, desk, rows),
        called=_called(plan, desk, breaking),
        fired=breaking.contingencies.fired.copy(),
        reassigned=int(clock.reassigned),
        lost=int(clock.lost),
        gave_up=int(clock.gave_up),
        preempted=int(clock.preempted),
    )


def _outages(plan: DeskPlan, desk: Desk, breaking: Breaking) -> OutageRows:
    """Return the outages as they ended, then those still open."""
    ended, nodes = breaking.outages[: desk.clock[0].outages], breaking.nodes
    still = np.flatnonzero(nodes.standing > 0)
    return OutageRows(
        node=np.concatenate([ended.node, still]).astype(np.int32),
        from_us=np.concatenate([ended.begin, nodes.down_from[still]]) * plan.tick_us,
        to_us=np.concatenate([ended.end * plan.tick_us, np.full(len(still), NO_TIME)]),
        cause=np.concatenate([ended.cause, nodes.cause[still]]).astype(np.int32),
    )


def _called(plan: DeskPlan, desk: Desk, breaking: Breaking) -> Calls:
    """Return the calls, those of contingencies that are still on until the end."""
    calls, mine = breaking.calls[: desk.clock[0].calls], breaking.contingencies
    calls.end[mine.call[mine.is_on > 0]] = plan.end
    return Calls(
        contingency=calls.contingency.astype(np.int32),
        from_us=calls.begin * plan.tick_us,
        to_us=calls.end * plan.tick_us,
    )


def _spells(plan: DeskPlan, desk: Desk, rows: Rows) -> Spells:
    """Return the spells as they ended, then those that the end cuts."""
    ended = rows.spells[: desk.clock[0].spells]
    busy = np.flatnonzero(desk.agents.ticket >= 0)
    tickets = desk.agents.ticket[busy]
    cut = np.full(len(busy), plan.end, np.int64)
    return Spells(
        ticket=np.concatenate([ended.ticket, tickets]),
        agent=np.concatenate([ended.agent, busy]).astype(np.int32),
        queued_us=np.concatenate([ended.queued, desk.tickets.queued[tickets]]) * plan.tick_us,
        begin_us=np.concatenate([ended.begin, desk.agents.begun[busy]]) * plan.tick_us,
        end_us=np.concatenate([ended.end, cut]) * plan.tick_us,
        outcome=np.concatenate([ended.outcome, np.full(len(busy), CUT)]).astype(np.int8),
    )

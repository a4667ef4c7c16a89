"""The desk as the fast engine starts with it: a plan and a luck as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.simulate.fast.agenda import BREAKS, DUTY_BEGINS, DUTY_ENDS, ID_SHIFT, RANK_SHIFT
from slmdsl.simulate.fast.tables import (
    ACTION,
    AGENT,
    CALL,
    CLASS,
    CLOCK,
    COMPONENT,
    CONDITION,
    CONTINGENCY,
    CONTRIBUTION,
    EVENT,
    FAR,
    GROUP,
    LEAF,
    LINE,
    NODE,
    OUTAGE,
    SCORE,
    SPELL,
    STEP,
    STREAM,
    TICKET,
    Arriving,
    Breaking,
    Desk,
    Rows,
    Rules,
    table,
    table_of,
)
from slmdsl.simulate.outcome import FAILED
from slmdsl.simulate.ticket_draws import wait_table
from slmdsl.workload.plan import ADD_AGENTS, ADDED, BY_ARRIVAL, BY_DEADLINE, ON_CALL

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.simulate.fast.tables import Table
    from slmdsl.workload.plan import DeskPlan, Int64, Luck


def _copied(kind: np.dtype[np.void], source: object, size: int, prefix: str = "", **more: object) -> Table:
    """Return a table whose fields are columns of `source` of the same name, others 0 or as given."""
    names = [name for name in kind.names or () if name not in more and hasattr(source, prefix + name)]
    return table_of(kind, size, **{name: getattr(source, prefix + name) for name in names}, **more)


def rules_of(plan: DeskPlan) -> Rules:
    """Return what holds for tickets."""
    return Rules(
        steps=_copied(STEP, plan.steps, len(plan.steps.names), without_length_at=FAR),
        streams=_copied(STREAM, plan.streams, len(plan.streams.names)),
        works=plan.steps.works,
        route_to=plan.steps.route_to,
        route_share=plan.steps.route_share,
        route_word=plan.steps.route_word,
        score_within=plan.streams.score_within,
        score=plan.streams.score,
        distributions=plan.distributions,
        calendars=wait_table(plan.calendars),
    )


def arriving_of(luck: Luck) -> Arriving:
    """Return the tickets of a luck."""
    tickets = luck.arrivals
    return Arriving(
        at=tickets.at,
        stream=tickets.stream,
        entity=tickets.entity,
        leaves=tickets.leaves,
    )


def desk_of(plan: DeskPlan, luck: Luck) -> Desk:
    """Return how everything stands before anything happens."""
    tickets, groups = len(luck.arrivals), len(plan.groups.lines)
    called = plan.groups.on_call_for
    clock = table_of(
        CLOCK,
        1,
        now=plan.start,
        end=plan.end,
        tick_us=plan.tick_us,
        next_at=plan.start - 1,
        number=1,
        ticket=-1,
    )
    widest = int((plan.streams.end_step - plan.streams.first_step).max(initial=1))
    return Desk(
        clock=clock,
        tickets=table(tickets, TICKET),
        visits=np.zeros((tickets, widest), np.int16),
        priority=luck.arrivals.priority,
        groups=_groups(plan),
        classes=table_of(CLASS, groups * called.shape[1] * 2, head=-1),
        agents=_agents(plan),
        called=called,
        preempts=plan.groups.preempts,
        roster_from=plan.groups.roster_from,
        roster_to=plan.groups.roster_to,
        crews=plan.failing.crew_size.copy(),
        fixed=_fixed(plan, luck),
        scheduled=table(0, EVENT),
    )


def _groups(plan: DeskPlan) -> Table:
    groups = plan.groups
    has_on_call = np.zeros(len(groups.lines), np.int64)
    has_on_call[plan.agents.group[plan.agents.kind == ON_CALL]] = 1
    return _copied(
        GROUP,
        groups,
        len(groups.lines),
        first_discipline=groups.disciplines[:, 0],
        second_discipline=np.where(
            groups.disciplines[:, 0] == BY_ARRIVAL, BY_ARRIVAL, groups.disciplines[:, 1]
        ),
        by_deadline=(groups.disciplines == BY_DEADLINE).any(axis=1),
        preempts=groups.preempts.any(axis=1),
        has_on_call=has_on_call,
        roster=groups.first_roster,
        longest_idle=-1,
        last_idle=-1,
    )


def _agents(plan: DeskPlan) -> Table:
    return table_of(
        AGENT,
        len(plan.agents.group),
        group=plan.agents.group,
        is_on_call=plan.agents.kind == ON_CALL,
        is_there=plan.agents.kind != ADDED,
        ticket=-1,
    )


def _fixed(plan: DeskPlan, luck: Luck) -> Table:
    """Return all that is known from the beginning, in order: duties, outages and calls of the luck."""
    agent, begins, ends = _duties(plan, luck)
    components, outages = len(plan.failing.node), len(luck.outage_node)
    contribution = components + np.arange(outages)
    call = components + outages + np.arange(len(luck.invoked))
    parts = [
        (begins, DUTY_BEGINS, agent),
        (ends, DUTY_ENDS, agent),
        (luck.outage_from, BREAKS, contribution),
        (luck.invoked_at, BREAKS, call),
    ]
    at = np.concatenate([np.asarray(times, np.int64) for times, _, _ in parts])
    code = np.concatenate(
        [(rank << RANK_SHIFT) | (np.asarray(numbers, np.int64) << ID_SHIFT) for _, rank, numbers in parts]
    )
    order = np.lexsort((code, at))
    order = order[at[order] < plan.end]
    return table_of(EVENT, len(order), at=at[order], code=code[order])


def _duties(plan: DeskPlan, luck: Luck) -> tuple[Int64, Int64, Int64]:
    """Return agents and when their duties begin and end in simulated time; on call only in the gaps of rosters."""
    agents: list[int] = []
    begins: list[Int64] = []
    ends: list[Int64] = []
    for agent, kind in enumerate(plan.agents.kind.tolist()):
        mine = slice(luck.first_duty[agent], luck.end_duty[agent])
        begin, end = luck.duty_from[mine], luck.duty_to[mine]
        if kind == ON_CALL:
            begin, end = _in_both(begin, end, *_gaps(plan, int(plan.agents.group[agent])))
        begin, end = np.maximum(begin, plan.start), np.minimum(end, plan.end)
        lasts = begin < end
        agents.extend([agent] * int(lasts.sum()))
        begins.append(begin[lasts])
        ends.append(end[lasts])
    none = np.zeros(0, np.int64)
    return np.array(agents, np.int64), np.concatenate([none, *begins]), np.concatenate([none, *ends])


def _gaps(plan: DeskPlan, group: int) -> tuple[Int64, Int64]:
    mine = slice(plan.groups.first_roster[group], plan.groups.end_roster[group])
    begin = np.concatenate([[plan.start], plan.groups.roster_to[mine]])
    return begin, np.concatenate([plan.groups.roster_from[mine], [plan.end]])


def _in_both(begin: Int64, end: Int64, others_begin: Int64, others_end: Int64) -> tuple[Int64, Int64]:
    """Return the parts that two rows of stretches have in common; each is in order and its stretches do not meet."""
    first = np.searchsorted(others_end, begin, side="right")
    met = np.maximum(np.searchsorted(others_begin, end, side="left") - first, 0)
    mine = np.repeat(np.arange(len(begin)), met)
    other = np.arange(len(mine)) - np.repeat(np.cumsum(met) - met, met) + first[mine]
    return np.maximum(begin[mine], others_begin[other]), np.minimum(end[mine], others_end[other])


def breaking_of(plan: DeskPlan, luck: Luck) -> Breaking:
    """Return what can be down and what is done about it."""
    failing, nodes, conditions = plan.failing, plan.nodes, plan.conditions
    leaves = _copied(LEAF, conditions, len(conditions.leaf_kind), prefix="leaf_")
    is_aged = bool((leaves.ticks > 0).any())
    return Breaking(
        components=_copied(COMPONENT, failing, len(failing.node)),
        contributions=table_of(
            CONTRIBUTION,
            len(failing.node) + len(luck.outage_node),
            node=np.concatenate([failing.node, luck.outage_node]),
            cause=np.concatenate([np.full(len(failing.node), FAILED), luck.outage_cause]),
            ends=np.concatenate([np.zeros(len(failing.node), np.int64), luck.outage_to]),
        ),
        nodes=_copied(NODE, nodes, len(nodes.names)),
        parts=nodes.part,
        outages=table(0, OUTAGE),
        tokens=conditions.token,
        leaves=leaves,
        stack=np.zeros(len(conditions.token) + 1, np.int64),
        aged=np.zeros(len(luck.arrivals) if is_aged else 0, np.uint64),
        conditions=_copied(CONDITION, conditions, len(conditions.first_token)),
        contingencies=_contingencies(plan),
        actions=_actions(plan),
        calls=table(0, CALL),
        lines=_copied(LINE, plan.contingencies, len(plan.contingencies.line_when), prefix="line_"),
        flags=np.zeros(len(plan.contingencies.flags), np.int64),
        raised=np.zeros(len(plan.contingencies.flags), np.int64),
        declared=np.zeros(len(luck.arrivals), np.uint64),
        invoked=luck.invoked,
    )


def _contingencies(plan: DeskPlan) -> Table:
    mine = plan.contingencies
    adds = [
        bool((mine.action_kind[first:end] == ADD_AGENTS).any())
        for first, end in zip(mine.first_action, mine.end_action, strict=True)
    ]
    return _copied(CONTINGENCY, mine, len(mine.names), stays=np.array(adds, np.int64))


def _actions(plan: DeskPlan) -> Table:
    mine = plan.contingencies
    owner = np.zeros(len(mine.action_kind), np.int64)
    for number, (first, end) in enumerate(zip(mine.first_action, mine.end_action, strict=True)):
        owner[first:end] = number
    return _copied(
        ACTION,
        mine,
        len(owner),
        prefix="action_",
        contingency=owner,
    )


def rows_of(tickets: int, room: int, spells: int) -> Rows:
    """Return room for what is left behind: so many rows of events, and so many spells."""
    return Rows(
        **{name: np.empty(room, kind) for name, kind in _KINDS.items()},
        first_event=np.full(tickets, -1, np.int64),
        resolved_us=np.full(tickets, np.iinfo(np.int64).min, np.int64),
        reopenings=np.zeros(tickets, np.int32),
        reassignments=np.zeros(tickets, np.int32),
        spells=np.empty(spells, SPELL).view(np.recarray),
        scores=np.empty(tickets, SCORE).view(np.recarray),
    )


_KINDS: dict[str, Any] = {
    "ticket": np.int64,
    "next_event": np.int64,
    "at_us": np.int64,
    "seq": np.int32,
    "type": np.int8,
    "phase": np.int8,
    "group": np.int32,
    "actor": np.int32,
    "role": np.int8,
    "public": np.int8,
    "reason": np.int32,
}


def with_room(rows: Rows, room: int) -> Rows:
    """Return the same rows with room for `room` events."""
    return rows._replace(**{name: longer(getattr(rows, name), room) for name in _KINDS})


def longer(column: npt.NDArray[Any], room: int) -> Any:  # noqa: ANN401 - a table, or a column
    """Return a column or table with room for `room` rows."""
    found: Any = np.empty(max(room, len(column)), column.dtype)
    found[: len(column)] = column
    return found.view(np.recarray) if isinstance(column, np.recarray) else found

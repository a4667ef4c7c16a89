"""Contingencies and the lines of escalations on the desk, as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slmdsl.contract.model.risks import AddAgents, RestoreService
from slmdsl.workload.draws.keys import named_entity
from slmdsl.workload.plan import ADD_AGENTS, NONE, RESTORE, Contingencies
from slmdsl.workload.words import codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from slmdsl.contract.model.risks import Contingency
    from slmdsl.workload.desk_conditions import Asked
    from slmdsl.workload.horizon import SimulatedTime
    from slmdsl.workload.people import Agent
    from slmdsl.workload.plan import Int32


def contingencies_of(
    contingencies: Sequence[Contingency],
    asked: Asked,
    agents: Sequence[Agent],
    nodes: Mapping[str, int],
    time: SimulatedTime,
) -> Contingencies:
    """Compile contingencies and what they do; to notify somebody leaves nothing in a log."""
    kept = [
        (place, row, action)
        for place, each in enumerate(contingencies)
        for row, action in enumerate(each.actions)
        if isinstance(action, RestoreService | AddAgents)
    ]
    actions = [action for _, _, action in kept]
    added = [_added(agents, (place, row)) for place, row, _ in kept]
    counts = np.bincount([place for place, _, _ in kept], minlength=len(contingencies))
    ends = np.cumsum(counts[: len(contingencies)])
    names, flags = codes(each.name for each in contingencies), codes(asked.flags)
    return Contingencies(
        names=tuple(names),
        entity=np.array([named_entity(name) for name in names], np.uint64),
        when=_codes(asked.when),
        until=_codes(asked.until),
        first_action=_codes(ends - counts[: len(contingencies)]),
        end_action=_codes(ends),
        action_kind=np.array(
            [RESTORE if isinstance(each, RestoreService) else ADD_AGENTS for each in actions], np.int8
        ),
        action_after=np.array([time.length(_after_us(each)) for each in actions], np.int64),
        action_node=_codes(
            nodes[each.service] if isinstance(each, RestoreService) else NONE for each in actions
        ),
        action_succeeds=np.array(
            [float(each.succeeds) if isinstance(each, RestoreService) else 1.0 for each in actions],
            np.float64,
        ),
        action_first_agent=_codes(first for first, _ in added),
        action_end_agent=_codes(end for _, end in added),
        line_when=_codes(asked.line_when),
        line_declares=_codes(NONE if line.declares is None else flags[line.declares] for line in asked.lines),
        line_invokes=_codes(NONE if line.invokes is None else names[line.invokes] for line in asked.lines),
        flags=asked.flags,
    )


def _after_us(action: RestoreService | AddAgents) -> int:
    return action.within_us if isinstance(action, RestoreService) else action.after_us


def _added(agents: Sequence[Agent], action: tuple[int, int]) -> tuple[int, int]:
    """Return the first of the agents whom an action adds, and the end of them; 0, 0 for none."""
    rows = [row for row, agent in enumerate(agents) if agent.action == action]
    return (rows[0], rows[-1] + 1) if rows else (0, 0)


def _codes(found: Iterable[int]) -> Int32:
    return np.array(list(found), np.int32)

"""Groups and agents: who works for whom, on call or added, by which rules of the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from slmdsl.contract.model.risks import AddAgents
from slmdsl.workload.codes import CANNOT_COMPILE, TOO_LARGE
from slmdsl.workload.draws.keys import agent_entity
from slmdsl.workload.errors import UncompilableError
from slmdsl.workload.plan import (
    ADDED,
    BY_ARRIVAL,
    BY_DEADLINE,
    BY_PRIORITY,
    ON_CALL,
    REGULAR,
    Agents,
    Groups,
)
from slmdsl.workload.roster import roster_of
from slmdsl.workload.words import codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.contract.model.work import Staff
    from slmdsl.workload.horizon import SimulatedTime
    from slmdsl.workload.plan import Bools

MOST_AGENTS: Final = 5_000
ANY_NUMBER: Final = -1
_DISCIPLINES: Final = {"arrival": BY_ARRIVAL, "priority": BY_PRIORITY, "deadline": BY_DEADLINE}
_CALLED: Final = "on_call"


class Agent(NamedTuple):
    """One person: number `number` (from 1) of a shift, on call, or added by the action (contingency, place in it)."""

    group: int
    kind: int
    staff: Staff
    shift: str
    number: int
    action: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """As in the log, such as `desk.late.3`."""
        return f"{self.staff.name}.{self.shift}.{self.number}"


def agents_of(what_if: WhatIf, groups: Sequence[str]) -> tuple[Agent, ...]:
    """Return everybody who works in groups with staff: by group those of its shifts, on call, added.

    Raises:
        UncompilableError: there are too many, or a contingency adds agents to a team without staff.
    """
    for contingency in what_if.contingencies:
        for action in contingency.actions:
            if isinstance(action, AddAgents) and action.staff not in groups:
                message = f"`{contingency.name}` adds agents to `{action.staff}`, which has no staff"
                raise UncompilableError(CANNOT_COMPILE.at(action.span, message))
    staff = [what_if.contract.staff[name] for name in groups]
    count = sum(_size(each, what_if) for each in staff)
    if count > MOST_AGENTS:
        message = f"{count} agents are more than the {MOST_AGENTS} that can be simulated"
        raise UncompilableError(TOO_LARGE.at(what_if.scenario.span, message))
    return tuple(agent for code, each in enumerate(staff) for agent in _of_group(code, each, what_if))


def _size(staff: Staff, what_if: WhatIf) -> int:
    actions = [action for each in what_if.contingencies for action in each.actions]
    added = [each.agents for each in actions if isinstance(each, AddAgents) and each.staff == staff.name]
    called = staff.on_call.agents if staff.on_call else 0
    return sum(each.agents for each in staff.shifts) + called + sum(added)


def _of_group(group: int, staff: Staff, what_if: WhatIf) -> Iterator[Agent]:
    for shift in staff.shifts:
        yield from (Agent(group, REGULAR, staff, shift.name, n + 1) for n in range(shift.agents))
    called = staff.on_call.agents if staff.on_call else 0
    yield from (Agent(group, ON_CALL, staff, _CALLED, n + 1) for n in range(called))
    taken = {_CALLED, *(shift.name for shift in staff.shifts)}
    for place, contingency in enumerate(what_if.contingencies):
        # A contingency may be called as a shift is.
        shift_name = f"{contingency.name}_added" if contingency.name in taken else contingency.name
        number = 0
        for row, action in enumerate(contingency.actions):
            if isinstance(action, AddAgents) and action.staff == staff.name:
                for _ in range(action.agents):
                    number += 1
                    yield Agent(group, ADDED, staff, shift_name, number, (place, row))


def agent_table(agents: Sequence[Agent]) -> Agents:
    """Return agents as columns."""
    return Agents(
        group=np.array([each.group for each in agents], np.int32),
        kind=np.array([each.kind for each in agents], np.int8),
        entity=np.array(
            [agent_entity(each.staff.name, each.shift, each.number) for each in agents], np.uint64
        ),
    )


def groups_of(
    staff: Sequence[Staff], agents: Sequence[Agent], priorities: Sequence[str], time: SimulatedTime
) -> Groups:
    """Compile the rules of groups with staff, and their rosters."""
    rosters = [roster_of(each, time) for each in staff]
    sizes = np.bincount([each.group for each in agents], minlength=len(staff))[: len(staff)]
    lengths = [len(each.starts_us) for each in rosters]
    none = np.zeros(0, np.int64)
    return Groups(
        disciplines=np.array([_disciplines(each) for each in staff], np.int8).reshape(len(staff), 2),
        lines=np.array([ANY_NUMBER if each.lines is None else each.lines for each in staff], np.int64),
        hands_over=np.array([each.hands_over for each in staff], np.bool_),
        preempts=_by_priority([each.preempts for each in staff], priorities),
        on_call_for=_called_for(staff, priorities),
        on_call_after=np.array(
            [time.length(each.on_call.after_us) if each.on_call else 0 for each in staff], np.int64
        ),
        first_agent=_begins(sizes),
        end_agent=np.cumsum(sizes).astype(np.int32),
        first_roster=_begins(lengths),
        end_roster=np.cumsum(lengths, dtype=np.int64).astype(np.int32),
        roster_from=np.concatenate([none, *(each.starts_us for each in rosters)]),
        roster_to=np.concatenate([none, *(each.ends_us for each in rosters)]),
    )


def _begins(sizes: Iterable[int]) -> np.ndarray:
    counts = np.array(list(sizes), np.int64)
    return (np.cumsum(counts) - counts).astype(np.int32)


def _disciplines(staff: Staff) -> tuple[int, int]:
    first, second, *_ = (*(_DISCIPLINES[each] for each in staff.queue), BY_ARRIVAL, BY_ARRIVAL)
    # Nothing is left to decide by what follows the order of arrival.
    return (first, BY_ARRIVAL if first == BY_ARRIVAL else second)


def _called_for(staff: Sequence[Staff], priorities: Sequence[str]) -> Bools:
    """Return for which priorities people are called; where none is named, for all and for tickets without one."""
    listed = _by_priority([each.on_call.priorities if each.on_call else () for each in staff], priorities)
    for code, each in enumerate(staff):
        if each.on_call and not each.on_call.priorities:
            listed[code] = True
    return listed


def _by_priority(named: Sequence[Iterable[str]], priorities: Sequence[str]) -> Bools:
    """Return a row for each collection of priorities; the last column is for tickets without one."""
    code, found = codes(priorities), np.zeros((len(named), len(priorities) + 1), np.bool_)
    for row, names in enumerate(named):
        # No ticket has a priority that is not among the words.
        found[row, [code[name] for name in names if name in code]] = True
    return found

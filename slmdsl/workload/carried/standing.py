"""How open tickets stand by what has happened to them: in which phase and group, since when, and what is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.events.vocabulary import EventType, Phase, Role

if TYPE_CHECKING:
    from slmdsl.workload.carried.past import Past
    from slmdsl.workload.plan import Bools, Int8, Int32, Int64

_OTHERS: Final = frozenset((Role.CUSTOMER, Role.SUPPLIER, Role.SYSTEM))
_WAITS: Final = frozenset((Phase.WAIT_CUSTOMER, Phase.WAIT_SUPPLIER, Phase.WAIT_INTERNAL, Phase.SCHEDULED))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """How n tickets stand behind their past.

    Attributes:
        phase: the last one, NEW for those that never had any.
        group: the last one, -1 for none.
        priority: the last one, -1 for none.
        since_us: since when they stand so: wait, or else lie where they lie (come to the group, or from a wait).
        was_answered: whether somebody has answered in public.
        has_waited: whether they have waited for their customer before, or do.
        was_handed_on: whether they have been in another group.
        was_picked_up: whether somebody has had them in hand since then: an assignee, or whoever has done something.
        resolutions: how often they were resolved.
    """

    phase: Int8
    group: Int32
    priority: Int32
    since_us: Int64
    was_answered: Bools
    has_waited: Bools
    was_handed_on: Bools
    was_picked_up: Bools
    resolutions: Int32


def standing_of(opened_us: Int64, responded_us: Int64, priority: Int32, group: Int32, past: Past) -> Standing:
    """Return how tickets stand: their facts at opening, and what happened since."""
    count = len(opened_us)
    phases, groups, priorities = [int(Phase.NEW)] * count, group.tolist(), priority.tolist()
    since = opened_us.tolist()
    answered = (responded_us != NO_TIME).tolist()
    waited, handed_on, picked_up = [False] * count, [False] * count, [False] * count
    resolutions = [0] * count
    columns = (
        past.ticket,
        past.at_us,
        past.type,
        past.phase,
        past.priority,
        past.group,
        past.role,
        past.public,
    )
    for mine, at_us, kind, phase, to_priority, to_group, role, public in zip(
        *(each.tolist() for each in columns), strict=True
    ):
        if to_priority >= 0:
            priorities[mine] = to_priority
        if to_group >= 0 and to_group != groups[mine]:
            handed_on[mine] |= groups[mine] >= 0
            groups[mine] = to_group
            if phases[mine] not in _WAITS:
                since[mine], picked_up[mine] = at_us, False
        if phase >= 0 and phase != phases[mine]:
            if phase in _WAITS or phases[mine] in _WAITS or phases[mine] >= Phase.RESOLVED:
                since[mine], picked_up[mine] = at_us, False
            resolutions[mine] += phase == Phase.RESOLVED
            phases[mine] = phase
        waited[mine] |= phase == Phase.WAIT_CUSTOMER
        picked_up[mine] |= kind == EventType.ASSIGNEE or (role not in _OTHERS and at_us > since[mine])
        answered[mine] |= (
            kind == EventType.MESSAGE and public == 1 and role not in (Role.CUSTOMER, Role.SYSTEM)
        )
    return Standing(
        phase=np.array(phases, np.int8),
        group=np.array(groups, np.int32),
        priority=np.array(priorities, np.int32),
        since_us=np.array(since, np.int64),
        was_answered=np.array(answered, np.bool_),
        has_waited=np.array(waited, np.bool_),
        was_handed_on=np.array(handed_on, np.bool_),
        was_picked_up=np.array(picked_up, np.bool_),
        resolutions=np.array(resolutions, np.int32),
    )

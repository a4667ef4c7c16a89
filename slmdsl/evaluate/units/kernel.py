"""The pass that cuts tickets into units: one walk along each ticket's events, linear in their number.

A unit takes the ticket's events while it lasts; what ends it becomes a stop. Facts stand in for the events that a log
lacks, behind the events of their instant. Compiled by numba (see `slmdsl.base.kernels`); plain Python with
NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from slmdsl.base.kernels import kernel_function, kernel_part
from slmdsl.base.units import NO_TIME
from slmdsl.events.vocabulary import AWAY, EventType, Phase, Role

if TYPE_CHECKING:
    from slmdsl.rules.tables import Int8, Int32, Int64, Table, UInt8


def _fields(names: str) -> np.dtype[np.void]:
    return np.dtype([(name, np.int64) for name in names.split()])


SETTING = _fields("kind stop_phase over")
"""Which units are cut; `over` are the phases in which none begins, as bits."""

STATE = _fields(
    "born opened_us phase priority inside owed replied waivers facts unit number arrived_us arrived_seq"
    " units filled"
)
"""Where the walk stands. `unit` is the unit that lasts, -1 for none; `owed` tells that the customer waits for a reply;
`facts` are those still to come, as bits; `units` and `filled` count what was written."""

ITEM = _fields("at_us seq source type phase priority group role public")
"""The event or fact at hand; `source` is its row in the log, -1 for a fact."""

UNIT = _fields("ticket number opened_us priority first_event")

UNIT_EVENT = _fields("unit source at_us type phase priority role public")

NOTHING_LEFT = -2
_FACT = -1

_WAIT, _STRETCH, _STAY, _STAYS, _BACKLOG = range(1, 6)
_CREATED, _GROUP, _MESSAGE, _STATE = (
    int(EventType.CREATED),
    int(EventType.GROUP),
    int(EventType.MESSAGE),
    int(EventType.STATE),
)
_WAIVE = int(EventType.WAIVE)
_CUSTOMER, _AGENT, _SYSTEM = int(Role.CUSTOMER), int(Role.AGENT), int(Role.SYSTEM)
_NEW, _RESOLVED, _CLOSED = int(Phase.NEW), int(Phase.RESOLVED), int(Phase.CLOSED)

# Facts that stand in for events, as bits, in the order in which they apply at one instant.
_RESOLVED_FACT, _CLOSED_FACT, _RESPONDED_FACT = 1, 2, 4


class Chains(NamedTuple):
    """The columns of n tickets and m events that the pass reads; `waives` marks waivers that say why and by whom."""

    opened_us: Int64
    responded_us: Int64
    resolved_us: Int64
    closed_us: Int64
    priority: Int32
    group: Int32
    first_event: Int64
    next_event: Int64
    at_us: Int64
    seq: Int32
    type: Int8
    phase: Int8
    event_priority: Int32
    event_group: Int32
    role: Int8
    public: Int8
    waives: UInt8


class Walk(NamedTuple):
    """What one pass works with: settings, which groups are meant (by code), and where things are written."""

    setting: Table
    inside: UInt8
    state: Table
    item: Table
    units: Table
    events: Table


@kernel_function
def cut_units(first: int, last: int, chosen: Int64, chains: Chains, walk: Walk) -> int:
    """Cut the tickets `chosen[first .. last]` into units; return how many units there are by now."""
    for place in range(first, last):
        _cut_ticket(int(chosen[place]), chains, walk)
    return int(walk.state[0].units)


@kernel_part
def _cut_ticket(row: int, chains: Chains, walk: Walk) -> None:
    state, item = walk.state[0], walk.item[0]
    _begin_ticket(row, chains, walk.inside, state)
    event = _next_item(row, int(chains.first_event[row]), chains, state, item)
    while item.source != NOTHING_LEFT:
        if not state.born and item.at_us >= state.opened_us:
            _be_born(row, walk, state)
        _take(row, chains, walk, state, item)
        event = _next_item(row, event, chains, state, item)
    if not state.born:
        _be_born(row, walk, state)
    if state.unit >= 0:
        _end_unit(row, chains, walk, state)


@kernel_part
def _begin_ticket(row: int, chains: Chains, inside: UInt8, state: Table) -> None:
    state.born = state.owed = state.replied = state.waivers = state.number = state.facts = 0
    state.opened_us = chains.opened_us[row]
    state.phase, state.unit = _NEW, -1
    state.priority = chains.priority[row]
    # The last place answers for code -1, a missing group.
    state.inside = inside[chains.group[row]]
    phases, event = 0, chains.first_event[row]
    while event >= 0:
        if chains.phase[event] >= 0:
            phases |= 1 << int(chains.phase[event])
        state.waivers |= chains.waives[event]
        event = chains.next_event[event]
    if chains.resolved_us[row] != NO_TIME and not phases & (1 << _RESOLVED):
        state.facts |= _RESOLVED_FACT
    if chains.closed_us[row] != NO_TIME and not phases & (1 << _CLOSED):
        state.facts |= _CLOSED_FACT
    if chains.responded_us[row] != NO_TIME:
        state.facts |= _RESPONDED_FACT


@kernel_part
def _next_item(row: int, event: int, chains: Chains, state: Table, item: Table) -> int:
    """Put the next event or fact on the table and return the event after it; a fact stands behind its instant."""
    at_us, fact = np.int64(0), 0
    if state.facts & _RESOLVED_FACT:
        at_us, fact = chains.resolved_us[row], _RESOLVED_FACT
    if state.facts & _CLOSED_FACT and (fact == 0 or chains.closed_us[row] < at_us):
        at_us, fact = chains.closed_us[row], _CLOSED_FACT
    if state.facts & _RESPONDED_FACT and (fact == 0 or chains.responded_us[row] < at_us):
        at_us, fact = chains.responded_us[row], _RESPONDED_FACT
    if fact != 0 and (event < 0 or at_us < chains.at_us[event]):
        state.facts &= ~fact
        _put_fact(int(at_us), fact, item)
        return event
    if event < 0:
        item.source = NOTHING_LEFT
        return event
    item.at_us, item.seq, item.source = chains.at_us[event], chains.seq[event], event
    item.type, item.phase = chains.type[event], chains.phase[event]
    item.priority, item.group = chains.event_priority[event], chains.event_group[event]
    item.role, item.public = chains.role[event], chains.public[event]
    return int(chains.next_event[event])


@kernel_part
def _put_fact(at_us: int, fact: int, item: Table) -> None:
    item.at_us, item.seq, item.source = at_us, -1, _FACT
    item.priority = item.group = item.role = item.public = item.phase = -1
    if fact == _RESPONDED_FACT:
        item.type, item.role, item.public = _MESSAGE, _AGENT, 1
    else:
        item.type = _STATE
        item.phase = _RESOLVED if fact == _RESOLVED_FACT else _CLOSED


@kernel_part
def _be_born(row: int, walk: Walk, state: Table) -> None:
    """The ticket is opened: from now on units may begin."""
    state.born = 1
    _begin_if_due(row, int(state.opened_us), -2, walk, state)


@kernel_part
def _begin_if_due(row: int, at_us: int, seq: int, walk: Walk, state: Table) -> None:
    """Begin a unit if the ticket stands as it must, which ends the customer's waiting to be heard."""
    kind = walk.setting[0].kind
    is_over = (walk.setting[0].over >> state.phase) & 1
    if (
        state.unit >= 0
        or is_over
        or (kind == _WAIT and not state.owed)
        or (kind >= _STAY and not state.inside)
    ):
        return
    state.unit, state.owed = state.units, 0
    state.number += 1
    state.arrived_us, state.arrived_seq = at_us, seq
    unit = walk.units[state.unit]
    unit.ticket, unit.number, unit.opened_us = row, state.number, at_us
    unit.priority, unit.first_event = state.priority, -1
    state.units += 1
    if state.phase != _NEW:
        event = _emit(at_us - 1, _FACT, walk, state)
        event.type, event.phase = _CREATED, state.phase


@kernel_part
def _emit(at_us: int, source: int, walk: Walk, state: Table) -> Table:
    """Append an event to the unit that lasts, and return it to be filled in."""
    event = walk.events[state.filled]
    event.unit, event.source, event.at_us = state.unit, source, at_us
    event.phase = event.priority = event.role = event.public = -1
    unit = walk.units[state.unit]
    if unit.first_event < 0:
        unit.first_event = state.filled
    state.filled += 1
    return event


@kernel_part
def _pass_on(item: Table, walk: Walk, state: Table) -> Table:
    """Append the event or fact at hand to the unit that lasts, and return it."""
    event = _emit(item.at_us, item.source, walk, state)
    event.type, event.phase, event.priority = item.type, item.phase, item.priority
    event.role, event.public = item.role, item.public
    return event


@kernel_part
def _end_unit(row: int, chains: Chains, walk: Walk, state: Table) -> None:
    """End the unit that lasts; a waiver of the ticket, whenever given, is one of each of its units."""
    if state.waivers:
        event = chains.first_event[row]
        while event >= 0:
            if chains.waives[event]:
                _emit(chains.at_us[event], event, walk, state).type = _WAIVE
            event = chains.next_event[event]
    state.unit = -1


@kernel_part
def _take(row: int, chains: Chains, walk: Walk, state: Table, item: Table) -> None:
    """Take one event or fact: it may end the unit that lasts, and the next may begin."""
    kind, was_inside = walk.setting[0].kind, int(state.inside)
    is_message = item.type == _MESSAGE
    is_reply = is_message and item.public == 1 and item.role not in (_CUSTOMER, _SYSTEM)
    if item.phase >= 0:
        state.phase = item.phase
    if item.priority >= 0:
        state.priority = item.priority
    if item.group >= 0:
        state.inside = walk.inside[item.group]
    if state.unit >= 0 and kind == _BACKLOG:
        _go_on_open(row, chains, walk, state, item)
    elif state.unit >= 0 and kind <= _STRETCH:
        _go_on_until_reply(row, int(is_reply), chains, walk, state, item)
    elif state.unit >= 0:
        _go_on_staying(row, was_inside, chains, walk, state, item)
    if state.unit < 0 and is_message and item.role == _CUSTOMER and state.replied:
        state.owed = 1
    if is_reply:
        state.replied, state.owed = 1, 0
    if state.born:
        _begin_if_due(row, int(item.at_us), int(item.seq), walk, state)


@kernel_part
def _go_on_until_reply(
    row: int, is_reply: int, chains: Chains, walk: Walk, state: Table, item: Table
) -> None:
    event = _pass_on(item, walk, state)
    if is_reply:
        event.phase = _RESOLVED
    if is_reply or (walk.setting[0].over >> state.phase) & 1:
        _end_unit(row, chains, walk, state)


@kernel_part
def _go_on_staying(row: int, was_inside: int, chains: Chains, walk: Walk, state: Table, item: Table) -> None:
    """Leaving counts as a stop and as an action of the group; what others do, or did on handing over, as none."""
    setting = walk.setting[0]
    is_over = (setting.over >> state.phase) & 1
    event = _pass_on(item, walk, state)
    if was_inside and not state.inside:
        event.type, event.role = _GROUP, _AGENT
        if not is_over:
            event.phase = setting.stop_phase if setting.kind == _STAY else AWAY
    elif state.inside and not was_inside:
        event.type, event.phase = _CREATED, state.phase
        state.arrived_us, state.arrived_seq = item.at_us, item.seq
    elif not state.inside:
        event.type = _CREATED
        if item.phase >= 0 and not is_over:
            event.phase = AWAY
    elif item.at_us == state.arrived_us and item.seq == state.arrived_seq:
        event.type = _CREATED
    if setting.kind == _STAY and not state.inside:
        _end_unit(row, chains, walk, state)


@kernel_part
def _go_on_open(row: int, chains: Chains, walk: Walk, state: Table, item: Table) -> None:
    """Only priorities matter to a ticket that lies open, and its end, whatever it is."""
    ends = (walk.setting[0].over >> state.phase) & 1 or not state.inside
    if ends or item.priority >= 0:
        event = _pass_on(item, walk, state)
        event.phase = _RESOLVED if ends else -1
    if ends:
        _end_unit(row, chains, walk, state)

"""Units of tickets as a log of their own: a wait, a stretch or a stay is a row, judged as a ticket is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.evaluate.units.kernel import ITEM, SETTING, STATE, UNIT, UNIT_EVENT, Chains, Walk, cut_units
from slmdsl.events.columns import Coded, Events
from slmdsl.events.log import EventLog
from slmdsl.events.vocabulary import EventType
from slmdsl.rules.dispatch import dispatch_of, may_be_judged
from slmdsl.rules.log_columns import read_column, read_columns
from slmdsl.rules.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from slmdsl.events.columns import Labels
    from slmdsl.rules.tables import Int64, Table
    from slmdsl.rules.ticket_rules import TicketRules
    from slmdsl.rules.units import Unit

_BLOCK = 65_536
"""How many tickets are cut at a time, so that room is asked for as it is needed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitLog:
    """The units of a log's tickets: u rows.

    Attributes:
        unit: what they are.
        log: a log whose tickets are the units, with the dictionaries of the log that they come from.
        ticket: the row of each unit's ticket in that log (shape u).
        number: which of its ticket's units each is, from 1 (shape u).
    """

    unit: Unit
    log: EventLog
    ticket: Int64
    number: Int64


def unit_log(rules: TicketRules, log: EventLog) -> UnitLog:
    """Cut the tickets of a log that a target of `rules` may judge into the units that it judges.

    What a unit is does not depend on the instant of judgement: at any instant it is known as far as its ticket is.
    """
    tickets = log.ticket_columns
    meant = may_be_judged(dispatch_of(rules.targets, tickets), tickets, reprioritised(log))
    chosen = np.flatnonzero(meant)
    units, found = _cut(rules.unit, log, chosen.astype(np.int64))
    return UnitLog(
        unit=rules.unit,
        log=_log_of(log, units, found),
        ticket=np.ascontiguousarray(units.ticket),
        number=np.ascontiguousarray(units.number),
    )


def reprioritised(log: EventLog) -> npt.NDArray[np.bool_]:
    """Return which tickets' priority is told anew by an event (shape tickets)."""
    found, events = np.zeros(len(log.ticket_columns), dtype=np.bool_), log.event_columns
    found[events.ticket[events.priority >= 0]] = True
    return found


def _cut(unit: Unit, log: EventLog, chosen: Int64) -> tuple[Table, Table]:
    """Return units and their events."""
    tickets, events = log.ticket_columns, log.event_columns
    chains = _chains(log)
    inside = np.array([unit.means(group) for group in (*tickets.group.values, None)], dtype=np.uint8)
    setting, state, item = table(1, SETTING), table(1, STATE), table(1, ITEM)
    setting.kind, setting.stop_phase = int(unit.kind), int(unit.stop)
    setting.over = sum(1 << phase for phase in unit.over)
    size = len(tickets)
    held = np.bincount(events.ticket, minlength=size)[chosen]
    waived = np.bincount(events.ticket[chains.waives > 0], minlength=size)[chosen]
    # Three facts may stand in for events; each item may end a unit, and the next brings its beginning and waivers.
    most_units = held + 4
    most_events = held + 3 + most_units * (1 + waived)
    walk = Walk(setting, inside, state, item, table(0, UNIT), table(0, UNIT_EVENT))
    pieces: list[tuple[Table, Table]] = [(table(0, UNIT), table(0, UNIT_EVENT))]
    begun, written = 0, 0
    for first in range(0, len(chosen), _BLOCK):
        last = min(first + _BLOCK, len(chosen))
        room = _room(UNIT, most_units[first:last]), _room(UNIT_EVENT, most_events[first:last])
        state.units = state.filled = 0
        cut_units(first, last, chosen, chains, walk._replace(units=room[0], events=room[1]))
        units, found = room[0][: int(state.units[0])].copy(), room[1][: int(state.filled[0])].copy()
        units.first_event[units.first_event >= 0] += written
        found.unit += begun
        begun, written = begun + len(units), written + len(found)
        pieces.append((units, found))
    joined = [np.concatenate(column).view(np.recarray) for column in zip(*pieces, strict=True)]
    return joined[0], joined[1]


def _room(kind: np.dtype[np.void], sizes: Int64) -> Table:
    """Return a table with room for all of `sizes`; what is not written is not touched."""
    return np.empty(int(sizes.sum()), dtype=kind).view(np.recarray)


def _chains(log: EventLog) -> Chains:
    events = log.event_columns
    waives = (events.type == EventType.WAIVE) & (events.reason.codes >= 0) & (events.actor.codes >= 0)
    return Chains(**read_columns(log, Chains._fields[:-1]), waives=read_column(waives, np.uint8))


def _log_of(log: EventLog, units: Table, found: Table) -> EventLog:
    """Return the log whose tickets are the units; what a ticket says of itself, each of its units says."""
    tickets, events = log.ticket_columns, log.event_columns
    rows, none = units.ticket, np.full(len(units), NO_TIME)
    following = np.arange(1, len(found) + 1)
    if len(found):
        following[np.append(found.unit[1:] != found.unit[:-1], True)] = -1
    facts = replace(
        tickets,
        ids=_UnitLabels(tickets.ids, rows),
        **{name: _taken(getattr(tickets, name), rows) for name in ("kind", "service", "customer", "group")},
        priority=Coded(codes=units.priority.astype(np.int32), values=tickets.priority.values),
        opened_us=units.opened_us,
        responded_us=none,
        resolved_us=none,
        closed_us=none,
        reopenings=tickets.reopenings[rows],
        reassignments=tickets.reassignments[rows],
        first_event=units.first_event,
        fields={name: _taken(column, rows) for name, column in tickets.fields.items()},
    )
    # The last place answers for source -1, a fact.
    source = found.source
    happened = Events(
        ticket=found.unit,
        next_event=following,
        at_us=found.at_us,
        seq=_or_none(events.seq, source),
        type=found.type.astype(np.int8),
        phase=found.phase.astype(np.int8),
        priority=found.priority.astype(np.int32),
        group=np.full(len(found), -1, np.int32),
        actor=Coded(codes=_or_none(events.actor.codes, source), values=events.actor.values),
        actor_role=found.role.astype(np.int8),
        public=found.public.astype(np.int8),
        reason=Coded(codes=_or_none(events.reason.codes, source), values=events.reason.values),
        target=Coded(codes=_or_none(events.target.codes, source), values=events.target.values),
    )
    return EventLog(ticket_columns=facts, event_columns=happened)


def _or_none(column: npt.NDArray[Any], source: Int64) -> npt.NDArray[Any]:
    """Return the entries of a column at these places, -1 where there is none."""
    return np.append(column, -1).astype(column.dtype)[source]


def _taken(column: Coded, rows: Int64) -> Coded:
    return Coded(codes=column.codes[rows], values=column.values)


class _UnitLabels:
    """The ids of units: those of their tickets."""

    __slots__ = ("_labels", "_rows")

    def __init__(self, labels: Labels, rows: Int64) -> None:
        self._labels, self._rows = labels, rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: int, /) -> str:
        return self._labels[int(self._rows[row])]

    def __iter__(self) -> Iterator[str]:
        return (self[row] for row in range(len(self)))

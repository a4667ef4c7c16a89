"""Put events in the order in which they apply and link each ticket's into a chain."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.events.columns import NO_TARGET, Coded, Events
from slmdsl.events.vocabulary import EventType, Phase

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.events.columns import Int8, Int32, Int64

_STOP, _CANCEL, _RESET, _PAUSE, _RESUME, _START = range(6)

_RANK_OF_PHASE = np.full(len(Phase), _RESUME, np.int8)
_RANK_OF_PHASE[[Phase.RESOLVED, Phase.CLOSED]] = _STOP
_RANK_OF_PHASE[Phase.CANCELLED] = _CANCEL
_RANK_OF_PHASE[[Phase.WAIT_CUSTOMER, Phase.WAIT_SUPPLIER, Phase.WAIT_INTERNAL, Phase.SCHEDULED]] = _PAUSE

_RANK_OF_TYPE = np.full(len(EventType), _START, np.int8)
_RANK_OF_TYPE[[EventType.MESSAGE, EventType.ACK]] = _STOP
_RANK_OF_TYPE[EventType.PRIORITY] = _RESET


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRows:
    """Events on their way into a log: the columns of `Events` in any order, not linked yet."""

    ticket: Int64
    at_us: Int64
    seq: Int32
    type: Int8
    phase: Int8
    priority: Int32
    group: Int32
    actor: Coded
    actor_role: Int8
    public: Int8
    reason: Coded
    target: Coded = NO_TARGET

    def __post_init__(self) -> None:
        if self.target is NO_TARGET:
            object.__setattr__(self, "target", Coded.unknown(len(self.at_us)))

    def __len__(self) -> int:
        return len(self.at_us)

    def take(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> EventRows:
        """Return the rows at these places, or where the mask is true."""
        changed: dict[str, Any] = {name: taken(getattr(self, name), rows) for name in _COLUMNS}
        return replace(self, **changed)


_COLUMNS = tuple(column.name for column in fields(EventRows))


def taken(
    column: Coded | npt.NDArray[np.generic], rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]
) -> Coded | npt.NDArray[np.generic]:
    """Return a column's rows; a coded column keeps its words."""
    if isinstance(column, Coded):
        return Coded(codes=column.codes[rows], values=column.values)
    return column[rows]


def rank_of(type_: Int8, phase: Int8) -> Int8:
    """Return what decides between events of one instant and one row: stop, cancel, reset, pause, resume, start."""
    ranks = _RANK_OF_TYPE[type_]
    moves = phase >= 0
    ranks[moves] = _RANK_OF_PHASE[phase[moves]]
    return ranks


def in_order(rows: EventRows) -> EventRows:
    """Return the events by ticket and, within a ticket, by (at, seq, rank); sorts only where they are not so yet."""
    if _ascending(_keys(rows)):
        return rows
    return rows.take(order_of(rows))


def order_of(rows: EventRows) -> Int64:
    """Return the places of events by ticket and, within a ticket, by (at, seq, rank).

    Rows that stand in the order of time, as a desk writes them, are only brought together by ticket.
    """
    keys = _keys(rows)
    found = grouped(rows.ticket)
    if _ascending(tuple(each[found] for each in keys)):
        return found
    return np.lexsort(keys[::-1])


def grouped(ticket: Int64) -> Int64:
    """Return the places of rows by ticket, those of one ticket in their order.

    Ticket and place are one number, which sorts several times as fast as an index does: tickets are rows of a log, so
    that both together stay far below 2**63.
    """
    count = np.int64(max(len(ticket), 1))
    found = ticket.astype(np.int64) * count + np.arange(len(ticket))
    found.sort()
    return found % count


def _keys(rows: EventRows) -> tuple[npt.NDArray[np.signedinteger], ...]:
    return rows.ticket, rows.at_us, rows.seq, rank_of(rows.type, rows.phase)


def _ascending(keys: tuple[npt.NDArray[np.signedinteger], ...]) -> bool:
    """Whether rows are in lexicographic order of `keys`, the weightiest first."""
    tied = np.ones(max(len(keys[0]) - 1, 0), np.bool_)
    for key in keys:
        if np.any(tied & (key[1:] < key[:-1])):
            return False
        tied &= key[1:] == key[:-1]
    return True


def linked(rows: EventRows, tickets: int) -> tuple[Events, Int64]:
    """Return the events of `in_order` as chains, and each ticket's first event (-1 if it has none)."""
    count = len(rows)
    following = np.arange(1, count + 1, dtype=np.int64)
    first = np.full(tickets, -1, np.int64)
    if count:
        last = np.append(rows.ticket[1:] != rows.ticket[:-1], True)
        following[last] = -1
        starts = np.flatnonzero(np.append(True, last[:-1]))
        first[rows.ticket[starts]] = starts
    return Events(next_event=following, **{name: getattr(rows, name) for name in _COLUMNS}), first


def unlinked(events: Events) -> EventRows:
    """Return the rows of chains, in array order."""
    return EventRows(**{name: getattr(events, name) for name in _COLUMNS})

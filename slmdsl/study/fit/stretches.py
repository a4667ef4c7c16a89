"""A log as stretches: for each ticket, from event to event, in which phase it was and which group had it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.events.vocabulary import UNKNOWN, EventType, Phase, Role

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.events.columns import Coded
    from slmdsl.events.log import EventLog

    Bools = npt.NDArray[np.bool_]
    Int8 = npt.NDArray[np.int8]
    Int32 = npt.NDArray[np.int32]
    Int64 = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

OPENED: Final = -1
"""The type of the row that stands for a ticket's opening."""

_OVER: Final = (Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretches:
    """Rows by ticket and time: each an event (or the opening), and the stretch from it to the ticket's next row.

    Attributes:
        tickets: rows of the log's tickets that were opened before `until_us`.
        until_us: what happened at or after it is not known here.
        ticket: row in the log's tickets.
        begin_us: when it begins; `end_us`: of the last row of a ticket `until_us`.
        type: of the event, OPENED for the opening.
        phase: in which the ticket is; `group`: who has it (UNKNOWN before any is named).
        attempt: how often it had been reopened.
        is_over: resolved, closed or cancelled.
        actor: by whom, UNKNOWN if nobody is named; customers and the system are nobody here.
        public: whether the event is a public message by an agent.
        priority: by ticket of the log: the last known; UNKNOWN where none is.
    """

    tickets: Int64
    until_us: int
    ticket: Int64
    begin_us: Int64
    end_us: Int64
    type: Int8
    phase: Int8
    group: Int32
    attempt: Int32
    is_over: Bools
    is_first: Bools
    is_last: Bools
    actor: Int32
    public: Bools
    priority: Int32

    def __len__(self) -> int:
        return len(self.ticket)


def stretches_of(log: EventLog, until_us: int | None = None) -> Stretches:
    """Cut a log into stretches; with `until_us` as if it ended there.

    A ticket that no event resolves or closes is over when its columns say so.
    """
    tickets, events = log.ticket_columns, log.event_columns
    until = log.last_us + 1 if until_us is None else until_us
    opened = tickets.opened_us < until
    known = np.flatnonzero(opened)
    told = (events.at_us < until) & opened[events.ticket]
    over, over_us = _over_by_column(log, told, opened, until)
    ticket = np.concatenate((known, events.ticket[told], over))
    order = np.argsort(ticket, kind="stable")
    ticket = ticket[order]
    firsts, lasts = len(known), len(over)

    def rows(
        of_opening: object, of_event: npt.NDArray[np.generic], of_end: object
    ) -> npt.NDArray[np.generic]:
        kind = of_event.dtype
        begun = np.broadcast_to(np.asarray(of_opening, kind), firsts)
        ended = np.broadcast_to(np.asarray(of_end, kind), lasts)
        return np.concatenate((begun, of_event[told], ended))[order]

    begin = rows(tickets.opened_us[known], events.at_us, over_us).astype(np.int64)
    begin = np.maximum(begin, tickets.opened_us[ticket])
    is_first = np.append(True, ticket[1:] != ticket[:-1]) if len(ticket) else np.zeros(0, np.bool_)
    is_last = np.append(is_first[1:], True) if len(ticket) else is_first
    phase = _carried(rows(Phase.NEW, events.phase, Phase.RESOLVED), is_first)
    is_over = np.isin(phase, _OVER)
    again = np.append(False, is_over[:-1] & ~is_over[1:]) & ~is_first if len(ticket) else is_first
    by_people = np.isin(events.actor_role, (Role.AGENT, UNKNOWN))
    said = (events.type == EventType.MESSAGE) & (events.public == 1) & (events.actor_role != Role.CUSTOMER)
    priority = rows(tickets.priority.codes[known], events.priority, UNKNOWN)
    return Stretches(
        tickets=known,
        until_us=until,
        ticket=ticket,
        begin_us=begin,
        end_us=np.where(is_last, until, np.append(begin[1:], until)[: len(begin)]),
        type=rows(OPENED, events.type, EventType.STATE).astype(np.int8),
        phase=phase.astype(np.int8),
        group=_carried(rows(tickets.group.codes[known], events.group, UNKNOWN), is_first).astype(np.int32),
        attempt=_since_first(np.cumsum(again), is_first).astype(np.int32),
        is_over=is_over,
        is_first=is_first,
        is_last=is_last,
        actor=rows(UNKNOWN, np.where(by_people, events.actor.codes, UNKNOWN), UNKNOWN).astype(np.int32),
        public=rows(False, said, False).astype(np.bool_),  # noqa: FBT003 - values of a column
        priority=_last_known(log, ticket, priority, is_first, is_last),
    )


def _over_by_column(log: EventLog, told: Bools, opened: Bools, until_us: int) -> tuple[Int64, Int64]:
    """Return the tickets that only their columns call resolved or closed, and since when."""
    tickets, events = log.ticket_columns, log.event_columns
    by_event = np.zeros(len(opened), np.bool_)
    by_event[events.ticket[told & np.isin(events.phase, _OVER)]] = True
    over_us = np.where(tickets.resolved_us == NO_TIME, tickets.closed_us, tickets.resolved_us)
    last_us = tickets.opened_us.copy()
    np.maximum.at(last_us, events.ticket[told], events.at_us[told])
    found = np.flatnonzero(opened & ~by_event & (over_us != NO_TIME) & (over_us < until_us))
    return found, np.maximum(over_us, last_us)[found]


def _carried(codes: npt.NDArray[np.generic], is_first: Bools) -> npt.NDArray[np.generic]:
    """Return codes with UNKNOWN replaced by the ticket's last known one."""
    place = np.arange(len(codes))
    known = np.where(codes >= 0, place, 0)  # type: ignore[operator]
    first = np.maximum.accumulate(np.where(is_first, place, 0))
    latest = np.maximum.accumulate(known)
    return codes[np.maximum(latest, first)]


def _since_first(counted: Int64, is_first: Bools) -> Int64:
    """Return a running count that begins anew with each ticket."""
    place = np.arange(len(counted))
    first = np.maximum.accumulate(np.where(is_first, place, 0))
    return counted - counted[first] if len(counted) else counted


def _last_known(
    log: EventLog, ticket: Int64, codes: npt.NDArray[np.generic], is_first: Bools, is_last: Bools
) -> Int32:
    found = np.full(len(log.ticket_columns), UNKNOWN, np.int32)
    found[ticket[is_last]] = _carried(codes, is_first)[is_last]
    return found


def word_of(column: Coded, code: int) -> str | None:
    """Return the word of a code."""
    return None if code < 0 else column.values[code]


def resolved_at(rows: Stretches) -> tuple[Int64, Int64, Int64]:
    """Return each end of an attempt: its ticket, when it was over, and when it was reopened (NO_TIME: never)."""
    before = np.append(False, rows.is_over[:-1]) & ~rows.is_first
    ends = np.flatnonzero(rows.is_over & ~before & (rows.phase != Phase.CANCELLED))
    again = np.flatnonzero(before & ~rows.is_over)
    following = np.searchsorted(again, ends)
    found = np.append(again, -1)[np.minimum(following, len(again))]
    same = (
        (found >= 0)
        & (rows.ticket[found] == rows.ticket[ends])
        & (rows.attempt[found] == rows.attempt[ends] + 1)
    )
    return rows.ticket[ends], rows.begin_us[ends], np.where(same, rows.begin_us[found], NO_TIME)

"""The tickets of a log that are open at an instant, by what is known then: nothing that is told later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from slmdsl.base.globs import Glob
from slmdsl.base.units import NO_TIME
from slmdsl.events.columns import Coded
from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.workload.carried.past import Past, taken
from slmdsl.workload.carried.standing import Standing, standing_of

if TYPE_CHECKING:
    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog
    from slmdsl.workload.plan import Bools, Int32, Int64

_OVER: Final = int(Phase.RESOLVED)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenTickets:
    """n tickets of a log that are open at `at_us` (UTC microseconds), in the log's order, and their past.

    `priority` and `group` are those at opening. What a log knows of a ticket without saying since when (its kind,
    service and customer) counts as known from the beginning; further columns of it are left out.
    """

    at_us: int
    ids: tuple[str, ...]
    kind: Coded
    service: Coded
    priority: Coded
    customer: Coded
    group: Coded
    opened_us: Int64
    responded_us: Int64
    """NO_TIME where nobody has answered by `at_us`."""
    past: Past
    standing: Standing
    """By all of this."""

    def __len__(self) -> int:
        return len(self.ids)


def open_tickets(log: EventLog, at_us: int) -> OpenTickets:
    """Return the tickets of a log that were opened before an instant and are not over by what happened before it.

    A ticket is over when it is resolved, closed or cancelled, and again open when a later event says so. What happens
    at the instant itself is to come. The group at opening becomes an event, as does an answer without one.

    Args:
        log: what happened, before and behind the instant.
        at_us: UTC microseconds.

    For example `len(open_tickets(log, at_us))`.
    """
    tickets, events = log.ticket_columns, log.event_columns
    open_, rows, steps = _followed(log, at_us)
    kept = np.flatnonzero(open_)
    place = np.full(len(tickets), -1, np.int64)
    place[kept] = np.arange(len(kept))
    mine = place[events.ticket[rows]] >= 0
    rows, steps = rows[mine], steps[mine]
    order = rows[np.lexsort((steps, place[events.ticket[rows]], events.at_us[rows]))]
    past = Past(
        ticket=events.ticket,
        at_us=events.at_us,
        type=events.type,
        phase=events.phase,
        priority=events.priority,
        group=events.group,
        actor=events.actor,
        role=events.actor_role,
        public=events.public,
        reason=events.reason,
        target=events.target,
    ).taken(order, place)
    responded = tickets.responded_us[kept]
    responded = np.where(responded < at_us, responded, NO_TIME)
    opened, priority, group = tickets.opened_us[kept], tickets.priority.codes[kept], tickets.group.codes[kept]
    past = _told(_openings(opened, group), past, first=True)
    past = _told(_answers(past, responded), past, first=False)
    return OpenTickets(
        at_us=at_us,
        ids=tuple(tickets.ids[row] for row in kept.tolist()),
        kind=taken(tickets.kind, kept),
        service=taken(tickets.service, kept),
        priority=Coded(codes=priority, values=tickets.priority.values),
        customer=taken(tickets.customer, kept),
        group=Coded(codes=group, values=tickets.group.values),
        opened_us=opened,
        responded_us=responded,
        past=past,
        standing=standing_of(opened, responded, priority, group, past),
    )


def in_teams(tickets: OpenTickets, contract: Contract) -> OpenTickets:
    """Return tickets with the names of the teams that their groups are known as; strange groups stay."""
    teams = {party.name: party.known_as for party in contract.parties.values() if party.known_as}

    def team(group: str) -> str:
        known = (name for name, patterns in teams.items() if any(Glob(each)(group) for each in patterns))
        return group if group in teams else next(known, group)

    # Several groups may be one team: then several codes mean the same.
    return replace(tickets, group=replace(tickets.group, values=tuple(map(team, tickets.group.values))))


def _followed(log: EventLog, at_us: int) -> tuple[Bools, Int64, Int64]:
    """Return which tickets are open, and the events before an instant of all that may be, with their place in turn."""
    tickets, events = log.ticket_columns, log.event_columns
    opened = (tickets.opened_us < at_us) & (tickets.opened_us != NO_TIME)
    stood = np.full(len(tickets), int(Phase.NEW), np.int8)
    since = np.full(len(tickets), NO_TIME, np.int64)
    event = np.where(opened, tickets.first_event, -1)
    rows, steps = list[Any](), list[Any]()
    while len(event := _before(event, events.at_us, at_us)):
        rows.append(event)
        steps.append(np.full(len(event), len(steps), np.int64))
        told = event[events.phase[event] >= 0]
        stood[events.ticket[told]] = events.phase[told]
        since[events.ticket[told]] = events.at_us[told]
        event = events.next_event[event]
    over = stood >= _OVER
    for ended_us in (tickets.resolved_us, tickets.closed_us):
        # A fact without an event of its own; an event behind it has opened the ticket again.
        over |= (ended_us != NO_TIME) & (ended_us < at_us) & (ended_us >= since)
    none = np.zeros(0, np.int64)
    return opened & ~over, np.concatenate([none, *rows]), np.concatenate([none, *steps])


def _before(event: Int64, at_us: Int64, end_us: int) -> Int64:
    """Return those of some events (-1: none) that lie before an instant."""
    found = event[event >= 0]
    return found[at_us[found] < end_us]


def _openings(opened_us: Int64, group: Int32) -> dict[str, Any]:
    """Return columns of events by which tickets come to the groups that have them at opening."""
    known = np.flatnonzero(group >= 0)
    return {
        "ticket": known,
        "at_us": opened_us[known],
        "type": np.full(len(known), EventType.GROUP, np.int8),
        "role": np.full(len(known), Role.CUSTOMER, np.int8),
        "group": group[known],
    }


def _answers(past: Past, responded_us: Int64) -> dict[str, Any]:
    """Return columns of public answers for tickets of which only the time of the answer is known."""
    replies = (past.type == EventType.MESSAGE) & (past.public == 1) & (past.role != Role.CUSTOMER)
    has_reply = np.zeros(len(responded_us), np.bool_)
    has_reply[past.ticket[replies]] = True
    lacking = np.flatnonzero((responded_us != NO_TIME) & ~has_reply)
    return {
        "ticket": lacking,
        "at_us": responded_us[lacking],
        "type": np.full(len(lacking), EventType.MESSAGE, np.int8),
        "role": np.full(len(lacking), Role.AGENT, np.int8),
        "public": np.ones(len(lacking), np.int8),
    }


def _told(more: dict[str, Any], past: Past, *, first: bool) -> Past:
    """Return a past with more events of the given columns: before, or behind, those of the same instant."""
    unknown = np.full(len(more["ticket"]), -1, np.int32)
    columns: dict[str, Any] = {}
    for name in Past.__dataclass_fields__:
        column = getattr(past, name)
        codes = column.codes if isinstance(column, Coded) else column
        parts = [more.get(name, unknown), codes]
        whole = np.concatenate(parts if first else parts[::-1]).astype(codes.dtype)
        columns[name] = Coded(codes=whole, values=column.values) if isinstance(column, Coded) else whole
    joined = Past(**columns)
    order = np.argsort(joined.at_us, kind="stable")
    return joined.taken(order, np.arange(1 + int(joined.ticket.max(initial=-1))))

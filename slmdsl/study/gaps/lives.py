"""Tickets' lives as rows: their events in order, who had a ticket when, how often it changed hands."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.events.vocabulary import UNKNOWN, EventType, Phase, Role

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.events.log import EventLog

    Int64 = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]
    Codes = npt.NDArray[np.signedinteger]

Told = Literal["pick-ups", "phases", "nothing"]
"""How a log tells waiting from work."""

_BEHIND = 1 << 40
"""The place of what facts tell, behind the events of the same instant."""
_OVER = (int(Phase.RESOLVED), int(Phase.CLOSED), int(Phase.CANCELLED))


class LifeRows(NamedTuple):
    """The columns of `Lives`: a row for each opening and event, by ticket and in the order in which they apply."""

    ticket: Int64
    at_us: Int64
    type: Codes
    phase: Codes
    group: Codes
    priority: Codes
    by_agent: Bools
    first: Int64
    """The row of each ticket's opening, and the number of all rows at its end (shape n + 1)."""
    is_untold: Bools
    """Of which tickets neither a phase on the way nor a response is known (shape n)."""


class Lives:
    """The lives of n tickets, with what follows from them, worked out when it is first asked for."""

    def __init__(self, rows: LifeRows) -> None:
        self.ticket, self.at_us = rows.ticket, rows.at_us
        self.type, self.phase = rows.type, rows.phase
        self.group, self.priority = rows.group, rows.priority
        self.by_agent, self.first = rows.by_agent, rows.first
        self.is_untold = rows.is_untold

    @cached_property
    def stood(self) -> Codes:
        """The phase from each row on."""
        return self._carried(self.phase)

    @cached_property
    def held(self) -> Codes:
        """The group from each row on, UNKNOWN before any is known."""
        return self._carried(self.group)

    @cached_property
    def ranked(self) -> Codes:
        """The priority from each row on."""
        return self._carried(self.priority)

    @cached_property
    def moved(self) -> Bools:
        """Whether a ticket passes from one known group to another in each row."""
        before = np.append(UNKNOWN, self.held[:-1])
        moves: Bools = ~self.is_opening & (before >= 0) & (self.held >= 0) & (self.held != before)
        return moves

    @cached_property
    def bounced(self) -> Bools:
        """Whether a ticket comes back in each row to the group that it had left one hand-off before."""
        moves = np.flatnonzero(self.moved)
        came_from, ticket = self.held[moves - 1], self.ticket[moves]
        back = np.zeros(len(self.ticket), np.bool_)
        if len(moves) > 1:
            again = (ticket[1:] == ticket[:-1]) & (self.held[moves[1:]] == came_from[:-1])
            back[moves[1:][again]] = True
        return back

    @cached_property
    def is_opening(self) -> Bools:
        """Whether a row is a ticket's opening."""
        found = np.zeros(len(self.ticket), np.bool_)
        found[self.first[:-1]] = True
        return found

    @cached_property
    def is_over(self) -> Bools:
        """Whether a ticket is resolved, closed or cancelled from each row on."""
        found: Bools = np.isin(self.stood, _OVER)
        return found

    @cached_property
    def tells(self) -> Told:
        """How the log tells waiting from work: by who took a ticket in hand, by when it was no longer new, or not."""
        if np.any((self.type == EventType.ASSIGNEE) & self.by_agent):
            return "pick-ups"
        return "phases" if np.any(self.phase == Phase.ACTIVE) else "nothing"

    @cached_property
    def in_hand(self) -> Bools:
        """Whether somebody has taken a ticket in hand, from each row on.

        Where the log names assignees: from an assignment until the ticket goes to another group, back to new, or is
        over. Where it tells phases alone: whenever it is not new; a ticket without any is in hand from its response
        on, and one without that always: nothing says that it waited.
        """
        if self.tells != "pick-ups":
            begun: Bools = (self.stood != Phase.NEW) | self.is_untold[self.ticket]
            return begun
        takes = (self.type == EventType.ASSIGNEE) & self.by_agent
        drops = self.moved | (self.is_over & ~takes) | (self.phase == Phase.NEW) | self.is_opening
        taken: Bools = self._carried(np.where(takes, 1, np.where(drops, 0, UNKNOWN))) == 1
        return taken

    def last_before(self, ticket: Int64, at_us: Int64) -> Int64:
        """Return the last row of each ticket at or before an instant; its opening, if there is none (any length)."""
        found = np.searchsorted(self._keys, self._key(ticket, at_us), side="right") - 1
        return np.maximum(found, self.first[ticket])

    def counted_until(self, marks: Bools, ticket: Int64, at_us: Int64) -> Int64:
        """Return how many marked rows of each ticket lie at or before an instant."""
        running = np.append(0, np.cumsum(marks))
        found: Int64 = running[self.last_before(ticket, at_us) + 1] - running[self.first[ticket]]
        return found

    @cached_property
    def _ranks(self) -> tuple[Int64, int]:
        """The sorted distinct instants, and a number above their count."""
        instants = np.unique(self.at_us)
        return instants, len(instants) + 2

    @cached_property
    def _keys(self) -> Int64:
        instants, width = self._ranks
        return self.ticket * width + np.searchsorted(instants, self.at_us) + 1

    def _key(self, ticket: Int64, at_us: Int64) -> Int64:
        instants, width = self._ranks
        return ticket * width + np.searchsorted(instants, at_us, side="right")

    def _carried(self, codes: Codes) -> Codes:
        """Return codes with UNKNOWN replaced by the ticket's last known one."""
        place = np.arange(len(codes))
        latest = np.maximum.accumulate(np.where(codes >= 0, place, 0)) if len(codes) else place
        return codes[np.maximum(latest, self.first[self.ticket])]


def lives_of(log: EventLog) -> Lives:
    """Return the lives of a log's tickets; facts stand in for a response, resolution and closing that no event tells.

    An event before its ticket's opening counts from the opening on.
    """
    tickets, events = log.ticket_columns, log.event_columns
    count = len(tickets)
    rows, place = _in_chains(tickets.first_event, events.next_event)
    has_phase = np.zeros(count, np.bool_)
    has_phase[events.ticket[(events.phase >= 0) & (events.phase < Phase.RESOLVED)]] = True
    has_response = ~has_phase & (tickets.responded_us != NO_TIME)
    stops = [
        (np.flatnonzero(has_response), tickets.responded_us[has_response], Phase.ACTIVE),
        _facts(log, tickets.resolved_us, Phase.RESOLVED),
        _facts(log, tickets.closed_us, Phase.CLOSED),
    ]
    ticket = np.concatenate([np.arange(count), events.ticket[rows], *(each for each, _, _ in stops)])
    of_opening = np.concatenate(
        [np.full(count, -1), place, *(np.full(len(t), _BEHIND + phase) for t, _, phase in stops)]
    )
    at_us = np.concatenate([tickets.opened_us, events.at_us[rows], *(at for _, at, _ in stops)])
    at_us = np.maximum(at_us, tickets.opened_us[ticket])
    order = np.lexsort((of_opening, at_us, ticket))

    def column(of_tickets: int | Codes, of_events: Codes, of_stops: Codes | None = None) -> Codes:
        opening = np.broadcast_to(np.asarray(of_tickets), count)
        unknown = np.full(sum(len(t) for t, _, _ in stops), UNKNOWN)
        return np.concatenate([opening, of_events[rows], unknown if of_stops is None else of_stops])[order]

    phases = np.concatenate([np.full(len(t), int(phase)) for t, _, phase in stops])
    role = column(UNKNOWN, events.actor_role)
    rows_of_lives = LifeRows(
        ticket=ticket[order],
        at_us=at_us[order],
        type=column(int(EventType.CREATED), events.type),
        phase=column(int(Phase.NEW), events.phase, phases),
        group=column(tickets.group.codes, events.group),
        priority=column(tickets.priority.codes, events.priority),
        by_agent=(column(UNKNOWN, events.actor.codes) >= 0) & (role != Role.CUSTOMER) & (role != Role.SYSTEM),
        first=np.searchsorted(ticket[order], np.arange(count + 1)),
        is_untold=~has_phase & ~has_response,
    )
    return Lives(rows_of_lives)


def _in_chains(first_event: Int64, next_event: Int64) -> tuple[Int64, Int64]:
    """Return the events that lie on a chain, and the place of each in its own."""
    found, places = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    now, place = first_event[first_event >= 0], 0
    while len(now):
        found.append(now)
        places.append(np.full(len(now), place))
        following = next_event[now]
        now, place = following[following >= 0], place + 1
    return np.concatenate(found), np.concatenate(places)


def _facts(log: EventLog, at_us: Int64, phase: Phase) -> tuple[Int64, Int64, Phase]:
    """Return the tickets that were resolved (closed) and have no event that says so, and when they were."""
    events = log.event_columns
    told = np.zeros(len(log.ticket_columns), np.bool_)
    told[events.ticket[events.phase == phase]] = True
    mine = np.flatnonzero((at_us != NO_TIME) & ~told)
    return mine, at_us[mine], phase

"""The whole desk over time: for how long each ticket is open, with which priority and in which group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.evaluate.availability.steps import BEGINNING_US, Steps
from slmdsl.events.chains import grouped, order_of, unlinked
from slmdsl.events.vocabulary import UNKNOWN, Phase
from slmdsl.rules.target_readings import FOREVER

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.events.log import EventLog

    Int64 = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

_OVER = np.zeros(len(Phase), dtype=np.bool_)
_OVER[[Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED]] = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spells:
    """Spells in which tickets are open and nothing about them changes: s rows, by ticket and time, half-open.

    A spell that nothing known has ended lasts until FOREVER. `priority` and `group` are codes of the log.
    """

    ticket: Int64
    from_us: Int64
    to_us: Int64
    priority: Int64
    group: Int64

    def ends_us(self, tickets: Int64, at_us: Int64) -> Int64:
        """Return when tickets, open at these instants, are over; an instant itself for one that is not open."""
        # Spells that follow on each other are one.
        going_on = np.zeros(len(self.ticket), dtype=np.bool_)
        going_on[:-1] = (self.ticket[1:] == self.ticket[:-1]) & (self.from_us[1:] == self.to_us[:-1])
        last = np.flatnonzero(~going_on)
        keys = np.lexsort((self.to_us[last], self.ticket[last]))
        last = last[keys]
        found = at_us.copy()
        for i, (ticket, instant) in enumerate(zip(tickets.tolist(), at_us.tolist(), strict=True)):
            first, end = np.searchsorted(self.ticket[last], [ticket, ticket + 1])
            place = first + np.searchsorted(self.to_us[last[first:end]], instant, side="right")
            if place < end:
                found[i] = self.to_us[last[place]]
        return found


def spells_of(log: EventLog, as_of_us: int) -> Spells:
    """Return the spells in which the tickets of a log are open, as known at `as_of_us`.

    A resolution or closing that no event tells stands behind the events of its instant.
    """
    tickets, events = log.ticket_columns, log.event_columns
    rows = order_of(unlinked(events))
    rows = rows[events.at_us[rows] <= as_of_us]
    told = np.zeros((len(tickets), len(Phase)), dtype=np.bool_)
    moves = np.flatnonzero(events.phase >= 0)
    told[events.ticket[moves], events.phase[moves]] = True
    facts = [
        (phase, np.flatnonzero((at_us != NO_TIME) & (at_us <= as_of_us) & ~told[:, phase]), at_us)
        for phase, at_us in ((Phase.RESOLVED, tickets.resolved_us), (Phase.CLOSED, tickets.closed_us))
    ]
    opened = np.flatnonzero(tickets.opened_us <= as_of_us)
    nothing = [np.full(len(found), UNKNOWN) for _, found, _ in facts]
    ticket = np.concatenate([opened, events.ticket[rows], *(found for _, found, _ in facts)])
    at_us = np.concatenate(
        [tickets.opened_us[opened], events.at_us[rows], *(column[found] for _, found, column in facts)]
    )
    phase = np.concatenate(
        [
            np.full(len(opened), Phase.NEW),
            events.phase[rows],
            *(np.full(len(found), which) for which, found, _ in facts),
        ]
    )
    priority = np.concatenate([tickets.priority.codes[opened], events.priority[rows], *nothing])
    group = np.concatenate([tickets.group.codes[opened], events.group[rows], *nothing])
    at_us = np.maximum(at_us, tickets.opened_us[ticket])
    counts = len(opened), len(rows), len(ticket) - len(opened) - len(rows)
    order = _by_moment(ticket, at_us, counts)
    return _spells(ticket[order], at_us[order], phase[order], priority[order], group[order])


def _by_moment(ticket: Int64, at_us: Int64, counts: tuple[int, int, int]) -> Int64:
    """Return the order of openings, events in their order, and facts, as many as `counts` says, by ticket and time.

    The opening comes first even of a ticket with earlier events, and facts stand behind the events of their instant.
    """
    if not counts[2]:
        return grouped(ticket)
    rank = np.repeat([0, 1, 2], counts)
    return np.lexsort((rank, np.where(rank == 0, BEGINNING_US, at_us), ticket))


def _spells(ticket: Int64, at_us: Int64, phase: Int64, priority: Int64, group: Int64) -> Spells:
    """Return the spells between the moments of tickets, which begin with their openings."""
    is_last = np.append(ticket[1:] != ticket[:-1], [True] * (len(ticket) > 0))
    to_us = np.where(is_last, FOREVER, np.append(at_us[1:], [FOREVER] * (len(ticket) > 0)))
    phases = _filled(ticket, phase)
    some = ~_OVER[phases] & (at_us < to_us)
    return Spells(
        ticket=ticket[some],
        from_us=at_us[some],
        to_us=to_us[some],
        priority=_filled(ticket, priority)[some],
        group=_filled(ticket, group)[some],
    )


def _filled(ticket: Int64, codes: Int64) -> Int64:
    """Return codes with the unknown ones as they were last known of the same ticket."""
    place = np.where(codes >= 0, np.arange(len(codes)), -1)
    last = np.maximum.accumulate(place) if len(place) else place
    same = (last >= 0) & (ticket[last] == ticket)
    return np.where(same, codes[last], UNKNOWN).astype(np.int64)


def counted(from_us: Int64, to_us: Int64) -> Steps:
    """Return how many of the half-open intervals hold each instant."""
    edges, places = np.unique(np.concatenate([[BEGINNING_US], from_us, to_us]), return_inverse=True)
    changes = np.zeros(len(edges), dtype=np.int64)
    np.add.at(changes, places[1 : len(from_us) + 1], 1)
    np.add.at(changes, places[len(from_us) + 1 :], -1)
    return Steps(from_us=edges, values=np.cumsum(changes))

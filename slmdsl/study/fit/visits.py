"""Visits: a ticket's stays at the steps of the model, with what came next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.events.vocabulary import UNKNOWN, EventType, Phase
from slmdsl.study.fit.places import AWAY

if TYPE_CHECKING:
    from slmdsl.calendars import Calendar
    from slmdsl.study.fit.places import Placed
    from slmdsl.study.fit.stretches import Bools, Int32, Int64, Stretches

RESOLVED: Final = -1
CANCELLED: Final = -2
OPEN: Final = -3
"""What comes after a visit, beside the place of the next."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Visits:
    """Visits by ticket and time.

    Attributes:
        ticket: row in the log's tickets; `attempt`: how often it had been reopened.
        place: of the model; `next`: of the next visit, or RESOLVED, CANCELLED, OPEN.
        begin_us: when it came; `end_us`: when it left.
        is_first: whether it is the attempt's first.
        of_row: the visit that each stretch belongs to, for one without a length the next of its ticket; -1: none.
        is_held: which stretches are the group's own: seen, and not waiting for the customer.
    """

    ticket: Int64
    attempt: Int32
    place: Int64
    next: Int64
    begin_us: Int64
    end_us: Int64
    is_first: Bools
    of_row: Int64
    is_held: Bools

    def __len__(self) -> int:
        return len(self.ticket)


def visits_of(rows: Stretches, found: Placed) -> Visits:
    """Join stretches at one place to visits."""
    seen = np.flatnonzero(found.of_row >= 0)
    place, ticket, attempt = found.of_row[seen], rows.ticket[seen], rows.attempt[seen]
    same_try = _same(ticket) & _same(attempt)
    begins = ~(same_try & _same(place))
    number = np.cumsum(begins) - 1
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(seen)) - 1 if len(first) else first
    of_row = np.full(len(rows), UNKNOWN, np.int64)
    of_row[seen] = number
    return Visits(
        ticket=ticket[first],
        attempt=attempt[first],
        place=place[first],
        next=_next(rows, seen, first, last, place, same_try),
        begin_us=rows.begin_us[seen][first],
        end_us=rows.end_us[seen][last],
        is_first=~same_try[first],
        of_row=_filled(of_row, rows),
        is_held=(found.of_row >= 0) & (rows.phase != Phase.WAIT_CUSTOMER),
    )


def _same(codes: Int64 | Int32) -> Bools:
    """Return where a code is the one before."""
    return np.append(False, codes[1:] == codes[:-1])[: len(codes)]


def _next(rows: Stretches, seen: Int64, first: Int64, last: Int64, place: Int64, same_try: Bools) -> Int64:
    """Return what comes after each visit."""
    goes_on = np.append(same_try[first][1:], False)
    following = np.append(place[first][1:], UNKNOWN)
    over = _over_after(rows)[seen[last]]
    cancelled = np.append(rows.phase, UNKNOWN)[np.maximum(over, 0)] == Phase.CANCELLED
    ended = np.where(over < 0, OPEN, np.where(cancelled, CANCELLED, RESOLVED))
    return np.where(goes_on, following, ended).astype(np.int64)


def _over_after(rows: Stretches) -> Int64:
    """Return for each row the next one of its ticket at which it is over, -1 where there is none."""
    count = len(rows)
    place = np.where(rows.is_over, np.arange(count), count)
    following = np.minimum.accumulate(place[::-1])[::-1] if count else place
    ticket = np.append(rows.ticket, UNKNOWN)
    return np.where(ticket[following] == rows.ticket, following, UNKNOWN)


def _filled(of_row: Int64, rows: Stretches) -> Int64:
    """Return visits with those of stretches without a length: the next one's of the same attempt."""
    count = len(of_row)
    place = np.where(of_row >= 0, np.arange(count), count)
    following = np.minimum.accumulate(place[::-1])[::-1] if count else place
    ticket, attempt = np.append(rows.ticket, UNKNOWN), np.append(rows.attempt, UNKNOWN)
    same = (ticket[following] == rows.ticket) & (attempt[following] == rows.attempt) & ~rows.is_over
    return np.where(same, np.append(of_row, UNKNOWN)[following], UNKNOWN)


def held_us(visits: Visits, rows: Stretches, hours: Calendar | None) -> Int64:
    """Return for how long each visit's ticket was with the group and did not wait for the customer.

    Args:
        visits: of the log.
        rows: its stretches.
        hours: counted on this calendar; None: plain time.
    """
    held = np.flatnonzero(visits.is_held)
    begin, end = rows.begin_us[held], rows.end_us[held]
    spent = end - begin if hours is None else hours.elapsed_us(begin, end)
    return np.bincount(visits.of_row[held], spent.astype(np.float64), minlength=len(visits)).astype(np.int64)


def picked_up(visits: Visits, rows: Stretches) -> tuple[Int64, Int64]:
    """Return each pick-up that the log tells of: its row and its visit."""
    found = np.flatnonzero((rows.type == EventType.ASSIGNEE) & (rows.actor >= 0) & (visits.of_row >= 0))
    return found, visits.of_row[found]


def customer_waits(rows: Stretches) -> tuple[Int64, Int64, Int64]:
    """Return the waits for the customer that are over: ticket, begin, end; those without a length are none."""
    waits = (rows.phase == Phase.WAIT_CUSTOMER) & ~rows.is_last
    begins = waits & ~(_same(rows.ticket) & np.append(False, waits[:-1])[: len(waits)])
    first = np.flatnonzero(begins)
    number = np.cumsum(begins) - 1
    last = np.zeros(len(first), np.int64)
    last[number[waits]] = np.flatnonzero(waits)
    long = rows.end_us[last] > rows.begin_us[first]
    return rows.ticket[first][long], rows.begin_us[first][long], rows.end_us[last][long]


def is_away(rows: Stretches) -> Bools:
    """Return which stretches wait for a supplier or another part of the house."""
    return np.isin(rows.phase, AWAY)

"""A log as it was known at an instant: what came later is taken out, also where a column was filled in afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.events.chains import in_order, taken, unlinked
from slmdsl.events.columns import Coded, Events, Feedback, Outages, Samples, Tickets
from slmdsl.events.completion import last_of, reassignments_of, reopenings_of
from slmdsl.events.vocabulary import UNKNOWN, Phase

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.events.columns import Int64
    from slmdsl.events.log import EventLog

    Mask = npt.NDArray[np.bool_]


def known_at(log: EventLog, at_us: int) -> EventLog:
    """Return what a log would have held just before an instant.

    Tickets that were open then, or over, stand as they did: their later events are gone, answers, resolutions and
    closings are those until then, and reopenings and reassignments are counted from the events until then. An outage
    that was going on has no end and no cause yet. Three things cannot be known from a log and stay as they are: further
    columns (`fields`), which are held as known last; states that a source with `trust columns` did not believe in
    hindsight; and the group and priority that a source first tells in a later row of a ticket, which are held as the
    ticket's from the start, so that they stand here even where that row came after the instant.

    Args:
        log: everything that is known by now.
        at_us: UTC microseconds; what happened at that very instant is not known yet.

    For example `known_at(log, log.last_us + 1).tickets` has the same rows as `log.tickets`.
    """
    tickets, events = log.ticket_columns, log.event_columns
    there = tickets.opened_us < at_us
    place = _places(there)
    kept = there[events.ticket] & (events.at_us < at_us)
    return replace(
        log,
        ticket_columns=_tickets(tickets, events, there, kept, at_us),
        event_columns=_events(events, kept, place),
        sample_columns=_samples(log.sample_columns, at_us),
        outage_columns=_outages(log.outage_columns, at_us),
        feedback_columns=_feedback(log.feedback_columns, place, at_us),
    )


def _places(kept: Mask) -> Int64:
    """Return where each row stands among those that are kept, -1 for the others."""
    return np.where(kept, np.cumsum(kept) - 1, -1)


def _rows(columns: object, kept: Mask) -> dict[str, Any]:
    """Return the columns of a table with the rows that are kept."""
    names: list[str] = [*type(columns).__dataclass_fields__]  # type: ignore[attr-defined] # tables are dataclasses
    found = {name: getattr(columns, name) for name in names}
    return {
        name: taken(column, kept) for name, column in found.items() if isinstance(column, Coded | np.ndarray)
    }


def _events(events: Events, kept: Mask, ticket_place: Int64) -> Events:
    place = np.append(_places(kept), -1)  # the last one stands for no next event
    columns = _rows(events, kept)
    # A chain is in the order of time: what is kept of it is its beginning.
    columns["next_event"] = place[columns["next_event"]]
    columns["ticket"] = ticket_place[columns["ticket"]]
    return Events(**columns)


def _tickets(tickets: Tickets, events: Events, there: Mask, kept: Mask, at_us: int) -> Tickets:
    rows = in_order(unlinked(events).take(kept))
    count, place = len(tickets), np.append(_places(kept), -1)
    columns = _rows(tickets, there)
    ids = tickets.ids
    for name, phase in (("resolved_us", Phase.RESOLVED), ("closed_us", Phase.CLOSED)):
        by_event = last_of(rows, phase, count)
        columns[name] = np.where(by_event != NO_TIME, by_event, _until(getattr(tickets, name), at_us))[there]
    columns["responded_us"] = _until(tickets.responded_us, at_us)[there]
    told = _told_in_full(tickets, events, kept, at_us)
    reopenings = np.where(told, tickets.reopenings, reopenings_of(rows, count))
    reassignments = np.where(told, tickets.reassignments, reassignments_of(rows, tickets.group, count))
    columns["reopenings"] = np.minimum(reopenings, tickets.reopenings)[there].astype(np.int32)
    columns["reassignments"] = np.minimum(reassignments, tickets.reassignments)[there].astype(np.int32)
    columns["first_event"] = place[tickets.first_event[there]]
    return Tickets(
        ids=tuple(ids[row] for row in np.flatnonzero(there).tolist()),
        fields={
            name: Coded(codes=each.codes[there], values=each.values) for name, each in tickets.fields.items()
        },
        **columns,
    )


def _until(at: Int64, at_us: int) -> Int64:
    """Return instants that had come by then, NO_TIME for the others."""
    return np.where(at < at_us, at, NO_TIME)


def _told_in_full(tickets: Tickets, events: Events, kept: Mask, at_us: int) -> Mask:
    """Return of which tickets nothing came later: their counts are those of then."""
    told = np.ones(len(tickets), np.bool_)
    told[events.ticket[~kept]] = False
    for name in ("responded_us", "resolved_us", "closed_us"):
        told &= getattr(tickets, name) < at_us
    return told


def _samples(samples: Samples, at_us: int) -> Samples:
    return Samples(**_rows(samples, samples.at_us < at_us))


def _outages(outages: Outages, at_us: int) -> Outages:
    columns = _rows(outages, outages.start_us < at_us)
    going_on = (columns["end_us"] >= at_us) | (columns["end_us"] == NO_TIME)
    columns["end_us"] = np.where(going_on, NO_TIME, columns["end_us"])
    columns["announced_us"] = _until(columns["announced_us"], at_us)
    columns["data_loss_us"] = np.where(going_on, NO_TIME, columns["data_loss_us"])
    cause: Coded = columns["cause"]
    columns["cause"] = Coded(
        codes=np.where(going_on, UNKNOWN, cause.codes).astype(np.int32), values=cause.values
    )
    return Outages(**columns)


def _feedback(feedback: Feedback, ticket_place: Int64, at_us: int) -> Feedback:
    columns = _rows(feedback, feedback.at_us < at_us)
    of = columns["ticket"]
    columns["ticket"] = np.where(of >= 0, np.append(ticket_place, -1)[of], -1)
    return Feedback(**columns)

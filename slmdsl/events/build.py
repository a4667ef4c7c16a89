"""From tickets and events as told to the parts of a consistent log: the last step of every way in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.events.chains import in_order, linked
from slmdsl.events.columns import Feedback, Outages, Samples, Tickets
from slmdsl.events.completion import (
    aligned,
    disbelieved,
    disordered,
    reassignments_of,
    reopenings_of,
    trusting,
)
from slmdsl.events.intake import LISTED, Refusal, Tally
from slmdsl.events.parts import LogParts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from slmdsl.events.chains import EventRows
    from slmdsl.events.columns import Coded, Int32, Labels
    from slmdsl.events.completion import Contradiction, Mask, Times


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is told of n tickets apart from their times. Counts are None where no column gives them."""

    ids: Labels
    kind: Coded
    service: Coded
    priority: Coded
    customer: Coded
    group: Coded
    fields: Mapping[str, Coded]
    reopenings: Int32 | None = None
    reassignments: Int32 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Where each ticket's facts stand: the row (from 1) of a (source, file), by ticket."""

    places: tuple[tuple[str, str], ...]
    place: npt.NDArray[np.integer]
    row: npt.NDArray[np.integer]

    @classmethod
    def of_rows(cls, source: str, row: npt.NDArray[np.integer]) -> Listing:
        """Return the listing of tickets that all stand in one frame."""
        return cls(places=((source, ""),), place=np.zeros(len(row), np.int8), row=row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trusted:
    """For which tickets the columns `resolved` and `closed` beat the events."""

    resolved: Mask
    closed: Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a log holds apart from tickets and events."""

    samples: Samples = field(default_factory=Samples.empty)
    outages: Outages = field(default_factory=Outages.empty)
    feedback: Feedback = field(default_factory=Feedback.empty)


def parts_of_tickets(
    opening: Opening,
    times: Times,
    rows: EventRows,
    *,
    listing: Listing,
    trusted: Trusted | None = None,
    measured: Measured | None = None,
) -> LogParts:
    """Order and link the events, make facts and events agree, and count reopenings and reassignments.

    The counts are of the events as told, also where `trust columns` later lets no event reopen a ticket.
    """
    measured = measured or Measured()
    tickets = len(times.opened_us)
    rows = in_order(rows)
    if not len(rows) and trusted is None:
        return _parts(opening, times, rows, disordered(times, None), listing, measured)
    reopenings, reassignments = opening.reopenings, opening.reassignments
    if reopenings is None:
        reopenings = reopenings_of(rows, tickets)
    if reassignments is None:
        reassignments = reassignments_of(rows, opening.group, tickets)
    first_us = np.full(tickets, NO_TIME, np.int64)
    first_us[rows.ticket[::-1]] = rows.at_us[::-1]
    overruled: list[Contradiction] = []
    if trusted is not None:
        overruled = disbelieved(times, rows, resolved=trusted.resolved, closed=trusted.closed)
        rows = trusting(times, rows, resolved=trusted.resolved, closed=trusted.closed)
    times, differing = aligned(times, rows)
    told = replace(opening, reopenings=reopenings, reassignments=reassignments)
    return _parts(
        told, times, rows, [*overruled, *differing, *disordered(times, first_us)], listing, measured
    )


def _parts(
    opening: Opening,
    times: Times,
    rows: EventRows,
    found: list[Contradiction],
    listing: Listing,
    measured: Measured,
) -> LogParts:
    tickets = len(times.opened_us)
    events, first_event = linked(rows, tickets)
    contradictions, tallies = _listed(found, opening.ids, listing)
    return LogParts(
        ticket_columns=Tickets(
            ids=opening.ids,
            kind=opening.kind,
            service=opening.service,
            priority=opening.priority,
            customer=opening.customer,
            group=opening.group,
            opened_us=times.opened_us,
            responded_us=times.responded_us,
            resolved_us=times.resolved_us,
            closed_us=times.closed_us,
            reopenings=np.zeros(tickets, np.int32) if opening.reopenings is None else opening.reopenings,
            reassignments=np.zeros(tickets, np.int32)
            if opening.reassignments is None
            else opening.reassignments,
            first_event=first_event,
            fields=opening.fields,
        ),
        event_columns=events,
        sample_columns=measured.samples,
        outage_columns=measured.outages,
        feedback_columns=measured.feedback,
        contradictions=contradictions,
        tallies=tallies,
    )


def _listed(
    found: list[Contradiction], ids: Labels, listing: Listing
) -> tuple[tuple[Refusal, ...], tuple[Tally, ...]]:
    """List the first LISTED tickets of each source that contradict themselves, and count them all."""
    listed: list[Refusal] = []
    tallies: list[Tally] = []
    room = Counter({source: LISTED for source, _ in listing.places})
    for one in found:
        for number, (source, file) in enumerate(listing.places):
            here = one.tickets[listing.place[one.tickets] == number]
            if not len(here):
                continue
            tallies.append(
                Tally(source=source, file=file, fate="contradicted", reason=one.reason, rows=len(here))
            )
            some = here[: room[source]].tolist()
            room[source] -= len(some)
            listed += [
                Refusal(
                    source=source,
                    file=file,
                    row=int(listing.row[at]),
                    reason=f"ticket {ids[at]}: {one.reason}",
                )
                for at in some
            ]
    return tuple(listed), tuple(tallies)

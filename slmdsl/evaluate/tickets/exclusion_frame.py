"""What was taken out of the net figures, ticket by ticket: by which clause or waiver, for which reason, by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from slmdsl.base.units import NO_TIME
from slmdsl.evaluate.tickets.frame import TS, Schema
from slmdsl.evaluate.tickets.rows import ticket_verdicts
from slmdsl.evaluate.tickets.waivers import first_waivers
from slmdsl.events.frames import instants, ticket_ids
from slmdsl.rules.stopwatch import MET, MISSED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.contract.model.agreements import Target
    from slmdsl.evaluate.period_verdicts import Judged
    from slmdsl.evaluate.tickets.rows import TicketVerdicts
    from slmdsl.events.log import EventLog
    from slmdsl.rules.binding import BoundRules
    from slmdsl.rules.tables import Int64

EXCLUSIONS: Schema = {
    "ticket": pl.String,
    "sla": pl.String,
    "target": pl.String,
    "cycle": pl.Int32,
    "kind": pl.String,
    "reason": pl.String,
    "approver": pl.String,
    "at": TS,
    "clause": pl.String,
    "missed": pl.Boolean,
}


def exclusion_frame(judged: Judged | None) -> pl.DataFrame:
    """Return one row for each ticket, target and cycle that is not in the net figures, by agreement.

    `kind` is `exclusion` (with its `clause`) or `waiver` (with its `approver` and when it was given, `at`). `missed`
    tells whether it was a miss; null if it is not decided.
    """
    if judged is None:
        return pl.DataFrame(schema=EXCLUSIONS)
    parts = [_of_log(ticket_verdicts(bound, log), log) for bound, log in _logs(judged)]
    return pl.concat(parts).sort("sla", "target", "ticket", "cycle", maintain_order=True)


def _logs(judged: Judged) -> Iterator[tuple[BoundRules, EventLog]]:
    yield judged.bound, judged.log
    for each in judged.units:
        yield each.bound, each.units.log


def _of_log(rows: TicketVerdicts, log: EventLog) -> pl.DataFrame:
    taken_out = np.flatnonzero(rows.exclusion)
    place, kind = rows.exclusion[taken_out], rows.kind[taken_out]
    targets = [each.target for each in rows.bound.rules.targets]
    clauses = [each.exclusion for each in rows.bound.rules.exclusions]
    waived = _waivers(rows, log, targets)[taken_out]
    events = log.event_columns
    is_waiver = pl.Series(place < 0)
    # A clause has no waiver, and a waiver no clause: place 0 of the clauses is none.
    row = np.maximum(place, 0)
    reason = _texts(["", *(each.reason for each in clauses)], row)
    decided = pl.Series((kind == MET) | (kind == MISSED))
    return pl.DataFrame(
        {
            "ticket": ticket_ids(log.ticket_columns.ids).gather(rows.ticket[taken_out]),
            "sla": _texts([each.agreement for each in targets], rows.target[taken_out]),
            "target": _texts([each.name for each in targets], rows.target[taken_out]),
            "cycle": pl.Series(rows.cycle[taken_out]),
            "kind": _texts(["exclusion", "waiver"], (place < 0).astype(np.int64)),
            "reason": _words(events.reason.values, events.reason.codes, waived).zip_with(is_waiver, reason),
            "approver": _words(events.actor.values, events.actor.codes, waived).zip_with(
                is_waiver, _texts([None], np.zeros(len(row), np.int64))
            ),
            "at": instants(np.where(place < 0, np.append(events.at_us, NO_TIME)[waived], NO_TIME), "at"),
            "clause": _texts([None, *(each.span.where for each in clauses)], row),
            "missed": pl.Series(kind == MISSED).zip_with(
                decided, pl.Series([None], dtype=pl.Boolean).new_from_index(0, len(row))
            ),
        },
        schema=EXCLUSIONS,
    )


def _waivers(rows: TicketVerdicts, log: EventLog, targets: list[Target]) -> Int64:
    """Return the waiver of each row's ticket and target, as a row of the log's events; -1 for none."""
    found = np.full(len(rows), -1, dtype=np.int64)
    if (rows.exclusion < 0).any():
        for place, target in enumerate(targets):
            mine = rows.target == place
            found[mine] = first_waivers(log, rows.bound.as_of_us, target)[rows.ticket[mine]]
    return found


def _texts(texts: Sequence[str | None], places: Int64) -> pl.Series:
    return pl.Series(texts, dtype=pl.String).gather(places)


def _words(values: tuple[str, ...], codes: np.ndarray, events: Int64) -> pl.Series:
    """Return the words of events; the last place is none's, and that of an event without."""
    return _texts([*values, None], np.append(codes, -1)[events] % (len(values) + 1))

"""A log's coded columns as polars frames: words instead of codes, instants as datetimes, missing as null."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from slmdsl.base.units import NO_TIME
from slmdsl.events.columns import HOLD_DEFAULT, HOLD_UNTIL_NEXT, Coded
from slmdsl.events.vocabulary import EventType, Phase, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from slmdsl.events.columns import Int64, Labels
    from slmdsl.events.intake import Refusal
    from slmdsl.events.parts import LogParts

INSTANT = pl.Datetime("us", "UTC")


def frame_of(log: LogParts, name: str) -> pl.DataFrame:
    """Return one of the log's tables by its name."""
    return _TABLES[name](log)


def words(column: Coded, name: str) -> pl.Series:
    """Return a coded column as text, null where missing."""
    return _words(column.codes, column.values, name)


def instants(column: Int64, name: str) -> pl.Series:
    """Return microseconds as UTC datetimes, null for NO_TIME."""
    return _unless(column, column == NO_TIME, name).cast(INSTANT)


def _words(codes: npt.NDArray[np.signedinteger], values: Iterable[str], name: str) -> pl.Series:
    dictionary = pl.Series(name, list(values), dtype=pl.String)
    return dictionary.gather(_unless(codes, codes < 0, name).cast(pl.UInt32))


def _unless(column: npt.NDArray[np.generic], missing: npt.NDArray[np.bool_], name: str) -> pl.Series:
    values = pl.Series(name, column)
    return values.set(pl.Series(missing), None) if missing.any() else values


def _members(codes: npt.NDArray[np.int8], kind: type[Phase | EventType | Role], name: str) -> pl.Series:
    return _words(codes, [member.name.lower() for member in kind], name)


def ticket_ids(ids: Labels) -> pl.Series:
    """Return the tickets' ids as a text series."""
    return (
        ids.alias("ticket") if isinstance(ids, pl.Series) else pl.Series("ticket", list(ids), dtype=pl.String)
    )


def _tickets(log: LogParts) -> pl.DataFrame:
    held = log.ticket_columns
    return pl.DataFrame(
        [
            ticket_ids(held.ids),
            words(held.kind, "kind"),
            words(held.service, "service"),
            words(held.priority, "priority"),
            instants(held.opened_us, "opened"),
            instants(held.responded_us, "responded"),
            instants(held.resolved_us, "resolved"),
            instants(held.closed_us, "closed"),
            pl.Series("reopenings", held.reopenings),
            pl.Series("reassignments", held.reassignments),
            words(held.customer, "customer"),
            words(held.group, "group"),
            *(words(column, name) for name, column in held.fields.items()),
        ]
    )


def _events(log: LogParts) -> pl.DataFrame:
    held = log.event_columns
    priorities, groups = log.ticket_columns.priority.values, log.ticket_columns.group.values
    return pl.DataFrame(
        [
            ticket_ids(log.ticket_columns.ids).gather(held.ticket),
            instants(held.at_us, "at"),
            pl.Series("seq", held.seq),
            _members(held.type, EventType, "type"),
            _members(held.phase, Phase, "phase"),
            _words(held.group, groups, "group"),
            _words(held.priority, priorities, "priority"),
            words(held.actor, "actor"),
            _members(held.actor_role, Role, "actor_role"),
            _unless(held.public, held.public < 0, "public").cast(pl.Boolean),
            words(held.reason, "reason"),
            words(held.target, "target"),
        ]
    )


def _samples(log: LogParts) -> pl.DataFrame:
    held = log.sample_columns
    return pl.DataFrame(
        [
            words(held.service, "service"),
            words(held.metric, "metric"),
            instants(held.at_us, "at"),
            pl.Series("value", held.value),
            _holds(held.hold_us),
        ]
    )


def _holds(hold_us: Int64) -> pl.Series:
    """Say how long samples hold: `default`, `until next` or microseconds."""
    lengths, codes = np.unique(hold_us, return_inverse=True)
    named = {HOLD_DEFAULT: "default", HOLD_UNTIL_NEXT: "until next"}
    return _words(codes, [named.get(length, f"{length} us") for length in lengths.tolist()], "hold")


def _outages(log: LogParts) -> pl.DataFrame:
    held = log.outage_columns
    return pl.DataFrame(
        [
            words(held.service, "service"),
            instants(held.start_us, "start"),
            instants(held.end_us, "end"),
            pl.Series("planned", held.planned).cast(pl.Boolean),
            instants(held.announced_us, "announced"),
            words(held.cause, "cause"),
            pl.Series("share", held.share),
            _unless(held.data_loss_us, held.data_loss_us == NO_TIME, "data_loss").cast(pl.Duration("us")),
        ]
    )


def _feedback(log: LogParts) -> pl.DataFrame:
    held = log.feedback_columns
    ids = ticket_ids(log.ticket_columns.ids)
    return pl.DataFrame(
        [
            ids.gather(_unless(held.ticket, held.ticket < 0, "ticket").cast(pl.UInt32)),
            words(held.service, "service"),
            instants(held.at_us, "at"),
            pl.Series("score", held.score),
        ]
    )


def _listed(rows: tuple[Refusal, ...]) -> pl.DataFrame:
    columns = {"source": pl.String, "file": pl.String, "row": pl.Int64, "reason": pl.String}
    return pl.DataFrame({name: [getattr(row, name) for row in rows] for name in columns}, schema=columns)


def _tallied(log: LogParts) -> pl.DataFrame:
    columns = {
        "source": pl.String,
        "file": pl.String,
        "fate": pl.String,
        "reason": pl.String,
        "rows": pl.Int64,
    }
    return pl.DataFrame(
        {name: [getattr(row, name) for row in log.tallies] for name in columns}, schema=columns
    )


_TABLES = {
    "tickets": _tickets,
    "events": _events,
    "samples": _samples,
    "outages": _outages,
    "feedback": _feedback,
    "refused": lambda log: _listed(log.refusals),
    "contradicted": lambda log: _listed(log.contradictions),
    "tallied": _tallied,
}

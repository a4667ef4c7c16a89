"""Tickets as they were judged, as a polars frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import polars as pl

from slmdsl.base.units import NO_TIME
from slmdsl.contract.model.agreements import Within
from slmdsl.evaluate.tickets.rows import REASONS, WAIVED, ticket_verdicts
from slmdsl.evaluate.tickets.verdicts import MISSING_PART
from slmdsl.events.frames import instants, ticket_ids, words
from slmdsl.rules.conditions import column

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from slmdsl.evaluate.period_verdicts import Judged
    from slmdsl.evaluate.tickets.rows import TicketVerdicts
    from slmdsl.events.log import EventLog

TS = pl.Datetime("us", "UTC")
DURATION = pl.Duration("us")

Schema: TypeAlias = dict[str, pl.DataType | type[pl.DataType]]

OF_PERIOD: Schema = {
    "sla": pl.String,
    "target": pl.String,
    "part": pl.String,
    "period": pl.String,
    "from": TS,
    "to": TS,
}
"""The columns by which a target's period is known."""

TICKETS: Schema = {
    "ticket": pl.String,
    "sla": pl.String,
    "target": pl.String,
    "part": pl.String,
    "unit": pl.Int32,
    "cycle": pl.Int32,
    "start": TS,
    "due": TS,
    "stop": TS,
    "elapsed": DURATION,
    "paused": DURATION,
    "limit": DURATION,
    "elapsed_days": pl.Float64,
    "limit_days": pl.Float64,
    "met": pl.Boolean,
    "decided": TS,
    "excluded": pl.Boolean,
    "reason": pl.String,
    "clause": pl.String,
}


def ticket_frame(judged: Judged) -> pl.DataFrame:
    """Return one row for each ticket, unit, target and cycle, as TICKETS has them; whole tickets have no unit."""
    ids = ticket_ids(judged.log.ticket_columns.ids)
    frames = [_frame(ticket_verdicts(judged.bound, judged.log), judged.log, ids)]
    for each in judged.units:
        rows = ticket_verdicts(each.bound, each.units.log)
        found = _frame(rows, each.units.log, ids.gather(each.units.ticket))
        frames.append(found.with_columns(unit=pl.Series(each.units.number[rows.ticket]).cast(pl.Int32)))
    return pl.concat(frames)


def _frame(rows: TicketVerdicts, log: EventLog, ids: pl.Series) -> pl.DataFrame:
    targets = [each.target for each in rows.bound.rules.targets]
    met = rows.met
    found = {
        "ticket": ids.gather(rows.ticket),
        "sla": _by_target((target.agreement for target in targets), rows),
        "target": _by_target((target.name for target in targets), rows),
        "part": _parts(rows, log),
        "unit": pl.Series([None], dtype=pl.Int32).new_from_index(0, len(rows)),
        "cycle": pl.Series(rows.cycle),
        "start": instants(rows.start_us, "start"),
        "due": instants(rows.due_us, "due"),
        "stop": instants(rows.stop_us, "stop"),
        "elapsed": _durations(rows.elapsed_us),
        "paused": _durations(rows.paused_us),
        "limit": _durations(rows.limit_us),
        "elapsed_days": _elapsed_days(rows),
        "limit_days": _limit_days(rows),
        "met": _unless(met == 1, met < 0),
        "decided": instants(rows.decided_us, "decided"),
        "excluded": pl.Series(rows.exclusion != 0),
        "reason": _reasons(rows),
        "clause": _by_target((target.span.where for target in targets), rows),
    }
    return pl.DataFrame(found, schema=TICKETS)


def _by_target(texts: Iterable[str], rows: TicketVerdicts) -> pl.Series:
    return pl.Series(list(texts), dtype=pl.String).gather(rows.target)


def _unless(values: npt.NDArray[np.generic], missing: npt.NDArray[np.bool_]) -> pl.Series:
    """Return values as a series, null where `missing`."""
    return pl.select(pl.when(pl.Series(~missing)).then(pl.Series(values))).to_series()


def _durations(us: npt.NDArray[np.int64]) -> pl.Series:
    return _unless(us, us == NO_TIME).cast(DURATION)


def _parts(rows: TicketVerdicts, log: EventLog) -> pl.Series:
    """Return the value of each row's `per`, null where its target has none."""
    found = pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
    for place, each in enumerate(rows.bound.rules.targets):
        if each.target.per is not None:
            values = words(column(log.ticket_columns, each.target.per), "part").fill_null(MISSING_PART)
            mine = pl.Series(rows.target == place)
            found = values.gather(rows.ticket).zip_with(mine, found)
    return found


def _elapsed_days(rows: TicketVerdicts) -> pl.Series:
    units = np.array(rows.bound.day_units, dtype=np.float64)
    calendars = np.array([each.calendar for each in rows.bound.rules.targets], dtype=np.int64)
    # A calendar that no target counts in business days has no units.
    missing = rows.elapsed_units == NO_TIME
    return _unless(rows.elapsed_units / np.maximum(units[calendars[rows.target]], 1), missing)


def _limit_days(rows: TicketVerdicts) -> pl.Series:
    """Return limits in business days; nan stands for none until the end."""
    forms = [each.target.form for each in rows.bound.rules.targets]
    limits = [form.limit.values if isinstance(form, Within) else () for form in forms]
    most = max(map(len, limits), default=1)
    table = np.full((len(limits), max(most, 1)), np.nan)
    for target, values in enumerate(limits):
        for place, (_, limit, _) in enumerate(values):
            table[target, place] = float(limit.duration.business_days) or np.nan
    has_limit = np.array([isinstance(form, Within) for form in forms], dtype=np.bool_)
    found = table[rows.target, np.where(has_limit[rows.target], rows.limit_row, 0)]
    return _unless(found, np.isnan(found))


def _reasons(rows: TicketVerdicts) -> pl.Series:
    """Return why a row is not judged, excluded or otherwise worth a word; null where there is nothing to say."""
    own = pl.Series(list(REASONS)).gather(rows.reason)
    exclusions = [each.exclusion.reason for each in rows.bound.rules.exclusions]
    # Place 0 is none, -1 the last: a waiver.
    taken_out = pl.Series(["", *exclusions, WAIVED]).gather(rows.exclusion % (len(exclusions) + 2))
    both = pl.DataFrame({"own": own, "taken_out": taken_out}).with_columns(pl.all().replace("", None))
    said = both.select(pl.concat_str("own", "taken_out", separator="; ", ignore_nulls=True)).to_series()
    return said.replace("", None)

"""Verdicts as polars frames, with the columns that `Verdicts` promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from slmdsl.evaluate.tickets.frame import DURATION, OF_PERIOD, TICKETS, Schema, ticket_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from slmdsl.evaluate.period_verdicts import Judged, PeriodVerdict


TARGETS: Schema = {
    **OF_PERIOD,
    "n": pl.Int64,
    "met": pl.Int64,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "threshold": pl.Float64,
    "verdict": pl.String,
    "best": pl.Float64,
    "worst": pl.Float64,
    "gross_value": pl.Float64,
    "unresolved": pl.Int64,
    "gross_n": pl.Int64,
    "excluded": pl.Int64,
    "cancelled": pl.Int64,
    "undecided": pl.Int64,
    "maintenance": DURATION,
    "unknown": DURATION,
    "cut": pl.Boolean,
    "note": pl.String,
    "clause": pl.String,
}


def frame_of(
    name: str,
    *,
    periods: Iterable[PeriodVerdict],
    judged: Judged | None,
) -> pl.DataFrame:
    """Return the frame that `Verdicts` calls `name`, from the parts of an answer."""
    makers: dict[str, Callable[[], pl.DataFrame]] = {
        "targets": lambda: _frame(map(_target_row, periods), TARGETS),
        "tickets": lambda: _frame((), TICKETS) if judged is None else ticket_frame(judged),
    }
    return makers[name]()


def _frame(rows: Iterable[tuple[Any, ...]], columns: Schema) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=columns, orient="row")


def _target_row(row: PeriodVerdict) -> tuple[Any, ...]:
    own = {
        "sla": row.target.agreement,
        "target": row.target.name,
        "from": row.from_us,
        "to": row.to_us,
        "verdict": row.verdict.value,
        "maintenance": row.maintenance_us,
        "unknown": row.unknown_us,
        "clause": row.target.span.where,
    }
    return tuple(own[name] if name in own else getattr(row, name) for name in TARGETS)

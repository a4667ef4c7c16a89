"""Credits as polars frames, with the columns that `Verdicts` promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from slmdsl.evaluate.credits.records import POINTS, Standing
from slmdsl.evaluate.credits.terms import half_up
from slmdsl.evaluate.tickets.frame import TS, Schema

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from slmdsl.evaluate.credits.records import Credit, CreditTotal

CREDITS: Schema = {
    "sla": pl.String,
    "target": pl.String,
    "period": pl.String,
    "clause": pl.String,
    "level": pl.Float64,
    "amount_minor": pl.Int64,
    "currency": pl.String,
    "points": pl.Float64,
    "capped_minor": pl.Int64,
    "note": pl.String,
    "part": pl.String,
    "from": TS,
    "to": TS,
    "kind": pl.String,
    "capped_points": pl.Float64,
    "arithmetic": pl.String,
}

CREDIT_TOTALS: Schema = {
    "sla": pl.String,
    "period": pl.String,
    "currency": pl.String,
    "summed_minor": pl.Int64,
    "paid_minor": pl.Int64,
    "returned_minor": pl.Int64,
    "summed_points": pl.Float64,
    "paid_points": pl.Float64,
    "returned_points": pl.Float64,
    "arithmetic": pl.String,
}


def credit_frame(credits_: Iterable[Credit]) -> pl.DataFrame:
    """Return a row for each credit. A withheld one is of nothing; its arithmetic shows what it would have been."""
    return pl.DataFrame([_credit_row(each) for each in credits_], schema=CREDITS, orient="row")


def total_frame(totals: Iterable[CreditTotal]) -> pl.DataFrame:
    """Return a row for each agreement, period and unit."""
    return pl.DataFrame([_total_row(each) for each in totals], schema=CREDIT_TOTALS, orient="row")


def _credit_row(credit: Credit) -> tuple[Any, ...]:
    withheld = credit.standing is Standing.WITHHELD
    amount = credit.amount if not withheld or credit.amount is None else 0 * credit.amount
    capped = amount if withheld else credit.capped
    money, points = _by_unit(credit.unit, amount), _by_unit(credit.unit, capped)
    row = {
        "sla": credit.agreement,
        "clause": credit.clause.where,
        "amount_minor": money[0],
        "currency": None if credit.unit == POINTS else credit.unit,
        "points": money[1],
        "capped_minor": points[0],
        "from": credit.from_us,
        "to": credit.to_us,
        "kind": credit.kind.value,
        "capped_points": points[1],
        "arithmetic": credit.words,
    }
    return tuple(row[name] if name in row else getattr(credit, name) for name in CREDITS)


def _total_row(total: CreditTotal) -> tuple[Any, ...]:
    row: dict[str, Any] = {
        "sla": total.agreement,
        "currency": None if total.unit == POINTS else total.unit,
    }
    for name in ("summed", "paid", "returned"):
        row[f"{name}_minor"], row[f"{name}_points"] = _by_unit(total.unit, getattr(total, name))
    return tuple(row[name] if name in row else getattr(total, name) for name in CREDIT_TOTALS)


def _by_unit(unit: str | None, amount: Fraction | None) -> tuple[int | None, float | None]:
    """Return an amount as minor units and as points, one of which it is."""
    if amount is None:
        return None, None
    return (None, float(amount)) if unit == POINTS else (half_up(amount), None)

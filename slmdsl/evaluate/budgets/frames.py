"""Error budgets and alerts as polars frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from slmdsl.contract.model.agreements import Availability
from slmdsl.evaluate.tickets.frame import DURATION, OF_PERIOD, TS, Schema

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from slmdsl.evaluate.budgets.alerts import AlertMessage, FiredAlert
    from slmdsl.evaluate.budgets.budgets import Budget

BUDGETS: Schema = {
    **OF_PERIOD,
    "goal": pl.Float64,
    "budget": pl.Float64,
    "consumed": pl.Float64,
    "remaining": pl.Float64,
    "burn": pl.Float64,
    "unit": pl.String,
    "allowed": pl.Float64,
    "used": pl.Float64,
    "left": pl.Float64,
    "state": pl.String,
    "clause": pl.String,
}
"""`goal` and `budget` are ratios, `consumed` and `remaining` shares of the budget; `allowed`, `used` and `left` are in
`unit`: seconds, tickets, events or slices."""

ALERTS: Schema = {
    "sla": pl.String,
    "target": pl.String,
    "part": pl.String,
    "step": pl.Int32,
    "burn": pl.Float64,
    "windows": pl.String,
    "from": TS,
    "to": TS,
    "ahead": DURATION,
    "notify": pl.String,
    "clause": pl.String,
}
"""`to` is null while an alert fires, `ahead` where the budget was not spent."""

OVER, SO_FAR = "over", "so_far"


def budget_frame(budgets: Iterable[Budget]) -> pl.DataFrame:
    """Return one row for each target, part and period, with the columns of BUDGETS."""
    return pl.DataFrame([_budget_row(each) for each in budgets], schema=BUDGETS, orient="row")


def alert_frame(alerts: Iterable[FiredAlert]) -> pl.DataFrame:
    """Return one row for each time that a step of an alert fired, with the columns of ALERTS."""
    return pl.DataFrame([_alert_row(each) for each in alerts], schema=ALERTS, orient="row")


def with_messages(escalations: pl.DataFrame, fired: Iterable[AlertMessage]) -> pl.DataFrame:
    """Return the frame of escalations with the messages of alerts among them, in order of time."""
    rows = [
        {
            "ticket": None,
            "sla": each.agreement,
            "rule": each.rule,
            "step": each.step,
            "at": each.at_us,
            "to": each.to,
            "clause": each.clause,
        }
        for each in fired
    ]
    if not rows:
        return escalations
    own = {name: kind for name, kind in escalations.schema.items() if name in rows[0]}
    both = pl.concat([escalations, pl.DataFrame(rows, schema=own)], how="diagonal")
    return both.sort("at", maintain_order=True)


def unit_of(budget: Budget) -> str:
    """Return what a budget is counted in."""
    if budget.flows:
        return "s"
    form = budget.target.form
    if not isinstance(form, Availability):
        return "tickets"
    return "events" if form.method == "events" else "slices"


def _budget_row(each: Budget) -> tuple[Any, ...]:
    return (
        each.target.agreement,
        each.target.name,
        each.part,
        each.period,
        each.from_us,
        each.to_us,
        float(each.goal),
        float(each.budget),
        _number(each.consumed),
        _number(each.remaining),
        _number(each.burn),
        unit_of(each),
        float(each.allowed),
        float(each.used),
        float(each.allowed - each.used),
        OVER if each.is_over else SO_FAR,
        each.target.span.where,
    )


def _alert_row(each: FiredAlert) -> tuple[Any, ...]:
    return (
        each.target.agreement,
        each.target.name,
        each.part,
        each.step,
        float(each.burn),
        each.windows,
        each.from_us,
        each.to_us,
        each.ahead_us,
        ", ".join(each.alert.recipients),
        each.alert.span.where,
    )


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)

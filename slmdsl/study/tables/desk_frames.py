"""What a study says of the desk, as polars frames: means over replications, per week unless another time is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from slmdsl.base.units import DAY, HOUR
from slmdsl.study.desk.costs import months_of
from slmdsl.study.desk.desk_figures import named_groups
from slmdsl.study.desk.week import HOURS_A_WEEK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slmdsl.study.desk.desk_figures import Floats
    from slmdsl.study.running.replications import Trial
    from slmdsl.study.running.study import Study
    from slmdsl.study.running.tally import Tally

_WEEK: Final = 7 * DAY
_YEAR: Final = 365 * DAY
_LENGTH: Final = pl.Duration("us")

DESK: Final[dict[str, Any]] = {
    "scenario": pl.String,
    "group": pl.String,
    "agent_hours": pl.Float64,
    "utilisation": pl.Float64,
    "overtime_hours": pl.Float64,
    "on_call_hours": pl.Float64,
    "added_hours": pl.Float64,
    "picked_up": pl.Float64,
    "mean_wait": _LENGTH,
    "late_wait": _LENGTH,
    "backlog_first": pl.Float64,
    "backlog_last": pl.Float64,
}
WAITING: Final[dict[str, Any]] = {
    "scenario": pl.String,
    "group": pl.String,
    "priority": pl.String,
    "picked_up": pl.Float64,
    "mean_wait": _LENGTH,
}
UTILISATION: Final[dict[str, Any]] = {
    "scenario": pl.String,
    "group": pl.String,
    "hour": pl.Int64,
    "agents": pl.Float64,
    "utilisation": pl.Float64,
}
TICKETS: Final[dict[str, Any]] = {
    "scenario": pl.String,
    **dict.fromkeys(("tickets", "reopened", "lost", "gave_up", "preempted", "reassigned"), pl.Float64),
}
OUTAGES: Final[dict[str, Any]] = {
    "scenario": pl.String,
    "service": pl.String,
    "per_year": pl.Float64,
    "hours_per_year": pl.Float64,
}
CONTINGENCIES: Final[dict[str, Any]] = {
    "scenario": pl.String,
    "contingency": pl.String,
    "per_year": pl.Float64,
}
COSTS: Final[dict[str, Any]] = {
    "scenario": pl.String,
    "what": pl.String,
    "name": pl.String,
    "currency": pl.String,
    "per_month_minor": pl.Int64,
}
ESCALATIONS: Final[dict[str, Any]] = {
    "scenario": pl.String,
    "sla": pl.String,
    "step": pl.Int64,
    "rule": pl.String,
    "to": pl.String,
    "per_month": pl.Float64,
    "per_night": pl.Float64,
}


def _judged_us(trial: Trial) -> int:
    return (trial.plan.end - trial.plan.first) * trial.plan.tick_us


def _ratio(part: Floats, whole: Floats) -> list[float | None]:
    return [p / w if w else None for p, w in zip(part.tolist(), whole.tolist(), strict=True)]


def _mean_us(total: float, count: float) -> int | None:
    return round(total / count) if count else None


def _desk(trial: Trial, tally: Tally) -> Iterator[dict[str, Any]]:
    """Yield one row per group with staff. `late_wait` is the mean of the 95th percentiles."""
    desk, weeks = tally.desk, _judged_us(trial) / _WEEK
    present, busy = desk.of("present").sum(axis=1), desk.of("busy").sum(axis=1)
    picked_up, waited = desk.of("picked_up").sum(axis=1), desk.of("waited").sum(axis=1)
    backlog, late, known = desk.of("backlog"), desk.of("late"), desk.of("late_known")
    hours = {name: desk.of(name) / HOUR / weeks for name in ("overtime", "on_call", "added")}
    for row, group in enumerate(named_groups(trial.plan)):
        yield {
            "group": group,
            "agent_hours": present[row] / HOUR / weeks,
            "utilisation": busy[row] / present[row] if present[row] else None,
            **{f"{name}_hours": float(found[row]) for name, found in hours.items()},
            "picked_up": picked_up[row] / weeks,
            "mean_wait": _mean_us(waited[row], picked_up[row]),
            "late_wait": _mean_us(late[row], known[row]),
            "backlog_first": float(backlog[row, 0]) if backlog.shape[1] else None,
            "backlog_last": float(backlog[row, -1]) if backlog.shape[1] else None,
        }


def _waiting(trial: Trial, tally: Tally) -> Iterator[dict[str, Any]]:
    """Yield one row per group and priority (null: without one) that was picked up."""
    picked_up, waited = tally.desk.of("picked_up"), tally.desk.of("waited")
    weeks = _judged_us(trial) / _WEEK
    priorities = (*trial.plan.words.priorities, None)
    for row, group in enumerate(named_groups(trial.plan)):
        for column, priority in enumerate(priorities):
            if picked_up[row, column]:
                yield {
                    "group": group,
                    "priority": priority,
                    "picked_up": picked_up[row, column] / weeks,
                    "mean_wait": _mean_us(waited[row, column], picked_up[row, column]),
                }


def _utilisation(trial: Trial, tally: Tally) -> Iterator[dict[str, Any]]:
    """Yield one row per group and hour of the local week (0: Monday at midnight), overtime left out."""
    present, busy = tally.desk.of("present"), tally.desk.of("busy")
    for row, group in enumerate(named_groups(trial.plan)):
        length = trial.desk.length_us(row)
        agents, share = _ratio(present[row], length.astype(np.float64)), _ratio(busy[row], present[row])
        for hour in range(HOURS_A_WEEK):
            yield {"group": group, "hour": hour, "agents": agents[hour], "utilisation": share[hour]}


def _tickets(trial: Trial, tally: Tally) -> Iterator[dict[str, Any]]:
    """Yield how many tickets a week there are, and what becomes of them."""
    weeks = _judged_us(trial) / _WEEK
    whole = (trial.plan.end - trial.plan.start) * trial.plan.tick_us / _WEEK
    yield {
        name: float(tally.desk.of(name)) / (weeks if name in ("tickets", "reopened") else whole)
        for name in ("tickets", "reopened", "lost", "gave_up", "preempted", "reassigned")
    }


def _outages(trial: Trial, tally: Tally) -> Iterator[dict[str, Any]]:
    """Yield one row per service or component that was down, planned maintenance left out."""
    years = _judged_us(trial) / _YEAR
    often, down = tally.desk.of("outages"), tally.desk.of("down")
    for row in np.flatnonzero(down).tolist():
        yield {
            "service": trial.plan.nodes.names[row],
            "per_year": often[row] / years,
            "hours_per_year": down[row] / HOUR / years,
        }


def _contingencies(trial: Trial, tally: Tally) -> Iterator[dict[str, Any]]:
    """Yield one row per contingency: how often it was fired, warm-up included."""
    years = (trial.plan.end - trial.plan.start) * trial.plan.tick_us / _YEAR
    for name, fired in zip(trial.plan.contingencies.names, tally.desk.of("fired").tolist(), strict=True):
        yield {"contingency": name, "per_year": fired / years}


def _costs(trial: Trial, tally: Tally) -> Iterator[dict[str, Any]]:
    """Yield one row per group or contingency with a price: its mean cost a month, in minor units."""
    months = months_of(trial.plan)
    for priced, minor in tally.costs.items():
        yield {
            "what": "contingency" if priced.is_contingency else "group",
            "name": priced.name,
            "currency": priced.currency,
            "per_month_minor": round(minor / tally.replications / months),
        }


def _escalations(trial: Trial, tally: Tally) -> Iterator[dict[str, Any]]:
    """Yield one row per rung of an escalation: messages a month, and a night (22:00-06:00)."""
    months = float(months_of(trial.plan))
    for rung in sorted(tally.messages, key=lambda each: (each.sla, each.step, each.to)):
        nights = trial.judge.nights[rung.sla].count
        yield {
            "sla": rung.sla,
            "step": rung.step,
            "rule": rung.rule,
            "to": rung.to,
            "per_month": tally.messages[rung] / tally.replications / months,
            "per_night": tally.nightly.get(rung, 0) / tally.replications / nights if nights else None,
        }


_FRAMES: Final[dict[str, tuple[dict[str, Any], Callable[[Trial, Tally], Iterator[dict[str, Any]]]]]] = {
    "desk": (DESK, _desk),
    "waiting": (WAITING, _waiting),
    "utilisation": (UTILISATION, _utilisation),
    "tickets": (TICKETS, _tickets),
    "outages": (OUTAGES, _outages),
    "contingencies": (CONTINGENCIES, _contingencies),
    "costs": (COSTS, _costs),
    "escalations": (ESCALATIONS, _escalations),
}
DESK_FRAMES: Final = tuple(_FRAMES)
"""The names of the frames that are made here."""


def desk_frame(name: str, study: Study) -> pl.DataFrame:
    """Return the rows of one of DESK_FRAMES for each scenario that was simulated."""
    schema, rows = _FRAMES[name]
    found = [
        {"scenario": scenario, **row}
        for scenario, tally in study.tallies.items()
        if tally.replications
        for row in rows(study.trials[scenario], tally)
    ]
    return pl.DataFrame(found, schema=schema, orient="row")

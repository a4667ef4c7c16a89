"""What differs between the variants of a study: their points, what they are found to be, and each against the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from slmdsl.stats.paired import paired_difference, variance_ratio
from slmdsl.study.desk.costs import months_of, planned_cost
from slmdsl.study.running.series import pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.stats.intervals import Interval
    from slmdsl.study.running.series import Series
    from slmdsl.study.running.study import Study
    from slmdsl.study.running.tally import Tally
    from slmdsl.workload.plan import DeskPlan

VARIANTS: Final[dict[str, Any]] = {
    "scenario": pl.String,
    "base": pl.String,
    "cost_minor": pl.Int64,
    "currency": pl.String,
    "replications": pl.Int64,
    "state": pl.String,
}
POINTS: Final[dict[str, Any]] = {
    "scenario": pl.String,
    "dimension": pl.String,
    "words": pl.String,
    "number": pl.Float64,
    "unit": pl.String,
}
DIFFERENCES: Final[dict[str, Any]] = {
    "scenario": pl.String,
    "against": pl.String,
    "sla": pl.String,
    "target": pl.String,
    "figure": pl.String,
    "difference": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "ratio": pl.Float64,
    "replications": pl.Int64,
}


def variants_frame(study: Study) -> pl.DataFrame:
    """Return one row per variant: what its rosters cost a month, and what became of it."""
    states = {} if study.search is None else {each.name: each for each in study.search.candidates}
    rows = []
    for variant in study.setting.variants:
        trial, tally = study.trials.get(variant.name), study.tallies.get(variant.name)
        candidate = states.get(variant.name)
        state = "overloaded" if trial is None else "run" if candidate is None else str(candidate.state)
        cost, currency = (None, None) if trial is None else monthly_cost(trial.plan)
        rows.append(
            {
                "scenario": variant.name,
                "base": variant.scenario,
                "cost_minor": cost,
                "currency": currency,
                "replications": tally.replications if tally else 0,
                "state": state,
            }
        )
    return pl.DataFrame(rows, schema=VARIANTS, orient="row")


def monthly_cost(plan: DeskPlan) -> tuple[int | None, str | None]:
    """Return what the rosters of a plan cost a month, in minor units; None without a price, or with two currencies."""
    costs = planned_cost(plan)
    currencies = {each.priced.currency for each in costs}
    if len(currencies) != 1:
        return None, None
    return round(sum(each.minor for each in costs) / months_of(plan)), currencies.pop()


def whole_cost(tally: Tally, plan: DeskPlan) -> tuple[float | None, str | None]:
    """Return what all that has a price costs a month on average, in minor units; credits are not in it.

    None without a price or a replication, or with two currencies.
    """
    currencies = {each.currency for each in tally.costs}
    if len(currencies) != 1 or not tally.whole_cost:
        return None, None
    return float(tally.whole_cost.values.mean()) / float(months_of(plan)), currencies.pop()


def whole_cost_difference(
    one: Tally, other: Tally, plan: DeskPlan, confidence: float
) -> tuple[Interval, int] | None:
    """Return what `other` costs a month more than `one` in all, and by how many replications that both have.

    In minor units; None where they have fewer than two in common, or not all is in one currency.
    """
    found = pairs(one.whole_cost, other.whole_cost)
    count = len(found.one)
    if count < 2 or len({each.currency for each in (*one.costs, *other.costs)}) != 1:  # noqa: PLR2004 - for a variance
        return None
    scale = 1 / float(months_of(plan))
    return paired_difference(found.one * scale, found.other * scale, confidence), count


def points_frame(study: Study) -> pl.DataFrame:
    """Return one row per variant and thing that is varied: its value."""
    rows = [
        {
            "scenario": variant.name,
            "dimension": point.dimension,
            "words": point.words,
            "number": float(point.number),
            "unit": point.unit,
        }
        for variant in study.setting.variants
        for point in variant.points
    ]
    return pl.DataFrame(rows, schema=POINTS, orient="row")


def differences_frame(study: Study) -> pl.DataFrame:
    """Return what each variant differs by from the first that was run, in the replications that both have.

    They have the same luck in these. Costs are compared where all are in one currency.
    """
    names = [name for name, tally in study.tallies.items() if tally.replications]
    rows = [
        {"scenario": name, "against": names[0], **row}
        for name in names[1:]
        for row in differences_of(
            study.tallies[names[0]],
            study.tallies[name],
            study.trials[name].plan,
            float(study.setting.confidence),
        )
    ]
    return pl.DataFrame(rows, schema=DIFFERENCES, orient="row")


def differences_of(base: Tally, tally: Tally, plan: DeskPlan, confidence: float) -> Iterator[dict[str, Any]]:
    """Yield rows of what one tally differs by from another with the same luck, without the scenarios' names."""

    def row(
        sla: str, target: str, figure: str, one: Series, other: Series, scale: float
    ) -> dict[str, Any] | None:
        found = pairs(one, other)
        if len(found.one) < 2:  # noqa: PLR2004 - a variance takes two
            return None
        interval = paired_difference(found.one * scale, found.other * scale, confidence)
        return {
            "sla": sla,
            "target": target,
            "figure": figure,
            "difference": interval.value,
            "low": interval.low,
            "high": interval.high,
            "ratio": variance_ratio(found.one, found.other),
            "replications": len(found.one),
        }

    rows = [
        row(name, name, "chance", base.agreements[name].shares, kept.shares, 1.0)
        for name, kept in tally.agreements.items()
        if name in base.agreements
    ]
    for name, target in tally.targets.items():
        if name in base.targets:
            sla, mine = name.partition(".")[0], base.targets[name]
            rows.append(row(sla, name, "chance", mine.kept.shares, target.kept.shares, 1.0))
            rows.append(row(sla, name, "attained", mine.attained, target.attained, 1.0))
    if len({each.currency for each in (*base.costs, *tally.costs)}) == 1:
        rows.append(row("", "", "cost", base.whole_cost, tally.whole_cost, 1 / float(months_of(plan))))
    yield from (each for each in rows if each is not None)

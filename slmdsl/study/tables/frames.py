"""A study as polars frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from slmdsl.stats.decisions import Decision
from slmdsl.study.compared.comparing import differences_frame, points_frame, variants_frame
from slmdsl.study.tables.desk_frames import DESK_FRAMES, desk_frame
from slmdsl.study.tables.outcome_frames import credits_frame, missed_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slmdsl.stats.intervals import Interval
    from slmdsl.study.running.study import Study
    from slmdsl.study.running.tally import Kept, TargetTally

_INSTANT = pl.Datetime("us", "UTC")

_SUMMARY: dict[str, Any] = {
    "scenario": pl.String,
    "sla": pl.String,
    "target": pl.String,
    "replications": pl.Int64,
    "judged": pl.Int64,
    "chance": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "throughout": pl.Float64,
    "throughout_low": pl.Float64,
    "throughout_high": pl.Float64,
    "attained": pl.Float64,
    "attained_low": pl.Float64,
    "attained_high": pl.Float64,
    "note": pl.String,
    "wanted": pl.Float64,
    "decision": pl.String,
}
_PERIODS: dict[str, Any] = {
    "scenario": pl.String,
    "sla": pl.String,
    "target": pl.String,
    "part": pl.String,
    "period": pl.String,
    "from": _INSTANT,
    "to": _INSTANT,
    "replications": pl.Int64,
    "judged": pl.Int64,
    "kept": pl.Int64,
    "share": pl.Float64,
    "attained": pl.Float64,
    "least": pl.Float64,
    "most": pl.Float64,
}


_OTHERS: dict[str, Callable[[Study], pl.DataFrame]] = {
    "variants": variants_frame,
    "points": points_frame,
    "differences": differences_frame,
    "credits": credits_frame,
    "missed": missed_frame,
}


def frame_of(name: str, study: Study) -> pl.DataFrame:
    """Return a frame of a study by its name: `summary`, `periods`, or one of those that other modules make."""
    if name in DESK_FRAMES:
        return desk_frame(name, study)
    if name in _OTHERS:
        return _OTHERS[name](study)
    rows, schema = (_summary(study), _SUMMARY) if name == "summary" else (_periods(study), _PERIODS)
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def _summary(study: Study) -> Iterator[dict[str, Any]]:
    confidence = float(study.setting.confidence)
    for scenario, tally in study.tallies.items():
        judge = study.trials[scenario].judge
        for agreement in judge.agreements:
            kept = tally.agreements.get(agreement.name)
            head = {"scenario": scenario, "sla": agreement.name, "replications": tally.replications}
            asked = _asked(study, scenario)
            yield (
                head | {"target": agreement.name} | _chances(kept, confidence) | asked.get(agreement.name, {})
            )
            for target in agreement.targets:
                of_target = tally.targets.get(target.qualified)
                note = judge.not_modelled.get(target.qualified, "")
                yield (
                    head
                    | {"target": target.qualified, "note": f"not modelled: {note}" if note else ""}
                    | _chances(None if of_target is None else of_target.kept, confidence)
                    | _level(of_target, confidence)
                    | asked.get(target.qualified, {})
                )


def _asked(study: Study, scenario: str) -> dict[str, dict[str, Any]]:
    """Return by promise which chance a search wants of it, and what it decided."""
    if study.search is None:
        return {}
    candidate = next(each for each in study.search.candidates if each.name == scenario)
    return {
        wanted.of: {
            "wanted": float(wanted.at_least),
            "decision": str(candidate.decisions.get(wanted, Decision.OPEN)),
        }
        for wanted in study.search.wanted
    }


def _chances(kept: Kept | None, confidence: float) -> dict[str, Any]:
    if kept is None:
        return {"judged": 0}
    return (
        {"judged": kept.judged}
        | _interval("chance", "low", "high", kept.chance(confidence))
        | _interval("throughout", "throughout_low", "throughout_high", kept.throughout(confidence))
    )


def _level(tally: TargetTally | None, confidence: float) -> dict[str, Any]:
    level = None if tally is None else tally.level(confidence)
    return _interval("attained", "attained_low", "attained_high", level)


def _interval(value: str, low: str, high: str, found: Interval | None) -> dict[str, float | None]:
    if found is None:
        return {value: None, low: None, high: None}
    return {value: found.value, low: found.low, high: found.high}


def _periods(study: Study) -> Iterator[dict[str, Any]]:
    for scenario, tally in study.tallies.items():
        for cell, found in tally.cells.items():
            judged = found.kept + found.missed
            yield {
                "scenario": scenario,
                "sla": cell.target.partition(".")[0],
                "target": cell.target,
                "part": cell.part,
                "period": cell.period,
                "from": cell.from_us,
                "to": cell.to_us,
                "replications": found.replications,
                "judged": judged,
                "kept": found.kept,
                "share": found.kept / judged if judged else None,
                "attained": found.attained,
                "least": found.least,
                "most": found.most,
            }

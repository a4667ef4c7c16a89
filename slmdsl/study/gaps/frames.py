"""An analysis of gaps as polars frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from slmdsl.events.frames import INSTANT
from slmdsl.study.gaps.time_spent import PARTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slmdsl.stats.intervals import Interval
    from slmdsl.study.gaps.analysis import GapAnalysis

    Rows = Iterator[dict[str, Any]]

_TICKETS: Final = pl.List(pl.String)
CLASSES: Final[dict[str, Any]] = {
    "dimension": pl.String,
    "class": pl.String,
    "judged": pl.Int64,
    "missed": pl.Int64,
    "share": pl.Float64,
    "rate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "lift": pl.Float64,
    "excess": pl.Float64,
    "chance": pl.Float64,
    "false_discovery": pl.Float64,
    "tickets": _TICKETS,
}
TARGETS: Final[dict[str, Any]] = {
    "sla": pl.String,
    "target": pl.String,
    "judged": pl.Int64,
    "missed": pl.Int64,
    **{f"missed_{part}": pl.Duration("us") for part in PARTS},
    **{f"all_{part}": pl.Duration("us") for part in PARTS},
    "clause": pl.String,
    "tickets": _TICKETS,
}
RECURRING: Final[dict[str, Any]] = {
    "service": pl.String,
    "field": pl.String,
    "cause": pl.String,
    "count": pl.Int64,
    "days": pl.Int64,
    "missed": pl.Int64,
    "share": pl.Float64,
    "expected": pl.Float64,
    "chance": pl.Float64,
    "false_discovery": pl.Float64,
    "first": INSTANT,
    "last": INSTANT,
    "tickets": _TICKETS,
}
_BOUNDS: Final = {"": pl.Float64, "_low": pl.Float64, "_high": pl.Float64}
IMPROVEMENTS: Final[dict[str, Any]] = {
    "improvement": pl.String,
    "rank": pl.Int64,
    "target": pl.String,
    **{f"chance{end}": kind for end, kind in _BOUNDS.items()},
    "chance_before": pl.Float64,
    "chance_after": pl.Float64,
    **{f"attained{end}": kind for end, kind in _BOUNDS.items()},
    **{f"credits_minor{end}": kind for end, kind in _BOUNDS.items()},
    **{f"running_minor{end}": kind for end, kind in _BOUNDS.items()},
    "once_minor": pl.Int64,
    "first_year_minor": pl.Float64,
    "currency": pl.String,
    "points_per_thousand": pl.Float64,
    "replications": pl.Int64,
    "obstacle": pl.String,
    "words": pl.String,
}
TESTS: Final[dict[str, Any]] = {
    "improvement": pl.String,
    "target": pl.String,
    "effect": pl.String,
    "weeks_before": pl.Int64,
    "weeks_after": pl.Int64,
    "n_before": pl.Int64,
    "n_after": pl.Int64,
    "before": pl.Float64,
    "after": pl.Float64,
    **{f"difference{end}": kind for end, kind in _BOUNDS.items()},
    "correlation": pl.Float64,
    "shown_from": pl.Float64,
    **{f"trend{end}": kind for end, kind in _BOUNDS.items()},
    "was_on_its_way": pl.Boolean,
}


def frame_of(name: str, analysis: GapAnalysis) -> pl.DataFrame:
    """Return one of the frames of an analysis by its name."""
    schema, rows = _FRAMES[name]
    return pl.DataFrame(list(rows(analysis)), schema=schema, orient="row")


def _classes(analysis: GapAnalysis) -> Rows:
    for each in analysis.gaps.classes:
        columns = (name for name in CLASSES if name not in {"class", "tickets"})
        yield {
            **{name: getattr(each, name) for name in columns},
            "class": each.value,
            "tickets": list(each.tickets),
        }


def _targets(analysis: GapAnalysis) -> Rows:
    for each in analysis.gaps.targets:
        yield {
            "sla": each.target.agreement,
            "target": each.target.name,
            "judged": each.judged,
            "missed": each.missed,
            **{f"missed_{part}": getattr(each.of_missed, part) for part in PARTS},
            **{f"all_{part}": getattr(each.of_all, part) for part in PARTS},
            "clause": each.target.span.where,
            "tickets": list(each.tickets),
        }


def _recurring(analysis: GapAnalysis) -> Rows:
    for each in analysis.gaps.recurring:
        columns = (name for name in RECURRING if name not in {"first", "last", "tickets"})
        yield {
            **{name: getattr(each, name) for name in columns},
            "first": each.first_us,
            "last": each.last_us,
            "tickets": list(each.tickets),
        }


def _improvements(analysis: GapAnalysis) -> Rows:
    for rank, each in enumerate(analysis.predictions or (), 1):
        shared = {
            "improvement": each.improvement.name,
            "rank": rank,
            **_bounds("credits_minor", each.credits_minor),
            **_bounds("running_minor", each.running_minor),
            "once_minor": each.improvement.cost.minor if each.improvement.cost else None,
            "first_year_minor": each.first_year_minor,
            "currency": each.currency,
            "points_per_thousand": each.points_per_thousand,
            "replications": each.replications,
            "obstacle": each.obstacle,
            "words": each.words,
        }
        for gain in each.gains:
            bounds = _bounds("chance", gain.chance) | _bounds("attained", gain.attained)
            chances = {"chance_before": gain.before, "chance_after": gain.after}
            yield shared | {"target": gain.target} | bounds | chances
        for name, reason in each.not_modelled:
            yield shared | {"target": name, "obstacle": each.obstacle or "not_modelled", "words": reason}
        if not each.gains and not each.not_modelled:
            yield shared | {"target": None}


def _tests(analysis: GapAnalysis) -> Rows:
    for each in analysis.proofs:
        shift = each.shift
        yield {
            "improvement": each.improvement,
            "target": each.target.qualified,
            "effect": each.effect.value,
            "weeks_before": each.before.weeks,
            "weeks_after": each.after.weeks,
            "n_before": each.before.n,
            "n_after": each.after.n,
            "before": each.before.mean,
            "after": each.after.mean,
            **_bounds("difference", shift.difference if shift else None),
            "correlation": shift.correlation if shift else None,
            "shown_from": shift.shown_from if shift else None,
            **_bounds("trend", each.trend),
            "was_on_its_way": each.was_on_its_way,
        }


def _bounds(name: str, found: Interval | None) -> dict[str, float | None]:
    if found is None:
        return dict.fromkeys((name, f"{name}_low", f"{name}_high"))
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


_FRAMES: Final[dict[str, tuple[dict[str, Any], Callable[[GapAnalysis], Rows]]]] = {
    "classes": (CLASSES, _classes),
    "targets": (TARGETS, _targets),
    "recurring": (RECURRING, _recurring),
    "improvements": (IMPROVEMENTS, _improvements),
    "tests": (TESTS, _tests),
}

"""What a study says of misses, as polars frames: what they cost, and where their tickets' time went."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from slmdsl.stats.bootstrap import mean_interval
from slmdsl.stats.quantiles import quantile_interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.study.running.study import Study
    from slmdsl.study.running.tally import Tally

CREDITS: Final[dict[str, Any]] = {
    "scenario": pl.String,
    "sla": pl.String,
    "currency": pl.String,
    "replications": pl.Int64,
    "mean_minor": pl.Float64,
    "low_minor": pl.Float64,
    "high_minor": pl.Float64,
    "p95_minor": pl.Float64,
    "p95_low_minor": pl.Float64,
    "p95_high_minor": pl.Float64,
    "free": pl.Float64,
}
_TIMES: Final = ("waiting", "working", "closed", "customer", "supplier", "resolved")
MISSED: Final[dict[str, Any]] = {
    "scenario": pl.String,
    "sla": pl.String,
    "target": pl.String,
    "judged": pl.Float64,
    "missed": pl.Float64,
    **dict.fromkeys(_TIMES, pl.Duration("us")),
}
DEAR_SHARE: Final = 0.95
"""The quantile of credits that is shown beside the mean."""


def credits_frame(study: Study) -> pl.DataFrame:
    """Return one row per scenario, agreement and currency of credits in money, if anything of the agreement is judged.

    Minor units over the whole horizon: the mean over replications, and what one in twenty exceeds; a bound of that is
    null where there are too few replications for one. `free` is the share of the replications that pay nothing.
    """
    return pl.DataFrame(list(_credits(study)), schema=CREDITS, orient="row")


def missed_frame(study: Study) -> pl.DataFrame:
    """Return one row per scenario and target with a limit for each ticket.

    `judged` and `missed` are tickets (or parts of them) a replication; the times are means of those that missed, from
    the opening to the stop of the target's clock (see `MissedTime`). They are null where none missed.
    """
    return pl.DataFrame(list(_missed(study)), schema=MISSED, orient="row")


def _credits(study: Study) -> Iterator[dict[str, Any]]:
    for scenario, tally in study.tallies.items():
        judged = {name.partition(".")[0] for name, target in tally.targets.items() if target.kept.judged}
        for row in credit_rows(tally, float(study.setting.confidence)):
            if row["sla"] in judged:
                yield {"scenario": scenario, **row}


def credit_rows(tally: Tally, confidence: float) -> Iterator[dict[str, Any]]:
    """Yield a row per agreement and currency of credits in money, as `credits_frame` has them for each scenario."""
    for paid, series in tally.credits.items():
        minor = series.values
        mean, dear = mean_interval(minor, confidence), quantile_interval(minor, DEAR_SHARE, confidence)
        yield {
            "sla": paid.sla,
            "currency": paid.currency,
            "replications": len(minor),
            "mean_minor": mean.value,
            "low_minor": _finite(max(mean.low, 0.0)),
            "high_minor": _finite(mean.high),
            "p95_minor": dear.value,
            "p95_low_minor": _finite(dear.low),
            "p95_high_minor": _finite(dear.high),
            "free": float(np.mean(minor == 0.0)),
        }


def _finite(bound: float) -> float | None:
    return bound if isfinite(bound) else None


def _missed(study: Study) -> Iterator[dict[str, Any]]:
    for scenario, tally in study.tallies.items():
        for name, missed in tally.missed.items():
            yield {
                "scenario": scenario,
                "sla": name.partition(".")[0],
                "target": name,
                "judged": missed.judged / tally.replications,
                "missed": missed.missed / tally.replications,
                **{
                    each: round(Fraction(getattr(missed, each), missed.missed)) if missed.missed else None
                    for each in _TIMES
                },
            }

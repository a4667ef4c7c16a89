"""What a study says of what misses cost, as polars frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from slmdsl.stats.intervals import t_interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.study.study import Study

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
LATE_SHARE: Final = 0.95


def credits_frame(study: Study) -> pl.DataFrame:
    """Return one row per scenario, agreement and currency of credits in money.

    Minor units over the whole horizon: the mean over replications, and what one in twenty exceeds. `free` is the share
    of the replications in which nothing was paid.
    """
    return pl.DataFrame(list(_credits(study)), schema=CREDITS, orient="row")


def _credits(study: Study) -> Iterator[dict[str, Any]]:
    confidence = float(study.setting.confidence)
    for scenario, tally in study.tallies.items():
        for paid, series in tally.credits.items():
            minor = series.values
            mean = t_interval(minor, confidence)
            yield {
                "scenario": scenario,
                "sla": paid.sla,
                "currency": paid.currency,
                "replications": len(minor),
                "mean_minor": mean.value,
                "low_minor": mean.low,
                "high_minor": mean.high,
                "p95_minor": float(np.quantile(minor, LATE_SHARE, method="inverted_cdf")),
                "free": float(np.mean(minor == 0.0)),
            }

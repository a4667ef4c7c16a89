"""What a change of the text does to chances and credits: two studies of one experiment, with the same luck."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from slmdsl.stats.paired import paired_difference
from slmdsl.study.running.series import pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.study.running.series import Series
    from slmdsl.study.running.study import Study
    from slmdsl.study.running.tally import Tally

EFFECTS: Final[dict[str, Any]] = {
    "scenario": pl.String,
    "sla": pl.String,
    "target": pl.String,
    "figure": pl.String,
    "currency": pl.String,
    "old": pl.Float64,
    "new": pl.Float64,
    "difference": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "replications": pl.Int64,
}


def effects(old: Study, new: Study) -> pl.DataFrame:
    """Return what a new text does, one row for each scenario, promise and figure that both studies have.

    `figure` is `chance` (of a period; the target is the agreement's name for a whole month of it) or `credits` (over
    the horizon, in minor units of `currency`). `old`, `new` and `difference` are means over the replications that both
    have, `low` and `high` the paired interval of the difference.

    Args:
        old: the study of the old text.
        new: the study of the new one, with the same seed and horizon: replications with one number have the same luck.
    """
    confidence = float(new.setting.confidence)
    rows = [
        {"scenario": name, **row}
        for name, tally in new.tallies.items()
        if name in old.tallies
        for row in _rows(old.tallies[name], tally, confidence)
    ]
    return pl.DataFrame(rows, schema=EFFECTS, orient="row")


def _rows(old: Tally, new: Tally, confidence: float) -> Iterator[dict[str, Any]]:
    for name, kept in new.agreements.items():
        if name in old.agreements:
            mine = old.agreements[name].shares
            yield from _row(mine, kept.shares, confidence, sla=name, target=name, figure="chance")
    for name, target in new.targets.items():
        if name in old.targets:
            mine, sla = old.targets[name].kept.shares, name.partition(".")[0]
            yield from _row(mine, target.kept.shares, confidence, sla=sla, target=name, figure="chance")
    for paid, series in new.credits.items():
        if paid in old.credits:
            words = {"sla": paid.sla, "target": paid.sla, "figure": "credits", "currency": paid.currency}
            yield from _row(old.credits[paid], series, confidence, **words)


def _row(old: Series, new: Series, confidence: float, **words: str) -> Iterator[dict[str, Any]]:
    """Yield a row where the studies have two replications in common: a variance takes two."""
    found = pairs(old, new)
    if len(found.one) < 2:  # noqa: PLR2004 - as said
        return
    interval = paired_difference(found.one, found.other, confidence)
    yield {
        **words,
        "old": float(found.one.mean()),
        "new": float(found.other.mean()),
        "difference": interval.value,
        "low": interval.low,
        "high": interval.high,
        "replications": len(found.one),
    }

"""A back-test as a polars frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

if TYPE_CHECKING:
    from slmdsl.study.backtest.forms import Backtest

_INSTANT: Final = pl.Datetime("us", "UTC")
COLUMNS: Final[dict[str, Any]] = {
    "figure": pl.String,
    "part": pl.String,
    "weekly": pl.Boolean,
    "period": pl.String,
    "from": pl.Int64,
    "to": pl.Int64,
    "n": pl.Int64,
    "real": pl.Float64,
    "predicted": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "replications": pl.Int64,
    "error": pl.Float64,
    "covered": pl.Boolean,
    "before": pl.Float64,
}


def rows_frame(test: Backtest) -> pl.DataFrame:
    """Return one row for each figure (a target's qualified name, or one of the desk) and period.

    Shares are 0 to 1, times seconds. `before` is what would have been said without any model.
    """
    rows = [
        (
            *(each.name, each.part, each.weekly, each.period, each.from_us, each.to_us, each.n, each.real),
            *(each.predicted, each.low, each.high, each.said, each.error, each.covered, each.naive),
        )
        for each in test.rows
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row").with_columns(pl.col("from", "to").cast(_INSTANT))

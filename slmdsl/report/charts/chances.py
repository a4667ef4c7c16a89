"""How sure each promise is to be kept, in every scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt
import polars as pl

from slmdsl.report.charts.colours import BLACK, INK
from slmdsl.report.charts.drawing import (
    WIDTH,
    finished,
    names_axis,
    percent_axis,
    promise_label,
    rows_of,
    scenario_colour,
    scenario_shape,
)
from slmdsl.report.charts.words import interval, percent

if TYPE_CHECKING:
    from altair.typing import ChartType

    from slmdsl.report.charts.cast import Cast

_MOST: Final = 16
"""How many promises one picture shows; with more, the least sure ones."""
_DECISIONS: Final = {"keeps": "keeps", "fails": "fails", "too_close": "too close"}


def chance_chart(summary: pl.DataFrame, cast: Cast, confidence: float) -> ChartType | None:
    """Return the chance of each target and agreement with its interval, a row for each scenario.

    Args:
        summary: a study's frame of that name.
        cast: the scenarios to show.
        confidence: of the intervals, between 0 and 1.

    Returns:
        The chart; None where no chance is known.
    """
    known = summary.filter(pl.col("scenario").is_in(cast.shown), pl.col("chance").is_not_null())
    if known.is_empty():
        return None
    order, left_out = _promises(known)
    rows = [_row(row, cast) for row in known.to_dicts() if row["target"] in order]
    wanted = [row for row in rows if row["wanted"] is not None]
    weakest = min(rows, key=lambda row: ("." not in row["promise"], row["chance"]))
    message = (
        f"Least sure: {weakest['promise']}{_where(weakest, cast)}, kept in {weakest['words']} of its periods."
    )
    captions = (
        message,
        f"Symbol: the chance that a period is kept. Line: its {100 * confidence:.3g} % interval, over replications."
        + (" Black tick: the wanted chance." if wanted else ""),
        f"{len(order)} of {len(order) + left_out} promises: the least sure ones." if left_out else "",
        cast.caption,
    )
    chart = _layers(rows, wanted, [promise_label(name) for name in order], cast)
    listed = "; ".join(f"{row['promise']}{_where(row, cast)} {row['words']}" for row in rows)
    return finished(chart, "How sure is each promise to be kept?", captions, f"{message} {listed}.")


def _promises(known: pl.DataFrame) -> tuple[list[str], int]:
    """Return the promises to show in the order of the text, and how many are left out."""
    order = known["target"].unique(maintain_order=True).to_list()
    if len(order) <= _MOST:
        return order, 0
    least = known.group_by("target").agg(pl.col("chance").min()).sort("chance", "target")["target"]
    chosen = set(least.head(_MOST).to_list())
    return [name for name in order if name in chosen], len(order) - _MOST


def _row(row: dict[str, Any], cast: Cast) -> dict[str, Any]:
    words = percent(row["chance"])
    decision = _DECISIONS.get(row.get("decision") or "", "")
    return {
        "promise": promise_label(row["target"]),
        "scenario": cast.labels[row["scenario"]],
        "chance": row["chance"],
        "low": row["low"],
        "high": row["high"],
        "wanted": row.get("wanted"),
        "words": words,
        "label": f"{words}  ({interval(row['low'], row['high'])}){f'  {decision}' if decision else ''}",
    }


def _where(row: dict[str, Any], cast: Cast) -> str:
    return f" in {row['scenario']}" if len(cast.shown) > 1 else ""


def _layers(
    rows: list[dict[str, Any]], wanted: list[dict[str, Any]], order: list[str], cast: Cast
) -> ChartType:
    several = len(cast.shown)
    lane = 17 if several > 1 else 20
    y = names_axis("promise", order)
    offset = alt.YOffset("scenario:N", sort=cast.legend, scale=alt.Scale(paddingOuter=0.25))
    x = percent_axis(alt.X, "chance", "chance that a period is kept")
    base = alt.Chart(rows_of(rows)).encode(y=y, yOffset=offset)
    layers = [
        base.mark_rule(strokeWidth=2, opacity=0.75).encode(
            x=alt.X("low:Q"), x2="high:Q", color=scenario_colour(cast)
        ),
        base.mark_point(filled=True, size=70, opacity=1).encode(
            x=x, color=scenario_colour(cast), shape=scenario_shape(cast)
        ),
        base.mark_text(align="left", fontSize=11, color=INK).encode(x=alt.value(WIDTH + 14), text="label:N"),
    ]
    if wanted:
        marks = alt.Chart(rows_of(wanted)).mark_tick(thickness=2.5, size=lane - 2, color=BLACK)
        layers.append(marks.encode(x="wanted:Q", y=y, yOffset=offset))
    return alt.layer(*layers).properties(width=WIDTH, height=len(order) * (several * lane + lane // 2))

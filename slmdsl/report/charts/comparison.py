"""What matters most: scenarios against the first, or what is varied from its lowest to its highest value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt
import polars as pl

from slmdsl.report.charts.colours import BLUE, GREY, INK, ORANGE, VERMILLION
from slmdsl.report.charts.drawing import (
    WIDTH,
    finished,
    names_axis,
    panel_title,
    percent_axis,
    promise_label,
    rows_of,
)
from slmdsl.report.charts.grids import asked_for, known_of
from slmdsl.report.charts.words import percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from altair.typing import ChartType

    from slmdsl.report.charts.cast import Cast
    from slmdsl.report.charts.grids import Dimension, Grid, Place, Spot

_MOST: Final = 20
_PROMISES: Final = 3
_LANE: Final = 26
_SIGNS: Final = {
    "better": (BLUE, "triangle-up"),
    "worse": (VERMILLION, "triangle-down"),
    "no clear difference": (GREY, "circle"),
}
_TWO: Final = 2
_SIGNED: Final = "datum.value === 0 ? '0' : format(datum.value, '+~g')"


def difference_chart(
    differences: pl.DataFrame, summary: pl.DataFrame, cast: Cast, confidence: float
) -> ChartType | None:
    """Return how much the chance of each promise asked for differs from the first scenario's, the largest first.

    Args:
        differences: a study's frame of that name.
        summary: likewise.
        cast: what scenarios are called.
        confidence: of the intervals, between 0 and 1.

    Returns:
        The chart; None where there is nothing to compare.
    """
    about = asked_for(summary)[:_PROMISES]
    chances = differences.filter(
        pl.col("figure") == "chance", pl.col("target").is_in(about), pl.col("difference").is_not_null()
    )
    if chances.is_empty():
        return None
    first = cast.labels[chances["against"][0]]
    panels: list[ChartType] = []
    said: list[str] = []
    left_out = 0
    for name in about:
        rows = [_difference(row, cast) for row in chances.filter(pl.col("target") == name).to_dicts()]
        rows.sort(key=lambda row: -abs(row["difference"]))
        if rows:
            left_out = max(left_out, len(rows) - _MOST)
            panels.append(_tornado(rows[:_MOST], name))
            said.extend(f"{name}: {row['scenario']} {row['label']}" for row in rows[:_MOST])
    captions = (
        f"Change of the chance that a period is kept, against {first}, in percentage points; all had the same luck.",
        f"Line: the {100 * confidence:.3g} % interval of the change; grey where zero lies within it.",
        f"The {_MOST} largest changes; {left_out} more are left out." if left_out > 0 else "",
    )
    chart = alt.vconcat(*panels).resolve_scale(color="shared", shape="shared")
    return finished(chart, "Which scenario matters most?", captions, f"Against {first}: {'; '.join(said)}.")


def _difference(row: dict[str, Any], cast: Cast) -> dict[str, Any]:
    change, low, high = (
        None if row[each] is None else 100 * row[each] for each in ("difference", "low", "high")
    )
    clear = low is not None and high is not None and (low > 0 or high < 0)
    sign = ("better" if row["difference"] > 0 else "worse") if clear else "no clear difference"
    ends = "" if low is None or high is None else f"  ({low:+.0f} to {high:+.0f})"
    return {
        "scenario": cast.labels[row["scenario"]],
        "difference": change,
        "low": change if low is None else low,
        "high": change if high is None else high,
        "sign": sign,
        "label": f"{change:+.1f} points{ends}",
    }


def _tornado(rows: list[dict[str, Any]], title: str) -> ChartType:
    y = names_axis("scenario", [row["scenario"] for row in rows])
    base = alt.Chart(rows_of(rows)).encode(y=y)
    domain = list(_SIGNS)
    colour = alt.Color("sign:N", scale=alt.Scale(domain=domain, range=[each for each, _ in _SIGNS.values()]))
    shape = alt.Shape("sign:N", scale=alt.Scale(domain=domain, range=[each for _, each in _SIGNS.values()]))
    x = alt.X(
        "difference:Q",
        title="change of the chance, percentage points",
        axis=alt.Axis(tickCount=8, labelExpr=_SIGNED),
    )
    layers = [
        base.mark_bar(height=14, opacity=0.45).encode(x=x, color=colour),
        base.mark_rule(strokeWidth=2).encode(x="low:Q", x2="high:Q", color=colour),
        base.mark_point(filled=True, size=70, opacity=1).encode(x=x, color=colour, shape=shape),
        base.mark_text(align="left", fontSize=11, color=INK).encode(x=alt.value(WIDTH - 46), text="label:N"),
        alt.Chart(rows_of([{"zero": 0}])).mark_rule(color=INK).encode(x="zero:Q"),
    ]
    return alt.layer(*layers).properties(
        width=WIDTH - 60, height=_LANE * len(rows), title=panel_title(promise_label(title))
    )


def lever_chart(summary: pl.DataFrame, grid: Grid) -> ChartType | None:
    """Return how far each thing that is varied moves the chance, the rest the same, the farthest first.

    Args:
        summary: a study's frame of that name.
        grid: what is varied.

    Returns:
        The chart; None where fewer than two things are varied, or nothing is known of them.
    """
    if len(grid.dimensions) < _TWO:
        return None
    panels: list[ChartType] = []
    said: list[str] = []
    for name in asked_for(summary)[:_PROMISES]:
        known = known_of(summary, name)
        rows = [row for each in grid.dimensions if (row := _lever(each, grid, known)) is not None]
        rows.sort(key=lambda row: -abs(row["highest"] - row["lowest"]))
        if rows:
            panels.append(_levers(rows, name))
            said.extend(f"{name}: {row['lever']} {row['label']}" for row in rows)
    if not panels:
        return None
    captions = (
        "Mean chance that a period is kept with the lowest and with the highest value, over all values of the rest",
        "where both ends were run.",
    )
    return finished(alt.vconcat(*panels), "What matters most?", (" ".join(captions),), f"{'; '.join(said)}.")


def _lever(dimension: Dimension, grid: Grid, known: Mapping[str, dict[str, Any]]) -> dict[str, Any] | None:
    low, high = dimension.places[0], dimension.places[-1]
    pairs = list(_pairs(dimension, grid, known))
    if not pairs or low == high:
        return None
    lowest, highest = (sum(each) / len(pairs) for each in zip(*pairs, strict=True))
    return {
        "lever": f"{dimension.label}: {low.words} to {high.words}",
        "lowest": lowest,
        "highest": highest,
        "low_words": low.words,
        "high_words": high.words,
        "label": f"{percent(lowest)} to {percent(highest)}",
    }


def _pairs(
    dimension: Dimension, grid: Grid, known: Mapping[str, dict[str, Any]]
) -> Iterator[tuple[float, float]]:
    """Yield the chances at both ends of a dimension, for each choice of the rest."""
    low = _at(dimension, dimension.places[0], grid)
    high = _at(dimension, dimension.places[-1], grid)
    for series, spot in low.items():
        other = high.get(series)
        if other is not None and spot.name in known and other.name in known:
            yield known[spot.name]["chance"], known[other.name]["chance"]


def _at(dimension: Dimension, place: Place, grid: Grid) -> dict[str, Spot]:
    return {grid.series(spot, dimension): spot for spot in grid.spots if spot.places[dimension.name] == place}


def _levers(rows: list[dict[str, Any]], title: str) -> ChartType:
    y = names_axis("lever", [row["lever"] for row in rows])
    base = alt.Chart(rows_of(rows)).encode(y=y)
    x = percent_axis(alt.X, "lowest", "mean chance that a period is kept")
    ends = [
        {"lever": row["lever"], "chance": row[end], "end": words}
        for row in rows
        for end, words in (("lowest", "lowest value"), ("highest", "highest value"))
    ]
    domain = ["lowest value", "highest value"]
    dots = alt.Chart(rows_of(ends)).mark_point(filled=True, size=90, opacity=1)
    layers = [
        base.mark_rule(strokeWidth=10, opacity=0.35, color=GREY).encode(x=x, x2="highest:Q"),
        dots.encode(
            y=y,
            x="chance:Q",
            color=alt.Color("end:N", scale=alt.Scale(domain=domain, range=[ORANGE, BLUE])),
            shape=alt.Shape("end:N", scale=alt.Scale(domain=domain, range=["square", "circle"])),
        ),
        base.mark_text(align="left", fontSize=11, color=INK).encode(x=alt.value(WIDTH - 46), text="label:N"),
    ]
    return alt.layer(*layers).properties(
        width=WIDTH - 60, height=_LANE * len(rows), title=panel_title(promise_label(title))
    )

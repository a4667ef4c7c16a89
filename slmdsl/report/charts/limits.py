"""The price of a promise: its chance as the limit is varied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from slmdsl.report.charts.cast import MOST, Cast
from slmdsl.report.charts.colours import GREY, INK
from slmdsl.report.charts.drawing import (
    finished,
    panel_title,
    percent_axis,
    promise_label,
    rows_of,
    scenario_colour,
    scenario_dash,
    scenario_shape,
)
from slmdsl.report.charts.grids import asked_for, known_of, spread, wanted_of
from slmdsl.report.charts.words import percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from altair.typing import ChartType

    from slmdsl.report.charts.grids import Dimension, Grid

_WIDTH: Final = 430
_HEIGHT: Final = 260
_PANELS: Final = 4
_BANDS: Final = 3
"""With more lines than these their bands hide each other."""


def limit_chart(
    summary: pl.DataFrame, grid: Grid, asked: Mapping[str, float], confidence: float
) -> ChartType | None:
    """Return the chance of promises against each limit that is varied, a line for each scenario.

    Args:
        summary: a study's frame of that name.
        grid: what is varied; lengths of time are drawn.
        asked: the limits of the text by target, in the unit of their axis.
        confidence: of the intervals, between 0 and 1.

    Returns:
        The chart; None where no limit is varied, or no chance is known.
    """
    about = asked_for(summary)
    names = list(dict.fromkeys(grid.series(each, *grid.limits) for each in grid.spots))
    shown = spread(names, MOST)
    cast = Cast(labels={name: name for name in names}, shown=tuple(shown))
    panels: list[ChartType] = []
    said: list[str] = []
    for dimension in grid.limits:
        target = dimension.name.removesuffix(" within")
        for name in dict.fromkeys((target, *about)):
            rows = _rows(summary, grid, dimension, name, cast)
            if len({row["limit"] for row in rows}) > 1:
                panels.append(_panel(rows, dimension, name, asked.get(target), cast))
                said.append(_said(rows, dimension, name))
    if not panels:
        return None
    captions = (
        f"Line: the chance that a period is kept. {_intervals(cast, confidence)}",
        "Dashed across: the wanted chance."
        if any(row is not None for row in _wanted(summary, about))
        else "",
        "Dashed upright: the limit of the text." if asked else "",
        f"{len(shown)} of {len(names)} lines, evenly chosen." if len(shown) < len(names) else "",
        f"{_PANELS} of {len(panels)} pictures." if len(panels) > _PANELS else "",
        f"Scenario {names[0]}." if len(names) == 1 else "",
    )
    chart = alt.concat(*panels[:_PANELS], columns=2).resolve_scale(x="independent")
    return finished(chart, "What is the price of a promise?", captions, " ".join(said[:_PANELS]))


def _intervals(cast: Cast, confidence: float) -> str:
    if len(cast.shown) > _BANDS:
        return "Intervals are left out where there are many lines; the tables have them."
    return f"Band: its {100 * confidence:.3g} % interval."


def _wanted(summary: pl.DataFrame, about: list[str]) -> list[float | None]:
    return [wanted_of(known_of(summary, name)) for name in about]


def _rows(
    summary: pl.DataFrame, grid: Grid, dimension: Dimension, target: str, cast: Cast
) -> list[dict[str, Any]]:
    known = known_of(summary, target)
    return [
        {
            "scenario": series,
            "limit": spot.places[dimension.name].number,
            "words": spot.places[dimension.name].words,
            "chance": row["chance"],
            "low": row["low"],
            "high": row["high"],
            "wanted": row["wanted"],
        }
        for spot in grid.spots
        if (row := known.get(spot.name)) is not None
        and (series := grid.series(spot, *grid.limits)) in cast.shown
    ]


def _panel(
    rows: list[dict[str, Any]], dimension: Dimension, name: str, asked: float | None, cast: Cast
) -> ChartType:
    x = alt.X(
        "limit:Q",
        title=f"limit of {dimension.name.removesuffix(' within')}, {dimension.unit}",
        scale=alt.Scale(zero=False, nice=False, padding=12),
        axis=alt.Axis(grid=False, tickCount=8),
    )
    base = alt.Chart(rows_of(rows)).encode(x=x, color=scenario_colour(cast))
    chance = percent_axis(alt.Y, "chance", "chance that a period is kept")
    layers = [
        base.mark_line(strokeWidth=2).encode(y=chance, strokeDash=scenario_dash(cast)),
        base.mark_point(filled=True, size=50, opacity=1).encode(y=chance, shape=scenario_shape(cast)),
    ]
    if len(cast.shown) <= _BANDS:
        layers.insert(0, base.mark_area(opacity=0.16).encode(y="low:Q", y2="high:Q"))
    wanted = next((row["wanted"] for row in rows if row["wanted"] is not None), None)
    if wanted is not None:
        layers.extend(across(wanted))
    if asked is not None:
        layers.extend(_upright(asked, dimension.unit, {row["limit"] for row in rows}))
    return alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT, title=panel_title(promise_label(name)))


def across(wanted: float) -> list[alt.Chart]:
    """Return the wanted chance as a dashed line with its figure at the left."""
    chart = alt.Chart(rows_of([{"wanted": wanted, "label": f"wanted {percent(wanted)}"}]))
    return [
        chart.mark_rule(strokeDash=[6, 4], strokeWidth=1.5, color=INK).encode(y="wanted:Q"),
        chart.mark_text(align="left", baseline="bottom", dx=4, dy=-3, fontSize=11, color=INK).encode(
            y="wanted:Q", x=alt.value(0), text="label:N"
        ),
    ]


def _upright(asked: float, unit: str, limits: set[float]) -> list[alt.Chart]:
    """Return the limit of the text as a dashed line, its label on the side that has room."""
    right = asked > (min(limits) + max(limits)) / 2
    chart = alt.Chart(rows_of([{"limit": asked, "label": f"in the text: {asked:g} {unit}"}]))
    return [
        chart.mark_rule(strokeDash=[6, 4], strokeWidth=1.5, color=GREY).encode(x="limit:Q"),
        chart.mark_text(
            align="right" if right else "left", dx=-5 if right else 5, fontSize=11, color=INK
        ).encode(x="limit:Q", y=alt.value(_HEIGHT - 10), text="label:N"),
    ]


def _said(rows: list[dict[str, Any]], dimension: Dimension, name: str) -> str:
    """Say the ends of the first line."""
    first = [row for row in rows if row["scenario"] == rows[0]["scenario"]]
    ends = sorted(first, key=lambda row: row["limit"])
    return (
        f"{name} with {dimension.name} {ends[0]['words']}: {percent(ends[0]['chance'])};"
        f" with {ends[-1]['words']}: {percent(ends[-1]['chance'])}."
    )

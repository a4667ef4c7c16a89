"""Headcount and money against the chance of keeping what is promised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt

from slmdsl.report.charts.colours import BLUE, GREY, INK, ORANGE, VERMILLION
from slmdsl.report.charts.drawing import (
    WIDTH,
    finished,
    panel_title,
    percent_axis,
    promise_label,
    rows_of,
    share_legend,
)
from slmdsl.report.charts.grids import asked_for, known_of, wanted_of
from slmdsl.report.charts.limits import across
from slmdsl.report.charts.words import major, money, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from altair.typing import ChartType

    from slmdsl.report.charts.cast import Cast
    from slmdsl.report.charts.grids import Dimension, Grid, Spot

_OPEN: Final = "not decided"
_DECISIONS: Final = {"keeps": "keeps", "fails": "fails", "too_close": "too close"}
_NAMES: Final = ("keeps", "fails", "too close", _OPEN)
_COLOURS: Final = (BLUE, VERMILLION, ORANGE, GREY)
_SHAPES: Final = ("circle", "cross", "diamond", "square")
_PANELS: Final = 6
_PROMISES: Final = 2
_FIGURES: Final = 8
"""With more columns the cells are too narrow for figures."""
_CELL: Final = 38
_DARK: Final = 0.55
"""Below this chance a cell is dark, and its figures white."""
_TWO: Final = 2


def _decided(row: dict[str, Any] | None) -> str:
    return _DECISIONS.get((row or {}).get("decision") or "", _OPEN)


def _colour(legend: alt.Legend | None) -> alt.Color:
    return alt.Color("decision:N", scale=alt.Scale(domain=list(_NAMES), range=list(_COLOURS)), legend=legend)


def _shape(legend: alt.Legend | None) -> alt.Shape:
    return alt.Shape("decision:N", scale=alt.Scale(domain=list(_NAMES), range=list(_SHAPES)), legend=legend)


def _legend(rows: list[dict[str, Any]]) -> alt.Legend | None:
    found = {row["decision"] for row in rows}
    if found == {_OPEN}:
        return None
    return alt.Legend(values=[name for name in _NAMES if name in found])


def message_of(grid: Grid, cast: Cast) -> str:
    """Say which variant is the cheapest that keeps what is wanted, if the study knows; else nothing."""
    best = grid.best
    if best is None or best.cost_minor is None or best.currency is None:
        return ""
    return (
        f"Cheapest that keeps it: {cast.labels[best.name]}, {money(best.cost_minor, best.currency)} a month."
    )


def staff_chart(summary: pl.DataFrame, grid: Grid, cast: Cast, confidence: float) -> ChartType | None:
    """Return the chance against headcount: a line for one dimension, a map for two, several maps for three.

    Args:
        summary: a study's frame of that name.
        grid: what is varied; counts are drawn.
        cast: what variants are called.
        confidence: of the intervals, between 0 and 1.

    Returns:
        The chart; None where no count is varied, more than three are, or no chance is known.
    """
    counted = grid.staff
    if not 1 <= len(counted) <= 1 + _TWO:
        return None
    best = grid.best
    found = [
        panel
        for name in asked_for(summary)[:_PROMISES]
        if (known := known_of(summary, name))
        for panel in (_lines(known, grid, name) if len(counted) == 1 else _maps(known, grid, name, best))
    ]
    if not found:
        return None
    chart = alt.concat(*found[:_PANELS], columns=_TWO if len(counted) == 1 else 3)
    chart = chart.resolve_scale(x="independent", y="independent")
    captions = (
        message_of(grid, cast),
        f"Symbol: the chance that a period is kept. Line: its {100 * confidence:.3g} % interval."
        if len(counted) == 1
        else "Cell: the chance that a period is kept, and whether the wanted chance is kept. Grey: not run.",
        "Framed: the cheapest that keeps it." if best is not None and len(counted) > 1 else "",
        f"{_PANELS} of {len(found)} pictures." if len(found) > _PANELS else "",
    )
    said = [line for name in asked_for(summary)[:_PROMISES] if (line := _said(known_of(summary, name), cast))]
    return finished(chart, "How many people does it take?", captions, " ".join((captions[0], *said)).strip())


def _said(known: Mapping[str, dict[str, Any]], cast: Cast) -> str:
    """Say the ends."""
    if not known:
        return ""
    rows = sorted(known.values(), key=lambda row: row["chance"])
    ends = (f"{percent(row['chance'])} with {cast.labels[row['scenario']]}" for row in (rows[0], rows[-1]))
    return f"{rows[0]['target']}: from {' to '.join(ends)}."


def _lines(known: Mapping[str, dict[str, Any]], grid: Grid, name: str) -> list[ChartType]:
    """Return a picture for each scenario, and for each value of what else is varied."""
    (dimension,) = grid.staff
    panels: dict[str, list[dict[str, Any]]] = {}
    for spot in grid.spots:
        if (row := known.get(spot.name)) is not None:
            panels.setdefault(grid.series(spot, dimension), []).append(
                {
                    "place": spot.places[dimension.name].number,
                    "chance": row["chance"],
                    "low": row["low"],
                    "high": row["high"],
                    "decision": _decided(row),
                }
            )
    return [
        _line(rows, dimension, f"{promise_label(name)}, {series}", known) for series, rows in panels.items()
    ]


def _line(
    rows: list[dict[str, Any]], dimension: Dimension, title: str, known: Mapping[str, dict[str, Any]]
) -> ChartType:
    x = alt.X("place:O", title=dimension.title, axis=alt.Axis(labelAngle=0))
    base = alt.Chart(rows_of(rows)).encode(x=x)
    legend = _legend(rows)
    y = percent_axis(alt.Y, "chance", "chance that a period is kept")
    layers: list[alt.Chart] = [
        base.mark_line(color="#BBBBBB").encode(y=y),
        base.mark_rule(strokeWidth=2).encode(y="low:Q", y2="high:Q", color=_colour(legend)),
        base.mark_point(filled=True, size=90, opacity=1).encode(
            y=y, color=_colour(legend), shape=_shape(legend)
        ),
    ]
    wanted = wanted_of(known)
    if wanted is not None:
        layers.extend(across(wanted))
    return alt.layer(*layers).properties(width=430, height=260, title=panel_title(title))


def _maps(known: Mapping[str, dict[str, Any]], grid: Grid, name: str, best: Spot | None) -> list[ChartType]:
    """Return a map for each scenario, and for each value of a third dimension and of what else is varied."""
    by_size = sorted(grid.staff, key=lambda each: -len(each.places))
    across_, down = sorted(by_size[:_TWO], key=grid.staff.index)
    panels: dict[str, list[dict[str, Any]]] = {}
    for spot in grid.spots:
        series = grid.series(spot, across_, down)
        panels.setdefault(series, []).append(_cell(spot, known.get(spot.name), across_, down, best))
    if not known:
        return []
    several = len(by_size) > _TWO
    return [
        _map(rows, across_, down, series if several else f"{promise_label(name)}, {series}")
        for series, rows in panels.items()
    ]


def _cell(
    spot: Spot, row: dict[str, Any] | None, across_: Dimension, down: Dimension, best: Spot | None
) -> dict[str, Any]:
    decision = _decided(row)
    first, second = ("over-", "loaded") if spot.state == "overloaded" else ("not", "run")
    return {
        "across": spot.places[across_.name].number,
        "down": spot.places[down.name].number,
        "chance": None if row is None else row["chance"],
        "figure": first if row is None else percent(row["chance"]),
        "decision": second if row is None else "" if decision == _OPEN else decision,
        "best": spot is best,
    }


def _map(rows: list[dict[str, Any]], across_: Dimension, down: Dimension, title: str) -> ChartType:
    wide = len(across_.places) <= _FIGURES
    width = len(across_.places) * (46 if wide else 18)
    base = alt.Chart(rows_of(rows)).encode(
        x=alt.X("across:O", title=across_.title, axis=alt.Axis(labelAngle=0, labelOverlap="greedy")),
        y=alt.Y("down:O", title=down.title, sort="descending"),
    )
    legend = share_legend("chance that a period is kept")
    colour = alt.Color("chance:Q", scale=alt.Scale(scheme="viridis", domain=[0, 1]), legend=legend)
    layers = [
        base.mark_rect(color="#CCCCCC", stroke="white"),
        base.transform_filter("isValid(datum.chance)").mark_rect(stroke="white").encode(color=colour),
    ]
    if wide:
        ink = alt.condition(
            f"isValid(datum.chance) && datum.chance < {_DARK}", alt.value("white"), alt.value("black")
        )
        layers.append(base.mark_text(fontSize=11, dy=-6).encode(text="figure:N", color=ink))
        layers.append(base.mark_text(fontSize=9, dy=8).encode(text="decision:N", color=ink))
    framed = base.transform_filter("datum.best")
    layers.append(framed.mark_rect(filled=False, stroke=VERMILLION, strokeWidth=3))
    return alt.layer(*layers).properties(
        width=width, height=len(down.places) * _CELL, title=panel_title(title)
    )


def cost_chart(summary: pl.DataFrame, grid: Grid, cast: Cast, confidence: float) -> ChartType | None:
    """Return the chance against the planned cost a month, a symbol for each variant, of the first promise asked for.

    None where fewer than three costs are known, or they are in several currencies.
    """
    about = asked_for(summary)
    known = known_of(summary, about[0]) if about else {}
    spots = [each for each in grid.spots if each.cost_minor is not None and each.name in known]
    currencies = {each.currency for each in spots}
    if len({each.cost_minor for each in spots}) <= _TWO or len(currencies) != 1:
        return None
    currency = spots[0].currency or ""
    best = grid.best
    rows = [_priced(each, known[each.name], currency, best) for each in spots]
    captions = (
        message_of(grid, cast),
        f"Each symbol is one of {len(rows)} scenarios. Line: the {100 * confidence:.3g} % interval of its chance.",
        "Ringed: the cheapest that keeps it." if best is not None else "",
    )
    chart = _scatter(rows, currency, wanted_of(known))
    said = captions[0] or _said(known, cast)
    return finished(chart, f"What does it cost to keep {about[0]}?", captions, said)


def _priced(spot: Spot, row: dict[str, Any], currency: str, best: Spot | None) -> dict[str, Any]:
    return {
        "cost": major(spot.cost_minor or 0, currency),
        "chance": row["chance"],
        "low": row["low"],
        "high": row["high"],
        "decision": _decided(row),
        "best": spot is best,
    }


def _scatter(rows: list[dict[str, Any]], currency: str, wanted: float | None) -> ChartType:
    x = alt.X(
        "cost:Q",
        title=f"planned cost a month, {currency}",
        scale=alt.Scale(zero=False, padding=14),
        axis=alt.Axis(format=",.0f", tickCount=8, labelOverlap="greedy"),
    )
    base = alt.Chart(rows_of(rows)).encode(x=x)
    legend = _legend(rows)
    y = percent_axis(alt.Y, "chance", "chance that a period is kept")
    layers: list[alt.Chart] = [
        base.mark_rule(opacity=0.35).encode(y="low:Q", y2="high:Q", color=_colour(legend)),
        base.mark_point(filled=True, size=70, opacity=0.9).encode(
            y=y, color=_colour(legend), shape=_shape(legend)
        ),
    ]
    ringed = base.transform_filter("datum.best")
    layers.append(ringed.mark_point(size=330, color=INK, strokeWidth=2, opacity=1).encode(y=y))
    if wanted is not None:
        layers.extend(across(wanted))
    return alt.layer(*layers).properties(width=WIDTH + 240, height=360)

"""What each target attains in every period: the mean, the band of all replications, and how often it is kept."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import altair as alt
import polars as pl

from slmdsl.report.charts.colours import INK, ORANGE
from slmdsl.report.charts.drawing import (
    finished,
    panel_title,
    rows_of,
    scenario_colour,
    scenario_dash,
    scenario_shape,
)
from slmdsl.report.charts.words import percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from altair.typing import ChartType

    from slmdsl.report.charts.cast import Cast
    from slmdsl.report.charts.promises import Promise

    Promises = Mapping[tuple[str, str], Promise]

_SCENARIOS: Final = 4
"""More bands than these hide each other."""
_TARGETS: Final = 8
_COLUMNS: Final = 2
_WIDTH: Final = 405
_HEIGHT: Final = 130
_LANE: Final = 20
_NAMED: Final = 13
"""With at most so many periods each has its symbol, and its kept share as a figure."""


def level_chart(
    periods: pl.DataFrame, summary: pl.DataFrame, cast: Cast, promises: Promises
) -> ChartType | None:
    """Return a picture for each target: its level period by period, and the share of replications that keep it.

    Args:
        periods: a study's frame of that name; parts of a target (`per`) are left out.
        summary: likewise.
        cast: the scenarios to show, of which the first few are.
        promises: what each scenario's targets promise, by scenario and `agreement.target`.

    Returns:
        The chart; None where nothing is attained in more than one period.
    """
    few = cast.first(_SCENARIOS)
    known = periods.filter(
        pl.col("scenario").is_in(few.shown), pl.col("attained").is_not_null(), pl.col("part").is_null()
    ).sort("from", maintain_order=True)
    several = known.group_by("target").agg(pl.col("period").n_unique().alias("n")).filter(pl.col("n") > 1)
    order = [name for name in known["target"].unique(maintain_order=True) if name in set(several["target"])]
    chosen = _least_sure(order, summary, few)
    if not chosen:
        return None
    rows = _by_target(known, few, promises)
    panels = [_panel(rows[name], name, few, promises) for name in chosen]
    columns = min(_COLUMNS, len(panels))
    captions = (
        "Line: the mean over replications. Band: from the least to the most that a replication attains.",
        "Dotted: the promised level. Row below: in how many % of the replications the period is kept.",
        f"{len(chosen)} of {len(order)} targets: the least sure ones." if len(chosen) < len(order) else "",
        few.caption,
    )
    chart = alt.concat(*panels, columns=columns).resolve_scale(x="independent", y="independent")
    return finished(chart, "What is attained, period by period?", captions, _alternative(chosen, rows))


def _least_sure(order: Sequence[str], summary: pl.DataFrame, cast: Cast) -> list[str]:
    """Return the targets to show, those that are kept for certain last to be taken, in the order of the text."""
    known = summary.filter(pl.col("scenario").is_in(cast.shown))
    least = dict(known.group_by("target").agg(pl.col("chance").min()).iter_rows())
    by_chance = sorted(order, key=lambda name: 1.0 if least.get(name) is None else least[name])
    chosen = set(by_chance[:_TARGETS])
    return [name for name in order if name in chosen]


def _by_target(known: pl.DataFrame, cast: Cast, promises: Promises) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in known.to_dicts():
        promise = promises[row["scenario"], row["target"]]
        found.setdefault(row["target"], []).append(
            {
                "scenario": cast.labels[row["scenario"]],
                "period": row["period"],
                "attained": row["attained"] * promise.scale,
                "least": row["least"] * promise.scale,
                "most": row["most"] * promise.scale,
                "share": row["share"],
                "kept": "" if row["share"] is None else f"{100 * row['share']:.0f}",
                # A period begins at local midnight, which may be the evening before in UTC; its middle never is.
                "promised": promise.level_on(_middle(row)),
            }
        )
    return found


def _middle(row: dict[str, Any]) -> date:
    middle = row["from"] + (row["to"] - row["from"]) / 2
    return date(middle.year, middle.month, middle.day)


def _panel(rows: list[dict[str, Any]], name: str, cast: Cast, promises: Promises) -> ChartType:
    promise = next(each for (_, target), each in promises.items() if target == name)
    labels = list(dict.fromkeys(row["period"] for row in rows))
    shown = labels if len(labels) <= _NAMED else labels[:: -(-len(labels) // 6)]
    x = alt.X("period:N", sort=labels, title=None, axis=None)
    y = alt.Y(
        "attained:Q",
        title=f"{promise.measure}{f', {promise.unit}' if promise.unit else ''}",
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(tickCount=4),
    )
    base = alt.Chart(rows_of(rows)).encode(x=x, color=scenario_colour(cast))
    line = base.encode(y=y)
    layers = [
        base.mark_area(opacity=0.16).encode(y=alt.Y("least:Q"), y2="most:Q"),
        line.mark_line(strokeWidth=2).encode(strokeDash=scenario_dash(cast)),
        *_promised(rows, x),
    ]
    if len(labels) <= _NAMED:
        layers.append(line.mark_point(filled=True, size=45, opacity=1).encode(shape=scenario_shape(cast)))
    top = alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT, title=panel_title(name))
    strip = _kept(rows, labels, shown, cast)
    return alt.vconcat(top, strip, spacing=4)


def _promised(rows: list[dict[str, Any]], x: alt.X) -> list[alt.Chart]:
    """Return the promised levels: one line where all scenarios promise the same, else one in each colour."""
    levels = {(row["period"], row["promised"]) for row in rows if row["promised"] is not None}
    if not levels:
        return []
    same = len(levels) == len({period for period, _ in levels})
    if same:
        ruled = [dict(zip(("period", "promised"), pair, strict=True)) for pair in sorted(levels)]
        mark = alt.Chart(rows_of(ruled)).mark_line(
            interpolate="step", strokeDash=[1, 3], strokeWidth=2, color=INK
        )
        return [mark.encode(x=x, y="promised:Q")]
    mark = alt.Chart(rows_of(rows)).mark_line(interpolate="step", strokeDash=[1, 3], strokeWidth=2)
    return [mark.encode(x=x, y="promised:Q", color="scenario:N")]


def _kept(rows: list[dict[str, Any]], labels: list[str], shown: list[str], cast: Cast) -> ChartType:
    """Return a strip below the levels: in how many of the replications each period is kept, in %."""
    x = alt.X(
        "period:N",
        sort=labels,
        title=None,
        axis=alt.Axis(values=shown, labelAngle=0, labelOverlap="greedy", labelFontSize=10, ticks=False),
        scale=alt.Scale(paddingInner=0.06),
    )
    base = alt.Chart(rows_of(rows)).encode(y=alt.Y("scenario:N", sort=cast.legend, title=None, axis=None))
    # The less often a period is kept, the darker: opacity, since colours are the scenarios'.
    darkness = alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.4, 0]), legend=None)
    layers: list[alt.Chart] = [base.mark_rect(color=ORANGE).encode(x=x, opacity=darkness)]
    if len(labels) <= _NAMED:
        layers.append(base.mark_text(fontSize=11, color=INK).encode(x=x, text="kept:N"))
    if len(cast.shown) > 1:
        whose = base.mark_point(filled=True, size=45, opacity=1, clip=False)
        layers.append(whose.encode(x=alt.value(-12), color=scenario_colour(cast), shape=scenario_shape(cast)))
    return alt.layer(*layers).properties(width=_WIDTH, height=_LANE * len(cast.shown))


def _alternative(chosen: Sequence[str], rows: Mapping[str, list[dict[str, Any]]]) -> str:
    def worst(name: str) -> str:
        judged = [row for row in rows[name] if row["share"] is not None]
        if not judged:
            return f"{name} is judged in no period"
        least = min(judged, key=lambda row: row["share"])
        return f"{name} at worst in {least['period']}, kept in {percent(least['share'])} of the replications"

    return f"Attained levels of {len(chosen)} targets by period: {'; '.join(map(worst, chosen))}."

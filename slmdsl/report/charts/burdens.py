"""What misses cost: credits paid, and messages that wake people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt
import polars as pl

from slmdsl.report.charts.colours import BLUE, INK, VERMILLION
from slmdsl.report.charts.drawing import (
    WIDTH,
    finished,
    names_axis,
    panel_title,
    promise_label,
    rows_of,
    scenario_colour,
)
from slmdsl.report.charts.words import major, money, percent

if TYPE_CHECKING:
    from altair.typing import ChartType

    from slmdsl.report.charts.cast import Cast

_LANE: Final = 32
_RUNGS: Final = 14
_RUNG_LABEL: Final = 400
_ACTS: Final = "^(declare|invoke|reassign): "
"""What a rung does by itself wakes nobody."""
_ENDS: Final = (
    ("expected", "mean_minor", "low_minor", "high_minor"),
    ("P95: one horizon in 20 costs more", "p95_minor", "p95_low_minor", "p95_high_minor"),
)
"""What is drawn of credits: words, the column, and its interval."""


def credit_chart(credits_: pl.DataFrame, cast: Cast, confidence: float) -> ChartType | None:
    """Return the expected credits of each agreement and scenario over the horizon, and their 95th percentile.

    Args:
        credits_: a study's frame `credits`.
        cast: the scenarios to show.
        confidence: of the intervals, between 0 and 1.

    Returns:
        The chart; None where no agreement pays money.
    """
    known = credits_.filter(pl.col("scenario").is_in(cast.shown), pl.col("mean_minor").is_not_null())
    if known.is_empty():
        return None
    panels: list[ChartType] = []
    said: list[str] = []
    for (sla, currency), frame in known.group_by("sla", "currency", maintain_order=True):
        rows = frame.to_dicts()
        panels.append(_credits(rows, str(sla), str(currency), cast))
        said.extend(f"{sla}, {cast.labels[row['scenario']]}: {_figures(row)}" for row in rows)
    captions = (
        f"Service credits over the whole horizon. Line: the {100 * confidence:.3g} % interval.",
        "A line that ends at its symbol: too few runs to say how far it goes on."
        if known["p95_high_minor"].null_count() + known["p95_low_minor"].null_count()
        else "",
        cast.caption,
    )
    chart = alt.vconcat(*panels)
    return finished(chart, "What will misses cost?", captions, f"Service credits. {'; '.join(said)}.")


def _figures(row: dict[str, Any]) -> str:
    late = "" if row["p95_minor"] is None else f", P95 {money(row['p95_minor'], row['currency'])}"
    free = "" if row["free"] is None else f", none in {percent(row['free'])} of runs"
    return f"{money(row['mean_minor'], row['currency'])} expected{late}{free}"


def _credits(rows: list[dict[str, Any]], sla: str, currency: str, cast: Cast) -> ChartType:
    marks = [
        {
            "scenario": cast.labels[row["scenario"]],
            "what": words,
            "amount": major(row[column], currency),
            "low": major(row[column if row[low] is None else low], currency),
            "high": major(row[column if row[high] is None else high], currency),
        }
        for row in rows
        for words, column, low, high in _ENDS
        if row[column] is not None
    ]
    names = [cast.labels[row["scenario"]] for row in rows]
    domain = [each[0] for each in _ENDS]
    colour = alt.Color("what:N", scale=alt.Scale(domain=domain, range=[BLUE, VERMILLION]))
    shape = alt.Shape("what:N", scale=alt.Scale(domain=domain, range=["circle", "diamond"]))
    y = names_axis("scenario", names)
    x = alt.X(
        "amount:Q",
        title=f"service credits over the horizon, {currency}",
        scale=alt.Scale(zero=True),
        axis=alt.Axis(format=",.0f", tickCount=6, labelOverlap="greedy"),
    )
    base = alt.Chart(rows_of(marks)).encode(y=y, yOffset=alt.YOffset("what:N", sort=domain))
    figures = [{"scenario": cast.labels[row["scenario"]], "label": _figures(row)} for row in rows]
    layers = [
        base.mark_rule(strokeWidth=2, opacity=0.8).encode(x="low:Q", x2="high:Q", color=colour),
        base.mark_point(filled=True, size=80, opacity=1).encode(x=x, color=colour, shape=shape),
        alt.Chart(rows_of(figures))
        .mark_text(align="left", fontSize=11, color=INK)
        .encode(x=alt.value(WIDTH - 146), y=y, text="label:N"),
    ]
    return alt.layer(*layers).properties(
        width=WIDTH - 160, height=_LANE * len(rows), title=panel_title(promise_label(sla))
    )


def message_chart(escalations: pl.DataFrame, cast: Cast) -> ChartType | None:
    """Return how many messages a night each rung of the escalations sends, a bar for each scenario.

    Args:
        escalations: a study's frame of that name.
        cast: the scenarios to show.

    Returns:
        The chart; None where nobody is told anything at night.
    """
    known = escalations.filter(
        pl.col("scenario").is_in(cast.shown),
        ~pl.col("to").str.contains(_ACTS),
        pl.col("per_night").max().over("sla", "step", "rule", "to") > 0,
    )
    if known.is_empty():
        return None
    several = known["sla"].n_unique() > 1
    rows = [
        {
            "rung": (f"{row['sla']} " if several else "") + f"{row['step']}. {row['rule']} → {row['to']}",
            "scenario": cast.labels[row["scenario"]],
            "per_night": row["per_night"],
            "label": f"{row['per_night']:.3g}",
        }
        for row in known.sort("sla", "step", "to", maintain_order=True).to_dicts()
        if row["per_night"] is not None
    ]
    order = list(dict.fromkeys(row["rung"] for row in rows))
    most = {rung: max(row["per_night"] for row in rows if row["rung"] == rung) for rung in order}
    chosen = set(sorted(order, key=lambda rung: -most[rung])[:_RUNGS])
    rows = [row for row in rows if row["rung"] in chosen]
    captions = (
        "Messages of each rung and recipient a night, the mean over all nights of the horizon.",
        f"The {_RUNGS} loudest of {len(order)} rungs." if len(order) > _RUNGS else "",
        cast.caption,
    )
    chart = _messages(rows, [rung for rung in order if rung in chosen], cast)
    where = ", {}" if len(cast.shown) > 1 else ""
    said = "; ".join(f"{row['rung']}{where.format(row['scenario'])}: {row['label']}" for row in rows)
    return finished(chart, "Who is woken, and how often?", captions, f"Messages a night. {said}.")


def _messages(rows: list[dict[str, Any]], order: list[str], cast: Cast) -> ChartType:
    lane = 15 * len(cast.shown) + 11
    base = alt.Chart(rows_of(rows)).encode(
        y=names_axis("rung", order, _RUNG_LABEL),
        yOffset=alt.YOffset(
            "scenario:N", sort=cast.legend, scale=alt.Scale(paddingInner=0.1, paddingOuter=0.3)
        ),
        x=alt.X("per_night:Q", title="messages a night", axis=alt.Axis(tickCount=6)),
    )
    bars = base.mark_bar().encode(color=scenario_colour(cast))
    figures = base.mark_text(align="left", dx=4, fontSize=11, color=INK).encode(text="label:N")
    return alt.layer(bars, figures).properties(width=WIDTH - 80, height=lane * len(order))

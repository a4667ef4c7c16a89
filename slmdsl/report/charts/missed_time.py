"""Where missed tickets spent their time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt
import polars as pl

from slmdsl.base.units import HOUR
from slmdsl.report.charts.colours import BLACK, BLUE, GREY, INK, ORANGE, PURPLE, SKY, VERMILLION
from slmdsl.report.charts.drawing import WIDTH, finished, names_axis, rows_of

if TYPE_CHECKING:
    from altair.typing import ChartType

    from slmdsl.report.charts.cast import Cast

_PARTS: Final = {
    "waiting": ("waiting for an agent", VERMILLION),
    "working": ("worked on", BLUE),
    "closed": ("closed hours", "#C8C8C8"),
    "customer": ("with the customer", ORANGE),
    "supplier": ("with a supplier", SKY),
    "resolved": ("resolved, then reopened", PURPLE),
}
"""What the time went to: the column of the frame, its words and its colour, in the order of the bars."""
_MOST: Final = 24
_LANE: Final = 26
_FIGURE: Final = 0.07
"""A part that takes this share of the longest bar has room for its figure."""
_DARK: Final = (BLUE, VERMILLION, BLACK, GREY)


def missed_chart(missed: pl.DataFrame, cast: Cast) -> ChartType | None:
    """Return a bar for each target and scenario: hours of a missed ticket, by what they went to.

    Args:
        missed: a study's frame of that name; times are means over missed tickets.
        cast: the scenarios to show.

    Returns:
        The chart; None where no ticket is missed.
    """
    known = missed.filter(pl.col("scenario").is_in(cast.shown), pl.col("missed") > 0)
    if known.is_empty():
        return None
    order = known["target"].unique(maintain_order=True).to_list()
    chosen = order[: max(1, _MOST // len(cast.shown))]
    is_alone = known["sla"].n_unique() == 1
    rows = [_row(row, cast, is_alone=is_alone) for row in known.to_dicts() if row["target"] in chosen]
    rows.sort(key=lambda row: (chosen.index(row["target"]), cast.legend.index(row["scenario"])))
    message = f"Longest: {_said(max(rows, key=lambda row: row['whole']), cast)}."
    captions = (
        message,
        "Mean hours of a missed ticket, from its opening until the target's clock stops, and how many are missed.",
        f"{len(chosen)} of {len(order)} targets." if len(chosen) < len(order) else "",
        cast.caption,
    )
    alternative = f"Hours of missed tickets. {'; '.join(_said(row, cast) for row in rows)}."
    return finished(_bars(rows), "Where did missed tickets spend their time?", captions, alternative)


def _row(row: dict[str, Any], cast: Cast, *, is_alone: bool) -> dict[str, Any]:
    """Return a bar; where only one agreement is judged, its name would repeat in each."""
    hours = {part: _hours(row[part]) for part in _PARTS}
    scenario = cast.labels[row["scenario"]]
    name = row["target"].partition(".")[2] if is_alone else row["target"]
    return {
        "target": row["target"],
        "scenario": scenario,
        "bar": f"{name}, {scenario}" if len(cast.shown) > 1 else name,
        "hours": hours,
        "whole": sum(hours.values()),
        "label": f"{sum(hours.values()):,.1f} h, {row['missed']:,.1f} of {row['judged']:,.0f} missed",
    }


def _hours(length: Any) -> float:  # noqa: ANN401 - a timedelta, or None in a frame
    return 0.0 if length is None else length.total_seconds() * 1_000_000 / HOUR


def _said(row: dict[str, Any], cast: Cast) -> str:
    part = max(_PARTS, key=lambda each: row["hours"][each])
    where = f" in {row['scenario']}" if len(cast.shown) > 1 else ""
    return f"{row['target']}{where}, {row['whole']:,.1f} h, most of it {_PARTS[part][0]} ({row['hours'][part]:,.1f} h)"


def _bars(rows: list[dict[str, Any]]) -> ChartType:
    longest = max(row["whole"] for row in rows)
    pieces: list[dict[str, Any]] = []
    for row in rows:
        at = 0.0
        for part, (words, colour) in _PARTS.items():
            hours = row["hours"][part]
            pieces.append(
                {
                    "bar": row["bar"],
                    "part": words,
                    "from": at,
                    "to": at + hours,
                    "middle": at + hours / 2,
                    "figure": f"{hours:,.1f}" if hours >= _FIGURE * longest else "",
                    "white": colour in _DARK,
                }
            )
            at += hours
    used = {piece["part"] for piece in pieces if piece["to"] > piece["from"]}
    parts = [(words, colour) for words, colour in _PARTS.values() if words in used]
    y = names_axis("bar", [row["bar"] for row in rows])
    base = alt.Chart(rows_of([piece for piece in pieces if piece["part"] in used])).encode(y=y)
    went_to = alt.Color(
        "part:N",
        scale=alt.Scale(domain=[words for words, _ in parts], range=[colour for _, colour in parts]),
        legend=alt.Legend(columns=3, symbolType="square"),
    )
    x = alt.X("from:Q", title="hours of a missed ticket", axis=alt.Axis(tickCount=8))
    bars = base.mark_bar(stroke="white", strokeWidth=0.6).encode(x=x, x2="to:Q", color=went_to)
    figures = base.mark_text(fontSize=11).encode(
        x="middle:Q",
        text="figure:N",
        color=alt.condition("datum.white", alt.value("white"), alt.value(INK)),
    )
    ends = alt.Chart(
        rows_of([{"bar": row["bar"], "whole": row["whole"], "label": row["label"]} for row in rows])
    )
    labels = ends.mark_text(align="left", dx=6, fontSize=11, color=INK).encode(
        x="whole:Q", y=y, text="label:N"
    )
    return alt.layer(bars, figures, labels).properties(width=WIDTH - 40, height=_LANE * len(rows))

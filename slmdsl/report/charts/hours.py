"""How busy each group is, hour by hour of the local week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import altair as alt
import polars as pl

from slmdsl.report.charts.drawing import finished, panel_title, rows_of, share_legend
from slmdsl.report.charts.words import percent

if TYPE_CHECKING:
    from altair.typing import ChartType

    from slmdsl.report.charts.cast import Cast

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOURS: Final = 24
_PANELS: Final = 8
_WIDTH: Final = 400
_HEIGHT: Final = 140


def utilisation_chart(utilisation: pl.DataFrame, cast: Cast) -> ChartType | None:
    """Return a map of the week for each group and scenario: the share of present agents' time that is work.

    Args:
        utilisation: a study's frame of that name.
        cast: the scenarios to show.

    Returns:
        The chart; None where nobody is ever present.
    """
    known = utilisation.filter(
        pl.col("scenario").is_in(cast.shown),
        pl.col("utilisation").is_not_null().any().over("scenario", "group"),
    )
    panels = list(known.group_by("group", "scenario", maintain_order=True))
    if not panels:
        return None
    # Group by group, so that its scenarios stand beside each other.
    groups = known["group"].unique(maintain_order=True).to_list()
    panels.sort(key=lambda each: groups.index(each[0][0]))
    several = len(cast.shown) > 1
    charts = [
        _week(frame, f"{group}, {cast.labels[str(scenario)]}" if several else str(group))
        for (group, scenario), frame in panels[:_PANELS]
    ]
    busiest = known.sort("utilisation", descending=True, nulls_last=True, maintain_order=True).to_dicts()[0]
    where = f" in {cast.labels[busiest['scenario']]}" if several else ""
    message = f"Busiest: {_words(busiest)}{where}."
    captions = (
        message,
        "Share of the present agents' time that is work, overtime left out. White: nobody is on shift.",
        f"{_PANELS} of {len(panels)} pictures." if len(panels) > _PANELS else "",
        cast.caption,
    )
    return finished(
        alt.concat(*charts, columns=2),
        "When is who how busy?",
        captions,
        f"Utilisation by hour of the week. {message}",
    )


def _words(row: dict[str, Any]) -> str:
    day, hour = divmod(row["hour"], _HOURS)
    return f"{row['group']} on {_DAYS[day]} at {hour:02d}:00, {percent(row['utilisation'])}"


def _week(frame: pl.DataFrame, title: str) -> alt.Chart:
    rows = [
        {
            "day": _DAYS[row["hour"] // _HOURS],
            "hour": row["hour"] % _HOURS,
            "utilisation": row["utilisation"],
        }
        for row in frame.to_dicts()
        if row["utilisation"] is not None
    ]
    week: alt.Chart = (
        alt.Chart(rows_of(rows))
        .mark_rect()
        .encode(
            x=alt.X(
                "hour:O",
                title="hour of the local day",
                scale=alt.Scale(domain=list(range(_HOURS))),
                axis=alt.Axis(
                    values=list(range(0, _HOURS, 3)),
                    labelAngle=0,
                    labelExpr="format(datum.value, '02d') + ':00'",
                    labelOverlap=False,
                    labelFontSize=11,
                ),
            ),
            y=alt.Y("day:O", title=None, scale=alt.Scale(domain=list(_DAYS)), axis=alt.Axis(ticks=False)),
            color=alt.Color(
                "utilisation:Q",
                scale=alt.Scale(scheme="viridis", reverse=True, domain=[0, 1]),
                legend=share_legend("utilisation"),
            ),
        )
        .properties(width=_WIDTH, height=_HEIGHT, title=panel_title(title))
    )
    return week

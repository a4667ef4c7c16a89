"""What all charts have in common: colours, letters, headings, and how a scenario looks."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

import altair as alt

from slmdsl.report.charts.colours import BLACK, BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, VERMILLION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from altair.typing import ChartType

    from slmdsl.report.charts.cast import Cast

    Rows = Sequence[dict[str, Any]]

PALETTE: Final = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK)
SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right")
DASHES: Final = ([1, 0], [7, 3], [2, 2], [8, 3, 2, 3], [12, 4], [1, 3], [4, 4])

# Liberation Sans comes with the renderer and has Arial's widths, so that a browser's letters fit as well.
FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDTH: Final = 620
"""Of a plot, in pixels; labels on its left and figures on its right have room on a laptop."""
LABEL: Final = 280
"""The longest label on the left, in pixels; what is longer ends in dots."""
_LINE: Final = 118
_TITLE_LINE: Final = 88

_CONFIG: Final[dict[str, Any]] = {
    "font": FONT,
    "background": "white",
    "padding": 12,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": "#E2E2E2",
        "domainColor": GREY,
        "tickColor": GREY,
        "titlePadding": 8,
    },
    "legend": {
        "orient": "top",
        "direction": "horizontal",
        "title": None,
        "labelFontSize": 12,
        "labelColor": INK,
        "labelLimit": 420,
        "symbolSize": 90,
        "symbolStrokeWidth": 2,
        "symbolOpacity": 1,
        "titleFontWeight": "normal",
        "titleFontSize": 12,
        "columnPadding": 18,
        "offset": 8,
    },
    "title": {
        "anchor": "start",
        "frame": "bounds",
        "fontSize": 17,
        "fontWeight": "bold",
        "color": INK,
        "subtitleFontSize": 12,
        "subtitleColor": "#444444",
        "subtitlePadding": 5,
        "offset": 14,
    },
    "concat": {"spacing": 28},
}


def rows_of(rows: Rows) -> alt.InlineData:
    """Return rows as the data of a chart, each under the names of its columns."""
    return alt.InlineData(values=list(rows))


def finished(chart: ChartType, title: str, captions: Iterable[str], alternative: str) -> ChartType:
    """Return a chart with its heading and looks.

    Args:
        chart: what is drawn.
        title: the question that it answers, or what it says.
        captions: how it is to be read, and what it leaves out; empty ones do not count.
        alternative: what it says, for those who do not see it.
    """
    lines = [line for caption in captions if caption for line in wrap(caption, _LINE)]
    heading = alt.TitleParams(text=wrap(title, _TITLE_LINE), subtitle=lines)
    whole: ChartType = chart.properties(title=heading, description=alternative).configure(**_CONFIG)
    return whole


def panel_title(text: str) -> alt.TitleParams:
    """Return the heading of one picture among several."""
    return alt.TitleParams(text=text, fontSize=13, offset=6, limit=520)


def legend_of(cast: Cast) -> alt.Legend | None:
    """Return the legend of scenarios: none for a single one, in columns where names are long."""
    if len(cast.shown) < 2:  # noqa: PLR2004 - a single one is named in the caption
        return None
    longest = max(map(len, cast.legend))
    return alt.Legend(columns=max(1, min(len(cast.shown), 110 // (longest + 6))))


def scenario_colour(cast: Cast) -> alt.Color:
    """Return a colour for each scenario."""
    return alt.Color(
        "scenario:N",
        scale=alt.Scale(domain=cast.legend, range=list(PALETTE[: len(cast.shown)])),
        legend=legend_of(cast),
    )


def scenario_shape(cast: Cast) -> alt.Shape:
    """Return a shape for each scenario, for those who do not tell the colours apart."""
    return alt.Shape(
        "scenario:N",
        scale=alt.Scale(domain=cast.legend, range=list(SHAPES[: len(cast.shown)])),
        legend=legend_of(cast),
    )


def scenario_dash(cast: Cast) -> alt.StrokeDash:
    """Return a pattern of dashes for each scenario; the legend has its colour and shape."""
    return alt.StrokeDash(
        "scenario:N",
        scale=alt.Scale(domain=cast.legend, range=[list(dash) for dash in DASHES[: len(cast.shown)]]),
        legend=None,
    )


def percent_axis(channel: type[Any], field: str, title: str, **more: Any) -> Any:  # noqa: ANN401 - any channel
    """Return an axis from 0 to 100 %, for a share between 0 and 1."""
    return channel(
        f"{field}:Q",
        title=title,
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(labelExpr="format(datum.value * 100, '.0f') + ' %'", tickCount=5, **more),
    )


def share_legend(title: str) -> alt.Legend:
    """Return the legend of a share that is shown as a colour between two."""
    quarters = [0, 0.25, 0.5, 0.75, 1]
    return alt.Legend(title=title, titleLimit=300, format=".0%", values=quarters, gradientLength=240)


def promise_label(target: str) -> str:
    """Return what a picture calls a promise: a target by its whole name; an agreement is marked as one."""
    return target if "." in target else f"{target} (agreement)"


def names_axis(field: str, order: Sequence[str], longest: int = LABEL) -> alt.Y:
    """Return names below each other in a fixed order; longer ones than so many pixels end in dots."""
    return alt.Y(
        f"{field}:N",
        title=None,
        sort=list(order),
        axis=alt.Axis(labelLimit=longest, domain=False, ticks=False, labelPadding=8),
    )

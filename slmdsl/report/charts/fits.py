"""A fit in pictures: the log against what was fitted, and against what the model makes. Plain Vega-Lite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from slmdsl.report.charts.colours import BLUE, GREY, INK, SKY, VERMILLION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Chart = dict[str, Any]
    Rows = Sequence[Mapping[str, object]]

_SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
_WIDTH, _HEIGHT = 560, 200
_SMALL: Final = 240
_LOOKS: Final = {
    "font": "Liberation Sans, Arial, Helvetica, sans-serif",
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
    },
    "legend": {
        "orient": "top",
        "direction": "horizontal",
        "title": None,
        "labelFontSize": 12,
        "labelColor": INK,
        "labelLimit": 420,
    },
}


def days(rows: Rows, words: Mapping[str, str]) -> Chart:
    """Return the counts of days, what the fit expects, and where 90 % of days lie by it.

    Args:
        rows: `day` (ISO), `counted`, `expected`, `low`, `high`.
        words: `counted`, `expected`, `range`, `tickets`, in the document's language.
    """
    x = {"field": "day", "type": "temporal", "axis": {"title": None, "format": "%m-%d"}}
    names = [words["counted"], words["expected"], words["range"]]
    colour = {"scale": {"domain": names, "range": [VERMILLION, BLUE, SKY]}}

    def layer(mark: dict[str, object], name: str, y: Mapping[str, object]) -> Chart:
        return {"mark": mark, "encoding": {"x": x, **y, "color": {"datum": name, **colour}}}

    title = {"title": words["tickets"]}
    band = {"y": {"field": "low", "type": "quantitative", **title}, "y2": {"field": "high"}}
    return _whole(
        rows,
        {
            "layer": [
                layer({"type": "area", "opacity": 0.35}, words["range"], band),
                layer({"type": "line"}, words["expected"], {"y": _count("expected", words["tickets"])}),
                layer(
                    {"type": "point", "filled": True, "size": 22},
                    words["counted"],
                    {"y": _count("counted", words["tickets"])},
                ),
            ],
            "width": _WIDTH,
            "height": _HEIGHT,
        },
    )


def lines(rows: Rows, x_title: str, y_title: str, *, names: Sequence[str], has_points: bool = False) -> Chart:
    """Return a line for each name: the first in the colour of what happened, the second of what was fitted.

    Args:
        rows: `x`, `y` and `name`.
        x_title: of the axis.
        y_title: of the other one.
        names: in order, two at most.
        has_points: whether each value is marked.
    """
    return _whole(
        rows,
        {
            "mark": {"type": "line", "point": has_points},
            "encoding": {
                "x": {"field": "x", "type": "quantitative", "title": x_title, "scale": {"nice": False}},
                "y": _count("y", y_title),
                "color": _two(names),
                "strokeDash": {
                    "field": "name",
                    "type": "nominal",
                    "sort": list(names),
                    "scale": {"domain": list(names), "range": [[1, 0], [6, 3]]},
                },
            },
            "width": _WIDTH,
            "height": _HEIGHT,
        },
    )


def distributions(rows: Rows, words: Mapping[str, str]) -> Chart:
    """Return the shares of values up to a length of time, of the log and of the fit, one panel for each length.

    Args:
        rows: `panel`, `hours`, `share`, `name`.
        words: `real`, `fitted`, `hours`, `share`, in the document's language.
    """
    names = [words["real"], words["fitted"]]
    panels = list(dict.fromkeys(str(each["panel"]) for each in rows))
    return _whole(
        rows,
        {
            "facet": {"field": "panel", "type": "nominal", "title": None, "sort": panels},
            "columns": 2,
            "spec": {
                "mark": {"type": "line"},
                "encoding": {
                    "x": {
                        "field": "hours",
                        "type": "quantitative",
                        "title": words["hours"],
                        "scale": {"type": "log", "nice": False},
                        "axis": {"format": "~g", "tickCount": 6},
                    },
                    "y": {
                        "field": "share",
                        "type": "quantitative",
                        "title": words["share"],
                        "axis": {"format": ".0%"},
                        "scale": {"domain": [0, 1]},
                    },
                    "color": _two(names),
                    "strokeDash": {
                        "field": "name",
                        "type": "nominal",
                        "sort": names,
                        "scale": {"domain": names, "range": [[1, 0], [6, 3]]},
                    },
                },
                "width": _SMALL,
                "height": 130,
            },
            "resolve": {"scale": {"x": "independent"}},
        },
    )


def _two(names: Sequence[str]) -> dict[str, object]:
    return {
        "field": "name",
        "type": "nominal",
        "sort": list(names),
        "scale": {"domain": list(names), "range": [VERMILLION, BLUE][: len(names)]},
    }


def _count(field: str, title: str) -> dict[str, object]:
    return {"field": field, "type": "quantitative", "title": title, "axis": {"format": ",d"}}


def _whole(rows: Rows, chart: Chart) -> Chart:
    return {
        "$schema": _SCHEMA,
        "config": _LOOKS,
        "data": {"values": [dict(each) for each in rows]},
        **chart,
    }

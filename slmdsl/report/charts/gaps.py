"""Where misses come from and where the time went, as pictures. Plain Vega-Lite: drawing needs libraries, saying not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slmdsl.report.charts.colours import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, VERMILLION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    Chart = dict[str, Any]

_PALE: Final = "#C8C8C8"
_SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
_WIDTH: Final = 600
_LANE: Final = 26
_NARROW: Final = 520
_AXIS: Final = {
    "labelFontSize": 12,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
    "labelColor": INK,
    "titleColor": INK,
    "gridColor": "#E2E2E2",
    "domainColor": GREY,
    "tickColor": GREY,
    "titlePadding": 8,
}
_LEGEND: Final = {
    "orient": "top",
    "direction": "horizontal",
    "title": None,
    "labelFontSize": 12,
    "labelColor": INK,
    "labelLimit": 420,
    "columnPadding": 18,
}
_LOOKS: Final = {
    "font": "Liberation Sans, Arial, Helvetica, sans-serif",
    "background": "white",
    "padding": 12,
    "view": {"stroke": None},
    "axis": _AXIS,
    "legend": _LEGEND,
}
_COLOURS: Final = {
    "waiting": VERMILLION,
    "progress": BLUE,
    "customer": ORANGE,
    "supplier": SKY,
    "internal": GREEN,
    "resolved": PURPLE,
    "closed": _PALE,
}
"""What time goes to, in the order of the bars; the same colours as for simulated logs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One class of a Pareto chart: what it is called, its misses, and whether it has more than luck explains."""

    label: str
    missed: int
    is_striking: bool


def pareto(bars: Sequence[Bar], whole: int, words: Mapping[str, str]) -> Chart:
    """Return bars of misses, the most first, and the line of the share of all misses that they sum up to.

    Args:
        bars: by misses.
        whole: all misses, of classes that are not shown, too.
        words: `misses`, `cumulative`, `striking` and `usual`, in the document's language.
    """
    rows, so_far = [], 0
    for bar in bars:
        so_far += bar.missed
        kind = words["striking"] if bar.is_striking else words["usual"]
        figure = f"{bar.missed:,} ✓" if bar.is_striking else f"{bar.missed:,}"
        share = so_far / max(whole, 1)
        rows.append(
            {"label": bar.label, "missed": bar.missed, "kind": kind, "figure": figure, "share": share}
        )
    x = {
        "field": "label",
        "type": "nominal",
        "sort": [bar.label for bar in bars],
        "axis": {"title": None, "labelAngle": -35, "labelLimit": 150},
    }
    colour = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": [words["striking"], words["usual"]], "range": [VERMILLION, SKY]},
    }
    figures = {
        "mark": {"type": "text", "dy": -7, "fontSize": 11, "color": INK},
        "encoding": {"x": x, "y": _count("missed", words["misses"]), "text": {"field": "figure"}},
    }
    line = {
        "mark": {"type": "line", "color": INK, "point": {"color": INK, "size": 36}},
        "encoding": {
            "x": x,
            "y": {
                "field": "share",
                "type": "quantitative",
                "scale": {"domain": [0, 1]},
                "axis": {"title": words["cumulative"], "format": ".0%", "grid": False, "orient": "right"},
            },
        },
    }
    columns = {
        "mark": {"type": "bar"},
        "encoding": {"x": x, "y": _count("missed", words["misses"]), "color": colour},
    }
    return _whole(
        {
            "data": {"values": rows},
            "layer": [{"layer": [columns, figures]}, line],
            "resolve": {"scale": {"y": "independent"}},
            "width": _NARROW,
            "height": 260,
        }
    )


def hours_of_week(missed: npt.NDArray[np.int64], days: Sequence[str], words: Mapping[str, str]) -> Chart:
    """Return a map of misses by weekday and hour of opening.

    Args:
        missed: shape 7 x 24, Monday first.
        days: what the weekdays are called.
        words: `hour` and `misses`.
    """
    rows = [
        {"day": days[day], "hour": f"{hour:02d}", "missed": int(missed[day, hour])}
        for day in range(7)
        for hour in range(24)
    ]
    return _whole(
        {
            "data": {"values": rows},
            "mark": {"type": "rect", "stroke": "white", "strokeWidth": 1},
            "encoding": {
                "x": {
                    "field": "hour",
                    "type": "ordinal",
                    "axis": {"title": words["hour"], "labelAngle": 0, "domain": False, "ticks": False},
                },
                "y": {
                    "field": "day",
                    "type": "ordinal",
                    "sort": list(days),
                    "axis": {"title": None, "domain": False, "ticks": False},
                },
                "color": {
                    "field": "missed",
                    "type": "quantitative",
                    "scale": {"scheme": "blues", "domainMin": 0},
                    "legend": {"title": words["misses"], "gradientLength": 240},
                },
            },
            "width": _WIDTH,
            "height": 7 * _LANE,
        }
    )


def time_bars(rows: Sequence[tuple[str, Mapping[str, float]]], parts: Mapping[str, str], axis: str) -> Chart:
    """Return a bar for each row of what its time went to.

    Args:
        rows: what a bar is called, and hours by part.
        parts: what parts are called, by the keys of the hours.
        axis: what is measured.
    """
    used = [part for part in _COLOURS if any(hours.get(part, 0) > 0 for _, hours in rows)]
    pieces = [
        {"bar": name, "part": parts[part], "hours": round(hours.get(part, 0.0), 3), "order": place}
        for name, hours in rows
        for place, part in enumerate(used)
    ]
    return _whole(
        {
            "data": {"values": pieces},
            "mark": {"type": "bar", "stroke": "white", "strokeWidth": 0.6},
            "encoding": {
                "y": {
                    "field": "bar",
                    "type": "nominal",
                    "sort": [name for name, _ in rows],
                    "axis": {"title": None, "labelLimit": 200, "domain": False, "ticks": False},
                },
                "x": {"field": "hours", "type": "quantitative", "axis": {"title": axis, "tickCount": 8}},
                "order": {"field": "order", "type": "quantitative"},
                "color": {
                    "field": "part",
                    "type": "nominal",
                    "scale": {
                        "domain": [parts[part] for part in used],
                        "range": [_COLOURS[part] for part in used],
                    },
                    "legend": {"columns": 3, "symbolType": "square"},
                },
            },
            "width": _NARROW,
            "height": _LANE * max(len(rows), 1),
        }
    )


def gain_ranges(rows: Sequence[tuple[str, float, float, float]], axis: str) -> Chart:
    """Return a point with its range for each improvement and target, and a line where nothing is gained.

    Args:
        rows: what a row is called, the gain in points, and the ends of its range.
        axis: what is measured.
    """
    found = [{"name": name, "value": value, "low": low, "high": high} for name, value, low, high in rows]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": [name for name, *_ in rows],
        "axis": {"title": None, "labelLimit": 260, "domain": False, "ticks": False},
    }
    ranges = {
        "mark": {"type": "rule", "strokeWidth": 2, "color": BLUE},
        "encoding": {
            "y": y,
            "x": {"field": "low", "type": "quantitative", "axis": {"title": axis}},
            "x2": {"field": "high"},
        },
    }
    points = {
        "mark": {"type": "point", "filled": True, "size": 80, "color": BLUE},
        "encoding": {"y": y, "x": {"field": "value", "type": "quantitative"}},
    }
    nothing = {
        "data": {"values": [{"at": 0}]},
        "mark": {"type": "rule", "color": INK, "strokeDash": [4, 3]},
        "encoding": {"x": {"field": "at", "type": "quantitative"}},
    }
    return _whole(
        {
            "data": {"values": found},
            "layer": [nothing, ranges, points],
            "width": _NARROW,
            "height": _LANE * max(len(rows), 2),
        }
    )


def _count(field: str, title: str) -> Chart:
    return {"field": field, "type": "quantitative", "axis": {"title": title, "tickMinStep": 1}}


def _whole(chart: Chart) -> Chart:
    return {"$schema": _SCHEMA, "config": _LOOKS, **chart}

"""The pictures of a service report as Vega-Lite: trends against thresholds, control charts, timelines.

They are plain values: no library is needed to make them, only to draw them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slmdsl.report.charts.colours import BLUE, INK, ORANGE, PURPLE, SKY, VERMILLION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GREY: Final = "#6E6E6E"
_BAND: Final = "#DCE9F3"
_WIDTH: Final = 620
_SORTS: Final = {
    "down": VERMILLION,
    "uncounted": PURPLE,
    "partial": ORANGE,
    "maintenance": SKY,
    "unknown": "#B5B5B5",
}
"""What a timeline shows, and its colours."""
_MOST_LABELS: Final = 8

_CONFIG: Final[dict[str, Any]] = {
    "font": "Liberation Sans, Arial, Helvetica, sans-serif",
    "background": "white",
    "padding": 8,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": "#E2E2E2",
        "domainColor": _GREY,
        "tickColor": _GREY,
    },
    "legend": {"orient": "top", "title": None, "labelFontSize": 11, "labelColor": INK, "labelLimit": 300},
    "title": {"anchor": "start", "fontSize": 12, "color": INK, "offset": 4},
}

Panel = tuple[str, str, bool, "Sequence[tuple[str, float | None, float | None, str]]"]
"""A heading, a unit, whether less is better, and (period, value, threshold, verdict) in order of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPoint:
    """A point of a control chart with its limits, and what was promised for it."""

    period: str
    value: float
    low: float
    high: float
    is_signal: bool
    threshold: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stretch of a timeline: in which lane, of which sort (a key of the legend), ISO 8601 instants of local time."""

    lane: str
    sort: str
    begin: str
    end: str


def trend_chart(panels: Sequence[Panel], legend: Mapping[str, str], promised: str) -> dict[str, Any]:
    """Return one small picture for each panel below each other: values as points, thresholds as a dashed line.

    Args:
        panels: at least one.
        legend: what each verdict is called, by its word.
        promised: what the dashed line is called.
    """
    return {"vconcat": [_panel(each, legend, promised) for each in panels], "spacing": 14, "config": _CONFIG}


def _panel(panel: Panel, legend: Mapping[str, str], promised: str) -> dict[str, Any]:
    title, unit, _, rows = panel
    values = [
        {
            "period": period,
            "value": _scaled(value, unit),
            "promised": _scaled(threshold, unit),
            "verdict": legend[word],
        }
        for period, value, threshold, word in rows
        if word in legend
    ]
    x = _periods([period for period, *_ in rows])
    y = _measure("value", unit)
    words, colours = list(legend.values()), [BLUE, VERMILLION, ORANGE, _GREY]
    shapes = ["circle", "triangle-down", "diamond", "square"]
    return {
        "title": title,
        "width": _WIDTH,
        "height": 76,
        "data": {"values": values},
        "layer": [
            {
                "mark": {
                    "type": "line",
                    "strokeDash": [6, 3],
                    "color": INK,
                    "interpolate": "step",
                    "strokeWidth": 1.5,
                },
                "encoding": {"x": x, "y": {**y, "field": "promised"}, "tooltip": {"value": promised}},
            },
            {"mark": {"type": "line", "color": BLUE, "strokeWidth": 1.5}, "encoding": {"x": x, "y": y}},
            {
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": {
                        "field": "verdict",
                        "type": "nominal",
                        "scale": {"domain": words, "range": colours},
                    },
                    "shape": {
                        "field": "verdict",
                        "type": "nominal",
                        "scale": {"domain": words, "range": shapes},
                    },
                },
            },
        ],
    }


def control_chart(
    points: Sequence[ChartPoint], centre: float, unit: str, labels: Mapping[str, str]
) -> dict[str, Any]:
    """Return a control chart: points around the centre, the limits as a band, signals as triangles.

    Args:
        points: in order of time.
        centre: the mean.
        unit: of the values, as `Cell.unit`.
        labels: what `steady`, `signal`, `promised`, `limits` and `centre` are called.
    """
    sorts = [labels["steady"], labels["signal"]]
    values = [
        {
            "period": each.period,
            "value": _scaled(each.value, unit),
            "low": _scaled(each.low, unit),
            "high": _scaled(each.high, unit),
            "promised": _scaled(each.threshold, unit),
            "centre": _scaled(centre, unit),
            "sort": sorts[each.is_signal],
        }
        for each in points
    ]
    x = _periods([each.period for each in points])
    y = _measure("value", unit)
    lines = [
        ("promised", labels["promised"], INK, [6, 3]),
        ("centre", labels["centre"], _GREY, [1, 0]),
    ]
    return {
        "width": _WIDTH,
        "height": 150,
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "area", "color": _BAND, "opacity": 1, "interpolate": "step"},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
            },
            *(
                {
                    "mark": {"type": "line", "strokeDash": dash, "color": colour, "strokeWidth": 1.3},
                    "encoding": {"x": x, "y": {**y, "field": field}, "tooltip": {"value": label}},
                }
                for field, label, colour, dash in lines
            ),
            {"mark": {"type": "line", "color": BLUE, "strokeWidth": 1.5}, "encoding": {"x": x, "y": y}},
            _signals(sorts, x, y),
        ],
        "config": _CONFIG,
    }


def _signals(sorts: Sequence[str], x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    """Return the points of a control chart, signals in another colour and shape than all others."""
    return {
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
        "encoding": {
            "x": x,
            "y": y,
            "color": _nominal("sort", sorts, [BLUE, VERMILLION]),
            "shape": _nominal("sort", sorts, ["circle", "triangle-up"]),
        },
    }


def _nominal(field: str, domain: Sequence[str], shown_as: Sequence[str]) -> dict[str, Any]:
    return {
        "field": field,
        "type": "nominal",
        "scale": {"domain": list(domain), "range": list(shown_as)},
    }


def timeline_chart(
    bars: Sequence[Bar], lanes: Sequence[str], span: tuple[str, str], legend: Mapping[str, str]
) -> dict[str, Any]:
    """Return a timeline: a lane for each service, and in it when it was not simply up.

    Args:
        bars: what stands in the lanes.
        lanes: names in order from above.
        span: the begin and the end of the axis, ISO 8601 instants of local time.
        legend: what each sort of bar is called: `down`, `uncounted`, `partial`, `maintenance`, `unknown`.
    """
    x, y = _wall_clock(span), _lanes(lanes)
    sorts = _nominal("sort", [legend[each] for each in _SORTS], list(_SORTS.values()))
    whole = [{"lane": lane, "begin": span[0], "end": span[1]} for lane in lanes]
    drawn = [
        {"lane": each.lane, "begin": each.begin, "end": each.end, "sort": legend[each.sort]} for each in bars
    ]
    return {
        "width": _WIDTH,
        "height": 26 * len(lanes),
        "layer": [
            {
                "data": {"values": whole},
                "mark": {"type": "bar", "height": 14, "color": "#E6F2EC"},
                "encoding": {"x": x, "x2": {"field": "end"}, "y": y},
            },
            {
                "data": {"values": drawn},
                # Without a border a quarter of an hour would not be seen in a month.
                "mark": {"type": "bar", "height": 14, "strokeWidth": 1.5},
                "encoding": {"x": x, "x2": {"field": "end"}, "y": y, "color": sorts, "stroke": sorts},
            },
        ],
        "config": _CONFIG,
    }


def _wall_clock(span: tuple[str, str]) -> dict[str, Any]:
    """Return the axis of a wall clock: its times are drawn as they stand, as if they were UTC, wherever that is."""
    return {
        "field": "begin",
        "type": "temporal",
        "scale": {"type": "utc", "domain": list(span)},
        "title": None,
        "axis": {"format": "%m-%d", "labelAngle": 0},
    }


def _lanes(names: Sequence[str]) -> dict[str, Any]:
    return {
        "field": "lane",
        "type": "nominal",
        "title": None,
        "sort": list(names),
        "scale": {"domain": list(names)},
        "axis": {"labelLimit": 200, "domain": False, "ticks": False},
    }


def _scaled(value: float | None, unit: str) -> float | None:
    """Return shares in percent and lengths of time in hours: what an axis can be read in."""
    if value is None:
        return None
    return round(value * {"ratio": 100, "seconds": 1 / 3600}.get(unit, 1), 9)


def _measure(field: str, unit: str) -> dict[str, Any]:
    title = {"ratio": "%", "seconds": "h"}.get(unit, "")
    return {
        "field": field,
        "type": "quantitative",
        "title": title or None,
        "scale": {"zero": False, "nice": True},
        "axis": {"tickCount": 4, "minExtent": 36},
    }


def _periods(names: Sequence[str]) -> dict[str, Any]:
    """Return the axis of periods; with many of them only some are named."""
    step = -(-len(names) // _MOST_LABELS)
    shown = list(names[::step]) if step else []
    return {
        "field": "period",
        "type": "ordinal",
        "sort": list(names),
        "title": None,
        "axis": {"labelAngle": 0, "values": shown, "labelOverlap": True},
    }

"""Predicted ranges against what happened, week by week. Plain Vega-Lite: drawing needs libraries, saying not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slmdsl.report.charts.colours import BLUE, GREY, INK, VERMILLION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Chart = dict[str, Any]

_SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
_WIDTH, _HEIGHT, _BESIDE = 170, 90, 3
_LOOKS: Final = {
    "font": "Liberation Sans, Arial, Helvetica, sans-serif",
    "background": "white",
    "padding": 12,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12,
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
        "symbolOpacity": 1,
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One figure of a panel in one period: what happened, and the predicted range around its middle."""

    period: str
    real: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A small picture: `is_share` for figures from 0 to 1, which are shown in percent."""

    title: str
    bands: tuple[Band, ...]
    is_share: bool = False


def bands_chart(panels: Sequence[Panel], words: Mapping[str, str]) -> Chart:
    """Return a small picture for each panel: a bar from low to high, a tick in its middle, and a point for the truth.

    Args:
        panels: at least one, three beside each other.
        words: `predicted` and `real`, in the document's language.
    """
    return {
        "$schema": _SCHEMA,
        "config": _LOOKS,
        "concat": [_panel(each, words) for each in panels],
        "columns": _BESIDE,
        "spacing": 24,
        "resolve": {"scale": {"color": "shared"}, "legend": {"color": "shared"}},
    }


def _panel(panel: Panel, words: Mapping[str, str]) -> Chart:
    kinds = [words["predicted"], words["real"]]
    colour = {"type": "nominal", "field": "kind", "scale": {"domain": kinds, "range": [BLUE, VERMILLION]}}
    x = {"field": "period", "type": "ordinal", "axis": {"title": None, "labelAngle": -40}}
    axis: Chart = {"title": None, "tickCount": 4} | (
        {"format": ".1~%"} if panel.is_share else {"format": "~s"}
    )
    y = {"type": "quantitative", "scale": {"zero": False}, "axis": axis}
    predicted = [
        {"period": each.period, "low": each.low, "high": each.high, "middle": each.middle, "kind": kinds[0]}
        for each in panel.bands
    ]
    real = [{"period": each.period, "real": each.real, "kind": kinds[1]} for each in panel.bands]
    bar = {
        "data": {"values": predicted},
        "mark": {"type": "rule", "strokeWidth": 12, "opacity": 0.35},
        "encoding": {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}, "color": colour},
    }
    middle = {
        "data": {"values": predicted},
        "mark": {"type": "tick", "thickness": 2, "width": 14, "orient": "horizontal"},
        "encoding": {"x": x, "y": y | {"field": "middle"}, "color": colour},
    }
    point = {
        "data": {"values": real},
        "mark": {"type": "point", "filled": True, "size": 60, "shape": "diamond", "opacity": 1},
        "encoding": {"x": x, "y": y | {"field": "real"}, "color": colour},
    }
    title = {"text": panel.title, "anchor": "start", "fontSize": 12, "limit": 210, "color": INK}
    return {"title": title, "width": _WIDTH, "height": _HEIGHT, "layer": [bar, middle, point]}

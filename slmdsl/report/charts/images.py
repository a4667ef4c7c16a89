"""A chart as SVG and PNG, the same bytes for the same chart on any machine with the same libraries."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import vl_convert

from slmdsl.base.display import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from altair.typing import ChartType

_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_REFERENCE: Final = re.compile(r"url\(#([^)]*)\)")
_DOTS: Final = 2.0
"""Pixels of a PNG for each of the chart."""
_KEPT: Final = 64
"""Pictures that are kept, for a few megabytes."""
_NOISE: Final = ("role", "aria-label", "aria-roledescription", "aria-hidden", "class")
"""Each mark would be read out; the picture as a whole says what it shows."""


def specification(chart: ChartType) -> dict[str, Any]:
    """Return a chart as Vega-Lite, without characters that neither a page nor a picture can show."""
    return {key: _shown(value) for key, value in chart.to_dict(validate=False).items()}


def _shown(value: object) -> object:
    """Return a value whose texts can all be seen."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list):
        return [_shown(each) for each in value]
    if isinstance(value, dict):
        return {key: _shown(each) for key, each in value.items()}
    return value


def png_of(svg: str) -> bytes:
    """Return a picture as PNG, two dots for each pixel of it; `svg` comes from `svg_of`."""
    found: bytes = vl_convert.svg_to_png(svg, scale=_DOTS)
    return found


def svg_of(chart: ChartType, name: str) -> str:
    """Return a chart as SVG that can stand in a page: its ids begin with `name`, its description is its label.

    Nothing is loaded from elsewhere, and texts are text whatever they contain.
    """
    said = specification(chart)
    return _labelled(said, name, str(said.get("description", name)))


def svg_of_specification(said: Mapping[str, Any], name: str, label: str) -> str:
    """Return Vega-Lite as SVG, as `svg_of` does; `label` is what is read out instead of it."""
    return _labelled({key: _shown(value) for key, value in said.items()}, name, label)


def _labelled(said: dict[str, Any], name: str, label: str) -> str:
    root = ET.fromstring(_drawn(json.dumps(said)))  # noqa: S314 - the renderer's own output, without a DOCTYPE
    _renamed(root, name)
    root.set("role", "img")
    root.set("aria-label", label)
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    return ET.tostring(root, encoding="unicode") + "\n"


@lru_cache(maxsize=_KEPT)
def _drawn(said: str) -> str:
    """Return Vega-Lite, as JSON, drawn; a document that is written in several formats has its pictures drawn once."""
    drawn: str = vl_convert.vegalite_to_svg(said, allowed_base_urls=[])
    return drawn


def _renamed(root: ET.Element, name: str) -> None:
    """Drop what is read out of each mark, and number ids by their order, told from those of other pictures.

    The renderer counts on from one picture to the next, so its own numbers say how many were drawn before.
    """
    elements = list(root.iter())
    ids = [element.attrib["id"] for element in elements if "id" in element.attrib]
    new = {old: f"{name}-{number}" for number, old in enumerate(ids)}
    for element in elements:
        for attribute in _NOISE:
            element.attrib.pop(attribute, None)
        for key, value in element.attrib.items():
            if key == "id":
                element.set(key, new[value])
            elif match := _REFERENCE.fullmatch(value):
                element.set(key, f"url(#{new[match[1]]})")

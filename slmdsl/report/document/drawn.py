"""The pictures of documents, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.report.charts.needed import MissingExtraError, need_libraries
from slmdsl.report.document.failures import FormatError
from slmdsl.report.document.words import one_line

if TYPE_CHECKING:
    from slmdsl.report.document.tree import Picture


def drawn(picture: Picture, name: str) -> str:
    """Return a picture as SVG that can stand in a page; all ids in it begin with `name`, its label is its `alt`.

    Raises:
        FormatError: the libraries that draw pictures are not installed.
    """
    try:
        need_libraries()
    except MissingExtraError as error:
        msg = f"pictures need `{error.library}`, which is not installed"
        raise FormatError(msg, error.help) from error
    # Loaded by those alone who draw, as the libraries are that it needs.
    from slmdsl.report.charts.images import svg_of_specification  # noqa: PLC0415 - as said

    return svg_of_specification(picture.chart, name, label_of(picture))


def label_of(picture: Picture) -> str:
    """Return what a picture is called for those who do not see it."""
    return one_line(picture.alt) or one_line(picture.caption) or "–"

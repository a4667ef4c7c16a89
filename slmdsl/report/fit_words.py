"""Numbers of a fit as cells and words."""

from __future__ import annotations

from math import isfinite

from slmdsl.base.units import HOUR
from slmdsl.report.document.tree import Cell
from slmdsl.study.fit.words import rounded


def number(value: float) -> str:
    """Return a number with three significant digits.

    >>> number(1234.5), number(float("nan"))
    ('1,230', '-')
    """
    return rounded(value).replace("_", ",") if isfinite(value) else "-"


def share_words(share: float) -> str:
    """Return a share in percent, with one decimal.

    >>> share_words(0.1234)
    '12.3 %'
    """
    return f"{100 * share:.1f} %"


def counted(count: int, unit: str) -> Cell:
    """Return a count."""
    return Cell(text=f"{count:,}", value=count, unit=unit)


def percent_cell(share: float) -> Cell:
    """Return a share."""
    return Cell(text=share_words(share), value=share, unit="ratio")


def hours_cell(length_us: float) -> Cell:
    """Return a length of time in hours; nothing where there is none."""
    if not isfinite(length_us):
        return Cell(text="-", value=None, unit="hours")
    return Cell(text=f"{number(length_us / HOUR)} h", value=length_us / HOUR, unit="hours")

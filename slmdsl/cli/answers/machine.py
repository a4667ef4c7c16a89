"""Answers as JSON: instants in ISO 8601 UTC, lengths of time in integer microseconds."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Any

from slmdsl.base.units import from_us, to_us

if TYPE_CHECKING:
    import polars as pl


def utc(instant_us: int) -> str:
    """Return an instant as `2027-03-05T16:00:00Z`, with a fraction only where there is one.

    >>> utc(0)
    '1970-01-01T00:00:00Z'
    """
    return from_us(instant_us).replace(tzinfo=None).isoformat() + "Z"


def dumped(answer: object) -> str:
    """Return an answer as one line of JSON."""
    return json.dumps(answer, ensure_ascii=False) + "\n"


def records(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return a frame's rows; a column of lengths of time `x` becomes `x_us`."""
    return [dict(_plain(name, value) for name, value in row.items()) for row in _with_units(frame).to_dicts()]


def _with_units(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415 - whoever has a frame has loaded it

    lengths = [name for name, kind in frame.schema.items() if kind == pl.Duration]
    return frame.with_columns([pl.col(name).dt.total_microseconds() for name in lengths]).rename(
        {name: f"{name}_us" for name in lengths}
    )


def _plain(name: str, value: object) -> tuple[str, object]:
    if isinstance(value, datetime):
        return name, utc(to_us(value))
    if isinstance(value, timedelta):
        return name, value // timedelta(microseconds=1)
    if isinstance(value, float) and not isfinite(value):
        return name, None  # JSON has no infinity: an end of a range, or a ratio, that nothing bounds
    return name, value

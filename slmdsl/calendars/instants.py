"""Between what people hand over (datetimes, timedeltas, numpy arrays of them) and microseconds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import from_us, to_us
from slmdsl.calendars.zones import local_to_us

if TYPE_CHECKING:
    from datetime import tzinfo
    from zoneinfo import ZoneInfo

    import numpy.typing as npt

    from slmdsl.calendars.stretches import Int64

    Instants = npt.NDArray[np.datetime64]
    Spans = npt.NDArray[np.timedelta64]

_MICROSECOND = timedelta(microseconds=1)


def is_numpy(*values: object) -> bool:
    """Whether one of the values is numpy's, so that the answer is too."""
    return any(isinstance(value, np.ndarray | np.generic) for value in values)


def read_instant(value: datetime | np.datetime64 | Instants, zone: ZoneInfo) -> int | Int64:
    """Return microseconds UTC. A naive datetime is on the wall clock of `zone`, numpy's are UTC.

    Raises:
        ValueError: for a naive time that clocks in `zone` never show.
    """
    if isinstance(value, datetime):
        return local_to_us(value, zone) if value.tzinfo is None else to_us(value)
    return _integers(value, "M", "datetimes or numpy's datetime64")


def read_span(value: timedelta | np.timedelta64 | Spans) -> int | Int64:
    """Return microseconds."""
    return (
        value // _MICROSECOND
        if isinstance(value, timedelta)
        else _integers(value, "m", "timedeltas or numpy's timedelta64")
    )


def _integers(value: object, kind: str, wanted: str) -> Int64:
    column = np.asarray(value)
    if column.dtype.kind != kind:
        msg = f"{wanted} are asked for, not {type(value).__name__} of {column.dtype}"
        raise TypeError(msg)
    return column.astype(f"{kind}8[us]").view(np.int64)


def numpy_instants(us: int | Int64) -> Instants:
    """Return microseconds as datetime64[us]; NO_TIME is NaT."""
    return np.asarray(us, dtype=np.int64).view("M8[us]")[()]


def numpy_spans(us: int | Int64) -> Spans:
    """Return microseconds as timedelta64[us]; NO_TIME is NaT."""
    return np.asarray(us, dtype=np.int64).view("m8[us]")[()]


def as_asked(at_us: int, asked_zone: tzinfo | None, zone: ZoneInfo) -> datetime:
    """Return an instant in the zone of the question; for a naive question on the wall clock of `zone`, naive."""
    instant = from_us(at_us)
    return (
        instant.astimezone(zone).replace(tzinfo=None)
        if asked_zone is None
        else instant.astimezone(asked_zone)
    )

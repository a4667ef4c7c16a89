"""What a time zone's clocks show: offsets from UTC, and instants for local times."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.units import SECOND, from_us, to_us
from slmdsl.calendars.stretches import FAR, Stretches

if TYPE_CHECKING:
    from collections.abc import Callable

    from slmdsl.calendars.stretches import Int64

# No zone has changed its offset twice within less than 3.98 days since 1900 (Freetown, September 1939, comes closest,
# and Recife, October 2000, with 6.9 days since 1970). So a change shows as a difference between two samples, and there
# is at most one between them.
_SAMPLE_S = 3 * 24 * 3600


@cache
def offsets(zone: str, first_year: int, end_year: int) -> tuple[Stretches, Int64]:
    """Return the stretches of instants in which a zone's offset is constant, and that offset in microseconds.

    They are right for `first_year .. end_year - 1`; the first and the last reach to `-FAR` and `FAR`.

    Raises:
        ZoneInfoNotFoundError: if there is no such zone.
    """
    clock = ZoneInfo(zone)

    def offset_s(at_s: int) -> int:
        offset = from_us(at_s * SECOND).astimezone(clock).utcoffset() or timedelta()
        return offset // timedelta(seconds=1)

    samples = range(
        new_year_us(first_year) // SECOND - _SAMPLE_S,
        new_year_us(end_year) // SECOND + 2 * _SAMPLE_S,
        _SAMPLE_S,
    )
    shown_s = [offset_s(samples[0])]
    changes_s: list[int] = []
    for before_s, at_s in pairwise(samples):
        new_s = offset_s(at_s)
        if new_s != shown_s[-1]:
            changes_s.append(_first_showing(new_s, range(before_s, at_s + 1), offset_s))
            shown_s.append(new_s)
    edges_us = np.concatenate([[-FAR], np.array(changes_s, dtype=np.int64) * SECOND, [FAR]])
    return Stretches(edges_us[:-1], edges_us[1:]), np.array(shown_s) * SECOND


def _first_showing(new_s: int, seconds: range, offset_s: Callable[[int], int]) -> int:
    """Return the second at which an offset changes to `new_s`; offsets change at whole seconds."""
    return seconds[bisect_left(seconds, x=True, key=lambda at_s: offset_s(at_s) == new_s)]


def new_year_us(year: int) -> int:
    """Return the instant at which a year begins in UTC."""
    return to_us(datetime(year, 1, 1, tzinfo=UTC))


def local_to_us(local: datetime, zone: ZoneInfo) -> int:
    """Return the instant at which clocks in `zone` show a naive time, in microseconds UTC.

    A time that occurs twice is the first, unless its `fold` says 1.

    Raises:
        ValueError: if clocks never show that time, because they were put forward over it.

    >>> local_to_us(datetime(1970, 1, 1, 1, 0), ZoneInfo("Europe/Amsterdam"))
    0
    """
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local:
        msg = f"{local.isoformat(sep=' ')} does not exist in {zone.key}: clocks were put forward over it"
        raise ValueError(msg)
    return to_us(instant)

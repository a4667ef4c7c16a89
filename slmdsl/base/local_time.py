"""From a wall clock to instants: the one place that knows what a zone's transitions do to local times."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from slmdsl.base.units import from_us, to_us

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def instant_us(zone: ZoneInfo, day: date, clock_us: int = 0) -> int:
    """Return the instant at which the wall clock shows `day` plus `clock_us`, in microseconds UTC.

    A time that occurs twice is read as the first; one that does not exist moves forward to the end of the gap.

    >>> from zoneinfo import ZoneInfo
    >>> from_us(instant_us(ZoneInfo("Europe/Amsterdam"), date(2027, 3, 28), 2 * 3_600_000_000)).hour
    1
    """
    local = datetime.combine(day, time()) + timedelta(microseconds=clock_us)
    first, second = (to_us(local.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    # Read with the offset before a gap (fold 0), a missing time lands after it; read with the other one, before it.
    return first if second >= first else _transition_us(zone, second, first)


def local_date(zone: ZoneInfo, at_us: int) -> date:
    """Return the date that calendars in `zone` show at an instant."""
    return from_us(at_us).astimezone(zone).date()


def _transition_us(zone: ZoneInfo, before_us: int, after_us: int) -> int:
    """Return the instant of the one transition between two instants."""
    new = _offset_us(zone, after_us)
    instants = range(before_us, after_us + 1)
    return instants[bisect_left(instants, 1, key=lambda at_us: int(_offset_us(zone, at_us) == new))]


def _offset_us(zone: ZoneInfo, at_us: int) -> int:
    local = from_us(at_us).astimezone(zone)
    return (local.utcoffset() or timedelta(0)) // timedelta(microseconds=1)

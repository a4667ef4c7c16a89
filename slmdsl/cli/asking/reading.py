"""Instants and durations as they are typed on a command line, and instants as they are printed."""

from __future__ import annotations

import re
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from slmdsl.base.units import HOUR, MILLISECOND, MINUTE, SECOND, Duration, from_us, to_us
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_UNITS_US = (
    dict.fromkeys(("ms",), MILLISECOND)
    | dict.fromkeys(("s", "sec", "secs", "second", "seconds"), SECOND)
    | dict.fromkeys(("min", "mins", "minute", "minutes"), MINUTE)
    | dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), HOUR)
)
_DAYS = dict.fromkeys(("day", "days"), 1) | dict.fromkeys(("week", "weeks"), 7)

_PART = re.compile(r"\s*(\d[\d_]*(?:\.\d+)?)\s*(business\s+)?([a-z]+)(?![a-z])")


def duration(text: str) -> Duration:
    """Read `4 h`, `1 h 30 min`, `90min`, `3 business days`, `2 days`, `1 week`.

    Raises:
        UsageError: the text is none of these, or mixes business days with anything else.

    >>> duration("1 h 30 min").us == 90 * MINUTE
    True
    """
    us, days, business_days = Fraction(0), Fraction(0), Fraction(0)
    at = 0
    while at < len(text.rstrip()):
        part = _PART.match(text, at)
        if part is None:
            raise _unreadable_duration(text)
        number, business, unit = Fraction(part[1].replace("_", "")), part[2], part[3]
        if unit in _UNITS_US and not (business and _UNITS_US[unit] != HOUR):
            us += number * _UNITS_US[unit]
        elif unit in _DAYS and business and unit not in ("week", "weeks"):
            business_days += number
        elif unit in _DAYS and not business:
            days += number * _DAYS[unit]
        else:
            raise _unreadable_duration(text)
        at = part.end()
    if not at or us.denominator != 1 or (business_days and (us or days)):
        raise _unreadable_duration(text)
    return Duration(us=int(us), days=days, business_days=business_days)


def _unreadable_duration(text: str) -> UsageError:
    return UsageError(f"`{text}` is not a duration", "write `+4 h`, `+1 h 30 min` or `+3 business days`")


def instant_us(text: str, zone: ZoneInfo) -> int:
    """Read an ISO 8601 time as microseconds UTC; without an offset it is one of `zone`'s wall clock.

    A local time that occurs twice is the first. Raises UsageError for what is no time, or one that no clock showed.

    >>> from zoneinfo import ZoneInfo
    >>> instant_us("1970-01-01T01:00:01", ZoneInfo("Europe/Amsterdam"))
    1000000
    """
    from slmdsl.calendars.zones import local_to_us  # noqa: PLC0415 - loads numpy

    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        msg = f"`{text}` is not a time"
        raise UsageError(msg, "write `2027-03-05T17:00`, or with an offset `2027-03-05T16:00Z`") from None
    if read.tzinfo is not None:
        return to_us(read)
    try:
        return local_to_us(read, zone)
    except ValueError as error:
        raise UsageError(str(error)) from None


def wall_clock(instant_us: int, zone: ZoneInfo) -> str:
    """Say an instant on a zone's wall clock, with the offset, which tells a repeated hour apart.

    >>> from zoneinfo import ZoneInfo
    >>> wall_clock(0, ZoneInfo("Asia/Kolkata"))
    'Thu 1970-01-01 05:30 +05:30'
    """
    local = from_us(instant_us).astimezone(zone)
    time = f"{local:%H:%M:%S}" if instant_us % MINUTE else f"{local:%H:%M}"
    offset = f"{local:%z}"
    return f"{local:%a %Y-%m-%d} {time} {offset[:3]}:{offset[3:]}"

"""What a calendar cannot answer."""

from __future__ import annotations

from slmdsl.base.units import from_us


class CalendarRangeError(ValueError):
    """An instant, asked or sought, lies outside the years that calendars cover."""


class BusinessDayOverflow(OverflowError):  # noqa: N818 - says what happens, as OverflowError does
    """Business days of so many different lengths that no common unit counts them in 62 bits."""


def shown(instant_us: int) -> str:
    """Say an instant for a message, also one that datetimes cannot hold."""
    try:
        return from_us(instant_us).isoformat()
    except OverflowError:
        return f"{instant_us} us from 1970"

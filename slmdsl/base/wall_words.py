"""Instants and counted time as people read them, beside a clock's steps."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from slmdsl.base.units import clock_words, from_us, plain

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def counted_words(amount: int | Fraction) -> str:
    """Return clock time (microseconds), or business days to a hundredth where they have no shorter form.

    >>> counted_words(5_400_000_000), counted_words(Fraction(5, 2)), counted_words(Fraction(1, 3))
    ('1 h 30 min', '2.5 business days', 'about 0.33 business days')
    """
    if isinstance(amount, Fraction):
        days = amount if 100 % amount.denominator == 0 else Fraction(round(amount * 100), 100)
        return f"{'' if days == amount else 'about '}{plain(days)} business days"
    return clock_words(amount)


def local_words(at_us: int, zone: ZoneInfo) -> str:
    """Return an instant on a zone's wall clock, with the zone's abbreviation, which tells a repeated hour apart.

    >>> from zoneinfo import ZoneInfo
    >>> local_words(0, ZoneInfo("Europe/Amsterdam"))
    'Thu 1970-01-01 01:00 CET'
    """
    local = from_us(at_us).astimezone(zone)
    return (
        f"{local:%a %Y-%m-%d %H:%M}"
        + (f":{local:%S}" if local.second or local.microsecond else "")
        + f" {local:%Z}"
    )

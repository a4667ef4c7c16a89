"""Numbers, durations, dates and texts from their tokens, exactly."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from textwrap import dedent
from typing import TYPE_CHECKING, Final

from slmdsl.base import units
from slmdsl.base.units import Duration, Money, Ratio
from slmdsl.syntax import codes
from slmdsl.syntax.build.rules import RefusedError
from slmdsl.syntax.currencies import CURRENCIES

if TYPE_CHECKING:
    from slmdsl.base.diagnostics import Code
    from slmdsl.syntax.tokens import Token

_UNIT_US: Final = {
    **dict.fromkeys(("us",), units.MICROSECOND),
    **dict.fromkeys(("ms",), units.MILLISECOND),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), units.SECOND),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), units.MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), units.HOUR),
}
_UNIT_DAYS: Final = {"day": 1, "days": 1, "week": 7, "weeks": 7}
_ESCAPES: Final = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}
_DIGITS_AT_MOST: Final = 40
_DAYS_AT_MOST: Final = 1000 * 366


def refuse(code: Code, token: Token, message: str, *, help: str = "") -> RefusedError:  # noqa: A002 - as in Code.at
    """Return the error for a value that does not exist."""
    return RefusedError(code.at(token.span, message, help=help or ()))


def number_of(token: Token) -> Fraction:
    """Return a number exactly: `1_200.5`."""
    if len(token.text) > _DIGITS_AT_MOST:
        raise refuse(codes.IMPOSSIBLE_VALUE, token, f"a number has at most {_DIGITS_AT_MOST} digits")
    return Fraction(token.text.replace("_", ""))


def whole_of(token: Token) -> int:
    """Return a whole number."""
    number = number_of(token)
    if number.denominator != 1:
        raise refuse(codes.IMPOSSIBLE_VALUE, token, f"a whole number is needed here, not {token.text}")
    return int(number)


def ratio_of(token: Token, sign: int = 1) -> Ratio:
    """Return a percentage: `99.9%`."""
    if len(token.text) > _DIGITS_AT_MOST:
        raise refuse(codes.IMPOSSIBLE_VALUE, token, f"a number has at most {_DIGITS_AT_MOST} digits")
    ratio = Ratio.parse(token.text)
    return ratio if sign > 0 else Ratio(-ratio.value)


def money_of(currency: Token, amount: Token) -> Money:
    """Return an amount of money that its currency can pay out: `EUR 1_150.50`."""
    if currency.text not in CURRENCIES:
        advice = "currencies are written as in ISO 4217: EUR, USD, CNY"
        raise refuse(codes.UNKNOWN_CURRENCY, currency, f"`{currency.text}` is not a currency", help=advice)
    number = number_of(amount)
    scaled = number * 10 ** units.minor_digits(currency.text)
    if scaled.denominator != 1:
        digits = units.minor_digits(currency.text)
        message = f"{currency.text} has {digits or 'no'} decimals; {amount.text} has more"
        raise refuse(codes.IMPOSSIBLE_VALUE, amount, message)
    return Money.of(currency.text, Decimal(amount.text.replace("_", "")))


def date_of(token: Token) -> date:
    """Return a date that exists: `2027-02-28`."""
    try:
        return date.fromisoformat(token.text)
    except ValueError:
        raise refuse(codes.IMPOSSIBLE_VALUE, token, f"there is no {token.text} in the calendar") from None


def month_day_of(token: Token) -> tuple[int, int]:
    """Return month and day of `12-26`; 29 February exists in some years."""
    try:
        day = date.fromisoformat(f"2000-{token.text}")
    except ValueError:
        message = f"there is no {token.text} in the calendar: a yearly day is written month-day"
        raise refuse(codes.IMPOSSIBLE_VALUE, token, message) from None
    return day.month, day.day


def time_us_of(token: Token) -> int:
    """Return a time of day as microseconds after midnight; `24:00` is the end of the day."""
    hours, minutes, *rest = token.text.split(":")
    seconds_us = int(Fraction(rest[0]) * units.SECOND) if rest else 0
    total = int(hours) * units.HOUR + int(minutes) * units.MINUTE + seconds_us
    if int(minutes) >= 60 or seconds_us >= units.MINUTE or total > units.DAY:  # noqa: PLR2004 - minutes of an hour
        raise refuse(codes.IMPOSSIBLE_VALUE, token, f"there is no {token.text} o'clock")
    return total


def moment_of(day: Token, clock: Token) -> datetime:
    """Return a local date and time without a zone."""
    total = time_us_of(clock)
    if total == units.DAY:
        raise refuse(codes.IMPOSSIBLE_VALUE, clock, "write 00:00 of the next day for the end of a day")
    seconds, microsecond = divmod(total, units.SECOND)
    moment = time(seconds // 3600, seconds // 60 % 60, seconds % 60, microsecond)
    return datetime.combine(date_of(day), moment)


def clock_part(number: Token, unit: Token) -> Duration:
    """Return one part of a duration: `4 h`, `2 weeks`."""
    count = number_of(number)
    if unit.text in _UNIT_DAYS:
        return _in_range(Duration(days=count * _UNIT_DAYS[unit.text]), number)
    exact = count * _UNIT_US[unit.text]
    if exact.denominator != 1:
        raise refuse(codes.IMPOSSIBLE_VALUE, number, "time is counted in whole microseconds")
    return _in_range(Duration(us=int(exact)), number)


def business_part(number: Token, unit: Token) -> Duration:
    """Return `3 business days`, or the clock time of `3 business hours`."""
    if unit.text in {"day", "days"}:
        count = number_of(number)
        if count > _DAYS_AT_MOST:
            raise refuse(codes.IMPOSSIBLE_VALUE, number, "a duration is at most a thousand years")
        return Duration(business_days=count)
    if unit.text in {"week", "weeks"}:
        message = "a business week has no fixed length: say how many business days"
        raise refuse(codes.MIXED_DURATION, unit, message)
    return clock_part(number, unit)


def duration_of(parts: tuple[Duration, ...], last: Token) -> Duration:
    """Return the sum of the parts of a duration, largest first: `1 h 30 min`."""
    if len(parts) == 1:
        return parts[0]
    if any(part.business_days for part in parts):
        raise refuse(codes.MIXED_DURATION, last, "business days cannot be added to other units of time")
    sizes = [part.wall_us for part in parts]
    if sorted(sizes, reverse=True) != sizes:
        raise refuse(codes.MIXED_DURATION, last, "the parts of a duration come largest first: `1 h 30 min`")
    total = Duration(us=sum(part.us for part in parts), days=sum((part.days for part in parts), Fraction(0)))
    return _in_range(total, last)


def _in_range(duration: Duration, token: Token) -> Duration:
    """Refuse what no calendar reaches, so that sums of microseconds stay within 64 bits."""
    if duration.wall_us > _DAYS_AT_MOST * units.DAY:
        raise refuse(codes.IMPOSSIBLE_VALUE, token, "a duration is at most a thousand years")
    return duration


def text_of(token: Token) -> str:
    """Return what a quoted text says, escapes resolved."""
    inner = token.text[1:-1]
    if "\\" not in inner:
        return inner

    def resolved(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            message = f"`\\{match[1]}` means nothing in a quoted text"
            raise refuse(codes.ESCAPE, token, message, help='the escapes are \\" \\\\ \\n \\t')
        return _ESCAPES[match[1]]

    return re.sub(r"\\(.)", resolved, inner)


def prose_of(text: str) -> str:
    """Return what stands between triple quotes, without its indentation and outer line breaks.

    >>> prose_of('\"\"\"\\n  Two\\n  lines.\\n  \"\"\"')
    'Two\\nlines.'
    """
    inner = text[3:-3]
    first, newline, rest = inner.partition("\n")
    lines = f"{first.strip()}\n{dedent(rest)}" if newline else first
    return "\n".join(line.rstrip() for line in lines.split("\n")).strip("\n").strip(" ")

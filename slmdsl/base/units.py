"""Durations, ratios and money as exact values. Time is counted in integer microseconds everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

MICROSECOND = 1
MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

NO_TIME = -(2**63)
"""The int64 that stands for "no instant" in arrays (numpy's NaT)."""

EARLIEST_US = -25_567 * DAY  # 1900-01-01
LATEST_US = 84_006 * DAY  # 2200-01-01, the first instant that facts cannot have

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_us(instant: datetime) -> int:
    """Return an aware datetime as microseconds since 1970-01-01T00:00Z, exactly."""
    if instant.tzinfo is None:
        msg = f"{instant.isoformat()} has no time zone"
        raise ValueError(msg)
    return (instant - _EPOCH) // timedelta(microseconds=1)


def from_us(instant_us: int) -> datetime:
    """Return microseconds since 1970-01-01T00:00Z as an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=instant_us)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """A length of time as written: clock time, days or business days, never two of them.

    `us` is clock time in microseconds. `days` are bare days (a week is seven), which only mean something on
    a calendar that is always open. `business_days` are open days of a calendar. Exactly one may be non-zero,
    but `days` and `us` go together (`1 day 4 h`).
    """

    us: int = 0
    days: Fraction = Fraction(0)
    business_days: Fraction = Fraction(0)

    @property
    def wall_us(self) -> int:
        """The length in microseconds when a day is 24 hours; business days have none and raise."""
        if self.business_days:
            msg = "business days have no fixed length"
            raise ValueError(msg)
        return self.us + int(self.days * DAY)

    def __str__(self) -> str:
        if self.business_days:
            return f"{plain(self.business_days)} business {_days(self.business_days)}"
        parts = [f"{plain(self.days)} {_days(self.days)}"] if self.days else []
        if self.us or not parts:
            parts.append(clock_words(self.us))
        return " ".join(parts)


def _days(count: Fraction) -> str:
    return "day" if count == 1 else "days"


_LENGTH = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(ms|s|min|h|day|week)s?\b")
_LENGTH_UNITS = {"ms": MILLISECOND, "s": SECOND, "min": MINUTE, "h": HOUR, "day": DAY, "week": 7 * DAY}


def duration_us(text: str) -> int | None:
    """Read `1 h 30 min` in the language's units, in microseconds; None if it is no length of time.

    >>> duration_us("1 h 30 min"), duration_us("soon")
    (5400000000, None)
    """
    text = text.strip()
    parts = _LENGTH.findall(text)
    if not parts or _LENGTH.sub("", text).strip():
        return None
    return int(sum(Fraction(number) * _LENGTH_UNITS[unit] for number, unit in parts))


def clock_words(us: int) -> str:
    """Say clock time in the language's units, largest first: `1 h 30 min`, `0 s`.

    >>> clock_words(5_400_000_000)
    '1 h 30 min'
    """
    sign, rest = ("-", -us) if us < 0 else ("", us)
    parts: list[str] = []
    for unit_us, unit in ((HOUR, "h"), (MINUTE, "min"), (SECOND, "s"), (MILLISECOND, "ms"), (1, "us")):
        count, rest = divmod(rest, unit_us)
        if count:
            parts.append(f"{count} {unit}")
    return sign + (" ".join(parts) or "0 s")


def plain(value: Fraction | Decimal) -> str:
    """Print an exact number without trailing zeros; a fraction without a finite decimal keeps its bar.

    >>> plain(Fraction(3, 2)), plain(Fraction(1, 3))
    ('1.5', '1/3')
    """
    fraction = Fraction(value)
    denominator = fraction.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    if denominator != 1:
        return str(fraction)
    if fraction.denominator == 1:
        return str(fraction.numerator)
    places = 1
    while 10**places % fraction.denominator:
        places += 1
    digits = f"{abs(fraction.numerator) * 10**places // fraction.denominator:0{places + 1}d}"
    return f"{'-' if fraction < 0 else ''}{digits[:-places]}.{digits[-places:]}"


@dataclass(frozen=True, slots=True, order=True)
class Ratio:
    """A share as an exact fraction: `Ratio.parse("99.9%").value` is 999/1000."""

    value: Fraction

    @classmethod
    def parse(cls, text: str) -> Ratio:
        """Read `99.9%`; underscores may group digits."""
        match = re.fullmatch(r"(-?\d[\d_]*(?:\.\d+)?)\s*%", text)
        if match is None:
            msg = f"`{text}` is not a percentage such as 99.9%"
            raise ValueError(msg)
        return cls(Fraction(match[1].replace("_", "")) / 100)

    def __float__(self) -> float:
        return float(self.value)

    def __str__(self) -> str:
        return f"{plain(self.value * 100)}%"


# Currencies whose minor unit is not a hundredth (ISO 4217).
_MINOR_DIGITS = dict.fromkeys(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
) | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in the currency's minor unit (cents), exact."""

    currency: str
    minor: int

    @classmethod
    def of(cls, currency: str, amount: Decimal) -> Money:
        """Return `amount` of `currency`, rounded half up to its minor unit."""
        scale = Decimal(10) ** minor_digits(currency)
        return cls(currency=currency, minor=int((amount * scale).quantize(Decimal(1), ROUND_HALF_UP)))

    def __str__(self) -> str:
        digits = minor_digits(self.currency)
        sign, minor = ("-", -self.minor) if self.minor < 0 else ("", self.minor)
        whole, rest = divmod(minor, 10**digits)
        grouped = f"{whole:_}" if whole >= 1000 else str(whole)  # noqa: PLR2004 - the language groups thousands
        return f"{self.currency} {sign}{grouped}" + (f".{rest:0{digits}d}" if rest else "")


def minor_digits(currency: str) -> int:
    """Return how many digits the minor unit of an ISO 4217 currency has."""
    return _MINOR_DIGITS.get(currency, 2)

"""What a figure is in a workbook: a number, and the form in which it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import Money, minor_digits

if TYPE_CHECKING:
    from slmdsl.report.document.tree import Cell

_EXACT: Final = 10**15
"""A workbook's numbers have 15 digits; a longer one stays text, so that none is changed."""
_FIRST: Final = date(1900, 3, 1)
"""The day before it was none, but a workbook counts it (1900 was no leap year); earlier dates stay text."""
_START: Final = date(1899, 12, 30)
_DAY: Final = timedelta(days=1)
_CLOCK: Final = "[h]:mm:ss"
_A_DAY: Final = {"seconds": 86_400, "us": 86_400_000_000}
"""Units that nobody reads in such numbers, and how many make a day."""
_DIGITS: Final = re.compile(r"\d[.](\d+)")
_MOST_DIGITS: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A value as a workbook counts: dates in days since 1899-12-30, lengths of time in days, shares in parts of 1."""

    value: float
    form: str


def as_number(cell: Cell) -> Number | None:
    """Return a cell as a number with as many digits as its text has; None where a workbook could not hold it as one."""
    value = cell.value
    match value:
        case bool() | str() | None:
            return None
        case Money():
            return _money(value)
        case datetime() | date():
            return _day(value)
        case timedelta():
            return Number(value=value / _DAY, form=_CLOCK) if value >= timedelta(0) else None
        case int() | float() | Decimal() | Fraction():
            return _plain(cell, value)


def _plain(cell: Cell, value: float | Decimal | Fraction) -> Number | None:
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    if not -_EXACT < value < _EXACT:  # what is no number is not, either
        return None
    number = float(value)
    if cell.unit in _A_DAY:
        return Number(value=number / _A_DAY[cell.unit], form=_CLOCK) if number >= 0 else None
    digits = _digits(cell.text)
    if cell.unit == "ratio":
        return Number(value=number, form=f"0{digits or '.0'}%")
    if cell.unit == "percent":
        return Number(value=number, form=f'0{digits or ".0"}" %"')
    return Number(value=number, form=f"#,##0{digits}" if digits or number == int(number) else "General")


def _digits(text: str) -> str:
    """Return the form of the digits behind the point: `.00` where the text has two."""
    found = _DIGITS.search(text)
    return f".{'0' * min(len(found[1]), _MOST_DIGITS)}" if found else ""


def _money(money: Money) -> Number | None:
    if abs(money.minor) >= _EXACT or not money.currency.isalpha():
        return None
    digits = minor_digits(money.currency)
    places = f".{'0' * digits}" if digits else ""
    return Number(value=money.minor / 10**digits, form=f'"{money.currency}" #,##0{places}')


def _day(value: date) -> Number | None:
    if isinstance(value, datetime):
        moved = value.replace(tzinfo=None)  # as it is shown to people; a workbook knows no zones
        if moved.date() < _FIRST:
            return None
        start = datetime(_START.year, _START.month, _START.day)  # noqa: DTZ001 - as what is taken from it
        return Number(value=(moved - start) / _DAY, form="yyyy-mm-dd hh:mm:ss")
    return None if value < _FIRST else Number(value=float((value - _START).days), form="yyyy-mm-dd")

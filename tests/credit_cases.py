"""Agreements with credits and verdicts on their months, made by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from slmdsl.base.local_time import instant_us
from slmdsl.evaluate.period_verdicts import PeriodVerdict, Word
from slmdsl.rules.periods import PeriodGrid
from tests.contracts import read

AVAILABILITY = "availability of mail at least 99.95%"
FIX = "resolution of P1 incidents within 4 h for 90%"
WORDS = {"met": Word.MET, "missed": Word.MISSED, "none": Word.NO_DATA, "running": Word.RUNNING}


def agreement_of(*lines, anchor=1, zone="UTC", valid=None):
    """Return an agreement that says these lines and is valid from its first whole month of 2027 on."""
    valid = valid or f"{month_day(0, anchor)} .. 2032-12-31"
    body = "\n".join(f"  {line}" for line in lines)
    text = (
        f"service mail {{\n}}\nfield site\nsla gold {{\n  valid {valid}\n  timezone {zone}\n"
        f"  months from day {anchor}\n{body}\n}}\n"
    )
    found, _ = read(text)  # what is odd may be asked for too
    return found.agreements["gold"]


def month_day(month, anchor):
    """Return the first day of month 0, 1, ... since January 2027."""
    return date(2027 + month // 12, month % 12 + 1, anchor)


def us(agreement, month):
    """Return the instant at which a month begins."""
    return instant_us(ZoneInfo(agreement.zone), month_day(month, agreement.month_day))


def row_of(agreement, name, place, word, *, level=None, misses=0, n=100, part=None):
    """Return the verdict on period number `place` of a target."""
    target = next(each for each in agreement.targets if each.name == name)
    grid = PeriodGrid.of(target.period, agreement)
    number = grid.number_of(month_day(0, agreement.month_day)) + place
    first, end = (grid.within_validity(grid.first_day(each)) for each in (number, number + 1))
    level = Fraction(1) if level is None else Fraction(level)
    return PeriodVerdict(
        target=target,
        part=part,
        period=grid.label(number),
        from_us=instant_us(ZoneInfo(agreement.zone), first),
        to_us=instant_us(ZoneInfo(agreement.zone), end),
        n=n,
        met=n - misses,
        value=float(level),
        exact=level,
        threshold=0.9,
        verdict=WORDS[word],
    )

"""The period of a report: which one is meant, and from when to when it is for each agreement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from slmdsl.base.local_time import instant_us, local_date
from slmdsl.contract.model.agreements import CalendarPeriod, PeriodUnit
from slmdsl.report.service.failures import ReportError
from slmdsl.rules.periods import PeriodGrid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from slmdsl.contract.model.agreements import Agreement

_FORMS: Final = {
    PeriodUnit.YEAR: (re.compile(r"([0-9]{4})"), "2027"),
    PeriodUnit.QUARTER: (re.compile(r"([0-9]{4})-Q([1-4])"), "2027-Q1"),
    PeriodUnit.MONTH: (re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])"), "2027-03"),
    PeriodUnit.WEEK: (re.compile(r"([0-9]{4})-W([0-5][0-9])"), "2027-W10"),
    PeriodUnit.DAY: (re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"), "2027-03-31"),
}

_FIRST_YEAR: Final = 2
_LAST_YEAR: Final = 9998  # the periods before and after must be years as well
_EARLIEST: Final = date(_FIRST_YEAR, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The period of a report as one agreement has it: half-open, its last day included in `last`."""

    from_us: int
    to_us: int
    first: date
    last: date
    is_cut: bool
    """Whether the agreement's validity takes a part away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The period of a report: its name, the one before it, and its stretch in each agreement in force then."""

    label: str
    before: str
    unit: PeriodUnit
    stretches: Mapping[str, Stretch]

    @property
    def to_us(self) -> int:
        """The end of the last agreement's period."""
        return max(each.to_us for each in self.stretches.values())


def span_of(agreements: Sequence[Agreement], unit: str, label: str | None, known_us: int) -> Span:
    """Return the period of a report.

    Args:
        agreements: of the report, at least one.
        unit: how long a period of the report is.
        label: the name of a period, as `2027-03`; None for the last one that was over at `known_us`, or else, where no
            agreement was in force in it, the first in which one is.
        known_us: the last instant that is known of.

    Raises:
        ReportError: no such period, or no agreement is in force then.
    """
    length = PeriodUnit(unit)
    grids = {each.name: PeriodGrid.of(CalendarPeriod(unit=length), each) for each in agreements}
    first = next(iter(grids.values()))
    number = _last_over(grids.values(), known_us) if label is None else _number(length, label)
    found = {name: _stretch(grid, number) for name, grid in grids.items()}
    stretches = {name: stretch for name, stretch in found.items() if stretch is not None}
    said = first.label(number)
    if not stretches:
        ranges = ", ".join(_validity(each) for each in agreements)
        msg = f"no agreement of the report is in force in {said}"
        raise ReportError(msg, f"say another `--period`: {ranges}")
    return Span(label=said, before=first.label(number - 1), unit=length, stretches=stretches)


def _number(unit: PeriodUnit, label: str) -> int:
    """Return the number of the period that is called `label`."""
    form, example = _FORMS[unit]
    read = form.fullmatch(label)
    if read is None:
        other = next((each for each, (known, _) in _FORMS.items() if known.fullmatch(label)), None)
        what = f"is a {other.value}" if other else "is no period"
        msg = f"`{label}` {what}, and this is a report of every {unit.value}"
        raise ReportError(msg, f"write `--period {example}`")
    parts = [int(each) for each in read.groups()]
    try:
        return _numbered(unit, parts)
    except ValueError:
        msg = f"there is no {unit.value} `{label}`"
        raise ReportError(msg, f"write `--period {example}`") from None


def _numbered(unit: PeriodUnit, parts: list[int]) -> int:
    if not _FIRST_YEAR <= parts[0] <= _LAST_YEAR:
        raise ValueError
    if unit is PeriodUnit.DAY:
        return date(*parts).toordinal() - 1
    if unit is PeriodUnit.WEEK:
        return (date.fromisocalendar(parts[0], parts[1], 1).toordinal() - 1) // 7
    per_year = {PeriodUnit.MONTH: 12, PeriodUnit.QUARTER: 4, PeriodUnit.YEAR: 1}[unit]
    return parts[0] * per_year + (parts[1] - 1 if parts[1:] else 0)


def _last_over(grids: Iterable[PeriodGrid], known_us: int) -> int:
    """Return the last period that is over at an instant and in which an agreement was in force, else the first such."""
    numbers = []
    known_us = max(known_us, 0)  # a log without any fact knows of no instant at all
    for grid in grids:
        last = min(local_date(grid.zone, known_us), grid.end - timedelta(days=1))
        number = grid.number_of(last)
        is_over = instant_us(grid.zone, grid.within_validity(grid.first_day(number + 1))) <= known_us
        numbers.append(max(number if is_over else number - 1, grid.number_of(max(grid.begin, _EARLIEST))))
    return max(numbers)


def _stretch(grid: PeriodGrid, number: int) -> Stretch | None:
    whole = grid.first_day(number), grid.first_day(number + 1)
    first, end = (grid.within_validity(day) for day in whole)
    if first >= end:
        return None
    return Stretch(
        from_us=instant_us(grid.zone, first),
        to_us=instant_us(grid.zone, end),
        first=first,
        last=end - timedelta(days=1),
        is_cut=(first, end) != whole,
    )


def _validity(agreement: Agreement) -> str:
    begin, end = agreement.valid_from, agreement.valid_to
    return f"`{agreement.name}` is in force {begin or 'always'} .. {end or ''}".rstrip(" .")

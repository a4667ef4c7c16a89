"""The periods in which a target is judged, as arrays of instants.

Everything that is counted falls into a *bucket*: a calendar period, or a local day for rolling periods. A verdict's
period is a run of buckets, so rolling sums are differences of cumulative sums.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import instant_us, local_date
from slmdsl.contract.model.agreements import PeriodUnit, RollingPeriod

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.contract.model.agreements import Agreement, Period, Target

    Int64 = npt.NDArray[np.int64]

Number = TypeVar("Number", bound=np.generic)

_MONTHS = {PeriodUnit.MONTH: 1, PeriodUnit.QUARTER: 3, PeriodUnit.YEAR: 12}
_DAYS = {PeriodUnit.DAY: 1, PeriodUnit.WEEK: 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """The p periods of a target over b buckets, in time order.

    Period i is `[from_us[i], to_us[i])` and the buckets `[first_bucket[i], end_bucket[i])`; bucket j is
    `[bucket_edges_us[j], bucket_edges_us[j + 1])`. `first_days[i]` is the local date on which period i begins, by
    which dated goals are chosen; `cut[i]` tells that `valid` took a part of it away.
    """

    labels: tuple[str, ...]
    first_days: tuple[date, ...]
    from_us: Int64
    to_us: Int64
    cut: npt.NDArray[np.bool_]
    bucket_edges_us: Int64
    first_bucket: Int64
    end_bucket: Int64

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def buckets(self) -> int:
        """How many buckets there are."""
        return len(self.bucket_edges_us) - 1

    def bucket_of(self, instants_us: Int64) -> Int64:
        """Return the bucket of each instant (any shape), -1 where it lies in none."""
        found = np.searchsorted(self.bucket_edges_us, instants_us, side="right") - 1
        return np.where(found < self.buckets, found, -1)

    def sums(self, per_bucket: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """Return the sums over each period's buckets of values along the last axis (length b becomes length p)."""
        running = np.zeros((*per_bucket.shape[:-1], self.buckets + 1), dtype=per_bucket.dtype)
        np.cumsum(per_bucket, axis=-1, out=running[..., 1:])
        return np.asarray(running[..., self.end_bucket] - running[..., self.first_bucket])


def periods_of(target: Target, agreement: Agreement, from_us: int, to_us: int) -> Periods:
    """Return the periods of `target` that meet `[from_us, to_us)` and the agreement's validity.

    Calendar periods begin at local midnight in the agreement's zone and are labelled by the day, week, month,
    quarter or year in which they begin (with `months from day 16`, `2027-03` is 16 March to 15 April). A rolling
    period stands for each local day and is there from its first full window on, counted from the first day of
    `valid`, or else the day of `from_us`.

    Args:
        target: whose `period` is cut up.
        agreement: gives zone, first day of months and validity.
        from_us: the first instant of interest (see `judged_span_us`).
        to_us: the end of interest, exclusive: as of, plus one.

    Returns:
        The periods in time order; none where the span and the validity do not meet.
    """
    grid = PeriodGrid.of(target.period, agreement)
    numbers = grid.numbers(local_date(grid.zone, from_us), local_date(grid.zone, to_us - 1))
    days = [grid.first_day(number) for number in numbers]
    within = [grid.within_validity(day) for day in days]
    edges_us = [instant_us(grid.zone, day) for day in within]
    # A date that its zone skipped (Samoa, 2011-12-30) has no time and is no period.
    kept = [i for i, edge in enumerate(edges_us[1:]) if edges_us[i] < edge]
    edges = np.array([edges_us[i] for i in kept] + edges_us[-1:] or [to_us], dtype=np.int64)
    first_days = tuple(within[i] for i in kept)
    if isinstance(target.period, RollingPeriod):
        return _rolling(target.period.days, first_days, edges)
    return Periods(
        labels=tuple(grid.label(numbers[i]) for i in kept),
        first_days=first_days,
        from_us=edges[:-1],
        to_us=edges[1:],
        cut=np.array([days[i : i + 2] != within[i : i + 2] for i in kept], dtype=np.bool_),
        bucket_edges_us=edges,
        first_bucket=np.arange(len(kept)),
        end_bucket=np.arange(len(kept)) + 1,
    )


def _rolling(window: int, days: tuple[date, ...], edges: Int64) -> Periods:
    """Return one period for each day that ends a full window of `window` days."""
    first = np.arange(max(len(days) - window + 1, 0))
    return Periods(
        labels=tuple(f"{day.isoformat()}/{window}d" for day in days[window - 1 :]),
        first_days=days[: len(first)],
        from_us=edges[first],
        to_us=edges[first + window],
        cut=np.zeros(len(first), dtype=np.bool_),
        bucket_edges_us=edges,
        first_bucket=first,
        end_bucket=first + window,
    )


def judged_span_us(agreement: Agreement, first_us: int, as_of_us: int) -> tuple[int, int]:
    """Return the half-open span whose periods are reported: from the start of `valid`, else the first fact, on."""
    begin_us, _ = validity_us(agreement)
    return (first_us if agreement.valid_from is None else begin_us), as_of_us + 1


def validity_us(agreement: Agreement) -> tuple[int, int]:
    """Return the instants between which an agreement is in force, half-open; an open side is the end of int64."""
    zone, limits = ZoneInfo(agreement.zone), np.iinfo(np.int64)
    begin, end = agreement.valid_from, agreement.valid_to
    return (
        int(limits.min) if begin is None else instant_us(zone, begin),
        int(limits.max) if end is None else instant_us(zone, _from_ordinal(end.toordinal() + 1)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodGrid:
    """Calendar periods by number, the next one being one more: days and weeks since year 1, months, quarters, years.

    Those of a rolling period are its days.
    """

    unit: PeriodUnit
    zone: ZoneInfo
    month_day: int
    clamp: bool
    begin: date
    end: date
    """Exclusive."""

    @classmethod
    def of(cls, period: Period, agreement: Agreement) -> PeriodGrid:
        """Return the periods of an agreement, in its zone and with its first day of months."""
        valid_to = agreement.valid_to or date.max
        return cls(
            unit=PeriodUnit.DAY if isinstance(period, RollingPeriod) else period.unit,
            zone=ZoneInfo(agreement.zone),
            month_day=agreement.month_day,
            clamp=agreement.month_overflow == "clamp",
            begin=agreement.valid_from or date.min,
            end=_from_ordinal(valid_to.toordinal() + 1),
        )

    def within_validity(self, day: date) -> date:
        """Return the day, or the end of the validity that it lies beyond."""
        return min(max(day, self.begin), self.end)

    def numbers(self, lowest: date, highest: date) -> range:
        """Return the periods that meet both `lowest..highest` and the validity, and the one after the last."""
        lowest, highest = max(lowest, self.begin), min(highest, _from_ordinal(self.end.toordinal() - 1))
        if lowest > highest:
            return range(0)
        return range(self.number_of(lowest), self.number_of(highest) + 2)

    def number_of(self, day: date) -> int:
        """Return the number of the period that holds `day`."""
        if self.unit in _DAYS:
            return (day.toordinal() - 1) // _DAYS[self.unit]
        number = (day.year * 12 + day.month - 1) // _MONTHS[self.unit]
        return number if self.first_day(number) <= day else number - 1

    def first_day(self, number: int) -> date:
        """Return the day on which a period begins."""
        if self.unit in _DAYS:
            return _from_ordinal(number * _DAYS[self.unit] + 1)
        year, month = divmod(number * _MONTHS[self.unit], 12)
        length = monthrange(year, month + 1)[1]
        if self.month_day <= length or self.clamp:
            return date(year, month + 1, min(self.month_day, length))
        return _from_ordinal(date(year, month + 1, length).toordinal() + 1)

    def label(self, number: int) -> str:
        """Return a period's name."""
        if self.unit is PeriodUnit.DAY:
            return self.first_day(number).isoformat()
        if self.unit is PeriodUnit.WEEK:
            year, week, _ = self.first_day(number).isocalendar()
            return f"{year:04}-W{week:02}"
        year, place = divmod(number, 12 // _MONTHS[self.unit])
        suffix = {
            PeriodUnit.MONTH: f"-{place + 1:02}",
            PeriodUnit.QUARTER: f"-Q{place + 1}",
            PeriodUnit.YEAR: "",
        }
        return f"{year:04}{suffix[self.unit]}"


def _from_ordinal(ordinal: int) -> date:
    return date.fromordinal(min(ordinal, date.max.toordinal()))

"""The calendar as people use it: datetimes and timedeltas, or numpy arrays of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast, overload

from slmdsl.base.units import NO_TIME
from slmdsl.calendars.instants import (
    as_asked,
    is_numpy,
    numpy_instants,
    numpy_spans,
    read_instant,
    read_span,
)
from slmdsl.calendars.open_time import OpenTime

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from slmdsl.calendars.instants import Instants, Spans
    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.calendars.stretches import Int64


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One open stretch of an elapsed time, and the open time counted by its end."""

    start: datetime
    end: datetime
    total: timedelta


class Calendar(OpenTime):
    """When time counts, as one monotone function of instants with both its inverses.

    Aware datetimes keep their zone in the answer. Naive ones are on the calendar's wall clock, and so is the answer:
    a time that occurs twice is the first (unless its `fold` is 1), one that does not exist raises ValueError. numpy
    `datetime64` is UTC; if any argument is numpy's, so is the answer, in microseconds. Arguments broadcast.
    What does not exist, because the calendar is never open again, is None, or NaT in arrays.

    The methods of `OpenTime`, whose names end in `_us`, answer the same in integer microseconds.

    >>> from slmdsl.calendars import CalendarPlan, Window
    >>> hours = (Window.parse("08:00-18:00"),)
    >>> office = Calendar(CalendarPlan(name="office", zone="Europe/Amsterdam", weekly=(hours,) * 5 + ((), ())))
    >>> friday = datetime(2027, 3, 5, 17, 0)
    >>> print(office.elapsed(friday, datetime(2027, 3, 8, 9, 30)))
    2:30:00
    >>> print(office.due(friday, timedelta(hours=4)))
    2027-03-08 11:00:00
    >>> print(office.due(friday, business_days=3))
    2027-03-10 17:00:00
    """

    __slots__ = ()

    @overload
    def elapsed(self, start: datetime, end: datetime) -> timedelta: ...
    @overload
    def elapsed(self, start: Instants, end: datetime | Instants) -> Spans: ...
    @overload
    def elapsed(self, start: datetime, end: Instants) -> Spans: ...
    def elapsed(self, start: datetime | Instants, end: datetime | Instants) -> timedelta | Spans:
        """Return the open time from start to end, negative if the end comes first.

        Raises:
            CalendarRangeError: for times outside the years 1900 to 2199.
        """
        counted_us: Any = self.elapsed_us(*self._read(start, end))
        return numpy_spans(counted_us) if is_numpy(start, end) else timedelta(microseconds=counted_us)

    @overload
    def due(self, start: datetime, limit: timedelta) -> datetime | None: ...
    @overload
    def due(self, start: datetime, *, business_days: int | Fraction | Decimal) -> datetime | None: ...
    @overload
    def due(self, start: datetime, limit: Spans) -> Instants: ...
    @overload
    def due(self, start: Instants, limit: timedelta | Spans) -> Instants: ...
    @overload
    def due(self, start: Instants, *, business_days: int | Fraction | Decimal) -> Instants: ...
    def due(
        self,
        start: datetime | Instants,
        limit: timedelta | Spans | None = None,
        *,
        business_days: int | Fraction | Decimal | None = None,
    ) -> datetime | Instants | None:
        """Return the earliest time at which `limit` of open time, or `business_days`, have passed since start.

        Raises:
            ValueError: for a negative limit.
            TypeError: unless one of `limit` and `business_days` is given; for days that are no exact number.
            CalendarRangeError: for times outside the years 1900 to 2199, asked or sought.
        """
        if (limit is None) == (business_days is None):
            msg = "give a limit, or business_days"
            raise TypeError(msg)
        (start_us,) = self._read(start)
        if limit is not None:
            return self._written(self.due_us(start_us, read_span(limit)), start, limit)
        if not isinstance(business_days, int | Fraction | Decimal):
            msg = f"business days are an int, a Fraction or a Decimal, not {type(business_days).__name__}"
            raise TypeError(msg)
        return self._written(self.due_days_us(start_us, Fraction(business_days)), start)

    @overload
    def due_back(self, end: datetime, span: timedelta) -> datetime | None: ...
    @overload
    def due_back(self, end: Instants, span: timedelta | Spans) -> Instants: ...
    @overload
    def due_back(self, end: datetime, span: Spans) -> Instants: ...
    def due_back(self, end: datetime | Instants, span: timedelta | Spans) -> datetime | Instants | None:
        """Return the latest time from which `span` of open time passes until end.

        Raises:
            ValueError: for a negative span.
            CalendarRangeError: for times outside the years 1900 to 2199, asked or sought.
        """
        (end_us,) = self._read(end)
        return self._written(self.due_back_us(end_us, read_span(span)), end, span)

    @overload
    def next_open(self, t: datetime) -> datetime | None: ...
    @overload
    def next_open(self, t: Instants) -> Instants: ...
    def next_open(self, t: datetime | Instants) -> datetime | Instants | None:
        """Return the earliest open time that is not before `t`.

        Raises:
            CalendarRangeError: for times outside the years 1900 to 2199.
        """
        return self._written(self.next_open_us(*self._read(t)), t)

    @overload
    def is_open(self, t: datetime) -> bool: ...
    @overload
    def is_open(self, t: Instants) -> npt.NDArray[np.bool_]: ...
    def is_open(self, t: datetime | Instants) -> bool | npt.NDArray[np.bool_]:
        """Return whether time counts at `t`; at closing time it does not.

        Raises:
            CalendarRangeError: for times outside the years 1900 to 2199.
        """
        (at_us,) = self._read(t)
        return cast("bool | npt.NDArray[np.bool_]", self.is_open_us(at_us))

    def steps(self, start: datetime, end: datetime) -> tuple[Step, ...]:
        """Return the open stretches from start to end with running totals; the last total is the elapsed time.

        Raises:
            CalendarRangeError: for times outside the years 1900 to 2199.
        """
        starts_us, ends_us = self.intervals_us(*self._read(start, end))
        totals_us = (ends_us - starts_us).cumsum()
        return tuple(
            Step(
                start=as_asked(begin_us, start.tzinfo, self.zone),
                end=as_asked(close_us, start.tzinfo, self.zone),
                total=timedelta(microseconds=total_us),
            )
            for begin_us, close_us, total_us in zip(
                starts_us.tolist(), ends_us.tolist(), totals_us.tolist(), strict=True
            )
        )

    def _read(self, *times: datetime | Instants) -> tuple[Any, ...]:
        return tuple(read_instant(time, self.zone) for time in times)

    def _written(
        self, answer_us: int | Int64 | None, asked: datetime | Instants, *others: object
    ) -> datetime | Instants | None:
        if is_numpy(asked, *others):
            return numpy_instants(NO_TIME if answer_us is None else answer_us)
        zone = cast("datetime", asked).tzinfo
        return None if answer_us is None else as_asked(cast("int", answer_us), zone, self.zone)


@lru_cache(maxsize=256)
def calendar_of(plan: CalendarPlan) -> Calendar:
    """Return the calendar of a plan; equal plans share one, and what it has worked out.

    Raises:
        ZoneInfoNotFoundError: if the plan's zone is unknown.
    """
    return Calendar(plan)

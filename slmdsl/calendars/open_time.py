"""The calendar in microseconds: W, both inverses, business days, tables."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, TypeVar, overload
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.calendars.business_days import days_between, scaled_days
from slmdsl.calendars.columns import answered, microseconds, or_none
from slmdsl.calendars.coverage import Coverage
from slmdsl.calendars.day_limits import all_due_after_days, due_after_days, end_of_day
from slmdsl.calendars.stretches import FAR, Stretches, merged
from slmdsl.calendars.table import table

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.calendars.stretches import Int64
    from slmdsl.calendars.table import CalendarTable
    from slmdsl.calendars.timeline import Timeline

_T = TypeVar("_T", int, "Int64")


class OpenTime:
    """The open time of a plan as one monotone function `W(t)`, in integer microseconds UTC, and its inverses.

    Every question takes ints and answers with an int, or takes int64 arrays of any shapes that broadcast and answers
    with an array. NO_TIME in an array gives NO_TIME (closed, for `is_open_us`). Where an answer does not exist, because
    the calendar is never open again, it is None for ints and NO_TIME in arrays.

    Instants from 1900 to 2199 can be asked; others, and answers outside, raise `CalendarRangeError`. Holidays are
    known for the years for which the `holidays` package has them.
    """

    __slots__ = ("_coverage", "plan", "zone")

    def __init__(self, plan: CalendarPlan) -> None:
        self.plan = plan
        self.zone = ZoneInfo(plan.zone)
        self._coverage = Coverage(plan)

    def open_us(self, instants_us: _T) -> _T:
        """Return W: open microseconds since 1970-01-01 UTC, negative before."""
        return answered(lambda at: self._spanning(at).open_until(at), instants_us)  # type: ignore[no-any-return]

    @overload
    def is_open_us(self, instants_us: int) -> bool: ...
    @overload
    def is_open_us(self, instants_us: Int64) -> npt.NDArray[np.bool_]: ...
    def is_open_us(self, instants_us: int | Int64) -> bool | npt.NDArray[np.bool_]:
        """Return whether instants lie in open time; a stretch's end does not."""

        def question(at: Int64) -> npt.NDArray[np.bool_]:
            line = self._spanning(at)
            return np.asarray(line.starts_us[line.by_time.after(at)] <= at)

        return answered(question, instants_us, dtype=np.bool_, missing=False)  # type: ignore[no-any-return]

    @overload
    def elapsed_us(self, start_us: int, end_us: int) -> int: ...
    @overload
    def elapsed_us(self, start_us: Int64, end_us: int | Int64) -> Int64: ...
    @overload
    def elapsed_us(self, start_us: int, end_us: Int64) -> Int64: ...
    def elapsed_us(self, start_us: int | Int64, end_us: int | Int64) -> int | Int64:
        """Return the open microseconds from starts to ends, negative where the end comes first."""

        def question(start: Int64, end: Int64) -> Int64:
            line = self._spanning(start, end)
            return line.open_until(end) - line.open_until(start)

        return answered(question, start_us, end_us)  # type: ignore[no-any-return]

    @overload
    def due_us(self, start_us: int, limit_us: int) -> int | None: ...
    @overload
    def due_us(self, start_us: Int64, limit_us: int | Int64) -> Int64: ...
    @overload
    def due_us(self, start_us: int, limit_us: Int64) -> Int64: ...
    def due_us(self, start_us: int | Int64, limit_us: int | Int64) -> int | Int64 | None:
        """Return the earliest instants at which `limit_us` (>= 0) of open time has passed; a start for limit 0."""

        def question(start: Int64, limit: Int64) -> Int64:
            line = self._spanning(start)
            goals = line.open_until(start) + _amount(limit)
            most = goals.max(where=limit > 0, initial=line.first_open_us)
            line = self._coverage.later(line, lambda line: line.last_open_us >= most)
            found = line.at_open(goals, line.first_reaching(goals))
            return np.where(limit == 0, start, np.where(goals <= line.last_open_us, found, NO_TIME))

        return or_none(answered(question, start_us, limit_us))  # type: ignore[no-any-return]

    @overload
    def due_at_next_opening_us(self, start_us: int, limit_us: int) -> int | None: ...
    @overload
    def due_at_next_opening_us(self, start_us: Int64, limit_us: int | Int64) -> Int64: ...
    @overload
    def due_at_next_opening_us(self, start_us: int, limit_us: Int64) -> Int64: ...
    def due_at_next_opening_us(self, start_us: int | Int64, limit_us: int | Int64) -> int | Int64 | None:
        """Return the latest instants at which no more than `limit_us` (>= 0) of open time has passed.

        They differ from `due_us` where a limit runs out exactly at closing: then it is the next opening.
        """

        def question(start: Int64, limit: Int64) -> Int64:
            line = self._spanning(start)
            goals = line.open_until(start) + _amount(limit)
            line = self._coverage.later(line, lambda line: line.last_open_us > goals.max())
            found = line.at_open(goals, line.first_beyond(goals))
            return np.where(goals < line.last_open_us, found, NO_TIME)

        return or_none(answered(question, start_us, limit_us))  # type: ignore[no-any-return]

    @overload
    def due_back_us(self, end_us: int, span_us: int) -> int | None: ...
    @overload
    def due_back_us(self, end_us: Int64, span_us: int | Int64) -> Int64: ...
    @overload
    def due_back_us(self, end_us: int, span_us: Int64) -> Int64: ...
    def due_back_us(self, end_us: int | Int64, span_us: int | Int64) -> int | Int64 | None:
        """Return the latest instants from which `span_us` (>= 0) of open time passes until ends; an end for 0."""

        def question(end: Int64, span: Int64) -> Int64:
            line = self._spanning(end)
            goals = line.open_until(end) - _amount(span)
            line = self._coverage.earlier(line, lambda line: line.first_open_us <= goals.min())
            reached = np.maximum(goals, line.first_open_us)
            found = line.at_open(reached, line.first_beyond(reached))
            return np.where(span == 0, end, np.where(goals == reached, found, NO_TIME))

        return or_none(answered(question, end_us, span_us))  # type: ignore[no-any-return]

    @overload
    def next_open_us(self, instants_us: int) -> int | None: ...
    @overload
    def next_open_us(self, instants_us: Int64) -> Int64: ...
    def next_open_us(self, instants_us: int | Int64) -> int | Int64 | None:
        """Return the earliest open instants that are not before `instants_us`."""
        return self.due_at_next_opening_us(instants_us, 0)

    def intervals_us(self, start_us: int, end_us: int) -> tuple[Int64, Int64]:
        """Return the starts and the ends of the open stretches between two instants, cut at both."""
        start_us, end_us = int(start_us), int(end_us)
        if end_us <= start_us:
            return np.array([], dtype=np.int64), np.array([], dtype=np.int64)
        line = self._coverage.spanning(start_us, end_us)
        first, last = line.by_time.after(np.array([start_us, end_us]))
        starts_us = np.clip(line.starts_us[first : last + 1], start_us, end_us)
        ends_us = np.clip(line.ends_us[first : last + 1], start_us, end_us)
        some = starts_us < ends_us
        return merged(Stretches(starts_us[some], ends_us[some]))

    def elapsed_days(self, start_us: int, end_us: int) -> Fraction:
        """Return the business days from start to end, exactly; negative if the end comes first."""
        if end_us < start_us:
            return -self.elapsed_days(end_us, start_us)
        return days_between(self._coverage.spanning(int(start_us), int(end_us)), int(start_us), int(end_us))

    def days(self, instants_us: Int64) -> tuple[Int64, int]:
        """Return D at an array of instants in units, and how many units make a business day.

        D counts from some time before the earliest of them: differences mean something. NO_TIME stays NO_TIME.

        Raises:
            BusinessDayOverflow: if the years between them have days of too many different lengths for int64.
        """
        instants_us = microseconds(instants_us)
        known = instants_us[instants_us != NO_TIME]
        if not len(known):
            return np.full(instants_us.shape, NO_TIME), 1
        line = self._spanning(known)
        first, last = line.by_time.after(np.array([known.min(), known.max()]))
        scaled = scaled_days(line, int(first), min(int(last) + 1, len(line.starts_us) - 1))
        return answered(lambda at: scaled.at(line, at), instants_us), scaled.units

    @overload
    def due_days_us(self, start_us: int, days: Fraction | int) -> int | None: ...
    @overload
    def due_days_us(self, start_us: Int64, days: Fraction | int) -> Int64: ...
    def due_days_us(self, start_us: int | Int64, days: Fraction | int) -> int | Int64 | None:
        """Return the first instants at which `days` (>= 0) business days have passed; a start for 0 days.

        Raises:
            BusinessDayOverflow: for arrays, as `days` does; one instant can always be asked.
        """
        if days < 0:
            msg = f"a limit is not negative: {days} business days"
            raise ValueError(msg)
        exact = Fraction(days)
        if not isinstance(start_us, np.ndarray):
            return due_after_days(self._coverage, int(start_us), exact) if days else start_us
        return answered(  # type: ignore[no-any-return]
            lambda start: all_due_after_days(self._coverage, start, exact) if days else start, start_us
        )

    @overload
    def end_of_business_day_us(self, start_us: int, days: int) -> int | None: ...
    @overload
    def end_of_business_day_us(self, start_us: Int64, days: int | Int64) -> Int64: ...
    @overload
    def end_of_business_day_us(self, start_us: int, days: Int64) -> Int64: ...
    def end_of_business_day_us(self, start_us: int | Int64, days: int | Int64) -> int | Int64 | None:
        """Return the close of the n-th business day after the day of opening, of that day itself for 0.

        What is opened outside hours counts as opened at the next opening.
        """
        if np.min(days, initial=0) < 0:
            msg = f"a limit is not negative: {np.min(days)} business days"
            raise ValueError(msg)
        return or_none(answered(partial(end_of_day, self._coverage), start_us, days))  # type: ignore[no-any-return]

    def table(self, lo_us: int, hi_us: int, *, business_days: bool = False) -> CalendarTable:
        """Return the calendar from `lo_us` to `hi_us` as arrays for compiled kernels; see `CalendarTable`.

        Raises:
            CalendarRangeError: for instants outside the years that calendars cover.
            BusinessDayOverflow: if business days are asked for and have too many different lengths.
        """
        return table(self._coverage.spanning(lo_us, hi_us), lo_us, hi_us, business_days=business_days)

    def _spanning(self, *columns: Int64) -> Timeline:
        lowest = min(int(column.min()) for column in columns)
        return self._coverage.spanning(lowest, max(int(column.max()) for column in columns))


def _amount(limit_us: Int64) -> Int64:
    """Return limits for a sum; what is longer than all time calendars know stands for any such."""
    if limit_us.min() < 0:
        msg = f"a limit is not negative: {limit_us.min()} us"
        raise ValueError(msg)
    return np.minimum(limit_us, FAR // 2)

"""`calendar`: when time counts."""

from __future__ import annotations

from dataclasses import dataclass

from slmdsl.syntax.tree.common import DateRange, Literal, Node, Weekdays, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWeekly(Node):
    """`open mon..fri 08:00-12:30, 13:00-18:00`."""

    days: Weekdays
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDated(Node):
    """`open 2027-12-18 09:00-17:00`: replaces the weekly hours of those days."""

    days: DateRange
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyDay(Node):
    """`every 12-26`."""

    month: int
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDays(Node):
    """Days that are closed, or with a `window` only that part of each."""

    days: DateRange | YearlyDay
    window: Window | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Node):
    """`closed every 12-26, 2027-08-02 .. 2027-08-06`, `closed 2027-12-24 12:00-18:00`."""

    days: tuple[ClosedDays, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays(Node):
    """`holidays NL, US-CA`: countries or subdivisions (ISO 3166). Also in `staff`."""

    regions: tuple[Literal[str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessDays(Node):
    """`business days mon..fri`: only these count as business days."""

    days: Weekdays

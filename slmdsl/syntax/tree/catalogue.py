"""`provider` `customer` `supplier` `team` `service` `request` `priorities`: who offers what, and on what it rests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.syntax.tree.common import DateRange, Literal, Name, Node, Ref, Text, Weekdays, Window

if TYPE_CHECKING:
    from slmdsl.base.units import Duration, Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Node):
    """`contact "a@b.example"` or `contact lead "a@b.example"`."""

    name: Name | None
    address: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCount(Node):
    """`users 1_850` of a customer."""

    count: Literal[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAs(Node):
    """`known as "Service Desk*", "1st line"`: patterns of a party's names in data."""

    patterns: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceUsers(Node):
    """`users acme` of a service."""

    customers: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criticality(Node):
    """`criticality high`."""

    level: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursOn(Node):
    """`hours always`, `hours office`: a calendar by name."""

    calendar: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursWeekly(Node):
    """`hours mon..sun 07:00-22:00 Europe/Amsterdam`."""

    days: Weekdays
    windows: tuple[Window, ...]
    zone: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Components(Node):
    """`components east, west`."""

    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedOne(Node):
    """A service or component that is needed."""

    what: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedAll(Node):
    """`a, b`: all are needed."""

    parts: tuple[Need, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedAny(Node):
    """`any 1 of (east, west)`: so many are needed."""

    least: Literal[int]
    parts: tuple[Need, ...]


Need = NeedOne | NeedAll | NeedAny


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs(Node):
    """`needs directory, any 1 of (east, west)`. `need` is a `NeedAll` only for more than one."""

    need: Need


@dataclass(frozen=True, slots=True, kw_only=True)
class NthWeekday(Node):
    """`second sunday of month`: `nth` is 1 to 5, -1 for `last`; `weekday` 0 is Monday."""

    nth: int
    weekday: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfMonth(Node):
    """`day 15 of month`."""

    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily(Node):
    """`every day`."""


Recurrence = NthWeekday | DayOfMonth | Daily | Weekdays | DateRange
"""`every sunday` and `sun` are `Weekdays`; a date or range of dates is a `DateRange`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance(Node):
    """`maintenance second sunday of month 02:00-06:00 Europe/Amsterdam, notice 5 days`."""

    recurrence: Recurrence
    windows: tuple[Window, ...]
    zone: Literal[str] | None
    notice: Literal[Duration] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Node):
    """`metric checkout_ms in ms`."""

    name: Name
    unit: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestService(Node):
    """`service email` of a request."""

    service: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Price(Node):
    """`price EUR 1_150`."""

    money: Literal[Money]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval(Node):
    """`approval "line manager"`."""

    by: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency(Node):
    """`urgency high medium low`: the columns of the matrix."""

    levels: tuple[Name, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact(Node):
    """`impact widespread P1 P2 P3`: one row of the matrix. Mentioning a priority here declares it."""

    level: Name
    priorities: tuple[Name, ...]

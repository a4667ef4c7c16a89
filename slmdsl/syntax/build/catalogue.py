"""Builders of parties, services, requests and priorities: `grammar/catalogue.lark`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.syntax import codes
from slmdsl.syntax.build import values
from slmdsl.syntax.build.rules import made, node, said, the, word_of
from slmdsl.syntax.tree import catalogue as tree
from slmdsl.syntax.tree.common import Literal, Name, Text, Weekdays

if TYPE_CHECKING:
    from slmdsl.base.spans import Span
    from slmdsl.base.units import Duration
    from slmdsl.syntax.tokens import Token
    from slmdsl.syntax.tree.common import Window


@node
def contact(span: Span, *parts: object) -> tree.Contact:
    """Build `contact lead "a@b.example"`."""
    address = next(part for part in parts if isinstance(part, Text))
    return tree.Contact(name=the(Name, parts), address=address, span=span)


known_as = made(tree.KnownAs, "patterns")
user_count = made(tree.UserCount, "count")
service_users = made(tree.ServiceUsers, "customers")
hours_on = made(tree.HoursOn, "calendar")
hours_weekly = made(tree.HoursWeekly, "days", "windows", "zone")
components = made(tree.Components, "names")
need_one = made(tree.NeedOne, "what")
need_list = node(lambda span, *parts: parts[0] if len(parts) == 1 else tree.NeedAll(parts=parts, span=span))
needs = made(tree.Needs, "need")
request_service = made(tree.RequestService, "service")
price = made(tree.Price, "money")
approval = made(tree.Approval, "by")
urgency = node(lambda span, *levels: tree.Urgency(levels=levels, span=span))
impact = node(lambda span, level, *priorities: tree.Impact(level=level, priorities=priorities, span=span))
criticality = made(tree.Criticality, "level")
criticality_level = unit_name = said(word_of)
metric = made(tree.Metric, "name", "unit")


@node
def need_any(span: Span, least: Literal[int], need: tree.Need) -> tree.NeedAny:
    """Build `any 1 of (east, west)`."""
    parts = need.parts if isinstance(need, tree.NeedAll) else (need,)
    return tree.NeedAny(least=least, parts=parts, span=span)


@dataclass(frozen=True, slots=True)
class _Notice:
    duration: Literal[Duration]


notice = node(lambda _span, duration: _Notice(duration))


@node
def maintenance(
    span: Span, recurrence: tree.Recurrence, windows: tuple[Window, ...], *rest: object
) -> tree.Maintenance:
    """Build `maintenance second sunday of month 02:00-06:00 Europe/Amsterdam, notice 5 days`."""
    announced = the(_Notice, rest)
    return tree.Maintenance(
        recurrence=recurrence,
        windows=windows,
        zone=the(Literal, rest),
        notice=None if announced is None else announced.duration,
        span=span,
    )


_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}


def _weekday(token: Token) -> int:
    return _WEEKDAYS.index(token.text[:3])


@node
def nth_weekday(span: Span, nth: Token, weekday: Token) -> tree.NthWeekday:
    """Build `second sunday of month`."""
    return tree.NthWeekday(nth=_NTH[nth.text], weekday=_weekday(weekday), span=span)


@node
def every_weekday(span: Span, weekday: Token) -> Weekdays:
    """Build `every sunday`."""
    return Weekdays(days=(_weekday(weekday),), span=span)


@node
def day_of_month(span: Span, number: Token) -> tree.DayOfMonth:
    """Build `day 15 of month`."""
    day = values.whole_of(number)
    if not 1 <= day <= 31:  # noqa: PLR2004 - days of a month
        raise values.refuse(codes.IMPOSSIBLE_VALUE, number, f"no month has a day {number.text}")
    return tree.DayOfMonth(day=day, span=span)


daily = node(lambda span: tree.Daily(span=span))
on_weekdays = on_days = node(lambda _span, days: days)

"""From parties, services, requests and matrices to the catalogue."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import DAY
from slmdsl.calendars.plan import ALWAYS
from slmdsl.contract.from_tree.calendars import UTC, hours_in_place, windows_of, zone_or_utc
from slmdsl.contract.from_tree.reading import all_of, last, title_of, value_of
from slmdsl.contract.model import catalogue as model
from slmdsl.syntax.tree import catalogue as tree
from slmdsl.syntax.tree.common import DateRange, Owner, Weekdays

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.syntax.tree.common import Node
    from slmdsl.syntax.tree.file import Declaration

LONGEST_MAINTENANCE_DAYS: Final = 366
"""Days of one dated maintenance window; a longer one is an error of its own."""


def parties(reading: Reading) -> dict[str, model.Party]:
    """Return every provider, customer, supplier and team."""
    return {
        each.name.text: _party(each, reading.body(each))
        for each in reading.of_kind("provider", "customer", "supplier", "team")
    }


def _party(block: Declaration, body: tuple[Node, ...]) -> model.Party:
    users = last(body, tree.UserCount)
    return model.Party(
        name=block.name.text,
        title=title_of(block),
        role=model.PartyRole(block.keyword),
        contacts=tuple(
            (each.name.text if each.name else "", each.address.value) for each in all_of(body, tree.Contact)
        ),
        known_as=tuple(pattern.value for each in all_of(body, tree.KnownAs) for pattern in each.patterns),
        users=users.count.value if users else None,
        span=block.head_span,
    )


def services(reading: Reading, calendars: Mapping[str, CalendarPlan]) -> dict[str, model.Service]:
    """Return every service as offered."""
    return {each.name.text: _service(each, reading, calendars) for each in reading.of_kind("service")}


def _service(block: Declaration, reading: Reading, calendars: Mapping[str, CalendarPlan]) -> model.Service:
    body = reading.body(block)
    owner, criticality, needs = last(body, Owner), last(body, tree.Criticality), last(body, tree.Needs)
    hours = _hours(block.name.text, body, reading, calendars)
    return model.Service(
        name=block.name.text,
        title=title_of(block),
        owner=reading.name(owner.party) if owner else None,
        customers=reading.names(ref for each in all_of(body, tree.ServiceUsers) for ref in each.customers),
        hours=hours,
        components=tuple(name.text for each in all_of(body, tree.Components) for name in each.names),
        needs=_need(needs.need, reading) if needs else None,
        maintenance=tuple(_maintenance(each, hours) for each in all_of(body, tree.Maintenance)),
        metrics=tuple(
            model.Metric(name=each.name.text, unit=each.unit.value, span=each.span)
            for each in all_of(body, tree.Metric)
        ),
        criticality=criticality.level.value if criticality else None,
        span=block.head_span,
    )


def _hours(
    service: str, body: Iterable[Node], reading: Reading, calendars: Mapping[str, CalendarPlan]
) -> CalendarPlan:
    plan = ALWAYS
    for statement in body:
        if isinstance(statement, tree.HoursOn):
            plan = calendars.get(reading.name(statement.calendar) or "", ALWAYS)
        elif isinstance(statement, tree.HoursWeekly):
            plan = hours_in_place(service, statement)
    return plan


def _need(need: tree.Need, reading: Reading) -> model.Need | None:
    if isinstance(need, tree.NeedOne):
        name = reading.name(need.what)
        return None if name is None else model.NeedsOne(name=name, span=need.span)
    parts = tuple(part for each in need.parts if (part := _need(each, reading)) is not None)
    if not parts:
        return None
    if isinstance(need, tree.NeedAll):
        return model.NeedsAll(parts=parts)
    return model.NeedsAny(least=need.least.value, parts=parts)


def _maintenance(said: tree.Maintenance, hours: CalendarPlan) -> model.MaintenanceWindow:
    weekdays, nth, month_day, dates = _recurrence(said.recurrence)
    notice = value_of(said.notice)
    return model.MaintenanceWindow(
        weekdays=weekdays,
        nth=nth,
        month_day=month_day,
        dates=dates,
        windows_us=tuple((each.start_us, each.end_us) for each in windows_of(said.windows)),
        zone=zone_or_utc(said.zone.value) if said.zone else hours.zone or UTC,
        notice_us=0 if notice is None or notice.business_days else notice.us + int(notice.days * DAY),
        span=said.span,
    )


_Recurring = tuple[tuple[int, ...], int | None, int | None, tuple[tuple[int, int, int], ...]]


def _recurrence(said: tree.Recurrence) -> _Recurring:
    """Return weekdays, nth, day of the month and dates of a maintenance window."""
    if isinstance(said, tree.NthWeekday):
        return (said.weekday,), said.nth, None, ()
    if isinstance(said, tree.DayOfMonth):
        return (), None, said.day, ()
    if isinstance(said, Weekdays):
        return said.days, None, None, ()
    return (), None, None, _dates(said) if isinstance(said, DateRange) else ()


def _dates(days: DateRange) -> tuple[tuple[int, int, int], ...]:
    count = min((days.last - days.first).days + 1, LONGEST_MAINTENANCE_DAYS)
    each_day = (days.first + timedelta(days=i) for i in range(count))
    return tuple((day.year, day.month, day.day) for day in each_day)


def requests(reading: Reading) -> dict[str, model.RequestType]:
    """Return every request that users can make."""
    return {each.name.text: _request(each, reading) for each in reading.of_kind("request")}


def _request(block: Declaration, reading: Reading) -> model.RequestType:
    body = reading.body(block)
    service, owner = last(body, tree.RequestService), last(body, Owner)
    return model.RequestType(
        name=block.name.text,
        title=title_of(block),
        service=reading.name(service.service) if service else None,
        owner=reading.name(owner.party) if owner else None,
        span=block.head_span,
    )


def priorities(reading: Reading) -> dict[str, model.PriorityMatrix]:
    """Return every priority matrix."""
    return {each.name.text: _matrix(each, reading.body(each)) for each in reading.of_kind("priorities")}


def _matrix(block: Declaration, body: tuple[Node, ...]) -> model.PriorityMatrix:
    urgency, impacts = last(body, tree.Urgency), all_of(body, tree.Impact)
    return model.PriorityMatrix(
        name=block.name.text,
        title=title_of(block),
        urgencies=tuple(name.text for name in urgency.levels) if urgency else (),
        impacts=tuple(each.level.text for each in impacts),
        cells=tuple(tuple(name.text for name in each.priorities) for each in impacts),
        span=block.head_span,
    )

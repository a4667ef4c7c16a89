"""Small builders of contracts and logs by hand, for tests that need no text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import numpy as np

from slmdsl.base.spans import NOWHERE
from slmdsl.base.units import DAY, HOUR, MINUTE, NO_TIME, Duration, to_us
from slmdsl.calendars import ALWAYS, CalendarPlan, Window
from slmdsl.contract.model.agreements import (
    Ageing,
    Agreement,
    CalendarPeriod,
    Count,
    Dated,
    Exclusion,
    Limit,
    PeriodUnit,
    Population,
    Share,
    Statistic,
    Target,
    Within,
)
from slmdsl.contract.model.catalogue import Party, PartyRole, RequestType
from slmdsl.contract.model.clocks import Clock, Deadline, Mark, Reopened, Reprioritised
from slmdsl.contract.model.spec import Contract
from slmdsl.events.columns import Coded, Events, Tickets
from slmdsl.events.log import EventLog
from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.syntax.tree.common import Literal, Ref, Text
from slmdsl.syntax.tree.populations import Compare, In, IsKnown, IsMissing, Word

OFFICE = CalendarPlan(name="office", weekly=((Window.parse("08:00-18:00"),),) * 5 + ((), ()))
SPLIT = CalendarPlan(
    name="split",
    zone="Europe/Amsterdam",
    weekly=((Window.parse("08:00-12:30"), Window.parse("13:00-18:00")),) * 5
    + ((Window.parse("09:00-13:00"),), ()),
)
MONTH = CalendarPeriod(unit=PeriodUnit.MONTH)


def at(text: str) -> int:
    """Return `2027-03-05 17:00` UTC in microseconds."""
    return to_us(datetime.fromisoformat(text).replace(tzinfo=UTC))


def hours(count: float) -> Duration:
    return Duration(us=int(count * HOUR))


def minutes(count: float) -> Duration:
    return Duration(us=int(count * MINUTE))


def days(count: float) -> Duration:
    return Duration(us=int(count * DAY))


def business_days(count: float | Fraction) -> Duration:
    return Duration(business_days=Fraction(count))


def dated(first, *later):
    """Return a value that changes on dates, given as (date, value)."""
    return Dated(values=((None, first, NOWHERE), *((day, value, NOWHERE) for day, value in later)))


def clock(**settings):
    usual = {
        "name": "standard",
        "title": "",
        "starts": Mark.OPENED,
        "responds": Mark.PUBLIC_REPLY,
        "stops": Mark.RESOLVED,
        "pauses": frozenset({Phase.WAIT_CUSTOMER}),
        "calendar": OFFICE,
        "reopened": Reopened.RESUMES,
        "reprioritised": Reprioritised.RETAINS,
        "deadline": Deadline.CLOSING,
        "span": NOWHERE,
    }
    return Clock(**(usual | settings))


def population(*priorities, kind="incident", services=(), requests=(), condition=None):
    return Population(
        kind=kind,
        priorities=priorities,
        requests=requests,
        services=services,
        condition=condition,
        words="incidents",
    )


def limit(duration, *, end_of_day=False):
    return Limit(duration=duration, end_of_day=end_of_day)


def within(
    duration, *later, measure="resolution", of=None, goal=Fraction(9, 10), goals=(), small_numbers=None
):
    """Return `within DURATION for GOAL`; `later` are (date, Duration), `goals` (date, Fraction)."""
    first = duration if isinstance(duration, Limit) else limit(duration)
    return Within(
        measure=measure,
        population=of or population(),
        limit=dated(first, *((day, limit(value)) for day, value in later)),
        goal=dated(goal, *goals),
        small_numbers=small_numbers,
    )


def statistic(word, duration, *, measure="resolution", of=None):
    quantile = {"mean": None, "median": Fraction(1, 2), "max": Fraction(1), "p95": Fraction(19, 20)}[word]
    return Statistic(
        measure=measure,
        population=of or population(),
        quantile=quantile,
        word=word,
        limit=dated(limit(duration)),
    )


def share(condition, *, of=None, at_most=True, goal=Fraction(1, 20)):
    return Share(population=of or population(), condition=condition, at_most=at_most, goal=dated(goal))


def count_of(goal, *, of=None, at_most=True):
    return Count(population=of or population(), at_most=at_most, goal=dated(Fraction(goal)))


def ageing(goal, older_than=None, *, of=None, at_most=True):
    return Ageing(
        population=of or population(), older_than=older_than, at_most=at_most, goal=dated(Fraction(goal))
    )


def target(
    form, *, name="fix", agreement="gold", period=MONTH, on=None, of_clock=None, counted=None, per=None
):
    mine = of_clock or clock()
    return Target(
        name=name,
        agreement=agreement,
        form=form,
        period=period,
        clock=mine,
        calendar=on or mine.calendar,
        counted=counted,
        per=per,
        minimum=0,
        sentence=f"target {name}",
        span=NOWHERE,
        limit_span=NOWHERE,
    )


def agreement(*targets, **settings):
    name = settings.get("name", "gold")
    usual = {
        "name": name,
        "title": "",
        "kind": "sla",
        "promiser": None,
        "receiver": None,
        "services": (),
        "supports": (),
        "valid_from": None,
        "valid_to": None,
        "version": None,
        "supersedes": None,
        "zone": "UTC",
        "month_day": 1,
        "month_overflow": "clamp",
        "stays": None,
        "targets": tuple(replace(each, agreement=name) for each in targets),
        "exclusions": (),
        "credits": None,
        "span": NOWHERE,
    }
    return Agreement(**(usual | settings))


def exclusion(of, reason="not ours"):
    return Exclusion(population=of, reason=reason, span=NOWHERE)


def contract(*agreements, requests=(), customers=()):
    return Contract(
        calendars={},
        parties={
            name: Party(
                name=name,
                title=title,
                role=PartyRole.CUSTOMER,
                contacts=(),
                known_as=(),
                users=None,
                span=NOWHERE,
            )
            for name, title in customers
        },
        services={},
        requests={
            name: RequestType(name=name, title="", service=None, owner=None, span=NOWHERE)
            for name in requests
        },
        priorities={},
        fields=(),
        clocks={},
        agreements={each.name: each for each in agreements},
        sources={},
        declarations=(),
    )


def compare(field, operator, value):
    return Compare(field=_field(field), operator=operator, value=_operand(value), span=NOWHERE)


def one_of(field, *values):
    return In(field=_field(field), values=tuple(map(_operand, values)), span=NOWHERE)


def is_missing(field):
    return IsMissing(field=_field(field), span=NOWHERE)


def is_known(field):
    return IsKnown(field=_field(field), span=NOWHERE)


def _field(name):
    return Ref(path=(name,), to=("field",), span=NOWHERE)


def _operand(value):
    if isinstance(value, str):
        return Word(text=value, span=NOWHERE)
    if isinstance(value, tuple):
        return Text(value=value[0], span=NOWHERE)
    return Literal(value=value, span=NOWHERE)


def coded(words):
    values = tuple(dict.fromkeys(word for word in words if word is not None))
    return Coded(
        codes=np.array([-1 if word is None else values.index(word) for word in words], dtype=np.int32),
        values=values,
    )


def event(
    when, phase=None, *, kind=None, priority=None, role=None, public=None, reason=None, actor=None, seq=0
):
    """Return an event of a ticket for `log`; its type follows from what it says unless `kind` is given."""
    usual = EventType.STATE if phase is not None else EventType.PRIORITY if priority else EventType.MESSAGE
    return {
        "at": at(when) if isinstance(when, str) else when,
        "seq": seq,
        "type": usual if kind is None else kind,
        "phase": phase,
        "priority": priority,
        "role": role,
        "public": public,
        "reason": reason,
        "actor": actor,
    }


def reply(when, *, role=Role.AGENT, public=True):
    return event(when, kind=EventType.MESSAGE, role=role, public=public)


def ticket(
    opened,
    *events,
    kind="incident",
    service="email",
    priority="P1",
    customer=None,
    responded=None,
    resolved=None,
    closed=None,
    reopenings=0,
    **fields,
):
    """Return a ticket for `log`; events are taken in the order given."""

    def instant(when):
        return NO_TIME if when is None else at(when) if isinstance(when, str) else when

    return {
        "opened": instant(opened),
        "events": events,
        "kind": kind,
        "service": service,
        "priority": priority,
        "customer": customer,
        "responded": instant(responded),
        "resolved": instant(resolved),
        "closed": instant(closed),
        "reopenings": reopenings,
        "fields": fields,
    }


def log(*tickets):
    """Return the log of `tickets`, events in one chain for each."""
    events = [(row, each) for row, found in enumerate(tickets) for each in found["events"]]
    priorities = coded([found["priority"] for found in tickets] + [each["priority"] for _, each in events])
    names = sorted({name for found in tickets for name in found["fields"]})
    size = len(tickets)
    first = np.full(size, -1, dtype=np.int64)
    for place in reversed(range(len(events))):
        first[events[place][0]] = place

    def times(name):
        return np.array([found[name] for found in tickets], dtype=np.int64)

    def small(name):
        return np.array([-1 if each[name] is None else int(each[name]) for _, each in events], dtype=np.int8)

    return EventLog(
        ticket_columns=Tickets(
            ids=tuple(f"T{row}" for row in range(size)),
            kind=coded([found["kind"] for found in tickets]),
            service=coded([found["service"] for found in tickets]),
            priority=Coded(codes=priorities.codes[:size], values=priorities.values),
            customer=coded([found["customer"] for found in tickets]),
            group=Coded.unknown(size),
            opened_us=times("opened"),
            responded_us=times("responded"),
            resolved_us=times("resolved"),
            closed_us=times("closed"),
            reopenings=np.array([found["reopenings"] for found in tickets], dtype=np.int32),
            reassignments=np.full(size, -1, dtype=np.int32),
            first_event=first,
            fields={name: coded([found["fields"].get(name) for found in tickets]) for name in names},
        ),
        event_columns=Events(
            ticket=np.array([row for row, _ in events], dtype=np.int64),
            next_event=np.array(
                [
                    place + 1 if place + 1 < len(events) and events[place + 1][0] == row else -1
                    for place, (row, _) in enumerate(events)
                ],
                dtype=np.int64,
            ),
            at_us=np.array([each["at"] for _, each in events], dtype=np.int64),
            seq=np.array([each["seq"] for _, each in events], dtype=np.int32),
            type=small("type"),
            phase=small("phase"),
            priority=priorities.codes[size:],
            group=np.full(len(events), -1, dtype=np.int32),
            actor=coded([each["actor"] for _, each in events]),
            actor_role=small("role"),
            public=small("public"),
            reason=coded([each["reason"] for _, each in events]),
        ),
    )


__all__ = [name for name in dir() if not name.startswith("_")]
ALWAYS_OPEN = ALWAYS

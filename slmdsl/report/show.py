"""What a declaration really means, in plain words: the text of `slm show`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slmdsl.base.units import DAY
from slmdsl.base.units import clock_words as duration_words
from slmdsl.calendars.plan import ClosedDates, ClosedYearly, DatedHours
from slmdsl.contract.model.catalogue import NeedsAny, NeedsOne
from slmdsl.report.targets import calendar_words, clock_words, counting_words, target_words
from slmdsl.report.words import WEEKDAYS, listed, windows_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from slmdsl.base.spans import Span
    from slmdsl.calendars import CalendarPlan
    from slmdsl.calendars.plan import Window
    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.model.catalogue import (
        MaintenanceWindow,
        Need,
        Party,
        PriorityMatrix,
        RequestType,
        Service,
    )
    from slmdsl.contract.model.clocks import Clock
    from slmdsl.contract.model.sources import Column, SourcePlan
    from slmdsl.contract.model.spec import Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What one declaration means: its kind, name, title, the clause (`file:line`) and its sentences."""

    kind: str
    name: str
    title: str
    clause: str
    sentences: tuple[str, ...]


def meanings(contract: Contract, texts: Mapping[str, str]) -> tuple[Meaning, ...]:
    """Return the meaning of everything declared, kind by kind, targets as `agreement.target`.

    `texts` holds each file's text by its name; what only later commands compile is given as written there.
    """
    declared = {each.name.text: each.span for each in contract.declarations}
    found = [
        *_each("calendar", contract.calendars, _calendar, declared),
        *_each("party", contract.parties, _party, declared),
        *_each("service", contract.services, _service, declared),
        *_each("request", contract.requests, _request, declared),
        *_each("priorities", contract.priorities, _priorities, declared),
        *_each("clock", contract.clocks, _clock, declared),
        *_each("agreement", contract.agreements, _agreement, declared),
        *(target for agreement in contract.agreements.values() for target in _targets(agreement)),
        *_each("source", contract.sources, _source, declared),
        *_others(contract, texts),
    ]
    return tuple(found)


_AS_WRITTEN = frozenset(
    "escalation risk contingency staff profile load scenario experiment report improvement".split()
)


def _each(
    kind: str, things: Mapping[str, Any], words: Callable[[Any], Iterator[str]], declared: dict[str, Span]
) -> Iterator[Meaning]:
    for name, thing in things.items():
        span = declared.get(name)
        yield Meaning(
            kind=str(getattr(thing, "kind", None) or getattr(thing, "role", kind)),
            name=name,
            title=thing.title,
            clause=span.where if span else "built in",
            sentences=tuple(words(thing)),
        )


def _others(contract: Contract, texts: Mapping[str, str]) -> Iterator[Meaning]:
    """Blocks that later commands compile: their statements read as sentences and are given as written."""
    for block in contract.declarations:
        if block.keyword in _AS_WRITTEN:
            statements = (texts[block.span.file][each.span.start : each.span.end] for each in block.body)
            yield Meaning(
                kind=block.keyword,
                name=block.name.text,
                title=block.title.value if block.title else "",
                clause=block.span.where,
                sentences=tuple(" ".join(statement.split()) for statement in statements),
            )


def _calendar(plan: CalendarPlan) -> Iterator[str]:
    for days, windows in _runs(plan.weekly):
        yield (
            f"{days}: open {windows_words((w.start_us, w.end_us) for w in windows)}."
            if windows
            else f"{days}: closed."
        )
    yield f"Hours are read on the wall clock of {plan.zone}; on the days its clocks change, real time is counted."
    if plan.holidays:
        yield f"Closed on the public holidays of {listed(plan.holidays)}."
    for closed in plan.closed:
        yield f"Closed {_dates(closed)}."
    for opened in plan.opened:
        yield f"Open {_dates(opened)}, in place of the weekly hours, even on a holiday."
    if plan.business_days is not None:
        yield f"Business days are {listed(WEEKDAYS[day] for day in sorted(plan.business_days))}."


def _runs(weekly: tuple[tuple[Window, ...], ...]) -> Iterator[tuple[str, tuple[Window, ...]]]:
    first = 0
    for day in range(1, len(WEEKDAYS) + 1):
        if day == len(WEEKDAYS) or weekly[day] != weekly[first]:
            last = day - 1
            yield WEEKDAYS[first] + (f" to {WEEKDAYS[last]}" if last > first else ""), weekly[first]
            first = day


def _dates(closed: ClosedDates | ClosedYearly | DatedHours) -> str:
    if isinstance(closed, ClosedYearly):
        days = f"every year on {closed.month:02d}-{closed.day:02d}"
    elif closed.first == closed.last:
        days = f"on {closed.first}"
    else:
        days = f"from {closed.first} to {closed.last}, both included"
    windows = None if isinstance(closed, ClosedDates) else closed.windows
    return days if windows is None else f"{days} {windows_words((w.start_us, w.end_us) for w in windows)}"


def _party(party: Party) -> Iterator[str]:
    for role, address in party.contacts:
        yield f"Contact{f' ({role})' if role else ''}: {address}."
    if party.users is not None:
        yield f"It has {party.users} users."
    if party.known_as:
        yield f"In data it is called {listed((f'`{pattern}`' for pattern in party.known_as), 'or')}."


def _service(service: Service) -> Iterator[str]:
    if service.owner:
        yield f"{service.owner} answers for it."
    if service.customers:
        yield f"Used by {listed(service.customers)}."
    yield from _agreed_time(service)
    if service.components:
        yield f"It has the components {listed(service.components)}."
    if service.needs is not None:
        yield f"It is up only while {_need(service.needs)} up."
    for window in service.maintenance:
        yield f"Announced maintenance: {_maintenance(window)}."
    for metric in service.metrics:
        yield f"It is measured by {metric.name}, in {metric.unit}."


def _agreed_time(service: Service) -> Iterator[str]:
    if service.hours.name != f"{service.name}.hours":
        yield f"Its agreed time is {calendar_words(service.hours)}."
        return
    yield "Its agreed time is in hours of its own."
    yield from _calendar(service.hours)


def _need(need: Need) -> str:
    if isinstance(need, NeedsOne):
        return f"{need.name} is"
    parts = [part.name if isinstance(part, NeedsOne) else f"({_need(part)} up)" for part in need.parts]
    if isinstance(need, NeedsAny):
        return f"at least {need.least} of {listed(parts)} are"
    return f"{listed(parts)} are" if len(parts) > 1 else _need(need.parts[0])


_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


def _maintenance(window: MaintenanceWindow) -> str:
    days = listed(WEEKDAYS[day] for day in window.weekdays)
    if window.dates:
        when = listed(f"on {year:04d}-{month:02d}-{day:02d}" for year, month, day in window.dates)
    elif window.nth is not None:
        when = f"on the {_NTH[window.nth]} {days} of each month"
    elif window.month_day is not None:
        when = f"on day {window.month_day} of each month"
    else:
        when = f"on every {days}" if days else "every day"
    notice = f", announced {_notice(window.notice_us)} before" if window.notice_us else ""
    return f"{when}, {windows_words(window.windows_us)} {window.zone}{notice}"


def _notice(us: int) -> str:
    """Notice is given in plain time, so whole days are said as such."""
    days, rest = divmod(us, DAY)
    return duration_words(us) if rest or not days else f"{days} day{'' if days == 1 else 's'}"


def _request(request: RequestType) -> Iterator[str]:
    yield f"A request that users can make{f' for {request.service}' if request.service else ''}."
    if request.owner:
        yield f"{request.owner} fulfils it."


def _priorities(matrix: PriorityMatrix) -> Iterator[str]:
    for impact, cells in zip(matrix.impacts, matrix.cells, strict=True):
        pairs = zip(matrix.urgencies, cells, strict=True)
        yield f"Impact {impact}: {listed(f'{cell} at {urgency} urgency' for urgency, cell in pairs)}."


def _clock(clock: Clock) -> Iterator[str]:
    yield f"For a resolution: {clock_words(clock, clock.calendar, 'resolution')}"
    yield f"For a response: {counting_words(clock, clock.calendar, 'response')}"


def _agreement(agreement: Agreement) -> Iterator[str]:
    if agreement.promiser and agreement.receiver:
        yield f"{agreement.promiser} promises, {agreement.receiver} receives."
    if agreement.services:
        yield f"It covers {listed(agreement.services)}."
    if agreement.supports:
        yield f"It backs {listed(agreement.supports)}."
    if agreement.valid_from and agreement.valid_to:
        days = f"{agreement.valid_from} to {agreement.valid_to}"
        yield f"It is in force from {days}, both days included, in {agreement.zone}."
    for exclusion in agreement.exclusions:
        yield f"Taken out of the net figures, because {exclusion.reason}: see {exclusion.span.where}."
    yield f"It makes {len(agreement.targets)} promises: {listed(target.name for target in agreement.targets)}."


def _targets(agreement: Agreement) -> Iterator[Meaning]:
    for target in agreement.targets:
        yield Meaning(
            kind="target",
            name=target.qualified,
            title="",
            clause=target.span.where,
            sentences=(target_words(target, agreement),),
        )


_ROWS = {
    "tickets": "one ticket",
    "events": "one event of a ticket",
    "samples": "one sample",
    "outages": "one outage",
    "feedback": "one answer of a customer",
}


def _source(source: SourcePlan) -> Iterator[str]:
    zone = "their own offsets" if source.zone == "data" else source.zone
    yield f"Reads {source.path}; each row is {_ROWS[source.form]}; times are read in {zone}."
    for fact, column in {**source.facts, **source.fields, **source.metrics}.items():
        yield f"{fact}: {_column(column)}."
    if source.trust_columns:
        yield "Where columns and events contradict each other, the columns are believed."


def _column(column: Column) -> str:
    if column.constant is not None:
        return f"always {column.constant}"
    words = f"from the column {' / '.join(f'`{name}`' for name in column.columns)}"
    if column.format:
        words += f", written as {column.format}"
    if column.mapping is not None:
        words += ": " + ", ".join(f"{pattern} is {value}" for pattern, value, _ in column.mapping.cases)
    return words

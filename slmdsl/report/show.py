"""What a declaration really means, in plain words: the text of `slm show`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slmdsl.base.units import DAY
from slmdsl.calendars.plan import ClosedDates, ClosedYearly, DatedHours
from slmdsl.contract.model.catalogue import NeedsAny, NeedsOne
from slmdsl.report.clauses import agreement_words
from slmdsl.report.clocks import calendar_words, clock_words, counting_words
from slmdsl.report.language import ENGLISH
from slmdsl.report.model_words import line_words
from slmdsl.report.scenario_words import experiment_words, scenario_words
from slmdsl.report.targets import target_words
from slmdsl.report.words import weekdays_words, windows_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

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
    from slmdsl.report.language import Language
    from slmdsl.syntax.tree.file import Declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What one declaration means: its kind, name, title, the clause (`file:line`) and its sentences."""

    kind: str
    name: str
    title: str
    clause: str
    sentences: tuple[str, ...]


def meanings(contract: Contract, texts: Mapping[str, str], say: Language = ENGLISH) -> tuple[Meaning, ...]:
    """Return the meaning of everything declared, kind by kind, targets as `agreement.target`.

    `texts` holds each file's text by its name; what only later commands compile is given as written there. `say` is the
    language of the sentences.
    """
    blocks = {each.name.text: each for each in contract.declarations}
    declared = {name: block.span for name, block in blocks.items()}
    found = [
        *_each("calendar", contract.calendars, lambda each: hours_sentences(each, say), declared),
        *_each("party", contract.parties, lambda each: _party(each, say), declared),
        *_each("service", contract.services, lambda each: _service(each, say), declared),
        *_each("request", contract.requests, lambda each: _request(each, say), declared),
        *_each("priorities", contract.priorities, lambda each: _priorities(each, say), declared),
        *_each("clock", contract.clocks, lambda each: _clock(each, say), declared),
        *_each(
            "agreement",
            contract.agreements,
            lambda each: agreement_words(each, blocks[each.name].body, say),
            declared,
        ),
        *(target for agreement in contract.agreements.values() for target in _targets(agreement, say)),
        *_each("source", contract.sources, lambda each: _source(each, say), declared),
        *(
            _other(block, contract, texts, say)
            for block in contract.declarations
            if block.keyword in _STATEMENT_BLOCKS
        ),
    ]
    return tuple(found)


_STATEMENT_BLOCKS = frozenset(
    "escalation risk contingency staff profile load scenario experiment report improvement".split()
)


def _each(
    kind: str, things: Mapping[str, Any], words: Callable[[Any], Iterable[str]], declared: dict[str, Span]
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


def _other(block: Declaration, contract: Contract, texts: Mapping[str, str], say: Language) -> Meaning:
    """Return the meaning of a block line by line; lines that only later commands compile are given as written."""
    text = texts[block.span.file]
    name = block.name.text
    sentences = [
        line_words(each, say) or " ".join(text[each.span.start : each.span.end].split())
        for each in block.body
    ]
    if block.keyword == "scenario":
        sentences = list(scenario_words(contract, name, block.body, sentences, say))
    elif block.keyword == "experiment":
        sentences = list(experiment_words(contract, name, sentences, say))
    return Meaning(
        kind=block.keyword,
        name=name,
        title=block.title.value if block.title else "",
        clause=block.span.where,
        sentences=tuple(sentences),
    )


def hours_sentences(plan: CalendarPlan, say: Language) -> Iterator[str]:
    """Yield when a calendar is open, a sentence for each run of weekdays, closing and exception."""
    for days, windows in _runs(plan.weekly, say):
        if windows:
            yield say.say("open_on", days=days, windows=_hours(windows, say))
        else:
            yield say.say("closed_days", days=days)
    yield say.say("wall_clock", zone=plan.zone)
    if plan.holidays:
        yield say.say("holidays", regions=say.listed(plan.holidays))
    for closed in plan.closed:
        yield say.say("closed_on", when=_dates(closed, say))
    for opened in plan.opened:
        yield say.say("opened_on", when=_dates(opened, say))
    if plan.business_days is not None:
        yield say.say("business_days_are", days=weekdays_words(sorted(plan.business_days), say))


def _hours(windows: Iterable[Window], say: Language) -> str:
    return windows_words(((window.start_us, window.end_us) for window in windows), say)


def _runs(weekly: tuple[tuple[Window, ...], ...], say: Language) -> Iterator[tuple[str, tuple[Window, ...]]]:
    first = 0
    for day in range(1, len(weekly) + 1):
        if day == len(weekly) or weekly[day] != weekly[first]:
            begins, ends = weekdays_words([first], say), weekdays_words([day - 1], say)
            days = begins if day - 1 == first else say.say("days_from_to", first=begins, last=ends)
            yield days, weekly[first]
            first = day


def _dates(closed: ClosedDates | ClosedYearly | DatedHours, say: Language) -> str:
    if isinstance(closed, ClosedYearly):
        days = say.say("every_year_on", day=f"{closed.month:02d}-{closed.day:02d}")
    elif closed.first == closed.last:
        days = say.say("on_day", day=closed.first)
    else:
        days = say.say("from_to_days", first=closed.first, last=closed.last)
    windows = None if isinstance(closed, ClosedDates) else closed.windows
    return days if windows is None else say.say("when_windows", when=days, windows=_hours(windows, say))


def _party(party: Party, say: Language) -> Iterator[str]:
    for role, address in party.contacts:
        yield (
            say.say("contact_of", role=role, address=address) if role else say.say("contact", address=address)
        )
    if party.users is not None:
        yield say.say("has_users", users=say.counted(party.users, "user"))
    if party.known_as:
        names = say.listed((say.say("code", text=pattern) for pattern in party.known_as), "or")
        yield say.say("known_as", names=names)


def _service(service: Service, say: Language) -> Iterator[str]:
    if service.owner:
        yield say.say("answers_for", owner=service.owner)
    if service.customers:
        yield say.say("used_by", customers=say.listed(service.customers))
    yield from _agreed_time(service, say)
    if service.components:
        yield say.say("has_components", components=say.listed(service.components))
    if service.needs is not None:
        yield say.say("up_only_while", need=need_words(service.needs, say))
    for window in service.maintenance:
        yield maintenance_words(window, say)
    for metric in service.metrics:
        yield say.say("measured_by", metric=metric.name, unit=metric.unit)


def _agreed_time(service: Service, say: Language) -> Iterator[str]:
    if service.hours.name != f"{service.name}.hours":
        yield say.say("agreed_time", hours=calendar_words(service.hours, say))
        return
    yield say.say("own_hours")
    yield from hours_sentences(service.hours, say)


def need_words(need: Need, say: Language) -> str:
    """Return what must be up, as a clause."""
    if isinstance(need, NeedsOne):
        return say.say("need.one", name=need.name)
    parts = [
        part.name if isinstance(part, NeedsOne) else say.say("in_parentheses", words=need_words(part, say))
        for part in need.parts
    ]
    if isinstance(need, NeedsAny):
        return say.say("need.any", least=need.least, parts=say.listed(parts))
    return say.say("need.all", parts=say.listed(parts)) if len(parts) > 1 else need_words(need.parts[0], say)


def maintenance_words(window: MaintenanceWindow, say: Language) -> str:
    """Return when maintenance takes place, and how long before it is announced."""
    days = weekdays_words(window.weekdays, say)
    if window.dates:
        dates = (f"{year:04d}-{month:02d}-{day:02d}" for year, month, day in window.dates)
        when = say.listed(say.say("on_day", day=date) for date in dates)
    elif window.nth is not None:
        when = say.say(f"nth.{window.nth}", days=days)
    elif window.month_day is not None:
        when = say.say("on_month_day", day=window.month_day)
    else:
        when = say.say("on_every", days=days) if days else say.say("every_day")
    places = {"when": when, "windows": windows_words(window.windows_us, say), "zone": window.zone}
    if not window.notice_us:
        return say.say("maintenance", **places)
    return say.say("maintenance_noticed", notice=_notice(window.notice_us, say), **places)


def _notice(us: int, say: Language) -> str:
    """Notice is given in plain time, so whole days are said as such."""
    days, rest = divmod(us, DAY)
    return say.clock_time(us) if rest or not days else say.counted(days, "day")


def _request(request: RequestType, say: Language) -> Iterator[str]:
    yield say.say("request_for", service=request.service) if request.service else say.say("request")
    if request.owner:
        yield say.say("fulfils", owner=request.owner)


def _priorities(matrix: PriorityMatrix, say: Language) -> Iterator[str]:
    for impact, row in zip(matrix.impacts, matrix.cells, strict=True):
        pairs = zip(matrix.urgencies, row, strict=True)
        cells = say.listed(say.say("cell", priority=cell, urgency=urgency) for urgency, cell in pairs)
        yield say.say("impact", impact=impact, cells=cells)


def _clock(clock: Clock, say: Language) -> Iterator[str]:
    yield say.say("for_resolution", words=clock_words(clock, clock.calendar, "resolution", say))
    yield say.say("for_response", words=counting_words(clock, clock.calendar, "response", say))
    yield say.say(f"deadline.{clock.deadline.value}")


def _targets(agreement: Agreement, say: Language) -> Iterator[Meaning]:
    for target in agreement.targets:
        yield Meaning(
            kind="target",
            name=target.qualified,
            title="",
            clause=target.span.where,
            sentences=(target_words(target, agreement, say),),
        )


def _source(source: SourcePlan, say: Language) -> Iterator[str]:
    zone = say.say("own_offsets") if source.zone == "data" else source.zone
    yield say.say("reads", path=source.path, row=say.say(f"row.{source.form}"), zone=zone)
    for fact, column in {**source.facts, **source.fields, **source.metrics}.items():
        yield say.say("fact", fact=fact, column=_column(column, say))
    if source.trust_columns:
        yield say.say("trust_columns")


def _column(column: Column, say: Language) -> str:
    if column.constant is not None:
        return say.say("always_constant", value=column.constant)
    columns = " / ".join(say.say("code", text=name) for name in column.columns)
    words = say.say("from_column", columns=columns)
    if column.format:
        words += say.say("with_format", format=column.format)
    if column.mapping is not None:
        cases = say.comma.join(
            say.say("case", pattern=pattern, value=value) for pattern, value, _ in column.mapping.cases
        )
        words += say.say("with_cases", cases=cases)
    return words

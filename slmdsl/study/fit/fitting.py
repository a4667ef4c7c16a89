"""A load model from a log: what is read off it, in which order, and what is inferred where nothing is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import instant_us, local_date
from slmdsl.calendars import calendar_of
from slmdsl.contract.offered_load import priority_ranks
from slmdsl.events.known import known_at
from slmdsl.stats.cautions import Caution
from slmdsl.stats.unlike import chance_of_counts
from slmdsl.study.fit.arrivals.from_opened import arrivals_of
from slmdsl.study.fit.change import changed_at
from slmdsl.study.fit.draws import draws_of
from slmdsl.study.fit.mixes import mix_of, priorities_of
from slmdsl.study.fit.model import LoadModel, StaffFit, StreamFit, TeamFit
from slmdsl.study.fit.offered import lying_at_most, work_hours
from slmdsl.study.fit.people import agent_hours, enough, hours_of_staff, people_of, staff_of
from slmdsl.study.fit.places import FreeNames, placed
from slmdsl.study.fit.routing import Flow, way_of
from slmdsl.study.fit.streams import kinds_of
from slmdsl.study.fit.stretches import stretches_of
from slmdsl.study.fit.times import touch_of
from slmdsl.study.fit.visits import RESOLVED, held_us, visits_of
from slmdsl.study.fit.waits import customer_wait_of, reopens_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from slmdsl.calendars import Calendar
    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog
    from slmdsl.study.fit.arrivals.forms import ArrivalFit
    from slmdsl.study.fit.people import People
    from slmdsl.study.fit.places import Placed
    from slmdsl.study.fit.streams import Kind
    from slmdsl.study.fit.stretches import Stretches
    from slmdsl.study.fit.times import Touch
    from slmdsl.study.fit.visits import Visits

_APART: Final = 0.1
"""By how much shares of ways differ, at least, where priorities do not go the same ways."""
_SURE: Final = 0.001
_NOBODY_TOLD: Final = 30
"""Pick-ups of a priority below which its waiting says nothing of the queue's order."""


class FitError(ValueError):
    """The log cannot carry a model; `help` says what is missing."""

    def __init__(self, message: str, help_line: str) -> None:
        super().__init__(message)
        self.help = help_line


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """A log as it was read for a fit: who was where, for how long, and how it arrived."""

    contract: Contract
    log: EventLog
    rows: Stretches
    kinds: tuple[Kind, ...]
    arrivals: tuple[ArrivalFit, ...]
    zone: str
    regions: tuple[str, ...]
    found: Placed
    visits: Visits
    touch: Touch
    people: People
    names: FreeNames


def fitted(
    contract: Contract,
    log: EventLog,
    *,
    until_us: int | None = None,
    source: str = "",
    draws: int = 0,
    seed: int = 1,
    progress: Callable[[str, float], None] | None = None,
) -> LoadModel:
    """Return the load model of a log.

    Args:
        contract: what is declared: its teams, staff, calendars and services are used where they are there.
        log: what happened.
        until_us: nothing at or after this instant (microseconds UTC) is known; None: all of it is.
        source: what the log was read from, for the text's comment.
        draws: how often the parameters are drawn anew, for `model.draws`; 0: not at all.
        seed: of their luck.
        progress: called with what is being done and the share of all that is done.

    Raises:
        FitError: there are too few tickets, or days, to tell anything.

    For example `fitted(contract, log).to_slm()`.
    """
    told = progress or _unheard
    # Columns that are filled in afterwards, such as how often a ticket came back, would tell of later days.
    log = log if until_us is None else known_at(log, until_us)
    read = read_for_fit(contract, log, until_us, told)
    model = model_of(read, source, told)
    if not draws:
        return model
    told("Drawing parameters", 0.9)
    drawn = draws_of(model.streams, log.ticket_columns.opened_us, seed=seed, draws=draws)
    return replace(model, draws=drawn)


def _unheard(_: str, __: float) -> None:
    """Take note of progress that nobody sees."""


def read_for_fit(
    contract: Contract, log: EventLog, until_us: int | None, told: Callable[[str, float], None]
) -> Reading:
    """Read a log for a fit. Raises FitError."""
    told("Following tickets", 0.0)
    rows = stretches_of(log, until_us)
    kinds, _ = kinds_of(log, rows, contract)
    if not kinds:
        msg = f"{len(rows.tickets):,} tickets are too few for a load"
        raise FitError(msg, "50 of a kind over some weeks are the least")
    zone = _zone(contract)
    told("Fitting arrivals", 0.1)
    arrivals = tuple(_arrivals(log, kind, zone, contract) for kind in kinds)
    regions = (arrivals[0].profile.holidays.region,) if arrivals[0].profile.holidays else ()
    told("Fitting the way of tickets", 0.4)
    found = placed(rows, log, contract)
    visits = visits_of(rows, found)
    is_worked = np.array([each.is_worked for each in found.places], np.bool_)
    touch = touch_of(rows, visits, is_worked, dict(_handing_over(found, contract)))
    within = _days_us(arrivals[0].first, arrivals[0].last, zone)
    people = people_of(rows, visits, touch, len(found.places), within, zone, regions, contract)
    return Reading(
        contract=contract,
        log=log,
        rows=rows,
        kinds=kinds,
        arrivals=arrivals,
        zone=zone,
        regions=regions,
        found=found,
        visits=visits,
        touch=touch,
        people=people,
        names=found.names,
    )


def _handing_over(found: Placed, contract: Contract) -> Iterator[tuple[int, Calendar]]:
    """Yield the places whose people hand over at the end of a shift, with their hours."""
    for code, place in enumerate(found.places):
        staff = contract.staff.get(place.group or "")
        if staff is not None and staff.hands_over and staff.shifts:
            yield code, calendar_of(hours_of_staff(staff))


def _zone(contract: Contract) -> str:
    """Return the zone of the model: the first agreement's, else the first calendar's."""
    for each in contract.agreements.values():
        return each.zone
    zones = [each.zone for name, each in contract.calendars.items() if name != "always"]
    return zones[0] if zones else "UTC"


def _arrivals(log: EventLog, kind: Kind, zone: str, contract: Contract) -> ArrivalFit:
    opened = log.ticket_columns.opened_us[kind.chosen]
    regions = tuple(dict.fromkeys(region for plan in contract.calendars.values() for region in plan.holidays))
    try:
        return arrivals_of(opened, zone, stream=kind.heading, regions=regions or None)
    except ValueError as error:
        raise FitError(str(error), "a fit needs some weeks with tickets") from error


def _days_us(first: date, last: date, zone: str) -> tuple[int, int]:
    return instant_us(ZoneInfo(zone), first), instant_us(ZoneInfo(zone), last + timedelta(days=1))


def model_of(read: Reading, source: str, told: Callable[[str, float], None]) -> LoadModel:
    """Return the model of a log that was read."""
    is_held = read.touch.method == "held"
    shelf = None if is_held else read.names.free("in_hand")
    flow = _flow(read, shelf)
    since_us = _changed_at(read, flow)
    recent = read.log.ticket_columns.opened_us >= (since_us or 0)
    streams = []
    for number, (kind, arrivals) in enumerate(zip(read.kinds, read.arrivals, strict=True)):
        told("Fitting the way of tickets", 0.5 + 0.4 * number / len(read.kinds))
        mine = kind.chosen[read.visits.ticket] & recent[read.visits.ticket]
        streams.append(_stream(read, replace(flow, mine=mine), kind, arrivals))
    _refuse_strange(read.contract, streams)
    staff = _staff(read, streams, shelf)
    worked = {step.by or step.name for stream in streams for step in stream.steps if step.works}
    used = worked | {step.name for stream in streams for step in stream.steps}
    told("Fitting the way of tickets", 1.0)
    return LoadModel(
        name=read.names.free("fitted_load"),
        scenario=read.names.free("fitted"),
        experiment=read.names.free("fitted_weeks"),
        source=source,
        method=read.touch.method,
        zone=read.zone,
        first=read.arrivals[0].first,
        last=read.arrivals[0].last,
        files=tuple(_files(read, streams)),
        agreements=tuple(_judging(read.contract, streams)),
        streams=tuple(streams),
        teams=tuple(_teams(read, shelf, used)),
        staff=tuple(each for each in staff if each.group in worked),
        carried=read.found.carried,
        tickets=sum(int(each.chosen.sum()) for each in read.kinds),
        cautions=(*_cautions(read), *_change(since_us, read.zone)),
    )


def _refuse_strange(contract: Contract, streams: Sequence[StreamFit]) -> None:
    """Refuse priorities that no text can name. Raises FitError."""
    known = set(priority_ranks(contract, ())) or {*(f"P{number}" for number in range(10)), *_mapped(contract)}
    found = {each.name or "" for stream in streams for mix in stream.priorities for each in mix.shares}
    if strange := sorted(found - known):
        msg = f"the log has priorities that the project does not: {', '.join(f'`{each}`' for each in strange[:3])}"
        raise FitError(msg, 'say in the source what they are: `priority "COLUMN" as { "1*" P1, * P4 }`')


def _mapped(contract: Contract) -> set[str]:
    told = [each.facts["priority"] for each in contract.sources.values() if "priority" in each.facts]
    return {value for each in told if each.mapping for _, value, _ in each.mapping.cases}


def _changed_at(read: Reading, flow: Flow) -> int | None:
    """Return from when on the way of tickets is fitted; None: all of it. Where work is told, queues may change it."""
    if flow.shelf is None:
        return None
    return changed_at(
        read.visits, flow.held_us, _days_us(read.arrivals[0].first, read.arrivals[0].last, read.zone)
    )


def _change(since_us: int | None, zone: str) -> Iterator[Caution]:
    if since_us is not None:
        yield Caution(key="way-since", numbers=(("day", local_date(ZoneInfo(zone), since_us)),))


def _flow(read: Reading, shelf: str | None) -> Flow:
    held = held_us(read.visits, read.rows, calendar_of(read.people.calendar))
    calendars = {name: plan for name, plan in read.contract.calendars.items() if name != "always"}
    return Flow(
        visits=read.visits,
        mine=np.ones(len(read.visits), np.bool_),
        touch=read.touch,
        held_us=held,
        places=read.found.places,
        priority=read.rows.priority[read.visits.ticket],
        priorities=read.log.ticket_columns.priority.values,
        calendars=calendars,
        shelf=shelf,
        opening=read.names.free("opening"),
    )


def _stream(read: Reading, flow: Flow, kind: Kind, arrivals: ArrivalFit) -> StreamFit:
    tickets, rows = read.log.ticket_columns, read.rows
    start, steps = way_of(flow)
    is_type = kind.name in read.contract.requests
    services = tuple(word if word in read.contract.services else "" for word in tickets.service.values)
    service = np.where(
        np.array([bool(each) for each in services])[tickets.service.codes], tickets.service.codes, -1
    )
    service = (
        np.where(tickets.service.codes >= 0, service, -1)[kind.chosen] if services else np.zeros(0, np.int32)
    )
    customers = tickets.customer.values
    declared = np.array([word in read.contract.parties for word in customers], np.bool_)
    customer = tickets.customer.codes[kind.chosen]
    customer = np.where((customer >= 0) & np.append(declared, False)[customer], customer, -1)
    ranks = priority_ranks(read.contract, ())
    return StreamFit(
        heading=kind.heading,
        name=kind.name,
        profile=read.names.free(kind.profile),
        arrivals=arrivals,
        services=() if is_type or not services else mix_of(service, services),
        priorities=priorities_of(
            rows.priority[kind.chosen], service, tickets.priority.values, () if is_type else services, ranks
        ),
        customers=mix_of(customer, customers),
        start=start,
        steps=steps,
        customer_wait=customer_wait_of(rows, kind.chosen, flow.calendars),
        reopens=reopens_of(rows, kind.chosen, tickets.reopenings),
    )


def _staff(read: Reading, streams: Sequence[StreamFit], shelf: str | None) -> list[StaffFit]:
    work = work_hours(streams)
    inferred = staff_of(
        read.found.places,
        read.people,
        read.contract,
        zone=read.zone,
        regions=read.regions,
        by_priority=_is_by_priority(read),
        always_manned=shelf is not None,
    )
    found = [enough(each, work.get(each.group, 0.0)) for each in inferred]
    if shelf is not None:
        hours = agent_hours(read.people.manned)
        agents = lying_at_most(streams, shelf, hours)
        found.append(
            StaffFit(
                group=shelf,
                zone=read.zone,
                regions=read.regions,
                shifts=tuple(replace(each, agents=agents) for each in read.people.manned),
                by_priority=False,
                actors=0,
                is_shelf=True,
            )
        )
    return found


def _is_by_priority(read: Reading) -> bool:
    """Whether the most urgent tickets that are picked up often enough wait less than the least urgent."""
    waited, priority = read.touch.waited_us, read.rows.priority[read.visits.ticket]
    ranks = priority_ranks(read.contract, ())
    words = read.log.ticket_columns.priority.values
    means = []
    for name in ranks:
        code = words.index(name) if name in words else -1
        mine = waited[(priority == code) & ~np.isnan(waited)]
        if len(mine) >= _NOBODY_TOLD:
            means.append(float(mine.mean()))
    return len(means) > 1 and means[0] < 0.8 * means[-1]


def _judging(contract: Contract, streams: Sequence[StreamFit]) -> Iterator[str]:
    """Yield the SLAs that are on something that the streams bring."""
    brought = {each.name for stream in streams for each in stream.services}
    brought |= {contract.requests[each.name].service for each in streams if each.name in contract.requests}
    for name, each in contract.agreements.items():
        if each.kind == "sla" and (not each.services or not brought or not brought.isdisjoint(each.services)):
            yield name


def _teams(read: Reading, shelf: str | None, used: set[str]) -> Iterator[TeamFit]:
    for place in read.found.places:
        if place.group is not None and not place.is_declared and place.group in used:
            title = "" if not place.is_rest else f"{len(place.words)} groups that carry little each"
            words = place.words
            if not title and words and words[0] != place.group:
                title = words[0]
            yield TeamFit(name=place.group, title=title, words=words)
    if shelf is not None and shelf in used:
        yield TeamFit(name=shelf, title="Tickets in somebody's hands", words=())


def _files(read: Reading, streams: Sequence[StreamFit]) -> Iterator[str]:
    """Yield the files that declare what the model names, from the project's root."""
    contract = read.contract
    judging = set(_judging(contract, streams))
    agreements = contract.agreements.items()
    spans = [each.span for name, each in agreements if each.kind != "sla" or name in judging]
    spans += [
        contract.services[each.name].span for stream in streams for each in stream.services if each.name
    ]
    spans += [contract.requests[stream.name].span for stream in streams if stream.name in contract.requests]
    spans += [
        contract.parties[each.name].span for stream in streams for each in stream.customers if each.name
    ]
    spans += [
        contract.parties[place.group].span
        for place in read.found.places
        if place.is_declared and place.group is not None
    ]
    spans += [each.span for each in contract.staff.values()]
    spans += [each.span for each in contract.priorities.values()]
    if not contract.priorities:  # a source that maps words to priorities declares them then
        spans += [each.span for each in contract.sources.values() if "priority" in each.facts]
    named = {step.waits.calendar for stream in streams for step in stream.steps if step.waits}
    named |= {stream.customer_wait.length.calendar for stream in streams if stream.customer_wait}
    spans += [each.name.span for each in contract.declarations if each.name.text in named]
    yield from dict.fromkeys(span.file for span in spans if not span.file.startswith("<"))


def _ways_differ(read: Reading) -> bool:
    """Whether tickets of some priority clearly start elsewhere, or are resolved at once more or less often."""
    visits = read.visits
    first = visits.is_first & (visits.attempt == 0)
    priority = read.rows.priority[visits.ticket]
    way = visits.place * 2 + (visits.next == RESOLVED)
    ways = 2 * len(read.found.places)
    whole = np.bincount(way[first], minlength=ways)
    for code in range(len(read.log.ticket_columns.priority.values)):
        these = np.bincount(way[first & (priority == code)], minlength=ways)
        others = whole - these
        if min(these.sum(), others.sum()) < _NOBODY_TOLD:
            continue
        apart = np.abs(these / these.sum() - others / others.sum()).max()
        if apart >= _APART and chance_of_counts(these, others) < _SURE:
            return True
    return False


def _cautions(read: Reading) -> Iterator[Caution]:
    """Yield what the log cannot carry, as keys of sentences."""
    total = max(len(read.visits), 1)
    if read.touch.method == "paced":
        told = int(np.isfinite(read.touch.work_us).sum())
        yield Caution(key="work-is-paced", numbers=(("share", told / total),))
    if read.touch.method == "untold":
        yield Caution(key="work-is-untold")
    if read.touch.method != "held":
        yield Caution(key="response-too-good")
    if read.people.presence.programs:
        yield Caution(key="programs", numbers=(("count", len(read.people.presence.programs)),))
    if _ways_differ(read):
        yield Caution(key="ways-by-priority")
    if any(each.is_rest for each in read.found.places):
        rest = next(each for each in read.found.places if each.is_rest)
        yield Caution(
            key="groups-lumped", numbers=(("count", len(rest.words)), ("share", 1 - read.found.carried))
        )
    others = len(read.rows.tickets) - sum(int(each.chosen.sum()) for each in read.kinds)
    if others:
        yield Caution(key="kinds-left-out", numbers=(("count", others),))

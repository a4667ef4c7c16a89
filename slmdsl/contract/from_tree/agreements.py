"""From `sla`, `ola` and `contract` blocks to agreements, templates applied."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from slmdsl.contract.from_tree.alerts import alerts
from slmdsl.contract.from_tree.calendars import zone_or_utc
from slmdsl.contract.from_tree.clocks import USUAL
from slmdsl.contract.from_tree.credits import credit_plan
from slmdsl.contract.from_tree.examples import examples
from slmdsl.contract.from_tree.populations import outage_selection, population
from slmdsl.contract.from_tree.reading import all_of, last, title_of
from slmdsl.contract.from_tree.targets import Setting, target
from slmdsl.contract.model import agreements as model
from slmdsl.contract.recurrence import Every
from slmdsl.syntax.tree import agreements as tree
from slmdsl.syntax.tree.common import Timezone
from slmdsl.syntax.tree.targets import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.contract.model.catalogue import Service
    from slmdsl.contract.model.clocks import Clock
    from slmdsl.syntax.tree.common import Node
    from slmdsl.syntax.tree.file import Declaration

_KINDS: Final[dict[str, Literal["sla", "ola", "contract"]]] = {
    "sla": "sla",
    "ola": "ola",
    "contract": "contract",
}


def agreements(
    reading: Reading,
    calendars: Mapping[str, CalendarPlan],
    clocks: Mapping[str, Clock],
    services: Mapping[str, Service],
) -> dict[str, model.Agreement]:
    """Return every agreement. Services and zone that it does not say are those of what it supports."""
    units = {
        f"{service.name}.{metric.name}": metric.unit
        for service in services.values()
        for metric in service.metrics
    }
    said: dict[str, model.Agreement] = {}
    for block in reading.of_kind(*_KINDS):
        body = reading.body(block)
        uses = last(body, tree.UsesClock)
        clock = clocks.get(reading.name(uses.clock) or "", USUAL) if uses else USUAL
        setting = Setting(
            agreement=block.name.text, clock=clock, calendars=calendars, metric_units=units, reading=reading
        )
        said[block.name.text] = _agreement(block, body, setting)
    zones = {block.name.text: last(reading.body(block), Timezone) for block in reading.of_kind(*_KINDS)}
    return _completed(said, zones)


def _agreement(block: Declaration, body: tuple[Node, ...], setting: Setting) -> model.Agreement:
    reading = setting.reading
    between, valid = last(body, tree.Between), last(body, tree.Valid)
    version, months = last(body, tree.Version), last(body, tree.Months)
    supports, zone = last(body, tree.Supports), last(body, Timezone)
    review = last(body, tree.Review)
    found = (target(each, setting) for each in _once(all_of(body, Target)))
    return model.Agreement(
        name=block.name.text,
        title=title_of(block),
        kind=_KINDS[block.keyword],
        promiser=reading.name(between.promiser) if between else None,
        receiver=reading.name(between.receiver) if between else None,
        services=_covered(body, reading),
        supports=reading.names(supports.agreements) if supports else (),
        valid_from=valid.first if valid else None,
        valid_to=valid.last if valid else None,
        version=version.version.value if version else None,
        supersedes=version.supersedes.value if version and version.supersedes else None,
        zone=zone_or_utc(zone.zone.value) if zone else setting.clock.calendar.zone,
        month_day=_month_day(months),
        month_overflow="spill"
        if months and months.overflow and months.overflow.value == "spill"
        else "clamp",
        stays=_stays(block.keyword, body),
        targets=tuple(each for each in found if each is not None),
        exclusions=tuple(_exclusions(body, reading)),
        credits=credit_plan(body, reading),
        alerts=tuple(alerts(body, reading)),
        examples=tuple(examples(body, reading)),
        escalation=_escalation(body, reading),
        review=Every(count=1, unit=review.every.value) if review else None,
        duties=tuple(_duties(body)),
        span=block.head_span,
    )


def _duties(body: tuple[Node, ...]) -> Iterator[model.Duty]:
    for each in all_of(body, tree.Responsibility):
        yield model.Duty(party=each.party.value, words=each.duty.value, span=each.span)


def _once(targets: Iterable[Target]) -> list[Target]:
    """Return targets, of several of one name the first (the others are an error of their own)."""
    by_name: dict[str, Target] = {}
    for each in targets:
        by_name.setdefault(each.name.text, each)
    return list(by_name.values())


def _covered(body: tuple[Node, ...], reading: Reading) -> tuple[str, ...]:
    covers = last(body, tree.Covers)
    return reading.names(covers.what) if covers else ()


def _month_day(months: tree.Months | None) -> int:
    """Return the day on which months begin; the first where the one said is no day of a month."""
    if months is None or not 1 <= months.day.value <= 31:  # noqa: PLR2004 - days of the longest month
        return 1
    return months.day.value


def _stays(keyword: str, body: tuple[Node, ...]) -> Literal["per_stay", "over_stays"] | None:
    """Return how stays in a group are judged: in an OLA each, unless it says `counts over_stays`."""
    counts = last(body, tree.Counts)
    if counts is None:
        return "per_stay" if keyword == "ola" else None
    return "over_stays" if counts.how.value == "over_stays" else "per_stay"


def _escalation(body: tuple[Node, ...], reading: Reading) -> str | None:
    used = last(body, tree.UsesEscalation)
    return reading.name(used.escalation) if used else None


def _exclusions(body: tuple[Node, ...], reading: Reading) -> Iterable[model.Exclusion]:
    for each in body:
        if isinstance(each, tree.ExcludeTickets):
            selected = population(each.population, reading)
            yield model.Exclusion(population=selected, reason=each.because.value, span=each.span)
        elif isinstance(each, tree.ExcludeOutages):
            yield model.Exclusion(
                population=None,
                outages=outage_selection(each.outages, reading),
                reason=each.because.value,
                span=each.span,
            )


def _completed(
    said: Mapping[str, model.Agreement], zones: Mapping[str, Timezone | None]
) -> dict[str, model.Agreement]:
    """Return agreements with the services, and else the zone, of what they support."""
    done: dict[str, model.Agreement] = {}
    for start in said:
        begun: set[str] = set()
        pending = [(start, False)]
        while pending:
            name, ready = pending.pop()
            if ready:
                backed = [done[each] for each in said[name].supports if each in done]
                done[name] = _with_what_it_backs(said[name], backed, speaks=zones[name] is not None)
            elif name not in begun and name not in done and name in said:
                begun.add(name)
                pending.append((name, True))
                pending.extend((each, False) for each in said[name].supports)
    return {name: done[name] for name in said}


def _with_what_it_backs(
    agreement: model.Agreement, backed: Sequence[model.Agreement], *, speaks: bool
) -> model.Agreement:
    """Return an agreement with services and zone taken from what it backs where it says none itself."""
    if not backed:
        return agreement
    services = agreement.services or tuple(dict.fromkeys(name for each in backed for name in each.services))
    return replace(agreement, services=services, zone=agreement.zone if speaks else backed[0].zone)

"""Availability: a timeline of every service with outages and maintenance, and each of them listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from slmdsl.base.units import from_us
from slmdsl.report.charts.service import Bar, timeline_chart
from slmdsl.report.document.tree import Picture, Trace
from slmdsl.report.service.figures import instant_cell, length_cell, number_cell
from slmdsl.report.service.making import by_agreement, columns, said, table, words
from slmdsl.report.service.uptime import STATES, uptimes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.report.document.tree import Block, Cell, Section
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts
    from slmdsl.report.service.uptime import ServiceUptime

_OUTAGES: Final = ("down", "partial")
_MOST_BARS: Final = 2_000
"""More stretches cannot be told apart in a picture; the longest are drawn."""
_SHOWN: Final = 40


def availability_section(facts: Facts, say: Language) -> Section:
    """Return the timelines of each agreement's services."""
    return by_agreement(
        "availability", say, facts, ((each, list(_blocks(facts, each, say))) for each in facts.agreements)
    )


def _blocks(facts: Facts, agreement: Agreement, say: Language) -> Iterator[Block]:
    services = list(uptimes(facts, agreement))
    if not services:
        yield said(say, "availability.none")
        return
    yield _picture(facts, agreement, services, say)
    heads = columns(
        say,
        ("service", "words", 3),
        ("agreed", "figures", 3),
        ("downtime", "figures", 3),
        ("outages", "figures", 1),
        ("maintenance", "figures", 3),
        ("unknown", "figures", 3),
        ("counted_by", "words", 3),
    )
    yield table(f"uptime.{agreement.name}", say, heads, [_service(each, say) for each in services])
    rows = [row for each in services for row in _spell_rows(each, agreement, say)]
    if rows:
        heads = columns(
            say,
            ("service", "words", 3),
            ("state", "words", 3),
            ("from", "words", 3),
            ("to", "words", 3),
            ("length", "figures", 3),
            ("downtime", "figures", 3),
            ("cause", "words", 3),
        )
        yield table(
            f"spells.{agreement.name}",
            say,
            heads,
            rows,
            shown=_SHOWN,
            note=say.say("report.availability.note"),
        )
    else:
        yield said(say, "availability.all_up", tone="good")


def _service(each: ServiceUptime, say: Language) -> tuple[Cell, ...]:
    trace = Trace(clause=each.clause, target=each.target)
    return (
        words(each.service, trace=trace),
        length_cell(each.agreed_us, say, trace),
        length_cell(each.counted_us, say, trace),
        number_cell(sum(spell.state in _OUTAGES for spell in each.spells), "outages", trace=trace),
        length_cell(each.maintenance_us, say, trace),
        length_cell(each.unknown_us, say, trace),
        words(each.target),
    )


def _spell_rows(each: ServiceUptime, agreement: Agreement, say: Language) -> Iterator[tuple[Cell, ...]]:
    trace = Trace(clause=each.clause, target=each.target)
    for spell, cause in zip(each.spells, each.causes, strict=True):
        yield (
            words(each.service, trace=trace),
            words(say.say(f"report.state.{spell.state}"), tone="bad" if spell.state in _OUTAGES else "plain"),
            instant_cell(spell.from_us, agreement),
            instant_cell(spell.to_us, agreement),
            length_cell(spell.to_us - spell.from_us, say, trace),
            length_cell(spell.counted_us, say, trace),
            words(cause),
        )


def _picture(facts: Facts, agreement: Agreement, services: list[ServiceUptime], say: Language) -> Picture:
    zone, stretch = ZoneInfo(agreement.zone), facts.stretch(agreement)
    spells = [(each.service, spell) for each in services for spell in each.spells]
    longest = sorted(spells, key=lambda each: each[1].from_us - each[1].to_us)[:_MOST_BARS]
    bars = [
        Bar(
            lane=name,
            sort=spell.state,
            begin=_local(spell.from_us, zone),
            end=_local(spell.to_us, zone),
        )
        for name, spell in sorted(longest, key=lambda each: (each[1].from_us, each[0]))
    ]
    said_of = (
        say.say(
            "report.availability.alt",
            service=each.service,
            outages=sum(spell.state in _OUTAGES for spell in each.spells),
            down=say.clock_time(each.counted_us),
            maintenance=say.clock_time(each.maintenance_us),
        )
        for each in services
    )
    legend: dict[str, str] = {state: say.say(f"report.state.{state}") for state in STATES if state != "up"}
    return Picture(
        key=f"timeline.{agreement.name}",
        caption=say.say("report.picture.timeline", zone=agreement.zone),
        alt=say.sentences(said_of),
        chart=timeline_chart(
            bars,
            [each.service for each in services],
            (_local(stretch.from_us, zone), _local(stretch.to_us, zone)),
            legend,
        ),
    )


def _local(at_us: int, zone: ZoneInfo) -> str:
    """Return an instant as it stands on the wall clock, marked as UTC so that no viewer moves it."""
    local = from_us(at_us).astimezone(zone).replace(tzinfo=None)
    return f"{local.isoformat(timespec='seconds')}Z"

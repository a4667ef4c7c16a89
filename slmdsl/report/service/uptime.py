"""When the services of a report were up: stretches of one state each, from the evaluator's own timelines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.contract.model.agreements import Availability, LongestOutage, OutageCount, Restore
from slmdsl.evaluate.availability.facts import UP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.evaluate.availability.timeline import UptimeTimeline
    from slmdsl.evaluate.availability.uptime import Uptime
    from slmdsl.report.service.facts import Facts

State = Literal["up", "down", "uncounted", "partial", "maintenance", "unknown"]
STATES: tuple[State, ...] = ("up", "down", "uncounted", "partial", "maintenance", "unknown")
"""Up; down in time that the target judges; down in other time; partly down; maintenance; not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A stretch of one state; `counted_us` is downtime that the target judges, partial by its share."""

    state: State
    from_us: int
    to_us: int
    counted_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceUptime:
    """A service in the period: its spells other than up, and how much time there was of each kind, in microseconds.

    `clause` is that of the target whose rule says what time counts.
    """

    service: str
    target: str
    clause: str
    spells: tuple[Spell, ...]
    agreed_us: int
    counted_us: int
    maintenance_us: int
    unknown_us: int
    causes: tuple[str, ...]
    """What the outage book says of each spell, "" where nothing."""


def uptimes(facts: Facts, agreement: Agreement) -> Iterator[ServiceUptime]:
    """Yield each service that a target on uptime names, as the first such target counts it."""
    evaluation = facts.verdicts.evaluation
    if evaluation is None or evaluation.tickets is None:
        return
    stretch = facts.stretch(agreement)
    span = (stretch.from_us, min(stretch.to_us, facts.as_of_us))
    seen: set[str] = set()
    for target in sorted(agreement.targets, key=lambda each: not isinstance(each.form, Availability)):
        if not isinstance(target.form, Availability | LongestOutage | OutageCount | Restore):
            continue
        uptime = evaluation.uptime_of(target, agreement)
        if not len(uptime.periods):
            continue
        for place, service in enumerate(uptime.rule.services):
            if service.name not in seen:
                seen.add(service.name)
                yield _of_service(uptime.alone(place), span)


def _of_service(uptime: Uptime, span: tuple[int, int]) -> ServiceUptime:
    timeline, service = uptime.timeline, uptime.rule.services[0]
    starts = np.clip(timeline.edges_us[:-1], *span)
    ends = np.clip(timeline.edges_us[1:], *span)
    lengths = ends - starts
    past = lengths > 0
    judged = timeline.agreed & past
    spells = tuple(_spells(timeline, starts, ends))
    down = np.where(timeline.known, UP - timeline.most, 0)
    return ServiceUptime(
        service=service.name,
        target=uptime.rule.target.qualified,
        clause=uptime.rule.target.span.where,
        spells=spells,
        agreed_us=int(lengths[judged].sum()),
        counted_us=_counted(down[judged], lengths[judged]),
        maintenance_us=int(lengths[timeline.maintained & past].sum()),
        unknown_us=int(lengths[judged & ~timeline.known].sum()),
        causes=tuple(_causes(spell, uptime) for spell in spells),
    )


def _counted(down: np.ndarray, lengths: np.ndarray) -> int:
    """Return judged downtime; times and shares are whole numbers, so the sum is exact but for the last division."""
    pairs = zip(down.tolist(), lengths.tolist(), strict=True)
    return int(sum(share * length for share, length in pairs)) // UP


def _spells(timeline: UptimeTimeline, starts: np.ndarray, ends: np.ndarray) -> Iterator[Spell]:
    """Yield the spells other than up, neighbours of the same state as one."""
    states = _states(timeline)
    down = np.where(timeline.agreed & timeline.known, UP - timeline.most, 0)
    last: Spell | None = None
    for code, begin, end, share in zip(
        states.tolist(), starts.tolist(), ends.tolist(), down.tolist(), strict=True
    ):
        if begin >= end:
            continue
        counted = share * (end - begin) // UP
        if last is not None and last.state == STATES[code] and last.to_us == begin:
            last = Spell(
                state=last.state, from_us=last.from_us, to_us=end, counted_us=last.counted_us + counted
            )
            continue
        if last is not None and last.state != "up":
            yield last
        last = Spell(state=STATES[code], from_us=begin, to_us=end, counted_us=counted)
    if last is not None and last.state != "up":
        yield last


def _states(timeline: UptimeTimeline) -> np.ndarray:
    """Return the place in STATES of each stretch."""
    known = timeline.raw_least == timeline.raw_most
    is_down = known & (timeline.raw_most < UP)
    is_judged = timeline.agreed & (timeline.most < UP)
    return np.select(
        [
            ~known,
            is_down & is_judged & (timeline.raw_most == 0),
            is_down & is_judged,
            is_down & timeline.maintained,
            is_down,
            timeline.maintained,
        ],
        [5, 1, 3, 4, 2, 4],
        0,
    )


def _causes(spell: Spell, uptime: Uptime) -> str:
    """Return the causes that the outage book names for a spell, of the service or of what it needs."""
    outages, names = uptime.outages, uptime.rule.names
    ends = np.where(outages.end_us == NO_TIME, spell.to_us, outages.end_us)
    rows = np.flatnonzero((outages.start_us < spell.to_us) & (ends > spell.from_us))
    found = (outages.cause.word(row) for row in rows.tolist() if (outages.service.word(row) or "") in names)
    return ", ".join(dict.fromkeys(each for each in found if each))

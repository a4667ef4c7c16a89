"""What strikes: causes and risks, compiled, and the strikes that a scenario asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import instant_us, local_date
from slmdsl.contract.model.risks import Outage, StaffLoss
from slmdsl.workload.codes import CANNOT_COMPILE, TOO_LARGE
from slmdsl.workload.demand.calendar_days import date_of, day_of, period_around
from slmdsl.workload.demand.sources import SCENARIO, raised_names, surge_numbers
from slmdsl.workload.draws.keys import name_hash, named_entity, place_of
from slmdsl.workload.errors import UncompilableError
from slmdsl.workload.plan import NONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slmdsl.contract.model.risks import Likelihood, Risk
    from slmdsl.contract.model.studies import Strike, WhatIf
    from slmdsl.contract.model.work import Cause
    from slmdsl.workload.demand.table import Demand
    from slmdsl.workload.horizon import SimulatedTime
    from slmdsl.workload.plan import Floats, Int64, Words
    from slmdsl.workload.rows import DistributionRows

MOST_STRIKES_A_DAY: Final = 1_000
_LONG: Final = frozenset(("quarter", "year"))
_PER_DAY: Final = {"hour": 24.0, "day": 1.0, "week": 1 / 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Raising:
    """Tickets that a strike raises: a distribution of their number, and the sources that they belong to."""

    count: int
    over_us: int
    source: int
    scenario_source: int
    """For strikes that a scenario asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikingCause:
    """A cause: how often, which nodes with which share, how long. Distributions are rows, -1 for none."""

    name: str
    entity: int
    every: int
    lasts: int
    takes: tuple[tuple[int, int, float], ...]
    """Node, the word where its coin is thrown, its share."""
    raises: tuple[Raising, ...]
    code: int
    """In the words' causes."""
    at: tuple[int, ...]
    """When a scenario has it strike, in ticks, in order; of `StrikingRisk` too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a strike of a risk does for one draw of `lasts`; one of the other three says what.

    `nodes` are down; or agents of `group` are away with the chance `share`; or the surge `surge` stands.
    """

    lasts: int
    nodes: tuple[int, ...] = ()
    group: int = NONE
    share: float = 0.0
    surge: int = NONE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StrikingRisk:
    """A risk: how many strikes are expected on each local day, and what each of them does."""

    name: str
    entity: int
    daily: Floats
    effects: tuple[Effect, ...]
    contingency: int
    """What it calls for: a contingency without a condition of its own; -1: none."""
    code: int
    at: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hazards:
    """What strikes. `edges_us` are the midnights of the home zone around the simulated time, from `first_day` on."""

    first_day: int
    edges_us: Int64
    causes: tuple[StrikingCause, ...]
    risks: tuple[StrikingRisk, ...]


def hazards_of(
    what_if: WhatIf,
    words: Words,
    rows: DistributionRows,
    time: SimulatedTime,
    nodes: Mapping[str, int],
    demand: Demand,
) -> Hazards:
    """Return what may strike in the simulated time.

    `nodes` are the rows of services and components by name, `demand` is that of the same what-if, `rows` are those of
    the plan's table of distributions: it must be made afterwards.

    Raises:
        UncompilableError: a risk is more likely than can be simulated, or a scenario strikes what does not strike.

    `hazards_of(what_if, words, rows, time, node_codes(nodes), demand)`
    """
    zone = ZoneInfo(what_if.zone)
    first, last = (local_date(zone, at_us) for at_us in time.span_us)
    days = range(day_of(first), day_of(last) + 2)
    edges_us = np.array([instant_us(zone, date_of(day)) for day in days], np.int64)
    known = {each.name for each in what_if.load.causes} | {each.name for each in what_if.risks}
    for strike in what_if.strikes:
        if strike.what not in known:
            message = f"`{strike.what}` is neither a cause of the load nor a risk, and cannot strike"
            raise UncompilableError(CANNOT_COMPILE.at(strike.span, message))
    struck = {name: _struck(name, what_if.strikes, zone, time) for name in known}
    return Hazards(
        first_day=days[0],
        edges_us=edges_us,
        causes=tuple(
            _cause(each, words, rows, nodes, demand, struck[each.name]) for each in what_if.load.causes
        ),
        risks=tuple(
            _risk(each, what_if, words, rows, nodes, days, struck[each.name]) for each in what_if.risks
        ),
    )


def _struck(name: str, strikes: tuple[Strike, ...], zone: ZoneInfo, time: SimulatedTime) -> tuple[int, ...]:
    """Return when a scenario has something strike, in ticks."""
    midnight = [
        (each.at, each.at.replace(hour=0, minute=0, second=0, microsecond=0))
        for each in strikes
        if each.what == name
    ]
    instants = {
        instant_us(zone, at.date(), (at - day) // timedelta(microseconds=1)) // time.tick_us
        for at, day in midnight
    }
    return tuple(sorted(at for at in instants if time.start <= at < time.end))


def _cause(
    cause: Cause,
    words: Words,
    rows: DistributionRows,
    nodes: Mapping[str, int],
    demand: Demand,
    struck: tuple[int, ...],
) -> StrikingCause:
    sources = {name: number for number, name in enumerate(demand.names)}
    return StrikingCause(
        name=cause.name,
        entity=named_entity(cause.name),
        every=rows.of(cause.every),
        lasts=rows.of(cause.lasts),
        takes=tuple((nodes[each.name], place_of(each.name), float(each.share)) for each in cause.takes),
        raises=tuple(
            Raising(
                count=rows.of(each.count),
                over_us=each.over_us,
                source=sources[name],
                scenario_source=sources[name + SCENARIO],
            )
            for each, name in zip(cause.raises, raised_names(cause), strict=True)
        ),
        code=words.causes.index(cause.name),
        at=struck,
    )


def _risk(
    risk: Risk,
    what_if: WhatIf,
    words: Words,
    rows: DistributionRows,
    nodes: Mapping[str, int],
    days: range,
    struck: tuple[int, ...],
) -> StrikingRisk:
    surges, groups = surge_numbers(what_if.risks), {name: code for code, name in enumerate(words.groups)}
    affected = tuple(nodes[name] for name in risk.affects if name in nodes)
    effects = list[Effect]()
    for i, impact in enumerate(risk.impacts):
        lasts = rows.of(impact.lasts)
        if isinstance(impact, Outage):
            effects.append(Effect(lasts=lasts, nodes=affected))
        elif isinstance(impact, StaffLoss):
            group = groups.get(impact.staff, NONE)
            effects.append(Effect(lasts=lasts, group=group, share=float(impact.share)))
        else:
            effects.append(Effect(lasts=lasts, surge=surges[risk.name, i]))
    callable_names = [each.name if each.when is None else None for each in what_if.contingencies]
    return StrikingRisk(
        name=risk.name,
        entity=name_hash(f"risk\n{risk.name}"),
        daily=_daily(risk, days),
        effects=tuple(effects),
        contingency=callable_names.index(risk.treatment)
        if risk.treatment in callable_names and risk.treatment
        else NONE,
        code=words.causes.index(risk.name),
        at=struck,
    )


def _daily(risk: Risk, days: range) -> Floats:
    """Return how many strikes are expected by local day."""
    if risk.likelihood is None:
        return np.zeros(len(days) - 1)
    daily = np.array([expected_on(risk.likelihood, day) for day, _ in pairwise(days)], np.float64)
    if daily.max(initial=0.0) > MOST_STRIKES_A_DAY:
        message = f"`{risk.name}` strikes more than {MOST_STRIKES_A_DAY} times a day"
        raise UncompilableError(TOO_LARGE.at(risk.likelihood.span, message))
    return daily


def expected_on(likelihood: Likelihood, day: int) -> float:
    """Return how many strikes are expected on a day since 1970; all of a period fall into the months that are named."""
    at = date_of(day)
    if not _is_in(likelihood.months, at.month):
        return 0.0
    if likelihood.per in _PER_DAY:
        return float(likelihood.times) * _PER_DAY[likelihood.per]
    first, end = period_around(at, likelihood.per)
    return float(likelihood.times) / _days_within(likelihood.months, day_of(first), day_of(end))


@lru_cache(maxsize=64)
def _days_within(months: tuple[int, int] | None, first: int, end: int) -> int:
    return sum(_is_in(months, date_of(day).month) for day in range(first, end))


def _is_in(months: tuple[int, int] | None, month: int) -> bool:
    if months is None:
        return True
    first, last = months
    return first <= month <= last if first <= last else month >= first or month <= last

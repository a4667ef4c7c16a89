"""From a what-if to the demand in it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from slmdsl.base.units import DAY
from slmdsl.contract.model.work import PriorityMix
from slmdsl.workload.codes import TOO_LARGE
from slmdsl.workload.demand.calendar_days import rate_by_day
from slmdsl.workload.demand.clocks import Clock, clocks_of, factor_by_day, weight_by_day
from slmdsl.workload.demand.mixes import MixTable, priority_mixes, restricted
from slmdsl.workload.demand.populations import PopulationTable
from slmdsl.workload.demand.sources import Source, labels_of, raised_sources, surge_numbers, surged, unlike
from slmdsl.workload.demand.table import Clocks, Demand
from slmdsl.workload.draws.keys import BURST_BITS, name_hash
from slmdsl.workload.draws.means import mean_count_of
from slmdsl.workload.errors import UncompilableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.contract.model.agreements import Population
    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.contract.model.work import Load, Stream
    from slmdsl.workload.horizon import SimulatedTime
    from slmdsl.workload.plan import Floats, Words
    from slmdsl.workload.rows import DistributionRows

_MOST_CORRELATED: Final = Fraction(999, 1000)


def demand_of(
    what_if: WhatIf,
    words: Words,
    rows: DistributionRows,
    time: SimulatedTime,
    leaves: Sequence[Population],
) -> Demand:
    """Return what arrives in the simulated time.

    `words` has every kind, service, priority and customer of the load. `rows` are those of the plan's table of
    distributions: the sizes of bursts go there. `leaves` are the populations of the leaves on open tickets, by bit.

    Raises:
        UncompilableError: a load cannot be drawn: too many surges or tickets, days that are too much alike, or a
            population that looks at what tickets do not have yet.

    `demand_of(what_if, words, rows, time, [leaf.population for leaf in asked.open_tickets])`
    """
    start_us, end_us = time.span_us
    span = _Span(first_day=start_us // DAY - 1, start_us=start_us, end_us=end_us)
    clock_of = [_clock(each, what_if) for each in what_if.load.streams]
    wanted = list(dict.fromkeys(clock_of))
    clocks = clocks_of(wanted, span.first_day, span.days)
    rates = [rate_by_day(each.rates, span.first_day, span.days) for each in what_if.load.streams]
    base = [
        Source(
            name=stream.name,
            stream=i,
            bursts=_bursts(stream, rates[i][0] * _weights(clocks, wanted, clock_of[i], span)),
        )
        for i, stream in enumerate(what_if.load.streams)
    ]
    surging = surged(base, what_if.load, what_if.multiplies, what_if.risks, span.first_day)
    sources = (*surging, *raised_sources(what_if.load, span.days))
    populations = PopulationTable([each.kind for each in what_if.load.streams], words)
    return Demand(
        first_day=span.first_day,
        days=span.days,
        varying=_stacked([varying for _, varying, _ in rates], span),
        correlated=_stacked([correlated for _, _, correlated in rates], span),
        clock=np.array([wanted.index(each) for each in clock_of], np.int32),
        burst=np.array([rows.of(each.burst) for each in what_if.load.streams], np.int32),
        kind=np.array([words.kinds.index(each.kind) for each in what_if.load.streams], np.int32),
        clocks=clocks,
        **_by_source(sources, span),
        **_mixes(sources, what_if.load, words),
        **_filters(sources, populations),
        surges=len(surge_numbers(what_if.risks)),
        leaf_population=np.array([populations.row(each) for each in leaves], np.int32),
        matches=populations.table(),
    )


class _Span(NamedTuple):
    """The simulated time, and the first of the local days around it."""

    first_day: int
    start_us: int
    end_us: int

    @property
    def days(self) -> int:
        """How many local days touch it in any zone; clocks are never further than a day from UTC."""
        return -(-self.end_us // DAY) + 1 - self.first_day


def _clock(stream: Stream, what_if: WhatIf) -> Clock:
    """Return the clock of a stream: that of its profile, else the even one of the home zone."""
    if stream.profile is None:
        return Clock(what_if.zone, None)
    profile = what_if.contract.profiles[stream.profile]
    return Clock(profile.zone, profile)


def _weights(clocks: Clocks, wanted: list[Clock], said: Clock, span: _Span) -> Floats:
    """Return the weight of each day in standard days; 0 for those that lie outside the simulated time."""
    clock = wanted.index(said)
    first = clocks.first_piece[clock * span.days : (clock + 1) * span.days + 1]
    inside = np.array(
        [
            end > begin
            and bool(clocks.piece_to[end - 1] > span.start_us and clocks.piece_from[begin] < span.end_us)
            for begin, end in pairwise(first.tolist())
        ]
    )
    weights = weight_by_day(clocks, clock, span.days) * factor_by_day(said, span.first_day, span.days)
    return np.where(inside, weights, 0.0)


def _stacked(rows: list[Floats], span: _Span) -> Floats:
    return np.array(rows, np.float64).reshape(-1, span.days)


def _by_source(sources: Sequence[Source], span: _Span) -> dict[str, Any]:
    names = tuple(unlike(each.name for each in sources))
    return {
        "names": names,
        "labels": labels_of(names),
        "hash": np.array([name_hash(name) for name in names], np.uint64),
        "stream": np.array([each.stream for each in sources], np.int32),
        "bursts": _stacked([each.bursts for each in sources], span),
    }


def _mixes(sources: Sequence[Source], load: Load, words: Words) -> dict[str, Any]:
    """Return what tickets of each source are like; what strikes raise is a part of its stream's tickets."""
    table = MixTable()
    services, priorities, customers = list[int](), list[list[int]](), list[int]()
    for source in sources:
        stream = load.streams[source.stream]
        named = source.raised.services if source.raised else ()
        urgent = source.raised.priorities if source.raised else ()
        said = stream.priorities or (
            (PriorityMix(service=None, shares=(), span=stream.span),) if urgent else ()
        )
        narrowed = (replace(each, shares=restricted(each.shares, urgent)) for each in said)
        services.append(table.row(restricted(stream.services, named), words.services))
        priorities.append(priority_mixes(narrowed, words, table))
        customers.append(table.row(stream.customers, words.customers))
    return {
        "service_mix": np.array(services, np.int32),
        "priority_mix": np.array(priorities, np.int32).reshape(len(sources), len(words.services) + 1),
        "customer_mix": np.array(customers, np.int32),
        "mixes": table.table(),
    }


def _filters(sources: Sequence[Source], populations: PopulationTable) -> dict[str, Any]:
    filters = [each for source in sources for each in source.filters]
    surges = [each for source in sources for each in source.surges]
    end_filter = np.cumsum([len(each.filters) for each in sources], dtype=np.int64)
    end_surge = np.cumsum([len(each.surges) for each in sources], dtype=np.int64)
    return {
        "first_surge": (end_surge - [len(each.surges) for each in sources]).astype(np.int32),
        "end_surge": end_surge.astype(np.int32),
        "surge": np.array(surges, np.int32),
        "first_filter": (end_filter - [len(each.filters) for each in sources]).astype(np.int32),
        "end_filter": end_filter.astype(np.int32),
        "filter_population": np.array([populations.row(each.population) for each in filters], np.int32),
        "filter_share": np.array([each.share for each in filters], np.float64),
        "filter_word": np.array([each.word for each in filters], np.uint32),
        "filter_first_day": np.array([each.days[0] for each in filters], np.int32),
        "filter_end_day": np.array([each.days[1] for each in filters], np.int32),
        "filter_surge": np.array([each.surge for each in filters], np.int32),
    }


def _bursts(stream: Stream, tickets: Floats) -> Floats:
    """Return how many bursts a stream is expected to have, by day."""
    bursts = tickets if stream.burst is None else tickets / mean_count_of(stream.burst)
    if bursts.max(initial=0.0) >= 1 << BURST_BITS:
        message = f"`{stream.name}` has more than {1 << BURST_BITS:_} arrivals on a day"
        raise UncompilableError(TOO_LARGE.at(stream.span, message))
    for rate in stream.rates:
        if rate.varying and abs(rate.correlated) > _MOST_CORRELATED:
            message = f"days of `{stream.name}` are more alike than {float(_MOST_CORRELATED)}"
            raise UncompilableError(TOO_LARGE.at(rate.span, message))
    return bursts

"""All tickets of a replication, in the order in which they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from slmdsl.workload.codes import TOO_LARGE
from slmdsl.workload.demand.day_factor_kernel import day_factors
from slmdsl.workload.demand.order_kernel import order_of
from slmdsl.workload.demand.ticket_kernel import (
    TOO_MANY_BURSTS,
    Frame,
    Rows,
    Tables,
    Windows,
    burst_counts,
    counted_by,
    draw_raised,
    draw_tickets,
    entities_of,
    ticket_count,
)
from slmdsl.workload.errors import UncompilableError
from slmdsl.workload.plan import Arrivals

if TYPE_CHECKING:
    from slmdsl.workload.demand.table import Demand
    from slmdsl.workload.plan import DeskPlan, Floats, Int32, Int64

MOST_TICKETS: Final = 100_000_000
"""They take some 9 gigabytes while they are sorted."""


class Raised(NamedTuple):
    """What strikes raise: by ticket its instant (ticks), source, and its name as day, burst and member."""

    at: Int64
    source: Int32
    day: Int32
    burst: Int32
    member: Int32


def arrivals_of(plan: DeskPlan, key: int, windows: Windows, raised: Raised) -> Arrivals:
    """Return the tickets of a replication; `windows` are when its surges stand, `raised` what its strikes bring.

    Raises:
        UncompilableError: a day has more than 2**26 bursts, a burst more than 65,535 tickets, or all days together
            more than 100 million.
    """
    demand, word = plan.demand, np.uint64(key)
    frame = Frame(plan.tick_us, plan.start, plan.end, demand.first_day, demand.days)
    tables = tables_of(demand)
    counts = burst_counts(word, tables, frame, windows, factors_of(demand, key))
    if counts.size and counts[0, 0] == TOO_MANY_BURSTS:
        message = "a day has more arrivals than the 2**26 that can be told apart"
        raise UncompilableError(TOO_LARGE.at(plan.what_if.load.span, message))
    most = ticket_count(word, tables, frame, plan.distributions, counts)
    if most < 0:
        message = "a burst has more tickets than the 65,535 that can be told apart"
        raise UncompilableError(TOO_LARGE.at(plan.what_if.load.span, message))
    if most + len(raised.at) > MOST_TICKETS:
        message = f"a replication has more than {MOST_TICKETS:_} tickets"
        raise UncompilableError(TOO_LARGE.at(plan.what_if.load.span, message))
    rows = _empty(most + len(raised.at))
    filled = draw_tickets(word, tables, frame, windows, plan.distributions, counts, rows)
    rows = _with_raised(rows, filled, raised)
    draw_raised(word, tables, rows, filled)
    return _in_order(demand, tables, frame, rows)


def factors_of(demand: Demand, key: int) -> Floats:
    """Return the factors of the days (n x d) that a replication draws for each stream."""
    return np.array(
        [
            day_factors(
                np.uint64(key), demand.hash[i], demand.first_day, demand.varying[i], demand.correlated[i]
            )
            for i in range(len(demand.clock))
        ],
        np.float64,
    ).reshape(-1, demand.days)


def tables_of(demand: Demand) -> Tables:
    """Return the arrays of demand as kernels read them."""
    clocks, mixes, matches = demand.clocks, demand.mixes, demand.matches
    return Tables(
        hash=demand.hash,
        stream=demand.stream,
        bursts=demand.bursts,
        clock=demand.clock,
        burst=demand.burst,
        service_mix=demand.service_mix,
        customer_mix=demand.customer_mix,
        priority_mix=demand.priority_mix,
        first_piece=clocks.first_piece,
        piece_from=clocks.piece_from,
        piece_to=clocks.piece_to,
        piece_weight=clocks.piece_weight,
        piece_upto=clocks.piece_upto,
        mix_first=mixes.first,
        mix_end=mixes.end,
        mix_code=mixes.code,
        mix_word=mixes.word,
        mix_share=mixes.share,
        first_surge=demand.first_surge,
        end_surge=demand.end_surge,
        surge=demand.surge,
        first_filter=demand.first_filter,
        end_filter=demand.end_filter,
        filter_population=demand.filter_population,
        filter_share=demand.filter_share,
        filter_word=demand.filter_word,
        filter_first_day=demand.filter_first_day,
        filter_end_day=demand.filter_end_day,
        filter_surge=demand.filter_surge,
        match_base=matches.base,
        service_stride=matches.service_stride,
        priority_stride=matches.priority_stride,
        customer_stride=matches.customer_stride,
        belongs=matches.belongs,
    )


def _empty(tickets: int) -> Rows:
    return Rows(
        at=np.empty(tickets, np.int64),
        source=np.empty(tickets, np.int16),
        day=np.empty(tickets, np.int32),
        burst=np.empty(tickets, np.int32),
        member=np.empty(tickets, np.uint16),
        service=np.empty(tickets, np.int32),
        priority=np.empty(tickets, np.int16),
        customer=np.empty(tickets, np.int32),
    )


def _with_raised(rows: Rows, filled: int, raised: Raised) -> Rows:
    """Return the rows that were filled with those of raised tickets behind them."""
    end = filled + len(raised.at)
    rows.at[filled:end], rows.source[filled:end] = raised.at, raised.source
    rows.day[filled:end], rows.burst[filled:end], rows.member[filled:end] = (
        raised.day,
        raised.burst,
        raised.member,
    )
    columns: Any = (column[:end] for column in rows)
    return Rows(*columns)


def _in_order(demand: Demand, tables: Tables, frame: Frame, rows: Rows) -> Arrivals:
    """Return rows by arrival; they stand by source, day, burst and member, and so do those of one instant."""
    order = order_of(rows.at, frame.start, frame.end)
    source = rows.source[order]
    stream = demand.stream[source]
    return Arrivals(
        at=rows.at[order],
        stream=stream,
        kind=demand.kind[stream],
        service=rows.service[order],
        priority=rows.priority[order].astype(np.int32),
        customer=rows.customer[order],
        entity=entities_of(tables, rows, order),
        source=source.astype(np.int32),
        day=rows.day[order],
        burst=rows.burst[order],
        member=rows.member[order].astype(np.int32),
        leaves=counted_by(tables, demand.leaf_population, rows, order),
    )

"""The tickets of a replication: how many bursts each day has, and what each of their tickets is like."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from slmdsl.base.kernels import kernel_function, kernel_part
from slmdsl.workload.draws.entities import ticket_entity
from slmdsl.workload.draws.keys import BURST_BITS, DAY_BITS, MEMBER_BITS, Purpose
from slmdsl.workload.draws.philox import uniform, uniforms
from slmdsl.workload.draws.quantiles import poisson_quantile
from slmdsl.workload.draws.shares import choice_of
from slmdsl.workload.draws.values import Distributions, ticks_of, value_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.workload.draws.philox import Word
    from slmdsl.workload.plan import Bools, Floats, Int32, Int64, Words32, Words64

    Int16 = npt.NDArray[np.int16]
    Shorts = npt.NDArray[np.uint16]

_ARRIVALS = int(Purpose.ARRIVALS)
_INSTANT = int(Purpose.INSTANT)
_BURST_SIZE = int(Purpose.BURST_SIZE)
_SERVICE = int(Purpose.SERVICE)
_PRIORITY = int(Purpose.PRIORITY)
_CUSTOMER = int(Purpose.CUSTOMER)
_THIN = int(Purpose.THIN)

_MOST_BURSTS = 1 << BURST_BITS
_MOST_MEMBERS = (1 << MEMBER_BITS) - 1
_DAY_MASK = (1 << DAY_BITS) - 1

TOO_MANY_BURSTS, TOO_LARGE_BURST = -1, -2
"""In place of a number of tickets: what is too much."""


class Tables(NamedTuple):
    """The arrays of `Demand`, flat, as kernels read them."""

    hash: Words64
    stream: Int32
    bursts: Floats
    clock: Int32
    burst: Int32
    service_mix: Int32
    customer_mix: Int32
    priority_mix: Int32
    first_piece: Int64
    piece_from: Int64
    piece_to: Int64
    piece_weight: Floats
    piece_upto: Floats
    mix_first: Int32
    mix_end: Int32
    mix_code: Int32
    mix_word: Words32
    mix_share: Floats
    first_surge: Int32
    end_surge: Int32
    surge: Int32
    first_filter: Int32
    end_filter: Int32
    filter_population: Int32
    filter_share: Floats
    filter_word: Words32
    filter_first_day: Int32
    filter_end_day: Int32
    filter_surge: Int32
    match_base: Int64
    service_stride: Int64
    priority_stride: Int64
    customer_stride: Int64
    belongs: Bools


class Frame(NamedTuple):
    """When: simulated time in ticks, and the local days around it."""

    tick_us: int
    start: int
    end: int
    first_day: int
    days: int


class Windows(NamedTuple):
    """When surges stand: stretches in ticks, in order and apart, by surge."""

    first: Int64
    end: Int64
    start: Int64
    stop: Int64


class Rows(NamedTuple):
    """Tickets, in narrow types: many millions of them are in memory twice while they are sorted."""

    at: Int64
    source: Int16
    day: Int32
    burst: Int32
    member: Shorts
    service: Int32
    priority: Int16
    customer: Int32


@kernel_function
def burst_counts(key: Word, tables: Tables, frame: Frame, windows: Windows, factors: Floats) -> Int64:
    """Return how many bursts each source has on each day (s x d), or TOO_MANY_BURSTS in the first place."""
    sources = len(tables.hash)
    counts = np.zeros((sources, frame.days), np.int64)
    for s in range(sources):
        for i in range(frame.days):
            mean = tables.bursts[s, i] * factors[tables.stream[s], i]
            if mean > 0.0 and _is_touched(tables, frame, windows, s, i):
                if mean < _MOST_BURSTS:
                    day = (frame.first_day + i) & _DAY_MASK
                    u = uniform(key, ticket_entity(tables.hash[s], day, 0, 0), 0, 0, _ARRIVALS)
                    counts[s, i] = poisson_quantile(mean, u)
                if mean >= _MOST_BURSTS or counts[s, i] >= _MOST_BURSTS:
                    counts[0, 0] = TOO_MANY_BURSTS
                    return counts
    return counts


@kernel_part
def _is_touched(tables: Tables, frame: Frame, windows: Windows, s: int, i: int) -> bool:
    """Tell whether all surges that a source waits for stand at some time of a day; each for itself."""
    first = tables.first_piece[tables.clock[tables.stream[s]] * frame.days + i]
    end = tables.first_piece[tables.clock[tables.stream[s]] * frame.days + i + 1]
    if first == end:
        return False
    begin, over = tables.piece_from[first] // frame.tick_us, tables.piece_to[end - 1] // frame.tick_us + 1
    for k in range(tables.first_surge[s], tables.end_surge[s]):
        surge = tables.surge[k]
        touched = False
        for w in range(windows.first[surge], windows.end[surge]):
            touched = touched or (windows.start[w] < over and windows.stop[w] > begin)
        if not touched:
            return False
    return True


@kernel_function
def ticket_count(key: Word, tables: Tables, frame: Frame, distributions: Distributions, counts: Int64) -> int:
    """Return the most tickets that the bursts can have, or TOO_LARGE_BURST."""
    tickets = 0
    for s in range(len(tables.hash)):
        row = tables.burst[tables.stream[s]]
        for i in range(frame.days):
            if row < 0:
                tickets += counts[s, i]
                continue
            day = (frame.first_day + i) & _DAY_MASK
            for b in range(counts[s, i]):
                size = _size(key, ticket_entity(tables.hash[s], day, b, 0), distributions, row)
                if size > _MOST_MEMBERS:
                    return TOO_LARGE_BURST
                tickets += size
    return tickets


@kernel_part
def _size(key: Word, entity: Word, distributions: Distributions, row: int) -> int:
    u, v = uniforms(key, entity, 0, 0, _BURST_SIZE)
    return max(ticks_of(value_of(distributions, row, u, v), 1), 1)


@kernel_function
def draw_tickets(
    key: Word,
    tables: Tables,
    frame: Frame,
    windows: Windows,
    distributions: Distributions,
    counts: Int64,
    rows: Rows,
) -> int:
    """Fill rows, by source, day, burst and member, with tickets within the simulated time; return how many."""
    filled = 0
    for s in range(len(tables.hash)):
        stream = tables.stream[s]
        row = tables.burst[stream]
        for i in range(frame.days):
            cell = tables.clock[stream] * frame.days + i
            first, end = tables.first_piece[cell], tables.first_piece[cell + 1]
            day = frame.first_day + i
            for b in range(counts[s, i]):
                entity = ticket_entity(tables.hash[s], day & _DAY_MASK, b, 0)
                u = uniform(key, entity, 0, 0, _INSTANT)
                at = instant(
                    tables.piece_from, tables.piece_to, tables.piece_weight, tables.piece_upto, first, end, u
                )
                at //= frame.tick_us
                if at < frame.start or at >= frame.end or not _stands(tables, windows, s, at):
                    continue
                size = 1 if row < 0 else _size(key, entity, distributions, row)
                service = _drawn(key, entity, tables, tables.service_mix[s], _SERVICE)
                for m in range(size):
                    own = ticket_entity(tables.hash[s], day & _DAY_MASK, b, m)
                    priority = _drawn(key, own, tables, tables.priority_mix[s, service + 1], _PRIORITY)
                    customer = _drawn(key, own, tables, tables.customer_mix[s], _CUSTOMER)
                    if not _is_kept(key, own, tables, windows, s, day, at, service, priority, customer):
                        continue
                    rows.at[filled] = at
                    rows.source[filled] = s
                    rows.day[filled] = day
                    rows.burst[filled] = b
                    rows.member[filled] = m
                    rows.service[filled] = service
                    rows.priority[filled] = priority
                    rows.customer[filled] = customer
                    filled += 1
    return filled


@kernel_part
def instant(
    piece_from: Int64,
    piece_to: Int64,
    piece_weight: Floats,
    piece_upto: Floats,
    first: int,
    end: int,
    u: float,
) -> int:
    """Return the microsecond by which a share `u` of a day's arrivals has come."""
    target = u * piece_upto[end - 1]
    piece, last = first, end - 1
    while piece < last:
        middle = (piece + last) // 2
        if piece_upto[middle] > target:
            last = middle
        else:
            piece = middle + 1
    before = piece_upto[piece - 1] if piece > first else 0.0
    at = piece_from[piece] + np.int64((target - before) / piece_weight[piece])
    return int(min(max(at, piece_from[piece]), piece_to[piece] - 1))


@kernel_part
def _stands(tables: Tables, windows: Windows, s: int, at: int) -> bool:
    """Tell whether all surges that a source waits for stand."""
    for k in range(tables.first_surge[s], tables.end_surge[s]):  # noqa: SIM110 - compiled code has no generators
        if not is_within(windows, tables.surge[k], at):
            return False
    return True


@kernel_part
def is_within(windows: Windows, surge: int, at: int) -> bool:
    """Tell whether a surge stands."""
    first, end = windows.first[surge], windows.end[surge]
    place = first + np.searchsorted(windows.start[first:end], at, side="right") - 1
    return bool(place >= first and at < windows.stop[place])


@kernel_part
def _drawn(key: Word, entity: Word, tables: Tables, mix: int, purpose: int) -> int:
    """Return the code that a mix gives, -1 for no mix."""
    if mix < 0:
        return -1
    first, end = tables.mix_first[mix], tables.mix_end[mix]
    if end == first + 1:
        return int(tables.mix_code[first])
    chosen = choice_of(key, entity, 0, 0, purpose, tables.mix_word, tables.mix_share, first, end)
    return -1 if chosen < 0 else int(tables.mix_code[chosen])


@kernel_part
def _is_kept(
    key: Word,
    entity: Word,
    tables: Tables,
    windows: Windows,
    s: int,
    day: int,
    at: int,
    service: int,
    priority: int,
    customer: int,
) -> bool:
    """Tell whether a ticket is of the populations that its source adds to, and passes what thins it."""
    for f in range(tables.first_filter[s], tables.end_filter[s]):
        matches = _belongs(tables, tables.filter_population[f], tables.stream[s], service, priority, customer)
        if tables.filter_share[f] < 0.0:
            if not matches:
                return False
        elif matches and tables.filter_first_day[f] <= day < tables.filter_end_day[f]:
            if tables.filter_surge[f] >= 0 and not is_within(windows, tables.filter_surge[f], at):
                continue
            if uniform(key, entity, tables.filter_word[f], 0, _THIN) >= tables.filter_share[f]:
                return False
    return True


@kernel_part
def _belongs(
    tables: Tables, population: int, stream: int, service: int, priority: int, customer: int
) -> bool:
    base = tables.match_base[population * len(tables.clock) + stream]
    if base < 0:
        return False
    place = base + (service + 1) * tables.service_stride[population]
    place += (priority + 1) * tables.priority_stride[population]
    return bool(tables.belongs[place + (customer + 1) * tables.customer_stride[population]])


@kernel_function
def draw_raised(key: Word, tables: Tables, rows: Rows, first: int) -> None:
    """Fill in what the tickets of rows from `first` on are like, whose times and names are there already."""
    for i in range(first, len(rows.at)):
        s = rows.source[i]
        entity = ticket_entity(tables.hash[s], rows.day[i] & _DAY_MASK, rows.burst[i], rows.member[i])
        rows.service[i] = _drawn(key, entity, tables, tables.service_mix[s], _SERVICE)
        rows.priority[i] = _drawn(key, entity, tables, tables.priority_mix[s, rows.service[i] + 1], _PRIORITY)
        rows.customer[i] = _drawn(key, entity, tables, tables.customer_mix[s], _CUSTOMER)


@kernel_function
def counted_by(tables: Tables, leaf_population: Int32, rows: Rows, order: Int32) -> Words64:
    """Return for each ticket, in an order, which leaves count it: bit i for leaf i."""
    leaves = np.zeros(len(order), np.uint64)
    for leaf in range(len(leaf_population)):
        if leaf_population[leaf] >= 0:
            bit = np.uint64(1) << np.uint64(leaf)
            for i in range(len(order)):
                row = order[i]
                if _belongs(
                    tables,
                    leaf_population[leaf],
                    tables.stream[rows.source[row]],
                    rows.service[row],
                    rows.priority[row],
                    rows.customer[row],
                ):
                    leaves[i] |= bit
    return leaves


@kernel_function
def entities_of(tables: Tables, rows: Rows, order: Int32) -> Words64:
    """Return who the tickets are, in an order."""
    entities = np.empty(len(order), np.uint64)
    for i in range(len(order)):
        row = order[i]
        day = rows.day[row] & _DAY_MASK
        entities[i] = ticket_entity(tables.hash[rows.source[row]], day, rows.burst[row], rows.member[row])
    return entities

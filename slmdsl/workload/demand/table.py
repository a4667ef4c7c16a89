"""Demand, compiled: sources of tickets, how many each brings on each day, and what tickets are like.

A source is a stream of the load; or what a surge adds to one, with luck of its own; or what strikes raise. The
streams are the first sources, in order. All arrays by day have a row of `days` local days from `first_day` on, which
cover the simulated time in any zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from slmdsl.workload.plan import Bools, Floats, Int32, Int64, Words32, Words64

MUST_MATCH: Final = -1.0
"""The share of a filter that keeps the tickets of its population and no others."""

MOST_EXTRA_SOURCES: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clocks:
    """How a day's arrivals spread over its real time: c clocks, a piece for each stretch of one weight.

    Pieces of clock i on day j are `first_piece[i * days + j] .. first_piece[i * days + j + 1]`. Times are microseconds
    UTC, half-open; `upto` is weight x microseconds added up within the day, weights having a mean of 1 over a
    standard week. Pieces without weight are left out.
    """

    first_piece: Int64
    piece_from: Int64
    piece_to: Int64
    piece_weight: Floats
    piece_upto: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mixes:
    """Shares of services, priorities and customers: one after another."""

    first: Int32
    end: Int32
    code: Int32
    word: Words32
    share: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matches:
    """Which tickets belong to p populations, by stream (n) and attribute: a table of yes and no.

    Population i of stream j answers at `base[i * n + j]`, -1 for none at all, plus for service, priority and customer
    (code + 1) x stride; a stride is 0 where the population does not look.
    """

    base: Int64
    service_stride: Int64
    priority_stride: Int64
    customer_stride: Int64
    belongs: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Demand:
    """What arrives, with n streams, s sources, S services, d days."""

    names: tuple[str, ...]
    """Of sources, unlike each other; the luck of a source is that of its name."""
    labels: tuple[str, ...]
    """Of sources, for the names of tickets: without blanks."""
    hash: Words64
    stream: Int32
    first_day: int
    days: int
    bursts: Floats
    """How many bursts are expected by source and day (s x d), before the day's factor; 0 for what strikes raise."""
    varying: Floats
    """The factor's coefficient of variation by stream and day (n x d); 0: no factor."""
    correlated: Floats
    kind: Int32
    """By stream, like the next two."""
    clock: Int32
    burst: Int32
    """The distribution of the sizes of bursts, -1: single tickets."""
    service_mix: Int32
    """By source, -1 where tickets have none."""
    customer_mix: Int32
    priority_mix: Int32
    """By source and service, a service's code + 1 (s x (S + 1))."""
    clocks: Clocks
    mixes: Mixes
    first_surge: Int32
    end_surge: Int32
    surge: Int32
    """By source: tickets come while all of these surges of risks stand."""
    surges: int
    first_filter: Int32
    end_filter: Int32
    filter_population: Int32
    filter_share: Floats
    """The share of the population's tickets that is kept, or MUST_MATCH."""
    filter_word: Words32
    """Where the coin of a ticket is thrown."""
    filter_first_day: Int32
    filter_end_day: Int32
    filter_surge: Int32
    """The filter holds while this surge stands; -1: always."""
    matches: Matches
    leaf_population: Int32
    """By leaf of the plan's conditions on open tickets, which come first: the population that it counts."""

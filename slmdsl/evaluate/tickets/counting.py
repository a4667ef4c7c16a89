"""The counting layer: coded columns in, counts and sums for each target, part and period out. No strings, no frames.

Bind rules once (`slmdsl.rules.binding.bind`), then count as many logs with the same dictionaries as there are:
simulated years go through here by the thousand.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.contract.model.agreements import Statistic, Within
from slmdsl.evaluate.tickets.count_kernel import (
    ELAPSED_HIGH,
    ELAPSED_LOW,
    FIGURES,
    HALF,
    Tally,
    count_tickets,
)
from slmdsl.evaluate.tickets.inputs import desk_for, log_columns, masks_of
from slmdsl.rules.target_binding import is_quantile

if TYPE_CHECKING:
    from fractions import Fraction

    import numpy.typing as npt

    from slmdsl.events.log import EventLog
    from slmdsl.rules.binding import BoundRules
    from slmdsl.rules.tables import Desk, Int64, LogColumns, Masks

BLOCK = 65_536
"""How many tickets a thread counts at a time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """What was counted, by target, part and period.

    `cells` has a row for each target, part and bucket and a column for each figure (see `count_kernel`).
    `values` holds, for each target on a quantile, the cells and the elapsed times of its tickets. `misses` has a row
    for each net miss of a limit, in no order: its ticket, its cell, and when the clock stopped (NO_TIME if it has not);
    None where they were not listed.
    """

    bound: BoundRules
    cells: Int64
    values: tuple[tuple[Int64, Int64], ...]
    misses: Int64 | None
    tickets: int
    """How many tickets were opened by `as_of_us`."""

    def by_bucket(self, target: int) -> Int64:
        """Return a target's figures (shape parts x FIGURES x buckets)."""
        parts, buckets = len(self.bound.parts[target]), self.bound.periods[target].buckets
        first = int(self.bound.tables.targets[target].first_cell)
        mine = self.cells[first : first + parts * buckets]
        return mine.reshape(parts, buckets, FIGURES).transpose(0, 2, 1)

    def by_period(self, target: int) -> Int64:
        """Return a target's figures (shape parts x FIGURES x periods); sums of elapsed time stand in halves."""
        return self.bound.periods[target].sums(self.by_bucket(target))

    def elapsed(self, target: int) -> list[list[int]]:
        """Return the exact sums of elapsed time of a statistic's tickets, for each part and period, in its unit."""
        figures = self.by_period(target)
        pairs = zip(figures[:, ELAPSED_HIGH].tolist(), figures[:, ELAPSED_LOW].tolist(), strict=True)
        return [[(high << HALF) + low for high, low in zip(*part, strict=True)] for part in pairs]

    def quantile(self, target: int, part: int, period: int) -> int | None:
        """Return a statistic's quantile in a part and period: the smallest elapsed time with enough at or below it."""
        periods, form = self.bound.periods[target], self.bound.rules.targets[target].target.form
        if not isinstance(form, Statistic) or form.quantile is None:
            msg = f"{self.bound.rules.targets[target].target.qualified} is no quantile"
            raise ValueError(msg)
        mine = self.bound.tables.targets[target]
        cells, values = self.values[int(mine["values"])]
        first = int(mine.first_cell) + part * periods.buckets
        begin, end = first + int(periods.first_bucket[period]), first + int(periods.end_bucket[period])
        return inverted_cdf(
            values[np.searchsorted(cells, begin) : np.searchsorted(cells, end)], form.quantile
        )


def inverted_cdf(values: Int64, share: Fraction) -> int | None:
    """Return the smallest of `values` with at least `share` (0 .. 1) of them at or below it, None of no values.

    >>> from fractions import Fraction
    >>> inverted_cdf(np.array([30, 10, 20, 40]), Fraction(1, 2))
    20
    """
    if not len(values):
        return None
    place = max(-(-share.numerator * len(values) // share.denominator), 1) - 1
    return int(np.partition(values, place)[place])


def count(
    bound: BoundRules, log: EventLog, *, workers: int | None = None, lists_misses: bool = False
) -> Counts:
    """Count the tickets of a log under bound rules.

    Args:
        bound: rules, an instant of judgement and dictionaries.
        log: a log with these dictionaries.
        workers: how many threads share the work, by default one for each processor if the log is large.
        lists_misses: whether to tell which tickets missed a limit.

    Raises:
        ValueError: if the rules were bound to other dictionaries, or to a later span of time.
    """
    columns, masks = log_columns(bound, log), masks_of(bound, log)
    size = len(columns.opened_us)
    blocks = range(0, size, BLOCK)
    threads = max(min(workers or cpu_count() or 1, len(blocks)), 1)
    shares = [
        _Share(bound, desk_for(bound, log), min(size, BLOCK), lists_misses=lists_misses)
        for _ in range(threads)
    ]

    def work(place: int) -> None:
        for first in blocks[place::threads]:
            shares[place].count(first, min(first + BLOCK, size), columns, masks)

    if threads == 1:
        work(0)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, range(threads)))
    return Counts(
        bound=bound,
        cells=np.sum([share.tally.cells for share in shares], axis=0),
        values=tuple(_gathered(shares, row) for row in range(len(shares[0].tally.filled))),
        misses=np.concatenate([rows for share in shares for rows in share.misses]) if lists_misses else None,
        tickets=sum(share.tickets for share in shares),
    )


def room_to_count(bound: BoundRules, block: int, *, lists_misses: bool = False) -> Tally:
    """Return room for the counts of up to `block` tickets at a time, and for their misses where they are listed."""
    cells = sum(len(p) * found.buckets for p, found in zip(bound.parts, bound.periods, strict=True))
    rows = sum(map(is_quantile, bound.rules.targets))
    limits = sum(isinstance(each.target.form, Within) for each in bound.rules.targets) if lists_misses else 0
    return Tally(
        cells=np.zeros((cells, FIGURES), dtype=np.int64),
        values_cell=np.empty((rows, block), dtype=np.int32),
        values=np.empty((rows, block), dtype=np.int64),
        filled=np.zeros(rows, dtype=np.int64),
        misses=np.empty((limits * block, 3), dtype=np.int64),
        missed=np.zeros(1, dtype=np.int64),
    )


class _Share:
    """One thread's share of the work."""

    __slots__ = ("bound", "desk", "misses", "taken", "tally", "tickets")

    def __init__(self, bound: BoundRules, desk: Desk, block: int, *, lists_misses: bool) -> None:
        self.bound, self.desk, self.tickets = bound, desk, 0
        self.tally = room_to_count(bound, block, lists_misses=lists_misses)
        self.misses: list[Int64] = [np.empty((0, 3), np.int64)]
        self.taken: list[list[tuple[npt.NDArray[np.int32], Int64]]] = [[] for _ in self.tally.filled]

    def count(self, first: int, last: int, log: LogColumns, masks: Masks) -> None:
        bound = self.bound
        self.tickets += count_tickets(
            first, last, bound.as_of_us, log, bound.dispatch, bound.tables, masks, self.desk, self.tally
        )
        for row, taken in enumerate(self.taken):
            here = slice(0, self.tally.filled[row])
            taken.append((self.tally.values_cell[row, here].copy(), self.tally.values[row, here].copy()))
        self.tally.filled[:] = 0
        self.misses.append(self.tally.misses[: self.tally.missed[0]].copy())
        self.tally.missed[0] = 0


def _gathered(shares: list[_Share], row: int) -> tuple[Int64, Int64]:
    """Return the cells and elapsed times that the shares took for a quantile, by cell."""
    taken = [pair for share in shares for pair in share.taken[row]]
    cells = np.concatenate([np.zeros(0, np.int32), *(cells for cells, _ in taken)])
    values = np.concatenate([np.zeros(0, np.int64), *(values for _, values in taken)])
    order = np.argsort(cells, kind="stable")
    return cells[order].astype(np.int64), values[order]

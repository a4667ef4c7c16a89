"""Functions of time that change in steps, over all of time: masks, and how far up something is."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.calendars.stretches import Stretches, merged

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    Int64 = npt.NDArray[np.int64]

BEGINNING_US = -(2**63)
"""The first edge of every step function."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """A right-continuous step function: `values[..., i]` holds from `from_us[i]` to the next edge.

    Edges are sorted and the first one is BEGINNING_US. Values may have several rows, which change together.
    """

    from_us: Int64
    values: Int64

    def at(self, instants_us: Int64) -> Int64:
        """Return the values at instants, along the last axis."""
        return np.asarray(self.values[..., np.searchsorted(self.from_us, instants_us, side="right") - 1])


def constant(*values: int) -> Steps:
    """Return what never changes: a row for each value."""
    return Steps(from_us=np.array([BEGINNING_US]), values=np.array(values, dtype=np.int64)[:, None])


def edges_of(steps: Iterable[Steps]) -> Int64:
    """Return the instants at which any of `steps` may change, sorted, each once."""
    return united([each.from_us for each in steps])


def united(columns: Iterable[Int64]) -> Int64:
    """Return the entries of sorted columns, sorted, each once."""
    # A stable sort merges runs that are sorted already, in linear time.
    found = np.sort(np.concatenate(list(columns)), kind="stable")
    first = np.ones(len(found), dtype=np.bool_)
    first[1:] = found[1:] != found[:-1]
    return found[first]


def compact(from_us: Int64, values: Int64) -> Steps:
    """Return the step function without edges at which nothing changes."""
    changes = np.ones(len(from_us), dtype=np.bool_)
    rows = np.atleast_2d(values)
    changes[1:] = (rows[:, 1:] != rows[:, :-1]).any(axis=0)
    return Steps(from_us=from_us[changes], values=values[..., changes])


def covered(starts_us: Int64, ends_us: Int64) -> Steps:
    """Return 1 inside the union of half-open intervals, in any order and overlapping at will, and 0 outside."""
    some = starts_us < ends_us
    whole = merged(Stretches(starts_us[some], ends_us[some]))
    edges = np.stack(whole, axis=1).ravel()
    return Steps(
        from_us=np.concatenate([[BEGINNING_US], edges]),
        values=np.arange(len(edges) + 1, dtype=np.int64) % 2,
    )


def heaviest(starts_us: Int64, ends_us: Int64, weights: Int64) -> Steps:
    """Return the largest weight among the half-open intervals that hold an instant, 0 where none does."""
    intervals = sorted(zip(starts_us.tolist(), ends_us.tolist(), weights.tolist(), strict=True))
    edges = np.unique(np.concatenate([[BEGINNING_US], starts_us, ends_us]))
    values, open_now, place = [], list[tuple[int, int]](), 0
    for edge in edges.tolist():
        while place < len(intervals) and intervals[place][0] <= edge:
            heapq.heappush(open_now, (-intervals[place][2], intervals[place][1]))
            place += 1
        while open_now and open_now[0][1] <= edge:
            heapq.heappop(open_now)
        values.append(-open_now[0][0] if open_now else 0)
    return compact(edges, np.array(values, dtype=np.int64))


def sums_between(from_us: Int64, per_step: Int64, edges_us: Int64) -> Int64:
    """Return the sums of what each step holds between neighbouring `edges_us`, which are all among `from_us`."""
    running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(per_step)])
    return np.diff(running[np.searchsorted(from_us, edges_us)])

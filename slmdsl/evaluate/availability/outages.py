"""Outages as contracts speak of them: stretches of downtime, each followed from its begin to its end.

An outage of a service is a longest stretch in which it is known to be less than wholly up, by its own facts and by
what it needs. Outages that overlap or touch are one. Closed hours and maintenance do not end an outage, but only
downtime that the agreement judges has a length, and an outage without any is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.evaluate.availability.facts import UP

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.evaluate.availability.timeline import UptimeTimeline
    from slmdsl.rules.periods import Periods

    Int64 = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Downtime:
    """The k outages in a timeline, in time order: outage i is `[from_us[i], to_us[i])`.

    `hit_us[i]` is the first instant of it that the agreement judges. `judged_us[j]` is how much judged downtime lies
    before `edges_us[j]`, from the timeline's begin.
    """

    from_us: Int64
    to_us: Int64
    hit_us: Int64
    edges_us: Int64
    judged_us: Int64

    @classmethod
    def of(cls, timeline: UptimeTimeline, as_of_us: int, unknown: str | None = None) -> Downtime:
        """Return the outages until `as_of_us`; with `unknown` "down", time without facts and time to come are down."""
        edges = timeline.edges_us
        if unknown == "down":
            down, judged = timeline.raw_least < UP, timeline.least < UP
            ahead = edges[:-1] >= as_of_us
            down, judged = down | ahead, judged | (ahead & timeline.agreed)
        else:
            past = edges[:-1] < as_of_us
            down, judged = (timeline.raw_most < UP) & past, (timeline.most < UP) & past
        counted = np.concatenate([[0], np.cumsum(timeline.lengths_us * judged)])
        turns = np.diff(np.concatenate([[0], down.astype(np.int8), [0]]))
        first, end = np.flatnonzero(turns == 1), np.flatnonzero(turns == -1)
        some = counted[end] > counted[first]
        first, end = first[some], end[some]
        hits = np.flatnonzero(judged)
        return cls(
            from_us=edges[first],
            to_us=edges[end],
            hit_us=edges[hits[np.searchsorted(hits, first)]] if len(first) else edges[first],
            edges_us=edges,
            judged_us=counted,
        )

    def in_periods(self, periods: Periods) -> list[Int64]:
        """Return the judged lengths of the outages in each period, those that cross its ends cut there."""
        found = []
        for begin_us, end_us in zip(periods.from_us.tolist(), periods.to_us.tolist(), strict=True):
            first = int(np.searchsorted(self.to_us, begin_us, side="right"))
            last = int(np.searchsorted(self.from_us, end_us, side="left"))
            starts = np.maximum(self.from_us[first:last], begin_us)
            ends = np.minimum(self.to_us[first:last], end_us)
            lengths = self._until(ends) - self._until(starts)
            found.append(lengths[lengths > 0])
        return found

    def begun_in(self, periods: Periods) -> Int64:
        """Return how many outages begin to be judged in each period."""
        begins, ends = np.searchsorted(self.hit_us, [periods.from_us, periods.to_us])
        return np.asarray(ends - begins)

    def _until(self, instants_us: Int64) -> Int64:
        """Return the judged downtime before instants that are all edges."""
        return self.judged_us[np.searchsorted(self.edges_us, instants_us)]

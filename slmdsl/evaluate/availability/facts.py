"""What a log knows of each service and component by itself: outages and up/down samples as timelines.

A timeline has two rows, in billionths of being up: the least and the most that the facts allow. Where both are equal
the state is known; `(0, UP)` is unknown; an outage that hits 40 % of users is `(600_000_000, 600_000_000)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.evaluate.availability.steps import (
    BEGINNING_US,
    Steps,
    compact,
    constant,
    covered,
    edges_of,
    heaviest,
)
from slmdsl.events.columns import HOLD_DEFAULT, HOLD_UNTIL_NEXT, Coded, Outages

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from slmdsl.events.columns import Samples

    Int64 = npt.NDArray[np.int64]

UP = 1_000_000_000
ALWAYS_UP = constant(UP, UP)
UNKNOWN_STATE = constant(0, UP)
_HOLD_GAPS = 3
_UP_METRIC = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class UptimeFacts:
    """Timelines by name (`email`, `hosting.east`), and the one of a name that the log does not mention.

    `unmentioned` is None where nothing is known of such a name, and up where an outage book is all there is: a book
    without an entry means that there was no outage.
    """

    own: Mapping[str, Steps] = field(default_factory=dict)
    unmentioned: Steps | None = None
    sampled: Mapping[str, Steps] = field(default_factory=dict)
    """What samples alone say, of the names that have some."""

    def of(self, name: str) -> Steps | None:
        """Return the timeline of a service or component by its own facts, None without any."""
        return self.own.get(name, self.unmentioned)


def uptime_facts(samples: Samples, outages: Outages, as_of_us: int, *, has_book: bool = False) -> UptimeFacts:
    """Return the timelines of every name in the log.

    A name with samples is known while they hold, and outages of it only take away: down where either says so. A name
    with outages alone is up outside of them.

    Args:
        samples: those of metric `up` are used: 1 is up, 0 down, between them partly up, not a number unknown.
        outages: an end that is missing or later than `as_of_us` is taken as `as_of_us`.
        as_of_us: later facts are ignored.
        has_book: whether the log read a source of outages, even if it held no row.
    """
    sampled = _sampled(samples, as_of_us)
    down = booked(outages, as_of_us)
    own = sampled | {name: without(sampled.get(name, ALWAYS_UP), steps) for name, steps in down.items()}
    only_a_book = (has_book or len(outages) > 0) and not sampled
    return UptimeFacts(own=own, unmentioned=ALWAYS_UP if only_a_book else None, sampled=sampled)


def chosen(outages: Outages, rows: Int64 | npt.NDArray[np.bool_]) -> Outages:
    """Return some of the outages, by place or mask, with the same dictionaries."""
    chosen_rows: dict[str, Any] = {}
    for part in fields(outages):
        column = getattr(outages, part.name)
        chosen_rows[part.name] = (
            replace(column, codes=column.codes[rows]) if isinstance(column, Coded) else column[rows]
        )
    return Outages(**chosen_rows)


def without(timeline: Steps, down: Steps) -> Steps:
    """Return a timeline that is up no further than `down` leaves it."""
    edges = edges_of((timeline, down))
    return compact(edges, np.minimum(timeline.at(edges), UP - down.at(edges)))


def booked(outages: Outages, as_of_us: int) -> dict[str, Steps]:
    """Return how far each name in the outage book is down, in billionths."""
    ends = closed_ends_us(outages, as_of_us)
    shares = np.rint(outages.share * UP).clip(0, UP).astype(np.int64)
    order = np.argsort(outages.service.codes, kind="stable")
    codes = np.arange(len(outages.service.values) + 1)
    bounds = np.searchsorted(outages.service.codes[order], codes).tolist()
    slices = [order[begin:end] for begin, end in pairwise(bounds)]
    downs = (_down(outages.start_us[rows], ends[rows], shares[rows]) for rows in slices)
    return dict(zip(outages.service.values, downs, strict=True))


def _down(starts_us: Int64, ends_us: Int64, shares: Int64) -> Steps:
    """Return the largest share of overlapping outages; the whole ones, which are most, need no sweep."""
    whole = shares == UP
    full = covered(starts_us[whole], ends_us[whole])
    partial = heaviest(starts_us[~whole], ends_us[~whole], shares[~whole])
    edges = edges_of((full, partial))
    return compact(edges, np.maximum(full.at(edges) * UP, partial.at(edges)))


def closed_ends_us(outages: Outages, as_of_us: int) -> Int64:
    """Return the ends of outages as known at `as_of_us`: an open one lasts until then."""
    return np.where(outages.end_us == NO_TIME, as_of_us, np.minimum(outages.end_us, as_of_us))


def _sampled(samples: Samples, as_of_us: int) -> dict[str, Steps]:
    if _UP_METRIC not in samples.metric.values:
        return {}
    metric = samples.metric.values.index(_UP_METRIC)
    rows = np.flatnonzero((samples.metric.codes == metric) & (samples.at_us <= as_of_us))
    services = samples.service.codes[rows]
    bounds = [0, *(np.flatnonzero(np.diff(services)) + 1).tolist(), len(rows)]
    series = [rows[begin:end] for begin, end in pairwise(bounds) if begin < end]
    known = [each for each in series if samples.service.codes[each[0]] >= 0]
    return {
        samples.service.values[samples.service.codes[each[0]]]: _held(
            samples.at_us[each], samples.value[each], samples.hold_us[each]
        )
        for each in known
    }


def _held(at_us: Int64, values: npt.NDArray[np.float64], hold_us: Int64) -> Steps:
    """Return the timeline of one series: each state holds until the next sample, but no longer than its hold."""
    # Of several samples at one instant the last one holds; the others hold for no time.
    last = np.append(at_us[1:] != at_us[:-1], True)
    at_us, values, hold_us = at_us[last], values[last], hold_us[last]
    hold = np.where(hold_us == HOLD_DEFAULT, default_hold_us(at_us), hold_us)
    lapses = hold < np.append(np.diff(at_us), HOLD_UNTIL_NEXT)
    edges = np.concatenate([[BEGINNING_US], at_us, at_us[lapses] + hold[lapses]])
    share = np.rint(np.nan_to_num(values) * UP).clip(0, UP).astype(np.int64)
    states = np.stack([share, np.where(np.isnan(values), UP, share)])
    lost = np.array([[0], [UP]]).repeat(int(lapses.sum()), axis=1)
    order = np.argsort(edges, kind="stable")
    return compact(edges[order], np.concatenate([[[0], [UP]], states, lost], axis=1)[:, order])


def default_hold_us(at_us: Int64) -> int:
    """Return three times the median gap between distinct, sorted instants; a lone sample holds for no time."""
    gaps = np.sort(np.diff(at_us))
    middle = len(gaps) // 2
    both = gaps[middle - 1 + len(gaps) % 2 : middle + 1]
    return _HOLD_GAPS * int(both.sum()) // max(len(both), 1)

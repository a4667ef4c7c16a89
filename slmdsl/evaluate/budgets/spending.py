"""What is spent of an error budget, as exact functions of time, and when it is spent too fast.

Time that is down flows, tickets and samples arrive one by one: both are cumulative functions that are linear between
edges and may jump at them. How fast a budget burns over a sliding window changes at edges, and one window's length
after them; between, the instants at which a rate is crossed are solved for. So nothing is sampled on a grid, and the
work is linear in the edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    import numpy.typing as npt

    Int64 = npt.NDArray[np.int64]
    Exact = npt.NDArray[Any]
    """Python's integers where int64 might overflow."""

    Stretch = tuple[int, int]

_INT64_HOLDS = 2**62
_BEFORE_ALL_US = -(2**62)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spending:
    """How much failed and how much there was, up to each instant: n edges, cumulative from the first.

    `bad[i]` and `total[i]` are sums up to `edges_us[i]` with what happens at that instant; from there on they grow by
    `bad_rate[i]` and `total_rate[i]` for each microsecond until the next edge, from the last edge on by nothing.
    `unit` of them make one second, ticket or sample; time `flows`, the others do not.
    """

    edges_us: Int64
    bad: Exact
    total: Exact
    bad_rate: Exact
    total_rate: Exact
    unit: int = 1
    flows: bool = False

    @classmethod
    def of_stretches(cls, edges_us: Int64, bad_rate: Exact, total_rate: Exact, unit: int) -> Spending:
        """Return spending that flows: rates hold from each edge to the next, of the last edge they are ignored."""
        rates = [np.append(rate[:-1], 0).astype(object) for rate in (bad_rate, total_rate)]
        lengths = np.diff(edges_us).astype(object)
        bad, total = (np.concatenate([[0], np.cumsum(rate[:-1] * lengths)]) for rate in rates)
        return cls(
            edges_us=edges_us,
            bad=bad,
            total=total,
            bad_rate=rates[0],
            total_rate=rates[1],
            unit=unit,
            flows=True,
        )

    @classmethod
    def of_samples(cls, at_us: Int64, bad: Exact, total: Exact, *, unit: int = 1) -> Spending:
        """Return spending that jumps: `bad[i]` of `total[i]` failed at `at_us[i]`, in any order."""
        order = np.argsort(at_us, kind="stable")
        edges, first = np.unique(at_us[order], return_index=True)
        last = np.append(first, len(order))[1:] - 1
        none = np.zeros(len(edges), dtype=np.int64)
        return cls(
            edges_us=edges,
            bad=np.cumsum(_small(bad, total)[order])[last],
            total=np.cumsum(_small(total, total)[order])[last],
            bad_rate=none,
            total_rate=none,
            unit=unit,
        )

    def known_until(self, as_of_us: int) -> int:
        """Return the end of what is known: what happens at `as_of_us` is, what flows from then on is not."""
        return as_of_us if self.flows else as_of_us + 1

    def between(self, from_us: int, to_us: int) -> tuple[int, int]:
        """Return what failed and what there was in `[from_us, to_us)`."""
        ends = np.array([from_us, to_us])
        places = np.searchsorted(self.edges_us, ends, side="left") - 1
        bad, total = (np.diff(each) for each in self._sums(places, ends))
        return int(bad[0]), int(total[0])

    def spent_us(self, allowed: Fraction, from_us: int, to_us: int) -> int | None:
        """Return the first instant in `[from_us, to_us]` by which more than `allowed` has failed since `from_us`."""
        most = self.between(_BEFORE_ALL_US, from_us)[0] + floor(allowed)
        first, end = np.searchsorted(self.edges_us, [from_us, to_us], side="left").tolist()
        over = int(np.searchsorted(self.bad[first:end], most, side="right")) + first
        before = over - 1
        if before >= 0 and self.bad_rate[before]:
            # It flows over before the next edge is reached, or never before the end.
            reached_us = (
                int(self.edges_us[before]) + (most - int(self.bad[before])) // int(self.bad_rate[before]) + 1
            )
            if reached_us <= (int(self.edges_us[over]) if over < end else to_us):
                return max(reached_us, from_us)
        return int(self.edges_us[over]) if over < end else None

    def exceeding(self, rate: Fraction, window_us: int, from_us: int, to_us: int) -> list[Stretch]:
        """Return the stretches of instants in `[from_us, to_us)` at which more than `rate` of a window failed.

        The window of instant t is what flowed in the `window_us` before t and what happened in `(t - window_us, t]`.
        A window in which there was nothing exceeds nothing.
        """
        begins_us = self._breaks(window_us, from_us, to_us)
        lengths = np.diff(np.append(begins_us, to_us))
        edges = begins_us - window_us
        now, then = (np.searchsorted(self.edges_us, each, side="right") - 1 for each in (begins_us, edges))
        bad, total = (
            late - early
            for late, early in zip(self._sums(now, begins_us), self._sums(then, edges), strict=True)
        )
        bad_rate, total_rate = (
            _where_any(now, rates) - _where_any(then, rates) for rates in (self.bad_rate, self.total_rate)
        )
        kind = self._kind(rate)
        p, q = rate.numerator, rate.denominator
        height = q * bad.astype(kind) - p * total.astype(kind)
        tilt = q * bad_rate.astype(kind) - p * total_rate.astype(kind)
        first, end = _above(height, tilt, lengths)
        return _joined(begins_us + first, begins_us + end)

    def _breaks(self, window_us: int, from_us: int, to_us: int) -> Int64:
        """Return `from_us` and the later instants before `to_us` at which a window's growth may change."""
        found = [np.array([from_us])]
        for shift_us in (0, window_us):
            first, end = np.searchsorted(self.edges_us, [from_us - shift_us, to_us - shift_us]).tolist()
            found.append(self.edges_us[first:end] + shift_us)
        return np.unique(np.concatenate(found))

    def _sums(self, places: Int64, at_us: Int64) -> tuple[Exact, Exact]:
        """Return both sums at instants that lie at or behind the edges at `places`; nothing where these are -1."""
        beyond = np.where(places < 0, 0, at_us - self.edges_us[places]) if len(self.edges_us) else at_us
        return tuple(
            _where_any(places, values) + _where_any(places, rates) * beyond
            for values, rates in ((self.bad, self.bad_rate), (self.total, self.total_rate))
        )  # type: ignore[return-value] # two of them

    def _kind(self, rate: Fraction) -> type[Any]:
        """Return a type in which weighing all that there was by a rate is exact."""
        most = int(self.total[-1]) if len(self.total) else 0
        return np.int64 if 4 * most * (rate.numerator + rate.denominator) < _INT64_HOLDS else object


def _small(values: Exact, total: Exact) -> Exact:
    """Return values that are at most `total` as int64 where all sums fit."""
    return values.astype(np.int64) if int(total.sum()) < _INT64_HOLDS else values


def _where_any(places: Int64, values: Exact) -> Exact:
    """Return the values at places, 0 at place -1."""
    return np.concatenate([values, np.zeros(1, dtype=values.dtype)])[places]


def _above(height: Exact, tilt: Exact, lengths: Int64) -> tuple[Int64, Int64]:
    """Return where a line `height + tilt x d` is above 0 for the whole numbers d in `[0, length)`, half-open."""
    rising, falling = tilt > 0, tilt < 0
    slope = np.where(tilt == 0, 1, abs(tilt))
    crossed = np.where(rising, np.maximum(-height // slope + 1, 0), 0)
    left = np.where(falling, -(-height // slope), np.where(rising | (height > 0), lengths, 0))
    return (
        np.minimum(crossed, lengths).astype(np.int64),
        np.clip(left, 0, lengths).astype(np.int64),
    )


def _joined(starts_us: Int64, ends_us: Int64) -> list[Stretch]:
    """Return stretches in order, without empty ones, those that touch as one."""
    some = starts_us < ends_us
    starts_us, ends_us = starts_us[some], ends_us[some]
    apart = starts_us[1:] != ends_us[:-1]
    begins = starts_us[np.concatenate([[True], apart])] if len(starts_us) else starts_us
    closes = ends_us[np.concatenate([apart, [True]])] if len(ends_us) else ends_us
    return list(zip(begins.tolist(), closes.tolist(), strict=True))


def joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Return stretches in order with those that touch as one."""
    ends = np.array(stretches, dtype=np.int64).reshape(-1, 2)
    return _joined(ends[:, 0], ends[:, 1])


def added(parts: Sequence[Spending]) -> Spending:
    """Return the sum of what several parts spend, all of which flow and have the same unit."""
    edges_us = np.unique(np.concatenate([each.edges_us for each in parts]))
    places = [np.searchsorted(each.edges_us, edges_us, side="right") - 1 for each in parts]
    bad, total = (
        sum(_where_any(place, getattr(each, name)) for place, each in zip(places, parts, strict=True))
        for name in ("bad_rate", "total_rate")
    )
    return Spending.of_stretches(edges_us, np.asarray(bad), np.asarray(total), parts[0].unit)


def firings(windows: Sequence[Sequence[Stretch]]) -> list[Stretch]:
    """Return when an alert fires, from the stretches in which each of its windows exceeds, the shortest window last.

    It begins when all exceed, and is resolved when the shortest does no longer.
    """
    *others, short = windows
    found: list[Stretch] = []
    places = [0] * len(others)
    for begin, end in short:
        at = begin
        while at < end:
            raised = at
            for i, each in enumerate(others):
                while places[i] < len(each) and each[places[i]][1] <= raised:
                    places[i] += 1
                raised = max(raised, each[places[i]][0]) if places[i] < len(each) else end
            if raised == at:
                found.append((at, end))
                break
            at = raised
    return found

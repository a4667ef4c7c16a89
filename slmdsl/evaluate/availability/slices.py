"""Availability by slices of time: the share of slices that reach their own level, or the mean of what they reach."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.evaluate.availability.facts import UP
from slmdsl.evaluate.availability.minutes import count_uptime
from slmdsl.evaluate.availability.verdicts import noted, number, word_of
from slmdsl.evaluate.period_verdicts import PeriodVerdict
from slmdsl.evaluate.wilson import wilson_interval
from slmdsl.rules.dated import in_force

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.evaluate.availability.exclusions import TakenOut
    from slmdsl.evaluate.availability.minutes import UptimeCounts
    from slmdsl.evaluate.availability.timeline import UptimeTimeline
    from slmdsl.evaluate.availability.uptime import Uptime

    Exact = npt.NDArray[Any]
    """int64 where sums fit, else Python's integers."""

_INT64_HOLDS = 2**62


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SliceCounts:
    """The slices of one period that lie whole in it: `up[i]` of `known_us[i] * UP` in slice i, of those that count.

    `ends_us` is when each of these ends, `silent` how many have agreed time and none that is known, `cut` whether the
    period's end cuts one that has agreed time, `ahead` how many with agreed time have not ended yet.
    """

    ends_us: npt.NDArray[np.int64]
    known_us: Exact
    up: Exact
    silent: int
    cut: bool
    ahead: int

    def __len__(self) -> int:
        return len(self.up)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Running:
    """Sums from the timeline's begin: agreed, known (or decided) agreed time, and how far that was up."""

    timeline: UptimeTimeline
    sums: Exact
    rates: Exact

    @classmethod
    def of(cls, timeline: UptimeTimeline, unknown: str | None, kind: type[Any]) -> _Running:
        known = timeline.known if unknown is None else np.ones_like(timeline.agreed)
        up = timeline.least if unknown == "down" else timeline.most
        counted = timeline.agreed & known
        rates = np.stack([timeline.agreed, counted, counted * up]).astype(kind)
        grown = np.cumsum(rates * timeline.lengths_us.astype(kind), axis=1)
        # int64 may wrap around here; differences within a slice are right all the same.
        return cls(
            timeline=timeline, rates=rates, sums=np.concatenate([np.zeros((3, 1), kind), grown], axis=1)
        )

    def between(self, edges_us: npt.NDArray[np.int64]) -> Exact:
        """Return the three sums of each stretch between neighbouring edges."""
        begins = self.timeline.edges_us
        places = np.clip(np.searchsorted(begins, edges_us, side="right") - 1, 0, len(begins) - 2)
        beyond = (edges_us - begins[places]).astype(self.rates.dtype)
        return np.diff(self.sums[:, places] + self.rates[:, places] * beyond, axis=1)


def slice_counts(uptime: Uptime, unknown: str | None) -> list[SliceCounts]:
    """Return the slices of each period, aligned to its begin, with unknown time left out or taken for up or down."""
    form = uptime.rule.form
    length_us: int = form.slices.length_us  # type: ignore[union-attr] # callers have looked
    kind: type[Any] = np.int64 if length_us * UP < _INT64_HOLDS else object
    running = _Running.of(uptime.timeline, unknown, kind)
    periods = zip(uptime.periods.from_us.tolist(), uptime.periods.to_us.tolist(), strict=True)
    return [_slices_of(running, begin_us, end_us, length_us, uptime.as_of_us) for begin_us, end_us in periods]


def _slices_of(running: _Running, begin_us: int, end_us: int, length_us: int, as_of_us: int) -> SliceCounts:
    count = (end_us - begin_us) // length_us
    edges_us = begin_us + np.arange(count + 1, dtype=np.int64) * length_us
    agreed, known_us, up = running.between(edges_us)
    over = edges_us[1:] <= as_of_us
    some = (known_us > 0) & over
    rest = running.between(np.array([edges_us[-1], end_us]))[0, 0] if edges_us[-1] < end_us else 0
    return SliceCounts(
        ends_us=edges_us[1:][some],
        known_us=known_us[some],
        up=up[some],
        silent=int(((agreed > 0) & (known_us == 0) & over).sum()),
        cut=rest > 0,
        ahead=int(((agreed > 0) & ~over).sum()),
    )


def good_slices(counts: SliceCounts, goal: Fraction) -> int:
    """Return how many slices reach `goal`, compared as integers."""
    least = {
        known: -(-goal.numerator * known * UP // goal.denominator) for known in set(counts.known_us.tolist())
    }
    needed = np.array([least[known] for known in counts.known_us.tolist()], dtype=object)
    return int((counts.up.astype(object) >= needed).sum())


def mean_of(counts: SliceCounts) -> Fraction:
    """Return the sum of what the slices reach, exactly: slices of one length of known time are added first."""
    total = Fraction(0)
    for known in set(counts.known_us.tolist()):
        total += Fraction(sum(counts.up[counts.known_us == known].tolist()), known * UP)
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    """One period's slices: net, gross, and as they are where all unknown time was up or down."""

    net: SliceCounts
    gross: SliceCounts
    best: SliceCounts
    worst: SliceCounts


def slice_verdicts(uptime: Uptime, note: str) -> list[PeriodVerdict]:
    """Return one verdict per period on slices, net of what is excluded; gross stands beside."""
    unknown = uptime.rule.unknown
    net = slice_counts(uptime, unknown)
    gross = slice_counts(uptime.gross, unknown) if uptime.facts.excludes else net
    bounds = [slice_counts(uptime, unknown or each) for each in ("up", "down")]
    beside = count_uptime(uptime.timeline, uptime.periods, uptime.as_of_us)
    figures = (
        _Figures(net=a, gross=b, best=c, worst=d) for a, b, c, d in zip(net, gross, *bounds, strict=True)
    )
    return [
        _verdict(uptime, place, each, beside, taken_out, note)
        for place, (each, taken_out) in enumerate(zip(figures, uptime.taken_out, strict=True))
    ]


def _reached(uptime: Uptime, counts: SliceCounts) -> Fraction | int:
    """Return the good slices, or the sum of what slices reach."""
    goal = uptime.rule.form.slices.goal  # type: ignore[union-attr] # callers have looked
    return mean_of(counts) if goal is None else good_slices(counts, goal)


def _share(reached: Fraction | int, count: int) -> Fraction | None:
    return Fraction(reached) / count if count else None


def _verdict(
    uptime: Uptime, place: int, figures: _Figures, beside: UptimeCounts, taken_out: TakenOut, note: str
) -> PeriodVerdict:
    net, periods = figures.net, uptime.periods
    goal = in_force(uptime.rule.goal, periods.first_days[place])
    reached = _reached(uptime, net)
    value = _share(reached, len(net))
    running = int(periods.to_us[place]) > uptime.as_of_us
    word = word_of(None if value is None else value >= goal, running=running)
    is_mean = isinstance(reached, Fraction)
    met = good_slices(net, Fraction(1)) if is_mean else int(reached)
    low, high = (None if is_mean else wilson_interval(met, len(net))) or (None, None)
    open_ended = running or bool(beside.unknown_us[place])
    best, worst = _bounds(uptime, figures) if open_ended else (None, None)
    return PeriodVerdict(
        target=uptime.rule.target,
        period=periods.labels[place],
        from_us=int(periods.from_us[place]),
        to_us=int(periods.to_us[place]),
        n=len(net),
        met=met,
        value=number(value),
        exact=value,
        low=low,
        high=high,
        threshold=float(goal),
        verdict=word,
        best=best,
        worst=worst,
        gross_value=number(_share(_reached(uptime, figures.gross), len(figures.gross))),
        unresolved=net.silent + net.cut,
        gross_n=len(figures.gross),
        excluded=taken_out.outages,
        maintenance_us=beside.maintenance_us[place],
        unknown_us=beside.unknown_us[place],
        cut=bool(periods.cut[place]),
        note=noted(note, _left_out(net), taken_out.words),
    )


def _bounds(uptime: Uptime, figures: _Figures) -> tuple[float | None, float | None]:
    """Return the best and worst that a period may be, or have been, with the slices that are still ahead."""
    ahead = figures.best.ahead
    whole = len(figures.best) + ahead
    best, worst = _reached(uptime, figures.best) + ahead, _reached(uptime, figures.worst)
    return number(_share(best, whole)), number(_share(worst, whole))


def _left_out(counts: SliceCounts) -> str:
    """Say which slices are not counted: they stand in `unresolved`."""
    silent = f"{counts.silent:,} without known time" if counts.silent else ""
    cut = "1 cut by the end of the period" if counts.cut else ""
    words = " and ".join(filter(None, (silent, cut)))
    return f"slices left out: {words}" if words else ""

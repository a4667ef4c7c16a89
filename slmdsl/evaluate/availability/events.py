"""Availability by events: good ones over all, from counters or from samples of metric `up`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.calendars import calendar_of
from slmdsl.evaluate.availability.timeline import excused_of, maintenance_of
from slmdsl.evaluate.availability.verdicts import noted, number, word_of
from slmdsl.evaluate.period_verdicts import PeriodVerdict
from slmdsl.evaluate.samples import exact
from slmdsl.evaluate.wilson import wilson_interval
from slmdsl.rules.dated import in_force

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from slmdsl.evaluate.availability.exclusions import TakenOut
    from slmdsl.evaluate.availability.uptime import Uptime
    from slmdsl.events.columns import Samples
    from slmdsl.rules.availability import ServiceUptime
    from slmdsl.rules.periods import Periods

    Int64 = npt.NDArray[np.int64]
    Float64 = npt.NDArray[np.float64]
    Exact = npt.NDArray[Any]
    """Python's integers and fractions."""

GOOD, ALL, UP_METRIC = "events_good", "events_all", "up"
"""Metrics of the log: the columns of `events good "ok" of "all"`, and up/down samples."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventCounts:
    """n readings in time order: of `total[i]` events at `at_us[i]`, `good[i]` were good, as exact numbers.

    `left_out_us` are the instants of readings that make no sense or tell nothing.
    """

    at_us: Int64
    good: Exact
    total: Exact
    left_out_us: Int64

    @classmethod
    def joined(cls, parts: Sequence[EventCounts]) -> EventCounts:
        """Return the readings of several services as one series."""
        at_us = np.concatenate([each.at_us for each in parts])
        order = np.argsort(at_us, kind="stable")
        return cls(
            at_us=at_us[order],
            good=np.concatenate([each.good for each in parts])[order],
            total=np.concatenate([each.total for each in parts])[order],
            left_out_us=np.sort(np.concatenate([each.left_out_us for each in parts])),
        )

    def chosen(self, rows: npt.NDArray[np.bool_]) -> EventCounts:
        """Return some of the readings."""
        return EventCounts(
            at_us=self.at_us[rows],
            good=self.good[rows],
            total=self.total[rows],
            left_out_us=self.left_out_us,
        )


def counted_events(uptime: Uptime) -> EventCounts:
    """Return the events of a target's services within agreed time, up to as of, net of what is excluded.

    Events in maintenance are left out, or all good, as the target says; those of time that excluded outages took are
    left out. What a service needs does not matter: events are measured at the service itself.
    """
    return EventCounts.joined([_of_service(uptime, each) for each in uptime.rule.services])


budget_events = counted_events
"""What an error budget of availability by events is spent on: instants, good and all events, in time order."""


def _of_service(uptime: Uptime, service: ServiceUptime) -> EventCounts:
    counts = read_events(uptime.samples, service.name, uptime.as_of_us, uptime.rule.unknown)
    periods = uptime.periods
    span_us = int(periods.bucket_edges_us[0]), int(periods.bucket_edges_us[-1])
    within = (counts.at_us >= span_us[0]) & (counts.at_us < span_us[1])
    within &= calendar_of(service.hours).is_open_us(counts.at_us)
    within &= excused_of(service, uptime.facts).at(counts.at_us) == 0
    maintained = maintenance_of(service, uptime.outages, span_us, uptime.as_of_us).at(counts.at_us) == 1
    if uptime.rule.form.maintenance == "excluded":
        within &= ~maintained
    elif uptime.rule.form.maintenance == "up":
        good = np.where(maintained, counts.total, counts.good)
        counts = EventCounts(
            at_us=counts.at_us, good=good, total=counts.total, left_out_us=counts.left_out_us
        )
    return counts.chosen(within)


def read_events(samples: Samples, service: str, as_of_us: int, unknown: str | None) -> EventCounts:
    """Return what a log counts of a service: its counters, else its up/down samples, each an event.

    A counter that is missing, negative or not finite, and more good events than events, are left out. A sample that is
    partly up is partly good; one without a value is left out, unless `unknown` says what it counts as.
    """
    (all_us, total), (good_us, good) = (_metric(samples, service, name, as_of_us) for name in (ALL, GOOD))
    if len(all_us) or len(good_us):
        return _counters(all_us, total, good_us, good)
    at_us, up = _metric(samples, service, UP_METRIC, as_of_us)
    if unknown is not None:
        up = np.where(np.isnan(up), float(unknown == "up"), up)
    told = ~np.isnan(up)
    return EventCounts(
        at_us=at_us[told],
        good=_exactly(up[told].clip(0, 1)),
        total=_exactly(np.ones(int(told.sum()))),
        left_out_us=at_us[~told],
    )


def _metric(samples: Samples, service: str, metric: str, as_of_us: int) -> tuple[Int64, Float64]:
    """Return the instants and values of one series, in time order."""
    if service not in samples.service.values or metric not in samples.metric.values:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    rows = samples.service.codes == samples.service.values.index(service)
    rows &= samples.metric.codes == samples.metric.values.index(metric)
    rows &= samples.at_us <= as_of_us
    return samples.at_us[rows], samples.value[rows]


def _counters(all_us: Int64, total: Float64, good_us: Int64, good: Float64) -> EventCounts:
    """Join both counters on their instants; several readings of one instant are added up."""
    instants = np.unique(np.concatenate([all_us, good_us]))
    sums = [np.zeros(len(instants), dtype=object) for _ in range(2)]
    sound = np.ones(len(instants), dtype=np.bool_)
    for side, (at_us, values) in zip(sums, ((all_us, total), (good_us, good)), strict=True):
        places = np.searchsorted(instants, at_us)
        plausible = np.isfinite(values) & (values >= 0)
        np.add.at(side, places[plausible], _exactly(values[plausible]))
        sound[places[~plausible]] = False
        sound &= np.isin(instants, at_us)
    sound &= (sums[1] <= sums[0]).astype(np.bool_)
    return EventCounts(
        at_us=instants[sound], good=sums[1][sound], total=sums[0][sound], left_out_us=instants[~sound]
    )


def _exactly(values: Float64) -> Exact:
    """Return numbers as Python's integers, or as the decimals they are written as where they are not whole."""
    whole = np.equal(values, np.rint(values))
    found = np.empty(len(values), dtype=object)
    found[whole] = [int(each) for each in values[whole]]
    found[~whole] = [exact(each) for each in values[~whole]]
    return found


def event_verdicts(
    uptime: Uptime, net: EventCounts, gross: EventCounts, taken_out: Sequence[TakenOut]
) -> list[PeriodVerdict]:
    """Return one verdict per period on good events over all events, compared as exact numbers."""
    periods = uptime.periods
    sums = [_sums(column, counts.at_us, periods) for counts in (net, gross) for column in _columns(counts)]
    silent = _silence(uptime)
    lost = np.diff(np.searchsorted(net.left_out_us, [periods.from_us, periods.to_us]), axis=0)[0]
    return [
        _verdict(uptime, place, figures, int(lost[place]), taken_out[place], silent)
        for place, figures in enumerate(zip(*sums, strict=True))
    ]


def _columns(counts: EventCounts) -> tuple[Exact, Exact]:
    return counts.good, counts.total


def _sums(column: Exact, at_us: Int64, periods: Periods) -> list[Any]:
    """Return the exact sums of a column over each period."""
    running = np.concatenate([[0], np.cumsum(column, dtype=object)])
    begins, ends = np.searchsorted(at_us, [periods.from_us, periods.to_us])
    return list(running[ends] - running[begins])


def _verdict(
    uptime: Uptime, place: int, figures: tuple[Any, ...], lost: int, taken_out: TakenOut, silent: str
) -> PeriodVerdict:
    good, total, gross_good, gross_total = figures
    target, periods = uptime.rule.target, uptime.periods
    goal = in_force(uptime.rule.goal, periods.first_days[place])
    value = Fraction(good) / Fraction(total) if total else None
    running = int(periods.to_us[place]) > uptime.as_of_us
    kept = None if value is None or total < target.minimum else value >= goal
    low, high = wilson_interval(int(good), int(total)) or (None, None)
    return PeriodVerdict(
        target=target,
        period=periods.labels[place],
        from_us=int(periods.from_us[place]),
        to_us=int(periods.to_us[place]),
        n=int(total),
        met=int(good),
        value=number(value),
        exact=value,
        low=low,
        high=high,
        threshold=float(goal),
        verdict=word_of(kept, running=running),
        gross_value=number(Fraction(gross_good) / Fraction(gross_total)) if gross_total else None,
        unresolved=lost,
        gross_n=int(gross_total),
        excluded=taken_out.outages,
        cut=bool(periods.cut[place]),
        note=noted(silent, taken_out.words),
    )


def _silence(uptime: Uptime) -> str:
    """Return the note on services of which no events are known, or an empty text."""
    names = [each.name for each in uptime.rule.services]
    silent = [
        name
        for name in names
        if not any(
            len(_metric(uptime.samples, name, each, uptime.as_of_us)[0]) for each in (ALL, GOOD, UP_METRIC)
        )
    ]
    return f"no events of {', '.join(silent)}" if silent else ""

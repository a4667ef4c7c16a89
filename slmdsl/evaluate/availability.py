"""Availability by minutes: agreed time, and how much of it was up, per period, in exact integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.base.units import NO_TIME, SECOND
from slmdsl.calendars import calendar_of
from slmdsl.evaluate.availability_facts import UP, closed_ends_us
from slmdsl.evaluate.availability_needs import timeline_of
from slmdsl.evaluate.availability_steps import Steps, covered, edges_of, sums_between, united
from slmdsl.rules.maintenance import maintenance_us

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.evaluate.availability_facts import UptimeFacts
    from slmdsl.events.columns import Outages
    from slmdsl.rules.availability import ServiceUptime, UptimeRule
    from slmdsl.rules.periods import Periods

    Int64 = npt.NDArray[np.int64]
    Exact = npt.NDArray[Any]
    """Python's integers, which do not overflow."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UptimeCounts:
    """What one target's p periods hold: arrays of Python integers, in microseconds.

    Agreed time is `known_us + unknown_us` until as of, and `ahead_us` after it. `up`, `up_least` and `up_most` are
    microseconds times UP (a millionth of a user is what outages are weighed by): up in known time, and the
    least and the most that known and unknown time together may have been. `maintenance_us` is maintenance within the
    services' hours until as of, whether or not it counts.
    """

    known_us: Exact
    unknown_us: Exact
    ahead_us: Exact
    maintenance_us: Exact
    up: Exact
    up_least: Exact
    up_most: Exact


def count_uptime(
    rule: UptimeRule, facts: UptimeFacts, outages: Outages, periods: Periods, as_of_us: int
) -> UptimeCounts:
    """Return how long a target's services were agreed, known and up in each period.

    Several services stand in series: time is agreed when it is for any of them, and up when all that are agreed
    then are up.
    """
    begin_us, end_us = int(periods.bucket_edges_us[0]), int(periods.bucket_edges_us[-1])
    services = [
        _service_steps(rule, each, facts, outages, (begin_us, end_us), as_of_us) for each in rule.services
    ]
    edges = united([edges_of(services), periods.bucket_edges_us, np.array([as_of_us])])
    edges = edges[(edges >= begin_us) & (edges <= end_us)]
    rows = np.stack([each.at(edges[:-1]) for each in services])
    agreed, maintained = rows[:, :2].max(axis=0).astype(np.bool_)
    least, most = rows[:, 2:].min(axis=0)
    past = edges[:-1] < as_of_us
    known = least == most
    length = np.diff(edges)

    def total(lengths: Int64, weights: Int64 | int = 1) -> Exact:
        """Sum lengths times weights exactly: whole seconds and the rest apart, since the product may not fit."""
        parts = (
            sums_between(edges, part * weights, periods.bucket_edges_us) for part in divmod(lengths, SECOND)
        )
        seconds, rest = (part.astype(object) for part in parts)
        return periods.sums(seconds * SECOND + rest)

    counted = length * (agreed & past)
    return UptimeCounts(
        known_us=total(counted * known),
        unknown_us=total(counted * ~known),
        ahead_us=total(length * (agreed & ~past)),
        maintenance_us=total(length * (maintained & past)),
        up=total(counted * known, most),
        up_least=total(counted, least),
        up_most=total(counted, most),
    )


def _service_steps(
    rule: UptimeRule,
    service: ServiceUptime,
    facts: UptimeFacts,
    outages: Outages,
    span_us: tuple[int, int],
    as_of_us: int,
) -> Steps:
    """Return four rows: agreed, in maintenance within hours, and the least and most that it is up where that counts.

    Outside its agreed time a service counts as up, so that it never holds against the others of its target.
    """
    hours = covered(*calendar_of(service.hours).intervals_us(*span_us))
    maintenance = _maintenance(service, outages, span_us, as_of_us)
    state = timeline_of(service.nodes, facts)
    edges = edges_of((hours, maintenance, state))
    open_hours, maintained = hours.at(edges).astype(np.bool_), maintenance.at(edges).astype(np.bool_)
    agreed = open_hours & ~maintained if rule.form.maintenance == "excluded" else open_hours
    judged = agreed & ~maintained if rule.form.maintenance == "up" else agreed
    rows = np.where(judged, state.at(edges), UP)
    return Steps(from_us=edges, values=np.stack([agreed, open_hours & maintained, *rows]).astype(np.int64))


def _maintenance(service: ServiceUptime, outages: Outages, span_us: tuple[int, int], as_of_us: int) -> Steps:
    """Return when announced maintenance of a service is: its declared windows, and outages announced in time."""
    windows = [maintenance_us(window, *span_us) for window in service.windows]
    booked = np.isin(
        outages.service.codes, [i for i, name in enumerate(outages.service.values) if name in service.booked]
    )
    announced = (outages.announced_us != NO_TIME) & (
        outages.announced_us <= outages.start_us - service.notice_us
    )
    rows = booked & (outages.planned == 1) & announced & (outages.start_us <= as_of_us)
    windows.append((outages.start_us[rows], closed_ends_us(outages, as_of_us)[rows]))
    starts, ends = (np.concatenate(sides) for sides in zip(*windows, strict=True))
    return covered(starts, ends)

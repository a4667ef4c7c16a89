"""Availability by minutes: agreed time, and how much of it was up, per period, in exact integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.base.units import SECOND
from slmdsl.evaluate.availability.steps import sums_between

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.evaluate.availability.timeline import UptimeTimeline
    from slmdsl.rules.periods import Periods

    Int64 = npt.NDArray[np.int64]
    Exact = npt.NDArray[Any]
    """Python's integers, which do not overflow."""

_SCALE = 1 << 15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UptimeCounts:
    """What one target's p periods hold: arrays of Python integers, in microseconds.

    Agreed time is `known_us + unknown_us` until as of, and `ahead_us` after it. `up`, `up_least` and `up_most` are
    microseconds times UP (a billionth of a user is what outages are weighed by): up in known time, and the
    least and the most that known and unknown time together may have been. `maintenance_us` is maintenance within the
    services' hours until as of, whether or not it counts. `excused_us` is what excluded outages took out.
    """

    known_us: Exact
    unknown_us: Exact
    ahead_us: Exact
    maintenance_us: Exact
    excused_us: Exact
    up: Exact
    up_least: Exact
    up_most: Exact


def count_uptime(timeline: UptimeTimeline, periods: Periods, as_of_us: int) -> UptimeCounts:
    """Return how long a target's services were agreed, known and up in each period.

    `timeline` spans the periods, and is cut at their edges and at `as_of_us`.
    """
    edges = timeline.edges_us
    past, known, length = edges[:-1] < as_of_us, timeline.known, timeline.lengths_us

    def total(lengths: Int64, weights: Int64 | int = 1) -> Exact:
        """Sum lengths times weights exactly, both in two parts, since the sums of their products may not fit."""
        summed = np.zeros(periods.buckets, dtype=object)
        for length, unit in zip(np.divmod(lengths, SECOND), (SECOND, 1), strict=True):
            for weight, scale in zip(np.divmod(weights, _SCALE), (_SCALE, 1), strict=True):
                found = sums_between(edges, length * weight, periods.bucket_edges_us)
                summed += found.astype(object) * (unit * scale)
        return periods.sums(summed)

    counted = length * (timeline.agreed & past)
    return UptimeCounts(
        known_us=total(counted * known),
        unknown_us=total(counted * ~known),
        ahead_us=total(length * (timeline.agreed & ~past)),
        maintenance_us=total(length * (timeline.maintained & past)),
        excused_us=total(length * (timeline.excused & past)),
        up=total(counted * known, timeline.most),
        up_least=total(counted, timeline.least),
        up_most=total(counted, timeline.most),
    )

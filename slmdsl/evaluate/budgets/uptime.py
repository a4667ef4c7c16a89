"""What downtime, failed events and bad slices spend of an error budget."""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.base.units import SECOND
from slmdsl.contract.model.agreements import Availability
from slmdsl.evaluate.availability.events import budget_events
from slmdsl.evaluate.availability.facts import UP
from slmdsl.evaluate.availability.slices import slice_counts
from slmdsl.evaluate.budgets.spending import Spending, added

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    import numpy.typing as npt

    from slmdsl.evaluate.availability.timeline import UptimeTimeline
    from slmdsl.evaluate.availability.uptime import Uptime

    Exact = npt.NDArray[Any]


def uptime_spending(uptime: Uptime) -> Spending:
    """Return what a target of availability has spent, by its way of counting, net of what is excluded."""
    form = uptime.rule.form
    if not isinstance(form, Availability):
        msg = f"`{uptime.rule.target.qualified}` has no error budget"
        raise TypeError(msg)
    if form.method == "events":
        return _of_events(uptime)
    if form.slices is not None:
        return _of_slices(uptime, form.slices.goal)
    if form.method == "user_minutes":
        return _of_users(uptime)
    return flowing(uptime.timeline, uptime.rule.unknown, uptime.as_of_us)


def flowing(timeline: UptimeTimeline, unknown: str | None, as_of_us: int, weight: int = 1) -> Spending:
    """Return what downtime spends. Unknown time is left out, unless it is taken for up or down.

    Agreed time after `as_of_us` is there, so that the budget of a running period is that of the whole of it.
    """
    past = timeline.edges_us[:-1] < as_of_us
    up = timeline.least if unknown == "down" else timeline.most
    counted = timeline.agreed & past & (timeline.known if unknown is None else True)
    bad = np.where(counted, UP - up, 0) * weight
    total = np.where(counted | (timeline.agreed & ~past), UP, 0) * weight
    return Spending.of_stretches(timeline.edges_us, np.append(bad, 0), np.append(total, 0), UP * SECOND)


def _of_users(uptime: Uptime) -> Spending:
    """Return what the minutes of users spend: each service's time weighs by its users, or alike."""
    users = [each.users for each in uptime.rule.services]
    weights: Sequence[int] = [each for each in users if each]
    if len(weights) < len(users):
        weights = [1] * len(users)
    return added(
        [
            flowing(uptime.alone(place).timeline, uptime.rule.unknown, uptime.as_of_us, weight)
            for place, weight in enumerate(weights)
        ]
    )


def _of_events(uptime: Uptime) -> Spending:
    """Return what failed events spend; a sample that is partly up is partly good."""
    counts = budget_events(uptime)
    numbers = [*counts.good.tolist(), *counts.total.tolist()]
    unit = lcm(*(each.denominator for each in numbers))
    return Spending.of_samples(
        counts.at_us, (counts.total - counts.good) * unit, counts.total * unit, unit=unit
    )


def _of_slices(uptime: Uptime, goal: Fraction | None) -> Spending:
    """Return what slices spend when they end: a bad one a whole one, or in a mean what it lacks."""
    slices = slice_counts(uptime, uptime.rule.unknown)
    # Rolling periods share slices. A slice belongs to the period that holds its last instant.
    at_us, own = np.unique(np.concatenate([each.ends_us for each in slices]) - 1, return_index=True)
    known = np.concatenate([each.known_us for each in slices]).astype(object)[own] * UP
    up = np.concatenate([each.up for each in slices]).astype(object)[own]
    if goal is not None:
        bad = (up * goal.denominator < known * goal.numerator).astype(np.int64)
        return Spending.of_samples(at_us, bad, np.ones(len(bad), dtype=np.int64))
    unit = lcm(*set(known.tolist()))
    return Spending.of_samples(
        at_us, (known - up) * (unit // known), np.full(len(known), unit, dtype=object), unit=unit
    )

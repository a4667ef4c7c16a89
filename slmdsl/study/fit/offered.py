"""How much work the fitted streams bring to each group, in a usual week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import HOUR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slmdsl.study.fit.model import StepFit, StreamFit


def visits_of(stream: StreamFit) -> dict[str, float]:
    """Return how often a ticket comes to each step on average, reopenings included."""
    place = {each.name: number for number, each in enumerate(stream.steps)}
    onward = np.zeros((len(place), len(place)))
    for step in stream.steps:
        for route in step.routes:
            if route.name in place:
                onward[place[route.name], place[step.name]] += route.share
    start = np.zeros(len(place))
    start[place[stream.start]] = 1.0
    once = np.linalg.solve(np.eye(len(place)) - onward, start)
    again = 1.0 / (1.0 - stream.reopens.share) if stream.reopens else 1.0
    return {name: float(once[number]) * again for name, number in place.items()}


def work_hours(streams: Sequence[StreamFit]) -> Mapping[str, float]:
    """Return the hours of work a week by group."""
    found: dict[str, float] = {}
    for stream in streams:
        visited = visits_of(stream)
        week = 7 * max(each.per_day for each in stream.arrivals.rates)
        for step in stream.steps:
            if step.works:
                group = step.by or step.name
                found[group] = found.get(group, 0.0) + week * visited[step.name] * _mean_hours(step, stream)
    return found


def _mean_hours(step: StepFit, stream: StreamFit) -> float:
    """Return the hours of a visit, priorities weighed by their general shares."""
    shares = {each.name: each.share for each in stream.priorities[0].shares} if stream.priorities else {}
    own = {name: work.length.mean_us for work in step.works for name in work.priorities}
    general = step.works[0].length.mean_us
    rest = max(1.0 - sum(shares.get(name, 0.0) for name in own), 0.0)
    whole = rest * general + sum(shares.get(name, 0.0) * mean for name, mean in own.items())
    # Once in a ticket's life; counted for each visit, which is on the safe side.
    return (whole + (step.answers.mean_us if step.answers else 0.0)) / HOUR


def lying_at_most(streams: Sequence[StreamFit], shelf: str, manned_hours: float) -> int:
    """Return how many places a shelf needs never to be full: three times what lies there on average."""
    hours = work_hours(streams).get(shelf, 0.0)
    return 50 + int(3 * hours / max(manned_hours, 1.0))

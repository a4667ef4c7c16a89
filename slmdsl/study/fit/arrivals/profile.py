"""The week of arrivals as few lines and windows: weekdays and hours that do not differ for sure stand together."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from slmdsl.stats.level_changes import count_changes
from slmdsl.study.fit.arrivals.forms import ProfileLine

if TYPE_CHECKING:
    from slmdsl.study.fit.arrivals.forms import Floats, Int64

_HOURS: Final = 24
_WINDOW_PRICE: Final = 8.0
_NOT_WORTH: Final = 0.004
"""Twice the information, per ticket, that a further window must bring: what one sees in a picture."""
_LEVEL_PRICE: Final = 9.0
"""What another level of a weekday must gain, in twice the log-likelihood: luck does in one case of 400."""
_PER_FIGURE: Final = 2.0
"""What each further figure of a line of its own must gain, on average."""


class Week(NamedTuple):
    """Tickets by weekday and hour (7 x 24), holidays left out; what a weekday has in expectation, and how sure that is.

    `clumped` is by how much the variance of counts in an hour exceeds their mean, for tickets come in bursts.
    """

    counts: Int64
    level: Floats
    unsure: Floats
    clumped: float


class _Group(NamedTuple):
    weekdays: tuple[int, ...]
    counts: Floats
    level: float
    unsure: float


def profile_lines(week: Week) -> tuple[ProfileLine, ...]:
    """Return the lines of a profile, with weights of mean 1 over the week."""
    groups = _merged(week)
    mean = float(week.level.sum()) / (7 * _HOURS)
    lines = [_line(each, week.clumped, mean) for each in groups if each.counts.sum() > 0]
    return tuple(sorted(lines, key=lambda each: each.weekdays))


def weights_of(lines: tuple[ProfileLine, ...]) -> Floats:
    """Return the weight of each hour of the week (shape 168, Monday first).

    >>> weights_of((ProfileLine(weekdays=(1,), windows=((0, 1, 7.0), (2, 4, 3.0))),))[24:28].tolist()
    [7.0, 0.0, 3.0, 3.0]
    """
    found = np.zeros(7 * _HOURS)
    for line in lines:
        for day in line.weekdays:
            for first, end, weight in line.windows:
                found[day * _HOURS + first : day * _HOURS + end] += weight
    return found


def _merged(week: Week) -> list[_Group]:
    """Return the weekdays, the most alike put together as long as their difference is no more than luck."""
    groups = [
        _Group((day,), week.counts[day].astype(np.float64), float(week.level[day]), float(week.unsure[day]))
        for day in range(7)
    ]
    while len(groups) > 1:
        off, one, other = min(
            ((_difference(a, b, week.clumped), a, b) for a, b in combinations(groups, 2)),
            key=lambda each: each[0],
        )
        if off > 0:
            break
        groups = [each for each in groups if each is not one and each is not other]
        groups.append(_together(one, other))
    return groups


def _together(one: _Group, other: _Group) -> _Group:
    a, b = len(one.weekdays), len(other.weekdays)
    return _Group(
        tuple(sorted(one.weekdays + other.weekdays)),
        one.counts + other.counts,
        (a * one.level + b * other.level) / (a + b),
        ((a * one.unsure) ** 2 + (b * other.unsure) ** 2) ** 0.5 / (a + b),
    )


def _difference(one: _Group, other: _Group, clumped: float) -> float:
    """Return twice what telling two groups apart gains, less what its figures are worth."""
    if one.counts.sum() == 0 or other.counts.sum() == 0:
        return float(one.counts.sum() + other.counts.sum()) - 0.5
    level = (one.level - other.level) ** 2 / (one.unsure**2 + other.unsure**2)
    whole = one.counts + other.counts
    gained = sum(
        2
        * float(
            each.counts
            @ np.log(
                np.maximum(each.counts, 1e-9) / each.counts.sum() * whole.sum() / np.maximum(whole, 1e-9)
            )
        )
        for each in (one, other)
    )
    worth = _PER_FIGURE * (np.count_nonzero(whole) - 1) + _NOT_WORTH * float(whole.sum())
    shape = gained / clumped - worth
    return max(level - _LEVEL_PRICE, shape, level - _LEVEL_PRICE + shape)


def _line(group: _Group, clumped: float, mean: float) -> ProfileLine:
    whole = float(group.counts.sum())
    price = max(_WINDOW_PRICE * clumped, _NOT_WORTH * whole)
    edges = [0, *count_changes(group.counts, np.ones(_HOURS), price=price), _HOURS]
    windows = [
        (first, end, float(group.counts[first:end].sum()) / whole * group.level / (end - first) / mean)
        for first, end in pairwise(edges)
    ]
    return ProfileLine(weekdays=group.weekdays, windows=tuple(each for each in windows if each[2] > 0))

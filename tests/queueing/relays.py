"""A desk whose staff changes with the hours of a day that repeats itself: M(t)/M/c(t), exactly.

Crews relieve each other: at every change all agents of one crew leave and all of the next one come, so that it does
not matter which agents were idle. Times are hours, rates per hour. Rates are constant within an hour of the day.

What happens to the tickets in work when a crew leaves makes two different processes:

- They are handed over: they return to the head of the queue. The state is n, the tickets at the desk; min(n, c) are
  in work. A change of crews changes no n.
- The leaving crew finishes them: the state is (n, o), o of them with agents in overtime, who take no other. With b =
  min(n, c) busy at a change, (n, o) becomes (n - b, o + b), where n are those at or waiting for agents on shift.

Between changes the process has constant rates within an hour, and the forward equations are solved by uniformisation
(Jensen 1953; Grassmann 1977), which also gives the integral over the hour. The expected wait of a ticket that has j - 1
others in front follows from the backward equations h' = -1 - c mu (h[j-1] - h[j]): all agents on shift are busy as
long as anybody waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

HOURS = 24
PARTS = 12
"""Into how many parts an hour is cut where the wait of its arrivals is integrated (Simpson's rule)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relays:
    """`arrivals[h]` per hour in hour h of the day; `crews`: from which hour on (the first: 0), and its agents.

    A single crew is never relieved.
    """

    arrivals: Sequence[float]
    crews: Sequence[tuple[int, int]]
    mean_work: float
    hands_over: bool
    most_waiting: int = 150

    def agents(self, hour: int) -> int:
        return [agents for since, agents in self.crews if since <= hour][-1]

    def changes_at(self, hour: int) -> bool:
        return len(self.crews) > 1 and any(since == hour % HOURS for since, _ in self.crews)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The repeating state per hour of the day: the mean numbers waiting and in overtime over the hour's time, and the
    mean wait until the first pick-up of those that arrive in it.
    """

    waiting: np.ndarray
    overtime: np.ndarray
    wait: np.ndarray


def repeating_day(desk: Relays, tolerance: float = 1e-10) -> Day:
    """Return the day that every day becomes. Raises ValueError if the desk has too little staff for its tickets."""
    if sum(desk.arrivals) * desk.mean_work >= sum(desk.agents(hour) for hour in range(HOURS)):
        message = "more work arrives in a day than its agents do"
        raise ValueError(message)
    shape = (desk.most_waiting, 1 if desk.hands_over else 2 * max(agents for _, agents in desk.crews) + 1)
    shares = np.zeros(shape)
    shares[0, 0] = 1.0
    for _ in range(1000):
        before = shares
        for hour in range(HOURS):
            shares = _after(desk, hour, _relieved(desk, hour, shares), 1.0)[0]
        if np.abs(shares - before).sum() < tolerance:
            return _observed(desk, shares)
    message = "the day does not become the same every day"
    raise ValueError(message)


def _observed(desk: Relays, shares: np.ndarray) -> Day:
    waits, rows = _expected_waits(desk), []
    for hour in range(HOURS):
        shares, agents = _relieved(desk, hour, shares), desk.agents(hour)
        parts, integral = [shares], np.zeros_like(shares)
        for _ in range(PARTS):
            shares, over = _after(desk, hour, shares, 1 / PARTS)
            integral += over
            parts.append(shares)
        numbers = np.arange(len(shares))
        waiting = float(integral.sum(axis=1) @ np.maximum(numbers - agents, 0))
        overtime = float(integral.sum(axis=0) @ np.arange(shares.shape[1]))
        place = np.maximum(numbers - agents + 1, 0)
        meets = [float(p.sum(axis=1) @ h[place]) for p, h in zip(parts, waits[hour], strict=True)]
        simpson = np.array([1, *([4, 2] * (PARTS // 2))])
        simpson[-1] = 1
        rows.append((waiting, overtime, float(simpson @ meets) / 3 / PARTS))
    columns = np.array(rows).T
    return Day(waiting=columns[0], overtime=columns[1], wait=columns[2])


def _relieved(desk: Relays, hour: int, shares: np.ndarray) -> np.ndarray:
    """What a change of crews at the beginning of `hour` makes of the shares of the states."""
    leaving = desk.agents((hour - 1) % HOURS)
    if desk.hands_over or not desk.changes_at(hour):
        return shares
    after = np.zeros_like(shares)
    most = shares.shape[1] - 1
    for n in range(len(shares)):
        busy = min(n, leaving)
        for o in range(most + 1):
            after[n - busy, min(o + busy, most)] += shares[n, o]
    return after


def _after(desk: Relays, hour: int, shares: np.ndarray, time: float) -> tuple[np.ndarray, np.ndarray]:
    """The shares of the states `time` later within one hour, and their integral over that time."""
    come, done, agents = desk.arrivals[hour], 1 / desk.mean_work, desk.agents(hour)
    served = np.minimum(np.arange(len(shares)), agents)[:, None] * done
    overtime = np.arange(shares.shape[1])[None, :] * done
    fastest = come + agents * done + overtime.max()
    chance = exp(-fastest * time)
    below, row = chance, shares
    after, integral, k = chance * row, (1 - below) / fastest * row, 0
    while 1 - below > 1e-13 and k < 10_000:
        k += 1
        row = _stepped(row, come / fastest, served / fastest, overtime / fastest)
        chance *= fastest * time / k
        below += chance
        after = after + chance * row
        integral = integral + max(1 - below, 0.0) / fastest * row
    return after / after.sum(), integral


def _stepped(row: np.ndarray, come: float, served: np.ndarray, overtime: np.ndarray) -> np.ndarray:
    """One step of the uniformised chain; who comes while every place is taken goes away (a share of 1e-12 or less)."""
    after = row * (1 - come - served - overtime)
    after[1:] += come * row[:-1]
    after[-1] += come * row[-1]
    after[:-1] += (served * row)[1:]
    after[:, :-1] += (overtime * row)[:, 1:]
    return after


def _expected_waits(desk: Relays) -> list[list[np.ndarray]]:
    """Expected waits by place in the queue (0: none), at the PARTS + 1 ends of the parts of each hour."""
    waits, places = np.zeros(desk.most_waiting + 2 * HOURS), None
    for _ in range(60):
        places = []
        for hour in reversed(range(HOURS)):
            ends = [waits]
            for _ in range(PARTS):
                ends.append(_before(desk, hour, ends[-1], 1 / PARTS))
            places.append(ends[::-1])
            waits = _before_change(desk, hour, ends[-1])
    return places[::-1]


def _before(desk: Relays, hour: int, waits: np.ndarray, time: float) -> np.ndarray:
    """Expected waits `time` earlier within one hour: dh/ds = 1 + c mu (h[j-1] - h[j]), by Runge and Kutta."""
    rate = desk.agents(hour) / desk.mean_work
    steps = 4 + ceil(2 * rate * time)  # few enough services in a step for the rule to be exact and stable

    def slope(h):
        change = np.zeros_like(h)
        change[1:] = 1 + rate * (h[:-1] - h[1:])
        return change

    width = time / steps
    for _ in range(steps):
        a = slope(waits)
        b = slope(waits + width / 2 * a)
        c = slope(waits + width / 2 * b)
        d = slope(waits + width * c)
        waits = waits + width / 6 * (a + 2 * b + 2 * c + d)
    return waits


def _before_change(desk: Relays, hour: int, waits: np.ndarray) -> np.ndarray:
    """Expected waits right before the crews change: those handed over come first, then all move up."""
    if not desk.changes_at(hour):
        return waits
    joining, returned = desk.agents(hour), desk.agents((hour - 1) % HOURS) if desk.hands_over else 0
    place = np.clip(np.arange(len(waits)) + returned - joining, 0, len(waits) - 1)
    place[0] = 0
    return waits[place]

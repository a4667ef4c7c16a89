"""Analytic twins: what queueing theory knows exactly of desks that are simple enough. Nothing is simulated.

Tickets come by chance (Poisson) at a rate of `arrivals` a unit of time; `work`, waits and patience are in the same
unit, whichever it is, and exponential unless said otherwise. All agents are always there. Figures are those of the
steady state; a queue that grows without end has none. Classes of priority are listed from the highest down.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import exp, fsum, log
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Impatient:
    """What becomes of callers who may give up.

    Attributes:
        waits: the share that is not answered at once.
        gives_up: the share that is never answered.
        mean_wait: of all, in queue, those that give up included.
    """

    waits: float
    gives_up: float
    mean_wait: float


def erlang_b(agents: int, offered: float) -> float:
    """Return the share of callers who find every agent busy and are lost, whatever the distribution of work.

    A. Erlang 1917; by the recursion of R. Cooper, "Introduction to Queueing Theory", 2nd ed., 1981, eq. 3.2.13, which
    adds and divides positive numbers alone: it is as exact for thousands of agents as for one.

    Args:
        agents: 0 or more.
        offered: load in erlang, arrivals x mean work, 0 or more.

    Raises:
        ValueError: for negative numbers.

    >>> round(erlang_b(10, 5.0), 5)
    0.01838
    """
    if agents < 0 or offered < 0:
        msg = f"{agents} agents and a load of {offered} erlang make no desk"
        raise ValueError(msg)
    lost = 1.0
    for number in range(1, agents + 1):
        lost = offered * lost / (number + offered * lost)
    return lost


def erlang_c(agents: int, offered: float) -> float:
    """Return the share of tickets that wait in M/M/c (A. Erlang 1917; from Erlang B: Cooper 1981, eq. 3.4.7).

    Args:
        agents: 1 or more.
        offered: load in erlang, arrivals x mean work, 0 or more and below `agents`.

    Raises:
        ValueError: for numbers outside these ranges.

    >>> round(erlang_c(14, 10.0), 4)
    0.1741
    """
    _must_settle(offered / agents if agents > 0 else 1.0)
    lost = erlang_b(agents, offered)
    return lost / (1 - offered / agents * (1 - lost))


def mean_wait(arrivals: float, work: float, agents: int) -> float:
    """Return the mean wait in M/M/c, zeros included (L. Kleinrock, "Queueing Systems" 1, 1975, section 3.5).

    Raises:
        ValueError: if the load is negative, or as many erlang as there are agents or more.

    >>> round(mean_wait(200 / 3600, 180.0, 14), 1)
    7.8
    """
    offered = arrivals * work
    return erlang_c(agents, offered) * work / (agents - offered)


def answered_within(arrivals: float, work: float, agents: int, time: float) -> float:
    """Return the share of tickets of M/M/c that are picked up within `time`, in order of arrival.

    Cooper 1981, eq. 3.4.22.

    Raises:
        ValueError: for a negative time, or as in `mean_wait`.

    >>> round(answered_within(200 / 3600, 180.0, 14, time=20.0), 3)
    0.888
    """
    if time < 0:
        msg = f"nothing is answered within {time}"
        raise ValueError(msg)
    offered = arrivals * work
    return 1 - erlang_c(agents, offered) * exp(-(agents - offered) * time / work)


def erlang_a(arrivals: float, work: float, agents: int, patience: float) -> Impatient:
    """Return what becomes of callers with exponential patience: M/M/c+M (C. Palm 1957).

    A. Mandelbaum, S. Zeltyn, "Service engineering in action: the Palm/Erlang-A queue", 2007, section 3: with
    x = c patience / work, y = arrivals x patience, A = 1 + y / (x + 1) + y^2 / (x + 1)(x + 2) + ... and Erlang's B, the
    share A B / (1 + (A - 1) B) waits; term n of A is the weight of n in the queue. There is always a steady state.

    Args:
        arrivals: above 0, a unit of time.
        work: its mean, above 0.
        agents: 1 or more.
        patience: its mean, above 0; for those who need none as well.

    Raises:
        ValueError: for numbers outside these ranges.

    >>> found = erlang_a(48.0, 1.0, 50, patience=2.0)
    >>> round(found.gives_up, 3), round(60 * found.mean_wait, 1)
    (0.031, 3.7)
    """
    if min(arrivals, work, patience) <= 0 or agents < 1:
        msg = f"{arrivals} arrivals, work of {work}, {agents} agents and patience of {patience} make no desk"
        raise ValueError(msg)
    lost, (over, queue) = (
        erlang_b(agents, arrivals * work),
        _palm(agents * patience / work, arrivals * patience),
    )
    waits = lost / (over + (1 - over) * lost)
    return Impatient(
        waits=waits, gives_up=waits * queue / (arrivals * patience), mean_wait=waits * queue / arrivals
    )


def mg1_mean_wait(arrivals: float, work: float, work_sd: float) -> float:
    """Return the mean wait for a single agent whose work has any distribution: M/G/1.

    F. Pollaczek 1930, A. Khinchine 1932; Kleinrock 1975, eq. 5.70.

    Args:
        arrivals: a unit of time.
        work: its mean.
        work_sd: its standard deviation, 0 for work that always takes the same time.

    Raises:
        ValueError: for an agent who has work all the time, or negative numbers.

    >>> mg1_mean_wait(0.5, 1.0, 0.0), mg1_mean_wait(0.5, 1.0, 1.0)
    (0.5, 1.0)
    """
    if work_sd < 0:
        msg = f"{work_sd} is no standard deviation"
        raise ValueError(msg)
    _must_settle(arrivals * work)
    return arrivals * (work**2 + work_sd**2) / 2 / (1 - arrivals * work)


def priority_waits(arrivals: Sequence[float], work: float, agents: int) -> tuple[float, ...]:
    """Return the mean wait of each class in M/M/c: the highest that waits goes first, nobody is interrupted.

    A. Cobham, Operations Research 2, 1954, eq. 6; all classes have the same mean work.

    Args:
        arrivals: of each class, from the highest down, a unit of time.
        work: its mean.
        agents: 1 or more.

    Raises:
        ValueError: if the load is negative, or as many erlang as there are agents or more.

    >>> [round(wait, 3) for wait in priority_waits([0.25, 0.25], 1.0, 1)]
    [0.667, 1.333]
    """
    first = erlang_c(agents, fsum(arrivals) * work) * work / agents
    return tuple(
        first / (1 - above) / (1 - own) for above, own in _loads([rate * work / agents for rate in arrivals])
    )


def preemptive_times(arrivals: Sequence[float], works: Sequence[float]) -> tuple[float, ...]:
    """Return the mean time from arrival to completion of each class, for one agent who leaves lower work for higher.

    Preemptive resume, M/M/1 with a mean work of each class (Kleinrock, "Queueing Systems" 2, 1976, eq. 3.39).

    Args:
        arrivals: of each class, from the highest down, a unit of time.
        works: the mean of each class.

    Raises:
        ValueError: for an agent who has work all the time, negative numbers, or lists of different lengths.

    >>> [round(time, 3) for time in preemptive_times([0.25, 0.25], [1.0, 1.0])]
    [1.333, 2.667]
    """
    pairs = list(zip(arrivals, works, strict=True))
    delays = accumulate(rate * work**2 for rate, work in pairs)
    loads = _loads([rate * work for rate, work in pairs])
    return tuple(
        work / (1 - above) + delay / (1 - above) / (1 - own)
        for (above, own), delay, (_, work) in zip(loads, delays, pairs, strict=True)
    )


def _loads(loads: Sequence[float]) -> list[tuple[float, float]]:
    """Each class with the load of those above it, and with its own added."""
    totals = list(accumulate(loads, initial=0.0))
    for load in (*loads, totals[-1]):
        _must_settle(load)
    return list(pairwise(totals))


def _must_settle(utilisation: float) -> None:
    if not 0 <= utilisation < 1:
        msg = f"a desk at a utilisation of {utilisation:.3f} never settles"
        raise ValueError(msg)


def _palm(x: float, y: float) -> tuple[float, float]:
    """Return 1 / A(x, y), and the mean number in the queue while all agents are busy.

    Terms grow until n = y - x, and fall from there like a normal density of variance y, or faster. They are handled as
    logarithms, since A is astronomic for an overloaded desk and patient callers.
    """
    numbers = np.arange(int(max(y - x, 0.0) + 12 * y**0.5) + 100)
    logs = np.concatenate(([0.0], np.cumsum(log(y) - np.log(x + numbers[1:]))))
    peak = float(np.max(logs))
    weights = np.exp(logs - peak)
    total = float(np.sum(weights))
    return exp(-peak) / total, float(numbers @ weights) / total

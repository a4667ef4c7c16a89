"""What queueing theory knows exactly: the figures that simulated desks are held against.

Rates are per unit of time and times in the same unit, whichever it is: tickets per minute and minutes, say. Classes
of priority are listed from the highest down. A queue that grows without end has no steady state: ValueError.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import exp, fsum, log, prod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Z90 = 1.2815515655446004
"""The 90 % quantile of the standard normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """The mean of a duration and of its square."""

    mean: float
    second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Impatient:
    """Shares of all tickets, and mean times in queue."""

    lost: float
    delayed: float
    mean_wait: float
    """Of all tickets, also of those that give up."""
    mean_wait_of_served: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """The share of tickets that find every place taken, and the mean wait of the others."""

    lost: float
    mean_wait: float


def exponential(mean: float) -> Moments:
    return Moments(mean=mean, second=2 * mean**2)


def constant(value: float) -> Moments:
    return Moments(mean=value, second=value**2)


def gamma(mean: float, sd: float) -> Moments:
    return Moments(mean=mean, second=mean**2 + sd**2)


def lognormal(median: float, p90: float) -> Moments:
    """The r-th moment of exp(N(mu, sigma^2)) is exp(r mu + r^2 sigma^2 / 2); median and p90 give mu and sigma."""
    mu, sigma = log(median), log(p90 / median) / Z90
    return Moments(mean=exp(mu + sigma**2 / 2), second=exp(2 * mu + 2 * sigma**2))


def steady_state(births: Callable[[int], float], deaths: Callable[[int], float], states: int) -> np.ndarray:
    """The shares of time that a birth-death process spends in 0 .. states - 1 (Kleinrock 1975, eq. 3.11)."""
    ratios = [births(n) / deaths(n + 1) for n in range(states - 1)]
    weights = np.exp(np.cumsum(np.log([1.0, *ratios])))
    return weights / weights.sum()


def must_be_stable(utilisation: float) -> None:
    if utilisation >= 1:
        message = f"no steady state at a utilisation of {utilisation:.3f}"
        raise ValueError(message)


def erlang_b(servers: int, offered: float) -> float:
    """The share of tickets lost by M/G/c/c, `offered` in erlang (Erlang 1917; recursion: Cooper 1981, eq. 3.2.13)."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked


def erlang_c(servers: int, offered: float) -> float:
    """The share of tickets that wait in M/M/c (Erlang 1917; by Erlang B: Cooper 1981, eq. 3.4.7)."""
    must_be_stable(offered / servers)
    blocked = erlang_b(servers, offered)
    return servers * blocked / (servers - offered * (1 - blocked))


def mmc_mean_wait(arrivals: float, mean_work: float, servers: int) -> float:
    """The mean wait in M/M/c, zeros included (Kleinrock 1975, sec. 3.5)."""
    offered = arrivals * mean_work
    return erlang_c(servers, offered) * mean_work / (servers - offered)


def mmc_waits_beyond(arrivals: float, mean_work: float, servers: int, time: float) -> float:
    """The share of tickets of M/M/c in order of arrival that wait longer than `time` (Cooper 1981, eq. 3.4.22)."""
    offered = arrivals * mean_work
    return erlang_c(servers, offered) * exp(-(servers - offered) * time / mean_work)


def erlang_a(arrivals: float, mean_work: float, servers: int, mean_patience: float) -> Impatient:
    """M/M/c+M (Palm 1957; Mandelbaum and Zeltyn 2007, sec. 3).

    A ticket that finds j others waiting (all agents busy) is picked up, were it endlessly patient, after stages of
    rates c mu + i theta, i = 0 .. j. Its patience outlasts them with the chance of their Laplace transform at theta,
    and the derivative there gives the wait of those that are served.
    """
    mu, theta = 1 / mean_work, 1 / mean_patience
    states = servers + int(
        40 * (arrivals * mean_work + arrivals * mean_patience) ** 0.5 + 40 * arrivals / theta
    )
    shares = steady_state(
        lambda _n: arrivals, lambda n: min(n, servers) * mu + max(n - servers, 0) * theta, min(states, 20_000)
    )
    waiting = np.maximum(np.arange(len(shares)) - servers, 0)
    stages = servers * mu + np.arange(len(shares) - servers) * theta
    stays = servers * mu / (stages + theta)
    waits = stays * np.cumsum(1 / (stages + theta))
    queued = float(shares @ waiting)
    served = 1 - theta * queued / arrivals
    return Impatient(
        lost=1 - served,
        delayed=float(shares[servers:].sum()),
        mean_wait=queued / arrivals,
        mean_wait_of_served=float(shares[servers:] @ waits) / served,
    )


def mmck(arrivals: float, mean_work: float, servers: int, places: int) -> Limited:
    """M/M/c/K: K `places`, those of the agents included (Gross and Harris 1998, sec. 2.5)."""
    shares = steady_state(lambda _n: arrivals, lambda n: min(n, servers) / mean_work, places + 1)
    queued = float(shares @ np.maximum(np.arange(places + 1) - servers, 0))
    return Limited(lost=float(shares[-1]), mean_wait=queued / (arrivals * (1 - float(shares[-1]))))


def mg1_mean_wait(arrivals: float, work: Moments) -> float:
    """The mean wait in M/G/1 (Pollaczek 1930, Khinchine 1932; Kleinrock 1975, eq. 5.70)."""
    must_be_stable(arrivals * work.mean)
    return arrivals * work.second / 2 / (1 - arrivals * work.mean)


def mxm1_mean_wait(bursts: float, mean_size: float, mean_work: float) -> float:
    """The mean wait in M[X]/M/1 with geometric bursts from 1 on (Gross and Harris 1998, sec. 3.1).

    Their mean number in the system is rho (1 + E[X^2] / E[X]) / 2 (1 - rho); E[X^2] / E[X] is 2 mean - 1 here.
    """
    arrivals = bursts * mean_size
    must_be_stable(arrivals * mean_work)
    inside = arrivals * mean_work * mean_size / (1 - arrivals * mean_work)
    return inside / arrivals - mean_work


def _loads(loads: Sequence[float]) -> list[tuple[float, float]]:
    """Each class with the load of those above it, and with its own added."""
    totals = list(accumulate(loads, initial=0.0))
    must_be_stable(totals[-1])
    return list(pairwise(totals))


def mmc_priorities(arrivals: Sequence[float], mean_work: float, servers: int) -> list[float]:
    """Mean waits per class in M/M/c, no preemption, equal work (Cobham 1954, eq. 6; Kella and Yechiali 1985)."""
    offered = fsum(arrivals) * mean_work
    first = erlang_c(servers, offered) * mean_work / servers
    loads = _loads([rate * mean_work / servers for rate in arrivals])
    return [first / (1 - above) / (1 - own) for above, own in loads]


def mg1_priorities(arrivals: Sequence[float], works: Sequence[Moments]) -> list[float]:
    """Mean waits per class in M/G/1, no preemption, own work each (Cobham 1954, eq. 3; Kleinrock 1976, eq. 3.31)."""
    first = fsum(rate * work.second for rate, work in zip(arrivals, works, strict=True)) / 2
    loads = _loads([rate * work.mean for rate, work in zip(arrivals, works, strict=True)])
    return [first / (1 - above) / (1 - own) for above, own in loads]


def mg1_preemptive(arrivals: Sequence[float], works: Sequence[Moments]) -> list[float]:
    """Mean times from arrival to completion per class in M/G/1, preemptive resume (Kleinrock 1976, eq. 3.39)."""
    loads = _loads([rate * work.mean for rate, work in zip(arrivals, works, strict=True)])
    delays = list(accumulate(rate * work.second / 2 for rate, work in zip(arrivals, works, strict=True)))
    return [
        work.mean / (1 - above) + delay / (1 - above) / (1 - own)
        for (above, own), delay, work in zip(loads, delays, works, strict=True)
    ]


def mdc_mean_wait(arrivals: float, work: float, servers: int) -> float:
    """The mean wait in M/D/c (Crommelin 1932; Tijms 2003, sec. 9.6.2).

    All in work at t are done at t + `work`, none of the later ones is: the numbers in the system at distances of
    `work` are a chain, n -> max(n - c, 0) + Poisson, whose steady state is that of the queue at any time.
    """
    offered = arrivals * work
    must_be_stable(offered / servers)
    states = servers + int(60 / (1 - offered / servers)) + int(offered + 12 * offered**0.5) + 20
    come = np.exp(np.cumsum([-offered, *(log(offered / n) for n in range(1, states))]))
    moves = np.zeros((states, states))
    for n in range(states):
        left = max(n - servers, 0)
        moves[n, left:] = come[: states - left]
        moves[n, -1] += 1 - moves[n].sum()
    equations = np.vstack([moves.T - np.eye(states), np.ones(states)])
    shares = np.linalg.lstsq(equations, np.array([0.0] * states + [1.0]), rcond=None)[0]
    return float(shares @ np.maximum(np.arange(states) - servers, 0)) / arrivals


def jackson_mean_waits(
    entries: Sequence[float],
    routes: Sequence[Sequence[float]],
    works: Sequence[float],
    servers: Sequence[int],
) -> list[float]:
    """Mean waits per visit at each station of an open network of M/M/c (Jackson 1957); routes[i][j] from i to j."""
    flows = np.linalg.solve(np.eye(len(entries)) - np.array(routes).T, np.array(entries))
    return [
        mmc_mean_wait(float(flow), work, crew) for flow, work, crew in zip(flows, works, servers, strict=True)
    ]


def availability(needed: int, components: int, mean_up: float, mean_repair: float, crew: int) -> float:
    """The share of time that at least `needed` of n like components work (Barlow and Proschan 1975, ch. 7).

    Components fail also while the whole is down; `crew` of them are repaired at a time.
    """
    down = steady_state(
        lambda n: (components - n) / mean_up, lambda n: min(n, crew) / mean_repair, components + 1
    )
    return float(down[: components - needed + 1].sum())


def one_of_different(needed: int, shares_up: Sequence[float]) -> float:
    """The chance that at least `needed` of independent components work, each with its own share of time."""
    chances = [
        prod(up if bits >> i & 1 else 1 - up for i, up in enumerate(shares_up))
        for bits in range(1 << len(shares_up))
        if bits.bit_count() >= needed
    ]
    return fsum(chances)

"""Queues simulated in the plainest way, by another random generator: a second witness of the closed forms."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    Draw = Callable[[np.random.Generator, int], np.ndarray]

BATCHES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Of each ticket in order of arrival: class, wait until the first pick-up (nan: never), time until completion."""

    classes: np.ndarray
    wait: np.ndarray
    response: np.ndarray


def queue(  # noqa: C901 - the whole of a queue at a glance
    rng, tickets, arrivals, draws, servers, *, patience=None, lines=None, preempts=False, bursts=None
) -> Seen:
    """Simulate classes of priority (0 is the highest) with Poisson `arrivals`; `draws[k]` is the work of class k.

    `bursts` is the mean of a geometric size, all of whose tickets arrive together.
    """
    rates = np.array(arrivals)
    gaps = rng.exponential(1 / rates.sum(), tickets)
    if bursts:
        gaps *= bursts * (rng.random(tickets) < 1 / bursts)
    opened = np.cumsum(gaps)
    classes = rng.choice(len(rates), tickets, p=rates / rates.sum())
    left = np.zeros(tickets)
    for k, draw in enumerate(draws):
        left[classes == k] = draw(rng, int((classes == k).sum()))
    until = opened + rng.exponential(patience, tickets) if patience else np.full(tickets, np.inf)
    wait, response = np.full(tickets, np.nan), np.full(tickets, np.nan)
    waiting, working, in_line = [], {}, 0
    ends = []

    def start(now, ticket):
        if np.isnan(wait[ticket]):
            wait[ticket] = now - opened[ticket]
        working[ticket] = now
        heapq.heappush(ends, (now + left[ticket], ticket, now))

    def finish(now, ticket, begun):
        nonlocal in_line
        if working.get(ticket) != begun:
            return
        del working[ticket]
        response[ticket] = now - opened[ticket]
        while waiting and len(working) < servers:
            _, _, following = heapq.heappop(waiting)
            if until[following] > now:
                in_line -= 1
                start(now, following)

    for ticket in range(tickets):
        now = opened[ticket]
        while ends and ends[0][0] <= now:
            finish(*heapq.heappop(ends))
        if len(working) < servers:
            start(now, ticket)
            continue
        victim = max(working, key=lambda other: (classes[other], other))
        if preempts and classes[victim] > classes[ticket]:
            left[victim] -= now - working.pop(victim)
            heapq.heappush(waiting, (classes[victim], victim, victim))
            start(now, ticket)
        elif lines is None or in_line < lines:
            in_line += 1
            heapq.heappush(waiting, (classes[ticket], ticket, ticket))
    return Seen(classes=classes, wait=wait, response=response)


def z_score(values: np.ndarray, truth: float) -> float:
    """How many standard errors the mean of `values` is away from `truth`, by means of consecutive batches."""
    kept = values[~np.isnan(values)][len(values) // 50 :]
    means = np.array([batch.mean() for batch in np.array_split(kept, BATCHES)])
    return float((means.mean() - truth) / (means.std(ddof=1) / BATCHES**0.5))


def relays(rng, days, desk, warm_up=20):  # noqa: C901 - as above
    """Simulate `desk` (see `relays.Relays`): per hour of the day sums over days of waits and counts of arrivals.

    Returns arrays (days, 24): the sum of waits until the first pick-up of that hour's arrivals, and their number.
    """
    opened = np.sort(
        np.concatenate(
            [
                day * 24 + hour + rng.random(rng.poisson(rate))
                for day in range(days)
                for hour, rate in enumerate(desk.arrivals)
            ]
        )
    )
    left = rng.exponential(desk.mean_work, len(opened))
    changes = [24 * day + since for day in range(days + 30) for since, _ in desk.crews]
    wait, waiting, ends, crew, next_change = np.full(len(opened), np.nan), [], [], set(), 0

    def pick(now, agents):
        while waiting and len(crew) < agents:
            ticket = heapq.heappop(waiting)
            if np.isnan(wait[ticket]):
                wait[ticket] = now - opened[ticket]
            crew.add((ticket, now))
            heapq.heappush(ends, (now + left[ticket], ticket, now))

    def relieve(now):
        if desk.hands_over:
            for ticket, since in crew:
                left[ticket] -= now - since
                heapq.heappush(waiting, ticket)
        crew.clear()

    def advance(until):
        nonlocal next_change
        while True:
            end = ends[0][0] if ends else np.inf
            change = changes[next_change]
            if min(end, change) > until:
                return
            if end <= change:
                now, ticket, since = heapq.heappop(ends)
                crew.discard((ticket, since))
            else:
                now = change
                next_change += 1
                relieve(now)
            pick(now, desk.agents(int(now) % 24))

    for ticket, now in enumerate(opened):
        advance(now)
        heapq.heappush(waiting, ticket)
        pick(now, desk.agents(int(now) % 24))
    advance(24 * (days + 20))
    day, hour = (opened // 24).astype(int), (opened % 24).astype(int)
    sums, counts = np.zeros((days, 24)), np.zeros((days, 24))
    np.add.at(sums, (day, hour), wait)
    np.add.at(counts, (day, hour), 1)
    return sums[warm_up:], counts[warm_up:]

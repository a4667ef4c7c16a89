"""Analytic twins against published values, and against the equations that they solve."""

from __future__ import annotations

from functools import partial
from math import fsum

import numpy as np
import pytest

from slmdsl.stats.queues import (
    answered_within,
    erlang_a,
    erlang_b,
    erlang_c,
    mean_wait,
    mg1_mean_wait,
    preemptive_times,
    priority_waits,
)


@pytest.mark.parametrize(
    ("agents", "offered", "lost"),
    [
        *(
            (1, 0.0101, 0.01),
            (5, 1.36, 0.01),
            (10, 4.46, 0.01),
            (20, 12.03, 0.01),
            (50, 37.90, 0.01),
            (100, 84.06, 0.01),
        ),
        *((5, 2.22, 0.05), (10, 6.22, 0.05), (20, 15.25, 0.05), (50, 44.53, 0.05), (100, 95.24, 0.05)),
    ],
)
def test_losses_are_those_of_the_tables(agents, offered, lost):
    """Erlang B tables of 1 % and 5 %, loads to two decimals, as in any telephone handbook."""
    assert erlang_b(agents, offered) == pytest.approx(lost, rel=0.01)


def test_a_desk_of_fourteen_is_as_published():
    """200 calls an hour of 3 minutes: 17.4 % wait, 88.8 % within 20 s, 7.8 s on average (a common worked example)."""
    assert erlang_c(14, 10.0) == pytest.approx(0.174, abs=0.0005)
    assert mean_wait(200 / 3600, 180.0, 14) == pytest.approx(7.8, abs=0.05)
    assert answered_within(200 / 3600, 180.0, 14, 20.0) == pytest.approx(0.888, abs=0.0005)


def test_impatient_callers_are_as_published():
    """O. Garnett, A. Mandelbaum, M. Reiman, M&SOM 4 (2002): 50 agents, 48 calls a minute, work 1, patience 2."""
    found = erlang_a(48.0, 1.0, 50, 2.0)
    assert found.gives_up == pytest.approx(0.031, abs=0.0005)
    assert 60 * found.mean_wait == pytest.approx(3.7, abs=0.05)
    assert 60 * mean_wait(48.0, 1.0, 50) == pytest.approx(20.8, abs=0.05)


def queue_shares(arrivals, work, agents, leaves, states):
    """Time shares of a birth-death process, its logarithms added up: nothing in common with the recursions."""
    deaths = np.array([min(n, agents) / work + leaves * max(n - agents, 0) for n in range(1, states)])
    logs = np.concatenate(([0.0], np.cumsum(np.log(arrivals / deaths))))
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


@pytest.mark.parametrize(
    ("agents", "load"), [(1, 0.5), (3, 2.7), (40, 38.0), (400, 390.0), (900, 700.0), (1000, 999.0)]
)
def test_waits_solve_the_balance_equations(agents, load):
    shares = queue_shares(load / 3.0, 3.0, agents, 0.0, agents + int(60 / (1 - load / agents)))
    late = shares[agents:]
    assert erlang_c(agents, load) == pytest.approx(late.sum(), rel=1e-9)
    assert mean_wait(load / 3.0, 3.0, agents) == pytest.approx(
        (late @ np.arange(len(late))) / (load / 3.0), rel=1e-9
    )
    assert erlang_b(agents, load) == pytest.approx(shares[agents] / shares[: agents + 1].sum(), rel=1e-9)


@pytest.mark.parametrize("agents", [1, 7, 200, 600])
@pytest.mark.parametrize("rho", [0.5, 0.98, 1.0, 1.4, 5.0])
@pytest.mark.parametrize("patience", [0.02, 1.0, 30.0])
def test_patience_solves_the_balance_equations(agents, rho, patience):
    load = agents * rho
    states = (
        int(max(load, agents) + max(load - agents, 0) * patience + 14 * (load * (1 + patience)) ** 0.5) + 120
    )
    shares = queue_shares(load, 1.0, agents, 1 / patience, states)
    late = shares[agents:]
    found = erlang_a(load, 1.0, agents, patience)
    queue = late @ np.arange(len(late))
    assert found.waits == pytest.approx(late.sum(), rel=1e-9)
    assert found.mean_wait == pytest.approx(queue / load, rel=1e-9, abs=1e-200)
    assert found.gives_up == pytest.approx(queue / patience / load, rel=1e-9, abs=1e-200)


def test_patience_without_end_is_a_queue_without_loss():
    found = erlang_a(9.0, 1.0, 10, 1e7)
    assert found.waits == pytest.approx(erlang_c(10, 9.0), rel=1e-4)
    assert found.mean_wait == pytest.approx(mean_wait(9.0, 1.0, 10), rel=1e-4)
    assert found.gives_up < 1e-6


def test_a_single_agent_by_pollaczek_and_khinchine():
    assert mg1_mean_wait(0.8, 1.0, 1.0) == pytest.approx(mean_wait(0.8, 1.0, 1)) == pytest.approx(4.0)
    assert mg1_mean_wait(0.8, 1.0, 0.0) == pytest.approx(2.0)
    assert mg1_mean_wait(0.5, 1.0, 2.0) == pytest.approx(2.5)


def test_a_share_answered_has_the_mean_wait_behind_it():
    """The mean is the integral of the share that waits longer."""
    times = np.linspace(0, 40, 80_001)
    late = [1 - answered_within(2.5, 1.0, 3, time) for time in times]
    assert np.trapezoid(late, times) == pytest.approx(mean_wait(2.5, 1.0, 3), rel=1e-6)
    assert answered_within(2.5, 1.0, 3, 0.0) == pytest.approx(1 - erlang_c(3, 2.5))


def two_classes(arrivals, works, agents, moves, most=90):
    """Mean numbers of each class, from the steady state of a chain on (high, low) with at most `most` of each.

    `moves(high, low)` gives the agents on each class. Solved by relaxation on the whole grid.
    """
    busy = np.array([[moves(high, low) for low in range(most)] for high in range(most)], dtype=float)
    done = busy / np.array(works)
    high_in = np.where(np.arange(most)[:, None] < most - 1, arrivals[0], 0.0) * np.ones((most, most))
    low_in = np.where(np.arange(most)[None, :] < most - 1, arrivals[1], 0.0) * np.ones((most, most))
    leaving = high_in + low_in + done.sum(axis=2)
    shares = np.full((most, most), 1 / most**2)
    rate = leaving.max() * 1.01
    for _ in range(6_000):
        flow = shares * (1 - leaving / rate)
        flow[1:] += (shares * high_in)[:-1] / rate
        flow[:, 1:] += (shares * low_in)[:, :-1] / rate
        flow[:-1] += (shares * done[:, :, 0])[1:] / rate
        flow[:, :-1] += (shares * done[:, :, 1])[:, 1:] / rate
        shares = flow
    return shares.sum(axis=1) @ np.arange(most), shares.sum(axis=0) @ np.arange(most)


def test_preemption_solves_the_balance_equations():
    arrivals, works = (0.3, 0.2), (1.0, 1.5)
    numbers = two_classes(arrivals, works, 1, lambda high, low: (1, 0) if high else (0, min(low, 1)))
    expected = [number / rate for number, rate in zip(numbers, arrivals, strict=True)]
    assert preemptive_times(arrivals, works) == pytest.approx(expected, rel=1e-6)


def test_the_highest_class_is_alone_if_it_interrupts():
    first, *_ = preemptive_times((0.5, 0.3, 0.1), (1.0, 1.0, 1.0))
    assert first == pytest.approx(1 + mean_wait(0.5, 1.0, 1))


@pytest.mark.parametrize("agents", [1, 5, 300])
def test_priorities_move_waits_about_and_add_none(agents):
    """Kleinrock's conservation law: with equal work the mean over all tickets is that of a plain queue."""
    arrivals = [0.1 * agents, 0.5 * agents, 0.3 * agents]
    waits = priority_waits(arrivals, 1.0, agents)
    assert list(waits) == sorted(waits)
    mean = fsum(rate * wait for rate, wait in zip(arrivals, waits, strict=True)) / fsum(arrivals)
    assert mean == pytest.approx(mean_wait(fsum(arrivals), 1.0, agents))
    times = preemptive_times([rate / agents for rate in arrivals], [1.0] * 3)
    mean = fsum(rate * time for rate, time in zip(arrivals, times, strict=True)) / fsum(arrivals)
    assert mean == pytest.approx(1 + mean_wait(0.9, 1.0, 1))


def test_the_highest_class_waits_for_agents_and_for_its_own_alone():
    """Cobham 1954: while all c agents are busy they become free at rate c, and only the class itself stands before."""
    waits = priority_waits([1.0, 1.5], 1.0, 3)
    assert waits[0] == pytest.approx(erlang_c(3, 2.5) / (3 - 1.0))
    assert waits[1] == pytest.approx(erlang_c(3, 2.5) * 3 / (3 - 1.0) / (3 - 2.5))


@pytest.mark.parametrize(
    "refused",
    [
        partial(erlang_b, -1, 1.0),
        partial(erlang_b, 1, -1.0),
        partial(erlang_a, 0.0, 1.0, 1, 1.0),
        partial(erlang_a, 1.0, 1.0, 0, 1.0),
    ],
)
def test_impossible_desks_are_refused(refused):
    with pytest.raises(ValueError, match="make no desk"):
        refused()


@pytest.mark.parametrize(
    "refused",
    [
        partial(erlang_c, 3, 3.0),
        partial(erlang_c, 0, 0.0),
        partial(erlang_c, 3, -1.0),
        partial(mean_wait, 3.0, 1.0, 2),
        partial(answered_within, 3.0, 1.0, 3, 1.0),
        partial(mg1_mean_wait, 1.0, 1.0, 1.0),
        partial(priority_waits, [1.0, 1.0], 1.0, 2),
        partial(priority_waits, [2.0, -1.0], 1.0, 2),
        partial(preemptive_times, [0.5, 0.5], [1.0, 1.0]),
    ],
)
def test_a_queue_without_end_has_no_figures(refused):
    with pytest.raises(ValueError, match="never settles"):
        refused()


def test_negative_times_are_refused():
    with pytest.raises(ValueError, match="within -1"):
        answered_within(1.0, 1.0, 2, -1.0)
    with pytest.raises(ValueError, match="no standard deviation"):
        mg1_mean_wait(0.5, 1.0, -1.0)

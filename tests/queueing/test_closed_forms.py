"""The closed forms hold against printed tables, limiting cases and plain simulations by another generator."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from tests.queueing import closed_forms as forms
from tests.queueing.direct import queue, relays, z_score
from tests.queueing.relays import Relays, repeating_day

TICKETS = 200_000
FARTHEST = 4.0
"""Standard errors that a simulated mean may be away from the truth."""


def drawn(mean):
    return lambda rng, size: rng.exponential(mean, size)


def lognormal(median, p90):
    return lambda rng, size: rng.lognormal(np.log(median), np.log(p90 / median) / forms.Z90, size)


def gamma(mean, sd):
    return lambda rng, size: rng.gamma((mean / sd) ** 2, sd**2 / mean, size)


def seen(seed, *arguments, **options):
    return queue(np.random.default_rng(seed), TICKETS, *arguments, **options)


def test_erlang_b_as_printed_in_tables():
    assert forms.erlang_b(5, 3.0) == pytest.approx(0.1101, abs=5e-5)
    assert forms.erlang_b(10, 10.0) == pytest.approx(0.2146, abs=5e-5)
    assert forms.erlang_b(1, 1.0) == pytest.approx(1 / 2)


def test_erlang_b_is_the_queue_without_a_place_to_wait():
    found = seen(1, [4.0], [drawn(0.5)], 2, lines=0)
    assert np.isnan(found.wait).mean() == pytest.approx(forms.erlang_b(2, 2.0), abs=0.006)
    assert forms.mmck(4.0, 0.5, 2, 2).lost == pytest.approx(forms.erlang_b(2, 2.0))


@pytest.mark.parametrize("rho", [0.3, 0.75, 0.95])
def test_erlang_c_of_one_and_two_agents_in_the_open(rho):
    assert forms.erlang_c(1, rho) == pytest.approx(rho)
    assert forms.erlang_c(2, 2 * rho) == pytest.approx(2 * rho**2 / (1 + rho))


def test_erlang_c_as_printed_in_tables():
    assert forms.erlang_c(10, 8.0) == pytest.approx(0.4092, abs=5e-5)


def test_no_steady_state_is_said():
    with pytest.raises(ValueError, match=r"no steady state at a utilisation of 1\.000"):
        forms.mmc_mean_wait(4.0, 1.0, 4)


def test_mmc_waits():
    arrivals, work, agents = 10.0, 1 / 3, 4
    found = seen(2, [arrivals], [drawn(work)], agents)
    assert abs(z_score(found.wait, forms.mmc_mean_wait(arrivals, work, agents))) < FARTHEST
    for time in (0.0, 0.1, 0.5):
        beyond = forms.mmc_waits_beyond(arrivals, work, agents, time)
        assert abs(z_score((found.wait > time).astype(float), beyond)) < FARTHEST


def test_the_tail_of_waits_has_the_mean_as_its_integral():
    times = np.linspace(0, 40, 400_001)
    tails = [forms.mmc_waits_beyond(10.0, 1 / 3, 4, time) for time in times]
    assert np.trapezoid(tails, times) == pytest.approx(forms.mmc_mean_wait(10.0, 1 / 3, 4), rel=1e-6)


def test_erlang_a_as_published():
    """Garnett, Mandelbaum and Reiman 2002, sec. 1: 48 calls and 50 agents, work 1 min, patience 2 min."""
    found = forms.erlang_a(48.0, 1.0, 50, 2.0)
    assert found.lost == pytest.approx(0.031, abs=0.0005)
    assert found.mean_wait * 60 == pytest.approx(3.7, abs=0.05)
    assert forms.mmc_mean_wait(48.0, 1.0, 50) * 60 == pytest.approx(20.8, abs=0.05)


def test_erlang_a_by_simulation():
    found, truth = seen(3, [12.0], [drawn(1 / 3)], 4, patience=0.3), forms.erlang_a(12.0, 1 / 3, 4, 0.3)
    assert abs(z_score(np.isnan(found.wait).astype(float), truth.lost)) < FARTHEST
    assert abs(z_score(found.wait, truth.mean_wait_of_served)) < FARTHEST


def test_erlang_a_between_its_limits():
    patient = forms.erlang_a(3.0, 1.0, 4, 2000.0)
    assert patient.mean_wait == pytest.approx(forms.mmc_mean_wait(3.0, 1.0, 4), rel=0.01)
    assert patient.delayed == pytest.approx(forms.erlang_c(4, 3.0), rel=0.01)
    hasty = forms.erlang_a(3.0, 1.0, 4, 1e-7)
    assert hasty.lost == pytest.approx(forms.erlang_b(4, 3.0), rel=1e-5)


def test_a_limited_queue():
    found, truth = seen(4, [12.0], [drawn(1 / 3)], 3, lines=4), forms.mmck(12.0, 1 / 3, 3, 7)
    assert abs(z_score(np.isnan(found.wait).astype(float), truth.lost)) < FARTHEST
    assert abs(z_score(found.wait, truth.mean_wait)) < FARTHEST


def test_a_long_line_is_as_good_as_an_endless_one():
    truth = forms.mmck(10.0, 1 / 3, 4, 400)
    assert truth.lost < 1e-12
    assert truth.mean_wait == pytest.approx(forms.mmc_mean_wait(10.0, 1 / 3, 4))


def test_one_agent_and_any_work_is_mm1_or_half_of_it():
    assert forms.mg1_mean_wait(0.8, forms.exponential(1.0)) == pytest.approx(4.0)
    assert forms.mg1_mean_wait(0.8, forms.constant(1.0)) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("draw", "work"),
    [
        (lognormal(0.5, 1.5), forms.lognormal(0.5, 1.5)),
        (gamma(0.7, 0.35), forms.gamma(0.7, 0.35)),
    ],
    ids=["lognormal", "gamma"],
)
def test_one_agent_and_any_work(draw, work):
    assert draw(np.random.default_rng(5), 4_000_000).mean() == pytest.approx(work.mean, rel=2e-3)
    found = seen(5, [0.8], [draw], 1)
    assert abs(z_score(found.wait, forms.mg1_mean_wait(0.8, work))) < FARTHEST


def test_bursts():
    assert forms.mxm1_mean_wait(0.8, 1.0, 1.0) == pytest.approx(forms.mmc_mean_wait(0.8, 1.0, 1))
    found = seen(6, [0.7], [drawn(1.0)], 1, bursts=2.5)
    assert abs(z_score(found.wait, forms.mxm1_mean_wait(0.7 / 2.5, 2.5, 1.0))) < FARTHEST


def test_priorities_of_several_agents():
    rates = [1.0, 4.0, 5.0]
    found, truth = seen(7, rates, [drawn(1 / 3)] * 3, 4), forms.mmc_priorities(rates, 1 / 3, 4)
    for k, wait in enumerate(truth):
        assert abs(z_score(found.wait[found.classes == k], wait)) < FARTHEST
    # Who is first changes nobody's work: the mean over all is that of order of arrival.
    assert np.average(truth, weights=rates) == pytest.approx(forms.mmc_mean_wait(10.0, 1 / 3, 4))


def test_priorities_with_work_of_their_own():
    rates, medians = [0.2, 0.4], [(0.5, 1.0), (1.0, 2.5)]
    works = [forms.lognormal(*each) for each in medians]
    found = seen(8, rates, [lognormal(*each) for each in medians], 1)
    truth = forms.mg1_priorities(rates, works)
    for k, wait in enumerate(truth):
        assert abs(z_score(found.wait[found.classes == k], wait)) < FARTHEST
    # Kleinrock's conservation law: the waits weighted by load are those of order of arrival (1976, eq. 3.16).
    loads = [rate * work.mean for rate, work in zip(rates, works, strict=True)]
    delay = sum(rate * work.second for rate, work in zip(rates, works, strict=True)) / 2
    assert np.dot(loads, truth) == pytest.approx(sum(loads) * delay / (1 - sum(loads)))


def test_preemption():
    rates = [0.2, 0.3, 0.3]
    draws = [drawn(1.0), lognormal(0.7, 1.5), drawn(0.9)]
    works = [forms.exponential(1.0), forms.lognormal(0.7, 1.5), forms.exponential(0.9)]
    found, truth = seen(9, rates, draws, 1, preempts=True), forms.mg1_preemptive(rates, works)
    for k, response in enumerate(truth):
        assert abs(z_score(found.response[found.classes == k], response)) < FARTHEST
    assert truth[0] == pytest.approx(1 / (1 / 1.0 - 0.2))  # the highest class has the agent for itself


def test_constant_work():
    assert forms.mdc_mean_wait(0.8, 1.0, 1) == pytest.approx(2.0, rel=1e-6)
    found = seen(10, [2.5], [lambda _rng, size: np.ones(size)], 3)
    assert abs(z_score(found.wait, forms.mdc_mean_wait(2.5, 1.0, 3))) < FARTHEST


def cosmetatos(servers, rho):
    """The wait of M/D/c over that of M/M/c, about (Cosmetatos 1975, eq. 6)."""
    return (1 + (1 - rho) * (servers - 1) * ((4 + 5 * servers) ** 0.5 - 2) / (16 * rho * servers)) / 2


@pytest.mark.parametrize(("servers", "rho"), [(2, 0.7), (4, 0.8), (10, 0.9)])
def test_constant_work_is_near_its_published_approximation(servers, rho):
    exact = forms.mdc_mean_wait(servers * rho, 1.0, servers) / forms.mmc_mean_wait(
        servers * rho, 1.0, servers
    )
    assert exact == pytest.approx(cosmetatos(servers, rho), rel=0.01)


def test_a_network_of_desks():
    """One desk after the other, without ways back, are two desks; a way back of q is 1 / (1 - q) times the tickets."""
    alone = [forms.mmc_mean_wait(3.0, 0.5, 2), forms.mmc_mean_wait(1.5, 0.5, 1)]
    assert forms.jackson_mean_waits([3, 0], [[0, 0.5], [0, 0]], [0.5, 0.5], [2, 1]) == pytest.approx(alone)
    again = forms.jackson_mean_waits([3], [[0.25]], [0.5], [3])
    assert again == pytest.approx([forms.mmc_mean_wait(4.0, 0.5, 3)])


def test_components_with_a_repairer_each_are_independent():
    up = 100 / 108
    assert forms.availability(1, 1, 100, 8, 1) == pytest.approx(up)
    assert forms.availability(2, 3, 100, 8, 3) == pytest.approx(up**3 + 3 * up**2 * (1 - up))
    assert forms.availability(2, 3, 100, 8, 3) == pytest.approx(forms.one_of_different(2, [up] * 3))
    assert forms.one_of_different(1, [0.9, 0.8]) == pytest.approx(1 - 0.1 * 0.2)


def test_two_components_that_share_a_repairer():
    r = 8 / 100
    assert forms.availability(1, 2, 100, 8, 1) == pytest.approx(1 - 2 * r**2 / (1 + 2 * r + 2 * r**2))


def test_components_that_wait_for_repair_by_simulation():
    """A component is a ticket that comes again after its time up: down is waiting and work."""
    rng, crew, count, needed = np.random.default_rng(11), 1, 4, 3
    now, down, up_time, total = 0.0, 0, 0.0, 0.0
    shares = []
    for _ in range(40):
        for _ in range(5000):
            fails, mended = (count - down) / 100, min(down, crew) / 20
            stays = rng.exponential(1 / (fails + mended))
            total, up_time = total + stays, up_time + stays * (count - down >= needed)
            down += 1 if rng.random() < fails / (fails + mended) else -1
            now += stays
        shares.append(up_time / total)
        up_time = total = 0.0
    away = (np.mean(shares) - forms.availability(needed, count, 100, 20, crew)) / (np.std(shares) / 40**0.5)
    assert abs(away) < FARTHEST


def test_steady_crews_are_erlang_c():
    desk = Relays(arrivals=[8.0] * 24, crews=[(0, 4)], mean_work=0.4, hands_over=True)
    for finishes in (False, True):
        day = repeating_day(replace(desk, hands_over=not finishes))
        wait = forms.mmc_mean_wait(8.0, 0.4, 4)
        assert day.wait == pytest.approx(np.full(24, wait), rel=1e-6)
        assert day.waiting == pytest.approx(np.full(24, 8.0 * wait), rel=1e-6)


def test_a_closed_desk_lets_tickets_wait_until_it_opens():
    """One ticket in a month, hardly any work: who comes at h < 8 waits 8 - h."""
    rare = 1 / 720
    desk = Relays(arrivals=[rare] * 24, crews=[(0, 0), (8, 3), (20, 0)], mean_work=0.02, hands_over=False)
    day = repeating_day(desk)
    expected = [7.5 - h for h in range(8)] + [0.0] * 12 + [31.5 - h for h in range(20, 24)]
    assert day.wait == pytest.approx(np.array(expected), abs=2e-3)


DAY_AND_NIGHT = ([2.0] * 7 + [9.0] * 10 + [4.0] * 7, [(0, 2), (8, 4), (17, 3)])


@pytest.mark.parametrize("hands_over", [True, False])
def test_relays_by_simulation(hands_over):
    rates, crews = DAY_AND_NIGHT
    desk = Relays(arrivals=rates, crews=crews, mean_work=0.45, hands_over=hands_over)
    truth = repeating_day(desk).wait
    sums, counts = relays(np.random.default_rng(12), 1500, desk)
    away = sums - truth * counts
    z = away.mean(axis=0) / (away.std(axis=0, ddof=1) / len(away) ** 0.5)
    assert np.abs(z).max() < FARTHEST


@pytest.mark.parametrize("hands_over", [True, False])
def test_numbers_waiting_are_the_waits_of_arrivals(hands_over):
    """Little's law over the day, where nobody waits twice: always if crews finish, with many agents if they do not."""
    rates, crews = DAY_AND_NIGHT
    day = repeating_day(Relays(arrivals=rates, crews=crews, mean_work=0.45, hands_over=hands_over))
    both = day.waiting.sum(), float(np.dot(rates, day.wait))
    if hands_over:
        assert both[0] > both[1]  # the handed over wait again, when the next crew is smaller
        assert day.overtime == pytest.approx(np.zeros(24))
    else:
        assert both[0] == pytest.approx(both[1], rel=1e-5)
        assert day.overtime[8] > day.overtime[9] > 0


def test_overtime_of_a_crew_that_is_always_busy():
    """Three agents leave at 17:00 with exponential work in hand: 3 mean (1 - exp(-1 / mean)) hours until 18:00."""
    desk = Relays(
        arrivals=[30.0] * 3 + [0.0] * 21, crews=[(0, 3), (3, 0), (4, 40)], mean_work=0.45, hands_over=False
    )
    busy = repeating_day(desk).overtime[3]
    assert busy == pytest.approx(3 * 0.45 * (1 - exp(-1 / 0.45)), rel=1e-6)


def test_more_work_than_staff_is_said():
    with pytest.raises(ValueError, match="more work"):
        repeating_day(Relays(arrivals=[9.0] * 24, crews=[(0, 2)], mean_work=1.0, hands_over=True))

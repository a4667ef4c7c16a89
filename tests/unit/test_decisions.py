"""Decisions on a chance: seldom wrong, whenever one looks, however a replication's periods depend on each other."""

from __future__ import annotations

import numpy as np
import pytest

from slmdsl.stats.decisions import FIRST_LOOK, Decision, Wager, decided, least_to_keep
from slmdsl.stats.intervals import Interval

EXPERIMENTS, MOST = 200, 100


def first_decision(shares, wanted, risk=0.05):
    wager = Wager(wanted, risk)
    for share in shares:
        wager.add(share)
        if wager.decision is not Decision.OPEN:
            return wager.decision
    return Decision.OPEN


@pytest.mark.parametrize("wanted", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("periods", [1, 12])
@pytest.mark.parametrize("together", [False, True])
def test_a_chance_that_is_just_as_wanted_is_seldom_decided(wanted, periods, together):
    """Each error has at most its risk at the border itself: 5 % and four standard errors of so many experiments."""
    rng = np.random.default_rng(11)
    draws = rng.random((EXPERIMENTS, MOST, 1 if together else periods))
    shares = (draws < wanted).mean(axis=2)
    found = [first_decision(row, wanted) for row in shares]
    most = 0.05 * EXPERIMENTS + 4 * (0.05 * 0.95 * EXPERIMENTS) ** 0.5
    assert found.count(Decision.KEEPS) <= most
    assert found.count(Decision.FAILS) <= most


@pytest.mark.parametrize(("chance", "wanted", "expected"), [(0.97, 0.8, "keeps"), (0.6, 0.8, "fails")])
def test_clear_cases_are_decided_soon(chance, wanted, expected):
    rng = np.random.default_rng(3)
    shares = (rng.random((200, 200, 12)) < chance).mean(axis=2)
    found = [first_decision(row, wanted) for row in shares]
    assert found.count(expected) >= 198


def test_nothing_is_decided_before_the_first_look():
    wager = Wager(0.5)
    for _ in range(FIRST_LOOK - 1):
        wager.add(1.0)
    assert wager.decision is Decision.OPEN
    wager.add(1.0)
    assert wager.decision is Decision.KEEPS


def test_purses_may_grow_beyond_floats():
    wager = Wager(0.01)
    for _ in range(500):
        wager.add(1.0)
    assert wager.decision is Decision.KEEPS


def test_purses_by_hand():
    """One replication of two periods, one kept, wanted 0.8: stakes of k/11 / 0.8 for more, k/11 / 0.2 for less."""
    wager = Wager(0.8, risk=0.99)
    wager.add(0.5)
    stakes = [k / 11 for k in range(1, 11)]
    for_more = np.mean([1 + stake / 0.8 * (0.5 - 0.8) for stake in stakes])
    for_less = np.mean([1 + stake / 0.2 * (0.8 - 0.5) for stake in stakes])
    assert np.exp(wager._for).mean() == pytest.approx(for_more)
    assert np.exp(wager._against).mean() == pytest.approx(for_less)


@pytest.mark.parametrize("bad", [(-0.1, 0.05), (1.1, 0.05), (0.5, 0.0), (0.5, 1.0)])
def test_impossible_chances_and_risks_are_refused(bad):
    with pytest.raises(ValueError, match="a chance lies in"):
        Wager(*bad)


def after(wanted, shares):
    wager = Wager(wanted)
    for share in shares:
        wager.add(share)
    return wager


def test_certainty_fails_with_the_first_missed_period_and_is_never_proved():
    assert after(1.0, [1.0] * 5_000).decision is Decision.OPEN
    assert after(1.0, [1.0, 11 / 12]).decision is Decision.FAILS
    assert after(1.0, [11 / 12] + [1.0] * 5_000).decision is Decision.FAILS
    assert decided(after(1.0, [1.0] * 400), None, indifference=0.01, is_last=True) is Decision.TOO_CLOSE


def test_a_chance_of_nothing_is_kept_whatever_happens():
    assert Wager(0.0).decision is Decision.KEEPS
    assert after(0.0, [0.0] * 30).decision is Decision.KEEPS


def near(low, high):
    return Interval(value=(low + high) / 2, low=low, high=high)


@pytest.mark.parametrize(
    ("interval", "runs", "is_last", "expected"),
    [
        (near(0.495, 0.505), 30, False, "too_close"),
        (near(0.495, 0.5105), 30, False, "open"),
        (near(0.4895, 0.505), 30, False, "open"),
        (near(0.495, 0.505), FIRST_LOOK - 1, False, "open"),  # narrow by luck
        (near(0.495, 0.505), FIRST_LOOK, False, "too_close"),
        (near(0.2, 0.8), 30, True, "too_close"),
        (None, 30, False, "open"),
        (None, 30, True, "too_close"),
        (near(0.2, 0.8), 3, True, "too_close"),
    ],
)
def test_what_is_open_is_too_close_when_it_is_about_as_wanted_or_nothing_more_comes(
    interval, runs, is_last, expected
):
    wager = after(0.5, [0.5] * runs)
    assert decided(wager, interval, indifference=0.01, is_last=is_last) == expected


@pytest.mark.parametrize(("share", "expected"), [(1.0, "keeps"), (0.0, "fails")])
def test_what_the_wager_has_decided_stands(share, expected):
    wager = after(0.5, [share] * 30)
    assert decided(wager, near(0.5, 0.5), indifference=0.01, is_last=True) == expected


@pytest.mark.parametrize(("wanted", "risk"), [(0.3, 0.05), (0.9, 0.05), (0.9, 0.0005), (0.99, 0.01)])
def test_the_least_number_that_shows_what_is_always_kept(wanted, risk):
    wager = Wager(wanted, risk)
    while wager.decision is not Decision.KEEPS:
        wager.add(1.0)
    assert least_to_keep(wanted, risk) == wager.replications
    assert least_to_keep(0) == 1
    assert least_to_keep(1) is None

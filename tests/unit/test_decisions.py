"""Decisions on a chance: seldom wrong, whenever one looks, however a replication's periods depend on each other."""

from __future__ import annotations

import numpy as np
import pytest

from slmdsl.stats.decisions import FIRST_LOOK, Decision, Wager

EXPERIMENTS, MOST = 200, 100


def decided(shares, wanted, risk=0.05):
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
    found = [decided(row, wanted) for row in shares]
    most = 0.05 * EXPERIMENTS + 4 * (0.05 * 0.95 * EXPERIMENTS) ** 0.5
    assert found.count(Decision.KEEPS) <= most
    assert found.count(Decision.FAILS) <= most


@pytest.mark.parametrize(("chance", "wanted", "expected"), [(0.97, 0.8, "keeps"), (0.6, 0.8, "fails")])
def test_clear_cases_are_decided_soon(chance, wanted, expected):
    rng = np.random.default_rng(3)
    shares = (rng.random((200, 200, 12)) < chance).mean(axis=2)
    found = [decided(row, wanted) for row in shares]
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


@pytest.mark.parametrize("bad", [(0.0, 0.05), (1.0, 0.05), (0.5, 0.0), (0.5, 1.0)])
def test_impossible_chances_and_risks_are_refused(bad):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Wager(*bad)

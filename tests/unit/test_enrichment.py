"""Classes against luck: held against scipy's own tests, and the Wilson bounds against those of verdicts."""

import numpy as np
import pytest
from scipy import stats

from slmdsl.evaluate.wilson import wilson_interval
from slmdsl.stats.enrichment import (
    as_many_by_luck,
    false_discoveries,
    so_many_events,
    wilson_bounds,
    wilson_of,
)


def test_the_chance_is_that_of_the_exact_test():
    tables = [(3, 10, 20, 100), (0, 5, 9, 40), (8, 8, 30, 31), (12, 50, 12, 400)]
    for found, drawn, marked, of in tables:
        table = [[found, drawn - found], [marked - found, of - drawn - marked + found]]
        wanted = stats.fisher_exact(table, alternative="greater").pvalue
        assert as_many_by_luck(np.array([found]), np.array([drawn]), marked, of)[0] == pytest.approx(wanted)


def test_false_discoveries_are_benjamini_and_hochbergs():
    chances = np.random.default_rng(3).uniform(0, 1, 60) ** 3
    found = false_discoveries(chances)
    assert found == pytest.approx(stats.false_discovery_control(chances, method="bh"))
    assert not len(false_discoveries(np.zeros(0)))


def test_events_are_counted_as_poissons():
    seen, expected = np.array([0, 1, 4, 30]), np.array([2.0, 0.5, 4.0, 12.0])
    assert so_many_events(seen, expected) == pytest.approx(stats.poisson.sf(seen - 1, expected))


@pytest.mark.parametrize(("met", "n"), [(0, 7), (7, 7), (9, 10), (480, 1_000)])
def test_wilson_bounds_are_those_of_verdicts(met, n):
    assert wilson_of(met, n) == pytest.approx(wilson_interval(met, n))


def test_of_nothing_nothing_is_known():
    low, high = wilson_bounds(np.array([0]), np.array([0]))
    assert (low[0], high[0]) == (0.0, 1.0)


def test_where_nothing_is_planted_hardly_ever_anything_is_found():
    """200 logs of 3,000 tickets in 40 classes, each missing by luck alone: a false alarm in some 5 % of them."""
    luck, alarms = np.random.default_rng(11), 0
    for _ in range(200):
        of_class = luck.integers(0, 40, 3_000)
        missed = luck.uniform(size=3_000) < 0.15
        drawn = np.bincount(of_class, minlength=40)
        found = np.bincount(of_class[missed], minlength=40)
        alarms += bool((false_discoveries(as_many_by_luck(found, drawn, missed.sum(), 3_000)) <= 0.05).any())
    assert alarms <= 18  # 1 in 500 if each were wrong with a chance of 5 %

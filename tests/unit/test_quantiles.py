"""Order statistics against scipy, published ranks, and the smallest numbers of values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from slmdsl.stats.quantiles import quantile_interval

VALUES = np.random.default_rng(3).permutation(np.random.default_rng(4).lognormal(2, 1, 120))


@pytest.mark.parametrize("share", [0.05, 0.25, 0.5, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("count", [5, 20, 73, 120])
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_ranks_are_those_of_scipy(share, count, confidence):
    values = VALUES[:count]
    ours = quantile_interval(values, share, confidence)
    theirs = stats.quantile_test(values, p=share).confidence_interval(confidence)
    assert ours.low == (theirs.low if np.isfinite(theirs.low) else float("-inf"))
    assert ours.high == (theirs.high if np.isfinite(theirs.high) else float("inf"))


@pytest.mark.parametrize(
    ("count", "ranks"), [(6, (1, 6)), (8, (1, 8)), (9, (2, 8)), (10, (2, 9)), (20, (6, 15)), (100, (40, 61))]
)
def test_ranks_around_the_median_are_those_of_the_tables(count, ranks):
    """At 95 %; e.g. L. Sachs, Applied Statistics, 2nd ed. 1984, table 69: as for the sign test."""
    interval = quantile_interval(np.arange(1.0, count + 1), 0.5)
    assert (interval.low, interval.high) == ranks


@pytest.mark.parametrize("share", [0.5, 0.9, 0.95])
def test_a_bound_is_infinite_until_there_are_values_enough(share):
    enough = next(n for n in range(1, 1_000) if share**n <= 0.025)
    assert quantile_interval(np.arange(enough - 1.0), share).high == float("inf")
    assert quantile_interval(np.arange(enough + 0.0), share).high == enough - 1
    assert quantile_interval(np.arange(enough - 1.0), 1 - share).low == float("-inf")
    assert quantile_interval(np.arange(enough + 0.0), 1 - share).low == 0


def test_the_docstring_names_the_smallest_numbers():
    assert [next(n for n in range(1, 1_000) if share**n <= 0.025) for share in (0.95, 0.5)] == [72, 6]


@pytest.mark.parametrize(
    ("count", "share", "expected"),
    [(100, 0.95, 95), (101, 0.95, 96), (1, 0.95, 1), (2, 0.5, 1), (4, 0.75, 3)],
)
def test_the_estimate_is_a_value_that_was_seen(count, share, expected):
    assert quantile_interval(np.arange(1.0, count + 1), share).value == expected


def test_the_estimate_lies_within_its_bounds():
    for count in range(1, 60):
        interval = quantile_interval(VALUES[:count], 0.8, 0.5)
        assert interval.low <= interval.value <= interval.high


def test_one_value_bounds_nothing():
    interval = quantile_interval(np.array([3.0]), 0.5)
    assert (interval.value, interval.low, interval.high) == (3.0, float("-inf"), float("inf"))


@pytest.mark.parametrize(("count", "share"), [(0, 0.5), (5, 0.0), (5, 1.0)])
def test_impossible_quantiles_are_refused(count, share):
    with pytest.raises(ValueError, match="no quantile"):
        quantile_interval(np.ones(count), share)

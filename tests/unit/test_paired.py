"""Paired comparisons against scipy and against what they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from slmdsl.stats.paired import paired_difference, variance_ratio

RANDOM = np.random.default_rng(5)
COMMON, OWN, OTHERS_OWN = RANDOM.normal(size=(3, 4_000))


def test_the_interval_of_a_paired_difference_is_that_of_scipy() -> None:
    one, other = COMMON[:50] + OWN[:50], COMMON[:50] + 0.3 * OTHERS_OWN[:50]
    ours = paired_difference(one, other, 0.9)
    theirs = stats.ttest_rel(other, one).confidence_interval(0.9)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))


@pytest.mark.parametrize(("noise", "expected"), [(0.1, 101), (0.5, 5), (1.0, 2)])
def test_the_ratio_is_that_of_the_variances(noise: float, expected: float) -> None:
    one, other = COMMON + noise * OWN, COMMON + noise * OTHERS_OWN + 7
    assert variance_ratio(one, other) == pytest.approx(expected, rel=0.1)
    assert variance_ratio(other, one) == pytest.approx(variance_ratio(one, other))


def test_independent_luck_has_a_ratio_of_one_and_opposite_luck_one_of_a_half() -> None:
    assert variance_ratio(OWN, OTHERS_OWN) == pytest.approx(1, abs=0.1)
    assert variance_ratio(OWN, -OWN) == pytest.approx(0.5)


def test_what_does_not_vary_has_no_ratio() -> None:
    ones = np.ones(5)
    assert variance_ratio(ones, ones) is None
    assert variance_ratio(np.array([1.0, 2.0, 4.0]), np.array([2.0, 3.0, 5.0])) == float("inf")


@pytest.mark.parametrize(("one", "other"), [([1.0], [2.0]), ([], []), ([1.0, 2.0], [1.0, 2.0, 3.0])])
def test_fewer_than_two_pairs_say_nothing(one: list[float], other: list[float]) -> None:
    with pytest.raises(ValueError, match="replications"):
        variance_ratio(np.array(one), np.array(other))


def test_pairs_need_partners() -> None:
    with pytest.raises(ValueError, match="2 replications make no pairs with 1"):
        paired_difference(np.array([1.0, 2.0]), np.array([1.0]))
    with pytest.raises(ValueError, match="at least one value"):
        paired_difference(np.array([]), np.array([]))

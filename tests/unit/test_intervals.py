"""Intervals against scipy and published values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from slmdsl.stats.intervals import clopper_pearson, korn_graubard, t_interval


@pytest.mark.parametrize(("successes", "trials"), [(0, 5), (5, 5), (3, 20), (199, 400), (1, 1)])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_exact_intervals_are_those_of_scipy(successes: int, trials: int, confidence: float) -> None:
    ours = clopper_pearson(successes, trials, confidence)
    theirs = stats.binomtest(successes, trials).proportion_ci(confidence)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_students_interval_is_that_of_scipy() -> None:
    values = np.array([3.1, 2.7, 9.2, 4.4, 4.9])
    ours = t_interval(values, 0.9)
    theirs = stats.t.interval(0.9, 4, np.mean(values), stats.sem(values))
    assert (ours.low, ours.high) == pytest.approx(theirs)


def test_one_value_bounds_nothing() -> None:
    interval = t_interval(np.array([5.0]))
    assert (interval.value, interval.low, interval.high) == (5.0, float("-inf"), float("inf"))


def test_replications_that_agree_count_once_each() -> None:
    interval = korn_graubard(np.ones(30), periods=12)
    assert (interval.low, interval.high) == pytest.approx((clopper_pearson(30, 30).low, 1.0))


def test_dependent_periods_widen_the_interval() -> None:
    rng = np.random.default_rng(1)
    whole_years = (rng.random(100) < 0.8).astype(float)  # all twelve months of a replication fare alike
    months = rng.binomial(12, 0.8, 100) / 12
    assert korn_graubard(whole_years, 12).half_width > 2.5 * korn_graubard(months, 12).half_width


def test_it_never_counts_more_periods_than_there_are() -> None:
    shares = np.array([0.75, 0.76, 0.75, 0.74] * 10)  # varies less than chance allows
    assert korn_graubard(shares, 4).half_width == pytest.approx(
        clopper_pearson(120, 160).half_width, rel=1e-6
    )


def test_it_never_counts_fewer_periods_than_replications() -> None:
    """Whole years that are kept or missed are so many independent trials, with no factor to pay twice."""
    years = np.array([1.0] * 31 + [0.0] * 9)
    exact, ours = clopper_pearson(31, 40), korn_graubard(years, 12)
    assert (ours.low, ours.high) == pytest.approx((exact.low, exact.high))


def test_the_number_of_periods_by_hand() -> None:
    """Four replications of ten periods: mean 0.7, variance 0.04 / 3, and 3 degrees of freedom."""
    shares = np.array([0.6, 0.8, 0.6, 0.8])
    factor = stats.t.ppf(0.975, 39) / stats.t.ppf(0.975, 3)
    periods = 0.7 * 0.3 / (0.04 / 3 / 4) * factor**2
    exact = stats.beta.ppf(
        [0.025, 0.975], [0.7 * periods, 0.7 * periods + 1], [0.3 * periods + 1, 0.3 * periods]
    )
    interval = korn_graubard(shares, 10)
    assert (interval.low, interval.high) == pytest.approx(tuple(exact))


def test_misses_of_a_single_replication_say_little_about_the_variance() -> None:
    """Its kurtosis is R - 2 + 1 / (R - 1), which leaves some two degrees of freedom of nineteen."""
    one, many = np.array([1.0] * 19 + [0.5]), np.array([1.0] * 13 + [11 / 12] * 7)
    assert one.mean() == pytest.approx(0.975)
    kurtosis = 20 - 2 + 1 / 19
    freedom = 2 * 20 / (kurtosis - 17 / 19)
    assert stats.kurtosis(one, fisher=False) == pytest.approx(kurtosis)
    periods = 0.975 * 0.025 / (np.var(one, ddof=1) / 20)
    periods *= (stats.t.ppf(0.975, 239) / stats.t.ppf(0.975, freedom)) ** 2
    assert periods < 20
    assert korn_graubard(one, 12).low == pytest.approx(stats.beta.ppf(0.025, 19.5, 1.5))
    assert korn_graubard(one, 12).low < 0.87
    assert korn_graubard(many, 12).low > 0.93


@pytest.mark.parametrize("bad", [(-1, 5), (6, 5), (0, 0)])
def test_impossible_shares_are_refused(bad: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="make no share"):
        clopper_pearson(*bad)


def test_nothing_has_no_interval() -> None:
    with pytest.raises(ValueError, match="at least one"):
        korn_graubard(np.zeros(0), 1)
    with pytest.raises(ValueError, match="at least one"):
        t_interval(np.zeros(0))
    with pytest.raises(ValueError, match="confidence"):
        clopper_pearson(1, 2, 1.0)

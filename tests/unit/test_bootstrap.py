"""BCa intervals against scipy's, with the same resamples, and where there is nothing to resample."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from slmdsl.stats.bootstrap import AT_ONCE, ENOUGH_VALUES, RESAMPLES, bca_interval, mean_interval
from slmdsl.stats.intervals import t_interval

LUCK = np.random.default_rng(8)
CREDITS = np.where(LUCK.random(80) < 0.6, 0.0, np.round(LUCK.lognormal(8, 1, 80)))


@pytest.mark.parametrize(
    "values",
    [
        CREDITS,
        np.round(LUCK.lognormal(3, 2, 50)),
        -np.round(LUCK.lognormal(3, 2, 50)),
        np.array([1.0, 2.0]),
        np.array([0.0] * 59 + [1e6]),
        LUCK.integers(0, 3, 200).astype(float),
    ],
)
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_the_interval_is_that_of_scipy(values, confidence):
    """Amounts are whole, so that both find the same resamples equal to the mean."""
    ours = bca_interval(values, confidence, seed=5)
    theirs = stats.bootstrap(
        (values,),
        lambda sample, axis: sample.sum(axis=axis),
        n_resamples=RESAMPLES,
        batch=AT_ONCE,
        confidence_level=confidence,
        rng=np.random.default_rng(5),
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low / len(values), theirs.high / len(values)))
    assert ours.value == pytest.approx(values.mean())


def test_it_is_the_same_whenever_it_is_asked_for():
    assert bca_interval(CREDITS) == bca_interval(CREDITS.copy())
    assert bca_interval(CREDITS, seed=1) != bca_interval(CREDITS)


def test_it_leans_to_where_the_amounts_are():
    interval = bca_interval(CREDITS)
    assert interval.high - interval.value > 1.15 * (interval.value - interval.low)
    assert interval.low > t_interval(CREDITS).low


@pytest.mark.parametrize("scale", [1e-200, 1e-3, 1e100])
def test_the_unit_does_not_matter(scale):
    plain, scaled = bca_interval(CREDITS), bca_interval(CREDITS * scale)
    assert (scaled.low / scale, scaled.high / scale) == pytest.approx((plain.low, plain.high), rel=1e-3)


def test_an_odd_number_of_resamples_is_as_good():
    few = bca_interval(CREDITS, resamples=AT_ONCE + 1)
    assert few.low == pytest.approx(bca_interval(CREDITS).low, rel=0.2)


def test_confidence_beyond_the_pole_ends_at_the_resamples():
    """Two values lean as much as values can; Efron's formula has its pole within such a confidence."""
    values = np.array([0.0] * 49 + [1.0])
    interval = bca_interval(values, 1 - 1e-9)
    assert interval.low == 0.0
    assert interval.high > 0.1
    mirrored = bca_interval(-values, 1 - 1e-9)
    assert (mirrored.low, mirrored.high) == pytest.approx((-interval.high, 0.0))


def test_values_that_agree_leave_no_room():
    interval = bca_interval(np.full(60, 0.1))
    assert interval.low == interval.value == interval.high == pytest.approx(0.1)


def test_one_value_bounds_nothing():
    interval = bca_interval(np.array([7.0]))
    assert (interval.value, interval.low, interval.high) == (7.0, float("-inf"), float("inf"))


def test_a_mean_has_students_interval_below_fifty_values_and_bca_from_there():
    few, many = CREDITS[: ENOUGH_VALUES - 1], CREDITS[:ENOUGH_VALUES]
    assert mean_interval(few, 0.9) == t_interval(few, 0.9)
    assert mean_interval(many, 0.9) == bca_interval(many, 0.9)


def test_nothing_has_no_mean():
    with pytest.raises(ValueError, match="at least one value"):
        mean_interval(np.zeros(0))
    with pytest.raises(ValueError, match="a confidence lies"):
        mean_interval(CREDITS, 1.0)
    with pytest.raises(ValueError, match="one resample"):
        bca_interval(CREDITS, resamples=0)
    with pytest.raises(ValueError, match="at least one value"):
        bca_interval(np.zeros(0))

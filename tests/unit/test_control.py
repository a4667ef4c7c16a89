"""Control charts and the difference of two means, held against textbooks' figures and scipy."""

import numpy as np
import pytest
from scipy import stats

from slmdsl.stats.control import individuals_chart, share_chart, signals_since, western_electric
from slmdsl.stats.two_means import welch_interval


def test_limits_of_shares_follow_each_period_s_count():
    met, n = np.array([80, 90, 170, 45]), np.array([100, 100, 200, 50])
    chart = share_chart(met, n)
    share = met.sum() / n.sum()
    assert (chart.kind, chart.centre) == ("p", pytest.approx(share))
    for point, count in zip(chart.points, n, strict=True):
        reach = 3 * np.sqrt(share * (1 - share) / count)
        assert point.low == pytest.approx(max(share - reach, 0))
        assert point.high == pytest.approx(min(share + reach, 1))


def test_many_tickets_do_not_make_every_month_a_signal():
    # With 20,000 tickets a month a coin's limits are a quarter of a point wide, and months differ by whole points.
    random = np.random.default_rng(5)
    n = np.full(24, 20_000)
    met = np.round(n * np.clip(random.normal(0.8, 0.02, 24), 0, 1)).astype(np.int64)
    chart = share_chart(met, n)
    z = (met / n - chart.centre) / np.sqrt(chart.centre * (1 - chart.centre) / n)
    assert chart.kind == "p_prime"
    assert chart.spread == pytest.approx(np.mean(np.abs(np.diff(z))) / 1.128)
    assert sum(1 in point.rules for point in chart.points) <= 1
    assert np.sum(np.abs(z) > 3) > 10  # what the uncorrected chart would cry about


def test_shares_that_never_differ_have_no_signal():
    for met in (np.zeros(8, np.int64), np.full(8, 50)):
        assert share_chart(met, np.full(8, 50)).is_steady


def test_individuals_have_the_limits_of_wheeler():
    values = np.array([10.0, 12.0, 11.0, 13.0, 12.0, 10.0, 11.0])
    chart = individuals_chart(values)
    ranges = np.abs(np.diff(values))
    assert chart.points[0].high == pytest.approx(values.mean() + 2.66 * ranges.mean())
    assert chart.points[0].low == pytest.approx(values.mean() - 2.66 * ranges.mean())
    assert chart.is_steady
    assert individuals_chart(np.full(5, 2.0)).is_steady


@pytest.mark.parametrize(
    ("z", "rules"),
    [
        ([3.01], (1,)),
        ([3.0], ()),
        ([-3.5], (1,)),
        ([2.1, 0, 2.1], (2,)),
        ([2.1, 0, -2.1], ()),
        ([2.1, 0, 0, 2.1], ()),
        ([2.1, 2.1, 0], ()),
        ([1.1, 1.1, 0, 1.1, 1.1], (3,)),
        ([1.1, 1.1, 0, 0, 1.1, 1.1], ()),
        ([0.1] * 8, (4,)),
        ([-0.1] * 8, (4,)),
        ([0.1] * 7, ()),
        ([-0.1] + [0.1] * 7, ()),
    ],
)
def test_the_four_rules(z, rules):
    assert western_electric(np.array(z, dtype=float))[-1] == rules


def test_signals_are_looked_for_from_a_point_on():
    values = np.array([5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 12.0])
    chart = individuals_chart(values)
    assert signals_since(chart, 0) == [6]
    assert signals_since(chart, 7) == []


def test_welch_says_what_scipy_says():
    random = np.random.default_rng(3)
    for sizes in ((5, 40), (12, 12), (2, 3)):
        first, second = (random.normal(4 - k, 1 + k, size) for k, size in enumerate(sizes))
        for confidence in (0.8, 0.95):
            low, high = stats.ttest_ind(first, second, equal_var=False).confidence_interval(confidence)
            found = welch_interval(first, second, confidence)
            assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def test_too_little_says_nothing():
    assert welch_interval(np.array([1.0]), np.array([1.0, 2.0])) is None
    assert welch_interval(np.array([2.0, 2.0]), np.array([1.0, 1.0])) is None

"""Before and after: seldom wrong where nothing changed though weeks resemble each other, and seeing what is large."""

import numpy as np
import pytest
from scipy import stats

from slmdsl.stats.before_after import level_shift, newcombe, slope


def weeks(luck, count, resemblance, times):
    """Return series of normal values with variance 1 of which neighbours are correlated (shape times x count)."""
    noise = luck.normal(size=(times, count))
    found = noise.copy()
    for week in range(1, count):
        found[:, week] = resemblance * found[:, week - 1] + np.sqrt(1 - resemblance**2) * noise[:, week]
    return found


@pytest.mark.parametrize("resemblance", [0.0, 0.35, 0.5])
@pytest.mark.parametrize("side", [6, 10, 26])
def test_what_did_nothing_is_hardly_ever_said_to_have_worked(resemblance, side):
    """At most 5 % of 1,000 experiments say that something changed, up to the luck of so many (2.1 points)."""
    luck = np.random.default_rng(round(100 * resemblance) + side)
    found = [
        level_shift(each[:side], each[side:]).difference for each in weeks(luck, 2 * side, resemblance, 1_000)
    ]
    assert np.mean([each.low > 0 or each.high < 0 for each in found]) <= 0.05 + 0.021


def test_what_did_much_is_seen():
    luck = np.random.default_rng(5)
    found = [level_shift(each[:13], each[13:] + 4).difference.low > 0 for each in weeks(luck, 26, 0.35, 300)]
    assert np.mean(found) >= 0.85


def test_what_would_be_shown_is_shown_four_times_out_of_five():
    luck = np.random.default_rng(6)
    sizes = [level_shift(each[:26], each[26:]).shown_from for each in weeks(luck, 52, 0.0, 200)]
    size = float(np.mean(sizes))
    found = [
        level_shift(each[:26], each[26:] + size).difference.low > 0 for each in weeks(luck, 52, 0.0, 600)
    ]
    assert 0.74 <= np.mean(found) <= 0.9


def test_independent_values_have_nearly_welchs_interval():
    luck = np.random.default_rng(1)
    one, other = luck.normal(0, 1, 400), luck.normal(0.3, 2, 300)
    mine, theirs = level_shift(one, other), stats.ttest_ind(other, one, equal_var=False).confidence_interval()
    assert mine.difference.value == pytest.approx(other.mean() - one.mean())
    assert mine.difference.half_width == pytest.approx((theirs.high - theirs.low) / 2, rel=0.15)


def test_values_that_never_vary_leave_no_doubt():
    found = level_shift(np.full(6, 0.9), np.full(6, 0.95))
    assert (found.difference.low, found.difference.high) == (found.difference.value, found.difference.value)
    assert found.shown_from == 0


@pytest.mark.parametrize(("before", "after"), [(3, 9), (9, 3)])
def test_too_few_values_are_refused(before, after):
    with pytest.raises(ValueError, match="too few"):
        level_shift(np.zeros(before), np.zeros(after))


def test_a_trend_is_that_of_least_squares():
    values = np.random.default_rng(2).normal(size=20) + 0.2 * np.arange(20)
    mine, theirs = slope(values), stats.linregress(np.arange(20), values)
    assert mine.value == pytest.approx(theirs.slope)
    assert mine.half_width == pytest.approx(stats.t.ppf(0.975, 18) * theirs.stderr)
    with pytest.raises(ValueError, match="trend"):
        slope(np.zeros(3))


# R. G. Newcombe (1998), table II, method 10.
PUBLISHED = [
    ((48, 56), (80, 70), (0.0524, 0.3339)),
    ((3, 9), (10, 10), (0.1705, 0.8090)),
    ((2, 6), (7, 7), (0.0582, 0.8062)),
    ((0, 5), (29, 56), (-0.0381, 0.1926)),
    ((0, 10), (10, 10), (0.6075, 1.0)),
]


@pytest.mark.parametrize(("met", "of", "wanted"), PUBLISHED)
def test_shares_differ_as_published(met, of, wanted):
    found = newcombe(met, of)
    assert (found.low, found.high) == pytest.approx(wanted, abs=6e-5)

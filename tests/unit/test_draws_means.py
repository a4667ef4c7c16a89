"""Means of distributions, and of the counts that they are rounded to."""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from slmdsl.base.spans import NOWHERE
from slmdsl.contract.model.distributions import Measured, MixOf, Solved
from slmdsl.workload.draws.means import mean_count_of, mean_of

REFERENCES = {
    "exponential": lambda mean: stats.expon(scale=mean),
    "lognormal": lambda mu, sigma: stats.lognorm(sigma, scale=math.exp(mu)),
    "gamma": lambda shape, scale: stats.gamma(shape, scale=scale),
    "weibull": lambda shape, scale: stats.weibull_min(shape, scale=scale),
    "uniform": lambda least, most: stats.uniform(least, most - least),
    "triangular": lambda a, b, c: stats.triang((b - a) / (c - a), a, c - a),
    "pert": lambda a, b, c: stats.beta(1 + 4 * (b - a) / (c - a), 1 + 4 * (c - b) / (c - a), a, c - a),
}


def solved(family, *parameters):
    return Solved(family=family, parameters=parameters, unit="count", span=NOWHERE)


CASES = [
    ("exponential", 0.3),
    ("exponential", 4.0),
    ("exponential", 9_000.0),
    ("lognormal", 0.0, 0.5),
    ("lognormal", 3.0, 1.3),
    ("lognormal", 12.0, 0.01),
    ("gamma", 0.3, 2.0),
    ("gamma", 10_000.0, 3.0),
    ("weibull", 0.3, 2.0),
    ("weibull", 3.0, 2.0),
    ("weibull", 3.0, 60_000.0),
    ("uniform", 0.0, 3.7),
    ("uniform", 30_000.2, 30_001.1),
    ("uniform", 0.0, 100_000.0),
    ("triangular", 0.2, 1.0, 9.9),
    ("triangular", 1.0, 1.0, 9.9),
    ("triangular", 1.0, 9.9, 9.9),
    ("pert", 0.0, 2.0, 30.3),
    ("pert", 0.0, 5000.0, 70_000.0),
]


@pytest.mark.parametrize("case", CASES)
def test_mean_of(case):
    assert math.isclose(mean_of(solved(*case)), REFERENCES[case[0]](*case[1:]).mean(), rel_tol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_mean_count_is_the_sum_of_the_chances_of_more(case):
    family = REFERENCES[case[0]](*case[1:])
    last = int(family.isf(1e-17)) + 2
    assert last < 3_000_000
    counts = np.arange(1, last)
    expected = 1.0 + math.fsum(family.sf(counts + 0.5))
    assert math.isclose(mean_count_of(solved(*case)), expected, rel_tol=1e-9)


@pytest.mark.parametrize("most", [1, 3, 30_000])
@pytest.mark.parametrize("case", CASES)
def test_a_mean_of_counts_with_an_upper_end(case, most):
    family = REFERENCES[case[0]](*case[1:])
    expected = 1.0 + math.fsum(family.sf(np.arange(1, most) + 0.5))
    assert math.isclose(mean_count_of(solved(*case), most=most), expected, rel_tol=1e-9)


def test_an_upper_end_of_whole_counts():
    for mean, most in ((40.0, 65), (1.4, 3), (1.0, 5), (3.0, 1)):
        chances = stats.geom(1 / mean).pmf(np.arange(1, most))
        expected = np.arange(1, most) @ chances + most * (1 - chances.sum())
        assert math.isclose(mean_count_of(solved("geometric", mean), most=most), expected, rel_tol=1e-12)
    assert mean_count_of(solved("constant", 9.0), most=4) == 4.0


def test_counts_that_are_whole_already():
    assert mean_count_of(solved("geometric", 1.4)) == mean_of(solved("geometric", 1.4)) == 1.4
    assert [mean_count_of(solved("constant", value)) for value in (0.0, 1.5, 2.5, 3.0)] == [
        1.0,
        2.0,
        2.0,
        3.0,
    ]
    assert mean_of(solved("constant", 2.5)) == 2.5


def test_parts_count_by_their_shares():
    parts = ((Fraction(1, 4), solved("constant", 2.4)), (Fraction(3, 4), solved("geometric", 5.0)))
    mix = MixOf(parts=parts, unit="count", span=NOWHERE)
    assert math.isclose(mean_of(mix), 0.6 + 3.75)
    assert math.isclose(mean_count_of(mix), 0.5 + 3.75)


def test_measured_values():
    measured = Measured(file="f", column="c", unit="count", values=(0.2, 1.5, 4.0), span=NOWHERE)
    assert math.isclose(mean_of(measured), 1.9)
    assert math.isclose(mean_count_of(measured), 7 / 3)
    unread = Measured(file="f", column="c", unit="count", span=NOWHERE)
    for mean in (mean_of, mean_count_of):
        with pytest.raises(ValueError, match="have not been read"):
            mean(unread)

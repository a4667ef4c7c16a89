"""Tables of distributions, the values drawn from them, ticks, and choices among shares."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.base.spans import NOWHERE
from slmdsl.contract.model.distributions import Measured, MixOf, Solved
from slmdsl.workload.draws import quantiles
from slmdsl.workload.draws.keys import place_of
from slmdsl.workload.draws.philox import uniform
from slmdsl.workload.draws.shares import SPREAD, choice_of
from slmdsl.workload.draws.values import FAR_FUTURE, distribution_table, ticks_of, value_of


def solved(family, *parameters):
    return Solved(family=family, parameters=parameters, unit="time", span=NOWHERE)


def mix(*parts):
    return MixOf(parts=tuple(parts), unit="time", span=NOWHERE)


def measured(*values):
    return Measured(file="f.csv", column="c", unit="time", values=values, span=NOWHERE)


FAMILIES = {
    "constant": (3.0,),
    "exponential": (2.0,),
    "lognormal": (1.0, 0.5),
    "weibull": (1.5, 2.0),
    "uniform": (1.0, 2.0),
    "triangular": (1.0, 2.0, 4.0),
    "pert": (1.0, 2.0, 4.0),
    "geometric": (40.0,),
    "gamma": (2.0, 3.0),
}


@pytest.mark.parametrize("u", [0.001, 0.4, 0.97])
def test_a_row_is_its_family(u):
    table = distribution_table(solved(family, *parameters) for family, parameters in FAMILIES.items())
    values = [value_of(table, row, u, 0.5) for row in range(len(FAMILIES))]
    expected = [
        getattr(quantiles, f"{family}_quantile")(*parameters, u)
        for family, parameters in list(FAMILIES.items())[1:-1]
    ]
    assert values == [3.0, *expected, 3.0 * quantiles.gamma_quantile(2.0, u)]


def test_the_second_uniform_picks_the_part_of_a_mix():
    inner = mix((Fraction(1, 4), solved("constant", 1.0)), (Fraction(3, 4), solved("constant", 2.0)))
    table = distribution_table(
        [solved("constant", 0.0), mix((Fraction(1, 5), inner), (Fraction(4, 5), solved("constant", 3.0)))]
    )
    drawn = [value_of(table, 1, 0.5, v) for v in (1e-9, 0.049, 0.051, 0.199, 0.2, 0.99, 1 - 2**-53)]
    assert drawn == [1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 3.0]
    assert value_of(table, 0, 0.5, 0.9) == 0.0


def test_measured_values_are_drawn_as_often_as_they_were_measured():
    table = distribution_table([measured(9.0), measured(5.0, 1.0, 2.0, 2.0)])
    assert [value_of(table, 1, u, 0.5) for u in (2**-53, 0.24, 0.25, 0.7, 0.75, 1 - 2**-53)] == [
        1,
        1,
        2,
        2,
        5,
        5,
    ]
    assert value_of(table, 0, 0.99, 0.5) == 9.0


def test_measured_values_have_to_be_read():
    with pytest.raises(ValueError, match=r"'f\.csv' 'c'"):
        distribution_table([measured()])


def test_a_table_may_be_empty():
    assert all(len(column) == 0 for column in distribution_table([]))


@given(st.integers(0, 10**12), st.sampled_from((1, 1000, 10**6, 6 * 10**7)))
def test_ticks_are_rounded_once_half_to_even(value_us, tick_us):
    assert ticks_of(float(value_us), tick_us) == round(Fraction(value_us, tick_us))


def test_ticks_have_ends():
    assert [ticks_of(value, 1) for value in (-math.inf, -1.0, math.nan)] == [0, 0, 0]
    assert [ticks_of(value, 1) for value in (math.inf, 1e300, 2.0**52)] == [FAR_FUTURE] * 3
    assert ticks_of(2.0**52 - 1, 1) == FAR_FUTURE - 1


MOMENTS = {  # mean and variance
    ("exponential", 4.0): (4.0, 16.0),
    ("gamma", 2.5, 2.0): (5.0, 10.0),
    ("lognormal", 1.0, 0.5): (math.exp(1.125), (math.exp(0.25) - 1) * math.exp(2.25)),
    ("weibull", 2.0, 3.0): (3 * math.gamma(1.5), 9 * (1 - math.gamma(1.5) ** 2)),
    ("uniform", 1.0, 2.0): (1.5, 1 / 12),
    ("triangular", 1.0, 2.0, 6.0): (3.0, 21 / 18),
    ("pert", 1.0, 2.0, 6.0): (2.5, 1.5 * 3.5 / 7),
    ("geometric", 5.0): (5.0, 20.0),
}


@pytest.mark.compiled
@pytest.mark.parametrize("named", MOMENTS)
def test_mean_and_variance_of_many_draws(named):
    mean, variance = MOMENTS[named]
    table = distribution_table([solved(*named)])
    uniforms = np.random.default_rng(17).random(100_000)
    drawn = np.array([value_of(table, 0, u, 0.5) for u in uniforms if u > 0.0])
    assert abs(drawn.mean() - mean) < 4 * (variance / len(drawn)) ** 0.5
    fourth = ((drawn - mean) ** 4).mean()
    assert abs(((drawn - mean) ** 2).mean() - variance) < 4 * ((fourth - variance**2) / len(drawn)) ** 0.5


WORDS = np.array([place_of(name) for name in ("email", "till", "network")], np.uint32)


def chosen(shares, entities=4000, first=0, end=3):
    weights = np.array(shares, np.float64)
    return np.array(
        [
            choice_of(
                np.uint64(7),
                np.uint64(i),
                np.uint64(1),
                np.uint64(0),
                np.uint64(5),
                WORDS,
                weights,
                first,
                end,
            )
            for i in range(entities)
        ]
    )


def test_choices_have_their_shares():
    counts = np.bincount(chosen([0.5, 0.3, 0.2]), minlength=3)
    expected = np.array([2000, 1200, 800])
    assert (np.abs(counts - expected) < 4 * expected**0.5).all()


def test_choices_scale_and_have_bounds():
    assert (chosen([0.5, 0.3, 0.2], 200) == chosen([5.0, 3.0, 2.0], 200)).all()
    assert set(chosen([1.0, 0.0, 1.0], 200)) == {0, 2}
    assert set(chosen([1.0, 1.0, 1.0], 200, 1, 2)) == {1}
    assert set(chosen([0.0, 0.0, 0.0], 3)) == {-1}


def test_a_larger_share_takes_and_does_not_give():
    before, after = chosen([0.5, 0.3, 0.2]), chosen([0.5, 0.3, 0.3])
    moved = before != after
    assert moved.sum() > 0
    assert set(after[moved]) == {2}


def test_a_category_is_keyed_by_its_name():
    alone = np.array([0.4, 0.6])
    swapped = np.array([0.6, 0.4])
    fixed = (np.uint64(7), np.uint64(3), np.uint64(1), np.uint64(0), np.uint64(5))
    one = choice_of(*fixed, WORDS[:2].copy(), alone, 0, 2)
    other = choice_of(*fixed, WORDS[:2][::-1].copy(), swapped, 0, 2)
    assert one == 1 - other
    times = [
        -math.log(uniform(*fixed[:2], SPREAD + np.uint64(word), *fixed[3:])) / share
        for word, share in zip(WORDS[:2], alone, strict=True)
    ]
    assert one == int(np.argmin(times))


def test_the_way_back_is_not_the_way_there():
    """From one step to another and back: two choices with their own luck, though the same two names meet in both."""
    there = back = both = 0
    for i in range(4000):
        fixed = (np.uint64(7), np.uint64(i))
        goes = (
            choice_of(
                *fixed, WORDS[0], np.uint64(0), np.uint64(5), WORDS[1:].copy(), np.array([0.25, 0.75]), 0, 2
            )
            == 0
        )
        returns = (
            choice_of(
                *fixed, WORDS[1], np.uint64(0), np.uint64(5), WORDS[::2].copy(), np.array([0.2, 0.8]), 0, 2
            )
            == 0
        )
        there, back, both = there + goes, back + returns, both + (goes and returns)
    assert abs(there - 1000) < 4 * 1000**0.5
    assert abs(back - 800) < 4 * 800**0.5
    assert abs(both - 200) < 4 * 200**0.5

"""Quantiles against scipy's, over wide ranges and far into both tails."""

import math
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from slmdsl.base.gamma_function import gamma_shares, log_gamma
from slmdsl.workload.draws import quantiles
from slmdsl.workload.draws.quantiles import (
    beta_share,
    gamma_quantile,
    geometric_quantile,
    normal_quantile,
    poisson_quantile,
)

LEAST = 2.0**-53
SHARES = [LEAST, 1e-9, 1e-4, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999, 1 - 1e-9, 1 - LEAST]
UNIFORM = st.one_of(
    st.integers(0, 2**52 - 1).map(lambda steps: (steps + 0.5) * 2.0**-52),
    st.floats(-15.9, -1).map(lambda power: 10.0**power),
    st.floats(-15.9, -1).map(lambda power: 1.0 - 10.0**power),
)


def close(value, expected, relative=1e-11):
    return math.isclose(value, expected, rel_tol=relative, abs_tol=1e-290)


@pytest.mark.parametrize("u", SHARES)
@pytest.mark.parametrize(
    ("family", "parameters", "reference"),
    [
        ("exponential", (3.0,), stats.expon(scale=3.0)),
        ("lognormal", (1.5, 0.8), stats.lognorm(0.8, scale=math.exp(1.5))),
        ("lognormal", (20.0, 3.0), stats.lognorm(3.0, scale=math.exp(20.0))),
        ("weibull", (0.5, 2.0), stats.weibull_min(0.5, scale=2.0)),
        ("weibull", (7.0, 2e9), stats.weibull_min(7.0, scale=2e9)),
        ("uniform", (2.0, 5.0), stats.uniform(2.0, 3.0)),
        ("triangular", (1.0, 2.0, 6.0), stats.triang(0.2, 1.0, 5.0)),
        ("triangular", (1.0, 1.0, 6.0), stats.triang(0.0, 1.0, 5.0)),
        ("triangular", (1.0, 6.0, 6.0), stats.triang(1.0, 1.0, 5.0)),
        ("pert", (1.0, 2.0, 6.0), stats.beta(1.8, 4.2, 1.0, 5.0)),
        ("pert", (1.0, 6.0, 6.0), stats.beta(5.0, 1.0, 1.0, 5.0)),
        ("pert", (0.0, 0.0, 6.0), stats.beta(1.0, 5.0, 0.0, 6.0)),
    ],
)
def test_quantiles(family, parameters, reference, u):
    value = getattr(quantiles, f"{family}_quantile")(*parameters, u)
    assert close(value, reference.ppf(u), 1e-9 if family == "pert" else 1e-11)


@given(UNIFORM)
def test_normal_quantile(u):
    assert math.isclose(normal_quantile(u), special.ndtri(u), rel_tol=1e-12, abs_tol=1e-15)


@given(st.floats(-2.0, 4.5).map(lambda power: 10.0**power), UNIFORM)
def test_gamma_quantile(shape, u):
    assert close(gamma_quantile(shape, u), stats.gamma.ppf(u, shape), 1e-10)


def test_a_step_of_nothing_is_an_end():
    """Once a step hits the quantile to the last bit, the next one is zero long."""
    for shape in range(1, 4000):
        assert gamma_quantile(float(shape), 0.3) < shape


@given(st.floats(-3.0, 5.0).map(lambda power: 10.0**power), st.floats(0.2, 4.0))
def test_gamma_shares(shape, ratio):
    below, above = gamma_shares(shape, ratio * shape)
    assert math.isclose(below, special.gammainc(shape, ratio * shape), rel_tol=1e-10, abs_tol=1e-250)
    assert math.isclose(above, special.gammaincc(shape, ratio * shape), rel_tol=1e-10, abs_tol=1e-250)
    assert gamma_shares(shape, 0.0) == (0.0, 1.0)


@given(st.floats(-8.0, 9.0).map(lambda power: 10.0**power))
def test_log_gamma(x):
    assert math.isclose(log_gamma(x), math.lgamma(x), rel_tol=1e-13, abs_tol=3e-14)


@given(st.floats(1.0, 5.0), st.floats(1.0, 5.0), st.floats(0.0, 1.0))
def test_beta_share(a, b, x):
    assert math.isclose(beta_share(a, b, x), special.betainc(a, b, x), rel_tol=1e-11, abs_tol=1e-14)


@given(st.floats(-3.0, 4.0).map(lambda power: 10.0**power), UNIFORM)
def test_poisson_quantile_is_the_smallest_count_that_reaches(mean, u):
    count = poisson_quantile(mean, u)
    # Two libraries' sums agree to some twelve digits; a share nearer to `u` than that decides nothing.
    small = 1e-11 * min(u, 1 - u)
    if u <= 0.5:
        assert special.pdtr(count, mean) >= u - small
        assert count == 0 or special.pdtr(count - 1, mean) < u + small
    else:
        assert special.pdtrc(count, mean) <= 1 - u + small
        assert count == 0 or special.pdtrc(count - 1, mean) > 1 - u - small


@pytest.mark.parametrize("mean", [20_000, 1_000_000])
def test_gamma_shares_of_large_shapes(mean):
    """Where scipy has few digits left: against Poisson chances added up with thirty."""
    width = 12 * math.isqrt(mean)
    with localcontext(prec=30):
        term = Decimal(1)
        chances = {mean: term}
        for count in range(mean, mean + width):
            term *= Decimal(mean) / (count + 1)
            chances[count + 1] = term
        term = Decimal(1)
        for count in range(mean, mean - width, -1):
            term *= Decimal(count) / mean
            chances[count - 1] = term
        whole, upto = sum(chances.values()), Decimal(0)
        asked = {mean + round(z * mean**0.5) for z in (-7, -3, -0.5, 0, 0.5, 3, 7)}
        for count in sorted(chances):
            upto += chances[count]
            if count in asked:
                more, less = gamma_shares(count + 1.0, float(mean))
                assert math.isclose(less, upto / whole, rel_tol=1e-11)
                assert math.isclose(more, (whole - upto) / whole, rel_tol=1e-11)


@pytest.mark.parametrize("mean", [1e6, 1e8, 1e9])
def test_poisson_quantile_of_large_means(mean):
    for u in (0.001, 0.3, 0.5, 0.999):
        near = mean + special.ndtri(u) * mean**0.5 + (special.ndtri(u) ** 2 - 1) / 6
        assert abs(poisson_quantile(mean, u) - near) < 2


def test_poisson_quantile_of_nothing():
    assert poisson_quantile(0.0, 0.999) == 0
    assert poisson_quantile(-1.0, 0.5) == 0


@given(st.floats(1.0, 1e6), UNIFORM)
def test_geometric_quantile(mean, u):
    value = geometric_quantile(mean, u)
    assert value == int(value) >= 1
    if mean > 1.0:
        rest = math.log1p(-1 / mean)
        assert value * rest <= math.log1p(-u) * (1 - 1e-12)
        assert value == 1 or (value - 1) * rest > math.log1p(-u) * (1 + 1e-12)


def test_a_sure_geometric_is_one():
    assert geometric_quantile(1.0, 1 - LEAST) == 1.0


def test_no_width_is_a_constant():
    for family in ("triangular", "pert"):
        assert getattr(quantiles, f"{family}_quantile")(4.0, 4.0, 4.0, 0.3) == 4.0


def test_a_value_above_all_floats_is_infinite():
    assert quantiles.lognormal_quantile(700.0, 5.0, 0.999) == math.inf
    assert quantiles.weibull_quantile(0.001, 1.0, 0.999) == math.inf


EXACT = {
    "exponential": (2.0,),
    "lognormal": (1.0, 0.7),
    "weibull": (0.8, 3.0),
    "uniform": (1.0, 2.0),
    "triangular": (1.0, 2.0, 4.0),
    "geometric": (7.0,),
    "poisson": (12.5,),
}
STEPPED = {"pert": (1.0, 2.0, 4.0), "gamma": (0.7,)}


@pytest.mark.parametrize("family", [*EXACT, *STEPPED])
@given(UNIFORM, UNIFORM)
def test_more_luck_is_never_less(family, one, other):
    quantile = getattr(quantiles, f"{family}_quantile")
    low, high = (quantile(*(EXACT | STEPPED)[family], u) for u in sorted((one, other)))
    assert low <= high * (1.0 if family in EXACT else 1.0 + 1e-12)


@given(UNIFORM, st.floats(0.0, 2000.0), st.floats(0.0, 2000.0))
def test_more_are_expected_never_fewer_come(u, one, other):
    low, high = sorted((one, other))
    assert poisson_quantile(low, u) <= poisson_quantile(high, u)

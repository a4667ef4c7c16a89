"""Quantile functions of probability distributions, one number at a time: a uniform in, a value out.

Both engines call these very functions, compiled or not, since two libraries' exponentials differ in the last bit. All
numbers are floats; `u` lies strictly between 0 and 1. A larger `u` never gives a smaller value (but for the last bits
of those that are found by steps: gamma and pert), so scenarios that share their luck are ordered as they should be.
"""

from __future__ import annotations

from math import ceil, exp, floor, inf, log, log1p, sqrt

from slmdsl.base.gamma_function import gamma_quantile, gamma_shares, log_gamma, normal_quantile, not_zero
from slmdsl.base.kernels import kernel_formula

__all__ = ("gamma_quantile", "normal_quantile")

_MOST_STEPS = 200
_MOST_TERMS = 10_000
_CLOSE = 1e-15
_MOST_EXPONENT = 709.0
_MEDIAN = 0.5


@kernel_formula
def exponential_quantile(mean: float, u: float) -> float:
    """Return the quantile of the exponential distribution with `mean`."""
    return -mean * log1p(-u)


@kernel_formula
def lognormal_quantile(mu: float, sigma: float, u: float) -> float:
    """Return the quantile of exp(Normal(mu, sigma)); infinite above the largest float."""
    return safe_exp(mu + sigma * normal_quantile(u))


@kernel_formula
def weibull_quantile(shape: float, scale: float, u: float) -> float:
    """Return the quantile of the Weibull distribution: scale * (-log(1 - u)) ** (1 / shape)."""
    return scale * safe_exp(log(-log1p(-u)) / shape)


@kernel_formula
def uniform_quantile(least: float, most: float, u: float) -> float:
    """Return the quantile of the uniform distribution on least .. most."""
    return least + (most - least) * u


@kernel_formula
def triangular_quantile(least: float, mode: float, most: float, u: float) -> float:
    """Return the quantile of the triangular distribution on least .. most."""
    width = most - least
    if width <= 0.0:
        return least
    if u * width < mode - least:
        return least + sqrt(u * width * (mode - least))
    return most - sqrt((1.0 - u) * width * (most - mode))


@kernel_formula
def pert_quantile(least: float, mode: float, most: float, u: float) -> float:
    """Return the quantile of the PERT distribution: a beta on least .. most with mean (least + 4 mode + most) / 6."""
    width = most - least
    if width <= 0.0:
        return least
    a = 1.0 + 4.0 * (mode - least) / width
    b = 1.0 + 4.0 * (most - mode) / width
    if u > _MEDIAN:
        return most - width * beta_quantile(b, a, 1.0 - u)
    return least + width * beta_quantile(a, b, u)


@kernel_formula
def geometric_quantile(mean: float, u: float) -> float:
    """Return the quantile of the geometric distribution that starts at 1 and has `mean`: a float with a whole value."""
    if mean <= 1.0:
        return 1.0
    return max(float(ceil(log1p(-u) / log1p(-1.0 / mean))), 1.0)


@kernel_formula
def poisson_quantile(mean: float, u: float) -> int:
    """Return the smallest count whose share of the Poisson distribution with `mean` (up to 1e9) reaches `u`.

    P(X <= k) is the upper incomplete gamma function Q(k + 1, mean), P(X > k) the lower one: of both the smaller is
    compared. The search starts at the quantile of a normal distribution with the right skewness (Cornish and Fisher).
    """
    if mean <= 0.0:
        return 0
    z = normal_quantile(u)
    count = max(floor(mean + z * sqrt(mean) + (z * z - 1.0) / 6.0), 0)
    if _reaches(count, mean, u):
        while count > 0 and _reaches(count - 1, mean, u):
            count -= 1
        return count
    while not _reaches(count, mean, u):
        count += 1
    return count


@kernel_formula
def _reaches(count: int, mean: float, u: float) -> bool:
    more, upto = gamma_shares(count + 1.0, mean)
    return upto >= u if u <= _MEDIAN else more <= 1.0 - u


@kernel_formula
def beta_quantile(a: float, b: float, u: float) -> float:
    """Return the quantile of the beta distribution on 0 .. 1: Newton's steps, kept between bounds by bisection.

    Precise for u up to the median; beyond, ask for 1 - beta_quantile(b, a, 1 - u).
    """
    low, high, x = 0.0, 1.0, a / (a + b)
    scale = _beta_scale(a, b)
    for _ in range(_MOST_STEPS):
        front = _beta_front(a, b, scale, x)
        over = _beta_share(a, b, front, x) - u
        if over > 0.0:
            high = x
        else:
            low = x
        step = over * x * (1.0 - x) / not_zero(front)
        if abs(step) <= _CLOSE * x:
            return x - step
        nearer = x - step
        if not low < nearer < high:
            nearer = 0.5 * (low + high)
            if abs(nearer - x) <= _CLOSE * x:
                return nearer
        x = nearer
    return x


@kernel_formula
def beta_share(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b) by its continued fraction (DLMF 8.17.22)."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    return _beta_share(a, b, _beta_front(a, b, _beta_scale(a, b), x), x)


@kernel_formula
def _beta_scale(a: float, b: float) -> float:
    return log_gamma(a + b) - log_gamma(a) - log_gamma(b)


@kernel_formula
def _beta_front(a: float, b: float, scale: float, x: float) -> float:
    """Return x**a (1 - x)**b / B(a, b), for x strictly between 0 and 1."""
    return exp(scale + a * log(x) + b * log1p(-x))


@kernel_formula
def _beta_share(a: float, b: float, front: float, x: float) -> float:
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _beta_fraction(a, b, x) / a
    return 1.0 - front * _beta_fraction(b, a, 1.0 - x) / b


@kernel_formula
def _beta_fraction(a: float, b: float, x: float) -> float:
    c = 1.0
    d = 1.0 / not_zero(1.0 - (a + b) * x / (a + 1.0))
    fraction = d
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        d = 1.0 / not_zero(1.0 + even * d)
        c = not_zero(1.0 + even / c)
        fraction *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        d = 1.0 / not_zero(1.0 + odd * d)
        c = not_zero(1.0 + odd / c)
        step = d * c
        fraction *= step
        if abs(step - 1.0) < _CLOSE:
            break
    return fraction


@kernel_formula
def safe_exp(x: float) -> float:
    """Return exp(x), infinity where Python would raise."""
    return exp(x) if x < _MOST_EXPONENT else inf

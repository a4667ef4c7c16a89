"""The normal and the gamma distribution in plain Python: for checks as they are, for engines compiled from this source.

Every step is written out with the four operations, `sqrt`, `exp` and `log`, which the compiled code takes from
the same library of the machine: the bits are the same either way. What would raise in Python (a logarithm of zero, an
overflow) does not happen, since compiled code would go on with infinities instead.
"""

from __future__ import annotations

from math import exp, inf, log, pi, sqrt

_MOST_STEPS = 200
_MOST_TERMS = 10_000_000
"""A sum at shape s takes some 8 * sqrt(s) terms."""
_CLOSE = 1e-16
_NEAR = 1e-14
_SMALLEST = 1e-300
_HALF_LOG_2_PI = 0.918938533204672741780329736406
_STIRLING_FROM = 10.0


def normal_quantile(u: float) -> float:
    """Return the quantile of the standard normal distribution for 0 < u < 1 (Wichura 1988, AS 241, PPND16).

    >>> round(normal_quantile(0.975), 6)
    1.959964
    """
    q = u - 0.5
    if abs(q) <= 0.425:  # noqa: PLR2004 - where the algorithm changes its formula
        return _central(q)
    r = sqrt(-log(u if q < 0.0 else 1.0 - u))
    distance = _tail(r - 1.6) if r <= 5.0 else _far_tail(r - 5.0)  # noqa: PLR2004 - as above
    return -distance if q < 0.0 else distance


def _central(q: float) -> float:
    r = 0.180625 - q * q
    above = (
        ((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
        + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r
        + 133.14166789178437745) * r + 3.387132872796366608
    )  # fmt: skip
    below = (
        ((((((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
        + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r
        + 42.313330701600911252) * r + 1.0
    )  # fmt: skip
    return q * above / below


def _tail(r: float) -> float:
    above = (
        ((((((0.00077454501427834140764 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
        + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r
        + 4.6303378461565452959) * r + 1.42343711074968357734
    )  # fmt: skip
    below = (
        ((((((1.05075007164441684324e-9 * r + 0.0005475938084995344946) * r + 0.0151986665636164571966) * r
        + 0.14810397642748007459) * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r
        + 2.05319162663775882187) * r + 1.0
    )  # fmt: skip
    return above / below


def _far_tail(r: float) -> float:
    above = (
        ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
        + 0.026532189526576123093) * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r
        + 5.4637849111641143699) * r + 6.6579046435011037772
    )  # fmt: skip
    below = (
        ((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
        + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r + 0.13692988092273580531) * r
        + 0.59983220655588793769) * r + 1.0
    )  # fmt: skip
    return above / below


def stirling_rest(x: float) -> float:
    """Return what Stirling's formula lacks: log Gamma(x) - (x - 1/2) log x + x - log(2 pi)/2, for x > 0.

    The series of DLMF 5.11.1 from 10 on, brought there by Gamma(x + 1) = x Gamma(x).
    """
    product, y = 1.0, x
    while y < _STIRLING_FROM:
        product *= y
        y += 1.0
    r = 1.0 / (y * y)
    rest = (
        1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r * (1.0 / 1188.0
        - r * (691.0 / 360360.0 - r / 156.0)))))
    ) / y  # fmt: skip
    if y == x:
        return rest
    return rest + (y - 0.5) * log(y) - (x - 0.5) * log(x) - (y - x) - log(product)


def log_gamma(x: float) -> float:
    """Return the logarithm of the gamma function for x > 0.

    >>> round(log_gamma(5.0), 12) == round(log(24.0), 12)
    True
    """
    return (x - 0.5) * log(x) - x + _HALF_LOG_2_PI + stirling_rest(x)


def _deviance(shape: float, x: float) -> float:
    """Return shape * log(shape / x) + x - shape without loss where both are close (Loader 2000, section 2)."""
    apart = shape - x
    if abs(apart) >= 0.1 * (shape + x):
        return shape * (log(shape) - log(x)) - apart
    v = apart / (shape + x)
    total = apart * v
    term = 2.0 * shape * v
    for j in range(1, 1000):
        term *= v * v
        more = total + term / (2.0 * j + 1.0)
        if more == total:
            break
        total = more
    return total


def _gamma_term(shape: float, rest: float, x: float) -> float:
    """Return x**shape exp(-x) / Gamma(shape + 1), by `rest` = stirling_rest(shape) (Loader 2000, section 2)."""
    return exp(-rest - _deviance(shape, x)) / sqrt(2.0 * pi * shape)


def gamma_shares(shape: float, x: float) -> tuple[float, float]:
    """Return which shares of the gamma distribution of scale 1 lie below and above `x`; both are precise when small.

    The regularised incomplete gamma functions P and Q: a series below shape + 1 (DLMF 8.11.4), a continued fraction
    above (DLMF 8.9.2, evaluated as by Lentz).

    >>> [round(share, 6) for share in gamma_shares(1.0, 2.0)]
    [0.864665, 0.135335]
    """
    if x <= 0.0:
        return 0.0, 1.0
    return _shares(shape, _gamma_term(shape, stirling_rest(shape), x), x)


def _shares(shape: float, term: float, x: float) -> tuple[float, float]:
    if x < shape + 1.0:
        below = min(term * _gamma_series(shape, x), 1.0)
        return below, 1.0 - below
    above = min(term * shape * _gamma_fraction(shape, x), 1.0)
    return 1.0 - above, above


def _gamma_series(shape: float, x: float) -> float:
    term = total = 1.0
    n = shape
    for _ in range(_MOST_TERMS):
        n += 1.0
        term *= x / n
        total += term
        if term <= total * _CLOSE:
            break
    return total


def _gamma_fraction(shape: float, x: float) -> float:
    b = x + 1.0 - shape
    c, d = 1.0 / _SMALLEST, 1.0 / b
    fraction = d
    for i in range(1, _MOST_TERMS):
        a = -i * (i - shape)
        b += 2.0
        d = 1.0 / not_zero(a * d + b)
        c = not_zero(b + a / c)
        step = d * c
        fraction *= step
        if abs(step - 1.0) <= 4.0 * _CLOSE:
            break
    return fraction


def not_zero(x: float) -> float:
    """Return `x`, or something tiny in its place where it could not be divided by."""
    return _SMALLEST if abs(x) < _SMALLEST else x


def gamma_quantile(shape: float, u: float) -> float:
    """Return the quantile of the gamma distribution with scale 1, for shape > 0 and 0 < u < 1.

    Halley's steps on the smaller of both shares, kept between bounds by bisection; the first guess is that of Wilson
    and Hilferty (1931), or for small shapes the first term of the series.

    >>> round(gamma_quantile(2.0, 0.5), 6)
    1.678347
    """
    low, high, x = 0.0, inf, _gamma_guess(shape, u)
    lower = u <= 0.5  # noqa: PLR2004 - the median
    wanted = u if lower else 1.0 - u
    rest = stirling_rest(shape)
    for _ in range(_MOST_STEPS):
        if x <= 0.0:
            return 0.0
        term = _gamma_term(shape, rest, x)
        below, above = _shares(shape, term, x)
        over = below - wanted if lower else wanted - above
        if over > 0.0:
            high = x
        else:
            low = x
        step = over * x / not_zero(term * shape)
        if abs(step) < x:
            step /= max(1.0 - 0.5 * (step / x * (shape - 1.0) - step), 0.5)
        if abs(step) <= _NEAR * x:
            return x - step
        nearer = x - step
        if not low < nearer < high:
            nearer = 2.0 * x if high == inf else 0.5 * (low + high)
            if abs(nearer - x) <= _NEAR * x:
                return nearer
        x = nearer
    return x


def _gamma_guess(shape: float, u: float) -> float:
    if shape >= 1.0:
        z = normal_quantile(u)
        root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * sqrt(shape))
        if root > 0.1:  # noqa: PLR2004 - nearer to zero the cube is no guess at all
            return shape * root * root * root
    return exp((log(u) + log_gamma(shape + 1.0)) / shape)

"""What distributions are on average: as drawn, and as counts that are rounded and at least 1."""

from __future__ import annotations

from math import ceil, erfc, exp, expm1, floor, fsum, log, log1p, sqrt
from typing import TYPE_CHECKING, Final

from slmdsl.base.gamma_function import gamma_shares, log_gamma
from slmdsl.contract.means import mean
from slmdsl.contract.model.distributions import Measured, MixOf
from slmdsl.workload.draws.quantiles import beta_share

if TYPE_CHECKING:
    from collections.abc import Callable

    from slmdsl.contract.model.distributions import Distribution, Solved

_MOST_TERMS: Final = 20_000
_NEVER: Final = 1e-18


def mean_of(distribution: Distribution) -> float:
    """Return the mean of the values of a distribution, in its unit.

    Raises:
        ValueError: If the values of a measured distribution have not been read.
    """
    found = mean(distribution)
    if found is None:
        message = "The values of a measured distribution have not been read."
        raise ValueError(message)
    return found


def mean_count_of(distribution: Distribution, *, most: int | None = None) -> float:
    """Return the mean of max(1, X rounded half to even): how many come where a distribution says how many.

    The sum over k of the chances of more than k, each P(X > k + 1/2); where that takes too many terms, the rest is
    the integral with the correction of Euler and Maclaurin. Nine digits are right.

    Args:
        distribution: of counts.
        most: whatever is more than this counts as this.

    Raises:
        ValueError: If the values of a measured distribution have not been read.
    """
    if isinstance(distribution, MixOf):
        return _of_mix(distribution, lambda part: mean_count_of(part, most=most))
    if isinstance(distribution, Measured):
        return _of_values(distribution, lambda value: _whole(value, most))
    if distribution.family == "constant":
        return _whole(distribution.parameters[0], most)
    if distribution.family == "geometric":
        return _geometric(distribution.parameters[0], most)
    if distribution.family in _RESTS:
        return _unbounded(distribution, most)
    return _bounded(distribution, most)


def _whole(value: float, most: int | None) -> float:
    count = max(1, round(value))
    return float(count if most is None else min(count, most))


def _geometric(size: float, most: int | None) -> float:
    return size if most is None else -size * expm1(most * log1p(-1.0 / size)) if size > 1.0 else 1.0


def _of_mix(mix: MixOf, count: Callable[[Distribution], float]) -> float:
    whole = sum(share for share, _ in mix.parts)
    return fsum(float(share / whole) * count(part) for share, part in mix.parts)


def _of_values(measured: Measured, count: Callable[[float], float]) -> float:
    if not measured.values:
        message = f"The values of {measured.file!r} {measured.column!r} have not been read."
        raise ValueError(message)
    return fsum(map(count, measured.values)) / len(measured.values)


def _unbounded(solved: Solved, most: int | None) -> float:
    above, rest = _SHARES_ABOVE[solved.family], _RESTS[solved.family]
    terms = [1.0]
    for count in range(1, most or _MOST_TERMS):
        terms.append(above(count + 0.5, *solved.parameters))
        if terms[-1] < _NEVER:
            return fsum(terms)
    if most is not None:
        return fsum(terms)
    upto = float(_MOST_TERMS)
    density = above(upto - 0.5, *solved.parameters) - above(upto + 0.5, *solved.parameters)
    return fsum((*terms, rest(upto, *solved.parameters), -density / 24.0))


def _bounded(solved: Solved, most: int | None) -> float:
    above = _SHARES_ABOVE[solved.family]
    lower, upper = solved.parameters[0], solved.parameters[-1]
    if most is None and upper - lower > _MOST_TERMS:
        return mean_of(solved) + 1.0 - above(0.5, *solved.parameters)
    end = ceil(upper) + 1 if most is None else min(ceil(upper) + 1, most)
    sure = min(max(floor(lower), 1), end)
    return sure + fsum(above(count + 0.5, *solved.parameters) for count in range(sure, end))


def _lognormal_above(x: float, mu: float, sigma: float) -> float:
    return 0.5 * erfc((log(x) - mu) / (sigma * sqrt(2.0)))


def _lognormal_rest(x: float, mu: float, sigma: float) -> float:
    mean = exp(mu + sigma * sigma / 2.0)
    return mean * _lognormal_above(x, mu + sigma * sigma, sigma) - x * _lognormal_above(x, mu, sigma)


def _gamma_above(x: float, shape: float, scale: float) -> float:
    return gamma_shares(shape, x / scale)[1]


def _gamma_rest(x: float, shape: float, scale: float) -> float:
    return shape * scale * _gamma_above(x, shape + 1.0, scale) - x * _gamma_above(x, shape, scale)


def _weibull_above(x: float, shape: float, scale: float) -> float:
    power = shape * log(x / scale)
    return exp(-exp(power)) if power < _MOST_POWER else 0.0


_MOST_POWER: Final = 7.0  # exp(-exp(7)) is no float but 0


def _weibull_rest(x: float, shape: float, scale: float) -> float:
    power = shape * log(x / scale)
    if power >= _MOST_POWER:
        return 0.0
    beyond = gamma_shares(1.0 + 1.0 / shape, exp(power))[1]
    return _weibull_mean(shape, scale) * beyond - x * _weibull_above(x, shape, scale)


def _weibull_mean(shape: float, scale: float) -> float:
    return scale * exp(log_gamma(1.0 + 1.0 / shape))


def _uniform_above(x: float, least: float, most: float) -> float:
    return min(max((most - x) / (most - least), 0.0), 1.0)


def _triangular_above(x: float, least: float, mode: float, most: float) -> float:
    if x <= least:
        return 1.0
    if x < mode:
        return 1.0 - (x - least) ** 2 / ((most - least) * (mode - least))
    return (most - x) ** 2 / ((most - least) * (most - mode)) if x < most else 0.0


def _pert_above(x: float, least: float, mode: float, most: float) -> float:
    width = most - least
    a, b = 1.0 + 4.0 * (mode - least) / width, 1.0 + 4.0 * (most - mode) / width
    return beta_share(b, a, (most - x) / width)


_SHARES_ABOVE: Final[dict[str, Callable[..., float]]] = {
    "exponential": lambda x, mean: exp(-x / mean),
    "lognormal": _lognormal_above,
    "gamma": _gamma_above,
    "weibull": _weibull_above,
    "uniform": _uniform_above,
    "triangular": _triangular_above,
    "pert": _pert_above,
}
"""P(X > x), by family."""

_RESTS: Final[dict[str, Callable[..., float]]] = {
    "exponential": lambda x, mean: mean * exp(-x / mean),
    "lognormal": _lognormal_rest,
    "gamma": _gamma_rest,
    "weibull": _weibull_rest,
}
"""The integral of P(X > t) over t from x on, by family: what X is beyond x on average."""

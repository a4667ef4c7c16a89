"""Counts by day: what is expected of each, and how much more they vary than luck alone makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaincinv, gammaln

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_ROUNDS: Final = 50
_HALVINGS: Final = 30
_CLOSE: Final = 1e-9
_LEAST, _MOST = 1e-6, 9.0
"""Squares of the coefficients of variation that are believed."""
_SURE: Final = 2.7
"""Twice the gain in likelihood that a variation of zero has in one case of twenty."""
_FAR: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountFit:
    """Counts as a negative binomial regression.

    Attributes:
        coefficients: of the design's columns, on the logarithm of the mean (shape c).
        mean: by day (shape d).
        square: of the coefficient of variation of the days' gamma factor; 0 is plain Poisson.
        sure: whether that is told from 0.
    """

    coefficients: Floats
    mean: Floats
    square: float
    sure: bool


def counts_fitted(counts: Floats, design: Floats) -> CountFit:
    """Return the most likely means of counts and the variation of their gamma factor.

    The negative binomial distribution is a Poisson one whose mean has a gamma factor. Coefficients by Newton's method
    in its weighted form (J. Hilbe, "Negative Binomial Regression", 2nd ed., 2011, ch. 8); the variation by the
    likelihood adjusted for what the coefficients have used up (D. Cox, N. Reid, JRSS B 49, 1987, eq. 10), without which
    some ten coefficients on three months of days make it too small by a tenth. Where it is told from 0, it is taken so
    that squares of what days are off are as large as they should be (N. Breslow, Applied Statistics 33, 1984, eq. 5):
    as sure as the likelihood, and not doubled by a few days off that no gamma distribution has.

    Args:
        counts: by day, at least 0, not necessarily whole (shape d).
        design: what their logarithm is a sum of (shape d x c, of full rank).

    >>> counts = np.array([8.0, 12.0, 9.0, 11.0] * 10)
    >>> fit = counts_fitted(counts, np.ones((40, 1)))
    >>> round(float(fit.mean[0]), 3), fit.sure
    (10.0, False)
    """
    begin = _beginning(counts, design)

    def unlikely(log_square: float) -> float:
        square = float(np.exp(log_square))
        mean = _means(counts, design, begin, square)[1]
        return -_log_likelihood(counts, mean, square) + _used_up(design, mean, square) / 2

    found = minimize_scalar(
        unlikely, bounds=(np.log(_LEAST), np.log(_MOST)), method="bounded", options={"xatol": 1e-3}
    )
    gain = 2 * (unlikely(float(np.log(_LEAST))) - float(found.fun))
    if gain <= _SURE:
        coefficients, mean = _means(counts, design, begin, 0.0)
        return CountFit(coefficients=coefficients, mean=mean, square=0.0, sure=False)
    coefficients, mean = _means(counts, design, begin, float(np.exp(found.x)))
    square = square_of(counts, mean, design.shape[1])
    return CountFit(coefficients=coefficients, mean=mean, square=square, sure=True)


def square_of(counts: Floats, mean: Floats, coefficients: int) -> float:
    """Return the square of the factor's variation at which squares of what counts are off are as large as they should.

    >>> square_of(np.array([50.0, 150.0, 60.0, 140.0]), np.full(4, 100.0), 1)
    0.2633333333
    """
    return float(squares_of(counts, mean, coefficients))


def squares_of(counts: Floats, mean: Floats, coefficients: int) -> Floats:
    """Return `square_of` rows of counts (shape ... x d)."""
    away, free = (counts - mean) ** 2, max(counts.shape[-1] - coefficients, 1)
    low = np.zeros(counts.shape[:-1])
    high = np.full(counts.shape[:-1], _MOST)
    for _ in range(_HALVINGS + 10):
        middle = (low + high) / 2
        above = (away / (mean + middle[..., None] * mean**2)).sum(axis=-1) > free
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.round(high, 10)


def means_fitted(counts: Floats, design: Floats, square: float) -> tuple[Floats, Floats]:
    """Return coefficients and means for a variation that is known."""
    begin = _beginning(counts, design)
    return _means(counts, design, begin, square)


def _beginning(counts: Floats, design: Floats) -> Floats:
    found: Floats = np.linalg.lstsq(design, np.log(counts + 0.5), rcond=None)[0].astype(np.float64)
    return found


def _means(counts: Floats, design: Floats, begin: Floats, square: float) -> tuple[Floats, Floats]:
    """Return coefficients and means, by steps that are halved until they make counts more likely."""
    at, mean = begin, _mean(design, begin)
    likely = _log_likelihood(counts, mean, square)
    for _ in range(_ROUNDS):
        share = 1 / (1 + square * mean)
        curve = design.T @ (design * (mean * share)[:, None])
        step = np.linalg.lstsq(curve, design.T @ ((counts - mean) * share), rcond=None)[0]
        nearer, tried, gained = at, mean, 0.0
        for halvings in range(_HALVINGS):
            nearer = at + step / 2**halvings
            tried = _mean(design, nearer)
            gained = _log_likelihood(counts, tried, square) - likely
            if gained >= 0:
                break
        if gained < _CLOSE:
            break
        at, mean, likely = nearer, tried, likely + gained
    return at, mean


def _mean(design: Floats, coefficients: Floats) -> Floats:
    found: Floats = np.exp(np.clip(design @ coefficients, -_FAR, _FAR))
    return found


def _log_likelihood(counts: Floats, mean: Floats, square: float) -> float:
    if square < _LEAST:
        return float(np.sum(counts * np.log(mean) - mean - gammaln(counts + 1)))
    shape, whole = 1 / square, square * mean
    return float(
        np.sum(
            gammaln(counts + shape)
            - gammaln(shape)
            - gammaln(counts + 1)
            + counts * np.log(whole)
            - (counts + shape) * np.log1p(whole)
        )
    )


def _used_up(design: Floats, mean: Floats, square: float) -> float:
    return float(np.linalg.slogdet(design.T @ (design * (mean / (1 + square * mean))[:, None]))[1])


def usual_range(mean: Floats, variance: Floats, share: float = 0.9) -> tuple[Floats, Floats]:
    """Return where a share of counts lies, of which mean and variance are known: a gamma distribution's quantiles."""
    known = mean > 0
    shape = np.where(known, mean, 1.0) ** 2 / np.where(known, variance, 1.0)
    scale = np.where(known, variance, 0.0) / np.where(known, mean, 1.0)
    tail = (1 - share) / 2
    return gammaincinv(shape, tail) * scale, gammaincinv(shape, 1 - tail) * scale

"""The factor of days: how alike days in a row are, and what else their variation and likeness may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.polynomial import hermite_e
from scipy.special import gammaincinv, gammaln, ndtr

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_TERMS: Final = 16
_NODES: Final = 60
_LAGS: Final = 6
_MOST: Final = 0.95
_GRID: Final = np.linspace(0.0, _MOST, 96)
_ROUNDS: Final = 12
_BLOCK: Final = 28
_GUESS: Final = 0.05
_SMALLEST_SHARE: Final = 1e-300


def factor_correlations(square: float, normal: Floats) -> Floats:
    """Return how correlated the gamma factors of two days are, by how correlated the normal numbers behind them are.

    The factor is written as a sum of Hermite polynomials of the normal number, each of which is correlated by its power
    (H. Lancaster, Biometrika 44, 1957).

    Args:
        square: of the factor's coefficient of variation, above 0.
        normal: correlations, 0 .. 1, any shape.

    >>> factor_correlations(1.0, np.array([0.0, 0.5, 1.0])).round(2).tolist()
    [0.0, 0.45, 1.0]
    """
    node, weight = hermite_e.hermegauss(_NODES)
    factor = gammaincinv(1 / square, np.clip(ndtr(node), _SMALLEST_SHARE, 1 - 1e-16)) * square
    order = np.arange(1, _TERMS + 1)
    term = hermite_e.hermevander(node, _TERMS)[:, 1:] * (weight * factor)[:, None]
    part = term.sum(axis=0) ** 2 / np.exp(gammaln(order + 1.0))
    found: Floats = np.power.outer(normal, order) @ (part / part.sum())
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Days:
    """Days in a row: counts over what is expected (shape ... x d), and that; where it is 0 nothing is known."""

    ratio: Floats
    mean: Floats

    def weight(self, square: float) -> Floats:
        """Return how much a day tells of its factor."""
        return np.where(self.mean > 0, self.mean / (1 + square * self.mean), 0.0)


def correlation(days: Days, square: float, squares: Floats | None = None) -> Floats:
    """Return how correlated the normal numbers behind the factors of two days in a row are, 0 .. 0.95 (shape ...).

    The covariances of counts one to six days apart are those of the factors, for luck has none. The correlation is the
    one whose powers come nearest to all of them; that they lie around a mean of the same days is corrected for.
    `squares` are those of several rows of days that vary about as `square` says.
    """
    weight = days.weight(square)
    away = np.where(weight > 0, days.ratio - 1.0, 0.0)
    seen = np.stack([_covariance(away, weight, lag) for lag in range(1, _LAGS + 1)], axis=-1)
    seen = seen / (square if squares is None else squares[..., None])
    believed = factor_correlations(square, _GRID[:, None] ** np.arange(1, _LAGS + 1))
    lost = _lost(weight, square, believed[:, 0])
    off = ((seen[..., None, :] - (believed - lost[:, None])) ** 2).sum(axis=-1)
    found: Floats = _GRID[np.argmin(off, axis=-1)]
    return found


def _covariance(away: Floats, weight: Floats, lag: int) -> Floats:
    pair = np.sqrt(weight[lag:] * weight[:-lag])
    found: Floats = (away[..., lag:] * away[..., :-lag]) @ pair / max(pair.sum(), 1e-9)
    return found


def _lost(weight: Floats, square: float, alike: Floats) -> Floats:
    """Return by how much covariances (in squares) are too small for being taken around the days' own mean."""
    whole = max(float(weight.sum()), 1e-9)
    alike = np.minimum(alike, _MOST)
    found: Floats = 1 / (whole * square) + float(weight @ weight) / whole**2 * 2 * alike / (1 - alike)
    return found


def steady(days: Days) -> tuple[float, float]:
    """Return the square of the factor's variation and the correlation, within stretches of four weeks.

    So a level that changes is not taken for days that are alike. Both are rough.
    """
    weight = days.weight(_GUESS)
    block = np.arange(len(weight)) // _BLOCK
    held = np.bincount(block, weights=weight)
    middle = np.bincount(block, weights=weight * days.ratio) / np.maximum(held, 1e-9)
    away = np.where(weight > 0, days.ratio - middle[block], 0.0)
    luck = (
        float((weight > 0) @ np.where(weight > 0, weight / np.maximum(days.mean, 1e-9), 0.0)) / weight.sum()
    )
    own = float(weight @ away**2) / weight.sum()
    pair = np.sqrt(weight[1:] * weight[:-1]) * (block[1:] == block[:-1])
    next_day = float(pair @ (away[1:] * away[:-1])) / max(pair.sum(), 1e-9)
    square, alike = max(own - luck, 1e-6), 0.0
    for _ in range(_ROUNDS):
        lost = (luck + square * (1 + alike) / (1 - alike)) / min(_BLOCK, len(weight))
        square = max(own - luck + lost, 1e-6)
        alike = float(np.clip((next_day + lost) / square, 0.0, 0.8))
    return square, alike


def drawn_factors(luck: np.random.Generator, shape: tuple[int, int], square: float, alike: float) -> Floats:
    """Return factors as the language means them: gamma of mean 1 by the copula of an autoregression (rows x days)."""
    normal = luck.standard_normal(shape)
    for i in range(1, shape[1]):
        normal[:, i] = alike * normal[:, i - 1] + np.sqrt(1 - alike * alike) * normal[:, i]
    if square <= 0:
        return np.ones(shape)
    found: Floats = gammaincinv(1 / square, np.clip(ndtr(normal), _SMALLEST_SHARE, 1 - 2.0**-53)) * square
    return found

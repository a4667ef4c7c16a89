"""Families of distributions fitted on durations by likelihood: which one describes them best, and how well."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from slmdsl.contract.from_tree.spreads import FAMILIES
from slmdsl.stats.cautions import Caution
from slmdsl.stats.cells import Cells, cells_of, log_likelihood
from slmdsl.stats.mixtures import LEAST_SHARE, LEAST_SIGMA, mixes_of
from slmdsl.stats.parts import Family, Part, mixed_quantile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]
    Shape = tuple[tuple[float, Family, tuple[float, ...]], ...]

FEW: Final = 30
FAR: Final = 0.1
MOSTLY_CENSORED: Final = 0.3
MANY_ZEROS: Final = 0.02
LEAST_VALUES: Final = 3
A_MIX_EARNS: Final = 6.0
_CHANCE: Final = 1.36
"""So far over the root of the count are values of the very distribution in one case of twenty (Kolmogorov)."""
_STEPS: Final = tuple(seconds * 1_000_000.0 for seconds in (3_600, 900, 300, 60, 1))
_MOST_STEPS: Final = 1_000
_TELLING: Final = 5
"""So many unlike values tell what they were rounded to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The family, or the mix of lognormals, that fits some values best.

    Attributes:
        parts: shares, which sum up to 1, and what they are shares of; one part is a plain family.
        count: of the values that were fitted on, censored ones included, zeros not.
        censored: how many of them were only known to be longer.
        zeros: how many values were zero beyond those that rounding explains; they are in no part.
        log_likelihood: of the values as ranges, rounded ones of their resolution, exact ones of 1 %.
        aic: Akaike's criterion with the correction for few values of C. Hurvich and C. Tsai (Biometrika 76, 1989).
        distance: Kolmogorov's: how far the distribution function is from that of the values, at most, 0 .. 1.
        tried: each candidate with its criterion, the one that was taken first: `lognormal`, `mix of 2`. A mix is taken
            where its criterion is better by 6 for each part beyond the first.
        cautions: `few-values` (count), `far-from-values` (distance), `mostly-censored` (share), `many-zeros` (share).
    """

    parts: tuple[tuple[float, Part], ...]
    count: int
    censored: int
    zeros: int
    log_likelihood: float
    aic: float
    distance: float
    tried: tuple[tuple[str, float], ...]
    cautions: tuple[Caution, ...]

    @property
    def family(self) -> str:
        """Return the family's name, `mix` for several parts."""
        return self.parts[0][1].family if len(self.parts) == 1 else "mix"

    def below(self, values: Floats) -> Floats:
        """Return the shares that do not exceed some values."""
        return _below(self.parts, values)

    def quantile(self, share: float) -> float:
        """Return the value that a share of all, 0 .. 1, does not exceed."""
        return mixed_quantile(self.parts, share)

    @property
    def median(self) -> float:
        """Return the value that half of all do not exceed."""
        return self.quantile(0.5)

    @property
    def p90(self) -> float:
        """Return the value that 90 % of all do not exceed."""
        return self.quantile(0.9)

    @property
    def mean(self) -> float:
        """Return the mean."""
        return sum(share * part.mean for share, part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    name: str
    shape: Shape
    log_likelihood: float
    parameters: int

    @property
    def dearer(self) -> float:
        """Return by how much the criterion of a mix must be better: six more figures are worth that to a reader."""
        return A_MIX_EARNS * (len(self.shape) - 1)

    def criterion(self, count: int) -> float:
        few = max(count - self.parameters - 1, 0.5)
        more = 2 * self.parameters * (self.parameters + 1) / few
        return 2 * self.parameters - 2 * self.log_likelihood + more


_CONSTANT: Final = _Candidate(
    name="constant", shape=((1.0, "constant", (1.0,)),), log_likelihood=0.0, parameters=1
)


def best_fit(
    values: Floats, *, parts_at_most: int = 2, censored: Bools | None = None, resolution: float | None = None
) -> Fitted:
    """Return the family that fits values best: exponential, lognormal, gamma, Weibull, or a mix of lognormals.

    Args:
        values: durations in microseconds, or in any unit where the resolution is said (shape n), none below 0.
        parts_at_most: how many lognormals may be mixed; 1: none are.
        censored: which values are only known to be longer, as those of open tickets (shape n).
        resolution: what values were rounded to, in their unit: each is taken as the range of half of it on each side;
            0: they are exact; None: `resolution_of(values)`.

    Raises:
        ValueError: fewer than 3 values above zero that are not censored, or a value below 0.

    >>> luck = np.random.default_rng(1)
    >>> fitted = best_fit(luck.exponential(40.0, 2_000), resolution=0)
    >>> fitted.family, round(fitted.mean)
    ('exponential', 40)
    """
    values = np.asarray(values, np.float64)
    hidden = np.zeros(len(values), np.bool_) if censored is None else np.asarray(censored, np.bool_)
    if np.any(values < 0):
        msg = "durations are not below 0"
        raise ValueError(msg)
    rounded = resolution_of(values[~hidden]) if resolution is None else resolution
    zeros = int(np.count_nonzero((values == 0) & ~hidden))
    values, hidden = values[values > 0], hidden[values > 0]
    if np.count_nonzero(~hidden) < LEAST_VALUES:
        msg = f"{np.count_nonzero(~hidden)} values above zero tell no family"
        raise ValueError(msg)
    unit = float(np.median(values[~hidden]))
    cells = cells_of(values / unit, hidden, rounded / unit, zeros)
    all_equal = np.all(values[~hidden] == unit) and np.all(values[hidden] <= unit)
    candidates = [_CONSTANT] if all_equal else _candidates(cells, parts_at_most)
    tried = sorted(candidates, key=lambda each: each.criterion(len(values)) + each.dearer)
    parts = tuple(
        (share, Part(family=family, parameters=parameters).scaled(unit))
        for share, family, parameters in tried[0].shape
    )
    under = float(_below(parts, np.array(rounded / 2)))
    explained = len(values) * under / max(1.0 - under, 1e-9)
    fitted = Fitted(
        parts=parts,
        count=len(values),
        censored=int(np.count_nonzero(hidden)),
        zeros=max(zeros - round(explained), 0),
        log_likelihood=tried[0].log_likelihood,
        aic=tried[0].criterion(len(values)),
        distance=_distance(parts, values, hidden, rounded / 2 if zeros or rounded else 0.0),
        tried=tuple((each.name, each.criterion(len(values))) for each in tried),
        cautions=(),
    )
    return _with_cautions(fitted)


def resolution_of(values: Floats) -> float:
    """Return the largest of 1 h, 15 min, 5 min, 1 min and 1 s that divides all values (microseconds), else 0.

    Of fewer than five unlike values nothing is told: 1 s is the most.

    >>> resolution_of(np.array([60e6, 180e6, 240e6, 420e6, 660e6]))
    60000000.0
    """
    unlike = np.unique(values)
    steps = _STEPS if len(unlike) >= _TELLING else _STEPS[-1:]
    return next((step for step in steps if len(unlike) and not np.any(unlike % step)), 0.0)


def _candidates(cells: Cells, parts_at_most: int) -> Iterator[_Candidate]:
    seen = np.isfinite(cells.high)
    logs = np.log(
        np.where(seen, np.maximum(cells.low + np.where(seen, cells.high, 0.0), 1e-9) / 2, cells.low)
    )
    order = np.argsort(logs)
    logs, counts = logs[order], cells.held[order]
    mean = float(np.average(logs, weights=counts))
    spread = max(float(np.sqrt(np.average((logs - mean) ** 2, weights=counts))), 1e-3)
    for family in ("exponential", "lognormal", "gamma", "weibull"):
        yield _of_family(cells, family, mean, spread)
    for parts in range(2, parts_at_most + 1):
        if len(logs) > 3 * parts:
            yield _of_mix(cells, logs, counts, parts)


def _of_family(cells: Cells, family: Family, mean: float, spread: float) -> _Candidate:
    """Return a family at its most likely; `mean` and `spread` are those of the logarithms, to begin with."""
    if family == "exponential":
        begin, ranges = [mean + 0.577], [(mean - 10, mean + 10)]
    else:
        believed = FAMILIES[family]
        begin = [mean, float(np.clip(np.log(spread), np.log(believed.least), np.log(believed.most)))]
        ranges = [(mean - 10, mean + 10), (float(np.log(believed.least)), float(np.log(believed.most)))]

    def shape_of(point: Floats) -> Shape:
        return ((1.0, family, _parameters(family, point)),)

    best, found = _climbed(cells, shape_of, [begin], ranges)
    return _Candidate(name=family, shape=shape_of(best), log_likelihood=found, parameters=len(begin))


def _parameters(family: Family, point: Floats) -> tuple[float, ...]:
    """Return what a family is drawn with; `point` is the log of its middle, and of its spread."""
    if family == "exponential":
        return (float(np.exp(point[0])),)
    spread = float(np.exp(point[1]))
    if family == "lognormal":
        return float(point[0]), spread
    if family == "weibull":
        return 1 / spread, float(np.exp(point[0] + 0.577 * spread))
    shape = spread**-2
    return shape, float(np.exp(point[0] - np.log(shape) + min(spread**2 / 2, 5.0)))


def _of_mix(cells: Cells, logs: Floats, counts: Floats, parts: int) -> _Candidate:
    begins = [
        [*(np.log(share[:-1] / share[-1])), *mean, *np.log(sigma)]
        for share, mean, sigma in mixes_of(logs, counts, parts)
    ]
    most, ends = -np.log(LEAST_SHARE), (float(logs[0]) - 1, float(logs[-1]) + 1)
    widest = float(np.log(FAMILIES["lognormal"].most))
    ranges = [
        *[(-most, most)] * (parts - 1),
        *[ends] * parts,
        *[(float(np.log(LEAST_SIGMA)), widest)] * parts,
    ]

    def shape_of(point: Floats) -> Shape:
        share, mean, sigma = (
            np.append(point[: parts - 1], 0.0),
            point[parts - 1 : 2 * parts - 1],
            point[-parts:],
        )
        share = np.exp(share - logsumexp(share))
        return tuple(
            (float(share[i]), "lognormal", (float(mean[i]), float(np.exp(sigma[i]))))
            for i in np.argsort(mean)
        )

    best, found = _climbed(cells, shape_of, begins, ranges)
    return _Candidate(
        name=f"mix of {parts}", shape=shape_of(best), log_likelihood=found, parameters=3 * parts - 1
    )


def _climbed(
    cells: Cells,
    shape_of: Callable[[Floats], Shape],
    begins: Sequence[Sequence[float]],
    ranges: Sequence[tuple[float, float]],
) -> tuple[Floats, float]:
    """Return the most likely point and its log-likelihood, from the best of some beginnings."""

    def unlikely(point: Floats) -> float:
        return -log_likelihood(cells, shape_of(point)) / float(cells.held.sum())

    low, high = np.array(ranges).T
    begin = min((np.clip(each, low, high) for each in begins), key=unlikely)
    found = minimize(unlikely, begin, method="L-BFGS-B", bounds=list(ranges), options={"maxfun": _MOST_STEPS})
    return found.x, -float(found.fun) * float(cells.held.sum())


def _below(parts: Sequence[tuple[float, Part]], values: Floats) -> Floats:
    return np.asarray(sum(share * part.below(values) for share, part in parts))


def _distance(parts: Sequence[tuple[float, Part]], values: Floats, hidden: Bools, half: float) -> float:
    """Return Kolmogorov's distance to the values, to E. Kaplan and P. Meier's curve (JASA 53, 1958) if some are hidden.

    What was rounded is compared at the ends of the ranges that it stands for, among what did not become zero.
    """
    unlike, place = np.unique(values, return_inverse=True)
    ended = np.bincount(place[~hidden], minlength=len(unlike))
    under_way = len(values) - np.concatenate([[0], np.cumsum(np.bincount(place))[:-1]])
    reached = 1.0 - np.cumprod(1.0 - ended / under_way)
    least = float(_below(parts, np.array(half)))
    ends = (_below(parts, unlike + half) - least) / max(1.0 - least, 1e-9)
    begins = (_below(parts, np.maximum(unlike - half, 0.0)) - least) / max(1.0 - least, 1e-9)
    before = np.concatenate([[0.0], reached[:-1]])
    seen = ended > 0
    return float(max(np.max(np.abs(ends - reached)[seen]), np.max(np.abs(begins - before)[seen])))


def _with_cautions(fitted: Fitted) -> Fitted:
    whole = fitted.count + fitted.zeros
    far = max(FAR, _CHANCE / fitted.count**0.5)
    hidden, zeros = fitted.censored / fitted.count, fitted.zeros / whole
    found = (
        (fitted.count < FEW, Caution(key="few-values", numbers=(("count", fitted.count),))),
        (fitted.distance > far, Caution(key="far-from-values", numbers=(("distance", fitted.distance),))),
        (hidden > MOSTLY_CENSORED, Caution(key="mostly-censored", numbers=(("share", hidden),))),
        (
            zeros > MANY_ZEROS and fitted.zeros >= LEAST_VALUES,
            Caution(key="many-zeros", numbers=(("share", zeros),)),
        ),
    )
    return replace(fitted, cautions=tuple(caution for holds, caution in found if holds))

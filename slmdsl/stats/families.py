"""Families of distributions fitted on durations by likelihood: which one describes them best, and how well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from slmdsl.stats.cautions import Caution

    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]

Family = Literal["exponential", "lognormal", "gamma", "weibull"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A distribution of one family.

    `parameters`: exponential (mean,); lognormal (mu, sigma); gamma and weibull (shape, scale), as the contract's
    `Solved` has them.
    """

    family: Family
    parameters: tuple[float, ...]

    def below(self, values: Floats) -> Floats:
        """Return the shares that lie below some values (the distribution function)."""
        raise NotImplementedError

    def quantile(self, share: float) -> float:
        """Return the value that a share of all lies below."""
        raise NotImplementedError

    @property
    def mean(self) -> float:
        """Return the mean."""
        raise NotImplementedError

    @property
    def sd(self) -> float:
        """Return the standard deviation."""
        raise NotImplementedError

    @property
    def said(self) -> tuple[tuple[str, float], ...]:
        """Return it as the language says it: `(("median", 480e6), ("p90", 1.2e9))`.

        An exponential by its mean, a gamma by mean and sd, lognormal and Weibull by median and p90.
        """
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The family, or the mix of lognormals, that fits some values best.

    Attributes:
        parts: shares, which sum up to 1, and what they are shares of; one part is a plain family.
        count: of the values that were fitted on, censored ones included, zeros not.
        censored: how many of them were only known to be longer.
        zeros: how many values were zero, beyond those that rounding explains; they are in no part.
        log_likelihood: of rounded values.
        aic: Akaike's criterion with Hurvich and Tsai's correction for few values.
        distance: Kolmogorov's: how far the distribution function is from that of the values, at most, 0 .. 1.
        tried: each candidate with its AIC, best first: `lognormal`, `mix of 2 lognormals`.
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
        raise NotImplementedError

    def below(self, values: Floats) -> Floats:
        """Return the shares that lie below some values."""
        raise NotImplementedError

    def quantile(self, share: float) -> float:
        """Return the value that a share of all lies below."""
        raise NotImplementedError

    @property
    def median(self) -> float:
        """Return the value that half of all lies below."""
        raise NotImplementedError

    @property
    def p90(self) -> float:
        """Return the value that 90 % of all lie below."""
        raise NotImplementedError

    @property
    def mean(self) -> float:
        """Return the mean."""
        raise NotImplementedError


def best_fit(
    values: Floats, *, parts_at_most: int = 2, censored: Bools | None = None, resolution: float | None = None
) -> Fitted:
    """Return the family that fits values best: exponential, lognormal, gamma, Weibull, or a mix of lognormals.

    Args:
        values: durations in any unit (shape n), none below 0.
        parts_at_most: how many lognormals may be mixed; 1: none are.
        censored: which values are only known to be longer, as those of open tickets (shape n).
        resolution: what values were rounded to, in their unit: each is taken as the range of half of it on each side;
            0: they are exact; None: `resolution_of(values)`.

    Raises:
        ValueError: fewer than 3 values above zero, or a value below 0.
    """
    raise NotImplementedError


def resolution_of(values: Floats) -> float:
    """Return the largest of 1 s, 1 min, 5 min, 15 min and 1 h (values in microseconds) that divides all values, or 0."""
    raise NotImplementedError

"""Two scenarios compared in pairs: replications that share their luck differ by what the scenarios differ in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slmdsl.stats.intervals import t_interval

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.stats.intervals import Interval

    Floats = npt.NDArray[np.float64]


def paired_difference(one: Floats, other: Floats, confidence: float = 0.95) -> Interval:
    """Return the mean of `other - one`, pair by pair, with Student's interval.

    Args:
        one: a figure of each replication of a scenario (shape R), in its own unit.
        other: the same figure of the same replications of another scenario.
        confidence: 0 .. 1, both excluded.

    Raises:
        ValueError: without replications, or for different numbers of them.

    >>> interval = paired_difference(np.array([1.0, 5.0, 9.0]), np.array([2.0, 6.5, 9.5]))
    >>> round(interval.value, 3), round(interval.half_width, 3)
    (1.0, 1.242)
    """
    return t_interval(_differences(one, other), confidence)


def variance_ratio(one: Floats, other: Floats) -> float | None:
    """Return how many times as many replications a difference would need if each scenario had luck of its own.

    It is the variance that the difference of two means has with independent luck, over the variance that it has with
    common luck: (Var one + Var other) / Var(other - one); see P. Glasserman and D. Yao, "Some guidelines and guarantees
    for common random numbers", Management Science 38 (1992). Above 1 common luck saves runs; below 1 it costs some.
    An estimate from R replications is itself uncertain, by some sqrt(4 / R) of its value.

    Args:
        one: a figure of each replication of a scenario (shape R, at least 2).
        other: the same figure of the same replications of another scenario.

    Returns:
        A number above 0, `inf` if the figures vary but their differences do not; None if nothing varies at all.

    Raises:
        ValueError: for fewer than two replications, or different numbers of them.

    >>> variance_ratio(np.array([1.0, 5.0, 9.0]), np.array([2.0, 6.5, 9.5]))
    121.0
    """
    differences = _differences(one, other)
    if len(differences) < 2:  # noqa: PLR2004 - a variance takes two
        msg = f"a variance needs at least two replications, not {len(differences)}"
        raise ValueError(msg)
    apart = float(np.var(one, ddof=1) + np.var(other, ddof=1))
    paired = float(np.var(differences, ddof=1))
    if paired == 0.0:
        return float("inf") if apart > 0.0 else None
    return apart / paired


def _differences(one: Floats, other: Floats) -> Floats:
    if one.shape != other.shape:
        msg = f"{len(one)} replications make no pairs with {len(other)}"
        raise ValueError(msg)
    found: Floats = other - one
    return found

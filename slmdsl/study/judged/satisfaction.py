"""Satisfaction against kept promises: whether those whose tickets were late score lower."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slmdsl.stats.intervals import Interval, t_interval
from slmdsl.stats.two_means import welch_interval

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]

LEAST: Final = 5
"""Fewer answers on either side say nothing of a difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction:
    """Mean scores with their 95 % intervals, None without answers.

    Attributes:
        kept: answers on tickets that met all their targets, and how many (`kept_n`).
        missed: answers on tickets that missed any, and how many (`missed_n`).
        difference: kept less missed; None with fewer than LEAST answers on either side, or without any spread.
    """

    kept: Interval | None
    kept_n: int
    missed: Interval | None
    missed_n: int
    difference: Interval | None


def satisfaction(scores: Floats, missed: Bools) -> Satisfaction:
    """Return how scores differ between tickets that met all their targets and those that missed any.

    Args:
        scores: of n answers on judged tickets, finite (shape n).
        missed: whether each answer's ticket missed any target (shape n).

    >>> import numpy as np
    >>> found = satisfaction(np.array([5.0, 4, 5, 4, 5, 2, 3, 2, 3, 2]), np.arange(10) >= 5)
    >>> found.kept_n, round(found.kept.value, 1), round(found.difference.value, 1), found.difference.low > 0
    (5, 4.6, 2.2, True)
    """
    kept_scores, missed_scores = scores[~missed], scores[missed]
    enough = min(len(kept_scores), len(missed_scores)) >= LEAST
    return Satisfaction(
        kept=mean_of(kept_scores),
        kept_n=len(kept_scores),
        missed=mean_of(missed_scores),
        missed_n=len(missed_scores),
        difference=welch_interval(kept_scores, missed_scores) if enough else None,
    )


def mean_of(scores: Floats) -> Interval | None:
    """Return the mean of scores with Student's interval, None without any."""
    return t_interval(scores) if len(scores) else None

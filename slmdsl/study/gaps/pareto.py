"""In which classes misses pile up: counts, rates with intervals, and what is left once luck has had its say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.stats.enrichment import as_many_by_luck, false_discoveries, wilson_bounds

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from slmdsl.study.gaps.cases import Cases
    from slmdsl.study.gaps.classes import Dimension

    Int64 = npt.NDArray[np.int64]
    Ids = npt.NDArray[np.object_]

ACCEPTED: Final = 0.05
"""The share of false alarms among the classes that are called striking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassGap:
    """One class of cases and its misses.

    Attributes:
        dimension: by what cases are told apart, as `slmdsl.study.gaps.classes.dimensions_of` says.
        value: what the class is called; None: the cases of which nothing is known.
        judged: how many cases it has.
        missed: how many of them missed.
        share: of all misses, 0 .. 1.
        rate: of its cases, 0 .. 1, with the 95 % Wilson interval `low` to `high`.
        lift: its rate over that of all other cases; None if the others have no case or no miss.
        excess: how many misses more it has than if its rate were that of all other cases; None as above.
        chance: that luck gives at least as many missed tickets to so many, by the exact test; a ticket counts once.
        false_discovery: the same corrected for how many classes were looked at (Benjamini and Hochberg).
        tickets: ids of the missed ones, in the order of the log.
    """

    dimension: str
    value: str | None
    judged: int
    missed: int
    share: float
    rate: float
    low: float
    high: float
    lift: float | None
    excess: float | None
    chance: float
    false_discovery: float
    tickets: tuple[str, ...]

    @property
    def is_striking(self) -> bool:
        """Whether it has more misses than luck explains, at a false discovery rate of 5 %."""
        return self.false_discovery <= ACCEPTED


def class_gaps(cases: Cases, dimensions: Iterable[Dimension], ids: Ids) -> tuple[ClassGap, ...]:
    """Return all classes of all dimensions, the classes of each by how many misses they have.

    All classes of all dimensions are corrected together.

    Args:
        cases: what was judged.
        dimensions: how cases are told apart.
        ids: of the log's tickets, by row.
    """
    found = [each for dimension in dimensions for each in _gaps_of(cases, dimension, ids)]
    corrected = false_discoveries(np.array([each.chance for each in found], np.float64))
    return tuple(
        replace(each, false_discovery=value) for each, value in zip(found, corrected.tolist(), strict=True)
    )


def _gaps_of(cases: Cases, dimension: Dimension, ids: Ids) -> list[ClassGap]:
    classes, place = np.unique(dimension.codes, return_inverse=True)
    count = len(classes)
    judged = np.bincount(place, minlength=count)
    missed = np.bincount(place[cases.missed], minlength=count)
    low, high = wilson_bounds(missed, judged)
    chances = _chances(cases, place, count)
    whole, misses = len(cases), int(missed.sum())
    found = []
    for each in np.lexsort((classes, -judged, -missed)).tolist():
        n, m = int(judged[each]), int(missed[each])
        others, other_misses = whole - n, misses - m
        code = int(classes[each])
        mine = np.unique(cases.ticket[(place == each) & cases.missed])
        found.append(
            ClassGap(
                dimension=dimension.name,
                value=None if code < 0 else dimension.values[code],
                judged=n,
                missed=m,
                share=m / misses if misses else 0.0,
                rate=m / n,
                low=float(low[each]),
                high=float(high[each]),
                lift=(m / n) / (other_misses / others) if other_misses else None,
                excess=m - n * other_misses / others if other_misses else None,
                chance=float(chances[each]),
                false_discovery=1.0,
                tickets=tuple(ids[mine].tolist()),
            )
        )
    return found


def _chances(cases: Cases, place: Int64, count: int) -> npt.NDArray[np.float64]:
    """Return what luck gives to each class, a ticket counting once in each that it has cases in."""
    pairs, pair = np.unique(cases.ticket * count + place, return_inverse=True)
    marked = np.zeros(len(pairs), np.bool_)
    marked[pair[cases.missed]] = True
    mine = pairs % count
    drawn = np.bincount(mine, minlength=count)
    found = np.bincount(mine[marked], minlength=count)
    return as_many_by_luck(found, drawn, int(marked.sum()), len(pairs))

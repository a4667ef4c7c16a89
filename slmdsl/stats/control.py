"""Control charts: whether a change is a signal or the noise that a process always has.

A point is held against what the process itself does, not against what was promised: a steady process may miss every
month, and an unsteady one may keep a promise by luck. Sources: D. Montgomery, "Introduction to Statistical Quality
Control" (p-chart with variable n, eq. 7.12); D. Laney, "Improved control charts for attributes" (Quality Engineering
14, 2002) for many tickets, where days differ by more than a coin does; D. Wheeler, "Understanding Variation" (2.66
times the mean moving range); Western Electric, "Statistical Quality Control Handbook" (1956) for the four rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy.special import gammaincc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

ChartKind = Literal["p", "p_prime", "individuals"]

LEAST: Final = 6
"""Fewer points say too little of what a process always does; Wheeler calls limits from fewer than this too soft."""
D2: Final = 1.128
"""The mean range of two normal values, in standard deviations."""
INDIVIDUALS: Final = 2.66
"""3 / D2: from the mean moving range to three standard deviations."""
_REACH: Final = 3.0
_RARE: Final = 0.05
"""How seldom a coin must differ so much between periods until it is no coin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPoint:
    """A value with the limits that hold for it. `rules` are the Western Electric rules, 1 to 4, that end with it."""

    value: float
    low: float
    high: float
    rules: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChart:
    """The points of a chart in order of time, around their `centre`.

    Attributes:
        kind: `p`: shares vary as a coin does; `p_prime`: by more, as Laney corrects it; `individuals`: single values.
        centre: the mean: of all tickets for shares, of the values else.
        spread: by what a coin's limits are multiplied, 1 for `p`; for `individuals` the mean moving range.
    """

    kind: ChartKind
    centre: float
    spread: float
    points: tuple[ControlPoint, ...]

    @property
    def is_steady(self) -> bool:
        """Whether no rule is broken anywhere: what varies is noise."""
        return not any(point.rules for point in self.points)


def share_chart(met: Ints, n: Ints) -> ControlChart:
    """Return the chart of shares `met / n` (shape k, n above 0, at least two): p, or p' where periods differ by more.

    The limits are the mean share plus and minus 3 sqrt(p (1 - p) / n), times Laney's spread where a chi-square test
    says that a coin does not differ so much.

    >>> chart = share_chart(np.array([90, 88, 91, 60]), np.array([100, 100, 100, 100]))
    >>> chart.kind, chart.points[3].rules
    ('p_prime', ())
    >>> share_chart(np.array([90, 88, 91, 89]), np.array([100, 100, 100, 100])).kind
    'p'
    """
    share = float(np.sum(met)) / float(np.sum(n))
    coin = np.sqrt(share * (1 - share) / n)
    values = met / n
    z = np.divide(values - share, coin, out=np.zeros(len(values)), where=coin > 0)
    spread = max(float(np.mean(np.abs(np.diff(z)))) / D2, 1.0) if _is_overdispersed(z) else 1.0
    reach = _REACH * spread * coin
    broken = western_electric(z / spread)
    return ControlChart(
        kind="p" if spread == 1.0 else "p_prime",
        centre=share,
        spread=spread,
        points=tuple(
            ControlPoint(value=float(v), low=max(share - r, 0.0), high=min(share + r, 1.0), rules=rules)
            for v, r, rules in zip(values.tolist(), reach.tolist(), broken, strict=True)
        ),
    )


def individuals_chart(values: Floats) -> ControlChart:
    """Return the chart of single values (shape k, at least two): mean plus and minus 2.66 mean moving ranges.

    >>> chart = individuals_chart(np.array([5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 12.0]))
    >>> round(chart.centre, 2), round(chart.points[0].high, 2), chart.points[6].rules
    (6.43, 11.31, (1,))
    """
    centre, spread = float(np.mean(values)), float(np.mean(np.abs(np.diff(values))))
    sigma = spread / D2
    z = (values - centre) / sigma if sigma > 0 else np.zeros(len(values))
    reach = INDIVIDUALS * spread
    return ControlChart(
        kind="individuals",
        centre=centre,
        spread=spread,
        points=tuple(
            ControlPoint(value=value, low=centre - reach, high=centre + reach, rules=rules)
            for value, rules in zip(values.tolist(), western_electric(z), strict=True)
        ),
    )


def western_electric(z: Floats) -> tuple[tuple[int, ...], ...]:
    """Return, for each value in standard deviations from the centre, the rules that are broken with it.

    1: one point beyond three; 2: two of three beyond two on one side; 3: four of five beyond one on one side; 4: eight
    in a row on one side. The point itself must be one of them.

    >>> western_electric(np.array([0.0, 2.5, 0.0, 2.5, 3.5]))
    ((), (), (), (2,), (1, 2))
    """
    return tuple(_rules_at(z[: place + 1]) for place in range(len(z)))


def _rules_at(z: Floats) -> tuple[int, ...]:
    sided = (z, -z)
    runs = ((1, 1, 1, _REACH), (2, 2, 3, 2.0), (3, 4, 5, 1.0), (4, 8, 8, 0.0))
    return tuple(
        rule
        for rule, least, of, beyond in runs
        if any(side[-1] > beyond and np.sum(side[-of:] > beyond) >= least for side in sided)
    )


def _is_overdispersed(z: Floats) -> bool:
    """Whether shares differ by more than a coin: the chi-square test of equal shares."""
    freedom = len(z) - 1
    return bool(gammaincc(freedom / 2, float(np.sum(z**2)) / 2) < _RARE)


def signals_since(chart: ControlChart, first: int) -> Sequence[int]:
    """Return the places of points from `first` on with which a rule is broken."""
    return [place for place, point in enumerate(chart.points) if place >= first and point.rules]

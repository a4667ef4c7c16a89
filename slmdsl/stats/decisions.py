"""Whether a chance is kept: decided while replications come in, at any look, under any dependence within them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.stats.intervals import Interval

    Floats = npt.NDArray[np.float64]

BETS: Final = 10
FIRST_LOOK: Final = 20
"""Before this many replications nothing is decided that is not certain."""


class Decision(StrEnum):
    """What is known of a wanted chance."""

    KEEPS = "keeps"
    FAILS = "fails"
    TOO_CLOSE = "too_close"
    """The chance is about what is wanted: more replications would hardly tell, or there are no more."""
    OPEN = "open"


class Wager:
    """Two bettors on the share of periods that replications keep: that it is more than wanted, and that it is less.

    Each has BETS purses with fixed stakes; a purse is multiplied by 1 + stake x (share - wanted) at each replication.
    While the true mean is not above (below) the wanted chance, the mean purse is a supermartingale that starts at 1, so
    that it ever reaches 1 / risk with a probability of at most `risk` (J. Ville 1939; I. Waudby-Smith and A. Ramdas,
    "Estimating means of bounded random variables by betting", JRSS B 86, 2024). Looks cost nothing, replications are
    all that must be independent.

    Chances that are certain need no bets. 100 % fails with the first period that is missed, and nothing that is seen
    ever proves that it keeps. 0 % keeps whatever is seen.
    """

    def __init__(self, wanted: float, risk: float = 0.05) -> None:
        """`wanted` is a chance from 0 to 1; `risk` of each of the two errors, divided by how many are decided at once.

        Raises:
            ValueError: for a chance beyond 0 .. 1, or a risk that is not between 0 and 1.
        """
        if not 0 <= wanted <= 1 or not 0 < risk < 1:
            msg = f"a chance lies in 0 .. 1 and a risk between 0 and 1, not {wanted} and {risk}"
            raise ValueError(msg)
        self.wanted, self.risk, self.replications = wanted, risk, 0
        self._has_missed = False
        parts = np.arange(1, BETS + 1) / (BETS + 1)
        self._above = parts / wanted if wanted > 0 else np.zeros(BETS)
        self._below = parts / (1 - wanted) if wanted < 1 else np.zeros(BETS)
        self._for, self._against = np.zeros(BETS), np.zeros(BETS)

    def add(self, share: float) -> None:
        """Take in the share of judged periods, 0 to 1, that the next replication kept."""
        gain = share - self.wanted
        self._for += np.log1p(self._above * gain)
        self._against += np.log1p(-self._below * gain)
        self._has_missed |= share < 1
        self.replications += 1

    @property
    def decision(self) -> Decision:
        """What can be said now; before FIRST_LOOK replications only what is certain."""
        if self.wanted == 0:
            return Decision.KEEPS
        if self.wanted == 1:
            return Decision.FAILS if self._has_missed else Decision.OPEN
        if self.replications < FIRST_LOOK:
            return Decision.OPEN
        if _mean(self._for) >= 1 / self.risk:
            return Decision.KEEPS
        return Decision.FAILS if _mean(self._against) >= 1 / self.risk else Decision.OPEN


def least_to_keep(wanted: float, risk: float = 0.05) -> int | None:
    """Return how many replications it takes until what is always kept is known to keep; None if that is never known.

    Args:
        wanted: the chance, 0 .. 1.
        risk: as a `Wager` has it.

    >>> least_to_keep(0.9), least_to_keep(0.9, 0.05 / 11), least_to_keep(1.0)
    (44, 73, None)
    """
    if wanted in {0, 1}:
        return None if wanted else 1
    growth = np.log1p(np.arange(1, BETS + 1) / (BETS + 1) / wanted * (1 - wanted))
    low, high = FIRST_LOOK - 1, FIRST_LOOK
    while _mean(high * growth) < 1 / risk:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _mean(middle * growth) < 1 / risk else (low, middle)
    return high


def decided(wager: Wager, interval: Interval | None, *, indifference: float, is_last: bool) -> Decision:
    """Return what is known of a wanted chance at a look.

    Keeps and fails are the wager's. What it leaves open is too close if there will be no more replications, or, from
    FIRST_LOOK replications on, if the interval says that the chance is about as wanted. That never says keeps or fails,
    so that the risk of the wager is not touched by it.

    Args:
        wager: it has taken in all replications so far.
        interval: of the chance, from the same replications; None where no period was judged.
        indifference: how far from the wanted chance is about as wanted, 0 .. 1 (0.01: a point).
        is_last: whether there will be no more replications.

    Example: thirty replications that keep one half of their periods.

    >>> from slmdsl.stats.intervals import Interval
    >>> wager, near = Wager(0.5), Interval(value=0.5, low=0.495, high=0.505)
    >>> for _ in range(30):
    ...     wager.add(0.5)
    >>> decided(wager, None, indifference=0.01, is_last=False).value
    'open'
    >>> decided(wager, near, indifference=0.01, is_last=False).value
    'too_close'
    """
    found = wager.decision
    if found is not Decision.OPEN:
        return found
    if is_last:
        return Decision.TOO_CLOSE
    if interval is None or wager.replications < FIRST_LOOK:
        return Decision.OPEN
    is_about_as_wanted = (
        wager.wanted - indifference <= interval.low and interval.high <= wager.wanted + indifference
    )
    return Decision.TOO_CLOSE if is_about_as_wanted else Decision.OPEN


def _mean(logarithms: Floats) -> float:
    """Return the mean of numbers of which the logarithms are given; infinite where it is beyond floats."""
    with np.errstate(over="ignore"):
        return float(np.mean(np.exp(logarithms)))

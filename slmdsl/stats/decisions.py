"""Whether a chance is kept: decided while replications come in, at any look, under any dependence within them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

BETS: Final = 10
FIRST_LOOK: Final = 20


class Decision(StrEnum):
    """What is known of a wanted chance."""

    KEEPS = "keeps"
    FAILS = "fails"
    OPEN = "open"


class Wager:
    """Two bettors on the share of periods that replications keep: that it is more than wanted, and that it is less.

    Each has BETS purses with fixed stakes; a purse is multiplied by 1 + stake x (share - wanted) at each replication.
    While the true mean is not above (below) the wanted chance, the mean purse is a supermartingale that starts at 1, so
    that it ever reaches 1 / risk with a probability of at most `risk` (J. Ville 1939; I. Waudby-Smith and A. Ramdas,
    "Estimating means of bounded random variables by betting", JRSS B 86, 2024). Looks cost nothing, replications are
    all that must be independent.
    """

    def __init__(self, wanted: float, risk: float = 0.05) -> None:
        """`wanted` is a chance from 0 to 1; `risk` of each of the two errors, divided by how many are decided at once.

        Raises:
            ValueError: for numbers outside these ranges.
        """
        if not 0 < wanted < 1 or not 0 < risk < 1:
            msg = f"a chance and a risk lie between 0 and 1, not {wanted} and {risk}"
            raise ValueError(msg)
        self.wanted, self.risk, self.replications = wanted, risk, 0
        parts = np.arange(1, BETS + 1) / (BETS + 1)
        self._above, self._below = parts / wanted, parts / (1 - wanted)
        self._for, self._against = np.zeros(BETS), np.zeros(BETS)

    def add(self, share: float) -> None:
        """Take in the share of judged periods, 0 to 1, that the next replication kept."""
        gain = share - self.wanted
        self._for += np.log1p(self._above * gain)
        self._against += np.log1p(-self._below * gain)
        self.replications += 1

    @property
    def decision(self) -> Decision:
        """What can be said now; nothing before FIRST_LOOK replications."""
        if self.replications < FIRST_LOOK:
            return Decision.OPEN
        if _mean(self._for) >= 1 / self.risk:
            return Decision.KEEPS
        return Decision.FAILS if _mean(self._against) >= 1 / self.risk else Decision.OPEN


def _mean(logarithms: Floats) -> float:
    """Return the mean of numbers of which the logarithms are given; infinite where it is beyond floats."""
    with np.errstate(over="ignore"):
        return float(np.mean(np.exp(logarithms)))

"""Patience, told from who left unserved and who was served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


def patience_of(left: Floats, stayed: Floats) -> tuple[float, float]:
    """Return which share has limited patience, and its mean where it is exponential.

    It is seen only where it ends before the service. With a share p of mean m the likelihood is p/m exp(-t/m) for who
    left after t, and 1 - p + p exp(-w/m) for who was served after w: a mixture cure model (J. Boag, "Maximum Likelihood
    Estimates of the Proportion of Patients Cured by Cancer Therapy", J. R. Statist. Soc. B 11, 1949).

    Args:
        left: after which time those left who did (at least one, in any unit).
        stayed: after which time the others were served.

    >>> luck = np.random.default_rng(1)
    >>> patience, wait = luck.exponential(5.0, 4_000), luck.exponential(8.0, 4_000)
    >>> leaves = (luck.random(4_000) < 0.4) & (patience < wait)
    >>> share, mean = patience_of(patience[leaves], wait[~leaves])
    >>> round(share, 1), round(mean)
    (0.4, 5)
    """
    unit = max(float(left.mean()), 1e-9)

    def unlikely(at: Floats) -> float:
        share, mean = 1 / (1 + np.exp(-at[0])), np.exp(at[1])
        gone = np.log(share / mean) * len(left) - (left / unit).sum() / mean
        return -float(gone + np.log(1 - share + share * np.exp(-stayed / unit / mean)).sum())

    found = minimize(unlikely, np.array([-2.0, 0.0]), method="Nelder-Mead").x
    return float(1 / (1 + np.exp(-found[0]))), float(np.exp(found[1])) * unit

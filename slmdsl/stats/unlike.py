"""Whether two samples are of the same kind: chances that luck alone makes them as unlike as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import chi2_contingency, ks_2samp

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Int64 = npt.NDArray[np.int64]


def chance_of_values(these: Floats, others: Floats) -> float:
    """Return the chance that two samples of one distribution differ so much, by Kolmogorov and Smirnov.

    >>> chance_of_values(np.arange(50.0), np.arange(50.0)) > 0.99
    True
    """
    return float(ks_2samp(these, others).pvalue)


def chance_of_counts(these: Int64, others: Int64) -> float:
    """Return the chance that two samples of one mix have such counts, by Pearson's chi-square; 1 for a single class.

    Args:
        these: by class.
        others: by class, as many.

    >>> chance_of_counts(np.array([50, 50]), np.array([90, 10])) < 0.001
    True
    """
    used = (these + others) > 0
    if np.count_nonzero(used) <= 1:
        return 1.0
    return float(chi2_contingency(np.stack((these[used], others[used]))).pvalue)

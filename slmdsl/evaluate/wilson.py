"""How certain a share is."""

from __future__ import annotations

import math

Z_95 = 1.959963984540054
"""The 97.5 % quantile of the normal distribution: 95 % lie between -z and z."""


def wilson_interval(met: int, n: int) -> tuple[float, float] | None:
    """Return the 95 % interval for the share `met / n`, None without any case.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927). Unlike the textbook's
    normal interval it stays within 0 and 1 and does not shrink to nothing at either.

    >>> [round(bound, 4) for bound in wilson_interval(9, 10)]
    [0.5958, 0.9821]
    """
    if n == 0:
        return None
    share, weight = met / n, Z_95**2 / n
    centre = (share + weight / 2) / (1 + weight)
    half = Z_95 * math.sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    # At none and at all one bound is exact, which rounding would miss.
    return (0.0 if met == 0 else centre - half), (1.0 if met == n else centre + half)

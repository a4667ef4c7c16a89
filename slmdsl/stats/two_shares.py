"""Whether two shares differ by more than chance, where what is counted may vary by more than a coin does.

Sources: R. A. Fisher's exact test for few cases; the two-sample z test with the binomial error multiplied by the spread
of D. Laney, "Improved control charts for attributes" (Quality Engineering 14, 2002), for many.
"""

from __future__ import annotations

from math import sqrt

from scipy.special import ndtr
from scipy.stats import fisher_exact


def chance_of_shares(one: tuple[int, int], other: tuple[int, int], spread: float = 1.0) -> float:
    """Return how probable two shares are that differ at least as much while the process is the same, 0 to 1.

    Args:
        one: met and counted, the latter above 0.
        other: the same of the other share.
        spread: by what the process varies more than a coin, in standard errors; below 1 counts as 1.

    >>> chance_of_shares((66, 100), (81, 100)) < 0.03
    True
    >>> chance_of_shares((66, 100), (81, 100), 2.0) > 0.2
    True
    """
    (met, n), (other_met, other_n) = one, other
    exact = float(fisher_exact([[met, n - met], [other_met, other_n - other_met]]).pvalue)
    if spread <= 1:
        return exact
    share = (met + other_met) / (n + other_n)
    error = spread * sqrt(share * (1 - share) * (1 / n + 1 / other_n))
    if error == 0:
        return 1.0
    return max(exact, 2 * float(ndtr(-abs(met / n - other_met / other_n) / error)))

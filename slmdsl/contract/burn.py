"""Burn rates: how fast an error budget is used, and the usual ladder of alerts on it.

A budget is the share that may fail, 1 - goal. A burn rate of 1 over a whole period uses exactly the budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from slmdsl.base.units import DAY, HOUR, MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnStep:
    """One step of an alert: it fires while the burn rate is above `burn` over each of `windows_us`, longest first.

    `budget_share` is the share of a period's budget that is used when the long window is over at exactly that rate;
    None where the rate was said and not derived.
    """

    burn: Fraction
    windows_us: tuple[int, ...]
    budget_share: Fraction | None = None


_STANDARD: Final = (
    (Fraction(2, 100), HOUR, 5 * MINUTE),
    (Fraction(5, 100), 6 * HOUR, 30 * MINUTE),
    (Fraction(10, 100), DAY, 2 * HOUR),
    (Fraction(10, 100), 3 * DAY, 6 * HOUR),
)


def standard_table(period_us: int) -> tuple[BurnStep, ...]:
    """Return the usual ladder of burn rates for a target judged over `period_us` microseconds.

    Each step names the share of the budget that its long window may use, so that burn = share x period / window: 14.4,
    6, 3 and 1 at 30 days. The short window, a twelfth of the long one, ends an alert soon after the trouble.

    Source: Beyer et al., The Site Reliability Workbook (2018), chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".

    >>> [float(step.burn) for step in standard_table(30 * DAY)]
    [14.4, 6.0, 3.0, 1.0]
    >>> standard_table(28 * DAY)[3].burn
    Fraction(14, 15)
    """
    if period_us <= 0:
        msg = f"a period of {period_us} us has no burn rates"
        raise ValueError(msg)
    return tuple(
        BurnStep(burn=share * period_us / long_us, windows_us=(long_us, short_us), budget_share=share)
        for share, long_us, short_us in _STANDARD
    )


def can_fire(burn: Fraction, budget: Fraction) -> bool:
    """Return whether a burn rate can be exceeded when all fails that can: not if burn x budget is 1 or more.

    Without a budget every failure is infinitely fast, so it can.

    >>> can_fire(Fraction(10), Fraction(1, 1000)), can_fire(Fraction(10), Fraction(1, 10))
    (True, False)
    """
    return burn * budget < 1

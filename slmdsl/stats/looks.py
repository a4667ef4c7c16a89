"""When a number is known well enough: looks at fixed numbers of replications, whatever the clock and the workers do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from slmdsl.stats.intervals import Interval

FIRST_NARROW: Final = 60
"""Before this many replications no interval is called narrow: an early one is narrow by luck."""
STEP: Final = 20
"""How many replications lie between two looks."""


def next_look(done: int, at_most: int, *, first: int = FIRST_NARROW) -> int:
    """Return how many replications there are at the next look: 60, 80, 100 and so on, and at last `at_most`.

    Stopping at the first narrow interval costs some coverage, since the variance is low by luck where one stops early;
    a first look at a moderate number keeps the loss small (Y. Chow, H. Robbins, Annals of Mathematical Statistics 36,
    1965; A. Law, "Simulation Modeling and Analysis", 5th ed., 2015, section 9.4.1). `tests/bench/bench_coverage.py`
    measures it.

    Args:
        done: how many replications there are, 0 or more.
        at_most: how many there may be at all, at least 1.
        first: how many there are at the first look, at least 1.

    Returns:
        A number above `done` and up to `at_most`.

    Raises:
        ValueError: if there may be no more.

    >>> next_look(0, 400), next_look(60, 400), next_look(80, 90)
    (60, 80, 90)
    """
    if not 0 <= done < at_most:
        msg = f"there is no look after {done} of at most {at_most} replications"
        raise ValueError(msg)
    return min(first if done < first else done + STEP, at_most)


def is_narrow(interval: Interval, half_width: float) -> bool:
    """Return whether an interval is as narrow as wanted; `half_width` is in the interval's unit.

    >>> from slmdsl.stats.intervals import Interval
    >>> is_narrow(Interval(value=0.8, low=0.77, high=0.82), half_width=0.03)
    True
    """
    return interval.half_width <= half_width

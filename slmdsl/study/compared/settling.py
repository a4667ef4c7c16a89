"""Whether a desk had settled when the days that count began: advice on the warm-up, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.stats.warm_up import mser

if TYPE_CHECKING:
    from slmdsl.study.running.tally import Tally

_WEEKS: Final = 16
"""Fewer weeks say nothing of settling."""
_MATTERS: Final = 0.1
"""By what share the backlog of the first weeks differs at least from that of all others, to be told of."""
_SURELY: Final = 3.0
"""And by how many of the standard deviations of the weeks after them: holidays and seasons are no warm-up."""


def weeks_to_leave_out(tally: Tally) -> int:
    """Return how many weeks longer the warm-up had better be; 0 if it is long enough, or nothing can be said.

    The backlog of all groups together at the end of each week, averaged over replications, decides (MSER-1). A series
    that never settles is no matter of the warm-up, and gives 0: the desk's table shows what piles up.
    """
    if not tally.replications:
        return 0
    backlog = tally.desk.of("backlog").sum(axis=0)
    if len(backlog) < _WEEKS:
        return 0
    found = mser(backlog)
    if not found.leave_out or not found.is_settled:
        return 0
    first, rest = backlog[: found.leave_out], backlog[found.leave_out :]
    usual, spread = float(np.mean(rest)), float(np.std(rest))
    differs = abs(float(np.mean(first)) - usual) > max(_MATTERS * usual, _SURELY * spread)
    return found.leave_out if differs else 0

"""What kernels look up of a target: the limit or goal in force, its buckets, the ends of its periods.

Compiled by numba into its callers; plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit

if TYPE_CHECKING:
    from slmdsl.rules.tables import Rules, Table

FOREVER = 2**62
"""A limit that nothing reaches, and the end of a period that has none."""

WITHIN, STATISTIC, SHARE, COUNT = range(4)
RESUMES, NEW_CYCLE, COUNTS_ALL = range(3)
RETAINS, RESTARTS, PER_PERIOD = range(3)

DAY_END = 2
"""A limit `by end of N business days`; the other units of limits are the two in which calendars count."""


@njit(nogil=True)
def in_force(dated: Table, first: int, end: int, at_us: int) -> int:
    """Return the last of the rows `first .. end` that holds at an instant; the first holds from the beginning."""
    row = first
    while row + 1 < end and dated[row + 1].from_us <= at_us:
        row += 1
    return int(row)


@njit(nogil=True)
def bucket_of(rules: Rules, target: int, at_us: int) -> int:
    """Return the bucket of a target that holds an instant, -1 if none does."""
    first = low = rules.targets[target].first_edge
    high = rules.targets[target].last_edge
    if at_us < rules.edges_us[low] or at_us >= rules.edges_us[high]:
        return -1
    while high - low > 1:
        middle = (low + high) // 2
        if rules.edges_us[middle] <= at_us:
            low = middle
        else:
            high = middle
    return int(low - first)


@njit(nogil=True)
def period_end(rules: Rules, target: int, at_us: int) -> int:
    """Return the end of the bucket that holds an instant; before the first it is its start, after the last FOREVER."""
    first, last = rules.targets[target].first_edge, rules.targets[target].last_edge
    if at_us >= rules.edges_us[last]:
        return FOREVER
    if at_us < rules.edges_us[first]:
        return int(rules.edges_us[first])
    return int(rules.edges_us[first + bucket_of(rules, target, at_us) + 1])


@njit(nogil=True)
def means_priority(rules: Rules, target: int, priority: int) -> bool:
    """Whether a target means tickets of a priority; shares and counts look at the last one, when all is known."""
    return bool(rules.targets[target].form > STATISTIC or rules.covers[target, priority + 1])

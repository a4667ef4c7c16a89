"""The targets on tickets as a table for kernels, and what is looked up in it: limits, buckets, ends of periods.

Compiled by numba into its callers; plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from numba import njit

if TYPE_CHECKING:
    from slmdsl.rules.moments import Int64, UInt8

FOREVER = 2**62
"""A limit that nothing reaches, and the end of a period that has none."""

RESUMES, NEW_CYCLE, COUNTS_ALL = range(3)
RETAINS, RESTARTS, PER_PERIOD = range(3)

# What a limit is measured in; the first two are also how a calendar counts.
DAY_END = 2
"""`by end of N business days`: the amount is N, the limit an instant."""

WITHIN, STATISTIC, SHARE, COUNT = range(4)


class TargetTable(NamedTuple):
    """The targets' settings, one row each.

    `covers` has a column for each priority code, shifted by one so that column 0 is a missing priority. Limits and
    goals are dated: rows `first .. end` of `limit_*` (`goal_*`), in force from `*_from_us`. A limit is `limit_floor`,
    reached at `limit_ceil`; they differ where a fraction of a business day is no whole number of the calendar's units.
    The floor of a limit by the end of a business day is a place in `day_ends_us`, from which on the instant stands for
    each stretch of the calendar in which a clock may start, NO_TIME where it lies beyond the calendar's table.
    A target's buckets lie between the edges `first_edge .. last_edge` of `edges_us`.
    """

    track: Int64
    calendar: Int64
    family: Int64
    form: Int64
    counted: Int64
    reopened: Int64
    reprioritised: Int64
    valid_from_us: Int64
    valid_to_us: Int64
    condition: Int64
    numerator: Int64
    part: Int64
    first_limit: Int64
    end_limit: Int64
    first_goal: Int64
    end_goal: Int64
    first_edge: Int64
    last_edge: Int64
    first_cell: Int64
    values: Int64
    first_exclusion: Int64
    end_exclusion: Int64
    covers: UInt8
    limit_from_us: Int64
    limit_unit: Int64
    limit_floor: Int64
    limit_ceil: Int64
    day_ends_us: Int64
    goal_from_us: Int64
    goal_numerator: Int64
    edges_us: Int64


@njit(nogil=True)
def in_force(from_us: Int64, first: int, end: int, at_us: int) -> int:
    """Return the last of the rows `first .. end` that holds at an instant; the first holds from the beginning."""
    row = first
    while row + 1 < end and from_us[row + 1] <= at_us:
        row += 1
    return row


@njit(nogil=True)
def bucket_of(targets: TargetTable, target: int, at_us: int) -> int:
    """Return the bucket of a target that holds an instant, -1 if none does."""
    low, high = targets.first_edge[target], targets.last_edge[target]
    if at_us < targets.edges_us[low] or at_us >= targets.edges_us[high]:
        return -1
    while high - low > 1:
        middle = (low + high) // 2
        if targets.edges_us[middle] <= at_us:
            low = middle
        else:
            high = middle
    return int(low - targets.first_edge[target])


@njit(nogil=True)
def period_end(targets: TargetTable, target: int, at_us: int) -> int:
    """Return the end of the bucket that holds an instant; before the first it is its start, after the last FOREVER."""
    first, last = targets.first_edge[target], targets.last_edge[target]
    if at_us >= targets.edges_us[last]:
        return FOREVER
    if at_us < targets.edges_us[first]:
        return int(targets.edges_us[first])
    return int(targets.edges_us[first + bucket_of(targets, target, at_us) + 1])

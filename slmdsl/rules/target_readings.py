"""What kernels look up of a target: the limit or goal in force, its buckets, the ends of its periods.

Compiled by numba into its callers; plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_part

if TYPE_CHECKING:
    from slmdsl.rules.tables import Int64, Table

FOREVER = 2**62
"""A limit that nothing reaches, and the end of a period that has none."""

WITHIN, STATISTIC, SHARE, COUNT = range(4)
RESUMES, NEW_CYCLE, COUNTS_ALL = range(3)
RETAINS, RESTARTS, PER_PERIOD = range(3)

DAY_END = 2
"""A limit `by end of N business days`; the other units of limits are the two in which calendars count."""


@kernel_part
def in_force(dated: Table, first: int, end: int, at_us: int) -> int:
    """Return the last of the rows `first .. end` that holds at an instant; the first holds from the beginning."""
    row = first
    while row + 1 < end and dated[row + 1].from_us <= at_us:
        row += 1
    return int(row)


@kernel_part
def bucket_of(target: Table, edges_us: Int64, at_us: int) -> int:
    """Return the bucket of a target that holds an instant, -1 if none does."""
    first, last = target.first_edge, target.last_edge
    if at_us < edges_us[first] or at_us >= edges_us[last]:
        return -1
    # Buckets are of nearly one length, so the guess is next to the truth; its rounding does not matter.
    share = (at_us - edges_us[first]) / (edges_us[last] - edges_us[first])
    k = first + min(int(share * (last - first)), last - first - 1)
    while edges_us[k] > at_us:
        k -= 1
    while edges_us[k + 1] <= at_us:
        k += 1
    return int(k - first)


@kernel_part
def period_end(target: Table, edges_us: Int64, at_us: int) -> int:
    """Return the end of the bucket that holds an instant not before the first, FOREVER after the last."""
    if at_us >= edges_us[target.last_edge]:
        return FOREVER
    return int(edges_us[target.first_edge + bucket_of(target, edges_us, at_us) + 1])

"""What counting tickets and listing their verdicts have in common: what a ticket is beyond its watches.

Compiled by numba into `count_kernel` and `row_kernel`; plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_part
from slmdsl.rules.stepper import HALT

if TYPE_CHECKING:
    from slmdsl.rules.tables import Masks, Table


@kernel_part
def is_over_unstarted(track: Table, ticket: Table, moments: Table) -> bool:
    """Whether a ticket whose clock has not started is over."""
    phase = 0
    for k in range(ticket.moments):
        if moments[k].phase >= 0:
            phase = moments[k].phase
    return bool((track.over >> phase) & 1)


@kernel_part
def halted_at(ticket: Table, steps: Table) -> int:
    """Return the instant at which the clock last came to stand without a stop, or else its start."""
    for k in range(ticket.steps - 1, 0, -1):
        if steps[k].what == HALT:
            return int(steps[k].at_us)
    return int(steps[0].at_us)


@kernel_part
def exclusion_of(target: Table, masks: Masks, ticket: Table) -> int:
    """Return which exclusion takes a ticket out of a target's net figures: 0 none, 1 .. as listed, -1 a waiver."""
    for place in range(target.first_exclusion, target.end_exclusion):
        if masks.exclusions[place, ticket.row] and masks.exclusion_covers[place, ticket.last_priority + 1]:
            return place + 1
    return -1 if ticket.waived and masks.waived[target.place, ticket.row] else 0

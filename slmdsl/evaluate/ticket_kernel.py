"""What counting tickets and listing their verdicts have in common: the way from a ticket to the watches on it.

Compiled by numba into `count_kernel` and `row_kernel`; plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit

from slmdsl.rules.stepper import HALT
from slmdsl.rules.stopwatch import set_watch

if TYPE_CHECKING:
    from slmdsl.rules.tables import Desk, Masks, Rules

_NO_CONDITION = -1


@njit(nogil=True)
def row_of(rules: Rules, desk: Desk) -> int:
    """Return the row of the dispatch that lists the targets which may judge the ticket."""
    ticket, counts = desk.ticket[0], rules.class_counts
    row = rules.kind_class[ticket.kind + 1] * counts[0] + rules.service_class[ticket.service + 1]
    row = (row * counts[1] + rules.customer_class[ticket.customer + 1]) * counts[2]
    if ticket.reprioritised:
        return int(row + counts[2] - 1)
    return int(row + rules.priority_class[ticket.first_priority + 1])


@njit(nogil=True)
def end_of_family(rules: Rules, place: int, end: int) -> int:
    """Return where the family ends to which the target at `place` of a row `.. end` belongs."""
    family = rules.targets[rules.listed[place]].family
    place += 1
    while place < end and rules.targets[rules.listed[place]].family == family:
        place += 1
    return place


@njit(nogil=True)
def holds(masks: Masks, condition: int, row: int) -> bool:
    """Whether a ticket meets a condition; none (-1) is always met."""
    return bool(condition == _NO_CONDITION or masks.conditions[condition, row])


@njit(nogil=True)
def is_in_force(rules: Rules, target: int, at_us: int) -> bool:
    """Whether the agreement of a target is valid at an instant."""
    return bool(rules.targets[target].valid_from_us <= at_us < rules.targets[target].valid_to_us)


@njit(nogil=True)
def set_watches(rules: Rules, place: int, end: int, step: int, masks: Masks, desk: Desk) -> int:
    """Set a watch at a step for each target `place .. end` of a family that judges the ticket; return how many."""
    size, start_us, begins = 0, desk.steps[0].at_us, desk.steps[step]
    for listed in range(place, end):
        target = rules.listed[listed]
        condition = rules.targets[target].condition
        if is_in_force(rules, target, start_us) and holds(masks, condition, desk.ticket[0].row):
            set_watch(rules, target, begins.at_us, begins.priority, desk.watches[size])
            size += 1
    return size


@njit(nogil=True)
def means_last_priority(rules: Rules, target: int, desk: Desk) -> bool:
    """Whether a target means tickets of the ticket's last priority."""
    return bool(rules.covers[target, desk.ticket[0].last_priority + 1])


@njit(nogil=True)
def is_over_unstarted(rules: Rules, track: int, desk: Desk) -> bool:
    """Whether a ticket whose clock has not started is over."""
    phase = 0
    for k in range(desk.ticket[0].moments):
        if desk.moments[k].phase >= 0:
            phase = desk.moments[k].phase
    return bool((rules.tracks[track].over >> phase) & 1)


@njit(nogil=True)
def halted_at(desk: Desk) -> int:
    """Return the instant at which the clock last came to stand without a stop, or else its start."""
    for k in range(desk.ticket[0].steps - 1, 0, -1):
        if desk.steps[k].what == HALT:
            return int(desk.steps[k].at_us)
    return int(desk.steps[0].at_us)


@njit(nogil=True)
def exclusion_of(rules: Rules, target: int, masks: Masks, desk: Desk) -> int:
    """Return which exclusion takes the ticket out of a target's net figures: 0 none, 1 .. as listed, -1 a waiver."""
    ticket = desk.ticket[0]
    for place in range(rules.targets[target].first_exclusion, rules.targets[target].end_exclusion):
        if masks.exclusions[place, ticket.row] and rules.exclusion_covers[place, ticket.last_priority + 1]:
            return place + 1
    return -1 if ticket.waived else 0

"""What counting tickets and listing their verdicts have in common: the way from a ticket to the watches on it.

Compiled by numba into `count_kernel` and `row_kernel`; plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from numba import njit

from slmdsl.events.vocabulary import Phase
from slmdsl.rules.moments import (
    LAST_PRIORITY,
    REPRIORITISED,
    WAIVED,
    LogColumns,
    Moments,
    recall,
    room_for_moments,
)
from slmdsl.rules.stepper import HALT, Steps, TrackTable, lay_steps, room_for_steps
from slmdsl.rules.stopwatch import STAMP, Lanes, Watches, room_for_lanes, room_for_watches, set_watch
from slmdsl.rules.target_columns import STATISTIC

if TYPE_CHECKING:
    from slmdsl.rules.calendar_columns import CalendarColumns
    from slmdsl.rules.dispatch import Dispatch
    from slmdsl.rules.moments import Int32, UInt8
    from slmdsl.rules.target_columns import TargetTable

_NEW = int(Phase.NEW)


class Masks(NamedTuple):
    """What a log's tickets say about conditions (shape conditions x n, 0 or 1), parts (codes) and exclusions.

    `exclusion_covers` tells for each exclusion and priority code, shifted by one, whether it takes out such tickets.
    """

    conditions: UInt8
    parts: Int32
    exclusions: UInt8
    exclusion_covers: UInt8


class Rules(NamedTuple):
    """All tables that rules are compiled to."""

    tracks: TrackTable
    targets: TargetTable
    calendars: CalendarColumns
    dispatch: Dispatch


class Desk(NamedTuple):
    """Room to work on one ticket at a time."""

    moments: Moments
    steps: Steps
    watches: Watches
    lanes: Lanes


@njit(nogil=True)
def room_at_desk(rules: Rules, moments: int) -> Desk:
    """Return a desk for tickets with less than `moments` moments."""
    steps = room_for_steps(moments)
    lanes = room_for_lanes(len(rules.calendars.first), len(steps.at_us))
    return Desk(room_for_moments(moments), steps, room_for_watches(len(rules.targets.track)), lanes)


@njit(nogil=True)
def take_up(log: LogColumns, ticket: int, as_of_us: int, desk: Desk) -> int:
    """Recall a ticket and return the number of its moments, -1 if the desk is too small for it."""
    return recall(log, ticket, as_of_us, desk.moments)


@njit(nogil=True)
def row_of(dispatch: Dispatch, log: LogColumns, ticket: int, desk: Desk) -> int:
    """Return the row of `dispatch` that lists the targets which may judge a ticket."""
    row = dispatch.kind_class[log.kind[ticket] + 1] * dispatch.counts[0]
    row = (row + dispatch.service_class[log.service[ticket] + 1]) * dispatch.counts[1]
    row = (row + dispatch.customer_class[log.customer[ticket] + 1]) * dispatch.counts[2]
    if desk.moments.told[REPRIORITISED]:
        return int(row + dispatch.counts[2] - 1)
    return int(row + dispatch.priority_class[log.priority[ticket] + 1])


@njit(nogil=True)
def lay_track(
    log: LogColumns, ticket: int, as_of_us: int, count: int, rules: Rules, track: int, desk: Desk
) -> int:
    """Lay the steps of a track's clock on the ticket that was taken up; 0 if it has not started."""
    desk.lanes.present[STAMP] += 1
    return lay_steps(log, ticket, as_of_us, desk.moments, count, rules.tracks, track, desk.steps)


@njit(nogil=True)
def end_of_family(rules: Rules, place: int, end: int) -> int:
    """Return where the family ends to which the target at `place` of a row `.. end` belongs."""
    listed = rules.dispatch.targets
    family = rules.targets.family[listed[place]]
    place += 1
    while place < end and rules.targets.family[listed[place]] == family:
        place += 1
    return place


@njit(nogil=True)
def holds(masks: Masks, condition: int, ticket: int) -> bool:
    """Whether a ticket meets a condition; none (-1) is always met."""
    return bool(condition < 0 or masks.conditions[condition, ticket])


@njit(nogil=True)
def is_in_force(targets: TargetTable, target: int, at_us: int) -> bool:
    """Whether the agreement of a target is valid at an instant."""
    return bool(targets.valid_from_us[target] <= at_us < targets.valid_to_us[target])


@njit(nogil=True)
def set_watches(ticket: int, place: int, end: int, step: int, rules: Rules, masks: Masks, desk: Desk) -> int:
    """Set a watch at a step for each target `place .. end` of a family that judges the ticket; return how many."""
    size = 0
    for listed in range(place, end):
        target = rules.dispatch.targets[listed]
        if is_in_force(rules.targets, target, desk.steps.at_us[0]) and holds(
            masks, rules.targets.condition[target], ticket
        ):
            set_watch(
                desk.watches,
                size,
                target,
                desk.steps.at_us[step],
                desk.steps.priority[step],
                rules.targets,
                rules.calendars,
            )
            size += 1
    return size


@njit(nogil=True)
def covers_at_last(targets: TargetTable, target: int, desk: Desk) -> bool:
    """Whether a share or count means tickets of the ticket's last priority; watches have seen to it for the others."""
    return bool(
        targets.form[target] <= STATISTIC or targets.covers[target, desk.moments.told[LAST_PRIORITY] + 1]
    )


@njit(nogil=True)
def is_over_unstarted(rules: Rules, track: int, count: int, desk: Desk) -> bool:
    """Whether a ticket whose clock has not started is over."""
    phase = _NEW
    for k in range(count):
        if desk.moments.phase[k] >= 0:
            phase = desk.moments.phase[k]
    return bool(rules.tracks.over[track, phase])


@njit(nogil=True)
def halted_at(desk: Desk) -> int:
    """Return the instant at which the clock came to stand without a stop, or else its start."""
    steps = desk.steps
    for back in range(1, steps.told[1]):
        if steps.what[steps.told[1] - back] == HALT:
            return int(steps.at_us[steps.told[1] - back])
    return int(steps.at_us[0])


@njit(nogil=True)
def exclusion_of(ticket: int, target: int, targets: TargetTable, masks: Masks, desk: Desk) -> int:
    """Return which exclusion takes a ticket out of a target's net figures: 0 none, 1 .. as listed, -1 a waiver."""
    for exclusion in range(targets.first_exclusion[target], targets.end_exclusion[target]):
        priority = desk.moments.told[LAST_PRIORITY]
        if masks.exclusions[exclusion, ticket] and masks.exclusion_covers[exclusion, priority + 1]:
            return exclusion + 1
    return -1 if desk.moments.told[WAIVED] else 0

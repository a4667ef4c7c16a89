"""What is known of one ticket at an instant, as a short list of moments that clocks look at.

Compiled by numba into its callers; with NUMBA_DISABLE_JIT=1 the same source runs as plain Python. Facts stand in for
the events that a log lacks: a ticket without any `resolved` (`closed`) event has one at its resolved (closed) time,
behind the events of the same instant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from slmdsl.base.units import NO_TIME
from slmdsl.events.vocabulary import EventType, Phase, Role

if TYPE_CHECKING:
    import numpy.typing as npt

    Int64 = npt.NDArray[np.int64]
    Int32 = npt.NDArray[np.int32]
    Int8 = npt.NDArray[np.int8]
    UInt8 = npt.NDArray[np.uint8]

# What a moment is an answer to, as bits.
ASSIGNED, REPLIED, ACKNOWLEDGED, ACTED = 1, 2, 4, 8

NEW, RESOLVED, CLOSED = int(Phase.NEW), int(Phase.RESOLVED), int(Phase.CLOSED)
_CREATED, _ASSIGNEE, _MESSAGE = int(EventType.CREATED), int(EventType.ASSIGNEE), int(EventType.MESSAGE)
_ACK, _WAIVE = int(EventType.ACK), int(EventType.WAIVE)
_CUSTOMER, _SYSTEM = int(Role.CUSTOMER), int(Role.SYSTEM)


class LogColumns(NamedTuple):
    """The columns of n tickets and m events that kernels read; see `slmdsl.events.log`."""

    opened_us: Int64
    responded_us: Int64
    resolved_us: Int64
    closed_us: Int64
    kind: Int32
    service: Int32
    customer: Int32
    priority: Int32
    first_event: Int64
    next_event: Int64
    at_us: Int64
    type: Int8
    phase: Int8
    event_priority: Int32
    role: Int8
    public: Int8
    actor: Int32
    reason: Int32
    time_fields: npt.NDArray[np.int64]
    """Shape (fields that a clock starts at, n)."""


class Moments(NamedTuple):
    """Room for one ticket's moments, in order. `phase` and `priority` are -1 where a moment does not change them.

    `told` holds what the whole list says: the last priority, and whether a waiver was given (0 or 1).
    """

    at_us: Int64
    phase: Int8
    priority: Int32
    answers: UInt8
    told: Int64


LAST_PRIORITY, WAIVED, REPRIORITISED = 0, 1, 2


@njit(nogil=True)
def room_for_moments(size: int) -> Moments:
    """Return room for `size` moments."""
    return Moments(
        np.empty(size, np.int64),
        np.empty(size, np.int8),
        np.empty(size, np.int32),
        np.empty(size, np.uint8),
        np.zeros(3, np.int64),
    )


@njit(nogil=True)
def recall(log: LogColumns, ticket: int, as_of_us: int, moments: Moments) -> int:
    """Fill `moments` with what is known of a ticket at `as_of_us`; return how many there are, -1 if room is short."""
    count = 0
    phases = 0
    priority = log.priority[ticket]
    moments.told[WAIVED] = 0
    moments.told[REPRIORITISED] = 0
    event = log.first_event[ticket]
    while event >= 0:
        if log.phase[event] >= 0:
            phases |= 1 << int(log.phase[event])
        if log.at_us[event] <= as_of_us:
            if count + 2 >= len(moments.at_us):
                return -1
            count = _note(log, event, moments, count)
            if log.event_priority[event] >= 0 and log.event_priority[event] != priority:
                priority = log.event_priority[event]
                moments.told[REPRIORITISED] = 1
        event = log.next_event[event]
    moments.told[LAST_PRIORITY] = priority
    resolved_us = log.resolved_us[ticket]
    if resolved_us != NO_TIME and resolved_us <= as_of_us and not phases & (1 << RESOLVED):
        count = _insert(moments, count, resolved_us, RESOLVED)
    closed_us = log.closed_us[ticket]
    if closed_us != NO_TIME and closed_us <= as_of_us and not phases & (1 << CLOSED):
        count = _insert(moments, count, closed_us, CLOSED)
    return count


@njit(nogil=True)
def _note(log: LogColumns, event: int, moments: Moments, count: int) -> int:
    """Append an event if a clock could look at it; a waiver is told only if it names a reason and who approved."""
    answers = _answers(log, event)
    if log.type[event] == _WAIVE and log.reason[event] >= 0 and log.actor[event] >= 0:
        moments.told[WAIVED] = 1
    if answers == 0 and log.phase[event] < 0 and log.event_priority[event] < 0:
        return count
    moments.at_us[count] = log.at_us[event]
    moments.phase[count] = log.phase[event]
    moments.priority[count] = log.event_priority[event]
    moments.answers[count] = answers
    return count + 1


@njit(nogil=True)
def _answers(log: LogColumns, event: int) -> int:
    kind, role = log.type[event], log.role[event]
    by_provider = role not in (_CUSTOMER, _SYSTEM)
    answers = 0
    if kind == _ASSIGNEE:
        answers |= ASSIGNED
    if kind == _ACK:
        answers |= ACKNOWLEDGED
    if by_provider and kind == _MESSAGE and log.public[event] == 1:
        answers |= REPLIED
    if by_provider and kind not in (_CREATED, _WAIVE) and log.phase[event] != NEW:
        answers |= ACTED
    return answers


@njit(nogil=True)
def _insert(moments: Moments, count: int, at_us: int, phase: int) -> int:
    """Put a fact behind the moments of its instant."""
    place = count
    while place > 0 and moments.at_us[place - 1] > at_us:
        moments.at_us[place] = moments.at_us[place - 1]
        moments.phase[place] = moments.phase[place - 1]
        moments.priority[place] = moments.priority[place - 1]
        moments.answers[place] = moments.answers[place - 1]
        place -= 1
    moments.at_us[place] = at_us
    moments.phase[place] = phase
    moments.priority[place] = -1
    moments.answers[place] = ACTED
    return count + 1

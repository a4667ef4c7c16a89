"""What is known of one ticket at an instant, as a short list of moments that clocks look at.

Compiled by numba into its callers; with NUMBA_DISABLE_JIT=1 the same source runs as plain Python. Facts stand in for
the events that a log lacks: a ticket without any `resolved` (`closed`) event has one at its resolved (closed) time,
behind the events of the same instant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_part
from slmdsl.base.units import NO_TIME
from slmdsl.events.vocabulary import EventType, Phase, Role

if TYPE_CHECKING:
    from slmdsl.rules.tables import Desk, LogColumns, Table

# What a moment is an answer to, as bits.
ASSIGNED, REPLIED, ACKNOWLEDGED, ACTED = 1, 2, 4, 8

NEW, RESOLVED, CLOSED = int(Phase.NEW), int(Phase.RESOLVED), int(Phase.CLOSED)
_CREATED, _ASSIGNEE, _MESSAGE = int(EventType.CREATED), int(EventType.ASSIGNEE), int(EventType.MESSAGE)
_ACK, _WAIVE = int(EventType.ACK), int(EventType.WAIVE)
_CUSTOMER, _SYSTEM = int(Role.CUSTOMER), int(Role.SYSTEM)


@kernel_part
def recall(log: LogColumns, row: int, as_of_us: int, desk: Desk) -> None:
    """Put on the desk what is known of a ticket at `as_of_us`: its facts, and its moments in order."""
    ticket, moments = desk.ticket[0], desk.moments
    priority = int(log.priority[row])
    ticket.row = row
    ticket.opened_us = log.opened_us[row]
    ticket.responded_us = log.responded_us[row]
    ticket.kind = log.kind[row]
    ticket.service = log.service[row]
    ticket.customer = log.customer[row]
    ticket.first_priority = priority
    ticket.reprioritised = ticket.waived = count = phases = 0
    event = log.first_event[row]
    while event >= 0:
        if log.phase[event] >= 0:
            phases |= 1 << int(log.phase[event])
        if log.at_us[event] <= as_of_us:
            count = _note(log, event, desk, count)
            if log.event_priority[event] >= 0 and log.event_priority[event] != priority:
                priority = int(log.event_priority[event])
                ticket.reprioritised = 1
        event = log.next_event[event]
    ticket.last_priority = priority
    if NO_TIME < log.resolved_us[row] <= as_of_us and not phases & (1 << RESOLVED):
        count = _insert(moments, count, log.resolved_us[row], RESOLVED)
    if NO_TIME < log.closed_us[row] <= as_of_us and not phases & (1 << CLOSED):
        count = _insert(moments, count, log.closed_us[row], CLOSED)
    ticket.moments = count


@kernel_part
def _note(log: LogColumns, event: int, desk: Desk, count: int) -> int:
    """Append an event if a clock could look at it; a waiver is noted if it names a reason and who approved."""
    kind = log.type[event]
    answers = answers_of(kind, log.role[event], log.phase[event], log.public[event])
    if kind == _WAIVE and log.reason[event] >= 0 and log.actor[event] >= 0:
        desk.ticket[0].waived = 1
    if answers == 0 and log.phase[event] < 0 and log.event_priority[event] < 0:
        return count
    moment = desk.moments[count]
    moment.at_us = log.at_us[event]
    moment.phase = log.phase[event]
    moment.priority = log.event_priority[event]
    moment.answers = answers
    return count + 1


@kernel_part
def answers_of(kind: int, role: int, phase: int, public: int) -> int:
    """Return what an event is an answer to, as bits."""
    by_provider = role not in (_CUSTOMER, _SYSTEM)
    answers = 0
    if kind == _ASSIGNEE:
        answers |= ASSIGNED
    if kind == _ACK:
        answers |= ACKNOWLEDGED
    if by_provider and kind == _MESSAGE and public == 1:
        answers |= REPLIED
    if by_provider and kind not in (_CREATED, _WAIVE) and phase != NEW:
        answers |= ACTED
    return answers


@kernel_part
def _insert(moments: Table, count: int, at_us: int, phase: int) -> int:
    """Put a fact behind the moments of its instant."""
    place = count
    while place > 0 and moments[place - 1].at_us > at_us:
        moments[place].at_us = moments[place - 1].at_us
        moments[place].phase = moments[place - 1].phase
        moments[place].priority = moments[place - 1].priority
        moments[place].answers = moments[place - 1].answers
        place -= 1
    moments[place].at_us = at_us
    moments[place].phase = phase
    moments[place].priority = -1
    moments[place].answers = ACTED
    return count + 1

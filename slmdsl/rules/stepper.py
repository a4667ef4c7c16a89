"""The clock stepper: from a ticket's moments to the steps of its clock.

A track (see `ticket_rules`) says what starts, pauses and stops a clock; its steps say when the clock runs. Calendars,
limits and periods come later, in `stopwatch`. Compiled by numba into its callers; plain Python with
NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_part
from slmdsl.base.units import NO_TIME

if TYPE_CHECKING:
    from slmdsl.rules.tables import Desk, Int64, Rules, Table

# How a clock stands after a step.
RUNS, PAUSED, STOPPED, HALTED = 0, 1, 2, 3
"""HALTED: over without the event that stops the clock (cancelled, or closed and never resolved)."""

# What a step is. NEVER stands alone: the ticket was over before its clock started.
START, NEVER, RUN, PAUSE, STOP, HALT, REOPEN, PRIORITY, END = range(9)

AT_OPENED, AT_ANSWER, AT_PHASE, AT_FIELD = range(4)
"""What a clock starts at; `start_value` is then nothing, bits of answers, a phase, or a row of `time_fields_us`."""

_NONE = -1


@kernel_part
def is_answer(track: Table, moment: Table) -> bool:
    """Whether a moment is what the response clock waits for."""
    if track.answer_phase >= 0:
        return bool(moment.phase == track.answer_phase)
    return bool(moment.answers & track.answer_bits)


@kernel_part
def start_of(track: Table, as_of_us: int, time_fields_us: Int64, ticket: Table, moments: Table) -> int:
    """Return the instant at which a track's clock starts on the ticket, NO_TIME if it has not."""
    kind, value, opened_us = track.start_kind, track.start_value, int(ticket.opened_us)
    if kind == AT_OPENED:
        return opened_us
    if kind == AT_FIELD:
        at_us = int(time_fields_us[value, ticket.row])
        return at_us if at_us <= as_of_us else NO_TIME
    for k in range(ticket.moments):
        moment = moments[k]
        if (kind == AT_PHASE and moment.phase == value) or (kind == AT_ANSWER and moment.answers & value):
            return max(int(moment.at_us), opened_us)
    return NO_TIME


@kernel_part
def response_of(track: Table, as_of_us: int, start_us: int, ticket: Table, moments: Table) -> int:
    """Return the instant of the response, NO_TIME if there is none. A fact of the ticket beats its events."""
    fact_us = int(ticket.responded_us)
    if fact_us != NO_TIME:
        return fact_us if fact_us <= as_of_us else NO_TIME
    wanted, before = track.answer_phase, _NONE
    for k in range(ticket.moments):
        moment = moments[k]
        if moment.at_us > start_us and before == wanted >= 0:
            return start_us
        if moment.at_us >= start_us and is_answer(track, moment):
            return int(moment.at_us)
        if moment.phase >= 0:
            before = int(moment.phase)
    return start_us if before == wanted >= 0 else NO_TIME


@kernel_part
def lay_steps(rules: Rules, track: int, as_of_us: int, time_fields_us: Int64, desk: Desk) -> int:
    """Lay the steps of a track's clock on the ticket and return their number, 0 if the clock has not started."""
    ticket, settings = desk.ticket[0], rules.tracks[track]
    ticket.stamp += 1
    ticket.steps = 0
    start_us = start_of(settings, as_of_us, time_fields_us, ticket, desk.moments)
    if start_us != NO_TIME:
        _lay(settings, as_of_us, start_us, ticket, desk.moments, desk.steps)
    return int(ticket.steps)


@kernel_part
def _lay(track: Table, as_of_us: int, start_us: int, ticket: Table, moments: Table, steps: Table) -> None:
    response_us = NO_TIME
    if track.is_response:
        response_us = response_of(track, as_of_us, start_us, ticket, moments)
    first, phase, priority = 0, 0, int(ticket.first_priority)
    while first < ticket.moments and moments[first].at_us < start_us:
        phase = int(moments[first].phase) if moments[first].phase >= 0 else phase
        priority = int(moments[first].priority) if moments[first].priority >= 0 else priority
        first += 1
    mode = PAUSED if _has(track.pauses, phase) else RUNS
    ticket.last_phase = phase
    if _has(track.ends, phase) or (response_us != NO_TIME and response_us < start_us):
        ticket.eventful = 0
        _put(ticket, steps, start_us, NEVER, mode, priority, _NONE)
        return
    _put(ticket, steps, start_us, START, mode, priority, _NONE)
    end = int(ticket.moments)
    if response_us != NO_TIME:
        end = _before_response(track, first, response_us, ticket, moments)
    _walk(track, first, end, ticket, moments, steps)
    last = steps[ticket.steps - 1]
    mode, priority = int(last.mode), int(last.priority)
    if response_us != NO_TIME:
        mode = STOPPED
        _put(ticket, steps, response_us, STOP, mode, priority, _NONE)
    _put(ticket, steps, as_of_us, END, mode, priority, _NONE)


@kernel_part
def _has(phases: int, phase: int) -> bool:
    return bool((phases >> phase) & 1)


@kernel_part
def _put(ticket: Table, steps: Table, at_us: int, what: int, mode: int, priority: int, since: int) -> None:
    step = steps[ticket.steps]
    step.at_us = at_us
    step.what = what
    step.mode = mode
    step.priority = priority
    step.since = since
    ticket.steps += 1


@kernel_part
def _before_response(track: Table, first: int, response_us: int, ticket: Table, moments: Table) -> int:
    """Return where the moments before the response end; a fact stands behind the moments of its instant."""
    is_fact = ticket.responded_us != NO_TIME
    for k in range(first, ticket.moments):
        moment = moments[k]
        if moment.at_us > response_us or (
            moment.at_us == response_us and not is_fact and is_answer(track, moment)
        ):
            return k
    return int(ticket.moments)


@kernel_part
def _walk(track: Table, first: int, end: int, ticket: Table, moments: Table, steps: Table) -> None:
    """Lay the steps that follow from the moments `first .. end`; the start is laid already."""
    ticket.eventful = 0
    stood, mode, phase = _NONE, int(steps[0].mode), int(ticket.last_phase)
    priority = priority_then = int(steps[0].priority)
    for k in range(first, end):
        moment = moments[k]
        if moment.priority >= 0 and moment.priority != priority:
            priority = int(moment.priority)
            if mode <= PAUSED:
                ticket.eventful = 1
                _put(ticket, steps, moment.at_us, PRIORITY, mode, priority, _NONE)
        if moment.phase >= 0:
            phase = int(moment.phase)
        entered = _mode_in(track, phase, mode)
        if entered == mode:
            continue
        if mode <= PAUSED < entered:
            stood, priority_then = int(ticket.steps), priority
        what = _step_to(entered, mode)
        mode = entered
        _put(ticket, steps, moment.at_us, what, mode, priority, stood)
        ticket.eventful |= what == REOPEN
        if what == REOPEN and priority != priority_then:
            _put(ticket, steps, moment.at_us, PRIORITY, mode, priority, _NONE)
    ticket.last_phase = phase


@kernel_part
def _mode_in(track: Table, phase: int, mode: int) -> int:
    """Return how the clock stands once the ticket is in `phase`."""
    if phase == track.stop_phase:
        return STOPPED
    if _has(track.over, phase):
        return mode if mode > PAUSED else HALTED
    return PAUSED if _has(track.pauses, phase) else RUNS


@kernel_part
def _step_to(entered: int, mode: int) -> int:
    if entered > PAUSED:
        return STOP if entered == STOPPED else HALT
    if mode > PAUSED:
        return REOPEN
    return PAUSE if entered == PAUSED else RUN

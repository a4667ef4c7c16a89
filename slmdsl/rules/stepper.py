"""The clock stepper: from a ticket's moments to the steps of its clock.

A track (see `ticket_rules`) says what starts, pauses and stops a clock; its steps say when the clock runs. Calendars,
limits and periods come later, in `stopwatch`. Compiled by numba into its callers; plain Python with
NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit

from slmdsl.base.units import NO_TIME

if TYPE_CHECKING:
    from slmdsl.rules.tables import Desk, Masks, Rules, Table

# How a clock stands after a step.
RUNS, PAUSED, STOPPED, HALTED = 0, 1, 2, 3
"""HALTED: over without the event that stops the clock (cancelled, or closed and never resolved)."""

# What a step is. NEVER stands alone: the ticket was over before its clock started.
START, NEVER, RUN, PAUSE, STOP, HALT, REOPEN, PRIORITY, END = range(9)

AT_OPENED, AT_ANSWER, AT_PHASE, AT_FIELD = range(4)
"""What a clock starts at; `start_value` is then nothing, bits of answers, a phase, or a row of `time_fields_us`."""

_NONE = -1


@njit(nogil=True)
def is_answer(rules: Rules, track: int, moment: Table) -> bool:
    """Whether a moment is what the response clock waits for."""
    if rules.tracks[track].answer_phase >= 0:
        return bool(moment.phase == rules.tracks[track].answer_phase)
    return bool(moment.answers & rules.tracks[track].answer_bits)


@njit(nogil=True)
def start_of(rules: Rules, track: int, as_of_us: int, masks: Masks, desk: Desk) -> int:
    """Return the instant at which a track's clock starts on the ticket, NO_TIME if it has not."""
    kind, value = rules.tracks[track].start_kind, rules.tracks[track].start_value
    opened_us = int(desk.ticket[0].opened_us)
    if kind == AT_OPENED:
        return opened_us
    if kind == AT_FIELD:
        at_us = int(masks.time_fields_us[value, desk.ticket[0].row])
        return at_us if at_us <= as_of_us else NO_TIME
    for k in range(desk.ticket[0].moments):
        moment = desk.moments[k]
        if (kind == AT_PHASE and moment.phase == value) or (kind == AT_ANSWER and moment.answers & value):
            return max(int(moment.at_us), opened_us)
    return NO_TIME


@njit(nogil=True)
def response_of(rules: Rules, track: int, as_of_us: int, start_us: int, desk: Desk) -> int:
    """Return the instant of the response, NO_TIME if there is none. A fact of the ticket beats its events."""
    fact_us = int(desk.ticket[0].responded_us)
    if fact_us != NO_TIME:
        return fact_us if fact_us <= as_of_us else NO_TIME
    wanted, before = rules.tracks[track].answer_phase, _NONE
    for k in range(desk.ticket[0].moments):
        moment = desk.moments[k]
        if moment.at_us > start_us and before == wanted >= 0:
            return start_us
        if moment.at_us >= start_us and is_answer(rules, track, moment):
            return int(moment.at_us)
        if moment.phase >= 0:
            before = int(moment.phase)
    return start_us if before == wanted >= 0 else NO_TIME


@njit(nogil=True)
def lay_steps(rules: Rules, track: int, as_of_us: int, masks: Masks, desk: Desk) -> int:
    """Lay the steps of a track's clock on the ticket and return their number, 0 if the clock has not started."""
    desk.ticket[0].stamp += 1
    desk.ticket[0].steps = 0
    start_us = start_of(rules, track, as_of_us, masks, desk)
    if start_us != NO_TIME:
        _lay(rules, track, as_of_us, start_us, desk)
    return int(desk.ticket[0].steps)


@njit(nogil=True)
def _lay(rules: Rules, track: int, as_of_us: int, start_us: int, desk: Desk) -> None:
    ticket, moments, response_us = desk.ticket[0], desk.moments, NO_TIME
    if rules.tracks[track].is_response:
        response_us = response_of(rules, track, as_of_us, start_us, desk)
    first, phase, priority = 0, 0, int(ticket.first_priority)
    while first < ticket.moments and moments[first].at_us < start_us:
        phase = int(moments[first].phase) if moments[first].phase >= 0 else phase
        priority = int(moments[first].priority) if moments[first].priority >= 0 else priority
        first += 1
    mode = PAUSED if _has(rules.tracks[track].pauses, phase) else RUNS
    ticket.last_phase = phase
    if _has(rules.tracks[track].ends, phase) or (response_us != NO_TIME and response_us < start_us):
        _put(desk, start_us, NEVER, mode, priority, _NONE)
        return
    _put(desk, start_us, START, mode, priority, _NONE)
    if response_us == NO_TIME:
        _walk(rules, track, first, int(ticket.moments), desk)
    else:
        _walk(rules, track, first, _before_response(rules, track, first, response_us, desk), desk)
        _put(desk, response_us, STOP, STOPPED, _last(desk).priority, _NONE)
    _put(desk, as_of_us, END, _last(desk).mode, _last(desk).priority, _NONE)


@njit(nogil=True)
def _has(phases: int, phase: int) -> bool:
    return bool((phases >> phase) & 1)


@njit(nogil=True)
def _last(desk: Desk) -> Table:
    return desk.steps[desk.ticket[0].steps - 1]


@njit(nogil=True)
def _put(desk: Desk, at_us: int, what: int, mode: int, priority: int, since: int) -> None:
    step = desk.steps[desk.ticket[0].steps]
    step.at_us = at_us
    step.what = what
    step.mode = mode
    step.priority = priority
    step.since = since
    desk.ticket[0].steps += 1


@njit(nogil=True)
def _before_response(rules: Rules, track: int, first: int, response_us: int, desk: Desk) -> int:
    """Return where the moments before the response end; a fact stands behind the moments of its instant."""
    is_fact = desk.ticket[0].responded_us != NO_TIME
    for k in range(first, desk.ticket[0].moments):
        moment = desk.moments[k]
        if moment.at_us > response_us or (
            moment.at_us == response_us and not is_fact and is_answer(rules, track, moment)
        ):
            return k
    return int(desk.ticket[0].moments)


@njit(nogil=True)
def _walk(rules: Rules, track: int, first: int, end: int, desk: Desk) -> None:
    """Lay the steps that follow from the moments `first .. end`; the start is laid already."""
    stood, mode, phase = _NONE, int(desk.steps[0].mode), int(desk.ticket[0].last_phase)
    priority = priority_then = int(desk.steps[0].priority)
    for k in range(first, end):
        moment = desk.moments[k]
        if moment.priority >= 0 and moment.priority != priority:
            priority = int(moment.priority)
            if mode <= PAUSED:
                _put(desk, moment.at_us, PRIORITY, mode, priority, _NONE)
        if moment.phase >= 0:
            phase = int(moment.phase)
        entered = _mode_in(rules, track, phase, mode)
        if entered == mode:
            continue
        if mode <= PAUSED < entered:
            stood, priority_then = int(desk.ticket[0].steps), priority
        what = _step_to(entered, mode)
        mode = entered
        _put(desk, moment.at_us, what, mode, priority, stood)
        if what == REOPEN and priority != priority_then:
            _put(desk, moment.at_us, PRIORITY, mode, priority, _NONE)
    desk.ticket[0].last_phase = phase


@njit(nogil=True)
def _mode_in(rules: Rules, track: int, phase: int, mode: int) -> int:
    """Return how the clock stands once the ticket is in `phase`."""
    if phase == rules.tracks[track].stop_phase:
        return STOPPED
    if _has(rules.tracks[track].over, phase):
        return mode if mode > PAUSED else HALTED
    return PAUSED if _has(rules.tracks[track].pauses, phase) else RUNS


@njit(nogil=True)
def _step_to(entered: int, mode: int) -> int:
    if entered > PAUSED:
        return STOP if entered == STOPPED else HALT
    if mode > PAUSED:
        return REOPEN
    return PAUSE if entered == PAUSED else RUN

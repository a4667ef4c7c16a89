"""The clock stepper: from a ticket's moments to the steps of its clock.

A track (see `ticket_rules`) says what starts, pauses and stops a clock; its steps say when the clock runs. Calendars,
limits and periods come later, in `stopwatch`. Compiled by numba into its callers; plain Python with
NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from slmdsl.base.units import NO_TIME
from slmdsl.contract.model.clocks import Mark
from slmdsl.events.vocabulary import Phase
from slmdsl.rules.moments import ACKNOWLEDGED, ACTED, ASSIGNED, REPLIED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from slmdsl.rules.moments import Int8, Int32, Int64, LogColumns, Moments, UInt8
    from slmdsl.rules.ticket_rules import Track

# How a clock stands after a step.
RUNS, PAUSED, STOPPED, HALTED = 0, 1, 2, 3
"""HALTED: over without the event that stops the clock (cancelled, or closed and never resolved)."""

# What a step is. NEVER stands alone: the ticket was over before its clock started.
START, NEVER, RUN, PAUSE, STOP, HALT, REOPEN, PRIORITY, END = range(9)

AT_OPENED, AT_ANSWER, AT_PHASE, AT_FIELD = range(4)
"""What a clock starts at; `start_value` is then nothing, bits of answers, a phase, or a row of `time_fields`."""

_NONE = -1


class TrackTable(NamedTuple):
    """The tracks' settings, one row each; `stop_phase` and `answer_phase` are -1 and `answer_bits` 0 where not meant.

    `pauses`, `over` and `ends` (over, or stopped) have a column for each phase, 0 or 1.
    """

    is_response: UInt8
    start_kind: Int64
    start_value: Int64
    stop_phase: Int64
    answer_phase: Int64
    answer_bits: Int64
    pauses: UInt8
    over: UInt8
    ends: UInt8


_ANSWERS = {Mark.PUBLIC_REPLY: REPLIED, Mark.ANY_ACTION: ACTED, Mark.ACKNOWLEDGED: ACKNOWLEDGED}
_STOPS = {Mark.RESOLVED: Phase.RESOLVED, Mark.CLOSED: Phase.CLOSED}


def track_table(tracks: Sequence[Track]) -> TrackTable:
    """Return the table of `tracks`, in their order."""
    fields = [track for track in tracks if not isinstance(track.starts, Mark | Phase)]
    starts = [_start(track, fields) for track in tracks]
    stops = [_NONE if track.is_response else int(_STOPS.get(track.stops) or track.stops) for track in tracks]
    over = [_over(track) for track in tracks]
    phases = [int(t.stops) if t.is_response and isinstance(t.stops, Phase) else _NONE for t in tracks]
    return TrackTable(
        is_response=np.array([track.is_response for track in tracks], dtype=np.uint8),
        start_kind=np.array([kind for kind, _ in starts], dtype=np.int64),
        start_value=np.array([value for _, value in starts], dtype=np.int64),
        stop_phase=np.array(stops, dtype=np.int64),
        answer_phase=np.array(phases, dtype=np.int64),
        answer_bits=np.array(
            [_ANSWERS.get(t.stops, 0) if t.is_response else 0 for t in tracks], dtype=np.int64
        ),
        pauses=_phases(track.pauses for track in tracks),
        over=_phases(over),
        ends=_phases({*found, stop} for found, stop in zip(over, stops, strict=True)),
    )


def _start(track: Track, fields: list[Track]) -> tuple[int, int]:
    if isinstance(track.starts, Phase):
        return AT_PHASE, int(track.starts)
    if isinstance(track.starts, Mark):
        return (AT_ANSWER, ASSIGNED) if track.starts is Mark.ASSIGNED else (AT_OPENED, _NONE)
    return AT_FIELD, fields.index(track)


def _over(track: Track) -> set[Phase]:
    """The phases in which a ticket is over for a clock that has not stopped."""
    ended = {Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED}
    return ended - {Phase.RESOLVED} if track.stops is Mark.CLOSED and not track.is_response else ended


def _phases(sets: Iterable[Collection[int]]) -> UInt8:
    return np.array([[phase in chosen for phase in Phase] for chosen in sets], dtype=np.uint8).reshape(
        -1, len(Phase)
    )


class Steps(NamedTuple):
    """Room for the steps of one clock.

    `mode` and `priority` are those after the step, `since` is the step at which the clock last came to stand; `told`
    holds the last phase, and how many steps there are.
    """

    at_us: Int64
    what: Int8
    mode: Int8
    priority: Int32
    since: Int64
    told: Int64


LAST_PHASE, COUNTED = 0, 1


@njit(nogil=True)
def room_for_steps(moments: int) -> Steps:
    """Return room for the steps that so many moments can make."""
    size = 3 * moments + 4
    return Steps(
        np.empty(size, np.int64),
        np.empty(size, np.int8),
        np.empty(size, np.int8),
        np.empty(size, np.int32),
        np.empty(size, np.int64),
        np.zeros(2, np.int64),
    )


@njit(nogil=True)
def is_answer(tracks: TrackTable, track: int, moments: Moments, k: int) -> bool:
    """Whether moment k is what the response clock waits for."""
    if tracks.answer_phase[track] >= 0:
        return bool(moments.phase[k] == tracks.answer_phase[track])
    return bool(moments.answers[k] & tracks.answer_bits[track])


@njit(nogil=True)
def start_of(
    log: LogColumns, ticket: int, as_of_us: int, moments: Moments, count: int, tracks: TrackTable, track: int
) -> int:
    """Return the instant at which a track's clock starts on the ticket, NO_TIME if it has not."""
    kind, value, opened_us = tracks.start_kind[track], tracks.start_value[track], int(log.opened_us[ticket])
    if kind == AT_OPENED:
        return opened_us
    if kind == AT_FIELD:
        at_us = int(log.time_fields[value, ticket])
        return at_us if at_us <= as_of_us else NO_TIME
    for k in range(count):
        if (kind == AT_PHASE and moments.phase[k] == value) or (
            kind == AT_ANSWER and moments.answers[k] & value
        ):
            return max(int(moments.at_us[k]), opened_us)
    return NO_TIME


@njit(nogil=True)
def response_of(
    log: LogColumns,
    ticket: int,
    as_of_us: int,
    moments: Moments,
    count: int,
    tracks: TrackTable,
    track: int,
    start_us: int,
) -> int:
    """Return the instant of the response, NO_TIME if there is none. A fact of the ticket beats its events."""
    fact_us = int(log.responded_us[ticket])
    if fact_us != NO_TIME:
        return fact_us if fact_us <= as_of_us else NO_TIME
    before = _NONE
    for k in range(count):
        at_us = int(moments.at_us[k])
        if at_us > start_us and before == tracks.answer_phase[track] and before >= 0:
            return start_us
        if at_us >= start_us and is_answer(tracks, track, moments, k):
            return at_us
        if moments.phase[k] >= 0:
            before = moments.phase[k]
    return start_us if before >= 0 and before == tracks.answer_phase[track] else NO_TIME


@njit(nogil=True)
def _put(steps: Steps, count: int, at_us: int, what: int, mode: int, priority: int, since: int) -> int:
    steps.at_us[count] = at_us
    steps.what[count] = what
    steps.mode[count] = mode
    steps.priority[count] = priority
    steps.since[count] = since
    return count + 1


@njit(nogil=True)
def lay_steps(
    log: LogColumns,
    ticket: int,
    as_of_us: int,
    moments: Moments,
    count: int,
    tracks: TrackTable,
    track: int,
    steps: Steps,
) -> int:
    """Fill `steps` with the steps of a track's clock on the ticket and return their number, 0 if it has not started."""
    steps.told[COUNTED] = _lay(log, ticket, as_of_us, moments, count, tracks, track, steps)
    return int(steps.told[COUNTED])


@njit(nogil=True)
def _lay(
    log: LogColumns,
    ticket: int,
    as_of_us: int,
    moments: Moments,
    count: int,
    tracks: TrackTable,
    track: int,
    steps: Steps,
) -> int:
    start_us = start_of(log, ticket, as_of_us, moments, count, tracks, track)
    if start_us == NO_TIME:
        return 0
    response_us = NO_TIME
    if tracks.is_response[track]:
        response_us = response_of(log, ticket, as_of_us, moments, count, tracks, track, start_us)
    first, phase, priority = 0, 0, log.priority[ticket]
    while first < count and moments.at_us[first] < start_us:
        phase = moments.phase[first] if moments.phase[first] >= 0 else phase
        priority = moments.priority[first] if moments.priority[first] >= 0 else priority
        first += 1
    mode = PAUSED if tracks.pauses[track, phase] else RUNS
    if tracks.ends[track, phase] or (response_us != NO_TIME and response_us < start_us):
        return _put(steps, 0, start_us, NEVER, mode, priority, _NONE)
    last = count
    if response_us != NO_TIME:
        last = _before_response(
            int(log.responded_us[ticket] != NO_TIME), response_us, moments, first, count, tracks, track
        )
    laid = _put(steps, 0, start_us, START, mode, priority, _NONE)
    laid = _walk(moments, first, last, tracks, track, steps, phase)
    if response_us != NO_TIME:
        laid = _put(steps, laid, response_us, STOP, STOPPED, steps.priority[laid - 1], _NONE)
    return _put(steps, laid, as_of_us, END, steps.mode[laid - 1], steps.priority[laid - 1], _NONE)


@njit(nogil=True)
def _before_response(
    is_fact: int, response_us: int, moments: Moments, first: int, count: int, tracks: TrackTable, track: int
) -> int:
    """Return where the moments before the response end; a fact stands behind the moments of its instant."""
    for k in range(first, count):
        at_us = moments.at_us[k]
        if at_us > response_us or (
            at_us == response_us and not is_fact and is_answer(tracks, track, moments, k)
        ):
            return k
    return count


@njit(nogil=True)
def _walk(
    moments: Moments, first: int, last: int, tracks: TrackTable, track: int, steps: Steps, phase: int
) -> int:
    """Lay the steps between the start, which `steps` already holds, and the end."""
    laid, stood, mode = 1, _NONE, steps.mode[0]
    priority = priority_then = steps.priority[0]
    for k in range(first, last):
        at_us = moments.at_us[k]
        if moments.priority[k] >= 0 and moments.priority[k] != priority:
            priority = moments.priority[k]
            if mode <= PAUSED:
                laid = _put(steps, laid, at_us, PRIORITY, mode, priority, _NONE)
        if moments.phase[k] >= 0:
            phase = moments.phase[k]
        entered = _mode_in(tracks, track, phase, mode)
        if entered == mode:
            continue
        if mode <= PAUSED < entered:
            stood, priority_then = laid, priority
        what = _step_to(entered, mode)
        mode = entered
        laid = _put(steps, laid, at_us, what, mode, priority, stood)
        if what == REOPEN and priority != priority_then:
            laid = _put(steps, laid, at_us, PRIORITY, mode, priority, _NONE)
    steps.told[LAST_PHASE] = phase
    return laid


@njit(nogil=True)
def _mode_in(tracks: TrackTable, track: int, phase: int, mode: int) -> int:
    """Return how the clock stands once the ticket is in `phase`."""
    if phase == tracks.stop_phase[track]:
        return STOPPED
    if tracks.over[track, phase]:
        return mode if mode > PAUSED else HALTED
    return PAUSED if tracks.pauses[track, phase] else RUNS


@njit(nogil=True)
def _step_to(entered: int, mode: int) -> int:
    if entered > PAUSED:
        return STOP if entered == STOPPED else HALT
    if mode > PAUSED:
        return REOPEN
    return PAUSE if entered == PAUSED else RUN

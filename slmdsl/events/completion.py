"""Make a log's facts and events say the same: which of the two is believed where they differ, and what is counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.events.chains import EventRows, in_order
from slmdsl.events.columns import Coded
from slmdsl.events.vocabulary import UNKNOWN, EventType, Phase

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.events.columns import Int32, Int64

    Mask = npt.NDArray[np.bool_]

_OVER = np.zeros(len(Phase), np.bool_)
_OVER[[Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED]] = True
_DONE = np.zeros(len(Phase), np.bool_)
_DONE[[Phase.RESOLVED, Phase.CLOSED]] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The four instants that a source may give for n tickets, in microseconds, NO_TIME where missing."""

    opened_us: Int64
    responded_us: Int64
    resolved_us: Int64
    closed_us: Int64


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Tickets (places in the log, ascending) whose facts disagree in one way."""

    reason: str
    tickets: Int64


def last_of(rows: EventRows, phase: Phase, tickets: int) -> Int64:
    """Return when each ticket last entered `phase` by its events (in order), NO_TIME if never."""
    found = np.full(tickets, NO_TIME, np.int64)
    entered = rows.phase == phase
    found[rows.ticket[entered]] = rows.at_us[entered]
    return found


def aligned(times: Times, rows: EventRows) -> tuple[Times, list[Contradiction]]:
    """Return the times with `resolved` and `closed` set to the last such event, where a ticket has one."""
    found = []
    changed = {}
    for phase, name in ((Phase.RESOLVED, "resolved_us"), (Phase.CLOSED, "closed_us")):
        stated: Int64 = getattr(times, name)
        by_event = last_of(rows, phase, len(stated))
        told = by_event != NO_TIME
        differ = told & (stated != NO_TIME) & (stated != by_event)
        reason = f"the column `{phase.word}` differs from the last {phase.word} event, which is believed"
        found.append(Contradiction(reason=reason, tickets=np.flatnonzero(differ)))
        changed[name] = np.where(told, by_event, stated)
    return replace(times, **changed), [one for one in found if len(one.tickets)]


def disordered(times: Times, first_event_us: Int64 | None) -> list[Contradiction]:
    """Return the tickets whose instants are out of order; they are kept as they are."""
    checks = [
        ("resolved before it was opened", times.resolved_us, times.opened_us),
        ("responded before it was opened", times.responded_us, times.opened_us),
        ("closed before it was resolved", times.closed_us, times.resolved_us),
    ]
    if first_event_us is not None:
        checks.append(("its first event is dated before it was opened", first_event_us, times.opened_us))
    found = []
    for reason, earlier, later in checks:
        wrong = np.flatnonzero((earlier < later) & (earlier != NO_TIME))
        if len(wrong):
            found.append(Contradiction(reason=reason, tickets=wrong))
    return found


def disbelieved(times: Times, rows: EventRows, *, resolved: Mask, closed: Mask) -> list[Contradiction]:
    """Return the tickets whose trusted columns (see `trusting`) differ from the last such event of `rows`, in order."""
    found = []
    for phase, stated, trusted in (
        (Phase.RESOLVED, times.resolved_us, resolved),
        (Phase.CLOSED, times.closed_us, closed),
    ):
        by_event = last_of(rows, phase, len(stated))
        told = trusted & (by_event != NO_TIME)
        differ = told & (stated != NO_TIME) & (stated != by_event)
        reason = f"the column `{phase.word}`, which is believed, differs from the last {phase.word} event"
        found.append(Contradiction(reason=reason, tickets=np.flatnonzero(differ)))
        if phase is Phase.RESOLVED:
            reason = "the column `resolved`, which is believed, is empty, and there is a resolved event"
            found.append(Contradiction(reason=reason, tickets=np.flatnonzero(told & (stated == NO_TIME))))
    return [one for one in found if len(one.tickets)]


def trusting(times: Times, rows: EventRows, *, resolved: Mask, closed: Mask) -> EventRows:
    """Return events in which the columns are the truth: `trust columns`.

    `resolved` and `closed` tell for which tickets the column is trusted (whether or not it is filled). Of those,
    state events that say resolved or closed are not believed: before the trusted instant they count as `active`,
    from it on they fall away, and so do later states, so nothing reopens the ticket. The trusted instants get an
    event of their own, after all others of that instant. Without a trusted closing, closed events stay.
    """
    ends = _Ends.of(times, resolved=resolved, closed=closed)
    ticket, phase = rows.ticket, rows.phase.copy()
    end_us = ends.end_us[ticket]
    early = (rows.at_us < end_us) | (end_us == NO_TIME)
    says_resolved = (phase == Phase.RESOLVED) & resolved[ticket]
    says_closed = (phase == Phase.CLOSED) & (ends.closed | ends.resolved)[ticket]
    phase[(says_resolved | says_closed) & early] = Phase.ACTIVE
    replaced = says_resolved | ((phase == Phase.CLOSED) & ends.closed[ticket])
    after = (phase >= 0) & ~_OVER[phase] & (rows.at_us > end_us) & ~early
    gone = (replaced & ~early) | after
    kept = replace(rows, phase=np.where(gone, np.int8(UNKNOWN), phase)).take(~gone | _says_more(rows))
    return in_order(_with_ends(kept, times, ends))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ends:
    """Which tickets have a trusted resolution or closing, and from when their states are not believed."""

    resolved: Mask
    closed: Mask
    end_us: Int64

    @classmethod
    def of(cls, times: Times, *, resolved: Mask, closed: Mask) -> _Ends:
        has_resolved = resolved & (times.resolved_us != NO_TIME)
        has_closed = closed & (times.closed_us != NO_TIME)
        end_us = np.where(has_resolved, times.resolved_us, np.where(has_closed, times.closed_us, NO_TIME))
        return cls(resolved=has_resolved, closed=has_closed, end_us=end_us)


def _says_more(rows: EventRows) -> Mask:
    """Whether an event still says something when its phase is taken away."""
    return (rows.priority >= 0) | (rows.group >= 0) | (rows.public >= 0)


def _with_ends(rows: EventRows, times: Times, ends: _Ends) -> EventRows:
    """Return the events with one more for each trusted instant, placed after all others of its ticket and instant."""
    resolved, closed = np.flatnonzero(ends.resolved), np.flatnonzero(ends.closed)
    ticket = np.concatenate([resolved, closed])
    at_us = np.concatenate([times.resolved_us[resolved], times.closed_us[closed]])
    phase = np.repeat(np.array([Phase.RESOLVED, Phase.CLOSED], np.int8), [len(resolved), len(closed)])
    after_all = int(rows.seq.max(initial=0)) + 1
    # A closing by event at the very instant of the trusted resolution still comes after it.
    behind = (rows.phase == Phase.CLOSED) & (rows.at_us == ends.end_us[rows.ticket])
    moved = replace(rows, seq=np.where(behind, np.int32(after_all + 1), rows.seq))
    return joined(moved, _bare_states(ticket, at_us, np.full(len(ticket), after_all, np.int32), phase))


def _bare_states(ticket: Int64, at_us: Int64, seq: Int32, phase: npt.NDArray[np.int8]) -> EventRows:
    count = len(ticket)
    unknown_word, unknown_byte = np.full(count, UNKNOWN, np.int32), np.full(count, UNKNOWN, np.int8)
    return EventRows(
        ticket=ticket,
        at_us=at_us,
        seq=seq,
        type=np.full(count, EventType.STATE, np.int8),
        phase=phase,
        priority=unknown_word,
        group=unknown_word,
        actor=Coded.unknown(count),
        actor_role=unknown_byte,
        public=unknown_byte,
        reason=Coded.unknown(count),
    )


def joined(first: EventRows, second: EventRows) -> EventRows:
    """Return the events of both, one after the other. Where either lacks words of a coded column, the other's are kept.

    Both must share their dictionaries, or one of them must have none.
    """
    columns: dict[str, Any] = {}
    for name in EventRows.__dataclass_fields__:
        one, two = getattr(first, name), getattr(second, name)
        if isinstance(one, Coded):
            columns[name] = Coded(
                codes=np.concatenate([one.codes, two.codes]), values=one.values or two.values
            )
        else:
            columns[name] = np.concatenate([one, two])
    return EventRows(**columns)


def reopenings_of(rows: EventRows, tickets: int) -> Int32:
    """Count how often each ticket's events (in order) leave resolved or closed for a phase that is not over."""
    moves = rows.phase >= 0
    ticket, phase = rows.ticket[moves], rows.phase[moves]
    back = (ticket[1:] == ticket[:-1]) & _DONE[phase[:-1]] & ~_OVER[phase[1:]]
    return np.bincount(ticket[1:][back], minlength=tickets).astype(np.int32)


def reassignments_of(rows: EventRows, group: Coded, tickets: int) -> Int32:
    """Count how often each ticket's events (in order) move it from one known group to another."""
    named = rows.group >= 0
    ticket, to_group = rows.ticket[named], rows.group[named]
    from_group = np.empty_like(to_group)
    from_group[1:] = to_group[:-1]
    first = np.ones(len(ticket), np.bool_)
    first[1:] = ticket[1:] != ticket[:-1]
    from_group[first] = group.codes[ticket[first]]
    moved = (from_group >= 0) & (from_group != to_group)
    return np.bincount(ticket[moved], minlength=tickets).astype(np.int32)

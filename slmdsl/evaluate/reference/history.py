"""What is known of one ticket at an instant, and where its clocks start and are answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.base.units import NO_TIME
from slmdsl.contract.model.clocks import Mark
from slmdsl.events.vocabulary import EventType, Phase, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.clocks import Clock
    from slmdsl.events.log import EventLog


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the ticket, as far as clocks look at it. `away`: it leaves (or is back with) those who count."""

    at_us: int
    type: EventType
    phase: Phase | None
    priority: str | None
    role: Role | None
    public: bool
    group: str | None = None
    seq: int | None = None
    away: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known of one ticket (or of the unit `number` of it) at `as_of_us`: its facts, and its events in order."""

    opened_us: int
    responded_us: int | None
    priority: str | None
    time_fields: dict[str, int | None]
    events: tuple[Event, ...]
    as_of_us: int
    group: str | None = None
    number: int = 1


def history_of(
    log: EventLog,
    row: int,
    as_of_us: int,
    time_fields: dict[str, int | None] | None = None,
) -> History:
    """Return ticket `row`'s history as known at `as_of_us`; facts stand in for the events that the log lacks."""
    tickets = log.ticket_columns
    events = [event for event in _chain(log, row) if event.at_us <= as_of_us]
    phases = {event.phase for event in _chain(log, row)}
    facts = ((Phase.RESOLVED, tickets.resolved_us), (Phase.CLOSED, tickets.closed_us))
    for phase, column in facts:
        at_us = int(column[row])
        if at_us != NO_TIME and at_us <= as_of_us and phase not in phases:
            later = next(
                (i for i, event in enumerate(events) if event.at_us > at_us),
                len(events),
            )
            events.insert(later, Event(at_us, EventType.STATE, phase, None, None, public=False))
    responded_us = int(tickets.responded_us[row])
    return History(
        opened_us=int(tickets.opened_us[row]),
        responded_us=None if responded_us == NO_TIME else responded_us,
        priority=tickets.priority.word(row),
        group=tickets.group.word(row),
        time_fields=time_fields or {},
        events=tuple(events),
        as_of_us=as_of_us,
    )


def _chain(log: EventLog, row: int) -> Iterator[Event]:
    events, place = log.event_columns, int(log.ticket_columns.first_event[row])
    priorities = log.ticket_columns.priority.values
    while place >= 0:
        phase, priority, role = (
            int(events.phase[place]),
            int(events.priority[place]),
            int(events.actor_role[place]),
        )
        yield Event(
            int(events.at_us[place]),
            EventType(int(events.type[place])),
            None if phase < 0 else Phase(phase),
            None if priority < 0 else priorities[priority],
            None if role < 0 else Role(role),
            int(events.public[place]) == 1,
            None if events.group[place] < 0 else log.ticket_columns.group.values[events.group[place]],
            int(events.seq[place]),
        )
        place = int(events.next_event[place])


def start_of(clock: Clock, history: History) -> int | None:
    """Return the instant at which `clock` starts on the ticket, or None if it has not."""
    mark = clock.starts
    if mark is Mark.OPENED:
        return history.opened_us
    if mark is Mark.ASSIGNED:
        found = (e.at_us for e in history.events if e.type is EventType.ASSIGNEE)
    elif isinstance(mark, Phase):
        found = (e.at_us for e in history.events if e.phase is mark)
    else:
        at_us = history.time_fields.get(str(mark))
        return at_us if at_us is not None and at_us <= history.as_of_us else None
    first = next(found, None)
    return None if first is None else max(first, history.opened_us)


def responded_at(clock: Clock, history: History, start_us: int) -> int | None:
    """Return the instant of the response, or None. A fact of the ticket beats its events."""
    if history.responded_us is not None:
        return history.responded_us if history.responded_us <= history.as_of_us else None
    if isinstance(clock.responds, Phase):
        before = [e.phase for e in history.events if e.phase is not None and e.at_us <= start_us]
        if before and before[-1] is clock.responds:
            return start_us
    return next(
        (e.at_us for e in history.events if e.at_us >= start_us and answers(clock.responds, e)),
        None,
    )


def answers(mark: Mark | Phase, event: Event) -> bool:
    """Whether an event is the response that a clock waits for; what customers and systems do is none."""
    by_provider = event.role not in (Role.CUSTOMER, Role.SYSTEM)
    if isinstance(mark, Phase):
        return event.phase is mark
    if mark is Mark.PUBLIC_REPLY:
        return event.type is EventType.MESSAGE and event.public and by_provider
    if mark is Mark.ACKNOWLEDGED:
        return event.type is EventType.ACK
    if event.away:
        return True
    born = event.type in (EventType.CREATED, EventType.WAIVE) or event.phase is Phase.NEW
    return by_provider and not born

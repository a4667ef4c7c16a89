"""One ticket cut into units in the obvious way: a history for each wait, stretch or stay. Nothing clever.

It is the reading that the pass over columns (`unit_kernel`) is held equal to by property tests. Positions are those of
the ticket's events with its opening among them; what holds *at* a position holds right after that event.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from slmdsl.contract.model.clocks import Mark
from slmdsl.evaluate.reference.history import Event, answers
from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.rules.units import UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.evaluate.reference.history import History
    from slmdsl.rules.units import Unit


def units_of(history: History, unit: Unit) -> Iterator[History]:
    """Yield the units of one ticket, numbered from 1; the whole ticket is its own only one."""
    if unit.kind is UnitKind.TICKET:
        yield history
        return
    life = _life(history, unit)
    begins = life.opened
    number = 0
    while (begins := life.begin(begins)) < len(life.events):
        number += 1
        ends = life.end(begins)
        yield replace(life.history(begins, ends), number=number)
        begins = ends


def _life(history: History, unit: Unit) -> _Life:
    """Return a ticket's events with the opening, and the response that only a fact tells of, in their places."""
    events = list(history.events)
    if history.responded_us is not None and history.responded_us <= history.as_of_us:
        reply = Event(history.responded_us, EventType.MESSAGE, None, None, Role.AGENT, public=True)
        events.insert(sum(event.at_us <= reply.at_us for event in events), reply)
    opened = sum(event.at_us < history.opened_us for event in events)
    events.insert(opened, Event(history.opened_us, EventType.CREATED, None, None, Role.SYSTEM, public=False))
    return _Life(whole=history, unit=unit, events=events, opened=opened)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Life:
    whole: History
    unit: Unit
    events: list[Event]
    opened: int

    def phase(self, place: int) -> Phase:
        told = (event.phase for event in reversed(self.events[: place + 1]) if event.phase is not None)
        return next(told, Phase.NEW)

    def priority(self, place: int) -> str | None:
        told = (event.priority for event in reversed(self.events[: place + 1]) if event.priority is not None)
        return next(told, self.whole.priority)

    def inside(self, place: int) -> bool:
        told = (event.group for event in reversed(self.events[: place + 1]) if event.group is not None)
        return self.unit.means(next(told, self.whole.group))

    def is_over(self, place: int) -> bool:
        return self.phase(place) in self.unit.over

    def is_reply(self, place: int) -> bool:
        return answers(Mark.PUBLIC_REPLY, self.events[place])

    def is_question(self, place: int) -> bool:
        event = self.events[place]
        answered_before = any(map(self.is_reply, range(place)))
        return event.type is EventType.MESSAGE and event.role is Role.CUSTOMER and answered_before

    def settles(self, place: int) -> bool:
        """Whether whoever waited need not wait any more: answered, or the ticket came to be over."""
        was_over = place > 0 and self.is_over(place - 1)
        return self.is_reply(place) or (self.is_over(place) and not was_over)

    def somebody_waits(self, place: int) -> bool:
        settled = max((at for at in range(place + 1) if self.settles(at)), default=0)
        return any(map(self.is_question, range(settled, place + 1)))

    def begin(self, place: int) -> int:
        """Return the first position from `place` on at which a unit begins; behind all events if none does."""
        return next((at for at in range(place, len(self.events)) if self.may_begin(at)), len(self.events))

    def may_begin(self, place: int) -> bool:
        if self.is_over(place):
            return False
        if self.unit.kind is UnitKind.WAIT:
            return self.somebody_waits(place)
        return self.unit.kind is UnitKind.STRETCH or self.inside(place)

    def end(self, begins: int) -> int:
        """Return the position at which the unit that begins at `begins` ends; behind all events if none does."""
        later = range(begins + 1, len(self.events))
        return next((at for at in later if self.may_end(at)), len(self.events))

    def may_end(self, place: int) -> bool:
        if self.unit.kind is UnitKind.STAYS:
            return False
        if self.unit.kind is UnitKind.STAY:
            return not self.inside(place)
        return self.is_reply(place) or self.is_over(place)

    def history(self, begins: int, ends: int) -> History:
        """Return what happened in a unit: it takes over the ticket's phase and priority, and ends with a stop."""
        at_us = self.events[begins].at_us
        before = Event(at_us - 1, EventType.CREATED, self.phase(begins), None, None, public=False)
        happened = [before, *(self.taken(at, begins) for at in range(begins + 1, ends))]
        if ends < len(self.events):
            happened.append(self.last(ends))
        return replace(
            self.whole,
            opened_us=at_us,
            responded_us=None,
            priority=self.priority(begins),
            events=tuple(happened),
        )

    def taken(self, place: int, begins: int) -> Event:
        """Return an event as the unit sees it: only what the group does in a stay is an action."""
        event = self.events[place]
        if self.unit.kind not in (UnitKind.STAY, UnitKind.STAYS):
            return event
        arrival = max(
            (at for at in range(begins + 1, place + 1) if self.inside(at) and not self.inside(at - 1)),
            default=begins,
        )
        handed_over = (event.at_us, event.seq) == (self.events[arrival].at_us, self.events[arrival].seq)
        if self.inside(place - 1) and not self.inside(place):
            event = replace(event, type=EventType.GROUP, role=Role.AGENT, away=True)
        elif not self.inside(place) or (handed_over and event.seq is not None):
            event = replace(event, type=EventType.CREATED)
        return replace(event, away=not self.inside(place))

    def last(self, place: int) -> Event:
        """Return the event that ends a unit, as a stop unless the ticket is over without one."""
        event = self.events[place]
        if self.unit.kind is UnitKind.STAY:
            event = replace(event, type=EventType.GROUP, role=Role.AGENT)
            return event if self.is_over(place) else replace(event, phase=self.unit.stop)
        return replace(event, phase=Phase.RESOLVED) if self.is_reply(place) else event

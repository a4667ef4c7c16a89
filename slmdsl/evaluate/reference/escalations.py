"""The obvious reading of escalations: one ticket, one family's clock, step by step, exact fractions.

The compiled reading (`slmdsl.rules.climb`) is held equal to it by a property test; `slm explain` uses this one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from slmdsl.base.units import DAY, EARLIEST_US, Duration
from slmdsl.contract.model.clocks import Deadline
from slmdsl.contract.model.escalations import AfterBreach, AtPercent, BeforeDue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.calendars import Calendar
    from slmdsl.evaluate.reference.watch import Watch
    from slmdsl.rules.escalations import TicketLine

    Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A step that fired: `line` counts in the family's lines, `target` is whose limit brought it about."""

    line: int
    target: str
    cycle: int
    at_us: int


@dataclass(slots=True, kw_only=True)
class _State:
    """How far a line has come in the present cycle: who fired first, when last, and what ran since."""

    watch: Watch
    last_us: int
    times: int = 1
    ran: list[Stretch] = field(default_factory=list)


@dataclass(slots=True, kw_only=True, eq=False)
class Ladder:
    """Listens to one family's clock on one ticket and notes the steps that fire.

    `expected` are the first instants at which lines that have not fired would, if the clock runs on from what is known.
    """

    lines: Sequence[TicketLine]
    fired: list[Rung] = field(default_factory=list)
    expected: dict[int, tuple[int, str]] = field(default_factory=dict)
    cycle: int = 1
    states: dict[int, _State] = field(default_factory=dict)

    def begin(self, *, cycle: int | None = None) -> None:
        """The clock begins anew: what fired may fire again."""
        self.cycle = self.cycle if cycle is None else cycle
        self.states.clear()

    def ran(self, watches: Sequence[Watch], stretch: Stretch, *, to_the_end: bool) -> None:
        """The clock ran for a stretch: note what fires in it, and with `to_the_end` what would afterwards."""
        telling = [watch for watch in watches if _tells(watch)]
        for place, line in enumerate(self.lines):
            if place not in self.states:
                self.first(place, line, telling, stretch, to_the_end=to_the_end)
            if place in self.states and telling:
                self.again(place, line, stretch, to_the_end=to_the_end)

    def first(
        self, place: int, line: TicketLine, telling: list[Watch], stretch: Stretch, *, to_the_end: bool
    ) -> None:
        """Fire a line for the first time, at the earliest instant that any limit gives."""
        found = [(at_us, watch) for watch in telling if (at_us := _first(line, watch, stretch)) is not None]
        if not found:
            return
        at_us, watch = min(found, key=lambda each: each[0])
        at_us = max(at_us, stretch[0])
        if _within(at_us, stretch, to_the_end=to_the_end):
            self.states[place] = _State(watch=watch, last_us=at_us)
            self.note(place, watch, at_us)
        elif to_the_end:
            self.expected[place] = at_us, watch.target.name

    def again(self, place: int, line: TicketLine, stretch: Stretch, *, to_the_end: bool) -> None:
        """Repeat a line that has fired, as often as it falls due in the stretch."""
        state, repeat = self.states[place], line.repeat
        if repeat is None or repeat.every == Duration():
            return
        calendar, wall = state.watch.calendar, isinstance(line.trigger, AfterBreach) and line.trigger.wall
        while repeat.times is None or state.times < repeat.times:
            begin = max(stretch[0], state.last_us)
            if wall and not repeat.every.business_days:
                at_us: int | None = max(state.last_us + repeat.every.wall_us, begin)
            else:
                at_us = _after(calendar, repeat.every, state.ran, begin)
            if at_us is None or not _within(at_us, stretch, to_the_end=to_the_end):
                break
            state.last_us, state.times = at_us, state.times + 1
            state.ran.clear()
            self.note(place, state.watch, at_us)
        state.ran.append((max(stretch[0], state.last_us), stretch[1]))

    def note(self, place: int, watch: Watch, at_us: int) -> None:
        """Write down that a line fired."""
        self.fired.append(Rung(line=place, target=watch.target.name, cycle=self.cycle, at_us=at_us))


def _tells(watch: Watch) -> bool:
    """Whether a watch's limit is the ticket's: it judges the ticket, or has been missed, and has not stopped."""
    return watch.stop_us is None and (watch.missed_us is not None or (watch.covers and not watch.barred))


def _within(at_us: int, stretch: Stretch, *, to_the_end: bool) -> bool:
    """Whether an instant lies in a stretch; what happens at its end comes first, unless nothing is known of it."""
    return at_us < stretch[1] or (to_the_end and at_us == stretch[1])


def _first(line: TicketLine, watch: Watch, stretch: Stretch) -> int | None:
    """Return when a line fires if the clock runs on from the begin of a stretch, or earlier if that has passed."""
    if isinstance(line.trigger, AtPercent):
        return _at_share(line.trigger, watch, stretch)
    if isinstance(line.trigger, BeforeDue):
        return _before_due(line.trigger, watch, stretch)
    return _after_breach(line.trigger, watch, stretch)


def _elapsed(watch: Watch) -> int | Fraction:
    """Return what a watch had counted before the present stretch, which is the last that ran."""
    return sum(map(watch.counted, watch.ran[:-1]), 0)


def _at_share(trigger: AtPercent, watch: Watch, stretch: Stretch) -> int | None:
    due_us: int | None
    if watch.limit.end_of_day:
        end_us = watch.due(None)
        if end_us is None:
            return None
        whole = watch.calendar.elapsed_us(watch.start_us, end_us)
        due_us = watch.calendar.due_us(watch.start_us, ceil(trigger.share * whole))
    else:
        rest = trigger.share * watch.allowed - _elapsed(watch)
        due_us = _reached(watch, stretch[0], rest)
    if trigger.share == 1:
        return _printed(watch, due_us)
    return due_us


def _reached(watch: Watch, begin_us: int, rest: int | Fraction) -> int | None:
    if rest <= 0:
        return begin_us
    return watch.due_after(begin_us, rest if watch.in_days else ceil(rest))


def _printed(watch: Watch, due_us: int | None) -> int | None:
    """Return a due instant as escalations take it: at the next opening if the clock says so."""
    if due_us is None or watch.target.clock.deadline is not Deadline.NEXT_OPENING:
        return due_us
    return watch.calendar.next_open_us(due_us)


def _before_due(trigger: BeforeDue, watch: Watch, stretch: Stretch) -> int | None:
    if not _fits(trigger, watch):
        return None
    if watch.limit.end_of_day:
        due_us = watch.due(None)
    else:
        rest = watch.allowed - _elapsed(watch)
        if rest <= 0:
            return stretch[0]
        due_us = watch.due_after(stretch[0], rest)
    return None if due_us is None else back(watch.calendar, trigger.duration, due_us)


def _fits(trigger: BeforeDue, watch: Watch) -> bool:
    """Whether a step comes behind the start of the clock: one as long as the limit or longer never fires."""
    ahead = trigger.duration
    if not watch.limit.end_of_day and bool(ahead.business_days) == watch.in_days:
        return watch.allowed > (ahead.business_days if watch.in_days else ahead.wall_us)
    due_us = watch.due(None) if watch.limit.end_of_day else watch.due_after(watch.start_us, watch.allowed)
    return due_us is not None and back(watch.calendar, ahead, due_us) > watch.start_us


def back(calendar: Calendar, ahead: Duration, due_us: int) -> int:
    """Return the latest instant from which `ahead` passes until due; before all time if it never does."""
    if not ahead.business_days:
        found = calendar.due_back_us(due_us, ahead.wall_us)
        return EARLIEST_US if found is None else found
    days, week, low, high = ahead.business_days, 7 * DAY, due_us, due_us
    while low > EARLIEST_US and calendar.elapsed_days(low, due_us) < days:
        low, week = max(low - week, EARLIEST_US), 2 * week
    while high - low > 1:
        middle = (low + high) // 2
        if calendar.elapsed_days(middle, due_us) >= days:
            low = middle
        else:
            high = middle
    return low


def _after_breach(trigger: AfterBreach, watch: Watch, stretch: Stretch) -> int | None:
    missed_us = watch.missed_us
    if missed_us is None:
        return None
    if trigger.wall and not trigger.duration.business_days:
        return _in_plain_time(trigger.duration.wall_us, watch, missed_us, stretch[0])
    ran = [(max(begin, missed_us), end) for begin, end in watch.ran[:-1] if end > missed_us]
    return _after(watch.calendar, trigger.duration, ran, max(stretch[0], missed_us))


def _in_plain_time(span_us: int, watch: Watch, missed_us: int, begin_us: int) -> int | None:
    """Return when plain time has passed since the miss, though not before it is one.

    A limit that runs out at closing is only missed once the calendar has opened again while the clock runs.
    """
    is_due = missed_us == watch.due(None)
    base_us = _printed(watch, missed_us) if is_due else missed_us
    if base_us is None or not is_due or watch.limit.end_of_day or _elapsed(watch) > watch.allowed:
        return None if base_us is None else base_us + span_us
    sure_us = watch.calendar.next_open_us(max(begin_us, missed_us))
    return None if sure_us is None else max(base_us + span_us, sure_us)


def _after(calendar: Calendar, span: Duration, ran: list[Stretch], begin_us: int) -> int | None:
    """Return when `span` has been counted, of which some may have run before `begin_us`."""
    if span.business_days:
        days = span.business_days - sum((calendar.elapsed_days(*each) for each in ran), Fraction(0))
        return begin_us if days <= 0 else calendar.due_days_us(begin_us, days)
    rest_us = span.wall_us - sum(calendar.elapsed_us(*each) for each in ran)
    return begin_us if rest_us <= 0 else calendar.due_us(begin_us, rest_us)

"""The obvious evaluator: one ticket at a time, one event after the other, exact fractions, nothing clever.

It is the reading of the semantics that the compiled stepper is held equal to by property tests. A *family* is the
set of targets of one agreement that share a measure and a clock and differ in priorities and limits: together they
decide a ticket once, even when its priority changes on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from slmdsl.contract.model.agreements import Statistic, Within
from slmdsl.contract.model.clocks import Deadline, Mark, Reopened, Reprioritised
from slmdsl.evaluate.reference.history import answers, responded_at, start_of
from slmdsl.evaluate.reference.watch import Watch
from slmdsl.events.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

    from slmdsl.calendars import Calendar
    from slmdsl.contract.model.agreements import Limit, Target
    from slmdsl.contract.model.clocks import Clock
    from slmdsl.evaluate.reference.history import Event, History
    from slmdsl.evaluate.reference.watch import Listener


class TicketClass(StrEnum):
    """What a ticket is to a target: judged, or a class of its own that every table names."""

    MET = "met"
    MISSED = "missed"
    UNDECIDED = "undecided"
    CANCELLED = "cancelled"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one target says of one cycle of one ticket.

    `elapsed` and `limit` are microseconds on the target's calendar, or business days as exact fractions (`in_days`).
    """

    target: Target
    cycle: int
    kind: TicketClass
    start_us: int | None
    stop_us: int | None
    decided_us: int | None
    due_us: int | None
    elapsed: int | Fraction
    paused_us: int
    limit: int | Fraction | None
    in_days: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a family's clock: what happened, how the clock stands after it, what each target has counted by then.

    `elapsed` is by target name, in the unit of the target's limit.
    """

    at_us: int
    cycle: int
    what: str
    stands: str
    elapsed: dict[str, int | Fraction]


class _Mode(StrEnum):
    RUNS = "runs"
    PAUSED = "paused"
    STOPPED = "stopped"
    HALTED = "halted"
    """Over without the event that stops the clock: cancelled, or closed and never resolved."""


@dataclass(slots=True, kw_only=True)
class _Walk:
    """One walk over a ticket's events with the stopwatches of one family."""

    clock: Clock
    measure: str
    watches: list[Watch]
    now_us: int
    priority: str | None
    setting: Setting
    phase: Phase = Phase.NEW
    mode: _Mode = _Mode.RUNS
    halted_us: int = 0
    priority_when_stopped: str | None = None
    cycle: int = 1
    away: bool = False
    outcomes: list[Outcome] = field(default_factory=list)
    steps: list[Step]
    ladder: Listener | None = None

    def note(self, what: str) -> None:
        """Write down what happened at the present instant."""
        counted = {watch.target.name: watch.elapsed() for watch in self.watches}
        self.steps.append(
            Step(at_us=self.now_us, cycle=self.cycle, what=what, stands=self.mode.value, elapsed=counted)
        )

    def advance(self, to_us: int, *, to_the_end: bool = False) -> None:
        """Let time pass in the present mode, and note which limits run out on the way."""
        stretch = (self.now_us, to_us)
        for watch in self.watches:
            if watch.stop_us is None and self.mode is _Mode.RUNS:
                watch.ran.append(stretch)
            if watch.stop_us is None and self.mode is _Mode.PAUSED:
                watch.paused.append(stretch)
            if self.mode in (_Mode.RUNS, _Mode.PAUSED):
                watch.look(to_us)
        if self.ladder is not None and self.mode is _Mode.RUNS:
            self.ladder.ran(self.watches, stretch, to_the_end=to_the_end)
        self.now_us = to_us

    def take(self, event: Event) -> None:
        """Apply one event at the present instant."""
        if event.priority is not None and event.priority != self.priority:
            self.priority = event.priority
            self.note(f"priority becomes {event.priority}")
            if self.mode in (_Mode.RUNS, _Mode.PAUSED):
                self.reprioritise()
        if event.away not in (None, self.away):
            self.away = not self.away
            self.enter(self.phase)
            self.note("leaves the group" if self.away else "is back in the group")
        if event.phase is not None and event.phase is not self.phase:
            self.phase = event.phase
            self.enter(event.phase)
            self.note(f"phase becomes {event.phase.word}")

    def enter(self, phase: Phase) -> None:
        """The ticket entered a phase: stop, halt, pause or run; leaving a stop for work is a reopening."""
        before, over = self.mode, _over(self.clock, self.measure)
        if self.measure != "response" and phase is _stop_phase(self.clock):
            if before is not _Mode.STOPPED:
                self.stop()
        elif phase in over:
            if before in (_Mode.RUNS, _Mode.PAUSED):
                self.mode, self.halted_us, self.priority_when_stopped = (
                    _Mode.HALTED,
                    self.now_us,
                    self.priority,
                )
        else:
            stands = self.away or phase in self.clock.pauses
            self.mode = _Mode.PAUSED if stands else _Mode.RUNS
            if before in (_Mode.STOPPED, _Mode.HALTED):
                self.reopen(self.halted_us)

    def stop(self) -> None:
        """The clock's stop happened now."""
        if self.mode is not _Mode.HALTED:
            self.priority_when_stopped, self.halted_us = self.priority, self.now_us
        self.mode = _Mode.STOPPED
        for watch in self.watches:
            watch.stop_us = self.now_us if watch.stop_us is None else watch.stop_us

    def reopen(self, stopped_us: int) -> None:
        """A stop turned out not to be the end."""
        if self.clock.reopened is Reopened.NEW_CYCLE and self.watches[0].stop_us is not None:
            self.close_cycle()
            return
        for watch in self.watches:
            self.withdraw(watch, stopped_us)
        if self.priority != self.priority_when_stopped:
            self.reprioritise()

    def withdraw(self, watch: Watch, stopped_us: int) -> None:
        """Take a stop back if its period is not over; afterwards it stands and the reopening is only told."""
        if watch.final:
            return
        stopped = watch.stop_us
        judged = stopped is not None and watch.covers and not watch.barred
        if stopped is not None and judged and self.now_us >= self.setting.period_end(watch.target, stopped):
            watch.final, watch.reason = True, "reopened after its period"
            return
        watch.stop_us = None
        if self.clock.reopened is Reopened.COUNTS_ALL:
            watch.ran.append((stopped_us, self.now_us))
            watch.look(self.now_us)

    def reprioritise(self) -> None:
        """The priority in force changed while the clock was going."""
        some_decided = any(watch.decided for watch in self.watches)
        retains = self.clock.reprioritised is Reprioritised.RETAINS
        if self.ladder is not None and not retains and not some_decided:
            self.ladder.begin()
        for watch in self.watches:
            entered = not watch.covers and _covers(watch.target, self.priority)
            watch.covers = _covers(watch.target, self.priority)
            watch.barred = watch.barred or (entered and some_decided)
            if watch.decided:
                continue
            if not retains:
                self.restart(watch)
            elif watch.watching and watch.exceeded(self.now_us):
                watch.missed_us = self.now_us

    def restart(self, watch: Watch) -> None:
        watch.ran.clear()
        watch.paused.clear()
        if self.clock.reprioritised is Reprioritised.RESTARTS:
            watch.start_us = self.now_us
            watch.limit = self.setting.limit_at(watch.target, self.now_us)

    def close_cycle(self) -> None:
        """Report the cycle that ended and begin the next with fresh stopwatches."""
        self.report(_Mode.STOPPED)
        self.cycle += 1
        targets = [watch.target for watch in self.watches]
        self.watches = [self.setting.watch(target, self.now_us, self.priority) for target in targets]
        if self.ladder is not None:
            self.ladder.begin(cycle=self.cycle)

    def report(self, mode: _Mode) -> None:
        """Add what each target says of the present cycle."""
        for watch in self.watches:
            kind = self.kind(watch, mode)
            if kind is not None:
                self.outcomes.append(self.outcome(watch, kind, mode))

    def kind(self, watch: Watch, mode: _Mode) -> TicketClass | None:
        unresolved = mode is _Mode.HALTED and self.phase is not Phase.CANCELLED and watch.stop_us is None
        if watch.missed_us is not None:
            return TicketClass.UNRESOLVED if unresolved else TicketClass.MISSED
        if watch.barred or not watch.covers:
            return TicketClass.MET if watch.final else None
        if watch.stop_us is not None:
            return TicketClass.MET
        if mode is _Mode.HALTED:
            return TicketClass.UNRESOLVED if unresolved else TicketClass.CANCELLED
        return TicketClass.UNDECIDED

    def outcome(self, watch: Watch, kind: TicketClass, mode: _Mode) -> Outcome:
        running_us = self.now_us if mode is _Mode.RUNS else None
        due_us = watch.due(running_us if watch.stop_us is None else watch.stop_us) if watch.judges else None
        if due_us is not None and self.clock.deadline is Deadline.NEXT_OPENING:
            due_us = watch.calendar.next_open_us(due_us)
        decided_us = {
            TicketClass.MISSED: watch.missed_us,
            TicketClass.MET: watch.stop_us,
        }.get(kind)
        return Outcome(
            target=watch.target,
            cycle=self.cycle,
            kind=kind,
            start_us=watch.start_us,
            stop_us=watch.stop_us,
            decided_us=decided_us,
            due_us=due_us,
            elapsed=watch.elapsed(),
            paused_us=sum(int(watch.calendar.elapsed_us(*stretch)) for stretch in watch.paused),
            limit=watch.allowed if watch.judges and not watch.limit.end_of_day else None,
            in_days=watch.in_days,
            reason=self.reason(watch, kind),
        )

    def reason(self, watch: Watch, kind: TicketClass) -> str:
        if kind is TicketClass.UNRESOLVED:
            return _NO_STOP[self.measure == "response"]
        return "cancelled" if kind is TicketClass.CANCELLED else watch.reason


_NO_STOP = ("closed without a resolution", "no response recorded")


def _over(clock: Clock, measure: str) -> frozenset[Phase]:
    if measure != "response" and clock.stops is Mark.CLOSED:
        return frozenset({Phase.CLOSED, Phase.CANCELLED})
    return frozenset({Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED})


def _stop_phase(clock: Clock) -> Phase:
    if isinstance(clock.stops, Phase):
        return clock.stops
    return Phase.CLOSED if clock.stops is Mark.CLOSED else Phase.RESOLVED


def timed(target: Target) -> Within | Statistic:
    """Return the form of a target on elapsed time. Raises TypeError for any other."""
    if isinstance(target.form, Within | Statistic):
        return target.form
    msg = f"`{target.qualified}` is not about elapsed time"
    raise TypeError(msg)


def _covers(target: Target, priority: str | None) -> bool:
    wanted = timed(target).population.priorities
    return not wanted or priority in wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a walk asks of its surroundings.

    `period_end(target, t)` is the end of the target's period that holds t; `limit_at(target, t)` the limit in force
    for a clock that starts at t (a statistic's threshold for one); `calendar(target)` the calendar its clock runs on.
    """

    period_end: Callable[[Target, int], int]
    limit_at: Callable[[Target, int], Limit]
    calendar: Callable[[Target], Calendar]

    def watch(self, target: Target, start_us: int, priority: str | None) -> Watch:
        """Return a fresh stopwatch of `target` that starts at `start_us`."""
        return Watch(
            target=target,
            calendar=self.calendar(target),
            limit=self.limit_at(target, start_us),
            start_us=start_us,
            covers=_covers(target, priority),
        )


def judge(
    family: Sequence[Target],
    history: History,
    setting: Setting,
    steps: list[Step],
    ladder: Listener | None = None,
) -> list[Outcome]:
    """Return what each target of one family says of one ticket, one outcome per cycle; empty if no clock has started.

    The caller has selected by kind, service, customer, condition and validity; priorities are judged here. Each step of
    the clock is appended to `steps`, and each stretch in which it runs told to `ladder`.
    """
    clock, measure = family[0].clock, timed(family[0]).measure
    start_us = start_of(clock, history)
    if start_us is None:
        return _never_started(family, history)
    before = [event for event in history.events if event.at_us < start_us]
    priority = next(
        (e.priority for e in reversed(before) if e.priority is not None),
        history.priority,
    )
    walk = _Walk(
        clock=clock,
        measure=measure,
        watches=[setting.watch(target, start_us, priority) for target in family],
        now_us=start_us,
        priority=priority,
        setting=setting,
        steps=steps,
        ladder=ladder,
    )
    for event in before:
        if event.phase is not None:
            walk.phase = event.phase
    walk.mode = _Mode.PAUSED if walk.phase in clock.pauses else _Mode.RUNS
    response = responded_at(clock, history, start_us) if measure == "response" else None
    ended = walk.phase in _over(clock, measure) or (
        measure != "response" and walk.phase is _stop_phase(clock)
    )
    if ended or (response or start_us) < start_us:
        return _never_ran(walk)
    walk.note("the clock starts")
    for event in history.events[len(before) :]:
        if response is not None and _comes_before(response, event, clock, history):
            break
        walk.advance(event.at_us)
        walk.take(event)
    walk.advance(response if response is not None else history.as_of_us, to_the_end=response is None)
    if response is not None:
        walk.stop()
    walk.note("the response" if response is not None else "as of")
    walk.report(walk.mode)
    return walk.outcomes


def _never_started(family: Sequence[Target], history: History) -> list[Outcome]:
    """A ticket that is over before its clock started is listed by its last priority; an open one is not yet."""
    clock, measure = family[0].clock, timed(family[0]).measure
    phase = next((e.phase for e in reversed(history.events) if e.phase is not None), Phase.NEW)
    if phase not in _over(clock, measure):
        return []
    priority = next(
        (e.priority for e in reversed(history.events) if e.priority is not None), history.priority
    )
    return [
        Outcome(
            target=target,
            cycle=1,
            kind=TicketClass.UNRESOLVED,
            start_us=None,
            stop_us=None,
            decided_us=None,
            due_us=None,
            elapsed=0,
            paused_us=0,
            limit=None,
            in_days=False,
            reason="the clock never started",
        )
        for target in family
        if _covers(target, priority)
    ]


def _never_ran(walk: _Walk) -> list[Outcome]:
    covering = [watch for watch in walk.watches if watch.covers]
    stopped = [walk.outcome(watch, TicketClass.UNRESOLVED, _Mode.HALTED) for watch in covering]
    return [replace(outcome, reason="stops before it starts") for outcome in stopped]


def _comes_before(response_us: int, event: Event, clock: Clock, history: History) -> bool:
    """Whether the response stands before `event`: a fact stands behind the events of its instant."""
    if history.responded_us is not None:
        return event.at_us > response_us
    return event.at_us > response_us or (event.at_us == response_us and answers(clock.responds, event))

"""Groups with more work than staff, and priorities that nobody can answer in time."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from slmdsl.base.diagnostics import Label
from slmdsl.base.units import DAY, MINUTE, SECOND, clock_words
from slmdsl.calendars.plan import ALWAYS
from slmdsl.contract import codes
from slmdsl.contract.checks.workload_staff import priorities_in
from slmdsl.contract.model.agreements import Within
from slmdsl.contract.model.studies import EditStep, Multiply, SetNumber, SetRate
from slmdsl.contract.offered_load import offered, offered_in, priority_ranks
from slmdsl.contract.scenarios import judged_by, streams_of, what_if

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Target
    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.contract.model.work import Load, OnCall, Profile, Staff, Stream
    from slmdsl.contract.offered_load import Offered

_WEEK: Final = 7 * DAY
_STEP: Final = 15 * MINUTE
_MONDAY: Final = datetime(2027, 1, 11, tzinfo=UTC)
_DAY_NAMES: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL: Final = 1.0
_CHANGING: Final = (Multiply, SetNumber, SetRate, EditStep)
"""Edits that change how much work there is, or how many people."""
_SCENARIOS_AT_MOST: Final = 200
"""Scenarios whose work is weighed: hostile text must not buy a long wait."""

Stretches = list[tuple[int, int]]


def more_work_than_staff(draft: Draft) -> Iterator[Diagnostic]:
    """Groups whose queue grows without end: by their load as it is, or by what a scenario makes of it."""
    told: set[str] = set()
    for load in draft.contract.loads.values():
        ranks = priority_ranks(draft.contract, (load,))
        for each in offered(load, draft.contract.staff, ranks=ranks).values():
            if _is_too_much(each) and each.group not in told:
                told.add(each.group)
                yield _overloaded(each, draft.contract.staff[each.group], load)
    changing = (
        name
        for name, scenario in draft.contract.scenarios.items()
        if scenario.load in draft.contract.loads
        and any(isinstance(each, _CHANGING) for each in scenario.edits)
    )
    for name in islice(changing, _SCENARIOS_AT_MOST):
        found = what_if(draft.contract, name)
        for each in offered_in(found).values():
            if _is_too_much(each) and each.group not in told:
                told.add(each.group)
                yield _overloaded(each, found.contract.staff[each.group], found.load, found)


def _is_too_much(each: Offered) -> bool:
    """Whether there is more work than staff; where nobody works at all, that is told by itself."""
    return each.agent_hours > 0 and each.utilisation >= _FULL


def _overloaded(each: Offered, staff: Staff, load: Load, found: WhatIf | None = None) -> Diagnostic:
    hours = sum(each.work.values())
    words = f"{hours:_.0f} h of work for {each.agent_hours:_.0f} agent hours a week"
    where = "" if found is None else f" in `{found.scenario.name}`"
    return codes.MORE_WORK_THAN_STAFF.at(
        staff.span if found is None else found.scenario.span,
        f"`{each.group}` has more work than staff{where}: {_percent(each.utilisation)} of its time",
        label=words,
        secondary=[Label(span=load.span, text="the load")],
        help=_by_priority(each, staff),
    )


def _by_priority(each: Offered, staff: Staff) -> str:
    """Say how busy the group is with each priority, and which of them wait without end."""
    if staff.queue[0] != "priority" or len(each.work) < 2:  # noqa: PLR2004 - one is all of them
        return "the queue grows as long as this lasts"
    sums = {name: each.up_to(name) for name in each.work}
    parts = ", ".join(f"{name or 'without priority'} {_percent(value)}" for name, value in sums.items())
    first = next(name for name, value in sums.items() if value >= _FULL)
    return f"busy with each priority and those before it: {parts}; {first} waits without end"


def _percent(share: float) -> str:
    return "over 1000%" if share > 10 else f"{share * 100:.0f}%"  # noqa: PLR2004 - too much to be told exactly


def unanswerable(draft: Draft) -> Iterator[Diagnostic]:
    """Response targets of tickets for which, at some time of the week, nobody comes in time."""
    seen: set[tuple[str, str]] = set()
    told: set[str] = set()
    for scenario in draft.contract.scenarios.values():
        load = draft.contract.loads.get(scenario.load or "")
        for name in judged_by(draft.contract, scenario) if load is not None else ():
            agreement = draft.contract.agreements.get(name)
            for target in agreement.targets if agreement else ():
                pair = (target.qualified, scenario.load or "")
                if load is not None and pair not in seen and target.qualified not in told:
                    seen.add(pair)
                    found = _late(target, load, draft)
                    if found is not None:
                        told.add(target.qualified)
                        yield found


def _late(target: Target, load: Load, draft: Draft) -> Diagnostic | None:
    form = target.form
    if not isinstance(form, Within) or form.measure != "response":
        return None
    limit = min((value.duration for _, value, _ in form.limit.values), key=lambda each: each.us)
    if limit.business_days:
        return None
    for stream in streams_of(load, form.population, draft.contract.requests):
        staff = _first_staff(stream, draft.contract.staff)
        occurring = priorities_in(load, stream)
        wanted = sorted(occurring.intersection(form.population.priorities or occurring))
        for priority in wanted if staff is not None else ():
            profile = draft.contract.profiles.get(stream.profile or "")
            worst = _worst(staff, priority, target.calendar, profile, limit.wall_us) if staff else None
            if worst is not None and staff is not None:
                return _diagnostic(target, staff, priority, worst)
    return None


def _diagnostic(target: Target, staff: Staff, priority: str, worst: tuple[int, int | None]) -> Diagnostic:
    at, counted = worst
    on_call = _called(staff, priority)
    length = "ever" if counted is None else f"for {clock_words(counted // SECOND * SECOND)}"
    return codes.NOBODY_IN_TIME.at(
        target.limit_span,
        f"nobody of `{staff.name}` can answer every {priority} ticket in time",
        label=f"nobody comes {length} after {_moment(at)}",
        secondary=[
            Label(span=on_call.span, text="comes too late")
            if on_call is not None
            else Label(span=staff.span, text=f"no shift then, and nobody on call for {priority}")
        ],
    )


def _first_staff(stream: Stream, staff: Mapping[str, Staff]) -> Staff | None:
    """Return the people who pick a ticket up first, None where it goes elsewhere first."""
    first = next((each for each in stream.steps if each.name == stream.start), None)
    if first is None or not (first.works or first.answers):
        return None
    return staff.get(first.group or "")


def _called(staff: Staff, priority: str) -> OnCall | None:
    on_call = staff.on_call
    if on_call is None or not on_call.agents or (on_call.priorities and priority not in on_call.priorities):
        return None
    return on_call


def _worst(
    staff: Staff, priority: str, calendar: CalendarPlan, profile: Profile | None, limit_us: int
) -> tuple[int, int | None] | None:
    """Return when in the week a ticket may arrive for which the limit runs out first, and after how much of it.

    The week is the staff's; the time counted until somebody comes is None where nobody ever does.
    """
    shifts = _shifts(staff)
    on_call = _called(staff, priority)
    hours = _Hours(_of_calendar(calendar, staff.zone))
    worst: tuple[int, int | None] | None = None
    for at in (each for each in range(0, _WEEK, _STEP) if not _holds(shifts, each)):
        comes = _next(shifts, at)
        if on_call is not None:
            comes = at + on_call.after_us if comes is None else min(comes, at + on_call.after_us)
        counted = None if comes is None else hours.until(comes) - hours.until(at)
        is_late = (
            bool(hours.total) if counted is None else counted > max(limit_us, worst[1] or 0 if worst else 0)
        )
        if is_late and _may_arrive(profile, at, staff.zone):
            worst = at, counted
            if counted is None:
                return worst
    return worst


def _shifts(staff: Staff) -> Stretches:
    return _united(
        [
            (day * DAY + window.start_us, day * DAY + window.end_us)
            for each in staff.shifts
            if each.agents
            for day in each.weekdays
            for window in each.windows
        ]
    )


def _united(said: Stretches) -> Stretches:
    """Return stretches of one week in order, cut at its end and joined."""
    cut = sorted(
        part
        for start, end in said
        for part in (((start, _WEEK), (0, end - _WEEK)) if end > _WEEK else ((start, end),))
    )
    found: Stretches = []
    for start, end in cut:
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _holds(stretches: Stretches, at: int) -> bool:
    return any(start <= at < end for start, end in stretches)


def _next(stretches: Stretches, at: int) -> int | None:
    if not stretches:
        return None
    later = [start for start, _ in stretches if start >= at]
    return later[0] if later else stretches[0][0] + _WEEK


def _of_calendar(calendar: CalendarPlan, zone: str) -> Stretches:
    """Return the calendar's open time in a usual week, by the wall clock of another zone."""
    ahead = 0 if calendar == ALWAYS else _offset(zone) - _offset(calendar.zone)
    said = [
        ((day * DAY + each.start_us + ahead) % _WEEK, each.end_us - each.start_us)
        for day, windows in enumerate(calendar.weekly)
        for each in windows
    ]
    return _united([(start, start + length) for start, length in said])


def _offset(zone: str) -> int:
    offset = _MONDAY.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return int(offset.total_seconds()) * SECOND


class _Hours:
    """How much open time of a week's stretches has passed until an instant, week after week."""

    def __init__(self, stretches: Stretches) -> None:
        self._starts: Final = [start for start, _ in stretches]
        self._stretches: Final = stretches
        self._before: Final = [0]
        for start, end in stretches:
            self._before.append(self._before[-1] + end - start)
        self.total: Final = self._before[-1]

    def until(self, at: int) -> int:
        weeks, rest = divmod(at, _WEEK)
        i = bisect_right(self._starts, rest) - 1
        if i < 0:
            return weeks * self.total
        start, end = self._stretches[i]
        return weeks * self.total + self._before[i] + min(rest, end) - start


def _may_arrive(profile: Profile | None, at: int, zone: str) -> bool:
    """Whether tickets arrive at a time of the week of `zone`."""
    if profile is None:
        return True
    there = (at + _offset(profile.zone) - _offset(zone)) % _WEEK
    day, rest = divmod(there, DAY)
    return any(
        each.weekday == day and each.window.start_us <= rest < each.window.end_us and each.weight > 0
        for each in profile.weights
    )


def _moment(at: int) -> str:
    day, rest = divmod(at, DAY)
    minutes = rest // MINUTE
    return f"{_DAY_NAMES[day]} {minutes // 60:02}:{minutes % 60:02}"

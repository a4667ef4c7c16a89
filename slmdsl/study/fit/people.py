"""The people of the model: those of the contract where it has a roster, else those whom the log shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.base.units import DAY, HOUR
from slmdsl.calendars import CalendarPlan, Window
from slmdsl.study.fit.model import StaffFit
from slmdsl.study.fit.staff import Actions, ShiftFit, presence_of, shifts_of, usual
from slmdsl.study.fit.times import acting_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.model.work import Staff
    from slmdsl.study.fit.places import Place
    from slmdsl.study.fit.staff import Floats, Presence
    from slmdsl.study.fit.stretches import Stretches
    from slmdsl.study.fit.times import Touch
    from slmdsl.study.fit.visits import Visits

BUSY: Final = 0.85
"""The utilisation above which agents are added where they were only inferred."""
_MANNED: Final = 0.25
"""The share of the usual people of the fullest hour from which on the desk is manned."""
_OFFICE: Final = (ShiftFit(name="week_1", weekdays=(0, 1, 2, 3, 4), start=8, end=18, agents=1),)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """Who was there by the log, and the hours in which the desk is manned, as shifts and as a calendar."""

    presence: Presence
    manned: tuple[ShiftFit, ...]
    is_manned: Floats
    """By hour of the week: 1 where it is."""
    calendar: CalendarPlan


def people_of(
    rows: Stretches,
    visits: Visits,
    touch: Touch,
    places: int,
    within: tuple[int, int],
    zone: str,
    regions: Sequence[str],
    contract: Contract,
) -> People:
    """Return who was there; only what was done in the stretch of time `within` counts."""
    row, place, end = acting_place(rows, visits, touch)
    inside = (rows.begin_us[row] >= within[0]) & (rows.begin_us[row] < within[1])
    row, place, end = row[inside], place[inside], end[inside]
    actions = Actions(
        at_us=rows.begin_us[row], end_us=end, actor=rows.actor[row].astype(np.int64), place=place
    )
    presence = presence_of(actions, places, zone)
    together = np.sum([usual(presence, each) for each in range(places)], axis=0)
    manned = _manned(together, contract)
    return People(
        presence=presence,
        manned=manned,
        is_manned=_hours_of(manned),
        calendar=calendar_of_shifts(manned, zone, regions),
    )


def _manned(together: Floats, contract: Contract) -> tuple[ShiftFit, ...]:
    """Return the hours in which the desk is manned, as shifts of one: by its rosters, else as the log shows.

    Where neither tells they are the hours of an agreement's calendar, else office hours.
    """
    rosters = [
        (day, window)
        for staff in contract.staff.values()
        for shift in staff.shifts
        for day in shift.weekdays
        for window in shift.windows
    ]
    if rosters:
        return _as_shifts(_in_hours(rosters))
    if together.any():
        return _as_shifts((together >= _MANNED * together.max()).astype(np.float64))
    plans = [target.calendar for each in contract.agreements.values() for target in each.targets]
    hours = [
        [(day, window) for day, windows in enumerate(plan.weekly) for window in windows]
        for plan in plans
        if plan.name != "always"
    ]
    return _as_shifts(_in_hours(hours[0])) if hours and hours[0] else _OFFICE


def _in_hours(windows: Sequence[tuple[int, Window]]) -> Floats:
    """Return the hours of the week that windows touch, as 0 and 1."""
    week = np.zeros(7 * 24)
    for day, window in windows:
        first, last = window.start_us // HOUR, -(-window.end_us // HOUR)
        week[(np.arange(first, last) + 24 * day) % len(week)] = 1.0
    return week


def _as_shifts(there: Floats) -> tuple[ShiftFit, ...]:
    return tuple(replace(each, agents=1) for each in shifts_of(there))


def _hours_of(shifts: Sequence[ShiftFit]) -> Floats:
    """Return the hours of the week in which a shift is on, as 0 and 1."""
    found = np.zeros((7, 24))
    for each in shifts:
        for day in each.weekdays:
            found[day, each.start : each.end] = 1.0
    return found.reshape(-1)


def calendar_of_shifts(shifts: Sequence[ShiftFit], zone: str, regions: Sequence[str]) -> CalendarPlan:
    """Return the hours of shifts as a calendar."""
    weekly = tuple(
        tuple(Window(each.start * HOUR, min(each.end * HOUR, DAY)) for each in shifts if day in each.weekdays)
        for day in range(7)
    )
    return CalendarPlan(name="manned hours", zone=zone, weekly=weekly, holidays=tuple(regions))


def hours_of_staff(staff: Staff) -> CalendarPlan:
    """Return the hours in which a shift of some staff is on, as a calendar."""
    weekly = tuple(
        tuple(window for shift in staff.shifts if day in shift.weekdays for window in shift.windows)
        for day in range(7)
    )
    return CalendarPlan(name=f"hours of {staff.name}", zone=staff.zone, weekly=weekly, holidays=staff.regions)


def staff_of(
    places: Sequence[Place],
    people: People,
    contract: Contract,
    *,
    zone: str,
    regions: Sequence[str],
    by_priority: bool,
    always_manned: bool,
) -> tuple[StaffFit, ...]:
    """Return staff for each place that is worked and has no roster in the contract.

    With `always_manned` a group has somebody whenever the desk is manned: its people are seen too rarely to tell.
    """
    found = []
    for code, place in enumerate(places):
        if not place.is_worked or place.group is None or place.group in contract.staff:
            continue
        there = usual(people.presence, code)
        if always_manned:
            there = np.maximum(there, people.is_manned)
        shifts = shifts_of(there) or people.manned
        found.append(
            StaffFit(
                group=place.group,
                zone=zone,
                regions=tuple(regions),
                shifts=shifts,
                by_priority=by_priority,
                actors=people.presence.actors[code],
            )
        )
    return tuple(found)


def agent_hours(shifts: Sequence[ShiftFit]) -> float:
    """Return the hours of agents in a usual week.

    >>> agent_hours(_OFFICE)
    50.0
    """
    return float(sum(len(each.weekdays) * (each.end - each.start) * each.agents for each in shifts))


def enough(staff: StaffFit, work_hours: float) -> StaffFit:
    """Return staff that can do a week's work at no more than `BUSY`: a desk that kept up had as many."""
    hours = agent_hours(staff.shifts)
    wanted = work_hours / BUSY
    if hours >= wanted or not hours:
        return replace(staff, utilisation=work_hours / hours if hours else 0.0)
    factor = wanted / hours
    shifts = tuple(replace(each, agents=ceil(each.agents * factor)) for each in staff.shifts)
    more = sum(each.agents for each in shifts) - sum(each.agents for each in staff.shifts)
    return replace(staff, shifts=shifts, raised=more, utilisation=work_hours / agent_hours(shifts))

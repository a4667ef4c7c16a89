"""Who works when, inferred from who acted on tickets: sessions of actors, hours in which they are there, shifts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from slmdsl.base.units import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from slmdsl.study.fit.stretches import Bools, Int64

    Floats = npt.NDArray[np.float64]

HOURS: Final = 168
_APART: Final = 5 * HOUR
"""Longer without an action: the actor went home in between."""
_TOO_LONG: Final = 15 * HOUR
"""Who is there for longer than that on a usual day is a program."""
_GLANCE: Final = HOUR // 4
"""A single action shows somebody for as long."""
_FEW: Final = 10
"""Actions below which an actor is a visitor."""
_NEARLY: Final = 0.65
_STEPS: Final = 4
"""Shifts of one kind of day, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftFit:
    """`shift NAME mon..fri 08:00-18:00 5 agents`: whole hours of the wall clock; `end` up to 24."""

    name: str
    weekdays: tuple[int, ...]
    start: int
    end: int
    agents: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Actions:
    """What people did: from when to when (the same where only an instant is known), who, and at which place."""

    at_us: Int64
    end_us: Int64
    actor: Int64
    place: Int64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Presence:
    """How many people of each place were there, by week and hour of the week (p x w x 168), parts of hours as parts.

    `actors` are those who count, by place; `programs` those who were left out for never going home.
    """

    there: Floats
    actors: tuple[int, ...]
    programs: tuple[int, ...]
    is_off: Bools
    """Weekdays of a week (w x 7) on which nobody at all was there."""


def presence_of(actions: Actions, places: int, zone: str) -> Presence:
    """Return who was there when: an actor is from the first to the last action of a session."""
    session = _sessions(actions, zone)
    programs = _programs(session)
    is_kept = ~np.isin(session.actor, programs)
    home = {actor: place for actor, place in _home(actions, places).items() if actor not in programs}
    weeks = int(session.week.max()) + 1 if len(session.week) else 1
    there = np.zeros((places, weeks, HOURS))
    for actor, week, first, last in zip(
        session.actor[is_kept].tolist(),
        session.week[is_kept].tolist(),
        session.first[is_kept].tolist(),
        session.last[is_kept].tolist(),
        strict=True,
    ):
        for hour in range(int(first), int(last) + 1):
            at = week + hour // HOURS, hour % HOURS
            if actor in home and at[0] < weeks:
                there[home[actor], at[0], at[1]] += min(last, hour + 1) - max(first, hour)
    counts = tuple(sum(1 for actor, place in home.items() if place == each) for each in range(places))
    days = there.sum(axis=0).reshape(weeks, 7, 24).sum(axis=2)
    usual = np.median(days, axis=0)
    return Presence(there=there, actors=counts, programs=tuple(programs), is_off=days < 0.2 * usual)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sessions:
    actor: Int64
    week: Int64
    first: Floats
    last: Floats
    length_us: Int64


def _sessions(actions: Actions, zone: str) -> _Sessions:
    """Return stretches in which an actor acts again and again: the week, and from when to when in it, in hours."""
    order = np.lexsort((actions.at_us, actions.actor))
    actor, at, until = actions.actor[order], actions.at_us[order], actions.end_us[order]
    begins = np.append(True, (actor[1:] != actor[:-1]) | (at[1:] - at[:-1] > _APART))[: len(actor)]
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(actor)) - 1 if len(first) else first
    wall_first, wall_last = wall_us(at[first], zone), wall_us(until[last], zone)
    monday = 4 * DAY  # 1970-01-01 was a Thursday
    start = (wall_first.min() - monday) // (7 * DAY) * (7 * DAY) + monday if len(first) else 0
    week = (wall_first - start) // (7 * DAY)
    return _Sessions(
        actor=actor[first],
        week=week,
        first=(wall_first - start - week * 7 * DAY) / HOUR,
        last=np.maximum(wall_last - start - week * 7 * DAY, wall_first - start - week * 7 * DAY + _GLANCE)
        / HOUR,
        length_us=at[last] - at[first],
    )


def wall_us(at_us: Int64, zone: str) -> Int64:
    """Return what the wall clock of a zone shows, as microseconds since its own 1970."""
    instants = pl.Series(at_us, dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))
    return instants.dt.convert_time_zone(zone).dt.replace_time_zone(None).cast(pl.Int64).to_numpy()


def _programs(session: _Sessions) -> list[int]:
    """Return actors whose usual session is longer than people work."""
    found = []
    for actor in np.unique(session.actor).tolist():
        lengths = session.length_us[session.actor == actor]
        if np.median(lengths) > _TOO_LONG:
            found.append(int(actor))
    return found


def _home(actions: Actions, places: int) -> dict[int, int]:
    """Return where each actor acts most; visitors are left out."""
    codes, counts = np.unique(actions.actor * places + actions.place, return_counts=True)
    best: dict[int, tuple[int, int]] = {}
    whole: dict[int, int] = {}
    for code, count in zip(codes.tolist(), counts.tolist(), strict=True):
        actor, place = divmod(code, places)
        whole[actor] = whole.get(actor, 0) + count
        if count > best.get(actor, (0, 0))[0]:
            best[actor] = (count, place)
    busiest = max(whole.values(), default=0)
    least = min(_FEW, busiest)
    return {actor: place for actor, (_, place) in best.items() if whole[actor] >= least}


def usual(presence: Presence, place: int) -> Floats:
    """Return how many people of a place are there on average, by hour of the week; days off are left out."""
    there = presence.there[place].reshape(-1, 7, 24).astype(np.float64)
    whole = there[1:-1] if len(there) > 3 else there  # noqa: PLR2004 - the first and last week are cut
    off = presence.is_off[1:-1] if len(there) > 3 else presence.is_off  # noqa: PLR2004 - as above
    found = np.zeros((7, 24))
    for day in range(7):
        rows = whole[~off[:, day], day]
        if len(rows):
            found[day] = rows.mean(axis=0)
    return found.reshape(HOURS)


def shifts_of(there: Floats) -> tuple[ShiftFit, ...]:
    """Return shifts with as many agents in each hour as were there, roughly: layers of days that are alike.

    >>> week = np.zeros((7, 24)); week[:5, 8:18] = 3; week[5, 9:12] = 1
    >>> [(each.weekdays, each.start, each.end, each.agents) for each in shifts_of(week.reshape(168))]
    [((0, 1, 2, 3, 4), 8, 18, 3), ((5,), 9, 12, 1)]
    """
    days = np.rint(there.reshape(7, 24)).astype(int)
    found: list[ShiftFit] = []
    for weekdays in _alike(there.reshape(7, 24)):
        hours = np.rint(_squared(np.mean(there.reshape(7, 24)[list(weekdays)], axis=0))).astype(int)
        for start, end, agents in _layers(hours):
            found.append(
                ShiftFit(
                    name=_name(weekdays, len(found)), weekdays=weekdays, start=start, end=end, agents=agents
                )
            )
    if not found and days.any():
        day = int(days.sum(axis=1).argmax())
        found = [ShiftFit(name="day", weekdays=(day,), start=0, end=24, agents=1)]
    return tuple(found)


def _alike(days: Floats) -> list[tuple[int, ...]]:
    """Return the weekdays in groups of those with much the same people: Monday to Friday, then each of the others."""
    week = days[:5].sum(axis=1)
    groups: list[tuple[int, ...]] = []
    if week.max() and week.min() >= 0.4 * week.max():
        groups.append((0, 1, 2, 3, 4))
    else:
        groups.extend((day,) for day in range(5))
    if np.array_equal(np.rint(days[5]), np.rint(days[6])):
        groups.append((5, 6))
    else:
        groups.extend(((5,), (6,)))
    return groups


def _squared(hours: Floats) -> Floats:
    """Return hours in which nearly all who come or go are there as if all of them were: shifts begin on the hour."""
    before, after = np.append(0.0, hours[:-1]), np.append(hours[1:], 0.0)
    low, high = np.minimum(before, after), np.maximum(before, after)
    between = (hours > low) & (hours < high)
    return np.where(between & (hours - low >= _NEARLY * (high - low)), high, hours)


def _layers(hours: npt.NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Return windows and agents that add up to the counts of 24 hours, dips at noon filled: the widest first."""
    levels = sorted({int(each) for each in hours if each > 0})
    if not levels:
        return []
    if len(levels) > _STEPS:
        chosen = np.unique(np.rint(np.quantile(hours[hours > 0], np.linspace(0.1, 0.9, _STEPS))).astype(int))
        levels = [int(each) for each in chosen if each > 0]
    found: list[list[int]] = []
    below = 0
    for level in levels:
        need = hours >= level if level < levels[-1] else hours >= level - 0.5
        start = int(np.argmax(need))
        end = 24 - int(np.argmax(need[::-1]))
        if not need.any():
            continue
        if start <= 1 and end >= 23:  # noqa: PLR2004 - around the clock, seen a little short of it
            start, end = 0, 24
        if found and found[-1][:2] == [start, end]:
            found[-1][2] += level - below
        else:
            found.append([start, end, level - below])
        below = level
    return [(start, end, agents) for start, end, agents in found]


_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _name(weekdays: Sequence[int], number: int) -> str:
    """Return a name for a shift that no other of the staff has."""
    kind = "week" if len(weekdays) > 2 else "weekend" if len(weekdays) == 2 else _DAYS[weekdays[0]]  # noqa: PLR2004
    return f"{kind}_{number + 1}"

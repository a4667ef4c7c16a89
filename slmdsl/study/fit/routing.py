"""The way of a stream's tickets: where they start, which steps they go through, and where next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.base.units import MINUTE
from slmdsl.study.fit.giving_up import gives_up_of
from slmdsl.study.fit.lengths import by_priority, counted_on, length_of, wait_calendar
from slmdsl.study.fit.mixes import shares_of
from slmdsl.study.fit.model import ShareFit, StepFit, WorkFit
from slmdsl.study.fit.visits import CANCELLED, OPEN, RESOLVED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.study.fit.places import Place
    from slmdsl.study.fit.stretches import Bools, Floats, Int32, Int64
    from slmdsl.study.fit.times import Touch
    from slmdsl.study.fit.visits import Visits

_ONE_START: Final = 0.995
"""The share of tickets at one place from which on all start there."""
_ANSWERED: Final = 0.5
"""The share of first visits with a reply from which on a step `answers`."""
_SITTING_US: Final = 15 * MINUTE
"""A visit that lasts no longer than this was done at once, whatever the pace."""
_RARE: Final = 0.01
"""Ways that are rarer are left out."""
_ASSUMED_US: Final = 15 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flow:
    """What the way is told from.

    Attributes:
        visits: of the whole log; `mine`: those of the stream.
        touch: hands-on time of visits.
        held_us: by visit, how long the group had the ticket in its hours.
        priority: by visit, a code in `priorities`.
        shelf: the team that stands for tickets in somebody's hands; None: work is told without.
    """

    visits: Visits
    mine: Bools
    touch: Touch
    held_us: Int64
    places: Sequence[Place]
    priority: Int32
    priorities: Sequence[str]
    calendars: Mapping[str, CalendarPlan]
    shelf: str | None
    opening: str


def way_of(flow: Flow) -> tuple[str, tuple[StepFit, ...]]:
    """Return where tickets start, and the steps that they come through."""
    visits = flow.visits
    first = visits.place[flow.mine & visits.is_first & (visits.attempt == 0)]
    names: dict[int, str | None] = {code: place.step for code, place in enumerate(flow.places)}
    starts = shares_of(first, names)
    steps: list[StepFit] = []
    start = str(starts[0].name)
    if starts[0].share < _ONE_START:
        start = flow.opening
        steps.append(StepFit(name=start, visits=len(first), routes=starts, remark="opening"))
    for code in range(len(flow.places)):
        steps += _steps(flow, code, names)
    return start, _reached(start, steps)


def _reached(start: str, steps: Sequence[StepFit]) -> tuple[StepFit, ...]:
    """Return the steps to which a way leads from the start."""
    by_name = {each.name: each for each in steps}
    found, ahead = {start}, [start]
    while ahead:
        for route in by_name[ahead.pop()].routes:
            if route.name in by_name and route.name not in found:
                found.add(route.name)
                ahead.append(route.name)
    return tuple(each for each in steps if each.name in found)


def _steps(flow: Flow, code: int, names: dict[int, str | None]) -> list[StepFit]:
    """Return the step of a place, and where tickets lie in somebody's hands after it."""
    visits, place = flow.visits, flow.places[code]
    here = flow.mine & (visits.place == code)
    ended = here & (visits.next != OPEN)
    if not ended.any():
        return []
    onward = names | {RESOLVED: None, CANCELLED: None}
    if not place.is_worked:
        return [_waiting(flow, place, ended, onward)]
    if flow.shelf is None:
        return [_worked(flow, place, here, ended, onward)]
    return _laid_aside(flow, place, here, ended, onward)


def _waiting(flow: Flow, place: Place, ended: Bools, onward: dict[int, str | None]) -> StepFit:
    visits = flow.visits
    begin, end = visits.begin_us[ended], visits.end_us[ended]
    name = wait_calendar(end, flow.calendars)
    return StepFit(
        name=place.step,
        visits=int(ended.sum()),
        waits=length_of(counted_on(begin, end, name, flow.calendars), calendar=name),
        routes=shares_of(visits.next[ended], onward, least=_RARE),
        remark="" if place.group else "elsewhere",
    )


def _worked(flow: Flow, place: Place, here: Bools, ended: Bools, onward: dict[int, str | None]) -> StepFit:
    """Return a step where the log tells how long each ticket was held."""
    visits, touch = flow.visits, flow.touch
    unseen = (visits.next == CANCELLED) & np.isnan(touch.waited_us)
    told = ended & ~np.isnan(touch.work_us)
    answered = here & ~np.isnan(touch.answer_us)
    first = told & visits.is_first & (visits.attempt == 0)
    is_answered = answered.any() and answered.sum() >= _ANSWERED * max(int(first.sum()), 1)
    routed = ended & ~unseen
    return StepFit(
        name=place.step,
        visits=int(ended.sum()),
        answers=length_of(touch.answer_us[answered]) if is_answered else None,
        gives_up=gives_up_of(visits, touch, here),
        works=by_priority(
            touch.work_us[told], flow.priority[told], flow.priorities, otherwise_us=_ASSUMED_US
        ),
        routes=shares_of(visits.next[routed if routed.any() else ended], onward, least=_RARE),
        remark="rest" if place.is_rest else "",
    )


def _laid_aside(
    flow: Flow, place: Place, here: Bools, ended: Bools, onward: dict[int, str | None]
) -> list[StepFit]:
    """Return a step of short work, and one for the visits that lasted longer than one sitting."""
    visits = flow.visits
    told = ended & ~np.isnan(flow.touch.work_us)
    work = flow.touch.work_us[told]
    works = by_priority(work, flow.priority[told], flow.priorities, otherwise_us=_ASSUMED_US)
    sitting = max(_SITTING_US, float(np.quantile(work, 0.9)) if len(work) else 0.0)
    long = here & (flow.held_us > sitting)
    count, of = int((long & ended).sum()), int(ended.sum())
    quick = shares_of(visits.next[ended & ~long], onward, least=_RARE) if count < of else ()
    if not count:
        return [_short(place, of, works, quick)]
    aside = f"{place.step}_in_hand"
    share = count / of
    routes = [ShareFit(name=each.name, share=each.share * (1 - share), count=each.count) for each in quick]
    routes.append(ShareFit(name=aside, share=share, count=count))
    lying: Floats = flow.held_us[long].astype(np.float64) - float(
        np.median(work) if len(work) else _ASSUMED_US
    )
    return [
        _short(place, of, works, tuple(sorted(routes, key=lambda each: -each.share))),
        StepFit(
            name=aside,
            by=flow.shelf,
            visits=count,
            works=by_priority(
                np.maximum(lying, MINUTE),
                flow.priority[long],
                flow.priorities,
                censored=visits.next[long] == OPEN,
            ),
            routes=shares_of(visits.next[long & ended], onward, least=_RARE),
            remark="in_hand",
        ),
    ]


def _short(place: Place, visits: int, works: tuple[WorkFit, ...], routes: tuple[ShareFit, ...]) -> StepFit:
    return StepFit(
        name=place.step, visits=visits, works=works, routes=routes, remark="rest" if place.is_rest else ""
    )

"""The way of a stream's tickets: where they start, which steps they go through, and where next."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    from slmdsl.study.fit.stretches import Bools, Int32, Int64
    from slmdsl.study.fit.times import Touch
    from slmdsl.study.fit.visits import Visits

_ONE_START: Final = 0.995
"""The share of tickets at one place from which on all start there."""
_ANSWERED: Final = 0.5
"""The share of first visits with a reply from which on a step `answers`."""
_SITTING_US: Final = 15 * MINUTE
"""A visit that lasts no longer than this was done at once, whatever the pace."""
_ASIDE: Final = -4
"""What comes after a visit that lasts longer than one sitting, beside those of `Visits.next`."""
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
    if not here.any():
        return []
    if not ended.any():  # nobody knows yet what comes after it
        return [StepFit(name=place.step, routes=(ShareFit(name=None, share=1.0, count=0),))]
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
    spent = counted_on(begin, end, name, flow.calendars)
    routes = shares_of(visits.next[ended], onward, least=_RARE)
    return StepFit(
        name=place.step,
        visits=int(ended.sum()),
        waits=length_of(spent, tickets=visits.ticket[ended], calendar=name),
        routes=routes,
        left=_left(flow, ended, routes, onward),
        remark="" if place.group else "elsewhere",
    )


def _left(
    flow: Flow, chosen: Bools, routes: Sequence[ShareFit], onward: dict[int, str | None]
) -> tuple[Int64, Int64]:
    """Return the tickets of some visits, and the place in `routes` of where each went."""
    place = {each.name: number for number, each in enumerate(routes)}
    codes = sorted(onward)
    table = np.array([place.get(onward[code], -1) for code in codes], np.int64)
    return flow.visits.ticket[chosen], table[np.searchsorted(codes, flow.visits.next[chosen])]


def _worked(flow: Flow, place: Place, here: Bools, ended: Bools, onward: dict[int, str | None]) -> StepFit:
    """Return a step where the log tells how long each ticket was held."""
    visits, touch = flow.visits, flow.touch
    unseen = (visits.next == CANCELLED) & np.isnan(touch.waited_us)
    answered = here & ~np.isnan(touch.answer_us)
    first = ended & visits.is_first & (visits.attempt == 0)
    is_answered = answered.any() and answered.sum() >= _ANSWERED * max(int(first.sum()), 1)
    routed = ended & ~unseen if np.any(ended & ~unseen) else ended
    routes = shares_of(visits.next[routed], onward, least=_RARE)
    return StepFit(
        name=place.step,
        visits=int(ended.sum()),
        answers=length_of(touch.answer_us[answered]) if is_answered else None,
        gives_up=gives_up_of(visits, touch, here),
        works=_works(flow, ended),
        routes=routes,
        left=_left(flow, routed, routes, onward),
        remark="rest" if place.is_rest else "",
    )


def _works(flow: Flow, ended: Bools) -> tuple[WorkFit, ...]:
    if flow.touch.method == "untold":
        return (WorkFit(priorities=(), length=length_of(np.zeros(0), otherwise_us=_ASSUMED_US)),)
    told = ended & ~np.isnan(flow.touch.work_us)
    return by_priority(
        flow.touch.work_us[told],
        flow.priority[told],
        flow.priorities,
        tickets=flow.visits.ticket[told],
        otherwise_us=_ASSUMED_US,
    )


def _laid_aside(
    flow: Flow, place: Place, here: Bools, ended: Bools, onward: dict[int, str | None]
) -> list[StepFit]:
    """Return a step of short work, and one for the visits that lasted longer than one sitting."""
    works = _works(flow, ended)
    work = flow.touch.work_us[ended & ~np.isnan(flow.touch.work_us)]
    sitting = max(_SITTING_US, float(np.quantile(work, 0.9)) if len(work) else 0.0)
    long = here & (flow.held_us > sitting)
    share = float((long & ended).sum()) / float(ended.sum())
    aside = f"{place.step}_in_hand"
    names = onward | {_ASIDE: aside}
    following = np.where(long, _ASIDE, flow.visits.next)
    moved = replace(flow, visits=replace(flow.visits, next=following))
    routes = shares_of(following[ended], names, least=_RARE)
    short = StepFit(
        name=place.step,
        visits=int(ended.sum()),
        works=works,
        routes=routes,
        left=_left(moved, ended, routes, names),
        remark="rest" if place.is_rest else "",
    )
    if share < _RARE:
        return [short]
    return [short, _lying(flow, aside, long, float(np.median(work)) if len(work) else _ASSUMED_US, onward)]


def _lying(flow: Flow, name: str, long: Bools, work_us: float, onward: dict[int, str | None]) -> StepFit:
    """Return the step of tickets that lie in somebody's hands: what they last beyond the work."""
    visits = flow.visits
    ended = long & (visits.next != OPEN)
    routes = shares_of(visits.next[ended], onward, least=_RARE)
    return StepFit(
        name=name,
        by=flow.shelf,
        visits=int(ended.sum()),
        works=by_priority(
            np.maximum(flow.held_us[long] - work_us, float(MINUTE)),
            flow.priority[long],
            flow.priorities,
            tickets=visits.ticket[long],
            censored=visits.next[long] == OPEN,
        ),
        routes=routes,
        left=_left(flow, ended, routes, onward),
        remark="in_hand",
    )

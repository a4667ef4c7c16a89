"""How long people work on a visit: read off where they hold one ticket at a time, else bounded by their own pace."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from slmdsl.base.units import DAY, HOUR, MINUTE
from slmdsl.events.vocabulary import UNKNOWN, EventType, Phase
from slmdsl.study.fit.visits import OPEN, picked_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from slmdsl.calendars import Calendar
    from slmdsl.study.fit.stretches import Bools, Int32, Int64, Stretches
    from slmdsl.study.fit.visits import Visits

    Floats = npt.NDArray[np.float64]

Method = Literal["held", "paced", "untold"]
"""`held`: pick-ups are told and people hold one ticket at a time. `paced`: from a person's actions one after another.
`untold`: the log cannot say."""

_TOLD: Final = 0.6
"""The share of visits with a pick-up from which on pick-ups tell of work."""
_CUT: Final = 0.25
"""More work cut short by the same person's next pick-up than that: people hold several tickets."""
_SAME_SITTING: Final = HOUR
"""Actions of one person further apart say nothing of how long the later one took."""
_BUSY: Final = 8
"""Actions of a person in a day from which on the gaps between them are mostly work."""
_LEAST: Final = 30
"""Visits with a pace from which on it is believed."""
_ASSUMED_US: Final = 15 * MINUTE
"""Where nothing tells: stated in the model."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Touch:
    """Hands-on time of visits, in microseconds, NaN where the log does not tell it.

    Attributes:
        method: how it was found.
        work_us: by visit.
        answer_us: by visit: from the first pick-up of a ticket to its first public reply, NaN for none; the work goes
            on from there.
        waited_us: by visit: from coming to the first pick-up, NaN where there is none.
        cut: the share of pick-ups that the same person's next one cut short.
    """

    method: Method
    work_us: Floats
    answer_us: Floats
    waited_us: Floats
    cut: float


def touch_of(
    rows: Stretches, visits: Visits, is_worked: Bools, rosters: Mapping[int, Calendar] = MappingProxyType({})
) -> Touch:
    """Return how long people worked on visits.

    Args:
        rows: the log's stretches.
        visits: made of them.
        is_worked: by place, whether people work there at all.
        rosters: by place, the hours of those who hand over at the end of a shift, which nothing in the log tells.
    """
    row, visit = picked_up(visits, rows)
    count = len(visits)
    begin, end = rows.begin_us[row], _held_until(rows)[row]
    following = _next_of_actor(rows.actor[row], begin)
    is_cut = following < end
    cut = float(is_cut.mean()) if len(row) else 0.0
    worked = is_worked[visits.place] & (visits.next != OPEN)
    told = np.zeros(count, np.bool_)
    told[visit] = True
    waited = np.full(count, np.nan)
    first_row, first_visit = _first_of_each(visit, row)
    waited[first_visit] = rows.begin_us[first_row] - visits.begin_us[first_visit]
    if worked.any() and told[worked].mean() >= _TOLD and cut <= _CUT:
        held = _worked_on(begin, np.minimum(end, following), visits.place[visit], rosters)
        spent = np.bincount(visit, held, minlength=count)
        work = np.where(told, spent, np.nan)
        answer = _answers(rows, visits, row, visit)
        both = ~np.isnan(answer)
        work[both] = np.maximum(work[both] - answer[both], 0.0)
        return Touch(method="held", work_us=work, answer_us=answer, waited_us=waited, cut=cut)
    return _paced(rows, visits, waited, cut)


def _worked_on(begin_us: Int64, end_us: Int64, place: Int64, rosters: Mapping[int, Calendar]) -> Floats:
    """Return for how long each pick-up held its ticket."""
    held = (end_us - begin_us).astype(np.float64)
    for code, hours in rosters.items():
        mine = place == code
        held[mine] = hours.elapsed_us(begin_us[mine], end_us[mine])
    return held


def _held_until(rows: Stretches) -> Int64:
    """Return by row when what began there ended: the ticket changed hands, its state, or was over."""
    ends = (
        (rows.type == EventType.GROUP)
        | (rows.type == EventType.ASSIGNEE)
        | ((rows.type == EventType.STATE) & (rows.phase != Phase.ACTIVE))
        | rows.is_first
    )
    count = len(rows)
    place = np.where(ends, np.arange(count), count)
    after = np.append(np.minimum.accumulate(place[::-1])[::-1][1:], count) if count else place
    begin = np.append(rows.begin_us, rows.until_us)
    ticket = np.append(rows.ticket, UNKNOWN)
    return np.where(ticket[after] == rows.ticket, begin[after], rows.until_us)


def _next_of_actor(actor: Int32, begin_us: Int64) -> Int64:
    """Return when the same person picked up the next ticket; far away where never."""
    order = np.lexsort((begin_us, actor))
    following = np.full(len(order), np.iinfo(np.int64).max)
    same = actor[order][1:] == actor[order][:-1]
    following[order[:-1][same]] = begin_us[order][1:][same]
    return following


def _first_of_each(code: Int64, value: Int64) -> tuple[Int64, Int64]:
    """Return the first value of each code, and the codes."""
    codes, first = np.unique(code, return_index=True)
    return value[first], codes


def _answers(rows: Stretches, visits: Visits, row: Int64, visit: Int64) -> Floats:
    """Return by visit how long after the ticket's first pick-up it got its first public reply, in the same visit."""
    answer = np.full(len(visits), np.nan)
    said = np.flatnonzero(rows.public)
    first_row, ticket = _first_of_each(rows.ticket[row], row)
    first_visit = _first_of_each(rows.ticket[row], visit)[0]
    said_row, said_ticket = _first_of_each(rows.ticket[said], said)
    both, left, right = np.intersect1d(ticket, said_ticket, return_indices=True)
    here = visits.of_row[said_row[right]] == first_visit[left]
    here |= said_row[right] == UNKNOWN
    time = rows.begin_us[said_row[right]] - rows.begin_us[first_row[left]]
    good = here & (time >= 0) & (len(both) > 0)
    answer[first_visit[left][good]] = time[good]
    return answer


def _paced(rows: Stretches, visits: Visits, waited: Floats, cut: float) -> Touch:
    """Return work by the pace of people who are busy: the time since their own last action, on whatever ticket.

    That is an upper bound: what they did besides is in it.
    """
    acted = np.flatnonzero(rows.actor >= 0)
    order = acted[np.lexsort((rows.begin_us[acted], rows.actor[acted]))]
    actor, at, ticket = rows.actor[order], rows.begin_us[order], rows.ticket[order]
    new_time = np.append(True, (actor[1:] != actor[:-1]) | (at[1:] != at[:-1]) | (ticket[1:] != ticket[:-1]))
    order = order[new_time[: len(order)]]
    actor, at = rows.actor[order], rows.begin_us[order]
    gap = np.append(_SAME_SITTING + 1, at[1:] - at[:-1])[: len(at)]
    same = np.append(False, actor[1:] == actor[:-1])[: len(at)]
    _, day, actions = np.unique(
        np.stack((actor.astype(np.int64), at // DAY), axis=1), axis=0, return_inverse=True, return_counts=True
    )
    visit = _ended_by(rows, visits)[order]
    tells = same & (gap <= _SAME_SITTING) & (actions[day.ravel()] >= _BUSY) & (visit >= 0)
    work = np.full(len(visits), np.nan)
    spent = np.bincount(visit[tells], gap[tells].astype(np.float64), minlength=len(visits))
    told = np.unique(visit[tells])
    work[told] = spent[told]
    silent = np.full(len(visits), np.nan)
    method: Method = "paced" if len(told) >= _LEAST else "untold"
    if method == "untold":
        work = np.full(len(visits), float(_ASSUMED_US))
    return Touch(method=method, work_us=work, answer_us=silent, waited_us=waited, cut=cut)


def _ended_by(rows: Stretches, visits: Visits) -> Int64:
    """Return by row the visit in which it was done: that of the row before, for a ticket's first its own."""
    before = np.append(UNKNOWN, visits.of_row[:-1])[: len(rows)]
    return np.where(rows.is_first | (before < 0), visits.of_row, before)


def acting_place(rows: Stretches, visits: Visits, touch: Touch) -> tuple[Int64, Int64, Int64]:
    """Return what people did, for staffing: its rows, the place where it was done, and when it was over."""
    if touch.method == "held":
        row, visit = picked_up(visits, rows)
        begin = rows.begin_us[row]
        held = np.minimum(_held_until(rows)[row], _next_of_actor(rows.actor[row], begin))
        # Behind the hour of the last pick-up it may be overtime.
        return row, visits.place[visit], np.minimum(held, -(-(begin + 1) // HOUR) * HOUR)
    row = np.flatnonzero(rows.actor >= 0)
    visit = _ended_by(rows, visits)[row]
    row, visit = row[visit >= 0], visit[visit >= 0]
    return row, visits.place[visit], rows.begin_us[row]

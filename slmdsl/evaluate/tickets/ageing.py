"""The backlog as it stands when periods end: how many tickets lie open, and for how long.

A ticket that is open has its priority of that moment. All periods are counted at once: a stretch of being open takes
in the ends that lie in it, and of those the ones by which the ticket has come of age.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.calendars import calendar_of
from slmdsl.contract.model.agreements import Ageing
from slmdsl.evaluate.period_verdicts import PeriodVerdict, Word
from slmdsl.evaluate.tickets.inputs import masks_of
from slmdsl.evaluate.tickets.verdicts import part_name
from slmdsl.evaluate.tickets.waivers import first_waivers
from slmdsl.rules.conditions import column
from slmdsl.rules.dated import in_force
from slmdsl.rules.dispatch import customer_membership, membership, priority_membership

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.base.units import Duration
    from slmdsl.contract.model.agreements import Target
    from slmdsl.evaluate.period_verdicts import JudgedUnits
    from slmdsl.events.columns import Tickets
    from slmdsl.rules.binding import BoundRules
    from slmdsl.rules.tables import Int64, Masks
    from slmdsl.rules.ticket_rules import Selection

    Bools = npt.NDArray[np.bool_]

_FOREVER = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Stretches of time in which a ticket lay open with one priority: s rows, half-open.

    `unit` is the row in the units' log, `priority` a code (-1 missing), `opened_us` when the ticket was opened.
    """

    unit: Int64
    from_us: Int64
    to_us: Int64
    priority: Int64
    opened_us: Int64

    @classmethod
    def of(cls, judged: JudgedUnits, opened_us: Int64) -> Backlog:
        """Return the stretches of units of a backlog; `opened_us` are the openings of the log's tickets."""
        tickets, events = judged.units.log.ticket_columns, judged.units.log.event_columns
        changes = np.flatnonzero(events.priority >= 0)
        unit = np.concatenate([np.arange(len(tickets)), events.ticket[changes]])
        from_us = np.concatenate([tickets.opened_us, events.at_us[changes]])
        priority = np.concatenate([tickets.priority.codes, events.priority[changes]]).astype(np.int64)
        order = np.argsort(unit, kind="stable")
        unit, from_us, priority = unit[order], from_us[order], priority[order]
        ends = np.full(len(tickets), _FOREVER)
        over = events.phase >= 0
        # What a unit begins with has a phase too, a microsecond before it.
        over &= events.at_us >= tickets.opened_us[events.ticket]
        ends[events.ticket[over]] = events.at_us[over]
        is_last = np.append(unit[1:] != unit[:-1], np.ones(min(len(unit), 1), np.bool_))
        to_us = np.where(is_last, ends[unit], np.append(from_us[1:], 0)[: len(unit)])
        return cls(
            unit=unit,
            from_us=from_us,
            to_us=to_us,
            priority=priority,
            opened_us=opened_us[judged.units.ticket][unit],
        )


def ageing_verdicts(judged: JudgedUnits, backlog: Backlog, place: int) -> list[PeriodVerdict]:
    """Return the verdicts on the ageing target at `place` of the bound rules, by part and period."""
    bound, log = judged.bound, judged.units.log
    rule, periods = bound.rules.targets[place], bound.periods[place]
    target, form = rule.target, ageing_of(rule.target)
    tickets, masks = log.ticket_columns, masks_of(bound, log)
    meant = _means(rule.selection, tickets)
    if rule.condition is not None:
        meant &= masks.conditions[bound.conditions.index(rule.condition)] > 0
    priorities = priority_membership([rule.selection], tickets)[0]
    chosen = meant[backlog.unit] & priorities[backlog.priority + 1]
    is_over = periods.to_us <= bound.as_of_us
    first, end = _ends_within(
        backlog,
        np.where(is_over, periods.to_us - 1, bound.as_of_us),
        _came_of_age(target, form.older_than, backlog, np.where(is_over, periods.to_us, bound.as_of_us)),
    )
    parts = _parts(target, backlog, tickets)
    shape = len(bound.parts[place]), len(periods)
    net = chosen & ~_excluded(judged, masks, backlog, place)
    gross_n = _counted(shape, parts[chosen], first[chosen], end[chosen])
    n = _counted(shape, parts[net], first[net], end[net])
    seen = [part for part in range(shape[0]) if target.per is not None and gross_n[part].any()]
    named: list[tuple[int, str | None]] = [(part, part_name(bound.parts[place][part])) for part in seen]
    return [
        _verdict(bound, place, name, period, int(n[part, period]), int(gross_n[part, period]))
        for part, name in named or [(0, None)]
        for period in range(len(periods))
        if periods.from_us[period]
        != bound.as_of_us  # it has just begun, and the one before has been seen to its end
    ]


def ageing_of(target: Target) -> Ageing:
    """Return the form of a target on a backlog. Raises TypeError for any other."""
    if isinstance(target.form, Ageing):
        return target.form
    msg = f"`{target.qualified}` is not about a backlog"
    raise TypeError(msg)


def _means(selection: Selection, tickets: Tickets) -> Bools:
    """Whether tickets are of the kinds, services and customers of a selection."""
    kind, service, customer = (each.codes + 1 for each in (tickets.kind, tickets.service, tickets.customer))
    served = membership([selection.services], tickets.service.values)[0][service]
    covered = membership([selection.covered_kinds], tickets.kind.values, empty_is_any=False)[0][kind]
    of_kind = membership([selection.kinds], tickets.kind.values)[0][kind]
    of_customer = customer_membership([selection], tickets)[0][customer]
    return np.asarray(of_kind & (served | covered) & of_customer)


def _came_of_age(target: Target, older_than: Duration | None, backlog: Backlog, ends_us: Int64) -> Int64:
    """Return the first of the ends of periods at which each stretch's ticket is older than the limit."""
    if older_than is None or not len(backlog.unit) or not len(ends_us):
        return np.zeros(len(backlog.unit), np.int64)
    calendar, instants = calendar_of(target.calendar), np.concatenate([backlog.opened_us, ends_us])
    if older_than.business_days:
        shown, units = calendar.days(instants)
        age = floor(older_than.business_days * units)
    else:
        shown, age = calendar.elapsed_us(np.full(len(instants), instants.min()), instants), older_than.wall_us
    opened, ended = shown[: len(backlog.opened_us)], shown[len(backlog.opened_us) :]
    return np.asarray(np.searchsorted(ended - age, opened, side="right"))


def _ends_within(backlog: Backlog, seen_us: Int64, of_age: Int64) -> tuple[Int64, Int64]:
    """Return which periods (half-open) see each stretch open, of those by whose end its ticket is of age."""
    first = np.searchsorted(seen_us, backlog.from_us)
    end = np.searchsorted(seen_us, backlog.to_us)
    return np.minimum(np.maximum(first, of_age), end), end


def _counted(shape: tuple[int, int], parts: Int64, first: Int64, end: Int64) -> Int64:
    """Return how many stretches each part and period sees (shape parts x periods)."""
    size, width = shape[0] * (shape[1] + 1), shape[1] + 1
    begun = np.bincount(parts * width + first, minlength=size) - np.bincount(
        parts * width + end, minlength=size
    )
    return np.cumsum(begun.reshape(shape[0], width), axis=1)[:, :-1]


def _parts(target: Target, backlog: Backlog, tickets: Tickets) -> Int64:
    """Return the part that each stretch counts in."""
    if target.per is None:
        return np.zeros(len(backlog.unit), np.int64)
    return column(tickets, target.per).codes[backlog.unit].astype(np.int64) + 1


def _excluded(judged: JudgedUnits, masks: Masks, backlog: Backlog, place: int) -> Bools:
    """Whether an exclusion of the target's agreement, or a waiver, takes stretches out of the net figure."""
    bound = judged.bound
    waived = first_waivers(judged.units.log, bound.as_of_us, bound.rules.targets[place].target) >= 0
    found = waived[backlog.unit]
    mine = bound.tables.targets[place]
    for number in range(mine.first_exclusion, mine.end_exclusion):
        covers = masks.exclusion_covers[number, backlog.priority + 1] > 0
        found |= (masks.exclusions[number, backlog.unit] > 0) & covers
    return found


def _verdict(
    bound: BoundRules, place: int, part: str | None, period: int, n: int, gross_n: int
) -> PeriodVerdict:
    target, periods = bound.rules.targets[place].target, bound.periods[place]
    form = ageing_of(target)
    goal = in_force(form.goal, periods.first_days[period])
    kept = n <= goal if form.at_most else n >= goal
    to_us = int(periods.to_us[period])
    word = Word.MET if kept else Word.MISSED
    return PeriodVerdict(
        target=target,
        part=part,
        period=periods.labels[period],
        from_us=int(periods.from_us[period]),
        to_us=to_us,
        n=n,
        value=float(n),
        exact=Fraction(n),
        threshold=float(Fraction(goal)),
        verdict=Word.RUNNING if to_us > bound.as_of_us else word,
        gross_value=float(gross_n),
        gross_n=gross_n,
        excluded=gross_n - n,
        cut=bool(periods.cut[period]),
    )

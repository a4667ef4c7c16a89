"""From compiled targets to the table that kernels read: dated limits and goals, buckets, cells, exclusions."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, floor, lcm
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.calendars import calendar_of
from slmdsl.contract.model.agreements import Statistic, Within
from slmdsl.contract.model.clocks import Reopened, Reprioritised
from slmdsl.rules.calendar_columns import BUSINESS_DAYS, OPEN_TIME, CalendarColumns
from slmdsl.rules.dated import changes_us
from slmdsl.rules.dispatch import priority_membership
from slmdsl.rules.periods import validity_us
from slmdsl.rules.target_columns import (
    COUNTS_ALL,
    DAY_END,
    FOREVER,
    NEW_CYCLE,
    PER_PERIOD,
    RESTARTS,
    RESUMES,
    RETAINS,
    TargetTable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    from slmdsl.contract.model.agreements import Limit
    from slmdsl.events.log import Tickets
    from slmdsl.rules.moments import Int64
    from slmdsl.rules.periods import Periods
    from slmdsl.rules.ticket_rules import TicketRules, TicketTarget
    from slmdsl.syntax.tree.populations import Condition

_REOPENED = {Reopened.RESUMES: RESUMES, Reopened.NEW_CYCLE: NEW_CYCLE, Reopened.COUNTS_ALL: COUNTS_ALL}
_REPRIORITISED = {
    Reprioritised.RETAINS: RETAINS,
    Reprioritised.RESTARTS: RESTARTS,
    Reprioritised.PER_PERIOD: PER_PERIOD,
}
_ALWAYS_US = int(np.iinfo(np.int64).min)
"""Since when a first limit or goal holds."""


@dataclass(slots=True, kw_only=True)
class _Limits:
    """The dated limits of all targets, as they are gathered."""

    from_us: list[int] = field(default_factory=list)
    unit: list[int] = field(default_factory=list)
    floors: list[int] = field(default_factory=list)
    ceils: list[int] = field(default_factory=list)
    day_ends: list[Int64] = field(default_factory=list)
    day_ends_size: int = 0

    def add(self, limit: Limit, starts_us: Int64, target: TicketTarget, day_units: int) -> None:
        days = limit.duration.business_days
        amount: Fraction | int = days * day_units if days else limit.duration.wall_us
        self.unit.append(DAY_END if limit.end_of_day else BUSINESS_DAYS if days else OPEN_TIME)
        if limit.end_of_day:
            amount = self.day_ends_size
            ends_us = calendar_of(target.target.calendar).end_of_business_day_us(starts_us, int(days))
            # Behind them the empty stretch at the end of time, after which no day ends.
            self.day_ends.append(np.append(ends_us, NO_TIME))
            self.day_ends_size += len(starts_us) + 1
        self.floors.append(floor(amount))
        self.ceils.append(ceil(amount))

    def add_none(self) -> None:
        """Add what stands for the limit of a target that has none."""
        self.from_us.append(_ALWAYS_US)
        self.unit.append(OPEN_TIME)
        self.floors.append(FOREVER)
        self.ceils.append(FOREVER)


def target_table(
    rules: TicketRules,
    tickets: Tickets,
    periods: Sequence[Periods],
    parts: Sequence[Sequence[str | None]],
    conditions: Sequence[Condition],
    per_columns: Sequence[str],
    calendars: CalendarColumns,
    day_units: Sequence[int],
) -> TargetTable:
    """Return the table of the targets of `rules`, in their order."""
    targets = rules.targets
    limits, ends = _limits(targets, calendars, day_units)
    goals = [_goals(target) for target in targets]
    edges = np.array([len(found.bucket_edges_us) for found in periods], dtype=np.int64)
    cells = np.array(
        [len(p) * found.buckets for p, found in zip(parts, periods, strict=True)], dtype=np.int64
    )
    goal_counts = np.array([len(from_us) for from_us, _ in goals], dtype=np.int64)
    places = {condition: place for place, condition in enumerate(conditions)}
    per_places = {name: place for place, name in enumerate(per_columns)}
    validity = [validity_us(target.agreement) for target in targets]
    exclusions = [_exclusions(rules, target) for target in targets]
    quantiles = [isinstance(t.target.form, Statistic) and t.target.form.quantile is not None for t in targets]
    none = np.zeros(0, dtype=np.int64)
    return TargetTable(
        track=_column(target.track for target in targets),
        calendar=_column(target.calendar for target in targets),
        family=_column(target.family for target in targets),
        form=_column(target.form for target in targets),
        counted=_column(target.counted for target in targets),
        reopened=_column(_REOPENED[target.target.clock.reopened] for target in targets),
        reprioritised=_column(_REPRIORITISED[target.target.clock.reprioritised] for target in targets),
        valid_from_us=_column(begin for begin, _ in validity),
        valid_to_us=_column(end for _, end in validity),
        condition=_column(-1 if t.condition is None else places[t.condition] for t in targets),
        numerator=_column(-1 if t.numerator is None else places[t.numerator] for t in targets),
        part=_column(-1 if t.target.per is None else per_places[t.target.per] for t in targets),
        first_limit=_column(first for first, _ in ends),
        end_limit=_column(end for _, end in ends),
        first_goal=np.cumsum(goal_counts) - goal_counts,
        end_goal=np.cumsum(goal_counts),
        first_edge=np.cumsum(edges) - edges,
        last_edge=np.cumsum(edges) - 1,
        first_cell=np.cumsum(cells) - cells,
        values=np.where(quantiles, np.cumsum(quantiles) - 1, -1).astype(np.int64),
        first_exclusion=_column(first for first, _ in exclusions),
        end_exclusion=_column(end for _, end in exclusions),
        covers=priority_membership((target.selection for target in targets), tickets).astype(np.uint8),
        limit_from_us=_column(limits.from_us),
        limit_unit=_column(limits.unit),
        limit_floor=_column(limits.floors),
        limit_ceil=_column(limits.ceils),
        day_ends_us=np.concatenate([none, *limits.day_ends]),
        goal_from_us=np.concatenate([none, *(from_us for from_us, _ in goals)]),
        goal_numerator=np.concatenate([none, *(numerators for _, numerators in goals)]),
        edges_us=np.concatenate([none, *(found.bucket_edges_us for found in periods)]),
    )


def goal_denominator(target: TicketTarget) -> int:
    """Return the denominator in which the goals of a target on limits are whole numbers; 1 for other forms."""
    form = target.target.form
    return lcm(*(goal.denominator for _, goal, _ in form.goal.values)) if isinstance(form, Within) else 1


def _column(values: Iterable[int]) -> Int64:
    return np.array(list(values), dtype=np.int64)


def _limits(
    targets: Sequence[TicketTarget], calendars: CalendarColumns, day_units: Sequence[int]
) -> tuple[_Limits, list[tuple[int, int]]]:
    """Return all limits, and where those of each target begin and end."""
    gathered, ends = _Limits(), []
    for target in targets:
        first, form = len(gathered.unit), target.target.form
        if isinstance(form, Within | Statistic):
            stretches = slice(calendars.first[target.calendar], calendars.last[target.calendar])
            gathered.from_us += [_ALWAYS_US, *changes_us(form.limit, target.agreement.zone).tolist()]
            for _, limit, _ in form.limit.values:
                gathered.add(limit, calendars.starts_us[stretches], target, day_units[target.calendar])
        else:
            gathered.add_none()
        ends.append((first, len(gathered.unit)))
    return gathered, ends


def _goals(target: TicketTarget) -> tuple[Int64, Int64]:
    """Return from when on the goals of a target on limits hold, and their numerators."""
    form = target.target.form
    if not isinstance(form, Within):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    whole = goal_denominator(target)
    changes = changes_us(form.goal, target.agreement.zone)
    return np.append(_ALWAYS_US, changes), _column(int(goal * whole) for _, goal, _ in form.goal.values)


def _exclusions(rules: TicketRules, target: TicketTarget) -> tuple[int, int]:
    """Return where the exclusions of a target's agreement begin and end; they stand side by side."""
    mine = [i for i, exclusion in enumerate(rules.exclusions) if exclusion.agreement == target.agreement.name]
    return (mine[0], mine[-1] + 1) if mine else (0, 0)

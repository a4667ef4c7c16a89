"""From compiled targets to the table that kernels read: dated limits and goals, buckets, cells, exclusions."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, floor, lcm
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.calendars import calendar_of
from slmdsl.contract.model.agreements import Statistic, Within
from slmdsl.contract.model.clocks import Reopened, Reprioritised
from slmdsl.rules.calendar_readings import BUSINESS_DAYS, OPEN_TIME
from slmdsl.rules.dated import changes_us
from slmdsl.rules.periods import validity_us
from slmdsl.rules.tables import GOAL, LIMIT, TARGET, table_of
from slmdsl.rules.target_readings import (
    COUNTS_ALL,
    DAY_END,
    FOREVER,
    NEW_CYCLE,
    PER_PERIOD,
    RESTARTS,
    RESUMES,
    RETAINS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    from slmdsl.calendars import CalendarTable
    from slmdsl.contract.model.agreements import Limit
    from slmdsl.rules.periods import Periods
    from slmdsl.rules.tables import Int64, Table
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
        self.ceils.append(FOREVER if limit.end_of_day else ceil(amount))

    def add_none(self) -> None:
        """Add what stands for the limit of a target that has none."""
        self.from_us.append(_ALWAYS_US)
        self.unit.append(OPEN_TIME)
        self.floors.append(FOREVER)
        self.ceils.append(FOREVER)


class _Edges:
    """The edges of all targets' buckets, one after the other; targets with the same edges share them."""

    __slots__ = ("firsts", "joined", "lasts")

    def __init__(self, periods: Sequence[Periods]) -> None:
        keys = [found.bucket_edges_us.tobytes() for found in periods]
        distinct = {key: found.bucket_edges_us for key, found in zip(keys, periods, strict=True)}
        begins = np.cumsum([0, *map(len, distinct.values())])
        first = dict(zip(distinct, begins.tolist(), strict=False))
        self.firsts = [first[key] for key in keys]
        self.lasts = [first[key] + len(distinct[key]) - 1 for key in keys]
        self.joined = np.concatenate([np.zeros(0, np.int64), *distinct.values()])


class TargetTables(NamedTuple):
    """The parts of `Rules` that come from targets; see `slmdsl.rules.tables`."""

    targets: Table
    limits: Table
    day_ends_us: Int64
    goals: Table
    edges_us: Int64


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What targets are bound with: each target's periods and parts, and the places of what they refer to."""

    periods: Sequence[Periods]
    parts: tuple[tuple[str | None, ...], ...]
    conditions: tuple[Condition, ...]
    per_columns: Sequence[str]
    calendars: Sequence[CalendarTable]


def target_tables(rules: TicketRules, around: Surroundings) -> TargetTables:
    """Return the tables of the targets of `rules`, in their order."""
    targets = rules.targets
    limits, limit_ends = _limits(targets, around.calendars)
    goals = [_goals(target) for target in targets]
    edges = _Edges(around.periods)
    cells = _column(len(p) * found.buckets for p, found in zip(around.parts, around.periods, strict=True))
    goal_counts = _column(len(from_us) for from_us, _ in goals)
    validity = [validity_us(target.agreement) for target in targets]
    exclusions = [_exclusions(rules, target) for target in targets]
    quantiles = [is_quantile(target) for target in targets]
    table = table_of(
        TARGET,
        place=range(len(targets)),
        **_settings(targets, around),
        valid_from_us=[begin for begin, _ in validity],
        valid_to_us=[end for _, end in validity],
        first_limit=[first for first, _ in limit_ends],
        end_limit=[end for _, end in limit_ends],
        first_goal=np.cumsum(goal_counts) - goal_counts,
        end_goal=np.cumsum(goal_counts),
        first_edge=edges.firsts,
        last_edge=edges.lasts,
        first_cell=np.cumsum(cells) - cells,
        values=np.where(quantiles, np.cumsum(quantiles) - 1, -1),
        first_exclusion=[first for first, _ in exclusions],
        end_exclusion=[end for _, end in exclusions],
    )
    none = np.zeros(0, dtype=np.int64)
    return TargetTables(
        targets=table,
        limits=table_of(
            LIMIT, from_us=limits.from_us, unit=limits.unit, floor=limits.floors, ceil=limits.ceils
        ),
        day_ends_us=np.concatenate([none, *limits.day_ends]),
        goals=table_of(
            GOAL,
            from_us=np.concatenate([none, *(from_us for from_us, _ in goals)]),
            numerator=np.concatenate([none, *(numerators for _, numerators in goals)]),
        ),
        edges_us=edges.joined,
    )


def _settings(targets: Sequence[TicketTarget], around: Surroundings) -> dict[str, list[int]]:
    """Return the columns of the table of targets that are settings of each target alone."""
    return {
        "track": [target.track for target in targets],
        "calendar": [target.calendar for target in targets],
        "family": [target.family for target in targets],
        "form": [target.form for target in targets],
        "counted": [target.counted for target in targets],
        "reopened": [_REOPENED[target.target.clock.reopened] for target in targets],
        "reprioritised": [_REPRIORITISED[target.target.clock.reprioritised] for target in targets],
        "condition": [_place(around.conditions, target.condition) for target in targets],
        "numerator": [_place(around.conditions, target.numerator) for target in targets],
        "part": [_place(around.per_columns, target.target.per) for target in targets],
    }


def _place(among: Sequence[object], sought: object) -> int:
    return -1 if sought is None else among.index(sought)


def is_quantile(target: TicketTarget) -> bool:
    """Whether a target is a quantile, for which each ticket's elapsed time is kept."""
    form = target.target.form
    return isinstance(form, Statistic) and form.quantile is not None


def goal_denominator(target: TicketTarget) -> int:
    """Return the denominator in which the goals of a target on limits are whole numbers; 1 for other forms."""
    form = target.target.form
    return lcm(*(goal.denominator for _, goal, _ in form.goal.values)) if isinstance(form, Within) else 1


def _column(values: Iterable[int]) -> Int64:
    return np.array(list(values), dtype=np.int64)


def _limits(
    targets: Sequence[TicketTarget], calendars: Sequence[CalendarTable]
) -> tuple[_Limits, list[tuple[int, int]]]:
    """Return all limits, and where those of each target begin and end."""
    gathered, ends = _Limits(), []
    for target in targets:
        first, form = len(gathered.unit), target.target.form
        if isinstance(form, Within | Statistic):
            calendar = calendars[target.calendar]
            gathered.from_us += [_ALWAYS_US, *changes_us(form.limit, target.agreement.zone).tolist()]
            for _, limit, _ in form.limit.values:
                gathered.add(limit, calendar.starts_us[:-1], target, calendar.day_units)
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

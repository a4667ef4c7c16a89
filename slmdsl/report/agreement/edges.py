"""Levels about what is promised: whether one keeps a target, and the least that lies beyond an edge."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from slmdsl.base.units import HOUR, MINUTE, SECOND, plain
from slmdsl.contract.model.agreements import (
    Ageing,
    Count,
    LongestOutage,
    OutageCount,
    Statistic,
)
from slmdsl.rules.dated import in_force

if TYPE_CHECKING:
    from slmdsl.contract.model.agreements import Dated, Target


def is_kept(target: Target, level: Fraction, day: date) -> bool:
    """Return whether a level keeps a target by what is in force on a day.

    `level` is a ratio from 0 to 1, microseconds, business days where the limit is in them, or a plain number.
    """
    form = target.form
    if isinstance(form, Statistic | LongestOutage):
        duration = in_force(form.limit, day).duration
        bound = duration.business_days or Fraction(duration.wall_us)
        return level <= bound if isinstance(form, Statistic) or form.at_most else level >= bound
    goals: Dated[Fraction] = form.goal  # type: ignore[union-attr] # every other form that has levels has a goal
    goal = in_force(goals, day)
    return level <= goal if getattr(form, "at_most", False) else level >= goal


def days_of_change(target: Target) -> tuple[date, ...]:
    """Return the first of all days and those on which the limit or goal that a level is held against changes."""
    form = target.form
    dated = getattr(form, "limit" if isinstance(form, Statistic | LongestOutage) else "goal", None)
    return (date.min, *(day for day, _, _ in dated.values if day is not None)) if dated is not None else ()


def least_step(level: Fraction, target: Target) -> Fraction:
    """Return the least difference that is shown at an edge, a digit finer than the edge itself."""
    form = target.form
    if isinstance(form, Statistic | LongestOutage):
        if form.limit.values[0][1].duration.business_days:
            return Fraction(1, 10)
        return Fraction(MINUTE if level >= HOUR else SECOND)
    if isinstance(form, Count | Ageing | OutageCount):
        return Fraction(1)
    scale = 100 if target.is_share else 1
    _, _, digits = plain(level * scale).partition(".")
    return Fraction(1, scale * 10 ** (len(digits) + 1))

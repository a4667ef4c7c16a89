"""Error budgets: what may fail in each period of a target, what has, and how fast."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from slmdsl.base.units import DAY
from slmdsl.contract.model.agreements import Availability, RollingPeriod, Share, Within
from slmdsl.rules.dated import in_force

if TYPE_CHECKING:
    from datetime import date

    from slmdsl.contract.model.agreements import Form, Target
    from slmdsl.evaluate.budgets.spending import Spending
    from slmdsl.evaluate.period_verdicts import PeriodVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The error budget of one target, part and period. Shares are exact ratios.

    `goal` is the share that is promised to be good. `total` is how much there is in the whole period, as far as that
    is known: agreed time yet to come counts, tickets yet to come do not. `so_far` is how much there was until as of,
    of which `bad` failed; `unit` of each make one second, ticket or sample. `so_far` and `total` are the same in a
    period that is over.
    """

    target: Target
    part: str | None
    period: str
    from_us: int
    to_us: int
    goal: Fraction
    bad: int
    so_far: int
    total: int
    unit: int
    flows: bool
    is_over: bool

    @property
    def budget(self) -> Fraction:
        """The share that may fail."""
        return 1 - self.goal

    @property
    def allowed(self) -> Fraction:
        """How many seconds, tickets or samples of the period may fail."""
        return self.budget * self.total / self.unit

    @property
    def used(self) -> Fraction:
        """How many seconds, tickets or samples failed."""
        return Fraction(self.bad, self.unit)

    @property
    def consumed(self) -> Fraction | None:
        """The share of the budget that is used, more than 1 if it is overspent; None where there is no budget."""
        return self.used / self.allowed if self.allowed else None

    @property
    def remaining(self) -> Fraction | None:
        """The share of the budget that is left, negative if it is overspent."""
        return None if self.consumed is None else 1 - self.consumed

    @property
    def burn(self) -> Fraction | None:
        """How fast it was used so far: 1 if exactly as fast as the goal allows; None where nothing can be divided."""
        if not self.so_far or not self.budget:
            return None
        return Fraction(self.bad, self.so_far) / self.budget


def has_budget(target: Target) -> bool:
    """Whether a target promises a share, so that the rest may fail.

    Where rolling periods cut time into slices that no day is made of, each has slices of its own, and none is counted.
    """
    form = target.form
    if isinstance(form, Availability) and form.slices and isinstance(target.period, RollingPeriod):
        return DAY % form.slices.length_us == 0
    return isinstance(form, Within | Share | Availability)


def goal_of(form: Form, day: date) -> Fraction:
    """Return the share that must be good on a local date. Raises TypeError for a form without a share."""
    if isinstance(form, Share) and form.at_most:
        return 1 - in_force(form.goal, day)
    if isinstance(form, Within | Share | Availability):
        return in_force(form.goal, day)
    msg = f"{type(form).__name__} has no error budget"
    raise TypeError(msg)


def budget_of(row: PeriodVerdict, goal: Fraction, spending: Spending, as_of_us: int) -> Budget:
    """Return the budget behind a verdict on a period."""
    from_us, to_us = row.from_us or 0, row.to_us or 0
    bad, so_far = spending.between(from_us, min(to_us, spending.known_until(as_of_us)))
    return Budget(
        target=row.target,
        part=row.part,
        period=row.period or "",
        from_us=from_us,
        to_us=to_us,
        goal=goal,
        bad=bad,
        so_far=so_far,
        total=spending.between(from_us, to_us)[1],
        unit=spending.unit,
        flows=spending.flows,
        is_over=to_us <= as_of_us,
    )

"""All error budgets and alerts of an evaluation, worked out when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import local_date
from slmdsl.contract.model.agreements import Availability, Within
from slmdsl.evaluate.budgets.alerts import Watched, fired_alerts
from slmdsl.evaluate.budgets.budgets import budget_of, goal_of, has_budget
from slmdsl.evaluate.budgets.spending import Spending
from slmdsl.evaluate.budgets.tickets import decided_spending, share_spending
from slmdsl.evaluate.budgets.uptime import uptime_spending
from slmdsl.evaluate.period_verdicts import Word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import polars as pl

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.evaluate.budgets.alerts import FiredAlert
    from slmdsl.evaluate.budgets.budgets import Budget
    from slmdsl.evaluate.from_log import Evaluation
    from slmdsl.evaluate.period_verdicts import PeriodVerdict

_NOTHING = Spending.of_samples(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BudgetBook:
    """The budgets behind the verdicts `rows` on `agreements`; `tickets` makes the table of judged tickets."""

    evaluation: Evaluation | None
    agreements: Sequence[Agreement]
    rows: Sequence[PeriodVerdict]
    tickets: Callable[[], pl.DataFrame]
    _kept: dict[bool, tuple[Watched, ...]] = field(default_factory=dict, init=False, repr=False)

    def budgets(self, *, alerted_only: bool = False) -> tuple[Budget, ...]:
        """Return a budget for each target with one, part and period; or only those that an alert watches."""
        return tuple(budget for each in self._watched(alerted_only=alerted_only) for budget in each.budgets)

    def alerts(self) -> tuple[FiredAlert, ...]:
        """Return every step of every alert that would have fired, in the order of the text."""
        return tuple(fired for watched in self._watched(alerted_only=True) for fired in fired_alerts(watched))

    def _watched(self, *, alerted_only: bool) -> tuple[Watched, ...]:
        if alerted_only not in self._kept:
            self._kept[alerted_only] = tuple(self._parts_watched(alerted_only=alerted_only))
        return self._kept[alerted_only]

    def _parts_watched(self, *, alerted_only: bool) -> Iterator[Watched]:
        if self.evaluation is None:
            return
        for agreement in self.agreements:
            alerted = {alert.target for alert in agreement.alerts}
            for target in agreement.targets:
                if has_budget(target) and (target.name in alerted or not alerted_only):
                    yield from self._of_target(target, agreement, self.evaluation)

    def _of_target(self, target: Target, agreement: Agreement, evaluation: Evaluation) -> Iterator[Watched]:
        as_of_us = evaluation.as_of_us
        rows = [each for each in self.rows if each.target is target and _is_judged(each)]
        if not rows:
            return
        spendings = self._spendings(target, agreement, evaluation)
        for part in dict.fromkeys(each.part for each in rows):
            spending = spendings.get(part, _NOTHING)
            yield Watched(
                target=target,
                agreement=agreement,
                part=part,
                spending=spending,
                budgets=tuple(
                    budget_of(each, _goal(each, agreement), spending, as_of_us)
                    for each in rows
                    if each.part == part
                ),
                as_of_us=as_of_us,
            )

    def _spendings(
        self, target: Target, agreement: Agreement, evaluation: Evaluation
    ) -> Mapping[str | None, Spending]:
        contract, log = evaluation.contract, evaluation.log
        if isinstance(target.form, Within):
            return decided_spending(target, self.tickets(), log)
        if isinstance(target.form, Availability):
            return {None: uptime_spending(evaluation.uptime_of(target, agreement))}
        return share_spending(target, agreement, contract, log, evaluation.as_of_us)


def _is_judged(row: PeriodVerdict) -> bool:
    return row.period is not None and row.verdict is not Word.NOT_EVALUATED


def _goal(row: PeriodVerdict, agreement: Agreement) -> Fraction:
    """Return the goal of a period, exactly; for shares in time whose goal changes in it, the mean that is printed."""
    form = row.target.form
    if isinstance(form, Within) and len(form.goal.values) > 1 and row.threshold is not None:
        return Fraction(row.threshold).limit_denominator(10**9)
    return goal_of(form, local_date(ZoneInfo(agreement.zone), row.from_us or 0))

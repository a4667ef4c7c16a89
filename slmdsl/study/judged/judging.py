"""What the agreements say of simulated logs: verdicts by target and period, and by agreement and month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.evaluate.escalations.sent import messages_sent
from slmdsl.evaluate.from_log import Evaluation
from slmdsl.evaluate.period_verdicts import Word
from slmdsl.evaluate.tickets.bindings import Bindings
from slmdsl.study.judged.credits import Credited, credited_targets
from slmdsl.study.judged.months import KEPT, MISSED, UNJUDGED, Months
from slmdsl.study.judged.nights import Nights
from slmdsl.workload.carried.carried import begins_us as begins_us_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.escalations.sent import Rung
    from slmdsl.evaluate.period_verdicts import PeriodVerdict
    from slmdsl.events.log import EventLog
    from slmdsl.study.judged.credits import Paid
    from slmdsl.study.judged.months import Int8
    from slmdsl.workload.plan import DeskPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One target, part of `per` and period that are judged; `first_us` and `end_us` bound the period."""

    target: str
    part: str | None
    period: str
    from_us: int
    to_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one replication says of a cell: KEPT, MISSED or UNJUDGED, the value and how many were judged and met."""

    kept: int
    value: float | None
    n: int
    met: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judgement:
    """What a replication says of each cell, and of each agreement in each month: KEPT, MISSED or UNJUDGED.

    `messages` is how many each rung sent within the horizon, `nightly` those at night; `credits` what was paid for its
    periods, in minor units.
    """

    cells: Mapping[Cell, Verdict]
    months: Mapping[str, Int8]
    messages: Mapping[Rung, int]
    nightly: Mapping[Rung, int]
    credits: Mapping[Paid, int]


class Judge:
    """The agreements of a plan, for any number of its logs, several at a time.

    Only periods that lie wholly within the horizon count. `not_modelled` says by qualified name which targets nothing
    is simulated for, and why; nobody is told of them either. `unpriced` names those of them whose misses cost money,
    of which nothing is in the credits. `span_us` is the horizon, `nights` those in it,
    by agreement.
    """

    def __init__(self, plan: DeskPlan, not_modelled: Mapping[str, str]) -> None:
        """`not_modelled` comes from `slmdsl.contract.modelled`."""
        contract = plan.what_if.contract
        self._names: Final = plan.what_if.agreements
        self._from_us, self._to_us = plan.first * plan.tick_us, plan.end * plan.tick_us
        self.span_us: Final = self._from_us, self._to_us
        self.not_modelled: Final = dict(not_modelled)
        self.agreements: Final[Sequence[Agreement]] = [contract.agreements[name] for name in self._names]
        self._judged: Final = [self._modelled(each) for each in self.agreements]
        judged = {each.name: each for each in self._judged}
        self._contract: Final[Contract] = replace(contract, agreements={**contract.agreements, **judged})
        # Bound once: a log's dictionaries and the span of time are the plan's. Nothing begins before it does, but for
        # the tickets that are there from the beginning.
        begins_us = begins_us_of(plan.carried, plan.start * plan.tick_us)
        self._bindings: Final = Bindings.of(
            self._contract, self._names, self._to_us, from_us=begins_us, lists_misses=True
        )
        self._months: Final = {
            each.name: Months.of(each, self._from_us, self._to_us) for each in self._judged
        }
        self.nights: Final = {
            each.name: Nights.of(each.zone, self._from_us, self._to_us) for each in self._judged
        }
        self._credited: Final = [
            found
            for each in self._judged
            if (found := Credited.of(self._contract, each, begins_us, self._to_us))
        ]
        self.unpriced: Final = tuple(
            name for each in self.agreements for name in credited_targets(each) if name in self.not_modelled
        )

    def _modelled(self, agreement: Agreement) -> Agreement:
        targets = (each for each in agreement.targets if each.qualified not in self.not_modelled)
        return replace(agreement, targets=tuple(targets))

    def evaluated(self, log: EventLog) -> Evaluation:
        """Evaluate one simulated log by the targets that are modelled."""
        return Evaluation.of(
            self._contract,
            log,
            self._to_us,
            self._names,
            complete_from_us=self._from_us,
            bindings=self._bindings,
        )

    def judged(self, log: EventLog) -> Judgement:
        """Judge one simulated log."""
        return self.judgement(self.evaluated(log))

    def judgement(self, evaluation: Evaluation) -> Judgement:
        """Return what an evaluation of one simulated log says."""
        inside = {
            each.name: [
                row for target in each.targets for row in evaluation.rows(target, each) if self._counts(row)
            ]
            for each in self._judged
        }
        messages, nightly = self._messages(evaluation)
        return Judgement(
            cells={_cell(row): _verdict(row) for rows in inside.values() for row in rows},
            months={name: self._months[name].fared(rows) for name, rows in inside.items()},
            messages=messages,
            nightly=nightly,
            credits={
                paid: minor
                for each in self._credited
                for paid, minor in each.paid(inside[each.agreement.name], evaluation.log).items()
            },
        )

    def _messages(self, evaluation: Evaluation) -> tuple[Mapping[Rung, int], ...]:
        """Return how many messages escalations sent within the horizon, and how many of them at night."""
        if evaluation.tickets is None or not any(each.escalation for each in self._judged):
            return {}, {}
        horizon = np.array([self._from_us, self._to_us], np.int64)
        return messages_sent(
            self._contract,
            evaluation.tickets.judged,
            self._judged,
            dict.fromkeys(self._names, horizon),
            {name: nights.edges_us for name, nights in self.nights.items()},
        )

    def _counts(self, row: PeriodVerdict) -> bool:
        if row.from_us is None or row.to_us is None:
            return False
        return self._from_us <= row.from_us and row.to_us <= self._to_us


def _cell(row: PeriodVerdict) -> Cell:
    return Cell(
        target=row.target.qualified,
        part=row.part,
        period=row.period or "",
        from_us=row.from_us or 0,
        to_us=row.to_us or 0,
    )


def _verdict(row: PeriodVerdict) -> Verdict:
    kept = {Word.MET: KEPT, Word.MISSED: MISSED}.get(row.verdict, UNJUDGED)
    return Verdict(kept=kept, value=row.value, n=row.n, met=row.met)

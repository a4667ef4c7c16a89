"""What the agreements say of simulated logs: verdicts by target and period, and by agreement and month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import local_date
from slmdsl.base.units import from_us
from slmdsl.evaluate.from_log import evaluate
from slmdsl.evaluate.period_verdicts import Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    import numpy.typing as npt

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.period_verdicts import PeriodVerdict
    from slmdsl.evaluate.verdicts import Verdicts
    from slmdsl.events.log import EventLog
    from slmdsl.workload.plan import DeskPlan

    Int8 = npt.NDArray[np.int8]

KEPT, MISSED, UNJUDGED = 1, 0, -1


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A step of an agreement's escalation, and whom it tells."""

    sla: str
    step: int
    rule: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judgement:
    """What a replication says of each cell, and of each agreement in each month: KEPT, MISSED or UNJUDGED.

    `messages` is how many each rung sent within the horizon.
    """

    cells: Mapping[Cell, Verdict]
    months: Mapping[str, Int8]
    messages: Mapping[Rung, int]


class Judge:
    """The agreements of a plan, for any number of its logs.

    Only periods that lie wholly within the horizon count. `not_modelled` says by qualified name which targets nothing
    is simulated for, and why.
    """

    def __init__(self, plan: DeskPlan, not_modelled: Mapping[str, str]) -> None:
        """`not_modelled` comes from `slmdsl.study.modelled`."""
        self._contract: Final[Contract] = plan.what_if.contract
        self._names: Final = plan.what_if.agreements
        self._from_us, self._to_us = plan.first * plan.tick_us, plan.end * plan.tick_us
        self.not_modelled: Final = dict(not_modelled)
        self.agreements: Final[Sequence[Agreement]] = [
            self._contract.agreements[name] for name in self._names
        ]
        self.months: Final = {each.name: self._months_of(each) for each in self.agreements}
        """The months within the horizon, by agreement, in its zone: (year, month)."""

    def targets(self) -> Iterable[Target]:
        """Yield the targets that are judged."""
        for agreement in self.agreements:
            yield from (each for each in agreement.targets if each.qualified not in self.not_modelled)

    def judged(self, log: EventLog) -> Judgement:
        """Judge one simulated log."""
        verdicts = evaluate(
            self._contract,
            log,
            as_of_us=self._to_us,
            agreements=self._names,
            complete_from_us=self._from_us,
        )
        inside = [row for row in verdicts.periods if self._counts(row)]
        return Judgement(
            cells={_cell(row): _verdict(row) for row in inside},
            months={each.name: self._by_month(each, inside) for each in self.agreements},
            messages=self._messages(verdicts),
        )

    def _messages(self, verdicts: Verdicts) -> dict[Rung, int]:
        """Return how many messages escalations sent within the horizon."""
        if not any(each.escalation for each in self.agreements):
            return {}
        import polars as pl  # noqa: PLC0415 - loaded for those who escalate

        begin, end = (pl.lit(from_us(at_us)) for at_us in (self._from_us, self._to_us))
        sent = verdicts.escalations.filter(
            pl.col("escalation").is_not_null() & (pl.col("at") >= begin) & (pl.col("at") < end)
        )
        counted = sent.group_by("sla", "step", "rule", "to", maintain_order=True).len()
        return {
            Rung(sla=sla, step=step, rule=rule, to=to): times
            for sla, step, rule, to, times in counted.iter_rows()
        }

    def _counts(self, row: PeriodVerdict) -> bool:
        if row.from_us is None or row.to_us is None or row.target.qualified in self.not_modelled:
            return False
        return self._from_us <= row.from_us and row.to_us <= self._to_us

    def _months_of(self, agreement: Agreement) -> list[tuple[int, int]]:
        zone = ZoneInfo(agreement.zone)
        first, last = (local_date(zone, at_us) for at_us in (self._from_us, self._to_us - 1))
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        return [_month_after(first, count) for count in range(months)]

    def _by_month(self, agreement: Agreement, rows: Iterable[PeriodVerdict]) -> Int8:
        """Return how an agreement fared in each month: by the verdicts on periods that end in it."""
        months = self.months[agreement.name]
        place = {month: at for at, month in enumerate(months)}
        found = np.full(len(months), UNJUDGED, np.int8)
        mine, zone = {each.qualified for each in agreement.targets}, ZoneInfo(agreement.zone)
        for row in rows:
            if row.target.qualified in mine and row.to_us is not None:
                day = local_date(zone, row.to_us - 1)
                at = place[day.year, day.month]
                if row.verdict is Word.MISSED:
                    found[at] = MISSED
                elif row.verdict is Word.MET and found[at] == UNJUDGED:
                    found[at] = KEPT
        return found


def _month_after(day: date, count: int) -> tuple[int, int]:
    months = day.year * 12 + day.month - 1 + count
    return months // 12, months % 12 + 1


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

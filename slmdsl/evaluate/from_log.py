"""An event log and a contract in, verdicts out: every target of every agreement, none passed over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.contract.model.agreements import (
    Availability,
    LongestOutage,
    NotYetEvaluated,
    OutageCount,
    Restore,
    SampledMetric,
    Score,
)
from slmdsl.evaluate.availability.facts import uptime_facts
from slmdsl.evaluate.availability.uptime import Uptime, judged_uptime
from slmdsl.evaluate.period_verdicts import PeriodVerdict, Word
from slmdsl.evaluate.samples import measured_verdicts, sampled
from slmdsl.evaluate.tickets.bindings import Bindings
from slmdsl.evaluate.tickets.counted import CountedTickets
from slmdsl.evaluate.tickets.feedback import scored_parts
from slmdsl.evaluate.verdicts import Verdicts
from slmdsl.rules.availability import uptime_rule
from slmdsl.rules.from_contract import is_ticket_form
from slmdsl.rules.periods import judged_span_us, periods_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.availability.facts import UptimeFacts
    from slmdsl.evaluate.samples import Measured
    from slmdsl.events.log import EventLog
    from slmdsl.rules.periods import Periods

    Int64 = npt.NDArray[np.int64]

NO_PERIOD = "no period to judge: the agreement was not in force, or no rolling window was full, up to as of"
EMPTY_LOG = "the log holds nothing"


def evaluate(
    contract: Contract,
    log: EventLog,
    *,
    as_of_us: int | None = None,
    agreements: Iterable[str] | None = None,
    complete_from_us: int | None = None,
) -> Verdicts:
    """Judge what happened by what was promised.

    Args:
        contract: the resolved text.
        log: what happened; facts after `as_of_us` are ignored.
        as_of_us: the instant of judging, UTC microseconds; the log's last one by default.
        agreements: names of the agreements to judge; all by default, in the order of the text.
        complete_from_us: from when on the log tells everything, as a simulated one does: what has no outage was up.
            A log that was read from a source of outages has them all, from the first one on.

    Returns:
        One row per target, part and period. A target that cannot be judged has a row that says why.

    Raises:
        KeyError: for an agreement that the contract does not have.
    """
    chosen = [
        contract.agreements[name] for name in (contract.agreements if agreements is None else agreements)
    ]
    as_of_us = log.last_us if as_of_us is None else as_of_us
    names = [each.name for each in chosen]
    evaluation = Evaluation.of(contract, log, as_of_us, names, complete_from_us=complete_from_us)
    return Verdicts(
        as_of_us=as_of_us,
        periods=tuple(
            row for each in chosen for target in each.targets for row in evaluation.rows(target, each)
        ),
        judged=None if evaluation.tickets is None else evaluation.tickets.judged,
        notes=() if evaluation.tickets is None else tuple(evaluation.tickets.notes(contract)),
        evaluation=evaluation,
        agreements=tuple(chosen),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evaluation:
    """One log judged as of one instant, with what its targets share.

    `complete_from_us` is from when on the log tells everything, None where that is not known; `first_us` is its first
    instant, `uptime` how far all was up, `tickets` what was counted for targets on
    tickets and their units (None of an empty log). `left_out` says by qualified name why a target is not judged.
    """

    contract: Contract
    log: EventLog
    as_of_us: int
    complete_from_us: int | None
    first_us: int
    uptime: UptimeFacts
    tickets: CountedTickets | None
    left_out: Mapping[str, str]

    @classmethod
    def of(
        cls,
        contract: Contract,
        log: EventLog,
        as_of_us: int,
        agreements: Sequence[str],
        *,
        complete_from_us: int | None = None,
        bindings: Bindings | None = None,
    ) -> Evaluation:
        """Return the evaluation of `log` by the named agreements as of `as_of_us`.

        `bindings` are those of these agreements and this instant, where many logs are judged by them.
        """
        samples, outages = log.sample_columns, log.outage_columns
        times = (log.ticket_columns.opened_us, samples.at_us, outages.start_us, log.feedback_columns.at_us)
        is_book = complete_from_us is not None or _has_book(contract, log)
        if bindings is None and as_of_us != NO_TIME:
            bindings = Bindings.of(contract, agreements, as_of_us)
        tickets = None if bindings is None else CountedTickets.by(bindings, log)
        return cls(
            contract=contract,
            log=log,
            as_of_us=as_of_us,
            complete_from_us=complete_from_us,
            first_us=first_of(*times, default=as_of_us),
            uptime=uptime_facts(samples, outages, as_of_us, has_book=is_book),
            tickets=tickets,
            left_out={} if tickets is None else dict(tickets.left_out),
        )

    def rows(self, target: Target, agreement: Agreement) -> Sequence[PeriodVerdict]:
        """Return the verdicts on one target, without those on a period that begins as of now and holds nothing yet."""
        if self.tickets is None:
            return [PeriodVerdict(target=target, verdict=Word.NO_DATA, note=EMPTY_LOG)]
        reason = self.left_out.get(target.qualified) or reason_not_evaluated(target)
        if reason:
            found = self._not_evaluated(target, agreement, reason)
        elif is_ticket_form(target.form):
            found = self.tickets.rows(target)
        else:
            found = self._measured(target, agreement)
        begun = [row for row in found if row.from_us != self.as_of_us or _holds_something(row)]
        word, note = (Word.NOT_EVALUATED, reason) if reason else (Word.NO_DATA, NO_PERIOD)
        return begun or [PeriodVerdict(target=target, verdict=word, note=note)]

    def _measured(self, target: Target, agreement: Agreement) -> list[PeriodVerdict]:
        form, log = target.form, self.log
        if isinstance(form, Availability | LongestOutage | OutageCount | Restore):
            return judged_uptime(self.uptime_of(target, agreement))
        parts: list[tuple[str | None, Measured]]
        if isinstance(form, SampledMetric):
            parts = [(None, sampled(form, log.sample_columns, self.as_of_us))]
        elif isinstance(form, Score):
            parts = scored_parts(agreement, log, self.as_of_us, target.per)
        else:
            msg = f"no evaluator knows the form of `{target.qualified}`"
            raise TypeError(msg)
        periods = self._periods(target, agreement, *(measured.at_us for _, measured in parts))
        return [
            replace(row, part=part)
            for part, measured in parts
            for row in measured_verdicts(target, form, measured, periods, self.as_of_us)
        ]

    def uptime_of(self, target: Target, agreement: Agreement) -> Uptime:
        """Return all that a target on the uptime of services is judged by."""
        rule = uptime_rule(target, agreement, self.contract)
        outages = self.log.outage_columns
        periods = self._periods(target, agreement, self.log.sample_columns.at_us, outages.start_us)
        samples = self.log.sample_columns
        return Uptime.of(rule, self.uptime, samples, outages, periods, self.as_of_us)

    def _periods(self, target: Target, agreement: Agreement, *facts_us: Int64) -> Periods:
        """Return the periods from the first of the facts that the target is about, unless validity says otherwise."""
        first_us = self.complete_from_us
        if first_us is None:
            first_us = first_of(*facts_us, default=self.first_us)
        return periods_of(target, agreement, *judged_span_us(agreement, first_us, self.as_of_us))

    def _not_evaluated(self, target: Target, agreement: Agreement, reason: str) -> list[PeriodVerdict]:
        periods = self._periods(target, agreement)
        return [
            PeriodVerdict(
                target=target,
                period=periods.labels[place],
                from_us=int(periods.from_us[place]),
                to_us=int(periods.to_us[place]),
                verdict=Word.NOT_EVALUATED,
                cut=bool(periods.cut[place]),
                note=reason,
            )
            for place in range(len(periods))
        ]


def _holds_something(row: PeriodVerdict) -> bool:
    """Whether anything was found in a period, be it only what is not judged."""
    return any((row.n, row.gross_n, row.unresolved, row.cancelled, row.undecided))


def _has_book(contract: Contract, log: EventLog) -> bool:
    """Whether the log read a source of outages, even if there were none in it."""
    read = [contract.sources[intake.source] for intake in log.intakes if intake.source in contract.sources]
    return any(source.form == "outages" for source in read)


def reason_not_evaluated(target: Target) -> str:
    """Return why a target is not worked out yet, or an empty text."""
    form = target.form
    if isinstance(form, NotYetEvaluated):
        return f"{form.words} is not evaluated yet"
    return ""


def first_of(*columns: Int64, default: int) -> int:
    """Return the first instant in any of the columns."""
    return min((int(np.min(column)) for column in columns if len(column)), default=default)

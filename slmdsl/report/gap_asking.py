"""The public function `slmdsl.gaps`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slmdsl.base.units import to_us
from slmdsl.ingest.empirical import with_measured
from slmdsl.report.gap_period import period_of
from slmdsl.study.gaps.analysis import analysed, customer_agreements

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog
    from slmdsl.study.gaps.analysis import GapAnalysis


class Resolved(Protocol):
    """What is promised and the folder that it was read from, such as a `Spec`."""

    @property
    def contract(self) -> Contract:
        """The resolved model, without errors."""
        ...

    @property
    def root(self) -> Path:
        """The folder that files of measured values lie in."""
        ...


def gaps(  # noqa: PLR0913 - all but two are keyword-only
    spec: Resolved,
    log: EventLog,
    *,
    sla: str | None = None,
    period: str | None = None,
    as_of: datetime | None = None,
    causes: Sequence[str] = (),
    simulate: bool = True,
    replications: int | None = None,
    weeks: int = 26,
    workers: int | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> GapAnalysis:
    """Say where misses come from, what each improvement would bring for its cost, and whether those done worked.

    Args:
        spec: a spec without errors.
        log: what happened.
        sla: look at this agreement alone; by default at all with customers, or at all if there are none.
        period: as `2027-03`, `2027-Q1`, `2027-W10` or `2027`; by default all of the log.
        as_of: judge what was known at this aware instant; by default the log's last.
        causes: fields by which tickets recur; by default those whose names sound like a cause.
        simulate: whether improvements are simulated.
        replications: how often; by default 20.
        weeks: how many weeks before and after an improvement are compared, at most.
        workers: how many replications run at a time, by default one for each processor; the result is the same.
        progress: called with what is being done, and the share of all that is done.

    Raises:
        KeyError: no agreement is called `sla`, or no ticket has a field of `causes`.
        slmdsl.report.service.failures.ReportError: the period is none, or no agreement is in force then.
        slmdsl.ingest.IngestError: a file of measured values cannot be read; its `diagnostics` say why.
        ValueError: `as_of` has no time zone.

    For example `gaps(spec, log).classes`.
    """
    contract = spec.contract
    names = customer_agreements(contract) if sla is None else (sla,)
    as_of_us = log.last_us if as_of is None else to_us(as_of)
    span = period_of([contract.agreements[name] for name in names], period, as_of_us)
    return analysed(
        with_measured(contract, spec.root) if simulate else contract,
        log,
        names,
        span,
        period=period or "",
        as_of_us=as_of_us,
        causes=causes,
        simulate=simulate,
        replications=replications,
        weeks=weeks,
        workers=workers,
        progress=progress,
    )

"""The answer of `slm gaps`: what the log says of misses, what improvements would bring, and which ones worked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slmdsl.evaluate.from_log import evaluate
from slmdsl.study.asked.setting import Wishes
from slmdsl.study.gaps.finding import gaps_of
from slmdsl.study.gaps.improving import predictions_of
from slmdsl.study.gaps.proving import WEEKS, proofs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog
    from slmdsl.study.gaps.finding import Gaps
    from slmdsl.study.gaps.improving import Prediction
    from slmdsl.study.gaps.proving import Proof


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GapAnalysis:
    """What is missing and what to do about it. Made by `slmdsl.gaps`.

    Attributes:
        gaps: where misses come from, where time went, what recurs.
        predictions: what each improvement would bring, the one that gains most for its cost first; None if it was not
            asked for.
        proofs: of improvements that are done: before against after.
        agreements: the names of those whose misses these are.
        period: what the span is called; empty for all of the log.
    """

    gaps: Gaps
    predictions: tuple[Prediction, ...] | None
    proofs: tuple[Proof, ...]
    agreements: tuple[str, ...]
    period: str = ""
    _frames: dict[str, pl.DataFrame] = field(default_factory=dict, init=False, repr=False)

    @property
    def is_interrupted(self) -> bool:
        """Whether improvements were stopped before all replications were run."""
        return any(each.is_interrupted for each in self.predictions or ())

    @property
    def classes(self) -> pl.DataFrame:
        """One row per class of tickets: `dimension class judged missed share rate low high lift chance` and so on."""
        return self._frame("classes")

    @property
    def targets(self) -> pl.DataFrame:
        """One row per target: judged, missed, and where the time of misses and of all went."""
        return self._frame("targets")

    @property
    def recurring(self) -> pl.DataFrame:
        """One row per service and cause that recurs."""
        return self._frame("recurring")

    @property
    def improvements(self) -> pl.DataFrame:
        """One row per improvement and target that it closes: what it gains and costs, or why that is not known."""
        return self._frame("improvements")

    @property
    def tests(self) -> pl.DataFrame:
        """One row per improvement that is done and target: before, after, difference, effect."""
        return self._frame("tests")

    def _frame(self, name: str) -> pl.DataFrame:
        from slmdsl.study.gaps.frames import frame_of  # noqa: PLC0415 - polars is loaded when frames are

        if name not in self._frames:
            self._frames[name] = frame_of(name, self)
        return self._frames[name]

    def _repr_html_(self) -> str:
        """Show the classes in a notebook."""
        return self.classes._repr_html_()


def all_proofs(
    contract: Contract, log: EventLog, *, as_of_us: int, agreements: tuple[str, ...], weeks: int = WEEKS
) -> tuple[Proof, ...]:
    """Test every improvement that is done and past its day on the targets of some agreements."""
    return tuple(
        proof
        for improvement in contract.improvements.values()
        for proof in proofs_of(contract, log, improvement, as_of_us=as_of_us, weeks=weeks)
        if proof.target.agreement in agreements
    )


def customer_agreements(contract: Contract) -> tuple[str, ...]:
    """Return the agreements with customers, of the kind `sla`; all of them if there are none."""
    found = tuple(name for name, each in contract.agreements.items() if each.kind == "sla")
    return found or tuple(contract.agreements)


def analysed(  # noqa: PLR0913 - all but four are keyword-only
    contract: Contract,
    log: EventLog,
    agreements: Sequence[str],
    span: tuple[int | None, int | None],
    *,
    period: str = "",
    as_of_us: int,
    causes: Sequence[str] = (),
    simulate: bool = True,
    replications: int | None = None,
    weeks: int = WEEKS,
    workers: int | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> GapAnalysis:
    """Look for gaps, simulate improvements, and test those that are done; `slmdsl.gaps` says what is asked for.

    Args:
        contract: a contract without errors.
        log: what happened.
        agreements: whose misses are looked into.
        span: the instants between which they count, half-open; None: without bound.
        period: what the span is called.
        as_of_us: the instant of judgement.
        causes: fields by which tickets recur.
        simulate: whether improvements are simulated.
        replications: how often.
        weeks: on either side of an improvement, at most.
        workers: how many replications run at a time.
        progress: called with what is being done, and the share of all that is done.
    """
    chosen = tuple(agreements)
    verdicts = evaluate(contract, log, as_of_us=as_of_us, agreements=chosen)
    found = gaps_of(contract, log, verdicts, from_us=span[0], to_us=span[1], causes=causes)
    proofs = all_proofs(contract, log, as_of_us=as_of_us, agreements=chosen, weeks=weeks)
    predictions = None
    if simulate:
        wishes = Wishes(replications=replications)
        predictions = predictions_of(contract, wishes=wishes, workers=workers, progress=progress)
    return GapAnalysis(gaps=found, predictions=predictions, proofs=proofs, agreements=chosen, period=period)

"""The public function `slmdsl.backtest`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slmdsl.study.backtest.backtesting import REPLICATIONS, SEED, backtested

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog
    from slmdsl.study.backtest.forms import Backtest


class Resolved(Protocol):
    """What is promised and the texts that say so, such as a `Spec`."""

    @property
    def contract(self) -> Contract:
        """The resolved model, without errors."""
        ...

    @property
    def texts(self) -> Mapping[str, str]:
        """The files' texts by name."""
        ...


def backtest(
    spec: Resolved,
    log: EventLog,
    *,
    until: date,
    to: date | None = None,
    replications: int = REPLICATIONS,
    seed: int = SEED,
    workers: int | None = None,
    source: str = "",
    progress: Callable[[str, float], None] | None = None,
) -> Backtest:
    """Fit a load model on what was known before a day, simulate from then on, and compare with what happened.

    Args:
        spec: a spec without errors.
        log: what happened, before that day and from it on.
        until: the first day that the fit does not know, by the wall clock of the first agreement.
        to: the last day that is tested; by default as long as tickets come in earnest and an agreement is in force,
            and 13 weeks at most.
        replications: how often these days are simulated, each time with another draw of the fitted parameters.
        seed: 0 to 2**32 - 1.
        workers: how many replications run at a time, by default one for each processor; the result is the same.
        source: what the log was read from, for the text of the model.
        progress: called with what is being done, and the share of all that is done.

    Returns:
        Each figure that was predicted beside the truth, and how good they are together.

    Raises:
        slmdsl.study.backtest.forms.BacktestError: there is nothing to test on; its `help` says what to do.
        slmdsl.study.fit.fitting.FitError: what comes before has too few tickets or days.

    For example `backtest(spec, ingest(spec, "desk_export"), until=date(2027, 5, 1)).shares(weekly=True)`.
    """
    return backtested(
        spec.contract,
        spec.texts,
        log,
        until=until,
        to=to,
        replications=replications,
        seed=seed,
        workers=workers,
        source=source,
        progress=progress,
    )

"""Run replications, several at a time, and hand on what each says in their order: any number of workers agree."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from typing import TYPE_CHECKING

from slmdsl.simulate.runs import simulated
from slmdsl.study.costs import cost_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future

    from slmdsl.simulate.runs import Engine
    from slmdsl.study.costs import Cost
    from slmdsl.study.desk_figures import Desk, DeskFigures
    from slmdsl.study.judging import Judge, Judgement
    from slmdsl.workload.plan import DeskPlan

_AHEAD = 2
"""How many replications may wait for each worker: what is ready early is held until it is its turn."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replication:
    """What is kept of one replication: figures, never its log."""

    number: int
    judgement: Judgement
    figures: DeskFigures
    costs: tuple[Cost, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """One plan with all that its replications have in common."""

    plan: DeskPlan
    judge: Judge
    desk: Desk
    seed: int
    engine: Engine

    def replication(self, number: int) -> Replication:
        """Simulate and judge replication `number`, from 0."""
        run = simulated(self.plan, self.seed, number, engine=self.engine)
        return Replication(
            number=number,
            judgement=self.judge.judged(run.log),
            figures=self.desk.figures(run.luck, run.outcome),
            costs=cost_of(self.plan, run.luck, run.outcome),
        )


def replicated(trial: Trial, numbers: Iterable[int], *, workers: int | None = None) -> Iterator[Replication]:
    """Yield what the replications with these numbers say, in their order.

    Args:
        trial: what is replicated.
        numbers: from 0; the same number is the same luck.
        workers: how many run at a time, by default one for each processor.

    A caller that stops early (or is interrupted) waits only for the replications that are under way.
    """
    workers = max(workers or cpu_count() or 1, 1)
    pending: deque[Future[Replication]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="replication")
    try:
        for number in numbers:
            pending.append(pool.submit(trial.replication, number))
            if len(pending) >= workers * _AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)

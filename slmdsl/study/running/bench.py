"""Where replications are run: a task in, what each of its variants says out, with however many workers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from slmdsl.contract.modelled import unmodelled
from slmdsl.contract.variants import variant_of, varied
from slmdsl.study.asked.same_desk import same_desk
from slmdsl.study.desk.desk_figures import Desk
from slmdsl.study.judged.judging import Judge
from slmdsl.study.running.drawn_plans import DrawnPlans, PlanCache, plan_of
from slmdsl.study.running.replications import Replication, Trial, replications_of

if TYPE_CHECKING:
    from concurrent.futures import Future

    from slmdsl.contract.model.spec import Contract
    from slmdsl.simulate.runs import Engine
    from slmdsl.study.asked.setting import Setting

_BESIDE = 8
"""How many variants one task simulates: enough to share their luck, few enough to show how it goes."""
_AHEAD = 2
"""How many tasks may wait for each worker: what is ready early is held until it is its turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """All that a bench, here or on another machine, has to know: plain values, which `packed` sends."""

    contract: Contract
    setting: Setting
    engine: Engine


class Task(NamedTuple):
    """One replication of some variants, by their names: they are simulated with the same luck."""

    variants: tuple[str, ...]
    number: int


def tasks_of(variants: Sequence[str], numbers: Iterable[int]) -> Iterator[Task]:
    """Yield the tasks of some replications: for each number a few variants at a time, which share their luck.

    >>> [len(each.variants) for each in tasks_of(tuple("abcdefghij"), range(2))]
    [8, 2, 8, 2]
    """
    for number in numbers:
        for first in range(0, len(variants), _BESIDE):
            yield Task(tuple(variants[first : first + _BESIDE]), number)


Results: TypeAlias = tuple[Replication, ...]
"""What each variant of a task says, in their order."""

Runner: TypeAlias = Callable[[Iterable[Task]], Iterator[Results]]
"""Runs tasks somewhere; what they say comes in the order of the tasks."""


class Bench:
    """The variants of a job, each compiled when it is first asked for."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._trials: dict[str, Trial] = {}
        self._plans = PlanCache()
        self._lock = Lock()

    def trial(self, name: str) -> Trial:
        """Return a variant, compiled, by its name.

        Raises:
            KeyError: the job has no variant of this name.
            UncompilableError: the model cannot be compiled; its `diagnostics` say why.
        """
        with self._lock:
            if name not in self._trials:
                self._trials[name] = self._compiled(name)
            return self._trials[name]

    def done(self, task: Task) -> Results:
        """Simulate and judge one replication of each variant of a task."""
        return replications_of([self.trial(name) for name in task.variants], task.number)

    def _compiled(self, name: str) -> Trial:
        trial = trial_of(self.job.contract, name, self.job.setting, self.job.engine, plans=self._plans)
        alike = (each for each in self._trials.values() if same_desk(each.plan, trial.plan))
        return trial.at_desk_of(next(alike, trial))


def trial_of(
    contract: Contract, name: str, setting: Setting, engine: Engine, *, plans: PlanCache | None = None
) -> Trial:
    """Compile a variant of a setting, or another scenario as the setting would run it.

    Its plans with draws of uncertain parameters are kept in `plans`, by default in a cache of its own.

    Raises:
        KeyError: no variant and no scenario has this name.
        UncompilableError: the model cannot be compiled; its `diagnostics` say why.
    """
    variant = next((each for each in setting.variants if each.name == name), variant_of(name))
    what_if = varied(contract, variant)
    plan = plan_of(what_if, setting)
    draws = what_if.load.uncertain if setting.uncertain else None
    return Trial(
        name=name,
        plan=plan,
        judge=Judge(plan, unmodelled(what_if)),
        desk=Desk(plan),
        seed=setting.seed,
        engine=engine,
        desk_of=name,
        drawn=None
        if draws is None
        else DrawnPlans(
            variant=name, what_if=what_if, draws=draws, setting=setting, cache=plans or PlanCache()
        ),
    )


def on_threads(bench: Bench, workers: int | None = None) -> Runner:
    """Return a runner on this machine.

    Args:
        bench: what is run.
        workers: how many tasks run at a time, by default one for each processor.

    A caller that stops early (or is interrupted) waits only for the tasks that are under way.
    """

    def run(tasks: Iterable[Task]) -> Iterator[Results]:
        count = max(workers or cpu_count() or 1, 1)
        pending: deque[Future[Results]] = deque()
        pool = ThreadPoolExecutor(count, thread_name_prefix="replication")
        try:
            for task in tasks:
                pending.append(pool.submit(bench.done, task))
                if len(pending) >= count * _AHEAD:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    return run

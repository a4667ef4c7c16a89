"""Scenarios run side by side: the chance of every promise, and what becomes of the desk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slmdsl.study.desk.costs import planned_cost
from slmdsl.study.running.bench import Bench, Job, on_threads, tasks_of
from slmdsl.study.running.cheapest import Search
from slmdsl.study.running.looks import chance_of, fixed, until_narrow
from slmdsl.study.running.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    import polars as pl

    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog
    from slmdsl.simulate.runs import Engine, Run
    from slmdsl.study.asked.setting import Setting
    from slmdsl.study.running.bench import Runner, Task
    from slmdsl.study.running.looks import Look
    from slmdsl.study.running.replications import Replication, Trial

    Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Study:
    """What replications of some scenarios say. Made by `slmdsl.simulate`.

    Attributes:
        setting: how they were run.
        trials: what was replicated, by the variant's name: a scenario's, or a point of what is varied.
        tallies: what the replications say together, by the variant's name; each has those that were done.
        search: the search for the cheapest, where the experiment asks for it.
        interrupted: whether it was stopped before all were done.
    """

    setting: Setting
    trials: dict[str, Trial]
    tallies: dict[str, Tally]
    search: Search | None = None
    interrupted: bool
    _frames: dict[str, pl.DataFrame] = field(default_factory=dict, init=False, repr=False)

    @property
    def summary(self) -> pl.DataFrame:
        """One row per scenario and target, and one per agreement (`target` is then its name alone).

        Columns: `scenario sla target replications judged chance low high throughout throughout_low throughout_high
        attained attained_low attained_high note wanted decision`.
        """
        return self._frame("summary")

    @property
    def periods(self) -> pl.DataFrame:
        """One row per scenario, target, part and period: how often it was kept, and the attained values.

        Columns: `scenario sla target part period from to replications judged kept share attained least most`.
        """
        return self._frame("periods")

    @property
    def variants(self) -> pl.DataFrame:
        """One row per scenario or point of what is varied: what its rosters cost a month, and what became of it."""
        return self._frame("variants")

    @property
    def points(self) -> pl.DataFrame:
        """One row per variant and thing that is varied: its value."""
        return self._frame("points")

    @property
    def differences(self) -> pl.DataFrame:
        """One row per variant but the first, promise and figure: what it differs by from the first, in pairs."""
        return self._frame("differences")

    @property
    def desk(self) -> pl.DataFrame:
        """One row per scenario and group with staff: how much it works, who waits how long, what piles up."""
        return self._frame("desk")

    @property
    def waiting(self) -> pl.DataFrame:
        """One row per scenario, group and priority: how long tickets wait for an agent."""
        return self._frame("waiting")

    @property
    def utilisation(self) -> pl.DataFrame:
        """One row per scenario, group and hour of the local week: agents present and their utilisation."""
        return self._frame("utilisation")

    @property
    def tickets(self) -> pl.DataFrame:
        """One row per scenario: tickets a week, and how many were reopened, lost, given up, preempted, reassigned."""
        return self._frame("tickets")

    @property
    def outages(self) -> pl.DataFrame:
        """One row per scenario and service or component that breaks: outages and hours a year."""
        return self._frame("outages")

    @property
    def contingencies(self) -> pl.DataFrame:
        """One row per scenario and contingency: how often a year it is fired."""
        return self._frame("contingencies")

    @property
    def costs(self) -> pl.DataFrame:
        """One row per scenario and group or contingency that costs something: minor units (cents) a month.

        Of a group: its rostered hours, absence paid, overtime and work on call; of a contingency: as its price says.
        """
        return self._frame("costs")

    @property
    def escalations(self) -> pl.DataFrame:
        """One row per scenario, step of an escalation and recipient: messages a month."""
        return self._frame("escalations")

    @property
    def credits(self) -> pl.DataFrame:
        """One row per scenario and agreement that pays credits: minor units over the horizon, and how often none."""
        return self._frame("credits")

    @property
    def missed(self) -> pl.DataFrame:
        """One row per scenario and target with a limit: how many tickets missed it, and where their time went."""
        return self._frame("missed")

    def run(self, scenario: str, replication: int = 0) -> Run:
        """Simulate one replication again, from its key. Raises KeyError for a scenario that was not run."""
        return self.trials[scenario].run(replication)

    def log(self, scenario: str, replication: int = 0) -> EventLog:
        """Return the event log of one replication, simulated again. Raises KeyError for a scenario that was not run."""
        return self.run(scenario, replication).log

    def _frame(self, name: str) -> pl.DataFrame:
        from slmdsl.study.tables.frames import frame_of  # noqa: PLC0415 - polars is loaded when frames are

        if name not in self._frames:
            self._frames[name] = frame_of(name, self)
        return self._frames[name]

    def _repr_html_(self) -> str:
        """Show the summary in a notebook."""
        return self.summary._repr_html_()


def studied(
    contract: Contract,
    setting: Setting,
    *,
    engine: Engine = "fast",
    workers: int | None = None,
    progress: Progress | None = None,
    overloaded: Collection[str] = (),
    where: Callable[[Bench], Runner] | None = None,
) -> Study:
    """Run what a setting asks for, until enough is known.

    Args:
        contract: a contract without errors.
        setting: what to run.
        engine: which engine simulates; both give the same logs.
        workers: how many tasks run at a time, by default one for each processor; the result is the same.
        progress: called after each task with what is known of a variant, how many replications of all are done, and how
            many there are at most.
        overloaded: variants that are not run, since a group in them has more work than people.
        where: what runs the tasks of a bench, by default threads of this process.

    Returns:
        The study. KeyboardInterrupt ends it early: it then holds what was done.
    """
    bench = Bench(Job(contract=contract, setting=setting, engine=engine))
    run = [each.name for each in setting.variants if each.name not in overloaded]
    running = _Running(bench, run, overloaded)
    runner = on_threads(bench, workers) if where is None else where(bench)
    # An interrupt reaches the main thread alone: what is added elsewhere is added whole, or not at all.
    books = ThreadPoolExecutor(1, thread_name_prefix="tally")
    interrupted = False
    try:
        for look in running.looks():
            tasks = list(tasks_of(look.variants, look.numbers))
            for task, results in zip(tasks, runner(tasks), strict=True):
                books.submit(running.add, look, task, results).result()
                if progress is not None:
                    progress(running.standing(task.variants[-1]), running.done, running.at_most)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        books.shutdown()
    return Study(
        setting=setting,
        trials={name: bench.trial(name) for name in run},
        tallies=running.tallies,
        search=running.search,
        interrupted=interrupted,
    )


class _Running:
    """A study while it is made: what was added, and what comes next."""

    def __init__(self, bench: Bench, run: list[str], overloaded: Collection[str]) -> None:
        self._setting: Final = bench.job.setting
        self.tallies: Final = {name: Tally() for name in run}
        self.search: Final = self._search(bench, overloaded) if self._setting.find else None
        self.done, self.at_most = 0, 0
        self._fresh: Final = Tally()

    def _search(self, bench: Bench, overloaded: Collection[str]) -> Search:
        costs = {each.name: planned_cost(bench.trial(each.name).plan) for each in self._setting.variants}
        minor = {
            name: sum((each.minor for each in parts), start=Fraction(0)) for name, parts in costs.items()
        }
        return Search.of(self._setting, minor, overloaded)

    def looks(self) -> Iterator[Look]:
        """Yield what is simulated next, as the setting says."""
        for look in self._looks():
            left = self._setting.replications - look.numbers.start
            self.at_most = self.done + len(look.variants) * (len(look.numbers) if look.fresh else left)
            yield look

    def _looks(self) -> Iterator[Look]:
        setting = self._setting
        if self.search is not None:
            return self.search.looks(setting, self.tallies, self._fresh)
        if setting.until is not None:
            return until_narrow(list(self.tallies), setting, setting.until, self.tallies)
        return fixed(list(self.tallies), setting)

    def add(self, look: Look, task: Task, results: tuple[Replication, ...]) -> None:
        """Add what a task says."""
        for name, replication in zip(task.variants, results, strict=True):
            (self._fresh if look.fresh else self.tallies[name]).add(replication)
        self.done += len(results)

    def standing(self, name: str) -> str:
        """Say what is known of a variant: how narrow the interval of the first chance that is asked for has become."""
        setting, tally = self._setting, self.tallies[name]
        asked = [each.of for each in setting.find]
        if setting.until is not None:
            asked.append(setting.until.of)
        promise = next(iter((*asked, *tally.agreements)), None)
        found = chance_of(tally, promise, float(setting.confidence)) if promise else None
        return name if found is None else f"{name}: {promise} {100 * found.low:.0f}-{100 * found.high:.0f} %"

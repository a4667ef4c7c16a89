"""Scenarios run side by side: the chance of every promise, and what becomes of the desk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from slmdsl.contract.modelled import unmodelled
from slmdsl.contract.scenarios import what_if
from slmdsl.simulate.runs import simulated
from slmdsl.study.desk_figures import Desk
from slmdsl.study.judging import Judge
from slmdsl.study.replications import Trial, replicated
from slmdsl.study.tally import Tally
from slmdsl.workload.from_contract import desk_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog
    from slmdsl.simulate.runs import Engine, Run
    from slmdsl.study.setting import Setting

    Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Study:
    """What replications of some scenarios say. Made by `slmdsl.simulate`.

    Attributes:
        setting: how they were run.
        trials: what was replicated, by scenario.
        tallies: what the replications say together, by scenario; each has those that were done.
        interrupted: whether it was stopped before all were done.
    """

    setting: Setting
    trials: dict[str, Trial]
    tallies: dict[str, Tally]
    interrupted: bool
    _frames: dict[str, pl.DataFrame] = field(default_factory=dict, init=False, repr=False)

    @property
    def summary(self) -> pl.DataFrame:
        """One row per scenario and target, and one per agreement (`target` is then its name alone).

        Columns: `scenario sla target replications chance low high throughout attained attained_low attained_high note`.
        """
        return self._frame("summary")

    @property
    def periods(self) -> pl.DataFrame:
        """One row per scenario, target, part and period: how often it was kept, and the attained values.

        Columns: `scenario sla target part period from to replications judged kept share attained least most`.
        """
        return self._frame("periods")

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

    def run(self, scenario: str, replication: int = 0) -> Run:
        """Simulate one replication again, from its key. Raises KeyError for a scenario that was not run."""
        trial = self.trials[scenario]
        return simulated(trial.plan, trial.seed, replication, engine=trial.engine)

    def log(self, scenario: str, replication: int = 0) -> EventLog:
        """Return the event log of one replication, simulated again. Raises KeyError for a scenario that was not run."""
        return self.run(scenario, replication).log

    def _frame(self, name: str) -> pl.DataFrame:
        from slmdsl.study.frames import frame_of  # noqa: PLC0415 - polars is loaded when frames are

        if name not in self._frames:
            self._frames[name] = frame_of(name, self)
        return self._frames[name]

    def _repr_html_(self) -> str:
        """Show the summary in a notebook."""
        return self.summary._repr_html_()


def trial_of(contract: Contract, scenario: str, setting: Setting, engine: Engine) -> Trial:
    """Compile a scenario for a setting."""
    edited = what_if(contract, scenario)
    plan = desk_plan(
        edited,
        first=setting.first,
        last=setting.last,
        warm_up_us=setting.warm_up_of(scenario),
        tick_us=setting.tick_us,
    )
    return Trial(
        plan=plan, judge=Judge(plan, unmodelled(edited)), desk=Desk(plan), seed=setting.seed, engine=engine
    )


def studied(
    contract: Contract,
    setting: Setting,
    *,
    engine: Engine = "fast",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Study:
    """Run all replications of all scenarios of a setting.

    Args:
        contract: a contract without errors.
        setting: what to run.
        engine: which engine simulates; both give the same logs.
        workers: how many replications run at a time, by default one for each processor; the result is the same.
        progress: called after each replication with the scenario, how many of all are done, and how many there are.

    Returns:
        The study. KeyboardInterrupt ends it early: it then holds what was done.
    """
    trials = {name: trial_of(contract, name, setting, engine) for name in setting.scenarios}
    tallies = {name: Tally() for name in trials}
    study = Study(setting=setting, trials=trials, tallies=tallies, interrupted=False)
    done, all_of_them = 0, setting.replications * len(trials)
    # An interrupt reaches the main thread alone: what is added elsewhere is added whole, or not at all.
    books = ThreadPoolExecutor(1, thread_name_prefix="tally")
    try:
        for name, trial in trials.items():
            for replication in replicated(trial, range(setting.replications), workers=workers):
                books.submit(tallies[name].add, replication).result()
                done += 1
                if progress is not None:
                    progress(name, done, all_of_them)
    except KeyboardInterrupt:
        study = replace(study, interrupted=True)
    finally:
        books.shutdown()
    return study

"""What is kept of a replication, and how variants that share their luck are replicated side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from slmdsl.simulate.runs import simulated
from slmdsl.study.desk.costs import cost_of
from slmdsl.study.judged.missed import missed_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slmdsl.simulate.runs import Engine, Run
    from slmdsl.study.desk.costs import Cost
    from slmdsl.study.desk.desk_figures import Desk, DeskFigures
    from slmdsl.study.judged.judging import Judge, Judgement
    from slmdsl.study.judged.missed import MissedTime
    from slmdsl.study.running.drawn_plans import DrawnPlans
    from slmdsl.workload.plan import DeskPlan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replication:
    """What is kept of one replication: figures, never its log."""

    number: int
    judgement: Judgement
    missed: Mapping[str, MissedTime]
    figures: DeskFigures
    costs: tuple[Cost, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """One variant compiled, with all that its replications have in common.

    `desk_of` names the first variant that makes the same logs: itself, or one that differs in promises alone.
    `plan` has the parameters as written; where they are uncertain, `drawn` has those of each replication.
    """

    name: str
    plan: DeskPlan
    judge: Judge
    desk: Desk
    seed: int
    engine: Engine
    desk_of: str
    drawn: DrawnPlans | None = None

    def at_desk_of(self, other: Trial) -> Trial:
        """Return this trial, simulated as `other` is."""
        return replace(self, desk_of=other.desk_of)

    def run(self, number: int, *, like: Run | None = None) -> Run:
        """Simulate replication `number`, from 0; `like` is a run of it of another plan, whose luck is taken over."""
        return simulated(self.plan_of(number), self.seed, number, engine=self.engine, like=like)

    def plan_of(self, number: int) -> DeskPlan:
        """Return the plan of replication `number`: with a draw of what is uncertain, where that is asked for."""
        return self.plan if self.drawn is None else self.drawn.plan(number)

    def replication(self, number: int) -> Replication:
        """Simulate and judge replication `number`, from 0."""
        return replications_of([self], number)[0]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Simulated:
    """A run, and what it says whatever was promised."""

    run: Run
    figures: DeskFigures
    costs: tuple[Cost, ...]

    @classmethod
    def of(cls, trial: Trial, number: int, like: Run | None) -> _Simulated:
        run = trial.run(number, like=like)
        return cls(
            run=run,
            figures=trial.desk.figures(run.luck, run.outcome),
            costs=cost_of(run.plan, run.luck, run.outcome),
        )

    def judged_by(self, trial: Trial, number: int) -> Replication:
        evaluation = trial.judge.evaluated(self.run.log)
        return Replication(
            number=number,
            judgement=trial.judge.judgement(evaluation),
            missed=missed_time(self.run, trial.judge, evaluation),
            figures=self.figures,
            costs=self.costs,
        )


def replications_of(trials: Sequence[Trial], number: int) -> tuple[Replication, ...]:
    """Return what replication `number` of each trial says, in their order; one desk is simulated once."""
    found: dict[str, Replication] = {}
    before: Run | None = None
    desks: dict[str, list[Trial]] = {}
    for trial in trials:
        desks.setdefault(trial.desk_of, []).append(trial)
    for alike in desks.values():
        simulated_once = _Simulated.of(alike[0], number, before)
        before = simulated_once.run
        found.update((trial.name, simulated_once.judged_by(trial, number)) for trial in alike)
    return tuple(found[trial.name] for trial in trials)

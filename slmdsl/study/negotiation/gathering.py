"""Variants simulated for a negotiation: what their replications say together, and the values that targets attained."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from slmdsl.study.negotiation.levels import Values
from slmdsl.study.running.bench import Bench, Job, on_threads, tasks_of
from slmdsl.study.running.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.variants import Variant
    from slmdsl.study.running.replications import Trial


@dataclass(slots=True, kw_only=True, eq=False)
class Gathered:
    """A variant, with what its replications say so far."""

    variant: Variant
    trial: Trial
    tally: Tally
    values: dict[str, Values]
    """By the names of the agreement's targets."""


class Gathering:
    """All variants of a negotiation that were simulated, and how more of them are.

    `told` is called with what is being tried, which share of that is done, and how many replications were simulated.
    """

    def __init__(
        self, job: Job, agreement: str, workers: int | None, told: Callable[[str, float, int], None]
    ) -> None:
        self._job, self._agreement, self._workers, self._told = job, agreement, workers, told
        self._known: Final[dict[str, Gathered]] = {}
        self.replications = 0

    def gathered(self, variants: Sequence[Variant], numbers: range, words: str) -> list[Gathered]:
        """Return variants with what the replications `numbers` say of them; those that were simulated are not again.

        KeyboardInterrupt leaves what was done.
        """
        new = [each for each in variants if each.name not in self._known]
        if new:
            self._simulate(new, numbers, words)
        return [self._known[each.name] for each in variants]

    def compiled(self, variant: Variant) -> Trial:
        """Return a variant compiled, without simulating it."""
        bench = Bench(replace(self._job, setting=replace(self._job.setting, variants=(variant,))))
        return bench.trial(variant.name)

    def _simulate(self, variants: Sequence[Variant], numbers: range, words: str) -> None:
        bench = Bench(replace(self._job, setting=replace(self._job.setting, variants=tuple(variants))))
        found = {each.name: self._empty(each, bench.trial(each.name)) for each in variants}
        names = tuple(found)
        tasks = list(tasks_of(names, numbers))
        results_of = on_threads(bench, self._workers)(tasks)
        for done, (task, results) in enumerate(zip(tasks, results_of, strict=True), start=1):
            for name, replication in zip(task.variants, results, strict=True):
                one = found[name]
                one.tally.add(replication)
                for values in one.values.values():
                    values.add(replication.number, replication.judgement)
            self.replications += len(results)
            self._told(words, done / len(tasks), self.replications)
        self._known.update(found)

    def _empty(self, variant: Variant, trial: Trial) -> Gathered:
        agreement = _agreement(trial.judge.agreements, self._agreement)
        return Gathered(
            variant=variant,
            trial=trial,
            tally=Tally(),
            values={
                each.qualified: Values(each)
                for each in agreement.targets
                if each.qualified not in trial.judge.not_modelled
            },
        )


def _agreement(agreements: Iterable[Agreement], name: str) -> Agreement:
    return next(each for each in agreements if each.name == name)

"""Experiments: what is run, for how long, and what is asked of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import DAY, HOUR
from slmdsl.contract import codes
from slmdsl.contract.checks.workload_scenarios import edit_findings
from slmdsl.contract.from_tree.reading import all_of, last
from slmdsl.contract.from_tree.varied import VALUES_AT_MOST, edit_of, spanned
from slmdsl.contract.from_tree.work import plain_us
from slmdsl.contract.scenarios import judged_by
from slmdsl.syntax.tree import kinds, studies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.studies import Experiment, Scenario
    from slmdsl.syntax.tree.common import Ref
    from slmdsl.syntax.tree.file import Declaration

_YEARS_AT_MOST: Final = 30
_LONGEST: Final = timedelta(days=_YEARS_AT_MOST * 366)
_LARGEST_SEED: Final = 2**32 - 1


def experiments(draft: Draft) -> Iterator[Diagnostic]:
    """Experiments that cannot be run as they are written."""
    for block in draft.reading.of_kind("experiment"):
        yield from _complete(block)
        for horizon in all_of(block.body, studies.Horizon):
            yield from _horizon(horizon)
        for seed in all_of(block.body, studies.Seed):
            if seed.seed.value > _LARGEST_SEED:
                yield codes.SEED_RANGE.at(
                    seed.seed.span, f"a seed is at most {_LARGEST_SEED:_}", label="too large"
                )
        for tick in all_of(block.body, studies.Tick):
            if plain_us(tick.length) > HOUR:
                yield codes.TICK_TOO_LONG.at(tick.length.span, "a tick is at most 1 h", label="too long")
        for level in all_of(block.body, studies.Confidence):
            if level.level.value.value in (0, 1):
                yield codes.PERCENT_RANGE.at(
                    level.level.span, "a confidence lies between 0% and 100%", label="neither is ever certain"
                )
        yield from _asked(block, draft)


def _complete(block: Declaration) -> Iterator[Diagnostic]:
    lacks = [
        word
        for word, kind in (("scenarios", studies.Scenarios), ("horizon", studies.Horizon))
        if last(block.body, kind) is None
    ]
    if lacks and block.whole:
        yield codes.NOTHING_TO_RUN.at(
            block.name.span,
            f"`{block.name.text}` does not say what it runs"
            if "scenarios" in lacks
            else "it is not said which days are run",
            label=" and ".join(f"no `{each}`" for each in lacks),
        )


def _horizon(said: studies.Horizon) -> Iterator[Diagnostic]:
    length = said.last - said.first
    if length > _LONGEST:
        yield codes.HORIZON_TOO_LONG.at(
            said.span, f"a horizon is at most {_YEARS_AT_MOST} years long", label=f"{length.days:_} days"
        )
    elif said.warm_up is not None and 0 <= length.days < plain_us(said.warm_up) / DAY - 1:
        yield codes.LONG_WARM_UP.at(
            said.warm_up.span,
            "the warm-up is longer than what is counted",
            label=f"the horizon has {length.days + 1} days",
        )


def scenarios_of(experiment: Experiment, draft: Draft) -> list[Scenario]:
    """Return the scenarios that an experiment runs; none where one lacks or has no load, which is told elsewhere."""
    known = draft.contract.scenarios
    run = [known[name] for name in experiment.scenarios if name in known]
    whole = len(run) == len(experiment.scenarios) and all(each.load in draft.contract.loads for each in run)
    return run if whole else []


def _asked(block: Declaration, draft: Draft) -> Iterator[Diagnostic]:
    experiment = draft.contract.experiments[block.name.text]
    run = scenarios_of(experiment, draft)
    if not run:
        return
    for found in all_of(block.body, studies.FindCheapest):
        for each in found.where:
            yield from _promised(each.of, run, experiment, draft)
    for until in all_of(block.body, studies.ReplicationsUntil):
        yield from _promised(until.of, run, experiment, draft)
    for vary in all_of(block.body, studies.Vary):
        for varied in vary.ranges:
            yield from _size(varied)
            yield from _fits(varied, run, experiment, draft)


def _promised(ref: Ref, run: list[Scenario], experiment: Experiment, draft: Draft) -> Iterator[Diagnostic]:
    name = draft.reading.name(ref)
    if name is None or draft.reading.kind(ref) not in (kinds.AGREEMENT, kinds.TARGET):
        return
    agreement = name.partition(".")[0]
    if not any(agreement in judged_by(draft.contract, each) for each in run):
        yield codes.NOT_IN_SCENARIOS.at(
            ref.span, f"no scenario of `{experiment.name}` is judged by `{agreement}`", label="not judged"
        )


def _fits(
    said: studies.VaryRange, run: list[Scenario], experiment: Experiment, draft: Draft
) -> Iterator[Diagnostic]:
    """Tell what would be told of an edit with the first value, if no scenario can take it."""
    found = [list(edit_findings(edit_of(said), each, draft)) for each in run]
    if not all(found):
        return
    first = found[0][0]
    if first.code != codes.EDITS_NOTHING.number:
        yield first
    else:
        yield codes.NOT_IN_SCENARIOS.at(
            first.span,
            f"no scenario of `{experiment.name}` can take this: {first.message}",
            label="changes nothing",
        )


def _size(said: studies.VaryRange) -> Iterator[Diagnostic]:
    if isinstance(said, studies.VaryWithout | studies.VaryWithoutRisks):
        return
    if isinstance(said, studies.VaryLimit):
        lengths = [each.duration for each in (said.first, said.last)] + (
            [said.step.value] if said.step else []
        )
        if len({bool(each.business_days) for each in lengths}) > 1:
            yield codes.WRONG_UNIT.at(
                said.span, "business days and other times are not counted alike", label="two kinds of time"
            )
            return
    count = spanned(said, "").size
    if count > VALUES_AT_MOST:
        yield codes.TOO_MANY_VALUES.at(
            said.span, f"a thing is varied over at most {VALUES_AT_MOST:_} values", label=f"{count:_} values"
        )

"""Targets that judge a scenario and get no facts from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.diagnostics import Label
from slmdsl.contract import codes
from slmdsl.contract.checks.facts import given, is_given, is_produced
from slmdsl.contract.checks.workload_scenarios import brings
from slmdsl.contract.concerned import rests_on
from slmdsl.contract.model.agreements import (
    Availability,
    LongestOutage,
    OutageCount,
    Restore,
    Score,
)
from slmdsl.contract.model.clocks import Mark
from slmdsl.contract.model.risks import Outage
from slmdsl.contract.scenarios import judged_by, streams_of
from slmdsl.syntax.tree import studies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Target
    from slmdsl.contract.model.studies import Scenario
    from slmdsl.contract.model.work import Load

_OF_OUTAGES = (Availability, LongestOutage, OutageCount, Restore)
_NAMED_AT_MOST = 6


def not_simulated(draft: Draft) -> Iterator[Diagnostic]:
    """Targets of which a scenario's load gives no facts, though something else does."""
    told: set[tuple[str, str]] = set()
    for block in draft.reading.of_kind("scenario"):
        scenario = draft.contract.scenarios[block.name.text]
        load = draft.contract.loads.get(scenario.load or "")
        if load is None:
            continue
        uses = [each for each in block.body if isinstance(each, studies.UsesSlas | studies.UsesLoad)]
        span = uses[-1].span if uses else block.head_span
        for name in judged_by(draft.contract, scenario):
            agreement = draft.contract.agreements.get(name)
            if agreement is not None and (name, load.name) not in told:
                told.add((name, load.name))
                yield from _of_agreement(agreement.targets, span, scenario, load, draft)


def _of_agreement(
    targets: tuple[Target, ...], span: Span, scenario: Scenario, load: Load, draft: Draft
) -> Iterator[Diagnostic]:
    facts = given(draft)
    lost = [each for each in targets if is_produced(each) and is_given(each, facts)]
    lost = [each for each in lost if not _has_facts(each, scenario, load, draft)][:_NAMED_AT_MOST]
    if lost:
        names = ", ".join(f"`{each.qualified}`" for each in lost)
        yield codes.NOT_SIMULATED.at(
            span,
            f"the load `{load.name}` gives no facts of {names}",
            label="not modelled",
            secondary=[Label(span=each.limit_span, text="not modelled") for each in lost],
        )


def _has_facts(target: Target, scenario: Scenario, load: Load, draft: Draft) -> bool:
    form = target.form
    if isinstance(form, Score):
        return any(each.feedback is not None for each in load.streams)
    if isinstance(form, _OF_OUTAGES):
        return _has_outages(target, scenario, load, draft)
    population = getattr(form, "population", None)
    if population is None:
        return True
    if not brings(load, population, draft):
        return False
    if getattr(form, "measure", None) != "response":
        return True
    replies = target.clock.responds == Mark.PUBLIC_REPLY
    return any(
        step.answers is not None or (step.works and not replies)
        for each in streams_of(load, population, draft.contract.requests)
        for step in each.steps
    )


def _has_outages(target: Target, scenario: Scenario, load: Load, draft: Draft) -> bool:
    """Whether something that the target's services rest on ever goes down."""
    form = target.form
    named = form.outages.services if isinstance(form, OutageCount) else getattr(form, "services", ())
    down = {name for each in load.failing for name in each.components}
    down.update(part.name for each in load.causes for part in each.takes)
    for risk in draft.contract.risks.values():
        if any(isinstance(each, Outage) for each in risk.impacts) and not (
            scenario.without_risks or risk.name in scenario.without
        ):
            down.update(risk.affects)
    if not named:
        return bool(down)
    return any(not down.isdisjoint(rests_on(name, draft.contract)) for name in named)

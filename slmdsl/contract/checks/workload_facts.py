"""Targets that judge a scenario and get no facts from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.diagnostics import Label
from slmdsl.contract import codes
from slmdsl.contract.checks.facts import given, is_given
from slmdsl.contract.modelled import beyond_simulation, unmodelled
from slmdsl.contract.scenarios import judged_by, what_if
from slmdsl.syntax.tree import studies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Target
    from slmdsl.contract.model.work import Load

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
        agreements = [
            each
            for name in judged_by(draft.contract, scenario)
            if (name, load.name) not in told and (each := draft.contract.agreements.get(name)) is not None
        ]
        lacking = unmodelled(what_if(draft.contract, scenario.name)) if agreements else {}
        for agreement in agreements:
            told.add((agreement.name, load.name))
            yield from _of_agreement(agreement.targets, span, load, lacking, draft)


def _of_agreement(
    targets: tuple[Target, ...], span: Span, load: Load, lacking: Mapping[str, str], draft: Draft
) -> Iterator[Diagnostic]:
    facts = given(draft)
    lost = [
        each
        for each in targets
        if each.qualified in lacking and not beyond_simulation(each) and is_given(each, facts)
    ][:_NAMED_AT_MOST]
    if lost:
        names = ", ".join(f"`{each.qualified}`" for each in lost)
        yield codes.NOT_SIMULATED.at(
            span,
            f"the load `{load.name}` gives no facts of {names}",
            label="not modelled",
            secondary=[Label(span=each.limit_span, text=lacking[each.qualified]) for each in lost],
        )

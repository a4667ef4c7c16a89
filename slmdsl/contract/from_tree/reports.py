"""From `report` and `improvement` blocks: what is shown to whom, what is being improved."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from slmdsl.contract.from_tree.edits import edits
from slmdsl.contract.from_tree.reading import all_of, last, title_of
from slmdsl.contract.model import reports as model
from slmdsl.syntax.tree import reports as tree
from slmdsl.syntax.tree.common import Cost, Owner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slmdsl.contract.from_tree.edits import Studied
    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.contract.model.studies import Scenario
    from slmdsl.syntax.tree.file import Declaration


def reports(reading: Reading) -> dict[str, model.Report]:
    """Return every report."""
    return {each.name.text: _report(each, reading) for each in reading.of_kind("report")}


def _report(block: Declaration, reading: Reading) -> model.Report:
    body = reading.body(block)
    every = last(body, tree.ReportEvery)
    parts = dict.fromkeys(word.value for each in all_of(body, tree.Shows) for word in each.parts)
    codes = dict.fromkeys(word.value for each in all_of(body, tree.Languages) for word in each.codes)
    return model.Report(
        name=block.name.text,
        title=title_of(block),
        agreements=reading.names(ref for each in all_of(body, tree.ReportOf) for ref in each.agreements),
        every=cast("model.PeriodUnit", every.unit.value) if every else "month",
        shows=tuple(parts),
        languages=cast("tuple[model.LanguageCode, ...]", tuple(codes)) or ("en",),
        span=block.head_span,
    )


def improvements(studied: Studied, scenarios: Mapping[str, Scenario]) -> dict[str, model.Improvement]:
    """Return every improvement, what it expects being typed edits of a scenario."""
    blocks = studied.around.reading.of_kind("improvement")
    return {each.name.text: _improvement(each, studied, scenarios) for each in blocks}


def _improvement(
    block: Declaration, studied: Studied, scenarios: Mapping[str, Scenario]
) -> model.Improvement:
    reading = studied.around.reading
    body = reading.body(block)
    owner, due, cost = last(body, Owner), last(body, tree.Due), last(body, Cost)
    expects, status = last(body, tree.Expects), last(body, tree.Status)
    return model.Improvement(
        name=block.name.text,
        title=title_of(block),
        closes=reading.names(ref for each in all_of(body, tree.Closes) for ref in each.targets),
        owner=reading.name(owner.party) if owner else None,
        due=due.day if due else None,
        cost=cost.money.value if cost else None,
        expects=_expected(expects, studied, scenarios) if expects else None,
        status=cast("model.Progress", status.status.value) if status else "planned",
        span=block.head_span,
    )


def _expected(
    said: tree.Expects, studied: Studied, scenarios: Mapping[str, Scenario]
) -> model.Expectation | None:
    """Return what an improvement changes; None where it names no scenario, which is an error of its own."""
    name = studied.around.reading.name(said.scenario)
    if name is None or name not in scenarios:
        return None
    load = studied.loads.get(scenarios[name].load or "")
    return model.Expectation(scenario=name, edits=tuple(edits(said.edits, load, studied)), span=said.span)

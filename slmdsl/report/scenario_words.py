"""What a scenario changes, from what to what, and how much an experiment runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from slmdsl.base.units import Duration, plain
from slmdsl.contract.model.agreements import Availability, SampledMetric, Share
from slmdsl.contract.model.studies import (
    EditStep,
    Multiply,
    SetBound,
    SetGoal,
    SetLimit,
    SetNumber,
    SetRate,
    Strike,
)
from slmdsl.contract.scenarios import what_if
from slmdsl.contract.variants import count_of
from slmdsl.report.words import dated_words, limit_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from slmdsl.contract.model.agreements import Form, Target
    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.model.studies import Edit, Scenario, WhatIf
    from slmdsl.contract.model.work import Stream
    from slmdsl.report.language import Language
    from slmdsl.syntax.tree.common import Node


def scenario_words(
    contract: Contract, name: str, body: Sequence[Node], words: Sequence[str], say: Language
) -> Iterator[str]:
    """Yield a scenario's sentences, each edit with what it replaces, after the scenario that it starts from.

    `words` are the sentences of the statements of its `body`. An edit replaces what the scenario that it starts from
    has, or what the model says; one of the same scenario before it is not looked at.
    """
    scenario = contract.scenarios[name]
    base = scenario.parents[-1] if scenario.parents else None
    if base is not None:
        yield say.say("starts_from", base=base)
    before = _before(contract, scenario, base)
    edits = {each.span: each for each in scenario.edits}
    for statement, sentence in zip(body, words, strict=True):
        edit = edits.get(statement.span)
        old = _old(before, edit, say) if before is not None and edit is not None else None
        if old is None:
            yield sentence
        elif base is None:
            yield say.say("replaces", sentence=sentence, old=old)
        else:
            yield say.say("replaces_of", sentence=sentence, old=old, base=base)


def experiment_words(contract: Contract, name: str, words: Sequence[str], say: Language) -> Iterator[str]:
    """Yield an experiment's sentences, and how many variants it runs if it varies something."""
    yield from words
    experiment = contract.experiments[name]
    if experiment.vary and len(experiment.scenarios) == 1:
        yield say.say("variants_of_one", n=count_of(experiment))
    elif experiment.vary:
        scenarios = say.counted(len(experiment.scenarios), "scenario")
        yield say.say("variants", n=count_of(experiment), scenarios=scenarios)


def _before(contract: Contract, scenario: Scenario, base: str | None) -> WhatIf | None:
    """Return what is simulated before a scenario's own edits; None where that is nothing that could be."""
    if scenario.load not in contract.loads:
        return None
    bare = replace(scenario, edits=contract.scenarios[base].edits if base is not None else ())
    return what_if(replace(contract, scenarios={scenario.name: bare}), scenario.name)


def _old(before: WhatIf, edit: Edit, say: Language) -> str | None:
    """Return what an edit replaces, in words; None for what adds something."""
    match edit:
        case SetLimit() | SetGoal() | SetBound():
            target = _target(before, edit.target)
            return None if target is None else _of_target(target.form, edit, say)
        case SetNumber():
            return _number(before, edit, say)
        case SetRate():
            stream = next((each for each in before.load.streams if each.name == edit.stream), None)
            return None if stream is None else _rates(stream, say)
        case Multiply() | Strike() | EditStep():
            return None
        case _:
            assert_never(edit)


def _target(before: WhatIf, name: str) -> Target | None:
    agreement = before.contract.agreements.get(name.rpartition(".")[0])
    targets = () if agreement is None else agreement.targets
    return next((each for each in targets if each.qualified == name), None)


def _of_target(form: Form, edit: SetLimit | SetGoal | SetBound, say: Language) -> str | None:
    limit, goal = getattr(form, "limit", None), getattr(form, "goal", None)
    if isinstance(edit, SetLimit) or (isinstance(edit, SetBound) and isinstance(edit.value, Duration)):
        return None if limit is None else dated_words(limit, lambda each: limit_words(each, say), say)
    if goal is None:
        return None
    is_share = isinstance(edit, SetGoal) or isinstance(form, Availability | Share)
    unit = f" {form.unit}" if isinstance(form, SampledMetric) and form.unit else ""

    def words(value: Fraction) -> str:
        return say.share(value) if is_share else f"{plain(value)}{unit}"

    return dated_words(goal, words, say)


def _number(before: WhatIf, edit: SetNumber, say: Language) -> str | None:
    if edit.attribute == "crew":
        crews = (each.crew for each in before.load.failing if edit.what in each.components)
        return _count(next(crews, None), say)
    name, _, shift = edit.what.rpartition(".")
    staff = before.contract.staff.get(name if edit.attribute == "agents" else edit.what)
    if staff is None:
        return None
    if edit.attribute == "agents":
        found = next((each.agents for each in staff.shifts if each.name == shift), None)
        return None if found is None else str(found)
    return say.share(staff.absence) if edit.attribute == "absence" else _count(staff.lines, say)


def _count(value: int | None, say: Language) -> str:
    return say.say("unlimited") if value is None else str(value)


def _rates(stream: Stream, say: Language) -> str | None:
    found: str | None = None
    for each in stream.rates:
        words = say.say("rate_words", n=plain(each.count), unit=say.say(f"unit_word.{each.per}"))
        found = words if found is None else say.say("from_date_on", before=found, value=words, day=each.since)
    return found

"""Scenarios whose edits change nothing of what they simulate, or the same thing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slmdsl.base.diagnostics import Label
from slmdsl.contract import codes
from slmdsl.contract.from_tree.edits import bound_in
from slmdsl.contract.from_tree.populations import population
from slmdsl.contract.modelled import brings
from slmdsl.contract.scenarios import judged_by, what_if
from slmdsl.syntax.tree import kinds, studies, work
from slmdsl.syntax.tree.common import DateRange

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Target
    from slmdsl.contract.model.studies import Experiment, Scenario
    from slmdsl.contract.model.work import Load, Stream
    from slmdsl.syntax.tree.common import Node, Ref
    from slmdsl.syntax.tree.file import Declaration

_SETS = (studies.SetLimit, studies.SetGoal, studies.SetBound, studies.SetNumber, studies.SetRate)
_OF_TARGETS = (studies.SetLimit, studies.SetGoal, studies.SetBound)
_OF_LOADS = (studies.Multiply, studies.Strike, studies.SetNumber, studies.SetRate, studies.StepEdit)


def without_load(draft: Draft) -> Iterator[Diagnostic]:
    """Scenarios that would be simulated and do not say, nor inherit, how work arrives.

    One that only sets targets may be for real tickets, unless an experiment runs it.
    """
    run = {name for each in draft.contract.experiments.values() for name in each.scenarios}
    for block in draft.reading.of_kind("scenario"):
        line = _line(block, draft)
        body = [each for one in line for each in one.body]
        lost = line[0].parent is not None  # not declared, or in a circle: told elsewhere
        if (
            lost
            or not all(each.whole for each in line)
            or any(isinstance(each, studies.UsesLoad) for each in body)
        ):
            continue
        is_of_targets = any(isinstance(each, (*_OF_TARGETS, studies.UsesSlas)) for each in body)
        if (
            block.name.text in run
            or not is_of_targets
            or any(isinstance(each, _OF_LOADS) for each in block.body)
        ):
            yield codes.NO_LOAD.at(
                block.name.span, f"`{block.name.text}` does not say how work arrives", label="no `load`"
            )


def _line(block: Declaration, draft: Draft) -> list[Declaration]:
    names = (*draft.contract.scenarios[block.name.text].parents, block.name.text)
    blocks = {each.name.text: each for each in draft.reading.of_kind("scenario")}
    return [blocks[name] for name in names]


def edits(draft: Draft) -> Iterator[Diagnostic]:
    """Edits of what the scenario does not simulate or is not judged by."""
    for block in draft.reading.of_kind("scenario"):
        scenario = draft.contract.scenarios[block.name.text]
        load = draft.contract.loads.get(scenario.load or "")
        if load is not None:
            for edit in block.body:
                yield from _edit(edit, scenario, load, draft)
            yield from _trapped(block, load, draft)


def _trapped(block: Declaration, load: Load, draft: Draft) -> Iterator[Diagnostic]:
    """Tell of the last edit of steps after which tickets never leave a stream that they leave without it."""
    edited = {
        name.split(".")[1]: each.step
        for each in block.body
        if isinstance(each, studies.StepEdit) and (name := draft.reading.name(each.step))
    }
    streams = what_if(draft.contract, block.name.text).load.streams if edited else ()
    for before, stream in zip(load.streams, streams, strict=False):
        lost = _never_resolved(stream)
        if stream.name in edited and lost and not _never_resolved(before):
            yield codes.NO_WAY_OUT.at(
                edited[stream.name].span,
                f"tickets in `{lost}` are never resolved",
                label="no way leads to `resolved`",
            )


def _never_resolved(stream: Stream) -> str | None:
    """Return the first step that tickets come to and never get from to `resolved`."""
    ways = [(each.name, to.to) for each in stream.steps for to in each.routes if to.share > 0]
    onward: dict[str | None, list[str | None]] = {}
    back: dict[str | None, list[str | None]] = {}
    for name, to in ways:
        onward.setdefault(name, []).append(to)
        back.setdefault(to, []).append(name)
    lost = _along(onward, stream.start) - _along(back, None)
    return next((each.name for each in stream.steps if each.name in lost), None)


def _along(ways: Mapping[str | None, list[str | None]], start: str | None) -> set[str | None]:
    """Return everything that ways lead to from a start, itself included."""
    found, ahead = {start}, [start]
    while ahead:
        new = set(ways.get(ahead.pop(), ())) - found
        found |= new
        ahead.extend(new)
    return found


def edit_findings(edit: Node, scenario: Scenario, draft: Draft) -> Iterator[Diagnostic]:
    """Tell of an edit that does not fit a scenario, or changes nothing of what it simulates."""
    load = draft.contract.loads.get(scenario.load or "")
    if load is not None:
        yield from _edit(edit, scenario, load, draft)


def _edit(edit: Node, scenario: Scenario, load: Load, draft: Draft) -> Iterator[Diagnostic]:
    if isinstance(edit, studies.Multiply):
        yield from _multiplied(edit, load, draft)
    elif isinstance(edit, studies.SetRate | studies.StepEdit):
        what = edit.what if isinstance(edit, studies.SetRate) else edit.step
        name = draft.reading.name(what)
        is_of_load = draft.reading.kind(what) in (kinds.STREAM, kinds.STEP)
        if name is not None and is_of_load and name.partition(".")[0] != load.name:
            yield _nothing(what, f"`{what.text}` is not in the load `{load.name}`", scenario)
    elif isinstance(edit, studies.SetNumber):
        yield from _number(edit.what, edit.attribute.value, scenario, load, draft)
    elif isinstance(edit, _OF_TARGETS):
        yield from _of_target(edit, scenario, draft)
    elif isinstance(edit, studies.Strike):
        name = draft.reading.name(edit.what)
        if draft.reading.kind(edit.what) == kinds.CAUSE and name and name.partition(".")[0] != load.name:
            yield _nothing(edit.what, f"`{edit.what.text}` is not in the load `{load.name}`", scenario)


def _nothing(ref: Ref, message: str, scenario: Scenario) -> Diagnostic:
    return codes.EDITS_NOTHING.at(
        ref.span,
        message,
        label="changes nothing",
        secondary=[Label(span=scenario.span, text="the scenario")],
    )


def _multiplied(edit: studies.Multiply, load: Load, draft: Draft) -> Iterator[Diagnostic]:
    selected = population(edit.population, draft.reading)
    if len(selected.services) < len(edit.population.services):
        return
    if not brings(load, selected, draft.contract.requests):
        yield codes.EDITS_NOTHING.at(
            edit.population.span, f"the load `{load.name}` brings no such tickets", label="multiplies nothing"
        )


def _number(what: Ref, attribute: str, scenario: Scenario, load: Load, draft: Draft) -> Iterator[Diagnostic]:
    name = draft.reading.name(what)
    if name is None:
        return
    kind = draft.reading.kind(what)
    if attribute == "crew" and kind == kinds.COMPONENT:
        if not any(name in each.components for each in load.failing):
            yield _nothing(what, f"`{what.text}` never fails in the load `{load.name}`", scenario)
    elif kind in (kinds.SHIFT, kinds.TEAM, kinds.SUPPLIER):
        group = name.partition(".")[0]
        if group not in draft.contract.staff:
            yield _nothing(what, f"`{group}` has no staff", scenario)
        elif group not in groups_of(load):
            yield _nothing(what, f"no ticket of the load `{load.name}` comes to `{group}`", scenario)


def groups_of(load: Load) -> set[str]:
    """Return the teams and suppliers that a load's tickets come to."""
    return {step.group for stream in load.streams for step in stream.steps if step.group is not None}


def target_of(ref: Ref, draft: Draft) -> Target | None:
    """Return the target that is mentioned."""
    name = draft.reading.name(ref) or ""
    agreement = draft.contract.agreements.get(name.rpartition(".")[0])
    if agreement is None:
        return None
    return next((each for each in agreement.targets if each.qualified == name), None)


def _of_target(
    edit: studies.SetLimit | studies.SetGoal | studies.SetBound, scenario: Scenario, draft: Draft
) -> Iterator[Diagnostic]:
    target = target_of(edit.what, draft)
    if target is None:
        return
    if target.agreement not in judged_by(draft.contract, scenario):
        message = f"`{scenario.name}` is not judged by `{target.agreement}`"
        yield _nothing(edit.what, message, scenario)
    elif isinstance(edit, studies.SetBound):
        yield from _bound(edit, target)


def _bound(edit: studies.SetBound, target: Target) -> Iterator[Diagnostic]:
    form: Any = target.form
    at_most = getattr(form, "at_most", not hasattr(form, "method"))
    if not (hasattr(form, "at_most") or hasattr(form, "method") or hasattr(form, "quantile")):
        return  # it has no bound, which is told elsewhere
    secondary = [Label(span=target.limit_span, text="the target's bound")]
    if bound_in(edit.bound, target.form) is None:
        yield codes.WRONG_UNIT.at(
            edit.bound.span,
            f"`{target.name}` is not measured in this unit",
            label="another unit",
            secondary=secondary,
        )
    elif edit.bound.at_most != at_most:
        words = "at most" if at_most else "at least"
        yield codes.WRONG_DIRECTION.at(
            edit.span,
            f"the bound of `{target.name}` is one of `{words}`",
            label="the other way",
            secondary=secondary,
        )


def set_twice(draft: Draft) -> Iterator[Diagnostic]:
    """Things that one scenario sets twice: the later one counts."""
    for block in draft.reading.of_kind("scenario"):
        first: dict[Hashable, Span] = {}
        for edit in block.body:
            for key in _keys(edit, draft):
                if key in first:
                    yield codes.SET_TWICE.at(
                        edit.span,
                        "this scenario has set the same before",
                        label="only this one counts",
                        secondary=[Label(span=first[key], text="set here")],
                    )
                    break
                first[key] = edit.span


def _keys(edit: Node, draft: Draft) -> Iterator[Hashable]:
    if isinstance(edit, _SETS):
        attribute = edit.attribute.value if isinstance(edit, studies.SetNumber) else ""
        yield type(edit), attribute, draft.reading.name(edit.what) or edit.what.text
    elif isinstance(edit, studies.Without):
        for ref in edit.what:
            yield studies.Without, draft.reading.name(ref) or ref.text
    elif isinstance(edit, studies.StepEdit):
        step = draft.reading.name(edit.step) or edit.step.text
        for kind, priority in dict.fromkeys(each for said in edit.body for each in _kinds(said)):
            yield kind, priority, step


def _kinds(said: Node) -> Iterator[tuple[type[Node], str]]:
    """Yield what a statement of a step says; work for each priority, or for all others, is a thing of its own."""
    priorities = said.priorities if isinstance(said, work.Works) else ()
    yield from ((type(said), ref.text) for ref in priorities)
    if not priorities:
        yield type(said), ""


def strikes(draft: Draft) -> Iterator[Diagnostic]:
    """Strikes on days that no experiment runs."""
    for block in draft.reading.of_kind("scenario"):
        days = [
            (each.first, each.last)
            for each in draft.contract.experiments.values()
            if each.first and each.last and _runs(each, block.name.text, draft)
        ]
        for strike in (each for each in block.body if isinstance(each, studies.Strike)):
            day = strike.at.at.date()
            if days and not any(first <= day <= end for first, end in days):
                yield codes.STRIKE_OUTSIDE.at(
                    strike.at.span,
                    f"no experiment with `{block.name.text}` runs on {day}",
                    label="never happens",
                )


def _runs(experiment: Experiment, scenario: str, draft: Draft) -> bool:
    return any(
        name == scenario or scenario in draft.contract.scenarios[name].parents
        for name in experiment.scenarios
        if name in draft.contract.scenarios
    )


def ranges_outside(draft: Draft) -> Iterator[Diagnostic]:
    """Factors on days that no experiment runs."""
    for block in draft.reading.of_kind("scenario"):
        days = [
            (each.first, each.last)
            for each in draft.contract.experiments.values()
            if each.first and each.last and _runs(each, block.name.text, draft)
        ]
        for edit in (each for each in block.body if isinstance(each, studies.Multiply)):
            during = edit.during
            if (
                isinstance(during, DateRange)
                and days
                and during.first <= during.last
                and not any(first <= during.last and during.first <= end for first, end in days)
            ):
                yield codes.STRIKE_OUTSIDE.at(
                    during.span,
                    f"no experiment with `{block.name.text}` runs on these days",
                    label="never happens",
                )

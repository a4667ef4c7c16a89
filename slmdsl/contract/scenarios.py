"""A scenario with its edits done: what is simulated, and by which agreements it is judged.

Nothing is mutated, and what no edit touches stays the very same object, so that callers may cache by identity.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, assert_never

from slmdsl.contract.concerned import applying
from slmdsl.contract.model import agreements as promised
from slmdsl.contract.model.studies import (
    EditStep,
    Multiply,
    SetBound,
    SetGoal,
    SetLimit,
    SetNumber,
    SetRate,
    Strike,
    WhatIf,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from fractions import Fraction

    from slmdsl.base.spans import Span
    from slmdsl.base.units import Duration
    from slmdsl.contract.model.agreements import Agreement, Dated, Form, Population, T, Target
    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.model.studies import Edit, Scenario
    from slmdsl.contract.model.work import Load, Rate, Staff, Stream

UTC: Final = "UTC"


def what_if(contract: Contract, scenario: str) -> WhatIf:
    """Return what a scenario simulates, its edits applied in the order of the text, those that it starts from first.

    Without `slas` it is judged by every agreement of the kind `sla`. Only agreements that are named (or these) are
    judged: not the OLAs and contracts behind them. Risks and contingencies are those of the project that touch what
    is simulated, unless the scenario is `without` them; a risk that it is without and strikes all the same comes
    only when struck.

    Args:
        contract: a contract without errors.
        scenario: the name of a scenario that has a load.

    Raises:
        KeyError: no scenario has this name.
        ValueError: the scenario has no load, or one that is not declared.

    For example `what_if(contract, "two_more").contract.staff["desk"]` has the agents that `two_more` sets.
    """
    return parametrised(contract, scenario, ())


def parametrised(
    contract: Contract,
    scenario: str,
    extra: Sequence[Edit],
    *,
    without: Sequence[str] = (),
    without_risks: bool = False,
) -> WhatIf:
    """Return what a scenario simulates with further edits after its own: one point of what `vary` spans.

    It is also `without` further risks and contingencies, or without any risks. Raises as `what_if` does.
    """
    said = contract.scenarios[scenario]
    load = contract.loads.get(said.load or "")
    if load is None:
        msg = f"the scenario `{scenario}` has no load"
        raise ValueError(msg)
    whole = said
    if extra or without or without_risks:
        whole = replace(
            said,
            edits=(*said.edits, *extra),
            without=(*said.without, *without),
            without_risks=said.without_risks or without_risks,
        )
    edited = _Edited(staff=dict(contract.staff), agreements=dict(contract.agreements), load=load)
    for edit in whole.edits:
        edited.apply(edit)
    return _built(contract, whole, edited)


def _built(contract: Contract, scenario: Scenario, edited: _Edited) -> WhatIf:
    judged = tuple(name for name in judged_by(contract, scenario) if name in contract.agreements)
    strikes = tuple(each for each in scenario.edits if isinstance(each, Strike))
    changed = edited.contract(contract)
    risks, contingencies = applying(changed, edited.load, judged, scenario, strikes)
    return WhatIf(
        scenario=scenario,
        contract=changed,
        load=edited.load,
        agreements=judged,
        multiplies=tuple(_multiplies(scenario, edited.load, contract)),
        strikes=strikes,
        risks=risks,
        contingencies=contingencies,
        zone=home_zone(contract, edited.load, judged),
    )


def judged_by(contract: Contract, scenario: Scenario) -> tuple[str, ...]:
    """Return the agreements that a scenario is judged by: those that it names, else every `sla`."""
    every = (name for name, each in contract.agreements.items() if each.kind == "sla")
    return scenario.agreements or tuple(every)


def home_zone(contract: Contract, load: Load, judged: Sequence[str]) -> str:
    """Return the zone of the first agreement, else of the first profile, else UTC."""
    if judged:
        return contract.agreements[judged[0]].zone
    used = (contract.profiles.get(each.profile or "") for each in load.streams)
    return next((profile.zone for profile in used if profile is not None), UTC)


def streams_of(load: Load, population: Population, requests: Mapping[str, object]) -> tuple[Stream, ...]:
    """Return the streams of a load that bring tickets of a population; `requests` are the declared ones."""
    return tuple(each for each in load.streams if _brings(each, population, requests))


def _brings(stream: Stream, population: Population, requests: Mapping[str, object]) -> bool:
    if population.requests:
        return stream.kind in population.requests
    return population.kind in (stream.kind, "request" if stream.kind in requests else stream.kind)


def _multiplies(scenario: Scenario, load: Load, contract: Contract) -> Iterator[Multiply]:
    """Yield the factors, each for one stream: `requests * 2` is for those of every request."""
    for each in scenario.edits:
        if isinstance(each, Multiply):
            if any(stream.name == each.stream for stream in load.streams):
                yield each
            elif not each.population.requests:
                for stream in streams_of(load, each.population, contract.requests):
                    yield replace(each, stream=stream.name)


@dataclass(slots=True, kw_only=True)
class _Edited:
    """What edits have made so far of staff, agreements and load."""

    staff: dict[str, Staff]
    agreements: dict[str, Agreement]
    load: Load

    def contract(self, contract: Contract) -> Contract:
        """Return the contract as edited, itself where nothing of it was."""
        untouched = _same(self.staff, contract.staff) and _same(self.agreements, contract.agreements)
        if untouched:
            return contract
        return replace(contract, staff=self.staff, agreements=self.agreements)

    def apply(self, edit: Edit) -> None:
        match edit:
            case SetLimit() | SetGoal() | SetBound():
                self._set_target(edit)
            case SetNumber():
                self._set_number(edit)
            case SetRate():
                self._change_stream(edit.stream, edit)
            case EditStep():
                self._change_stream(edit.stream, edit)
            case Multiply() | Strike():
                pass  # the load stays as it is: they act while it runs
            case _:
                assert_never(edit)

    def _set_target(self, edit: SetLimit | SetGoal | SetBound) -> None:
        name = edit.target.rpartition(".")[0]
        agreement = self.agreements[name]
        targets = tuple(
            _set(each, edit) if each.qualified == edit.target else each for each in agreement.targets
        )
        self.agreements[name] = replace(agreement, targets=targets)

    def _set_number(self, edit: SetNumber) -> None:
        if edit.attribute == "crew":
            failing = tuple(
                replace(each, crew=int(edit.value)) if edit.what in each.components else each
                for each in self.load.failing
            )
            self.load = replace(self.load, failing=failing)
        elif edit.attribute == "agents":
            self._set_agents(edit)
        elif edit.what in self.staff:
            staff = self.staff[edit.what]
            self.staff[edit.what] = (
                replace(staff, absence=edit.value)
                if edit.attribute == "absence"
                else replace(staff, lines=int(edit.value))
            )

    def _set_agents(self, edit: SetNumber) -> None:
        name, _, shift = edit.what.rpartition(".")
        staff = self.staff[name]
        shifts = tuple(
            replace(each, agents=int(edit.value)) if each.name == shift else each for each in staff.shifts
        )
        self.staff[name] = replace(staff, shifts=shifts)

    def _change_stream(self, name: str, edit: SetRate | EditStep) -> None:
        streams = tuple(_changed(each, edit) if each.name == name else each for each in self.load.streams)
        if any(new is not old for new, old in zip(streams, self.load.streams, strict=True)):
            self.load = replace(self.load, streams=streams)


def _same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    return all(value is other.get(name) for name, value in one.items())


def _changed(stream: Stream, edit: SetRate | EditStep) -> Stream:
    if isinstance(edit, SetRate):
        return replace(stream, rates=(_rate(stream, edit),)) if stream.rates else stream
    steps = tuple(edit.step if each.name == edit.step.name else each for each in stream.steps)
    return replace(stream, steps=steps)


def _rate(stream: Stream, edit: SetRate) -> Rate:
    """Return one rate for all time that varies as the first one did."""
    return replace(stream.rates[0], since=None, count=edit.count, per=edit.per, span=edit.span)


def _set(target: Target, edit: SetLimit | SetGoal | SetBound) -> Target:
    """Return a target with another limit, goal or bound, which holds for all time."""
    if isinstance(edit, SetLimit):
        form = _with(target.form, "limit", edit.limit, edit.span)
    elif isinstance(edit, SetGoal):
        form = _with(target.form, "goal", edit.goal, edit.span)
    else:
        form = _bounded(target.form, edit.value, edit.span)
    return replace(target, form=form)


def _bounded(form: Form, value: Fraction | Duration, span: Span) -> Form:
    if isinstance(form, promised.Statistic | promised.LongestOutage):
        return _with(form, "limit", promised.Limit(duration=value), span)  # type: ignore[arg-type] # a time bounds a time
    return _with(form, "goal", value, span)


def _with(form: Form, field: str, value: T, span: Span) -> Form:
    dated: Dated[T] = promised.Dated(values=((None, value, span),))
    return replace(form, **{field: dated})  # type: ignore[arg-type] # the field is one of dated values

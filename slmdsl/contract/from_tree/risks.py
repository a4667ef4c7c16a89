"""From `risk` and `contingency` blocks: what may go wrong, and what is done then."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, cast

from slmdsl.contract.from_tree.distributions import resolved_distribution
from slmdsl.contract.from_tree.escalations import desk_condition
from slmdsl.contract.from_tree.populations import population
from slmdsl.contract.from_tree.reading import all_of, last, title_of
from slmdsl.contract.from_tree.work import plain_us
from slmdsl.contract.model import risks as model
from slmdsl.contract.recurrence import Every
from slmdsl.syntax.tree import risks as tree
from slmdsl.syntax.tree.common import Cost, Owner, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.contract.model.work import RateUnit
    from slmdsl.syntax.tree.common import Node
    from slmdsl.syntax.tree.file import Declaration

_SURE: Final = Fraction(1)


def risks(reading: Reading) -> dict[str, model.Risk]:
    """Return every risk."""
    return {each.name.text: _risk(each, reading) for each in reading.of_kind("risk")}


def _risk(block: Declaration, reading: Reading) -> model.Risk:
    body = reading.body(block)
    likelihood, treatment = last(body, tree.Likelihood), last(body, tree.Treatment)
    owner, accepted = last(body, Owner), last(body, tree.Accepted)
    impacts = (_impact(each, reading) for each in body)
    return model.Risk(
        name=block.name.text,
        title=title_of(block),
        affects=reading.names(ref for each in all_of(body, tree.Affects) for ref in each.what),
        likelihood=_likelihood(likelihood) if likelihood else None,
        impacts=tuple(each for each in impacts if each is not None),
        treatment=reading.name(treatment.contingency) if treatment else None,
        owner=reading.name(owner.party) if owner else None,
        accepted=accepted.reason.value if accepted else None,
        span=block.head_span,
    )


def _likelihood(said: tree.Likelihood) -> model.Likelihood:
    return model.Likelihood(
        times=said.times.value,
        per=cast("RateUnit", said.per.value),
        months=(said.during.first, said.during.last) if said.during else None,
        span=said.span,
    )


def _impact(said: Node, reading: Reading) -> model.Impact | None:
    """Return what a statement says that a risk does; None where it says nothing of it, or makes no sense."""
    if not isinstance(said, tree.ImpactOutage | tree.ImpactStaff | tree.ImpactLoad):
        return None
    lasts = resolved_distribution(said.duration, counts=False)
    if lasts is None:
        return None
    if isinstance(said, tree.ImpactOutage):
        return model.Outage(lasts=lasts, span=said.span)
    if isinstance(said, tree.ImpactLoad):
        selected = population(said.population, reading)
        return model.Surge(population=selected, factor=said.factor.value, lasts=lasts, span=said.span)
    team, change = reading.name(said.staff), said.change.value.value
    if team is None or change >= 0:
        return None
    return model.StaffLoss(staff=team, share=-change, lasts=lasts, span=said.span)


def contingencies(reading: Reading) -> dict[str, model.Contingency]:
    """Return every contingency."""
    return {each.name.text: _contingency(each, reading) for each in reading.of_kind("contingency")}


def _contingency(block: Declaration, reading: Reading) -> model.Contingency:
    body = reading.body(block)
    when, until = last(body, tree.When), last(body, tree.Until)
    cost, rehearse = last(body, Cost), last(body, tree.Rehearse)
    return model.Contingency(
        name=block.name.text,
        title=title_of(block),
        when=desk_condition(when.condition, reading) if when else None,
        until=desk_condition(until.condition, reading) if until else None,
        actions=tuple(_actions(body, reading)),
        cost=(cost.money.value, cost.per.value if cost.per else None) if cost else None,
        rehearsed=rehearse.last if rehearse else None,
        rehearse_every=Every(count=rehearse.every.count, unit=rehearse.every.unit) if rehearse else None,
        span=block.head_span,
    )


def _actions(body: Iterable[Node], reading: Reading) -> Iterator[model.ContingencyAction]:
    for each in body:
        match each:
            case tree.ThenRestore():
                yield from _restore(each, reading)
            case tree.ThenNotify():
                yield from _notify(each, reading)
            case tree.ThenAddAgents():
                yield from _add(each, reading)
            case _:
                pass


def _restore(said: tree.ThenRestore, reading: Reading) -> Iterator[model.RestoreService]:
    service = reading.name(said.service)
    if service is not None:
        yield model.RestoreService(
            service=service,
            within_us=plain_us(said.within),
            succeeds=said.succeeds.value.value if said.succeeds else _SURE,
            span=said.span,
        )


def _notify(said: tree.ThenNotify, reading: Reading) -> Iterator[model.NotifyParty]:
    party = said.party.value if isinstance(said.party, Text) else reading.name(said.party)
    if party is not None:
        yield model.NotifyParty(party=party, within_us=plain_us(said.within), span=said.span)


def _add(said: tree.ThenAddAgents, reading: Reading) -> Iterator[model.AddAgents]:
    team = reading.name(said.staff)
    if team is not None:
        yield model.AddAgents(
            agents=said.agents.value, staff=team, after_us=plain_us(said.after), span=said.span
        )

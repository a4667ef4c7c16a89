"""What a simulation is about: its services, teams and streams, and the risks and contingencies that touch them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from slmdsl.contract.model import escalations as desk
from slmdsl.contract.model.catalogue import NeedsOne
from slmdsl.contract.model.risks import StaffLoss, Surge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from slmdsl.contract.model.agreements import Form, Population
    from slmdsl.contract.model.catalogue import Need
    from slmdsl.contract.model.escalations import DeskCondition, EscalationRule
    from slmdsl.contract.model.risks import Contingency, Risk
    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.model.studies import Scenario, Strike
    from slmdsl.contract.model.work import Load


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """What is simulated, by name. `services` include components and all that the services need."""

    services: frozenset[str]
    teams: frozenset[str]
    kinds: frozenset[str]
    """`incident`, `laptop`; with a request also `request`."""
    flags: frozenset[str]
    """What the agreements' escalations declare."""
    invoked: frozenset[str]
    """The contingencies that they invoke."""


def concern(contract: Contract, load: Load, agreements: Sequence[str]) -> Concern:
    """Return what a load and the agreements that judge it are about."""
    rules = tuple(_rules(contract, agreements))
    actions = [action for rule in rules for action in rule.actions]
    kinds = {each.kind for each in load.streams}
    reassigned = {each.team for each in actions if isinstance(each, desk.Reassign)}
    return Concern(
        services=frozenset(with_needs({*_of_load(load), *_of_agreements(contract, agreements)}, contract)),
        teams=frozenset(
            {step.group for each in load.streams for step in each.steps if step.group} | reassigned
        ),
        kinds=frozenset(kinds | ({"request"} if kinds & contract.requests.keys() else set())),
        flags=frozenset(each.flag for each in actions if isinstance(each, desk.Declare)),
        invoked=frozenset(each.contingency for each in actions if isinstance(each, desk.Invoke)),
    )


def _rules(contract: Contract, agreements: Iterable[str]) -> Iterator[EscalationRule]:
    for name in agreements:
        escalation = contract.escalations.get(contract.agreements[name].escalation or "")
        if escalation is not None:
            yield from escalation.rules


def _of_load(load: Load) -> Iterator[str]:
    for stream in load.streams:
        yield from (each.name for each in stream.services)
    for failing in load.failing:
        yield from failing.components
    for cause in load.causes:
        yield from (each.name for each in cause.takes)


def _of_agreements(contract: Contract, agreements: Iterable[str]) -> Iterator[str]:
    for name in agreements:
        agreement = contract.agreements[name]
        named = [
            *agreement.services,
            *(each for target in agreement.targets for each in services_of(target.form)),
        ]
        for each in named:
            request = contract.requests.get(each)
            yield (request.service or each) if request else each


def services_of(form: Form) -> tuple[str, ...]:
    """Return the services that a form names."""
    population: Population | None = getattr(form, "population", None)
    if population is not None:
        return population.services
    outages = getattr(form, "outages", None)
    if outages is not None:
        found: tuple[str, ...] = outages.services
        return found
    service: str | None = getattr(form, "service", None)
    several: tuple[str, ...] = getattr(form, "services", ())
    return several if service is None else (service,)


def with_needs(names: set[str], contract: Contract) -> set[str]:
    """Return services and components with the services of these and all that they need, to the last."""
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            service = contract.services.get(name)
            if service is not None:
                pending.extend(leaf.name for leaf in leaves(service.needs))
                pending.extend(f"{name}.{each}" for each in service.components)
            elif "." in name:
                pending.append(name.rpartition(".")[0])
    return found


def rests_on(name: str, contract: Contract) -> set[str]:
    """Return what takes a service or component down when it is down, itself included: what it needs, to the last."""
    found: set[str] = set()
    pending = [name]
    while pending:
        each = pending.pop()
        service = None if each in found else contract.services.get(each)
        found.add(each)
        if service is not None:
            needed = (leaf.name for leaf in leaves(service.needs))
            # A component of its own hides a service of the same name.
            pending.extend(f"{each}.{leaf}" if leaf in service.components else leaf for leaf in needed)
    return found


def leaves(need: Need | None) -> Iterator[NeedsOne]:
    """Yield what a service needs, whichever way it is joined."""
    if isinstance(need, NeedsOne):
        yield need
    elif need is not None:
        for part in need.parts:
            yield from leaves(part)


def applying(
    contract: Contract,
    load: Load,
    agreements: Sequence[str],
    scenario: Scenario,
    strikes: Sequence[Strike],
) -> tuple[tuple[Risk, ...], tuple[Contingency, ...]]:
    """Return the risks and contingencies that touch what is simulated and that the scenario is not without."""
    about = concern(contract, load, agreements)
    causes = {each.name for each in load.causes}
    struck = {each.what for each in strikes} - causes
    risks = tuple(_risks(contract, about, scenario, struck))
    treating = {each.treatment for each in risks}
    contingencies = (
        each
        for each in contract.contingencies.values()
        if each.name not in scenario.without
        and (each.name in treating or each.name in about.invoked or _is_seen(each.when, about))
    )
    return risks, tuple(contingencies)


def _risks(contract: Contract, about: Concern, scenario: Scenario, struck: set[str]) -> Iterator[Risk]:
    for risk in contract.risks.values():
        without = scenario.without_risks or risk.name in scenario.without
        if risk.name in struck:
            yield replace(risk, likelihood=None) if without and risk.likelihood else risk
        elif not without and touches(risk, about):
            yield risk


def touches(risk: Risk, about: Concern) -> bool:
    """Whether a risk does something to what is simulated."""
    if not about.services.isdisjoint(risk.affects):
        return True
    return any(
        (isinstance(each, StaffLoss) and each.staff in about.teams)
        or (isinstance(each, Surge) and _brought(each.population, about))
        for each in risk.impacts
    )


def _brought(population: Population, about: Concern) -> bool:
    return not about.kinds.isdisjoint(population.requests or (population.kind,))


def _is_seen(condition: DeskCondition | None, about: Concern) -> bool:
    """Whether a condition speaks of something that is simulated."""
    match condition:
        case desk.AllOf(parts=parts) | desk.AnyOf(parts=parts):
            return any(_is_seen(each, about) for each in parts)
        case desk.OutageLasts(service=service):
            return service in about.services
        case desk.Backlog(team=team):
            return team in about.teams
        case desk.OpenTickets(population=population):
            return _brought(population, about)
        case desk.Declared(flag=flag):
            return flag in about.flags
        case _:
            return False

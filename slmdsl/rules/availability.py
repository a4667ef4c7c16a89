"""A target of availability, compiled: which services, what they rest on, when they are agreed, what is maintenance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from slmdsl.contract.model.agreements import Availability, LongestOutage, OutageCount, Restore
from slmdsl.contract.model.catalogue import NeedsAll, NeedsAny, NeedsOne

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from slmdsl.calendars import CalendarPlan
    from slmdsl.contract.model.agreements import Agreement, Dated, Target
    from slmdsl.contract.model.catalogue import MaintenanceWindow, Need, Service
    from slmdsl.contract.model.spec import Contract

UptimeForm = Availability | LongestOutage | OutageCount | Restore


@dataclass(frozen=True, slots=True, kw_only=True)
class UptimeNode:
    """Something that is up or down: by facts of its own (`name`), and when fewer than `least` of `parts` are up.

    `parts` are places in the tuple of nodes, all before this one.
    """

    name: str | None
    least: int
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceUptime:
    """One service of a target. `nodes` ends with the service's own; `booked` are the names of its outages."""

    name: str
    nodes: tuple[UptimeNode, ...]
    hours: CalendarPlan
    windows: tuple[MaintenanceWindow, ...]
    booked: frozenset[str]
    users: int | None = None
    """Of the customer to whom it is promised; None where the catalogue does not say."""

    @property
    def notice_us(self) -> int:
        """How long before its start an outage must be announced: the longest notice that the service declares."""
        return max((window.notice_us for window in self.windows), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class UptimeRule:
    """A compiled target on the uptime of services."""

    target: Target
    agreement: Agreement
    form: UptimeForm
    services: tuple[ServiceUptime, ...]

    @property
    def unknown(self) -> Literal["up", "down"] | None:
        """What the target takes unknown time for."""
        return self.form.unknown if isinstance(self.form, Availability | LongestOutage) else None

    @property
    def goal(self) -> Dated[Fraction]:
        """The share or number that is promised; the longest outage has a limit instead."""
        if isinstance(self.form, LongestOutage):
            msg = f"`{self.target.qualified}` promises a length of time"
            raise TypeError(msg)
        return self.form.goal

    @property
    def names(self) -> frozenset[str]:
        """All services and components whose facts may tell."""
        return frozenset(node.name for each in self.services for node in each.nodes if node.name)


def uptime_rule(target: Target, agreement: Agreement, contract: Contract) -> UptimeRule:
    """Compile a target of availability or on outages.

    Raises:
        TypeError: the target is of another form.
    """
    form = target.form
    if not isinstance(form, Availability | LongestOutage | OutageCount | Restore):
        msg = f"`{target.qualified}` is not a target of availability"
        raise TypeError(msg)
    names = form.outages.services if isinstance(form, OutageCount) else form.services
    services = [_service_uptime(name, contract.services) for name in names]
    if isinstance(form, Availability) and form.method == "user_minutes":
        services = [replace(each, users=_users(each.name, agreement, contract)) for each in services]
    return UptimeRule(target=target, agreement=agreement, form=form, services=tuple(services))


def _users(name: str, agreement: Agreement, contract: Contract) -> int | None:
    """Return how many users a service has: those of the customer in the agreement if it is for them, else of all."""
    service = contract.services[name if name in contract.services else name.partition(".")[0]]
    customers = [each for each in service.customers if each == agreement.receiver] or service.customers
    known = [contract.parties[each].users for each in customers if each in contract.parties]
    told = [each for each in known if each is not None]
    return sum(told) if told and len(told) == len(known) else None


def _service_uptime(name: str, services: Mapping[str, Service]) -> ServiceUptime:
    """Compile one name: a service, or a component, which has the hours and the maintenance of its service."""
    whole = name in services
    service = services[name if whole else name.partition(".")[0]]
    components = {f"{name}.{component}" for component in service.components if whole}
    return ServiceUptime(
        name=name,
        nodes=uptime_nodes(name, services) if whole else (UptimeNode(name=name, least=0, parts=()),),
        hours=service.hours,
        windows=service.maintenance,
        booked=frozenset({name} | components),
    )


def uptime_nodes(root: str, services: Mapping[str, Service]) -> tuple[UptimeNode, ...]:
    """Return what a service rests on as nodes in order of dependence, the service itself last.

    Components are leaves named `service.component`. Circles of needs are refused by the contract's checks.
    """
    tree = _Tree(services)
    for name in _needed_first(root, services):
        tree.add_service(services[name])
    return tuple(tree.nodes)


def _needed_first(root: str, services: Mapping[str, Service]) -> list[str]:
    """Return `root` and all it needs, each after what it needs; without recursion, chains may be long."""
    order: dict[str, None] = {}
    waiting = [(root, False)]
    while waiting:
        name, needs_are_there = waiting.pop()
        if needs_are_there:
            order[name] = None
        elif name not in order:
            waiting.append((name, True))
            needed = services[name].needs
            leaves = _leaves(needed) if needed else ()
            waiting.extend((leaf, False) for leaf in leaves if _is_service(leaf, services[name], services))
    return list(order)


def _leaves(need: Need) -> Iterable[str]:
    if isinstance(need, NeedsOne):
        return (need.name,)
    return (leaf for part in need.parts for leaf in _leaves(part))


def _is_service(leaf: str, service: Service, services: Mapping[str, Service]) -> bool:
    """A component of the block's own hides a service of the same name."""
    return leaf not in service.components and leaf in services


def _series(need: Need) -> tuple[Need, ...]:
    """Return what stands in series at the top of a need, so that a service is one node with all of it."""
    return (
        tuple(part for each in need.parts for part in _series(each))
        if isinstance(need, NeedsAll)
        else (need,)
    )


class _Tree:
    """Nodes while they are collected; every name has one."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self.services = services
        self.nodes: list[UptimeNode] = []
        self.places: dict[str, int] = {}

    def add(self, name: str | None, least: int, parts: tuple[int, ...]) -> int:
        self.nodes.append(UptimeNode(name=name, least=least, parts=parts))
        return len(self.nodes) - 1

    def add_service(self, service: Service) -> None:
        series = () if service.needs is None else _series(service.needs)
        parts = tuple(self.add_need(part, service) for part in series)
        self.places[service.name] = self.add(service.name, len(parts), parts)

    def add_need(self, need: Need, service: Service) -> int:
        if isinstance(need, NeedsOne):
            return self.add_leaf(need.name, service)
        parts = tuple(self.add_need(part, service) for part in need.parts)
        return self.add(None, need.least if isinstance(need, NeedsAny) else len(parts), parts)

    def add_leaf(self, name: str, service: Service) -> int:
        if not _is_service(name, service, self.services):
            name = f"{service.name}.{name}" if name in service.components else name
        if name not in self.places:
            self.places[name] = self.add(name, 0, ())
        return self.places[name]

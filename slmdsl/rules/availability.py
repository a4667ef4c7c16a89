"""A target of availability, compiled: which services, what they rest on, when they are agreed, what is maintenance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from slmdsl.contract.model.agreements import Availability, LongestOutage, OutageCount, Restore
from slmdsl.contract.needs import UptimeNode, uptime_nodes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from slmdsl.calendars import CalendarPlan
    from slmdsl.contract.model.agreements import Agreement, Dated, Target
    from slmdsl.contract.model.catalogue import MaintenanceWindow, Service
    from slmdsl.contract.model.spec import Contract

UptimeForm = Availability | LongestOutage | OutageCount | Restore


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

"""Parties, services, requests and priorities: what is offered, by whom, and on what it rests."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slmdsl.base.spans import Span
    from slmdsl.calendars.plan import CalendarPlan


class PartyRole(StrEnum):
    """What a party is to the agreements."""

    PROVIDER = "provider"
    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    TEAM = "team"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A provider, customer, supplier or team. `known_as` are the patterns of its names in data."""

    name: str
    title: str
    role: PartyRole
    contacts: tuple[tuple[str, str], ...]
    known_as: tuple[str, ...]
    users: int | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsOne:
    """A service or component that must be up."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsAll:
    """A series: up when all are up."""

    parts: tuple[Need, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsAny:
    """Redundancy: up when `least` of the parts are up."""

    least: int
    parts: tuple[Need, ...]


Need = NeedsOne | NeedsAll | NeedsAny


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindow:
    """An announced window of maintenance that recurs, or stands on given dates.

    `weekdays` are 0 (Monday) to 6. `nth` is 1 to 5 or -1 (last) for the nth weekday of a month, and None for every
    such weekday; `month_day` is a fixed day of the month; `dates` are single dates; with none of the three the window
    is daily. Windows are half-open microseconds of the local day (an end above 24 h lies on the next day).
    """

    weekdays: tuple[int, ...]
    nth: int | None
    month_day: int | None
    dates: tuple[tuple[int, int, int], ...]
    windows_us: tuple[tuple[int, int], ...]
    zone: str
    notice_us: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A measured quantity of a service, in `unit`."""

    name: str
    unit: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service as offered. `hours` is its agreed time (`always` without a statement); components have no needs.

    Components are named `service.component` in data and in logs.
    """

    name: str
    title: str
    owner: str | None
    customers: tuple[str, ...]
    hours: CalendarPlan
    components: tuple[str, ...]
    needs: Need | None
    maintenance: tuple[MaintenanceWindow, ...]
    metrics: tuple[Metric, ...]
    criticality: str | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestType:
    """A request that users can make, such as `laptop`: a kind of ticket of its own."""

    name: str
    title: str
    service: str | None
    owner: str | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityMatrix:
    """Impact x urgency -> priority. `cells[i][u]` is the priority of impacts[i] and urgencies[u]."""

    name: str
    title: str
    urgencies: tuple[str, ...]
    impacts: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    span: Span

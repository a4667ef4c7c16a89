"""Targets on tickets, compiled: plain records that name what they came from, ready to be bound to a log."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from slmdsl.rules.units import WHOLE

if TYPE_CHECKING:
    from slmdsl.calendars import CalendarPlan
    from slmdsl.contract.model.agreements import Agreement, Exclusion, Target
    from slmdsl.contract.model.clocks import Mark
    from slmdsl.events.vocabulary import Phase
    from slmdsl.rules.units import Unit
    from slmdsl.syntax.tree.populations import Condition


class TicketForm(IntEnum):
    """What a target says of its tickets. The numbers are those of the kernels' tables."""

    WITHIN = 0
    STATISTIC = 1
    SHARE = 2
    COUNT = 3


class CountedBy(IntEnum):
    """Which instant of a ticket chooses the period it counts in."""

    DECIDED = 0
    OPENED = 1
    STOPPED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """What decides when a clock runs on a ticket, apart from its calendar: tickets are walked once for each.

    `stops` is the mark or phase of the response for a response clock. `zone` is only set where the clock starts at a
    field of the ticket, whose times without an offset are read in it.
    """

    is_response: bool
    starts: Mark | Phase | str
    stops: Mark | Phase
    pauses: frozenset[Phase]
    zone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which tickets are meant, apart from conditions. Empty sets mean "any".

    A ticket is covered by its service, or by being one of the requests in `covered_kinds`. A ticket without customer
    is anybody's.
    """

    kinds: frozenset[str]
    services: frozenset[str] = frozenset()
    covered_kinds: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    priorities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTarget:
    """One target, its place among its kind, and where its parts stand in `TicketRules`.

    Targets of one `family` decide a ticket together: they differ in calendar, limit and priorities only.
    """

    target: Target
    agreement: Agreement
    form: TicketForm
    counted: CountedBy
    track: int
    calendar: int
    family: int
    selection: Selection
    condition: Condition | None
    numerator: Condition | None
    """The condition whose share a share target measures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketExclusion:
    """Tickets that an agreement takes out of its net figures."""

    agreement: str
    exclusion: Exclusion
    selection: Selection
    condition: Condition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRules:
    """All targets on tickets (or on these units of them) of some agreements, in the order of the text.

    `left_out` are targets on tickets that cannot be evaluated, each with the reason.
    """

    targets: tuple[TicketTarget, ...]
    tracks: tuple[Track, ...]
    calendars: tuple[CalendarPlan, ...]
    exclusions: tuple[TicketExclusion, ...]
    left_out: tuple[tuple[Target, str], ...]
    unit: Unit = WHOLE

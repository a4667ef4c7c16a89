"""Escalations: who is told when, and conditions on the whole desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fractions import Fraction

    from slmdsl.base.spans import Span
    from slmdsl.base.units import Duration
    from slmdsl.contract.model.agreements import Population

EscalationMeasure = Literal["response", "resolution", "fulfilment", "next_reply", "updates"]
Comparison = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTickets:
    """`open P1 incidents > 2`: tickets that are neither resolved, closed nor cancelled, by their present priority.

    With `older_than` those alone that were opened so long ago.
    """

    population: Population
    older_than: Duration | None
    comparison: Comparison
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """`backlog of desk > 60`: open tickets in the group of a team."""

    team: str
    comparison: Comparison
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageLasts:
    """`outage of email lasts 20 min`: the service has been down for so long, without a break."""

    service: str
    duration: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """`declared major_incident`: a flag that a step has declared stands."""

    flag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Conditions joined by `and`."""

    parts: tuple[DeskCondition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """Conditions joined by `or`."""

    parts: tuple[DeskCondition, ...]


DeskCondition = OpenTickets | Backlog | OutageLasts | Declared | AllOf | AnyOf


@dataclass(frozen=True, slots=True, kw_only=True)
class AtPercent:
    """`at 75% of resolution`: when elapsed first reaches this share of the limit; `share` may exceed 1."""

    share: Fraction
    measure: EscalationMeasure


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeDue:
    """`30 min before due of resolution`: so much time of the clock's calendar before the limit runs out."""

    duration: Duration
    measure: EscalationMeasure


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterBreach:
    """`2 h after breach of resolution`: when the clock has run so long after the miss; with `wall`, in plain time."""

    duration: Duration
    measure: EscalationMeasure
    wall: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WhenDesk:
    """`when open P1 incidents > 2`: when a condition on the whole desk becomes true."""

    condition: DeskCondition


TicketTrigger = AtPercent | BeforeDue | AfterBreach
Trigger = TicketTrigger | WhenDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """`every 4 h up to 3 times`: `times` counts all messages, the first included; None: without end."""

    every: Duration
    times: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """`notify owner, apps.lead`: `owner`, the full name of a party or contact, or an address, each once."""

    recipients: tuple[str, ...]
    repeat: Repeat | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassign:
    """`reassign to apps`."""

    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declare:
    """`declare major_incident`."""

    flag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoke:
    """`invoke surge`."""

    contingency: str


Action = Notify | Reassign | Declare | Invoke


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRule:
    """One line of an escalation. `step` is its place in the block, from 1; `words` its trigger as written."""

    step: int
    trigger: Trigger
    actions: tuple[Action, ...]
    words: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """A ladder of steps, in the order of the text."""

    name: str
    title: str
    rules: tuple[EscalationRule, ...]
    span: Span

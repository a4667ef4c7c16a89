"""Risks and contingencies: what may go wrong, and what is done then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from slmdsl.base.spans import Span
    from slmdsl.base.units import Money
    from slmdsl.contract.model.agreements import Population
    from slmdsl.contract.model.distributions import Distribution
    from slmdsl.contract.model.escalations import DeskCondition
    from slmdsl.contract.model.work import RateUnit
    from slmdsl.contract.recurrence import Every


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """`impact outage for DIST`: what the risk affects is down."""

    lasts: Distribution
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLoss:
    """`impact desk staff -30% for DIST`: each agent is away with this chance; `share` is above 0."""

    staff: str
    share: Fraction
    lasts: Distribution
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """`impact incidents in till * 5 for 8 h`: tickets of a population arrive `factor` times as often."""

    population: Population
    factor: Fraction
    lasts: Distribution
    span: Span


Impact = Outage | StaffLoss | Surge


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """`times` strikes each `per`, all in the months `first .. last` (1 to 12, may run over the turn of the year)."""

    times: Fraction
    per: RateUnit
    months: tuple[int, int] | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What may go wrong, how often, and what it does."""

    name: str
    title: str
    affects: tuple[str, ...]
    likelihood: Likelihood | None
    impacts: tuple[Impact, ...]
    treatment: str | None
    """The contingency that answers it."""
    owner: str | None = None
    """The party that answers for it."""
    accepted: str | None = None
    """Why it is borne as it is."""
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreService:
    """`then restore email within 1 h, succeeds 90%`."""

    service: str
    within_us: int
    succeeds: Fraction
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyParty:
    """`then notify acme within 30 min`."""

    party: str
    within_us: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAgents:
    """`then add 4 agents to desk after 2 h`."""

    agents: int
    staff: str
    after_us: int
    span: Span


ContingencyAction = RestoreService | NotifyParty | AddAgents


@dataclass(frozen=True, slots=True, kw_only=True)
class Contingency:
    """What is done when a condition on the desk becomes true. Without `until`, added agents stay while `when` holds.

    Without `when` it is done when an escalation or a risk that it treats invokes it.
    """

    name: str
    title: str
    when: DeskCondition | None
    until: DeskCondition | None
    actions: tuple[ContingencyAction, ...]
    cost: tuple[Money, str | None] | None
    """Money, and per what: `hour`, `agent hour`, None: each time."""
    rehearsed: date | None
    rehearse_every: Every | None = None
    span: Span

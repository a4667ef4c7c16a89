"""`sla` `ola` `contract` `template`: who promises what to whom, and how an agreement is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.syntax.tree.common import Literal, Node, Period, Ref, Text

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from slmdsl.base.units import Duration, Ratio
    from slmdsl.syntax.tree.clocks import Recipient
    from slmdsl.syntax.tree.common import Moment
    from slmdsl.syntax.tree.credits import Amount
    from slmdsl.syntax.tree.populations import Outages, Population


@dataclass(frozen=True, slots=True, kw_only=True)
class Between(Node):
    """`between globex and acme`: the first promises, the second receives."""

    promiser: Ref
    receiver: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Covers(Node):
    """`covers email, till, laptop`: services and requests."""

    what: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supports(Node):
    """`supports acme_gold`: the agreements that this one backs."""

    agreements: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid(Node):
    """`valid 2027-01-01 .. 2027-12-31`, both days included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Node):
    """`version "2.1" supersedes "2.0"`."""

    version: Text
    supersedes: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Months(Node):
    """`months from day 31 clamp`: `overflow` is clamp, spill or not said."""

    day: Literal[int]
    overflow: Literal[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Node):
    """`review every quarter`."""

    every: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsesClock(Node):
    """`clock standard`."""

    clock: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class UsesEscalation(Node):
    """`escalation ladder`."""

    escalation: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts(Node):
    """`counts per_stay` or `over_stays` in an OLA."""

    how: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludeTickets(Node):
    """`exclude incidents where ... because "..."`."""

    population: Population
    because: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludeOutages(Node):
    """`exclude outages in wan where ... because "..."`."""

    outages: Outages
    because: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumes(Node):
    """`assumes incidents at most 3_000 each month, above it no credits because "..."`."""

    population: Population
    at_most: Literal[int]
    period: Period
    because: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility(Node):
    """`responsibility customer "..."`: customer or provider (or supplier, team)."""

    party: Literal[str]
    duty: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardAlert(Node):
    """`alert till_up standard notify ...`: the usual ladder of burn rates, scaled to the target's window."""

    target: Ref
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnAlert(Node):
    """`alert checkout when burn > 10 over 30 min and 5 min notify ...`."""

    target: Ref
    burn: Literal[Fraction]
    windows: tuple[Literal[Duration], ...]
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleEvent(Node):
    """`opened 2027-03-06 22:00`; `what` names a moment or phase, or is None for `still open`."""

    what: Ref | None
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleTicket(Node):
    """`example p1_fix opened ..., resolved ... met`: `outcome` is met or missed."""

    target: Ref
    events: tuple[ExampleEvent, ...]
    outcome: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleLevel(Node):
    """`example mail_up at 99.2% credits EUR 2_100`, or `... met`, `... missed`."""

    target: Ref
    level: Literal[Ratio] | Literal[Duration] | Literal[Fraction]
    credits: Amount | None
    outcome: Literal[str] | None

"""`clock` and `escalation`: how a ticket's time is counted, and who is told when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.syntax.tree.common import Literal, Name, Node, Ref, Text

if TYPE_CHECKING:
    from slmdsl.base.units import Duration, Ratio
    from slmdsl.syntax.tree.populations import DeskCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts(Node):
    """`starts at opened`: a moment, a phase (its first entry) or a time field."""

    at: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Responds(Node):
    """`responds at public_reply`: a moment or a phase."""

    at: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops(Node):
    """`stops at resolved`: a moment or a phase."""

    at: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses(Node):
    """`pauses while wait_customer, scheduled`."""

    phases: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs(Node):
    """`runs on office`."""

    calendar: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(Node):
    """`reopened resumes`: resumes, new_cycle or counts_all."""

    how: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprioritised(Node):
    """`reprioritised retains`: retains, restarts or per_period."""

    how: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline(Node):
    """`deadline at closing`: closing or next_opening."""

    at: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtPercent(Node):
    """`at 75% of resolution`."""

    share: Literal[Ratio]
    measure: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeDue(Node):
    """`30 min before due of resolution`."""

    duration: Literal[Duration]
    measure: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterBreach(Node):
    """`2 h after breach of resolution`; with `wall`, time is not counted on the clock's calendar."""

    duration: Literal[Duration]
    measure: Literal[str]
    wall: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WhenDesk(Node):
    """`when open P1 incidents > 2`."""

    condition: DeskCondition


Trigger = AtPercent | BeforeDue | AfterBreach | WhenDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class ToOwner(Node):
    """`owner`: whoever owns the ticket's service."""


Recipient = ToOwner | Ref | Text
"""The owner, a party or contact, or an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(Node):
    """`every 4 h up to 3 times`."""

    every: Literal[Duration]
    times: Literal[int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify(Node):
    """`notify owner, apps.lead`."""

    recipients: tuple[Recipient, ...]
    repeat: Repeat | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassign(Node):
    """`reassign to apps`."""

    team: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Declare(Node):
    """`declare major_incident`: sets a flag, and thereby declares its name."""

    flag: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoke(Node):
    """`invoke surge`."""

    contingency: Ref


Action = Notify | Reassign | Declare | Invoke


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRule(Node):
    """One line of an escalation."""

    trigger: Trigger
    actions: tuple[Action, ...]

"""How a ticket's time is counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slmdsl.base.spans import Span
    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.events.vocabulary import Phase


class Reopened(StrEnum):
    """What a reopening does to a clock."""

    RESUMES = "resumes"
    NEW_CYCLE = "new_cycle"
    COUNTS_ALL = "counts_all"


class Reprioritised(StrEnum):
    """What a change of priority does to a clock."""

    RETAINS = "retains"
    RESTARTS = "restarts"
    PER_PERIOD = "per_period"


class Deadline(StrEnum):
    """Which instant is printed as due when a limit runs out exactly at closing time."""

    CLOSING = "closing"
    NEXT_OPENING = "next_opening"


class Mark(StrEnum):
    """A named moment in a ticket's life, at which a clock may start or stop."""

    OPENED = "opened"
    ASSIGNED = "assigned"
    PUBLIC_REPLY = "public_reply"
    ANY_ACTION = "any_action"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock as declared, defaults filled in.

    `starts`, `responds`, `stops` may also be a phase (its first entry) or, for `starts`, the name of a time field that
    tickets carry.
    """

    name: str
    title: str
    starts: Mark | Phase | str
    responds: Mark | Phase
    stops: Mark | Phase
    pauses: frozenset[Phase]
    calendar: CalendarPlan
    reopened: Reopened
    reprioritised: Reprioritised
    deadline: Deadline
    span: Span

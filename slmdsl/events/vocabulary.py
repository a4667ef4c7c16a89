"""The closed sets of words in an event log: phases, event types, roles, kinds of ticket."""

from __future__ import annotations

from enum import IntEnum


class Phase(IntEnum):
    """Where a ticket stands. A source maps its own states to these; the codes are those of the arrays."""

    NEW = 0
    ACTIVE = 1
    WAIT_CUSTOMER = 2
    WAIT_SUPPLIER = 3
    WAIT_INTERNAL = 4
    SCHEDULED = 5
    RESOLVED = 6
    CLOSED = 7
    CANCELLED = 8

    @property
    def word(self) -> str:
        """The phase's word in the language and in frames: `wait_customer`."""
        return self.name.lower()


class EventType(IntEnum):
    """What an event changes."""

    CREATED = 0
    STATE = 1
    PRIORITY = 2
    GROUP = 3
    ASSIGNEE = 4
    MESSAGE = 5
    ACK = 6
    WAIVE = 7

    @property
    def word(self) -> str:
        """The type's word in frames: `assignee`."""
        return self.name.lower()


class Role(IntEnum):
    """Whose hand an event is by."""

    CUSTOMER = 0
    AGENT = 1
    SUPPLIER = 2
    SYSTEM = 3

    @property
    def word(self) -> str:
        """The role's word in frames: `agent`."""
        return self.name.lower()


KINDS = ("incident", "request", "problem", "change")
"""The kinds of ticket. A ticket may also be of the kind of one declared request (`laptop`), which is a request."""

AWAY = len(Phase)
"""Stands for a phase in what is derived from a log: the ticket is not with those whose time counts."""

UNKNOWN = -1
"""The code of a missing value in every coded column."""

PHASE_OF = {phase.word: phase for phase in Phase}
EVENT_TYPE_OF = {kind.word: kind for kind in EventType}
ROLE_OF = {role.word: role for role in Role}

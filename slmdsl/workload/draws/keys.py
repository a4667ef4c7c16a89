"""Who draws, where and what for: the words of the counter that a draw is a function of.

Scenarios that are compared share their luck because a draw is named by what it is about, never by how many draws came
before it. The names therefore have to be the same on any machine and in any version of Python.
"""

from __future__ import annotations

from enum import IntEnum, unique
from hashlib import blake2b
from typing import Final

_WORD: Final = 0xFFFFFFFF
_MASK: Final = (1 << 64) - 1

DAY_BITS: Final = 18
BURST_BITS: Final = 26
MEMBER_BITS: Final = 16
"""How a ticket is numbered within its stream (`slmdsl.workload.draws.entities`): 60 bits."""


@unique
class Purpose(IntEnum):
    """What a draw decides. The numbers are part of what a seed means: a new purpose is added at the end."""

    ARRIVALS = 1
    """How many bursts a day has."""
    DAY_FACTOR = 2
    INSTANT = 3
    BURST_SIZE = 4
    SERVICE = 5
    PRIORITY = 6
    CUSTOMER = 7
    THIN = 8
    ROUTE = 9
    ANSWER = 10
    WORK = 11
    WAIT = 12
    CUSTOMER_WAIT = 13
    """Whether a ticket waits for its customer."""
    CUSTOMER_WAIT_AT = 14
    """After which share of the work."""
    CUSTOMER_WAIT_FOR = 15
    REOPEN = 16
    """Whether a resolution is not the last."""
    REOPEN_AFTER = 17
    GIVE_UP = 18
    """Whether a ticket has a patience."""
    PATIENCE = 19
    FEEDBACK = 20
    ABSENCE = 21
    FAILURE = 22
    REPAIR = 23
    STRIKE = 24
    STRIKE_LASTS = 25
    TAKES = 26
    RAISED_COUNT = 27
    RAISED_AT = 28
    STAFF_AWAY = 29
    IMPACT = 30
    RESTORE = 31


def key_of(seed: int, replication: int) -> int:
    """Return the key of a replication: the seed (32 bits) above the replication's number (32 bits).

    Raises:
        ValueError: If either is negative or has more than 32 bits.

    >>> hex(key_of(1, 2))
    '0x100000002'
    """
    if not (0 <= seed <= _WORD and 0 <= replication <= _WORD):
        message = f"A seed and a replication are 32-bit words, not {seed} and {replication}."
        raise ValueError(message)
    return seed << 32 | replication


def name_hash(text: str) -> int:
    """Return 64 bits for a name: BLAKE2b of its UTF-8, the same everywhere.

    >>> hex(name_hash("incidents"))
    '0xf2408c9db95d6cfd'
    """
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def place_of(text: str) -> int:
    """Return the 32-bit word of a step's or a category's name: the higher half of its `name_hash`.

    >>> place_of("desk") == name_hash("desk") >> 32
    True
    """
    return name_hash(text) >> 32


def agent_entity(group: str, shift: str, number: int) -> int:
    """Return who an agent is: the hash of the group and the shift, plus the agent's number, modulo 2**64.

    >>> agent_entity("desk", "early", 3) - agent_entity("desk", "early", 0)
    3
    """
    return (name_hash(f"agent\n{group}\n{shift}") + number) & _MASK


def named_entity(name: str, number: int = 0) -> int:
    """Return who a component, a cause or a risk is in its `number`-th life, modulo 2**64: failures, strikes, days.

    >>> named_entity("hosting", 1) == named_entity("hosting") + 1
    True
    """
    return (name_hash(f"named\n{name}") + number) & _MASK

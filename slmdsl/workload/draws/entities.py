"""Who a ticket is, for the draws about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.kernels import kernel_function
from slmdsl.workload.draws.keys import BURST_BITS, MEMBER_BITS

if TYPE_CHECKING:
    from slmdsl.workload.draws.philox import Word

_WORD = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_BURST_SHIFT = np.uint64(MEMBER_BITS)
_DAY_SHIFT = np.uint64(MEMBER_BITS + BURST_BITS)


@kernel_function
def ticket_entity(stream: Word, day: Word, burst: Word, member: Word) -> Word:
    """Return who a ticket is (uint64): day, burst and member side by side, added to the hash of its stream's name.

    `day` counts days since 1970 (18 bits), `burst` the bursts of the day (26 bits), `member` the tickets of the burst
    (16 bits): within a stream no two tickets are one. More bits would spill over; whoever counts refuses them before.

    >>> int(ticket_entity(0, 1, 1, 1)) == (1 << 42) + (1 << 16) + 1
    True
    """
    base = np.uint64(stream)
    own = (np.uint64(day) << _DAY_SHIFT) + (np.uint64(burst) << _BURST_SHIFT) + np.uint64(member)
    # In halves: where nothing is compiled, numpy warns of sums that leave 64 bits.
    low = (base & _WORD) + (own & _WORD)
    high = (base >> _HALF) + (own >> _HALF) + (low >> _HALF)
    return ((high & _WORD) << _HALF) | (low & _WORD)

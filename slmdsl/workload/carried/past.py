"""What happened to some tickets until an instant, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.events.columns import Coded

if TYPE_CHECKING:
    from slmdsl.workload.plan import Int8, Int32, Int64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Past:
    """What happened to tickets until an instant, in the order of time: m events, their columns those of a log.

    `ticket` is a row of the tickets that it is told of. `priority` and `group` are codes in the words of whoever holds
    the events, -1 where nothing changes.
    """

    ticket: Int64
    at_us: Int64
    type: Int8
    phase: Int8
    priority: Int32
    group: Int32
    actor: Coded
    role: Int8
    public: Int8
    reason: Coded
    target: Coded

    def __len__(self) -> int:
        return len(self.at_us)

    def taken(self, rows: Int64, ticket: Int64) -> Past:
        """Return some of the events, in an order, of tickets that are numbered anew (`ticket`, by row of these)."""
        return Past(
            ticket=ticket[self.ticket[rows]],
            at_us=self.at_us[rows],
            type=self.type[rows],
            phase=self.phase[rows],
            priority=self.priority[rows],
            group=self.group[rows],
            actor=taken(self.actor, rows),
            role=self.role[rows],
            public=self.public[rows],
            reason=taken(self.reason, rows),
            target=taken(self.target, rows),
        )


def taken(column: Coded, rows: Int64) -> Coded:
    """Return some rows of a column, with the words that are left."""
    codes = column.codes[rows]
    left, place = np.unique(codes[codes >= 0], return_inverse=True)
    found = np.full(len(codes), -1, np.int32)
    found[codes >= 0] = place.reshape(-1)
    return Coded(codes=found, values=tuple(column.values[code] for code in left.tolist()))

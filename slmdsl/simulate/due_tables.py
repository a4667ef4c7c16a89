"""What the kernels on due instants and on acting steps of escalations read, and where they work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from slmdsl.rules.ladder_tables import landing
from slmdsl.rules.tables import room_at_desk, table

if TYPE_CHECKING:
    from slmdsl.rules.ladder_tables import Ladder, Landing
    from slmdsl.rules.tables import Desk, Int8, Int32, Int64, Rules, Table, UInt8
    from slmdsl.simulate.due_senses import Senses
    from slmdsl.workload.plan import Words64

FAR_US: Final = 2**62
"""What stands for "never": later than all instants."""

NOBODY: Final = -1
"""No group."""

NO_MOVE: Final = -2
"""What stands for the group of a line that does not reassign."""

ACT: Final = np.dtype(
    [("at_us", np.int64), ("line", np.int64), ("declares", np.uint64), ("invokes", np.uint64)]
)
"""What lines do at the same instant: the last one that reassigns (-1: none), and all that any of them does else."""


class Clocks(NamedTuple):
    """What is agreed: targets with a limit on whole tickets, and the steps of escalations that act.

    `first_listed` is that of a `slmdsl.rules.dispatch.Dispatch`. `conditions` (conditions x rows, 0 or 1) tells
    which conditions tickets meet by the rows of `slmdsl.simulate.due_facts`; what is more than the `most_*` makes
    no difference to them. `moves_to` is the group that each line of the ladder names, NOBODY for one that no ticket
    comes to, NO_MOVE for none. Bits of `declares` and `invokes` are flags and contingencies of the plan, by line.
    `senses` tell which events those steps heed. `end_us` is the end of simulated time.
    """

    rules: Rules
    first_listed: Int64
    conditions: UInt8
    most_reopenings: int
    most_reassignments: int
    time_fields_us: Int64
    """No ticket that is simulated has a field: there are no rows."""
    ladder: Ladder
    moves_to: Int64
    declares: Words64
    invokes: Words64
    senses: Senses
    end_us: int


class Facts(NamedTuple):
    """What is known of n tickets from the beginning: their row of the dispatch, and of the conditions."""

    listed: Int64
    row: Int64
    opened_us: Int64
    priority: Int32


class Happened(NamedTuple):
    """Tickets' events so far, by the names of `slmdsl.rules.tables.LogColumns`, and what was counted of them."""

    first_event: Int64
    reopenings: Int32
    reassignments: Int32
    next_event: Int64
    at_us: Int64
    type: Int8
    phase: Int8
    role: Int8
    public: Int8


class Room(NamedTuple):
    """Room to work in, for one thread; `next` (ACT) is what fires next as far as is known."""

    desk: Desk
    landing: Landing
    next: Table


def room_for(clocks: Clocks, most_events: int) -> Room:
    """Return room for tickets with up to `most_events` events."""
    lines = len(clocks.ladder.lines)
    # No priority changes, so that each line fires once in a cycle at most.
    return Room(
        desk=room_at_desk(clocks.rules, most_events),
        landing=landing(lines, len(clocks.rules.targets), lines + 1),
        next=table(1, ACT),
    )

"""Which lines of escalations fired for which tickets of a log, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.evaluate.escalations.kernel import fire_tickets
from slmdsl.evaluate.tickets.inputs import desk_for, log_columns, masks_of
from slmdsl.rules.ladder_binding import bind_ladder
from slmdsl.rules.ladder_tables import FIRED, landing
from slmdsl.rules.tables import table

if TYPE_CHECKING:
    from slmdsl.events.log import EventLog
    from slmdsl.rules.binding import BoundRules
    from slmdsl.rules.escalations import EscalationPlan
    from slmdsl.rules.tables import Int64, Table

_ROOM = 65_536


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinesFired:
    """What fired on tickets: r rows, by ticket.

    `ticket` is a row of the log, `target` counts in the bound rules (whose limit brought it about), `line` in the
    plan's lines on tickets, `at_us` is UTC microseconds.
    """

    ticket: Int64
    target: Int64
    cycle: Int64
    line: Int64
    at_us: Int64

    def __len__(self) -> int:
        return len(self.ticket)


def lines_fired(plan: EscalationPlan, bound: BoundRules, log: EventLog) -> LinesFired:
    """Return which lines on tickets of a plan fired for the tickets of a log, up to the instant of judgement.

    Raises:
        ValueError: if the rules were bound to other dictionaries, or to a later span of time.
    """
    rows = _rows(plan, bound, log) if plan.tickets else table(0, FIRED)
    return LinesFired(**{name: np.ascontiguousarray(rows[name]) for name in FIRED.names or ()})


def _rows(plan: EscalationPlan, bound: BoundRules, log: EventLog) -> Table:
    columns, masks, desk = log_columns(bound, log), masks_of(bound, log), desk_for(bound, log)
    ladder, rules = bind_ladder(plan, bound)
    room = landing(len(plan.tickets), len(bound.rules.targets), _ROOM)
    size, first = len(columns.opened_us), 0
    pieces = [table(0, FIRED)]
    fixed = (bound.as_of_us, columns, bound.dispatch, rules, masks, desk, ladder)
    while first < size:
        filled, after = fire_tickets(first, size, *fixed, room)
        pieces.append(room.rows[:filled].copy())
        if after == first:
            room = room._replace(rows=table(2 * len(room.rows), FIRED))
        first = after
    return np.concatenate(pieces).view(np.recarray)

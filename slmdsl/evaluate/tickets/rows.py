"""Row by row: what each target says of each ticket and cycle, as arrays, and the steps of one clock."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.calendars import calendar_of
from slmdsl.contract.model.clocks import Deadline
from slmdsl.evaluate.tickets.inputs import desk_for, log_columns, masks_of
from slmdsl.evaluate.tickets.row_kernel import list_tickets
from slmdsl.rules.calendar_readings import BUSINESS_DAYS, OPEN_TIME
from slmdsl.rules.stopwatch import MET, MISSED
from slmdsl.rules.tables import ROW, table
from slmdsl.rules.target_readings import DAY_END, WITHIN

if TYPE_CHECKING:
    from slmdsl.events.log import EventLog
    from slmdsl.rules.binding import BoundRules
    from slmdsl.rules.tables import Int8, Int64, Table

REASONS = (
    "",
    "closed without a resolution",
    "no response recorded",
    "stops before it starts",
    "the clock never started",
    "cancelled",
    "reopened after its period",
)
"""What the codes in `TicketVerdicts.reason` say."""

WAIVED = "waived"

_ROOM = 65_536


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TicketVerdicts:
    """What targets on elapsed time say of tickets: r rows, by ticket. Times are UTC microseconds or NO_TIME.

    Attributes:
        bound: what was judged by; `target` counts in `bound.rules.targets`.
        ticket: the ticket's row in the log.
        target: the target's place.
        cycle: 1 for the first; only clocks that begin anew when a ticket is reopened have more, and only 1 counts.
        kind: MET, MISSED, UNDECIDED, CANCELLED or UNRESOLVED (`slmdsl.rules.stopwatch`); MET for a statistic's
            ticket that has stopped.
        start_us: the start of the clock; of the present stretch where changes of priority restart it.
        due_us: when the limit was or would be reached; NO_TIME for a clock that does not run, or without a limit.
        stop_us: the stop that stands.
        decided_us: when the ticket was decided.
        elapsed_us: open time of the target's calendar that was counted.
        paused_us: open time of the target's calendar that was paused.
        limit_us: the limit where it is clock time, else NO_TIME.
        elapsed_units: what was counted, in `bound.day_units` of the target's calendar, where the limit is in business
            days; else NO_TIME.
        limit_row: the place of the limit in force among those of the target.
        exclusion: 0 for net tickets; i for the i-th exclusion of `bound.rules`, from 1; -1 for a waiver.
        reason: a place in REASONS.
    """

    bound: BoundRules
    ticket: Int64
    target: Int64
    cycle: Int64
    kind: Int64
    start_us: Int64
    due_us: Int64
    stop_us: Int64
    decided_us: Int64
    elapsed_us: Int64
    paused_us: Int64
    limit_us: Int64
    elapsed_units: Int64
    limit_row: Int64
    exclusion: Int64
    reason: Int64

    def __len__(self) -> int:
        return len(self.ticket)

    @property
    def met(self) -> Int8:
        """1 met, 0 missed, -1 not judged, of targets with a limit for each ticket."""
        judges = self.bound.tables.targets[self.target].form == WITHIN
        found = np.select([self.kind == MET, self.kind == MISSED], [1, 0], -1)
        return np.where(judges, found, -1).astype(np.int8)

    def elapsed_days(self, row: int) -> Fraction | None:
        """Return the business days that were counted, exactly, where the limit is in business days."""
        units = int(self.elapsed_units[row])
        if units == NO_TIME:
            return None
        return Fraction(units, self.bound.day_units[self.bound.rules.targets[self.target[row]].calendar])


def ticket_verdicts(bound: BoundRules, log: EventLog) -> TicketVerdicts:
    """List what the targets on elapsed time say of each ticket of a log.

    Raises:
        ValueError: if the rules were bound to other dictionaries, or to a later span of time.
    """
    columns, masks, desk = log_columns(bound, log), masks_of(bound, log), desk_for(bound, log)
    desk.ticket[0].detail = 1
    size, first, rows = len(columns.opened_us), 0, table(_ROOM, ROW)
    pieces = [table(0, ROW)]
    while first < size:
        filled, after = list_tickets(
            first, size, bound.as_of_us, columns, bound.dispatch, bound.tables, masks, desk, rows
        )
        pieces.append(rows[:filled].copy())
        if after == first:
            rows = table(2 * len(rows), ROW)
        first = after
    return _verdicts(bound, np.concatenate(pieces).view(np.recarray))


def _verdicts(bound: BoundRules, rows: Table) -> TicketVerdicts:
    limits, targets = bound.tables.limits[rows.limit], bound.tables.targets[rows.target]
    in_time = (targets.form == WITHIN) & (limits.unit == OPEN_TIME)
    return TicketVerdicts(
        bound=bound,
        ticket=rows.ticket,
        target=rows.target,
        cycle=rows.cycle,
        kind=rows.kind,
        start_us=rows.start_us,
        due_us=_printed_due(bound, rows),
        stop_us=rows.stop_us,
        decided_us=rows.decided_us,
        elapsed_us=rows.open_us,
        paused_us=rows.paused_us,
        limit_us=np.where(in_time, limits.floor, NO_TIME),
        elapsed_units=np.where(limits.unit == BUSINESS_DAYS, rows.elapsed, NO_TIME),
        limit_row=rows.limit - targets.first_limit,
        exclusion=rows.exclusion,
        reason=rows.reason,
    )


def _printed_due(bound: BoundRules, rows: Table) -> Int64:
    """Return due instants as printed: also those beyond the calendars' tables, and at the next opening if so said."""
    due_us: Int64 = rows.due_us.copy()
    judges = bound.tables.targets[rows.target].form == WITHIN
    judges &= bound.tables.limits[rows.limit].unit != DAY_END
    for row in np.flatnonzero(judges & (due_us == NO_TIME) & (rows.from_us != NO_TIME)).tolist():
        due_us[row] = _distant_due(bound, rows[row])
    for place, target in enumerate(bound.rules.targets):
        if target.target.clock.deadline is Deadline.NEXT_OPENING:
            mine = rows.target == place
            due_us[mine] = calendar_of(target.target.calendar).next_open_us(due_us[mine])
    return due_us


def _distant_due(bound: BoundRules, row: Table) -> int:
    """Return a due instant that lies beyond the calendar's table."""
    target, limit, from_us = bound.rules.targets[row.target], bound.tables.limits[row.limit], int(row.from_us)
    calendar, rest = calendar_of(target.target.calendar), int(limit.ceil - row.elapsed)
    if limit.unit == BUSINESS_DAYS:
        due_us = calendar.due_days_us(from_us, Fraction(rest, bound.day_units[target.calendar]))
    else:
        due_us = calendar.due_us(from_us, rest)
    return NO_TIME if due_us is None else due_us

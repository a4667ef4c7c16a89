"""Row by row: what each target says of each ticket and cycle, as arrays, and the steps of one clock."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.calendars import calendar_of
from slmdsl.contract.model.clocks import Deadline
from slmdsl.evaluate.compiling import Kernel
from slmdsl.evaluate.row_kernel import Rows, list_tickets
from slmdsl.evaluate.ticket_inputs import log_columns, masks_of, tables_of
from slmdsl.rules.calendar_columns import BUSINESS_DAYS
from slmdsl.rules.stopwatch import MET, MISSED
from slmdsl.rules.target_columns import DAY_END, WITHIN

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from slmdsl.evaluate.ticket_kernel import Masks
    from slmdsl.evaluate.ticket_kernel import Rules as Tables
    from slmdsl.events.log import EventLog
    from slmdsl.rules.binding import BoundRules
    from slmdsl.rules.moments import Int8, Int32, Int64, LogColumns

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
    target: Int32
    cycle: Int32
    kind: Int8
    start_us: Int64
    due_us: Int64
    stop_us: Int64
    decided_us: Int64
    elapsed_us: Int64
    paused_us: Int64
    limit_us: Int64
    elapsed_units: Int64
    limit_row: Int64
    exclusion: Int32
    reason: Int8

    def __len__(self) -> int:
        return len(self.ticket)

    @property
    def met(self) -> Int8:
        """1 met, 0 missed, -1 not judged, of targets with a limit for each ticket."""
        judges = self.bound.targets.form[self.target] == WITHIN
        found = np.select([self.kind == MET, self.kind == MISSED], [1, 0], -1)
        return np.where(judges, found, -1).astype(np.int8)

    def elapsed_days(self, row: int) -> Fraction | None:
        """Return the business days that were counted, exactly, where the limit is in business days."""
        units = int(self.elapsed_units[row])
        if units == NO_TIME:
            return None
        return Fraction(units, self.bound.day_units[self.bound.rules.targets[self.target[row]].calendar])

    def exclusion_reason(self, row: int) -> str:
        """Return why a ticket was taken out of the net figures, empty if it was not."""
        place = int(self.exclusion[row])
        if place <= 0:
            return WAIVED if place else ""
        return self.bound.rules.exclusions[place - 1].exclusion.reason


def ticket_verdicts(bound: BoundRules, log: EventLog) -> TicketVerdicts:
    """List what the targets on elapsed time say of each ticket of a log.

    Raises:
        ValueError: if the rules were bound to other dictionaries, or to a later span of time.
    """
    columns, masks, tables = log_columns(bound, log), masks_of(bound, log), tables_of(bound)
    size, first, rows = len(columns.opened_us), 0, _room(_ROOM)
    pieces: list[list[npt.NDArray[Any]]] = []
    run = _LIST.ready(0, 0, bound.as_of_us, columns, tables, masks, rows)
    while first < size:
        filled, after = run(first, size, bound.as_of_us, columns, tables, masks, rows)
        pieces.append([found[:filled].copy() for found in rows])
        if after == first:
            rows = _room(2 * len(rows.ticket))
        first = after
    whole: Any = map(np.concatenate, zip(*pieces, strict=True)) if pieces else _room(0)
    return _verdicts(bound, Rows(*whole))


def _room(size: int) -> Rows:
    wide, narrow, tiny = (np.empty((10, size), kind) for kind in (np.int64, np.int32, np.int8))
    return Rows(
        ticket=wide[0],
        target=narrow[0],
        cycle=narrow[1],
        limit=wide[1],
        start_us=wide[2],
        due_us=wide[3],
        stop_us=wide[4],
        decided_us=wide[5],
        from_us=wide[6],
        elapsed=wide[7],
        open_us=wide[8],
        paused_us=wide[9],
        exclusion=narrow[2],
        kind=tiny[0],
        reason=tiny[1],
    )


def _verdicts(bound: BoundRules, rows: Rows) -> TicketVerdicts:
    table = bound.targets
    unit = table.limit_unit[rows.limit]
    has_limit = table.form[rows.target] == WITHIN
    in_time = has_limit & (unit != BUSINESS_DAYS) & (unit != DAY_END)
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
        limit_us=np.where(in_time, table.limit_floor[rows.limit], NO_TIME),
        elapsed_units=np.where(unit == BUSINESS_DAYS, rows.elapsed, NO_TIME),
        limit_row=rows.limit - table.first_limit[rows.target],
        exclusion=rows.exclusion,
        reason=rows.reason,
    )


def _printed_due(bound: BoundRules, rows: Rows) -> Int64:
    """Return due instants as printed: also those beyond the calendars' tables, and at the next opening if so said."""
    due_us = rows.due_us.copy()
    table = bound.targets
    judges = (table.form[rows.target] == WITHIN) & (table.limit_unit[rows.limit] != DAY_END)
    for row in np.flatnonzero(judges & (due_us == NO_TIME) & (rows.from_us != NO_TIME)).tolist():
        due_us[row] = _distant_due(bound, rows, row)
    for place, target in enumerate(bound.rules.targets):
        if target.target.clock.deadline is Deadline.NEXT_OPENING:
            mine = rows.target == place
            due_us[mine] = calendar_of(target.target.calendar).next_open_us(due_us[mine])
    return due_us


def _distant_due(bound: BoundRules, rows: Rows, row: int) -> int:
    """Return a due instant that lies beyond the calendar's table."""
    target = bound.rules.targets[rows.target[row]]
    calendar, limit, from_us = calendar_of(target.target.calendar), rows.limit[row], int(rows.from_us[row])
    rest = int(bound.targets.limit_ceil[limit] - rows.elapsed[row])
    if bound.targets.limit_unit[limit] == BUSINESS_DAYS:
        due_us = calendar.due_days_us(from_us, Fraction(rest, bound.day_units[target.calendar]))
    else:
        due_us = calendar.due_us(from_us, rest)
    return NO_TIME if due_us is None else due_us


def _make(edition: int) -> Callable[..., Any]:
    def run(
        first: int, last: int, as_of_us: int, log: LogColumns, rules: Tables, masks: Masks, rows: Rows
    ) -> Any:  # noqa: ANN401 - numba has no types
        # A run over less than no tickets tells which edition of the source it was compiled from.
        if last < first:
            return 0, edition
        return list_tickets(first, last, as_of_us, log, rules, masks, rows)

    return run


_LIST = Kernel(_make)

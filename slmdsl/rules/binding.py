"""Rules bound to a log's dictionaries, a span of time and an instant of judgement: tables that kernels read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import DAY, LATEST_US, NO_TIME
from slmdsl.rules.calendar_binding import bind_calendars, hours_of
from slmdsl.rules.conditions import column
from slmdsl.rules.dispatch import dispatch_of, priority_membership
from slmdsl.rules.periods import judged_span_us, periods_of
from slmdsl.rules.tables import Rules
from slmdsl.rules.target_binding import Surroundings, goal_denominator, target_tables
from slmdsl.rules.time_fields import time_field_us
from slmdsl.rules.track_binding import track_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from slmdsl.events.columns import Tickets
    from slmdsl.events.log import EventLog
    from slmdsl.rules.dispatch import Dispatch
    from slmdsl.rules.periods import Periods
    from slmdsl.rules.tables import Int64, UInt8
    from slmdsl.rules.ticket_rules import TicketRules
    from slmdsl.syntax.tree.populations import Condition

    Words = tuple[str, ...]


_AHEAD_US = 400 * DAY
"""How far beyond the last period calendars are tabulated, for limits that have not run out yet."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoundRules:
    """Rules made ready for any log with the same dictionaries, opened from `from_us` on and judged at `as_of_us`.

    `periods[t]` and `parts[t]` are those of target t: a part for each value of its `per`, the first for a missing value
    (None); one part for all tickets without `per`. `tables` are what kernels read.
    """

    rules: TicketRules
    from_us: int
    as_of_us: int
    words: tuple[Words, ...]
    periods: tuple[Periods, ...]
    parts: tuple[tuple[str | None, ...], ...]
    conditions: tuple[Condition, ...]
    tables: Rules
    dispatch: Dispatch
    exclusion_covers: UInt8
    day_units: tuple[int, ...]
    goal_denominators: tuple[int, ...]
    per_columns: tuple[str, ...]


def bind(
    rules: TicketRules, log: EventLog, *, as_of_us: int | None = None, from_us: int | None = None
) -> BoundRules:
    """Bind rules to the dictionaries of `log`.

    Args:
        rules: what to judge by.
        log: any log with the dictionaries that are meant; its tickets need not be those that are judged later.
        as_of_us: the instant of judgement, by default the log's last; later facts are ignored.
        from_us: no clock starts before it; by default the first opening (or start of a clock) in `log`.

    Raises:
        BusinessDayOverflow: if business days of too many different lengths are to be counted.
        CalendarRangeError: if the span lies outside the years that calendars cover.
    """
    tickets = log.ticket_columns
    as_of_us = log.last_us if as_of_us is None else as_of_us
    from_us = min(earliest_us(rules, tickets), as_of_us) if from_us is None else from_us
    periods = tuple(
        periods_of(t.target, t.agreement, *judged_span_us(t.agreement, from_us, as_of_us))
        for t in rules.targets
    )
    calendars = bind_calendars(rules, from_us, until_of(periods, as_of_us))
    per_columns = tuple(dict.fromkeys(t.target.per for t in rules.targets if t.target.per is not None))
    around = Surroundings(
        periods=periods,
        parts=tuple(parts_of(t.target.per, tickets) for t in rules.targets),
        conditions=conditions_of(rules),
        per_columns=per_columns,
        calendars=calendars,
    )
    dispatch = dispatch_of(rules.targets, tickets)
    excluded = (exclusion.selection for exclusion in rules.exclusions)
    return BoundRules(
        rules=rules,
        from_us=from_us,
        as_of_us=as_of_us,
        words=words_of(tickets, per_columns),
        periods=periods,
        parts=around.parts,
        conditions=around.conditions,
        tables=_tables(rules, tickets, around, dispatch.listed),
        dispatch=dispatch,
        exclusion_covers=priority_membership(excluded, tickets).astype(np.uint8),
        day_units=tuple(table.day_units for table in calendars),
        goal_denominators=tuple(map(goal_denominator, rules.targets)),
        per_columns=per_columns,
    )


def until_of(periods: Iterable[Periods], as_of_us: int) -> int:
    """Return how far calendars are tabulated."""
    latest = max([as_of_us, *(int(found.bucket_edges_us[-1]) for found in periods)])
    return min(latest + _AHEAD_US, LATEST_US)


def _tables(rules: TicketRules, tickets: Tickets, around: Surroundings, listed: Int64) -> Rules:
    return Rules(
        tracks=track_table(rules.tracks),
        covers=priority_membership((t.selection for t in rules.targets), tickets).astype(np.uint8),
        hours=hours_of(around.calendars),
        listed=listed,
        **target_tables(rules, around)._asdict(),
    )


def earliest_us(rules: TicketRules, tickets: Tickets) -> int:
    """Return the first instant at which a clock may start on any of the tickets; the end of int64 if there are none."""
    return min(map(_earliest, [tickets.opened_us, *time_fields(rules, tickets)]))


def _earliest(instants_us: npt.NDArray[np.int64]) -> int:
    end = np.iinfo(np.int64).max
    first = int(np.min(instants_us, initial=end))
    # No instant is before NO_TIME: where the first is known, all are.
    return first if first != NO_TIME else int(np.min(instants_us[instants_us != NO_TIME], initial=end))


def time_fields(rules: TicketRules, tickets: Tickets) -> list[npt.NDArray[np.int64]]:
    """Return the instants of the fields at which clocks start, in the order of their tracks."""
    return [
        time_field_us(column(tickets, str(track.starts)), track.zone)
        for track in rules.tracks
        if track.zone is not None
    ]


def conditions_of(rules: TicketRules) -> tuple[Condition, ...]:
    """Return each condition that the rules look at, once."""
    found = [
        *(condition for target in rules.targets for condition in (target.condition, target.numerator)),
        *(exclusion.condition for exclusion in rules.exclusions),
    ]
    return tuple(dict.fromkeys(condition for condition in found if condition is not None))


def words_of(tickets: Tickets, per_columns: tuple[str, ...]) -> tuple[Words, ...]:
    """Return the dictionaries that bound rules depend on."""
    own = (tickets.kind, tickets.service, tickets.customer, tickets.priority)
    return tuple(found.values for found in (*own, *(column(tickets, name) for name in per_columns)))


def parts_of(per: str | None, tickets: Tickets) -> tuple[str | None, ...]:
    """Return the parts of a target: one for each value of its field, behind one for tickets without."""
    return (None,) if per is None else (None, *column(tickets, per).values)

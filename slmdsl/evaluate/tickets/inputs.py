"""What kernels read of a log: its columns in one set of types, and what its tickets say about conditions and parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.evaluate.tickets.waivers import complete_waivers, first_waivers
from slmdsl.rules.binding import earliest_us, time_fields, words_of
from slmdsl.rules.conditions import column, selected
from slmdsl.rules.log_columns import read_columns
from slmdsl.rules.tables import Desk, LogColumns, Masks, room_at_desk

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.events.columns import Tickets
    from slmdsl.events.log import EventLog
    from slmdsl.rules.binding import BoundRules
    from slmdsl.rules.ticket_rules import TicketExclusion


def log_columns(bound: BoundRules, log: EventLog) -> LogColumns:
    """Return the columns of a log that kernels read.

    Raises:
        ValueError: if the log has other dictionaries than the rules were bound to, or a clock may start before.
    """
    tickets = log.ticket_columns
    if words_of(tickets, bound.per_columns) != bound.words:
        msg = "the log's dictionaries are not those that the rules were bound to: bind them to this log"
        raise ValueError(msg)
    if earliest_us(bound.rules, tickets) < bound.from_us:
        msg = "a clock may start before the span that the rules were bound to: bind them with an earlier `from_us`"
        raise ValueError(msg)
    return LogColumns(**read_columns(log, LogColumns._fields))


def masks_of(bound: BoundRules, log: EventLog) -> Masks:
    """Return what a log's tickets say about the conditions, parts and exclusions of bound rules."""
    tickets, size = log.ticket_columns, len(log.ticket_columns)
    met = {condition: selected(condition, tickets) for condition in bound.conditions}
    excluded = [
        _means(exclusion, tickets) & (True if exclusion.condition is None else met[exclusion.condition])
        for exclusion in bound.rules.exclusions
    ]
    parts = [column(tickets, name).codes for name in bound.per_columns]
    return Masks(
        conditions=_stacked(list(met.values()), size, np.uint8),
        parts=_stacked(parts, size, np.int32),
        exclusions=_stacked(excluded, size, np.uint8),
        exclusion_covers=bound.exclusion_covers,
        waived=_stacked(_waived(bound, log), size, np.uint8),
        time_fields_us=_stacked(time_fields(bound.rules, tickets), size, np.int64),
    )


def _waived(bound: BoundRules, log: EventLog) -> list[npt.NDArray[np.bool_]]:
    """Return which tickets are waived for each target; nothing where no ticket is."""
    if not len(complete_waivers(log, bound.as_of_us)):
        return []
    return [first_waivers(log, bound.as_of_us, each.target) >= 0 for each in bound.rules.targets]


def desk_for(bound: BoundRules, log: EventLog) -> Desk:
    """Return a desk on which the longest of a log's tickets has room."""
    return room_at_desk(bound.tables, int(np.bincount(log.event_columns.ticket).max(initial=0)))


def _means(exclusion: TicketExclusion, tickets: Tickets) -> npt.NDArray[np.bool_]:
    """Whether tickets are of the kinds and services of an exclusion."""
    found = np.ones(len(tickets), dtype=np.bool_)
    chosen = exclusion.selection
    for words, wanted in ((tickets.kind, chosen.kinds), (tickets.service, chosen.services)):
        if wanted:
            found &= np.array([*(word in wanted for word in words.values), False])[words.codes]
    return found


def _stacked(rows: list[npt.NDArray[Any]], size: int, kind: type[np.generic]) -> npt.NDArray[Any]:
    """Return rows of n entries as an array of rows x n, also where there are none."""
    return np.array(rows, dtype=kind).reshape(len(rows), size)

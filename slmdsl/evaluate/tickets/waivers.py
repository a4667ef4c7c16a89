"""Waivers: who let which ticket off, for which target and why. Without a reason or an approver they do not count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.events.vocabulary import EventType

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.contract.model.agreements import Target
    from slmdsl.events.log import EventLog

    Int64 = npt.NDArray[np.int64]

ALL_TARGETS = "all"
"""What a waiver of all targets may say; one that names no target is of all too."""


def complete_waivers(log: EventLog, as_of_us: int) -> Int64:
    """Return the waivers known at `as_of_us`, as rows of the log's events, in order of time."""
    events = log.event_columns
    found = np.flatnonzero(events.type == EventType.WAIVE)
    complete = (events.reason.codes[found] >= 0) & (events.actor.codes[found] >= 0)
    found = found[complete & (events.at_us[found] <= as_of_us)]
    return found[np.lexsort((events.seq[found], events.at_us[found]))]


def first_waivers(log: EventLog, as_of_us: int, target: Target) -> Int64:
    """Return each ticket's first waiver of a target, as a row of the log's events; -1 for none (shape tickets)."""
    events, found = log.event_columns, complete_waivers(log, as_of_us)
    names = (ALL_TARGETS, target.name, target.qualified)
    # The last place is that of a waiver that names no target.
    means = np.array([*(word in names for word in events.target.values), True])
    mine = found[means[events.target.codes[found]]][::-1]
    first = np.full(len(log.ticket_columns), -1, dtype=np.int64)
    first[events.ticket[mine]] = mine
    return first


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Why a ticket was let off, who approved it, and when (UTC microseconds)."""

    reason: str
    approver: str
    at_us: int


def waiver_of(log: EventLog, row: int, as_of_us: int, target: Target) -> Waiver | None:
    """Return the first waiver of one ticket for a target."""
    events, event = log.event_columns, int(first_waivers(log, as_of_us, target)[row])
    if event < 0:
        return None
    return Waiver(
        reason=str(events.reason.word(event)),
        approver=str(events.actor.word(event)),
        at_us=int(events.at_us[event]),
    )


def strange_targets(log: EventLog, as_of_us: int, known: set[str]) -> tuple[str, ...]:
    """Return what waivers name as their target and is none of the known names, each once."""
    events = log.event_columns
    named = {events.target.word(int(row)) for row in complete_waivers(log, as_of_us)} - {None, ALL_TARGETS}
    return tuple(sorted(str(name) for name in named - known))

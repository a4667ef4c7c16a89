"""From snapshots to events: what changed between one row of a ticket and the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.events.chains import EventRows
from slmdsl.events.columns import Coded
from slmdsl.events.vocabulary import UNKNOWN, EventType

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.events.columns import Int8, Int32, Int64
    from slmdsl.ingest.rows import Rows, Vocabulary

    Mask = npt.NDArray[np.bool_]

_LARGE: Final = 2**30
"""Below this, sequence numbers are kept as they are."""

_CARRIED = {"state": EventType.STATE, "priority": EventType.PRIORITY, "group": EventType.GROUP}

_MOVES = {"priority": EventType.PRIORITY, "group": EventType.GROUP, "assignee": EventType.ASSIGNEE}
"""What an event that states a change of a fact is called."""


def events_of(rows: Rows, order: Int64, ticket: Int64, vocabulary: Vocabulary) -> EventRows:
    """Return the events of rows sorted by (ticket, time, seq, row).

    A row of a stated type is that event. Else a row is a snapshot: it is an event for each of state, priority,
    group and assignee that differs from the last known one, and a message where it says whether it is public. The
    first known state is an event; the first known priority, group and assignee are the ticket's from the start.
    """
    stated = rows.words["type"][order] if "type" in rows.words else np.full(len(order), UNKNOWN, np.int32)
    told = {name: rows.words[name][order] for name in (*_CARRIED, "assignee", "public") if name in rows.words}
    picks: list[tuple[Int64, npt.NDArray[np.integer]]] = [(np.flatnonzero(stated >= 0), stated[stated >= 0])]
    for name, kind in (*_CARRIED.items(), ("assignee", EventType.ASSIGNEE)):
        if name in told:
            changed = _changes(ticket, told[name], counting_first=name == "state") & (stated != kind)
            picks.append((np.flatnonzero(changed), np.full(int(changed.sum()), kind, np.int8)))
    if "public" in told:
        says = np.flatnonzero((told["public"] >= 0) & (stated < 0))
        picks.append((says, np.full(len(says), EventType.MESSAGE, np.int8)))
    at = np.concatenate([rows_ for rows_, _ in picks])
    kind_of = np.concatenate([kinds for _, kinds in picks]).astype(np.int8, copy=False)
    picks.clear()
    return _assembled(rows, order, ticket, at, kind_of, told, vocabulary)


def moves_to(rows: Rows, name: str) -> Mask:
    """Return the rows that state a change to another priority, group or assignee: it was another one before.

    So what such a row names is not what the ticket had from the start.
    """
    if "type" not in rows.words:
        return np.zeros(len(rows), np.bool_)
    found: Mask = rows.words["type"] == _MOVES[name]
    return found


def _changes(ticket: Int64, codes: Int32, *, counting_first: bool) -> Mask:
    """Return the rows whose code is known and differs from the ticket's last known one."""
    known = np.flatnonzero(codes >= 0)
    values, owners = codes[known], ticket[known]
    first = np.ones(len(known), np.bool_)
    first[1:] = owners[1:] != owners[:-1]
    differs = np.zeros(len(known), np.bool_)
    differs[1:] = values[1:] != values[:-1]
    changed = np.zeros(len(codes), np.bool_)
    changed[known] = np.where(first, counting_first, differs)
    return changed


def _assembled(
    rows: Rows,
    order: Int64,
    ticket: Int64,
    at: Int64,
    kind: Int8,
    told: dict[str, Int32],
    vocabulary: Vocabulary,
) -> EventRows:
    """Return events of these kinds at these (sorted) rows, each with what its kind changes."""

    def carried(name: str, *kinds: EventType) -> Int32:
        if name not in told:
            return np.full(len(at), UNKNOWN, np.int32)
        return np.where(np.isin(kind, kinds), told[name][at], np.int32(UNKNOWN))

    def coded(name: str) -> Coded:
        if name not in rows.words:
            return Coded.unknown(len(at))
        return vocabulary.dictionary(name).coded(rows.words[name][row])

    row = order[at]
    no_role = np.full(len(at), UNKNOWN, np.int8)
    role = rows.words["actor_role"][row] if "actor_role" in rows.words else no_role
    return EventRows(
        ticket=ticket[at],
        at_us=rows.times["at"][row],
        seq=_seq(rows)[row],
        type=kind,
        phase=carried("state", EventType.STATE, EventType.CREATED).astype(np.int8),
        priority=carried("priority", EventType.PRIORITY),
        group=carried("group", EventType.GROUP),
        actor=coded("actor"),
        actor_role=role.astype(np.int8, copy=False),
        public=carried("public", EventType.MESSAGE).astype(np.int8),
        reason=coded("reason"),
        target=coded("target"),
    )


def _seq(rows: Rows) -> Int32:
    """Return what orders the events of an instant: the rows' own `seq`, else their numbers in the file.

    Numbers that are too large to be added to, or negative, are replaced by their ranks, which order alike.
    """
    said = rows.wholes.get("seq")
    if said is None:
        return rows.row
    if len(said) and (int(said.min()) < 0 or int(said.max()) >= _LARGE):
        said = np.unique(said, return_inverse=True)[1] + 1
    return said.astype(np.int32)

"""The kinds of ticket in a log, each of which is a stream of the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog
    from slmdsl.study.fit.stretches import Bools, Stretches

LEAST: Final = 50
"""Tickets of a kind from which on it is a stream."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kind:
    """One kind: as the load heads it, as scenarios name it, how its profile is called, and which tickets it has."""

    heading: str
    name: str
    profile: str
    chosen: Bools


def kinds_of(log: EventLog, rows: Stretches, contract: Contract) -> tuple[tuple[Kind, ...], int]:
    """Return the kinds that are many enough, the commonest first, and how many tickets are of others."""
    known = np.zeros(len(log.ticket_columns), np.bool_)
    known[rows.tickets] = True
    column = log.ticket_columns.kind
    found: list[Kind] = []
    for code, word in enumerate(column.values):
        chosen = known & (column.codes == code)
        if chosen.sum() < LEAST:
            continue
        is_type = word in contract.requests
        heading = f"requests for {word}" if is_type else f"{word}s"
        name = word if is_type else f"{word}s"
        found.append(Kind(heading=heading, name=name, profile=f"{name}_week", chosen=chosen))
    found.sort(key=lambda each: -int(each.chosen.sum()))
    return tuple(found), int(known.sum()) - sum(int(each.chosen.sum()) for each in found)

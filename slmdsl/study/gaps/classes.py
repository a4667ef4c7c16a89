"""What cases are told apart by: service, priority, group, time of opening, hand-offs, declared fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from slmdsl.events.frames import instants
from slmdsl.events.vocabulary import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.columns import Coded
    from slmdsl.events.log import EventLog
    from slmdsl.study.gaps.cases import Cases
    from slmdsl.study.gaps.lives import Codes, Lives

    Int64 = npt.NDArray[np.int64]

FIELD: Final = "field "
"""What stands before the name of a declared field that is a dimension."""
MOST_VALUES: Final = 60
"""A field with more values than this is no dimension: its classes would be single tickets."""
HAND_OFFS: Final = 5
"""So many hand-offs, or more, are one class."""
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dimension:
    """One way to tell cases apart: the class of each case, UNKNOWN where it has none, and what classes are called."""

    name: str
    codes: Codes
    values: tuple[str, ...]


def dimensions_of(contract: Contract, log: EventLog, cases: Cases, lives: Lives) -> Iterator[Dimension]:
    """Yield the ways to tell cases apart in which there are at least two classes.

    Names: `service`, `customer`, `priority` (at the decision), `first group`, `group` (at the decision), `last group`,
    `weekday`, `hour` and `hour of week` of the opening on the wall clock of the agreement, `hand-offs` until the
    decision, and `field NAME`.
    """
    for found in (
        *_facts(contract, log, cases),
        *_groups(log, cases, lives),
        *_openings(contract, log, cases),
        *_moves(cases, lives),
    ):
        if len(np.unique(found.codes)) > 1:
            yield found


def _facts(contract: Contract, log: EventLog, cases: Cases) -> Iterator[Dimension]:
    tickets = log.ticket_columns
    yield _of_ticket("service", tickets.service, cases)
    yield _of_ticket("customer", tickets.customer, cases)
    for name in contract.fields:
        column = tickets.fields.get(name)
        if column is not None and len(np.unique(column.codes[cases.ticket])) <= MOST_VALUES:
            yield _of_ticket(f"{FIELD}{name}", column, cases)


def _of_ticket(name: str, column: Coded, cases: Cases) -> Dimension:
    return Dimension(name=name, codes=column.codes[cases.ticket], values=column.values)


def _groups(log: EventLog, cases: Cases, lives: Lives) -> Iterator[Dimension]:
    at = lives.last_before(cases.ticket, cases.decided_us)
    groups = log.ticket_columns.group.values
    yield Dimension(name="priority", codes=lives.ranked[at], values=log.ticket_columns.priority.values)
    yield Dimension(name="first group", codes=_first_known(lives)[cases.ticket], values=groups)
    yield Dimension(name="group", codes=lives.held[at], values=groups)
    yield Dimension(name="last group", codes=lives.held[lives.first[1:] - 1][cases.ticket], values=groups)


def _first_known(lives: Lives) -> Codes:
    """Return the first group that is known of each ticket."""
    known = np.flatnonzero(lives.held >= 0)
    found = np.searchsorted(known, lives.first[:-1])
    row = np.append(known, -1)[np.minimum(found, len(known))]
    mine = (row >= 0) & (row < lives.first[1:])
    return np.where(mine, np.append(lives.held, UNKNOWN)[row], UNKNOWN)


def _openings(contract: Contract, log: EventLog, cases: Cases) -> Iterator[Dimension]:
    weekday, hour = opened_at(contract, log, cases)
    hours = tuple(f"{each:02d}" for each in range(24))
    week = tuple(f"{day} {each}" for day in WEEKDAYS for each in hours)
    yield Dimension(name="weekday", codes=weekday, values=WEEKDAYS)
    yield Dimension(name="hour", codes=hour, values=hours)
    yield Dimension(name="hour of week", codes=weekday * 24 + hour, values=week)


def opened_at(contract: Contract, log: EventLog, cases: Cases) -> tuple[Int64, Int64]:
    """Return the weekday (0: Monday) and the hour at which each case's ticket was opened, where its agreement is."""
    weekday, hour = np.zeros(len(cases), np.int64), np.zeros(len(cases), np.int64)
    zones = np.array([contract.agreements[each.agreement].zone for each in cases.targets], np.str_)
    for zone in np.unique(zones).tolist():
        mine = np.flatnonzero((zones == zone)[cases.target])
        local = instants(log.ticket_columns.opened_us[cases.ticket[mine]], "opened").dt.convert_time_zone(
            zone
        )
        weekday[mine] = local.dt.weekday().cast(pl.Int64).to_numpy() - 1
        hour[mine] = local.dt.hour().cast(pl.Int64).to_numpy()
    return weekday, hour


def _moves(cases: Cases, lives: Lives) -> Iterator[Dimension]:
    moves = lives.counted_until(lives.moved, cases.ticket, cases.decided_us)
    names = (*map(str, range(HAND_OFFS)), f"{HAND_OFFS}+")
    yield Dimension(name="hand-offs", codes=np.minimum(moves, HAND_OFFS), values=names)

"""The loops over tickets that missed a limit, compiled: where their time went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from slmdsl.base.kernels import kernel_function, kernel_part
from slmdsl.events.vocabulary import Phase

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Int8 = npt.NDArray[np.int8]
    Int32 = npt.NDArray[np.int32]
    Int64 = npt.NDArray[np.int64]

WAITING, WORKING, CLOSED, CUSTOMER, SUPPLIER, RESOLVED = range(6)
"""The columns of a ticket's time."""
COLUMNS: Final = 6

_RESOLVED, _CUSTOMER = int(Phase.RESOLVED), int(Phase.WAIT_CUSTOMER)
_SUPPLIER, _NEW = int(Phase.WAIT_SUPPLIER), int(Phase.NEW)


class Rosters(NamedTuple):
    """When groups have a shift on: stretches by group, of which those without staff have none."""

    first: Int32
    end: Int32
    on_us: Int64
    off_us: Int64
    before_us: Int64
    """How long the group's shifts were on before each stretch."""


@kernel_part
def _on_shift(rosters: Rosters, group: int, at_us: int) -> int:
    """Return how long a group's shifts were on until an instant; those of nobody (-1) never are."""
    if group < 0:
        return 0
    first = rosters.first[group]
    low, high = first, rosters.end[group]
    while low < high:  # the first stretch that begins after the instant
        middle = (low + high) // 2
        if rosters.on_us[middle] > at_us:
            high = middle
        else:
            low = middle + 1
    if low == first:
        return 0
    last = low - 1
    return int(rosters.before_us[last] + min(at_us, rosters.off_us[last]) - rosters.on_us[last])


@kernel_function
def follow_phases(
    tickets: Int64,
    from_us: Int64,
    to_us: Int64,
    first_event: Int64,
    next_event: Int64,
    at_us: Int64,
    phase: Int8,
    group: Int32,
    rosters: Rosters,
    found: Int64,
) -> None:
    """Add what stretches of tickets' lives consist of to rows of `found`, but not what comes after the end for good.

    A stretch lasts from `from_us`, when the ticket was opened or later, to `to_us`. All time that it lies with a group
    counts as waiting or closed: `follow_work` takes out the work.
    """
    for row in range(len(tickets)):
        event, stood, where = first_event[tickets[row]], _NEW, -1
        since_us, end_us = from_us[row], to_us[row]
        while since_us < end_us:
            # What happened before the stretch only tells how the ticket stands.
            until_us = min(max(at_us[event], since_us), end_us) if event >= 0 else end_us
            goes_on = event >= 0 and 0 <= phase[event] < _RESOLVED
            if stood == _CUSTOMER:
                found[row, CUSTOMER] += until_us - since_us
            elif stood == _SUPPLIER:
                found[row, SUPPLIER] += until_us - since_us
            elif stood < _RESOLVED:
                on_shift = _on_shift(rosters, where, until_us) - _on_shift(rosters, where, since_us)
                found[row, WAITING] += on_shift
                found[row, CLOSED] += until_us - since_us - on_shift
            elif goes_on:
                found[row, RESOLVED] += until_us - since_us
            if event < 0:
                break
            # What is over stays so from then on, whatever is told of it, unless it is opened again.
            if stood < _RESOLVED or goes_on:
                since_us = until_us
            stood = phase[event] if phase[event] >= 0 else stood
            where = group[event] if group[event] >= 0 else where
            event = next_event[event]


@kernel_function
def follow_work(
    ticket: Int64,
    begin_us: Int64,
    end_us: Int64,
    group: Int32,
    first_row: Int64,
    rows: Int64,
    from_us: Int64,
    to_us: Int64,
    rosters: Rosters,
    found: Int64,
) -> None:
    """Move what is work from waiting and closed to working.

    Spells begin at `begin_us` and end at `end_us`; `group` is their agents'. The stretches of ticket t, `from_us` to
    `to_us`, are `rows[first_row[t] : first_row[t + 1]]`.
    """
    for spell in range(len(ticket)):
        for place in range(first_row[ticket[spell]], first_row[ticket[spell] + 1]):
            row = rows[place]
            begin, end = max(begin_us[spell], from_us[row]), min(end_us[spell], to_us[row])
            if begin < end:
                on_shift = _on_shift(rosters, group[spell], end) - _on_shift(rosters, group[spell], begin)
                found[row, WORKING] += end - begin
                found[row, WAITING] -= on_shift
                found[row, CLOSED] -= end - begin - on_shift

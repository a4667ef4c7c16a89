"""The loops of the desk's figures, compiled: several threads run them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.base.kernels import kernel_function
from slmdsl.base.units import HOUR
from slmdsl.events.vocabulary import Phase

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Int8 = npt.NDArray[np.int8]
    Int32 = npt.NDArray[np.int32]
    Int64 = npt.NDArray[np.int64]

_RESOLVED: Final = int(Phase.RESOLVED)
_HOUR: Final = HOUR


@kernel_function
def add_hours(edges_us: Int64, hour: Int64, begin_us: Int64, end_us: Int64, found: Int64) -> None:
    """Add to each hour of the week how much of the stretches `begin_us .. end_us` lies in it.

    `edges_us` has an instant more than `hour`; stretch i of these lasts an hour, but for the first and the last.
    """
    if len(hour) == 0:
        return
    last = len(hour) - 1
    for row in range(len(begin_us)):
        at, end = max(begin_us[row], edges_us[0]), min(end_us[row], edges_us[last + 1])
        place = 0 if at < edges_us[1] else (at - edges_us[1]) // _HOUR + 1
        while at < end:
            until = min(edges_us[place + 1], end)
            found[hour[place]] += until - at
            at, place = until, place + 1


@kernel_function
def cut_to_duty(
    agent: Int64,
    begin_us: Int64,
    end_us: Int64,
    first_duty: Int32,
    end_duty: Int32,
    duty_from_us: Int64,
    duty_to_us: Int64,
    rows: Int64,
    from_us: Int64,
    to_us: Int64,
) -> int:
    """Write which parts of stretches of work lie within their agent's duties, and return how many there are.

    Stretches of an agent do not overlap, nor do duties, which stand in order: a row for each of both is room enough.
    """
    size = 0
    for row in range(len(agent)):
        low, high, mine = first_duty[agent[row]], end_duty[agent[row]], end_duty[agent[row]]
        while low < high:  # the first duty that ends after the stretch begins
            middle = (low + high) // 2
            if duty_to_us[middle] > begin_us[row]:
                high = middle
            else:
                low = middle + 1
        while low < mine and duty_from_us[low] < end_us[row]:
            rows[size] = row
            from_us[size] = max(begin_us[row], duty_from_us[low])
            to_us[size] = min(end_us[row], duty_to_us[low])
            size += from_us[size] < to_us[size]
            low += 1
    return size


@kernel_function
def follow_tickets(
    ticket: Int64,
    at_us: Int64,
    phase: Int8,
    group: Int32,
    span_us: tuple[int, int],
    weeks_us: Int64,
    stood: Int8,
    where: Int32,
    held: Int64,
    backlog: Int64,
) -> int:
    """Count who lies where at the end of each week, and return how many reopenings there are in `span_us`.

    Events stand as they happened. `stood` (each ticket's phase, NEW at first), `where` (its group, -1 at first) and
    `held` (how many open ones each group has) are left as they are at the end; `backlog` is groups x weeks.
    """
    week, again = 0, 0
    for row in range(len(ticket)):
        while week < len(weeks_us) and weeks_us[week] < at_us[row]:
            backlog[:, week] = held
            week += 1
        mine = ticket[row]
        if stood[mine] < _RESOLVED and where[mine] >= 0:
            held[where[mine]] -= 1
        if phase[row] >= 0:
            if stood[mine] == _RESOLVED and phase[row] < _RESOLVED:
                again += span_us[0] <= at_us[row] < span_us[1]
            stood[mine] = phase[row]
        if group[row] >= 0:
            where[mine] = group[row]
        if stood[mine] < _RESOLVED and where[mine] >= 0:
            held[where[mine]] += 1
    while week < len(weeks_us):
        backlog[:, week] = held
        week += 1
    return again


@kernel_function
def follow_waits(
    ticket: Int64, queued_us: Int64, begin_us: Int64, end_us: Int64, left_us: Int64, waited_us: Int64
) -> None:
    """Write how long each spell's ticket waited before it was picked up.

    Who is preempted or handed over keeps the instant of queueing, but waits anew only from then on. Spells of a ticket
    stand in order; `left_us` is when a ticket's last spell ended, long ago at first.
    """
    for row in range(len(ticket)):
        mine = ticket[row]
        waited_us[row] = begin_us[row] - max(queued_us[row], left_us[mine])
        left_us[mine] = end_us[row]

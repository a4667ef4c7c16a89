"""What tickets draw on their way, one number at a time, and when waits end: the functions that both engines call.

Keys and entities are uint64 in kernels; from Python any int does that fits. Times are ticks. Rows of distributions and
of calendars may be -1 (none). Compiled when first called; plain Python with NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

from math import ceil, inf
from typing import TYPE_CHECKING, NamedTuple

from slmdsl.base.kernels import kernel_function
from slmdsl.workload.draws.keys import Purpose
from slmdsl.workload.draws.philox import uniforms
from slmdsl.workload.draws.shares import choice_of
from slmdsl.workload.draws.values import ticks_of, value_of

if TYPE_CHECKING:
    from slmdsl.workload.draws.philox import Word
    from slmdsl.workload.draws.values import Distributions
    from slmdsl.workload.plan import Floats, Int32, Int64, WaitCalendars, Words32

FAR_TICK = 2**61
"""When what a calendar's stretches do not reach ends: after every simulated time."""

_ROUTE = int(Purpose.ROUTE)


class WaitTable(NamedTuple):
    """`WaitCalendars` as kernels read them."""

    first: Int32
    end: Int32
    starts: Int64
    ends: Int64
    open_ticks: Int64
    days: Floats
    days_rate: Floats


def wait_table(calendars: WaitCalendars) -> WaitTable:
    """Return a plan's calendars for `wait_end`."""
    return WaitTable(*(getattr(calendars, name) for name in WaitTable._fields))


@kernel_function
def drawn_value(
    table: Distributions, row: int, key: Word, entity: Word, place: Word, visit: Word, purpose: Word
) -> float:
    """Return what is drawn from a distribution, in its own unit (microseconds, business days); 0 for none."""
    if row < 0:
        return 0.0
    u, v = uniforms(key, entity, place, visit, purpose)
    return float(value_of(table, row, u, v))


@kernel_function
def duration(
    table: Distributions,
    row: int,
    tick_us: int,
    key: Word,
    entity: Word,
    place: Word,
    visit: Word,
    purpose: Word,
) -> int:
    """Return a drawn time in ticks, rounded once, half to even; 0 for no distribution."""
    if row < 0:
        return 0
    u, v = uniforms(key, entity, place, visit, purpose)
    return ticks_of(value_of(table, row, u, v), tick_us)


@kernel_function
def coin(share: float, key: Word, entity: Word, place: Word, visit: Word, purpose: Word) -> bool:
    """Whether something with a chance of `share` (0 .. 1) happens."""
    if share <= 0.0:
        return False
    return uniforms(key, entity, place, visit, purpose)[0] < share


@kernel_function
def first_part(work: int, key: Word, entity: Word, place: Word, visit: Word, purpose: Word) -> int:
    """Return how much of `work` lies before the customer is waited for: a uniform share, rounded half to even."""
    return ticks_of(uniforms(key, entity, place, visit, purpose)[0] * work, 1)


@kernel_function
def route(
    words: Words32, shares: Floats, first: int, end: int, key: Word, entity: Word, place: Word, visit: Word
) -> int:
    """Return which of the routes `first .. end` a ticket takes; -1 if none has a share."""
    if end - first == 1 and shares[first] > 0.0:
        return first
    return choice_of(key, entity, place, visit, _ROUTE, words, shares, first, end)


@kernel_function
def wait_end(
    calendars: WaitTable,
    calendar: int,
    in_days: bool,  # noqa: FBT001 - kernels take arguments by position
    now: int,
    drawn: float,
    tick_us: int,
) -> int:
    """Return the tick at which a wait that begins now ends: the first at which the calendar has counted `drawn`.

    Args:
        calendars: the plan's.
        calendar: on which it is counted, -1 for plain time.
        in_days: whether `drawn` counts business days; else it counts microseconds.
        now: a tick.
        drawn: how long; microseconds are rounded to ticks, half to even.
        tick_us: how long a tick is.

    Returns:
        A tick from `now` on, FAR_TICK if the calendar's stretches do not reach that far. Nothing drawn ends at once.
    """
    if calendar < 0:
        return now + ticks_of(drawn, tick_us)
    low, end = calendars.first[calendar], calendars.end[calendar]
    high = end
    while low < high:  # the first stretch that ends after now
        middle = (low + high) // 2
        if calendars.ends[middle] <= now:
            low = middle + 1
        else:
            high = middle
    if low == end:
        return FAR_TICK
    if in_days:
        return _end_in_days(calendars, low, end, now, drawn)
    return _end_in_ticks(calendars, low, end, now, ticks_of(drawn, tick_us))


@kernel_function
def _end_in_ticks(calendars: WaitTable, k: int, end: int, now: int, ticks: int) -> int:
    if ticks <= 0:
        return now
    goal = calendars.open_ticks[k] + max(now - calendars.starts[k], 0) + ticks
    while k < end:
        if calendars.open_ticks[k] + calendars.ends[k] - calendars.starts[k] >= goal:
            return int(calendars.starts[k] + goal - calendars.open_ticks[k])
        k += 1
    return FAR_TICK


@kernel_function
def _end_in_days(calendars: WaitTable, k: int, end: int, now: int, days: float) -> int:
    if not days > 0.0:
        return now
    goal = calendars.days[k] + max(now - calendars.starts[k], 0) * calendars.days_rate[k] + days
    while k < end:
        length = calendars.ends[k] - calendars.starts[k]
        into = (goal - calendars.days[k]) / calendars.days_rate[k] if calendars.days_rate[k] > 0.0 else inf
        if into <= length:
            # A rounding may put the goal before the stretch, or before now.
            return int(max(calendars.starts[k] + max(ceil(into), 0), now))
        k += 1
    return FAR_TICK

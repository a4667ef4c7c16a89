"""Waiting for the customer, and coming back: how often, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.base.units import DAY, NO_TIME
from slmdsl.study.fit.lengths import FEW, counted_on, length_of, wait_calendar
from slmdsl.study.fit.model import ChanceFit
from slmdsl.study.fit.stretches import resolved_at
from slmdsl.study.fit.visits import customer_waits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.study.fit.stretches import Bools, Int32, Stretches

_LEAST: Final = 0.002
"""A smaller share is left out."""
_ASSUMED_US: Final = 2 * DAY
"""When tickets come back where the log only says how often."""


def customer_wait_of(
    rows: Stretches, chosen: Bools, calendars: Mapping[str, CalendarPlan]
) -> ChanceFit | None:
    """Return how many of the `chosen` tickets wait for the customer, and for how long all in all; None: hardly any."""
    ticket, begin, end = customer_waits(rows)
    mine = chosen[ticket]
    ticket, begin, end = ticket[mine], begin[mine], end[mine]
    over = np.unique(rows.ticket[rows.is_over & chosen[rows.ticket]])
    of = len(np.union1d(over, ticket))
    waited, number = np.unique(ticket, return_inverse=True)
    if not of or len(waited) < max(_LEAST * of, FEW):
        return None
    name = wait_calendar(end, calendars)
    spent = np.bincount(number, counted_on(begin, end, name, calendars)).astype(np.float64)
    return ChanceFit(
        share=len(waited) / of,
        length=length_of(spent, tickets=waited, calendar=name),
        count=len(waited),
        of=of,
    )


def reopens_of(rows: Stretches, chosen: Bools, counted: Int32) -> ChanceFit | None:
    """Return how many resolutions of the `chosen` tickets do not last, and for how long they did; None: hardly any.

    Args:
        rows: the log's stretches.
        chosen: by ticket.
        counted: how often each ticket came back by its own column, for logs whose events do not tell.
    """
    ticket, over, again = resolved_at(rows)
    mine = chosen[ticket]
    ticket, over, again = ticket[mine], over[mine], again[mine]
    back = again != NO_TIME
    if not back.any():
        return _by_column(rows, chosen, counted)
    delay = (again[back] - over[back]).astype(np.float64)
    # Who was resolved shortly before the end has not had the time to come back.
    settled = over <= rows.until_us - np.quantile(delay, 0.95)
    count, of = int(np.count_nonzero(back & settled)), int(np.count_nonzero(settled))
    if not of or count < max(_LEAST * of, 1):
        return None
    return ChanceFit(
        share=count / of,
        length=length_of(delay),
        count=count,
        of=of,
        hit=ticket[back & settled],
        could=ticket[settled],
    )


def _by_column(rows: Stretches, chosen: Bools, counted: Int32) -> ChanceFit | None:
    tickets = rows.tickets[chosen[rows.tickets]]
    count, of = int(counted[tickets].sum()), len(tickets) + int(counted[tickets].sum())
    if not of or count < _LEAST * of:
        return None
    nothing = length_of(np.zeros(0), otherwise_us=_ASSUMED_US)
    return ChanceFit(share=count / of, length=nothing, count=count, of=of)

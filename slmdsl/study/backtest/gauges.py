"""What a log says of the desk week by week: tickets that came, that are open, and how long they took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import instant_us
from slmdsl.base.units import NO_TIME, SECOND
from slmdsl.events.vocabulary import Phase

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.events.log import EventLog

    Int64 = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weeks:
    """Whole weeks one after the other, from Monday to Sunday: `edges_us` has one instant more than there are labels."""

    labels: tuple[str, ...]
    edges_us: Int64

    @classmethod
    def within(cls, first: date, last: date, zone: str) -> Weeks:
        """Return the whole weeks from a day to a day, both included.

        >>> Weeks.within(date(2016, 5, 1), date(2016, 5, 31), "UTC").labels
        ('2016-W18', '2016-W19', '2016-W20', '2016-W21')
        """
        monday = first + timedelta(days=-first.weekday() % 7)
        count = max((last + timedelta(days=1) - monday) // _WEEK, 0)
        mondays = [monday + number * _WEEK for number in range(count + 1)]
        names = (each.isocalendar() for each in mondays[:-1])
        return cls(
            labels=tuple(f"{each.year}-W{each.week:02}" for each in names),
            edges_us=np.array([instant_us(ZoneInfo(zone), each) for each in mondays], np.int64),
        )

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gauged:
    """By week: tickets opened, open ones at its end, and the median seconds that the `resolved` took (or NaN)."""

    arrivals: Floats
    backlog: Floats
    median_resolution: Floats
    resolved: Int64


def gauged(log: EventLog, weeks: Weeks) -> Gauged:
    """Return what a log says of some weeks.

    A ticket is open until it is resolved for good, closed or cancelled, as known at the end of the log.
    """
    opened_us, over_us = log.ticket_columns.opened_us, _over_us(log)
    edges, last = weeks.edges_us, weeks.edges_us[1:]
    resolved_us = log.ticket_columns.resolved_us
    week = np.searchsorted(edges, resolved_us, "right") - 1
    took = (resolved_us - opened_us) / SECOND
    by_week = [took[(week == number) & (resolved_us != NO_TIME)] for number in range(len(weeks))]
    came = np.searchsorted(np.sort(opened_us), edges)
    still = np.where(over_us == NO_TIME, np.iinfo(np.int64).max, over_us)
    return Gauged(
        arrivals=np.diff(came).astype(np.float64),
        backlog=np.array(
            [((opened_us < edge) & (still >= edge)).sum() for edge in last.tolist()], np.float64
        ),
        median_resolution=np.array([np.median(each) if len(each) else np.nan for each in by_week]),
        resolved=np.array([len(each) for each in by_week], np.int64),
    )


def _over_us(log: EventLog) -> Int64:
    """Return when tickets were over for good, NO_TIME for those that are open at the end of the log."""
    tickets, events = log.ticket_columns, log.event_columns
    rows = np.flatnonzero(events.phase >= 0)
    # Events of a ticket stand in the order of time: the last one that is written stays.
    last = np.full(len(tickets), int(Phase.NEW), np.int8)
    last[events.ticket[rows]] = events.phase[rows]
    since = np.full(len(tickets), NO_TIME, np.int64)
    since[events.ticket[rows]] = events.at_us[rows]
    by_column = np.where(tickets.resolved_us == NO_TIME, tickets.closed_us, tickets.resolved_us)
    cancelled = np.where(last == Phase.CANCELLED, since, NO_TIME)
    over = np.where(by_column == NO_TIME, cancelled, by_column)
    is_open_again = (last < Phase.RESOLVED) & (since > over)
    return np.where(is_open_again, NO_TIME, over)

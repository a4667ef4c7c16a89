"""Where the time of tickets went, as far as a log tells it: waiting, in progress, with others, in closed hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.calendars import calendar_of
from slmdsl.events.vocabulary import Phase

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.study.gaps.cases import Cases
    from slmdsl.study.gaps.lives import Lives

    Int64 = npt.NDArray[np.int64]

WAITING, PROGRESS, CUSTOMER, SUPPLIER, INTERNAL, RESOLVED, CLOSED = range(7)
PARTS: Final = ("waiting", "progress", "customer", "supplier", "internal", "resolved", "closed")
"""What time goes to, in the order of the columns above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpent:
    """Sums of cases' time in microseconds, from their beginning until their clock stopped.

    What stands under `slmdsl.study.judged.missed.MissedTime` for simulated logs is told apart here as well as a log
    allows. Time with others is plain time; the rest is divided into what lies in the target's hours and `closed`.

    Attributes:
        cases: how many.
        waiting: for somebody to take it in hand.
        progress: in hand; where a log names no assignee, all time in which it is not new, worked on or not; where it
            tells no phases either, all time on our side.
        customer: for the customer.
        supplier: for a supplier.
        internal: for another part of the house, or until a day that was agreed.
        resolved: taken for resolved, until it was opened again.
        closed: outside the hours of the target's calendar.
    """

    cases: int
    waiting: int
    progress: int
    customer: int
    supplier: int
    internal: int
    resolved: int
    closed: int

    @property
    def whole(self) -> int:
        """All of it, in microseconds."""
        return sum(getattr(self, each) for each in PARTS)

    def __add__(self, other: TimeSpent) -> TimeSpent:
        """Return the sums of both."""
        return TimeSpent(
            **{name: getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__}
        )


NONE: Final = TimeSpent(cases=0, **dict.fromkeys(PARTS, 0))


def case_times(cases: Cases, lives: Lives) -> Int64:
    """Return where each case's time went (shape c x 7, columns as PARTS), in microseconds."""
    first, end = lives.first[cases.ticket], lives.first[cases.ticket + 1]
    case = np.repeat(np.arange(len(cases)), end - first)
    row = np.arange(len(case)) - np.repeat(np.cumsum(end - first) - (end - first), end - first)
    row += np.repeat(first, end - first)
    begin_us = np.clip(lives.at_us[row], cases.from_us[case], cases.to_us[case])
    # After its last row a ticket goes on as it stands.
    until_us = np.append(lives.at_us[1:], 0)[row]
    until_us = np.where(row + 1 == end[case], cases.to_us[case], until_us)
    until_us = np.clip(until_us, begin_us, np.maximum(cases.to_us[case], begin_us))
    seen = until_us > begin_us
    case, row, begin_us, until_us = case[seen], row[seen], begin_us[seen], until_us[seen]
    part = _part(lives, row)
    found = np.zeros((len(cases), len(PARTS)), np.int64)
    counts = part >= 0
    open_us = _open_us(cases, case, begin_us, until_us)
    length = until_us - begin_us
    ours = counts & (part <= PROGRESS)
    np.add.at(found, (case[ours], part[ours]), open_us[ours])
    np.add.at(found, (case[ours], CLOSED), (length - open_us)[ours])
    theirs = counts & (part > PROGRESS)
    np.add.at(found, (case[theirs], part[theirs]), length[theirs])
    return found


def _part(lives: Lives, row: Int64) -> Int64:
    """Return what the time from each row on goes to; -1 once a ticket is over for good."""
    of_phase = np.full(len(Phase), RESOLVED, np.int64)
    of_phase[Phase.WAIT_CUSTOMER], of_phase[Phase.WAIT_SUPPLIER] = CUSTOMER, SUPPLIER
    of_phase[[Phase.WAIT_INTERNAL, Phase.SCHEDULED]] = INTERNAL
    of_phase[[Phase.NEW, Phase.ACTIVE]] = PROGRESS
    found = of_phase[lives.stood[row]]
    found[(found == PROGRESS) & ~lives.in_hand[row]] = WAITING
    last_open = np.full(len(lives.first), -1, np.int64)
    still = np.flatnonzero(~lives.is_over)
    last_open[lives.ticket[still]] = still  # the last one written stays
    found[(found == RESOLVED) & (row > last_open[lives.ticket[row]])] = -1
    return found


def _open_us(cases: Cases, case: Int64, begin_us: Int64, until_us: Int64) -> Int64:
    """Return how much of each stretch lies in the hours of its target."""
    found = np.zeros(len(case), np.int64)
    for place, target in enumerate(cases.targets):
        mine = np.flatnonzero(cases.target[case] == place)
        if len(mine):
            found[mine] = calendar_of(target.calendar).elapsed_us(begin_us[mine], until_us[mine])
    return found


def sum_of(times: Int64) -> TimeSpent:
    """Return the sums of some cases' times (shape c x 7)."""
    return TimeSpent(cases=len(times), **dict(zip(PARTS, times.sum(axis=0).tolist(), strict=True)))

"""The names of simulated tickets, made when somebody asks: a log of millions holds none of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.workload.demand.calendar_days import date_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.workload.demand.table import Demand
    from slmdsl.workload.plan import Arrivals

_NAME: Final = re.compile(r"(?P<source>.+)-(?P<day>\d{4}-\d{2}-\d{2})-(?P<burst>\d+)(?:\.(?P<member>\d+))?")


class TicketNames:
    """The ids of a replication's tickets by row: source, local day, number in the day; `.2` for the burst's second.

    The name of a ticket says whose luck it has: in every scenario that it comes in it is called the same.

    `TicketNames(plan.demand, luck.arrivals)[0] == "incidents-2027-03-01-17"`
    """

    __slots__ = ("_arrivals", "_carried", "_labels")

    def __init__(self, demand: Demand, arrivals: Arrivals, carried: Sequence[str] = ()) -> None:
        """Take the demand that the arrivals were drawn of, and what those are called that were there before it."""
        self._labels, self._arrivals, self._carried = demand.labels, arrivals, carried

    def __len__(self) -> int:
        return len(self._arrivals)

    def __getitem__(self, row: int, /) -> str:
        arrivals, row = self._arrivals, range(len(self._arrivals))[row]
        if row < len(self._carried):
            return self._carried[row]
        return _name(
            self._labels[arrivals.source[row]],
            int(arrivals.day[row]),
            int(arrivals.burst[row]),
            int(arrivals.member[row]),
        )

    def __iter__(self) -> Iterator[str]:
        arrivals, before = self._arrivals, len(self._carried)
        yield from self._carried
        columns = (arrivals.source, arrivals.day, arrivals.burst, arrivals.member)
        for source, day, burst, member in zip(*(each[before:].tolist() for each in columns), strict=True):
            yield _name(self._labels[source], day, burst, member)

    def row_of(self, name: str) -> int | None:
        """Return the row of a ticket; None if it did not come in this replication."""
        if name in self._carried:
            return list(self._carried).index(name)
        found = _NAME.fullmatch(name)
        if found is None or found["source"] not in self._labels:
            return None
        arrivals = self._arrivals
        rows = np.flatnonzero(
            (arrivals.source == self._labels.index(found["source"]))
            & (arrivals.burst == int(found["burst"]) - 1)
            & (arrivals.member == int(found["member"] or 1) - 1)
        )
        return next((row for row in rows.tolist() if self[row] == name), None)


def _name(label: str, day: int, burst: int, member: int) -> str:
    name = f"{label}-{date_of(day)}-{burst + 1}"
    return f"{name}.{member + 1}" if member else name

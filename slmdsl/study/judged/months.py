"""The months of an agreement, and in which of them it was kept."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.local_time import instant_us, local_date
from slmdsl.contract.model.agreements import CalendarPeriod, PeriodUnit
from slmdsl.evaluate.period_verdicts import Word
from slmdsl.rules.periods import PeriodGrid

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.evaluate.period_verdicts import PeriodVerdict

    Int8 = npt.NDArray[np.int8]
    Int64 = npt.NDArray[np.int64]

KEPT, MISSED, UNJUDGED = 1, 0, -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Months:
    """The m months of an agreement that lie wholly within a horizon, one after the other.

    They begin on the agreement's day of the month, in its zone; those that `valid` cuts are whole as it leaves them.
    """

    labels: tuple[str, ...]
    edges_us: Int64
    """m + 1 instants, none without a month."""

    @classmethod
    def of(cls, agreement: Agreement, from_us: int, to_us: int) -> Months:
        """Return the months of `agreement` within `from_us .. to_us`."""
        grid = PeriodGrid.of(CalendarPeriod(unit=PeriodUnit.MONTH), agreement)
        numbers = grid.numbers(local_date(grid.zone, from_us), local_date(grid.zone, to_us - 1))
        edges_us = [instant_us(grid.zone, grid.within_validity(grid.first_day(each))) for each in numbers]
        inside = [
            (grid.label(number), begin, end)
            for number, (begin, end) in zip(numbers, pairwise(edges_us), strict=False)
            if from_us <= begin < end <= to_us
        ]
        edges = [begin for _, begin, _ in inside] + [end for _, _, end in inside[-1:]]
        return cls(labels=tuple(label for label, _, _ in inside), edges_us=np.array(edges, np.int64))

    def fared(self, rows: Iterable[PeriodVerdict]) -> Int8:
        """Return KEPT, MISSED or UNJUDGED for each month: by the verdicts on the periods that end in it."""
        found = np.full(len(self.labels), UNJUDGED, np.int8)
        for row in rows:
            month = self._month_of(row.to_us)
            if month is None:
                continue
            if row.verdict is Word.MISSED:
                found[month] = MISSED
            elif row.verdict is Word.MET and found[month] == UNJUDGED:
                found[month] = KEPT
        return found

    def _month_of(self, to_us: int | None) -> int | None:
        """Return the month that holds the last microsecond before an instant."""
        if to_us is None:
            return None
        month = int(np.searchsorted(self.edges_us, to_us, side="left")) - 1
        return month if 0 <= month < len(self.labels) else None

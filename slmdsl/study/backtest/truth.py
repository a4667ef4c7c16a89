"""What a real log says of each target and period, and what was to be expected of them without any model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import instant_us, local_date
from slmdsl.base.units import DAY
from slmdsl.evaluate.from_log import Evaluation
from slmdsl.events.known import known_at
from slmdsl.study.backtest.weekly import is_weekly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.period_verdicts import PeriodVerdict
    from slmdsl.events.log import EventLog

_WEEKS: Final = 4
"""How many weeks before say what a week is expected to be without a model."""
_FEWEST: Final = 3
"""Weeks that a half has at least."""
_BEYOND: Final = 2.0
"""Standard errors that are more than luck."""
_QUARTER: Final = 0.25
_WHOLE: Final = 6 * DAY
"""A week that lasts less than that was cut, by `valid` or by the end of the log."""
_HALF: Final = 0.5
_LONGEST: Final = 13 * 7
"""How many days are tested at most."""
_NO_MORE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Truth:
    """Verdicts on whole periods of a stretch of a log, and those on periods before it, as known then."""

    rows: tuple[PeriodVerdict, ...]
    before: tuple[PeriodVerdict, ...]

    @classmethod
    def of(cls, contract: Contract, log: EventLog, names: Sequence[str], from_us: int, to_us: int) -> Truth:
        """Return what a log says of `from_us .. to_us`, as known at its end, and of what came before it."""
        after = _verdicts(contract, log, names, to_us)
        before = _verdicts(contract, log, names, from_us)
        return cls(
            rows=tuple(each for each in after if _start(each) >= from_us and _end(each) <= to_us),
            before=tuple(each for each in before if _end(each) <= from_us),
        )

    def naive(self, row: PeriodVerdict) -> float | None:
        """Return what a period is expected to be by those before it: the last one, or the last four weeks."""
        alike = [
            each
            for each in self.before
            if each.target.qualified == row.target.qualified
            and each.part == row.part
            and each.value is not None
        ]
        last = sorted(alike, key=_end)[-(_WEEKS if is_weekly(row.target) else 1) :]
        weights = [max(each.n, 1) for each in last]
        if not last:
            return None
        return float(np.average([each.value or 0.0 for each in last], weights=weights))

    def drift(self) -> float | None:
        """Return by how much shares moved within what came before: of those that did, the mean of its halves apart.

        A share has moved if its weeks' spread does not explain that its halves are apart, at two standard errors. Where
        fewer than a quarter of them have, it is luck, and 0. A model that carries on what it was fitted on cannot know
        where that goes. None where fewer than six weeks are there.
        """
        known = [each for name in self._weekly_shares() if (each := self._moved(name)) is not None]
        moved = [each for each in known if each]
        if not known:
            return None
        return float(np.mean(moved)) if len(moved) >= _QUARTER * len(known) else 0.0

    def _weekly_shares(self) -> list[str]:
        weekly = (each.target for each in self.before if is_weekly(each.target))
        return list(dict.fromkeys(each.qualified for each in weekly if each.is_share))

    def _moved(self, name: str) -> float | None:
        rows = [each for each in self.before if each.target.qualified == name and each.value is not None]
        edges = sorted({_start(each) for each in rows})
        if len(edges) < 2 * _FEWEST:
            return None
        middle = edges[len(edges) // 2]
        first = np.array([each.value for each in rows if _start(each) < middle], np.float64)
        second = np.array([each.value for each in rows if _start(each) >= middle], np.float64)
        moved = abs(second.mean() - first.mean())
        luck = np.sqrt(first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second))
        return float(moved) if moved > _BEYOND * luck else 0.0


def _verdicts(contract: Contract, log: EventLog, names: Sequence[str], as_of_us: int) -> list[PeriodVerdict]:
    """Return the verdicts on whole periods as of an instant, by what was known then."""
    evaluation = Evaluation.of(contract, known_at(log, as_of_us), as_of_us, names)
    agreements = [contract.agreements[name] for name in names]
    found = [row for each in agreements for target in each.targets for row in evaluation.rows(target, each)]
    return [each for each in found if each.from_us is not None and _is_whole(each)]


def _is_whole(row: PeriodVerdict) -> bool:
    return not is_weekly(row.target) or _end(row) - _start(row) >= _WHOLE


def _start(row: PeriodVerdict) -> int:
    return row.from_us or 0


def _end(row: PeriodVerdict) -> int:
    return row.to_us or 0


def zone_of(contract: Contract) -> str:
    """Return the zone in which days are told: that of the first agreement, else of the first calendar."""
    zones = [each.zone for each in contract.agreements.values()]
    zones += [each.zone for name, each in contract.calendars.items() if name != "always"]
    return zones[0] if zones else "UTC"


def last_day(contract: Contract, log: EventLog, until: date, zone: str) -> date | None:
    """Return the last day that a log can be held against from `until` on; None where there is none.

    That is until fewer tickets come within a week than half of what is usual before (an export often ends so, with a
    few stragglers), until the last agreement ends, and 13 weeks at most.
    """
    place = ZoneInfo(zone)
    opened = np.sort(log.ticket_columns.opened_us)
    usual = _usual(opened, until, place)
    ends = [each.valid_to for each in contract.agreements.values()]
    bound = until + timedelta(days=_LONGEST) - _NO_MORE
    if ends and all(each is not None for each in ends):
        bound = min(bound, max(each for each in ends if each is not None))
    found = None
    day = until
    while day <= bound:
        if _within(opened, day - timedelta(days=6), day, place) < _HALF * usual:
            break
        found, day = day, day + timedelta(days=1)
    return found


def _usual(opened: np.ndarray, until: date, place: ZoneInfo) -> float:
    """Return how many tickets come in a usual week before a day."""
    if not len(opened):
        return np.inf
    weeks = (until - local_date(place, int(opened[0]))).days // 7
    counts = [
        _within(opened, until - timedelta(days=7 * each), until - timedelta(days=7 * (each - 1) + 1), place)
        for each in range(1, weeks + 1)
    ]
    return max(float(np.median(counts)), 1.0) if counts else np.inf


def _within(opened: np.ndarray, first: date, last: date, place: ZoneInfo) -> int:
    edges = instant_us(place, first), instant_us(place, last + timedelta(days=1))
    begin, end = np.searchsorted(opened, edges).tolist()
    return int(end - begin)

"""The chance of every level of a target from one set of simulated logs: their values are compared with it anew."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from slmdsl.base.local_time import local_date
from slmdsl.base.units import DAY, HOUR, MINUTE, SECOND, Duration
from slmdsl.contract.model.agreements import (
    Ageing,
    Availability,
    Count,
    LongestOutage,
    OutageCount,
    Restore,
    SampledMetric,
    Score,
    Share,
    Statistic,
    Within,
)
from slmdsl.contract.model.studies import SetBound, SetGoal
from slmdsl.study.months import KEPT, UNJUDGED
from slmdsl.study.tally import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from slmdsl.contract.model.agreements import Dated, T, Target
    from slmdsl.contract.model.studies import Edit
    from slmdsl.stats.intervals import Interval
    from slmdsl.study.judging import Cell, Judgement, Verdict

Bound = Fraction | Duration

_MINUTES: Final = (
    1,
    2,
    5,
    10,
    15,
    20,
    30,
    45,
    60,
    90,
    120,
    150,
    180,
    240,
    300,
    360,
    480,
    600,
    720,
    960,
    1200,
)
_HOURS: Final = (24, 30, 36, 48, 60, 72, 96, 120, 168, 240, 336)
_DAYS: Final = (*range(1, 11), 12, 15, 20, 25, 30, 40)
_WIDEST: Final = 8
"""Times are looked for between an eighth of what is asked and eight times that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level of a target, the chance that a period keeps it, and the edit that promises it."""

    bound: Bound
    chance: Interval
    edit: Edit


class Values:
    """What a target attained in each judged period of each replication.

    A period may be kept although its value falls short (few tickets, few misses): it is kept at every level.
    """

    def __init__(self, target: Target, zone: str) -> None:
        """`zone` is the agreement's: dated levels hold from a day there."""
        self.target: Final = target
        self._zone: Final = ZoneInfo(zone)
        self._of: dict[int, list[tuple[float, bool]]] = {}

    def add(self, number: int, judgement: Judgement) -> None:
        """Add what replication `number` says."""
        name = self.target.qualified
        self._of[number] = [
            self._seen(cell, verdict)
            for cell, verdict in judgement.cells.items()
            if cell.target == name and verdict.kept != UNJUDGED
        ]

    def _seen(self, cell: Cell, verdict: Verdict) -> tuple[float, bool]:
        asked = asked_bound(self.target, local_date(self._zone, cell.from_us))
        if verdict.value is None:
            return (0.0, verdict.kept == KEPT)
        excused = verdict.kept == KEPT and asked is not None and not self._reaches(verdict.value, asked)
        return verdict.value, excused

    def chance_at(self, bound: Bound, confidence: float) -> Interval | None:
        """Return the chance that a period keeps a level; None where nothing was judged."""
        kept = Kept()
        for number, values in self._of.items():
            good = sum(excused or self._reaches(value, bound) for value, excused in values)
            kept.add(number, good, len(values))
        return kept.chance(confidence)

    def tightest(self, wanted: float, confidence: float) -> Level | None:
        """Return the tightest level that holds: of which even the lower bound of the chance is as wanted."""
        bounds = list(_rungs_of(self.target, [value for values in self._of.values() for value, _ in values]))
        low, high = 0, len(bounds)
        while low < high:  # tighter levels are kept less often
            middle = (low + high) // 2
            chance = self.chance_at(bounds[middle], confidence)
            holds = chance is not None and chance.low >= wanted
            low, high = (low, middle) if holds else (middle + 1, high)
        if low == len(bounds):
            return None
        chance = self.chance_at(bounds[low], confidence)
        return (
            None
            if chance is None
            else Level(bound=bounds[low], chance=chance, edit=self.promise(bounds[low]))
        )

    def promise(self, bound: Bound) -> Edit:
        """Return the edit that promises a level."""
        target = self.target
        if isinstance(target.form, Within | Restore) and isinstance(bound, Fraction):
            return SetGoal(target=target.qualified, goal=bound, span=target.span)
        return SetBound(
            target=target.qualified, at_least=not is_at_most(target), value=bound, span=target.span
        )

    def _reaches(self, value: float, bound: Bound) -> bool:
        limit = _number(bound)
        return value <= limit if is_at_most(self.target) else value >= limit


def is_at_most(target: Target) -> bool:
    """Return whether less is better."""
    form = target.form
    if isinstance(form, Statistic):
        return True
    many = Share | Count | Ageing | Score | SampledMetric | LongestOutage | OutageCount
    return isinstance(form, many) and form.at_most


def asked_bound(target: Target, day: date) -> Bound | None:
    """Return the level that a target promises on a day, a share, a number or a length of time; None without one."""
    form = target.form
    if isinstance(form, Statistic | LongestOutage):
        return in_force(form.limit, day).duration
    if isinstance(
        form, Within | Share | Count | Ageing | Availability | OutageCount | Restore | Score | SampledMetric
    ):
        return in_force(form.goal, day)
    return None


def in_force(dated: Dated[T], day: date) -> T:
    """Return the value that holds on a day; before all of them, the first."""
    found = [value for since, value, _ in dated.values if since is None or since <= day]
    return found[-1] if found else dated.values[0][1]


def times_around(asked: Duration) -> tuple[Duration, ...]:
    """Return round times between an eighth and eight times a time, that one among them, in its unit, the least first.

    >>> [str(each) for each in times_around(Duration(us=20 * MINUTE))]
    ['5 min', '10 min', '15 min', '20 min', '30 min', '45 min', '1 h', '1 h 30 min', '2 h', '2 h 30 min']
    """
    if asked.business_days:
        days = sorted({*map(Fraction, _DAYS), asked.business_days})
        return tuple(Duration(business_days=each) for each in days if _is_near(each, asked.business_days))
    if asked.days and not asked.us:
        days = sorted({*map(Fraction, _DAYS), asked.days})
        return tuple(Duration(days=each) for each in days if _is_near(each, asked.days))
    lengths = sorted(
        {*(each * MINUTE for each in _MINUTES), *(each * HOUR for each in _HOURS), asked.wall_us}
    )
    return tuple(Duration(us=each) for each in lengths if _is_near(each, asked.wall_us))


def _is_near(length: Fraction | int, asked: Fraction | int) -> bool:
    return asked <= length * _WIDEST and length <= asked * _WIDEST


def _rungs_of(target: Target, values: Sequence[float]) -> Iterator[Bound]:
    """Yield round levels, the tightest first, as far as the values reach."""
    form = target.form
    if not values:
        return
    if isinstance(form, Within | Availability | Restore):
        yield from sorted(set(_shares()), reverse=True)
    elif isinstance(form, Share):
        yield from sorted(set(_shares()), reverse=not form.at_most)
    elif isinstance(form, Statistic | LongestOutage):
        yield from _times(in_any_unit=form.limit.values[0][1].duration, most=max(values))
    else:
        step = Fraction(1, 10) if isinstance(form, Score) else Fraction(1)
        yield from _numbers(values, step, at_most=is_at_most(target))


def _shares() -> Iterator[Fraction]:
    """Yield round shares: whole points, tenths near the ends, hundredths and thousandths very near to them."""
    for digits, part in ((100, 100), (1000, 20), (10_000, 20), (100_000, 20)):
        for count in range(part + 1):
            yield from (Fraction(count, digits), 1 - Fraction(count, digits))


def _times(*, in_any_unit: Duration, most: float) -> Iterator[Duration]:
    if in_any_unit.business_days:
        yield from (Duration(business_days=Fraction(each)) for each in _DAYS if each <= 2 * most + 1)
        return
    lengths = [*(each * MINUTE for each in _MINUTES), *(each * HOUR for each in _HOURS)]
    yield from (Duration(us=each) for each in lengths if each <= 2 * most * SECOND + DAY)


def _numbers(values: Iterable[float], step: Fraction, *, at_most: bool) -> Iterator[Fraction]:
    """Yield multiples of a step from just better than the best value to the worst one."""
    least, most = (Fraction(round(each / float(step))) for each in (min(values), max(values)))
    counts = range(int(least) - 1, int(most) + 2)
    yield from (each * step for each in (counts if at_most else reversed(counts)))


def _number(bound: Bound) -> float:
    if isinstance(bound, Duration):
        return float(bound.business_days) if bound.business_days else bound.wall_us / SECOND
    return float(bound)

"""The chance of every level of a target from one set of simulated logs: their values are compared with it anew."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from math import isnan, nan
from typing import TYPE_CHECKING, Final

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
from slmdsl.contract.model.studies import SetBound, SetGoal, SetLimit
from slmdsl.study.judged.months import KEPT, UNJUDGED
from slmdsl.study.running.tally import Kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from slmdsl.contract.model.agreements import Dated, T, Target
    from slmdsl.stats.intervals import Interval
    from slmdsl.study.judged.judging import Judgement, Verdict

Bound = Fraction | Duration
Promise = SetLimit | SetGoal | SetBound

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
_HALF: Final = Fraction(1, 2)
_TWO_DIGITS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level of a target, the chance that a period keeps it, and the edit that promises it."""

    bound: Bound
    chance: Interval
    edit: Promise


class Values:
    """What a target attained in each judged period of each replication.

    A period may be kept although its value falls short (few tickets, few misses): it is kept at every level.
    """

    def __init__(self, target: Target) -> None:
        """Of a target without values nothing holds."""
        self.target: Final = target
        self._of: dict[int, list[tuple[float, bool]]] = {}

    def add(self, number: int, judgement: Judgement) -> None:
        """Add what replication `number` says."""
        name = self.target.qualified
        self._of[number] = [
            self._seen(verdict)
            for cell, verdict in judgement.cells.items()
            if cell.target == name and verdict.kept != UNJUDGED
        ]

    def _seen(self, verdict: Verdict) -> tuple[float, bool]:
        if verdict.value is None:
            return nan, verdict.kept == KEPT
        return verdict.value, self._is_small(verdict)

    def _is_small(self, verdict: Verdict) -> bool:
        """Whether so few tickets are judged, and so few missed, that a period is kept at every level."""
        form = self.target.form
        if not isinstance(form, Within) or form.small_numbers is None:
            return False
        misses, under = form.small_numbers
        return verdict.n < under and verdict.n - verdict.met <= misses

    def chance_at(self, bound: Bound, confidence: float) -> Interval | None:
        """Return the chance that a period keeps a level; None where nothing was judged."""
        kept = Kept()
        for number, values in self._of.items():
            good = sum(excused or self._reaches(value, bound) for value, excused in values)
            kept.add(number, good, len(values))
        return kept.chance(confidence)

    def tightest(self, wanted: float, confidence: float, last: date) -> Level | None:
        """Return the tightest level that holds: of which even the lower bound of the chance is as wanted.

        Levels are round ones, and the one that is asked on the `last` day.
        """
        known = [value for values in self._of.values() for value, _ in values if not isnan(value)]
        bounds = _rungs_of(self.target, known, asked_bound(self.target, last))
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

    def promise(self, bound: Bound) -> SetGoal | SetBound:
        """Return the edit that promises a level."""
        target = self.target
        if isinstance(target.form, Within | Restore) and isinstance(bound, Fraction):
            return SetGoal(target=target.qualified, goal=bound, span=target.span)
        return SetBound(
            target=target.qualified, at_least=not target.is_at_most, value=bound, span=target.span
        )

    def _reaches(self, value: float, bound: Bound) -> bool:
        limit = _number(bound)
        return value <= limit if self.target.is_at_most else value >= limit


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


def is_never_missed(level: Level, target: Target) -> bool:
    """Whether a level says no more than that nothing was missed, all or none of it: that is no promise."""
    if not isinstance(target.form, Within | Availability | Restore | Share):
        return False
    return not isinstance(level.edit, SetLimit) and level.bound == (0 if target.is_at_most else 1)


def in_force(dated: Dated[T], day: date) -> T:
    """Return the value that holds on a day; before all of them, the first."""
    found = [value for since, value, _ in dated.values if since is None or since <= day]
    return found[-1] if found else dated.values[0][1]


def _rungs_of(target: Target, values: Sequence[float], asked: Bound | None) -> list[Bound]:
    """Return round levels as far as the values reach, and the one that is asked, the tightest first."""
    if not values or asked is None:
        return []
    found: dict[float, Bound] = {_number(each): each for each in _round(target, values, asked)}
    found[_number(asked)] = asked
    return [found[each] for each in sorted(found, reverse=not target.is_at_most)]


def _round(target: Target, values: Sequence[float], asked: Bound) -> Iterator[Bound]:
    form = target.form
    if isinstance(form, Within | Availability | Restore | Share):
        yield from (each for each in _shares() if _is_promise(each, asked, at_most=target.is_at_most))
    elif isinstance(form, Statistic | LongestOutage):
        yield from _times(in_any_unit=form.limit.values[0][1].duration, most=max(values))
    else:
        yield from _numbers(values, Fraction(1, 10) if isinstance(form, Score) else Fraction(1))


def _shares() -> Iterator[Fraction]:
    """Yield round shares: whole points, tenths near the ends, hundredths and thousandths very near to them."""
    for digits, part in ((100, 100), (1000, 20), (10_000, 20), (100_000, 20)):
        for count in range(part + 1):
            yield from (Fraction(count, digits), 1 - Fraction(count, digits))


def _is_promise(share: Fraction, asked: Bound, *, at_most: bool) -> bool:
    """Whether a share is worth promising: not one that cannot be missed, nor one far from what is asked.

    At least a half is promised (where less is asked, half of that); of what is to stay small, at most twice as much.
    """
    if not isinstance(asked, Fraction):
        return True
    if at_most:
        return share <= 2 * asked and share < 1
    return share >= (_HALF if asked > _HALF else asked / 2) and share > 0


def _times(*, in_any_unit: Duration, most: float) -> Iterator[Duration]:
    if in_any_unit.business_days:
        yield from (Duration(business_days=Fraction(each)) for each in _DAYS if each <= 2 * most + 1)
        return
    lengths = [*(each * MINUTE for each in _MINUTES), *(each * HOUR for each in _HOURS)]
    yield from (Duration(us=each) for each in lengths if each <= 2 * most * SECOND + DAY)


def _numbers(values: Sequence[float], step: Fraction) -> Iterator[Fraction]:
    """Yield numbers of two digits, in steps, from just better than the best value to the worst one, none below zero.

    For example 1100, 1200 and 1300 for values between 1152 and 1250 and a step of 1.
    """
    least, most = min(values) / float(step), max(values) / float(step)
    ladder = [*range(_TWO_DIGITS + 1)]
    while ladder[-1] < most:
        ladder.append(ladder[-1] + 10 ** (len(str(ladder[-1])) - 2))
    first, last = bisect_left(ladder, least) - 1, bisect_left(ladder, most)
    yield from (each * step for each in ladder[max(first, 0) : last + 1])


def _number(bound: Bound) -> float:
    if isinstance(bound, Duration):
        return float(bound.business_days) if bound.business_days else bound.wall_us / SECOND
    return float(bound)

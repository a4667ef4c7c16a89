"""Round limits of a target, halved until the tightest that holds is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import HOUR, MINUTE, Duration
from slmdsl.contract.model.agreements import Limit, Within
from slmdsl.contract.model.studies import SetLimit
from slmdsl.study.negotiation.levels import Level, in_force

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from slmdsl.contract.model.agreements import Target
    from slmdsl.stats.intervals import Interval

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
_HOURS: Final = (24, 30, 36, 48, 60, 72, 96, 120, 168, 240, 336, 480, 672)
_DAYS: Final = (*range(1, 11), 12, 15, 20, 25, 30, 40, 60)
_WIDEST: Final = 8
"""Times are looked for between an eighth of what is asked and eight times that."""
_NEAR: Final = 2
"""A limit of so many times what is asked is offered before a smaller share; a longer one is another service."""


@dataclass(slots=True, kw_only=True, eq=False)
class Bracket:
    """Limits of a target, the tightest first: none before `low` is taken to hold, `high` does if it is one of them.

    Longer limits are taken to be kept more often, so that what holds for one holds for all behind it. Where a queue
    goes by deadline that need not be so: what is found holds all the same, and a tighter one may.

    Attributes:
        target: whose they are.
        limits: the round ones around what is asked, and that.
        asked: its place.
        chances: of those that were tried, by place.
    """

    target: Target
    limits: tuple[Limit, ...]
    asked: int
    low: int
    high: int
    chances: dict[int, Interval] = field(default_factory=dict)

    @classmethod
    def of(cls, target: Target, last: date, chance: Interval, *, holds: bool) -> Bracket:
        """Return the limits around the one that a target has on the `last` day; it `holds` with `chance`, or does not.

        Of a limit that changes on a date nothing is known by that: what is tried holds for all time.

        Raises:
            TypeError: the target has no limit.
        """
        form = target.form
        if not isinstance(form, Within):
            msg = f"`{target.qualified}` has no limit"
            raise TypeError(msg)
        asked = in_force(form.limit, last)
        limits = limits_around(asked)
        place = limits.index(asked)
        if len(form.limit.values) > 1:
            return cls(target=target, limits=limits, asked=place, low=0, high=len(limits))
        if holds:
            return cls(target=target, limits=limits, asked=place, low=0, high=place, chances={place: chance})
        return cls(target=target, limits=limits, asked=place, low=place + 1, high=len(limits))

    @property
    def is_closed(self) -> bool:
        """Whether the tightest limit that holds is known."""
        return self.low >= self.high

    @property
    def middle(self) -> int:
        """The place of the limit that is tried next."""
        return (self.low + self.high) // 2

    def take(self, chance: Interval | None, *, holds: bool) -> None:
        """Take in what was found of the middle one."""
        middle = self.middle
        if chance is not None:
            self.chances[middle] = chance
        self.low, self.high = (self.low, middle) if holds else (middle + 1, self.high)

    def edit(self, place: int) -> SetLimit:
        """Return the edit that promises a limit."""
        return SetLimit(target=self.target.qualified, limit=self.limits[place], span=self.target.span)

    @property
    def is_near(self) -> bool:
        """Whether the tightest limit that is known to hold is at most twice what is asked."""
        if self.high == len(self.limits):
            return False
        return _length(self.limits[self.high].duration) <= _NEAR * _length(self.limits[self.asked].duration)

    def found(self) -> Level | None:
        """Return the tightest limit that is known to hold by now; None if none is."""
        if self.high == len(self.limits):
            return None
        limit = self.limits[self.high]
        return Level(bound=limit.duration, chance=self.chances[self.high], edit=self.edit(self.high))


def limits_around(asked: Limit) -> tuple[Limit, ...]:
    """Return round limits between an eighth and eight times a limit, that one among them, the least first.

    >>> [str(each.duration) for each in limits_around(Limit(duration=Duration(us=20 * MINUTE)))]
    ['5 min', '10 min', '15 min', '20 min', '30 min', '45 min', '1 h', '1 h 30 min', '2 h', '2 h 30 min']
    """
    return tuple(
        Limit(duration=each, end_of_day=asked.end_of_day)
        for each in _times_around(asked.duration, end_of_day=asked.end_of_day)
    )


def _times_around(asked: Duration, *, end_of_day: bool) -> list[Duration]:
    """Return times in the unit of one, which is among them as it was written."""
    if asked.business_days or end_of_day:
        found = [Duration(business_days=each) for each in _near(map(Fraction, _DAYS), asked.business_days)]
    elif asked.days and not asked.us:
        found = [Duration(days=each) for each in _near(map(Fraction, _DAYS), asked.days)]
    else:
        lengths = (*(each * MINUTE for each in _MINUTES), *(each * HOUR for each in _HOURS))
        found = [Duration(us=int(each)) for each in _near(map(Fraction, lengths), Fraction(asked.wall_us))]
    return [asked if _length(each) == _length(asked) else each for each in found]


def _near(lengths: Iterable[Fraction], asked: Fraction) -> list[Fraction]:
    found = (each for each in lengths if asked <= each * _WIDEST and each <= asked * _WIDEST)
    return sorted({*found, asked})


def _length(time: Duration) -> Fraction:
    return time.business_days or Fraction(time.wall_us)

"""The phrases that sentences about agreements are made of: limits, populations, periods, conditions, in English."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from slmdsl.base.suggest import one_of
from slmdsl.base.units import DAY, HOUR, MINUTE, plain
from slmdsl.contract.model.agreements import RollingPeriod
from slmdsl.syntax.tree.common import Text
from slmdsl.syntax.tree.populations import And, Compare, In, IsKnown, IsMissing, Not, Or, Word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slmdsl.contract.model.agreements import Dated, Limit, Period, Population
    from slmdsl.syntax.tree.populations import Condition, Operand

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def listed(words: Iterable[str], last: str = "and") -> str:
    """Join words for a sentence: `a`, `a and b`, `a, b and c`.

    >>> listed(["P1", "P2", "P3"])
    'P1, P2 and P3'
    """
    if last == "or":
        return one_of(words)
    every = list(words)
    if len(every) <= 1:
        return "".join(every)
    return f"{', '.join(every[:-1])} {last} {every[-1]}"


def share_words(share: Fraction) -> str:
    """Return a share in percent: `99.9 %`."""
    return f"{plain(share * 100)} %"


def limit_words(limit: Limit) -> str:
    """Return a limit as it is counted: `4 h`, `the end of the third business day`."""
    if limit.end_of_day:
        return f"the end of business day {plain(limit.duration.business_days)} after the day of opening"
    return str(limit.duration)


def dated_words(dated: Dated[str]) -> str:
    """Return a value that may change on dates: `8 h, and 6 h from 2027-07-01`."""
    first, *changes = dated.values
    return first[1] + "".join(f", and {value} from {begins}" for begins, value, _ in changes)


def period_words(period: Period) -> str:
    """Return `each month`, or `each day over the 28 days that end with it`."""
    if isinstance(period, RollingPeriod):
        return f"on each day over the {period.days} days that end with it"
    return f"in each calendar {period.unit.value}" if period.unit.value != "day" else "on each day"


def population_words(population: Population) -> str:
    """Return whom a target is about: `P1 and P2 incidents in till where channel is phone`."""
    names = [*population.priorities, *population.requests]
    kind = f"{population.kind}s"
    where = f" in {listed(population.services, 'or')}" if population.services else ""
    only = "" if population.condition is None else f" where {condition_words(population.condition)}"
    return f"{listed(names, 'or')} {kind}{where}{only}".strip()


_COMPARISONS = {
    "=": "is",
    "!=": "is not",
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
}


def condition_words(condition: Condition) -> str:
    """Return a condition in words; a part of a larger one stands in parentheses if it is itself joined."""
    if isinstance(condition, Compare):
        return f"{condition.field.text} {_COMPARISONS[condition.operator]} {operand_words(condition.value)}"
    if isinstance(condition, In):
        return f"{condition.field.text} is {listed(map(operand_words, condition.values), 'or')}"
    if isinstance(condition, IsMissing | IsKnown):
        return f"{condition.field.text} is {'missing' if isinstance(condition, IsMissing) else 'known'}"
    if isinstance(condition, Not):
        return f"it is not so that {condition_words(condition.part)}"
    joint = " and " if isinstance(condition, And) else " or "
    return joint.join(_inner(part) for part in condition.parts)


def _inner(condition: Condition) -> str:
    words = condition_words(condition)
    return f"({words})" if isinstance(condition, And | Or | Not) else words


def operand_words(operand: Operand) -> str:
    """Return what a field is compared with."""
    if isinstance(operand, Text):
        return f'"{operand.value}"'
    if isinstance(operand, Word):
        return operand.text
    return plain(operand.value) if isinstance(operand.value, Fraction) else str(operand.value)


def time_of_day(us: int) -> str:
    """Return microseconds after local midnight as a wall time: `08:00`; the next day's end as `06:30 the next day`.

    >>> time_of_day(24 * HOUR), time_of_day(30 * HOUR + 30 * MINUTE)
    ('24:00', '06:30 the next day')
    """
    next_day = us > DAY
    hours, rest = divmod(us - DAY if next_day else us, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds = f":{rest // 1_000_000:02d}" if rest else ""
    return f"{hours:02d}:{minutes:02d}{seconds}{' the next day' if next_day else ''}"


def windows_words(windows: Iterable[tuple[int, int]]) -> str:
    """Return hours of a day: `08:00 to 12:30 and 13:00 to 18:00`."""
    return listed(f"{time_of_day(start)} to {time_of_day(end)}" for start, end in windows)

"""The phrases that sentences are made of, in any language: limits, populations, periods, conditions."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeVar

from slmdsl.base.units import DAY, HOUR, MINUTE, Duration, Ratio, plain
from slmdsl.contract.model.agreements import CalendarPeriod, RollingPeriod
from slmdsl.syntax.tree.common import Text
from slmdsl.syntax.tree.populations import And, Compare, In, IsKnown, IsMissing, Not, Or, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from slmdsl.base.units import Money
    from slmdsl.contract.model.agreements import Dated, Limit, OutageSelection, Period, Population
    from slmdsl.report.language import Language
    from slmdsl.syntax.tree.populations import Condition, Operand

T = TypeVar("T")


def limit_words(limit: Limit, say: Language) -> str:
    """Return a limit as it is counted: `4 h`, `the end of business day 2 after the day of opening`."""
    if limit.end_of_day:
        return say.say("end_of_business_day", n=plain(limit.duration.business_days))
    return say.duration(limit.duration)


def within_words(limit: Limit, say: Language) -> str:
    """Return by when something must have happened: `within 4 h`, `by the end of business day 2 after ...`."""
    if limit.end_of_day:
        return say.say("by_end_of_business_day", n=plain(limit.duration.business_days))
    return say.say("within", limit=say.duration(limit.duration))


def dated_words(dated: Dated[T], words: Callable[[T], str], say: Language) -> str:
    """Return a value that may change on dates: `8 h, and 6 h from 2027-07-01`."""
    first, *changes = dated.values
    found = words(first[1])
    for begins, value, _ in changes:
        found = say.say("from_date_on", before=found, value=words(value), day=begins)
    return found


def period_words(period: Period, say: Language) -> str:
    """Return `in each month`, or `on each day over the 28 days that end with it`."""
    if isinstance(period, RollingPeriod):
        return say.say("each_rolling", days=say.counted(period.days, "day"))
    return say.say(f"each.{period.unit.value}")


def end_words(period: Period, say: Language) -> str:
    """Return when a period ends: `at the end of each month`."""
    return say.say(f"ends.{period.unit.value if isinstance(period, CalendarPeriod) else 'day'}")


def population_words(population: Population, say: Language) -> str:
    """Return whom a target is about: `P1 or P2 incidents in till where channel is phone`."""
    names = say.listed([*population.priorities, *population.requests], "or")
    return say.say(
        "population",
        names=say.say("population.names", names=names) if names else "",
        kind=say.say(f"kind.{population.kind}"),
        services=in_words(population.services, say),
        only=where_words(population.condition, say),
    )


def outages_words(outages: OutageSelection, say: Language) -> dict[str, str]:
    """Return the places `services` and `only` of a sentence about outages."""
    return {"services": in_words(outages.services, say), "only": where_words(outages.condition, say)}


def in_words(services: Iterable[str], say: Language) -> str:
    """Return ` in till or email`, nothing for no services."""
    named = say.listed(services, "or")
    return say.say("population.in", services=named) if named else ""


def where_words(condition: Condition | None, say: Language) -> str:
    """Return ` where channel is phone`, nothing for no condition."""
    if condition is None:
        return ""
    return say.say("population.where", condition=condition_words(condition, say))


def condition_words(condition: Condition, say: Language) -> str:
    """Return a condition in words; a part of a larger one stands in parentheses if it is itself joined."""
    match condition:
        case Compare():
            value = operand_words(condition.value, say)
            return say.say(f"is.{condition.operator}", field=condition.field.text, value=value)
        case In():
            values = say.listed((operand_words(each, say) for each in condition.values), "or")
            return say.say("is.=", field=condition.field.text, value=values)
        case IsMissing() | IsKnown():
            key = "is_missing" if isinstance(condition, IsMissing) else "is_known"
            return say.say(key, field=condition.field.text)
        case Not():
            return say.say("is_not_so", condition=_inner(condition.part, say))
        case And() | Or():
            return joined(
                "both" if isinstance(condition, And) else "either",
                [_inner(part, say) for part in condition.parts],
                say,
            )


def joined(key: Literal["both", "either"], parts: Iterable[str], say: Language) -> str:
    """Return conditions that must all hold (`both`), or of which one must (`either`)."""
    first, *others = parts
    for part in others:
        first = say.say(key, before=first, after=part)
    return first


def _inner(condition: Condition, say: Language) -> str:
    words = condition_words(condition, say)
    return say.say("in_parentheses", words=words) if isinstance(condition, And | Or | Not) else words


def operand_words(operand: Operand, say: Language) -> str:
    """Return what a field is compared with."""
    if isinstance(operand, Text):
        return say.say("quoted", text=operand.value)
    if isinstance(operand, Word):
        return operand.text
    return value_words(operand.value, say)


def value_words(value: object, say: Language) -> str:
    """Return a number, share, length of time or date."""
    match value:
        case Duration():
            return say.duration(value)
        case Ratio():
            return say.share(value.value)
        case Fraction() | int():
            return plain(Fraction(value))
        case _:
            return str(value)


def money_words(money: Money) -> str:
    """Return money with its thousands apart.

    >>> from slmdsl.base.units import Money
    >>> money_words(Money(currency="EUR", minor=4_200_050))
    'EUR 42,000.50'
    """
    return str(money).replace("_", ",")


def weekdays_words(days: Iterable[int], say: Language) -> str:
    """Return days of the week, 0 being Monday; three or more in a row as a range: `Monday to Friday`."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return say.listed(
        words for run in runs for words in _run_words([say.say(f"weekday.{day}") for day in run], say)
    )


def _run_words(run: list[str], say: Language) -> list[str]:
    if len(run) <= 2:  # noqa: PLR2004 - two days are no range
        return run
    return [say.say("days_from_to", first=run[0], last=run[-1])]


def time_of_day(us: int, say: Language) -> str:
    """Return microseconds after local midnight as a wall time: `08:00`; the next day's end as `06:30 the next day`."""
    next_day = us > DAY
    hours, rest = divmod(us - DAY if next_day else us, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    time = f"{hours:02d}:{minutes:02d}" + (f":{rest // 1_000_000:02d}" if rest else "")
    return say.say("next_day", time=time) if next_day else time


def windows_words(windows: Iterable[tuple[int, int]], say: Language) -> str:
    """Return hours of a day: `08:00 to 12:30 and 13:00 to 18:00`."""
    return say.listed(
        say.say("window", start=time_of_day(start, say), end=time_of_day(end, say)) for start, end in windows
    )

"""From the ranges of `vary` to the edits that they span, value by value."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from slmdsl.base.units import DAY, HOUR, Duration, Ratio, plain
from slmdsl.contract.from_tree.edits import edits
from slmdsl.contract.model import studies as model
from slmdsl.syntax.tree import studies as tree
from slmdsl.syntax.tree.common import Limit, Literal
from slmdsl.syntax.tree.targets import Bound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from slmdsl.base.spans import Span
    from slmdsl.contract.from_tree.edits import Studied
    from slmdsl.syntax.tree.common import Node

VALUES_AT_MOST: Final = 1_000
"""Values of one range: more is an error of its own."""
VARIANTS_AT_MOST: Final = 10_000
"""Combinations of values, and scenarios, of one experiment: more is an error of its own."""


class Value(NamedTuple):
    """One value of a range: as text, on an axis, and the edit that sets it."""

    words: str
    number: Fraction
    edit: Node


class Spanned(NamedTuple):
    """What a range spans: of which thing, in which unit, and its values, counted without making them."""

    dimension: str
    unit: str
    size: int
    values: Iterator[Value]


def varied(said: tree.VaryRange, studied: Studied, most: int = VALUES_AT_MOST) -> model.Varied | None:
    """Return what a range spans; None where it names nothing that it could edit, which has a finding of its own.

    No more than `most` values of it are made.
    """
    reading = studied.around.reading
    if isinstance(said, tree.VaryWithout | tree.VaryWithoutRisks):
        name = reading.name(said.what) if isinstance(said, tree.VaryWithout) else None
        if isinstance(said, tree.VaryWithout) and name is None:
            return None
        return _with_and_without(name, said.span)
    if isinstance(said, tree.VaryFactor):
        found = spanned(said, reading.words(said.population.span))
    else:
        name = reading.name(said.what)
        if name is None:
            return None
        found = spanned(said, name)
    return model.Varied(
        dimension=found.dimension,
        unit=found.unit,
        choices=tuple(
            model.Choice(
                words=each.words,
                name=f"{found.dimension} {each.words}",
                number=each.number,
                edits=tuple(edits((each.edit,), None, studied)),
            )
            for each in islice(found.values, most)
        ),
        span=said.span,
    )


def _with_and_without(name: str | None, span: Span) -> model.Varied:
    dimension = name or "risks"
    without = model.Choice(
        words="without",
        name=f"without {dimension}",
        number=Fraction(0),
        without=(name,) if name else (),
        without_risks=name is None,
    )
    present = model.Choice(words="with", name=f"with {dimension}", number=Fraction(1))
    return model.Varied(dimension=dimension, unit="", choices=(present, without), span=span)


def spanned(said: tree.VaryRange, name: str) -> Spanned:
    """Return what a range of numbers spans; `name` is of what it varies, or a population's words.

    Raises:
        TypeError: for `without`, which spans no numbers.
    """
    match said:
        case tree.VaryNumber():
            return _of_numbers(said, name)
        case tree.VaryShare():
            return _of_shares(said, name)
        case tree.VaryLimit():
            return _of_limits(said, name)
        case tree.VaryRate():
            return _of_rates(said, name)
        case tree.VaryFactor():
            return _of_factors(said, name)
        case _:
            msg = f"{type(said).__name__} spans no numbers"
            raise TypeError(msg)


def edit_of(said: tree.VaryRange) -> Node:
    """Return the edit that sets a range's first value, whatever is wrong with its last one and its step."""
    match said:
        case tree.VaryWithout():
            return tree.Without(what=(said.what,), span=said.span)
        case tree.VaryWithoutRisks():
            return tree.WithoutRisks(span=said.span)
        case tree.VaryNumber():
            return _set_number(said, Fraction(said.first.value))
        case tree.VaryShare():
            return _set_share(said, said.first.value.value)
        case tree.VaryLimit():
            return tree.SetLimit(what=said.what, within=said.first, span=said.span)
        case tree.VaryRate():
            return _set_rate(said, said.first.value)
        case tree.VaryFactor():
            return _multiply(said, said.first.value)


# ---- each kind of range -----------------------------------------------------------------------------------------


def _of_numbers(said: tree.VaryNumber, name: str) -> Spanned:
    steps = _Steps.of(said.first.value, said.last.value, said.step.value if said.step else 1)
    word = "crew of" if said.attribute.value == "crew" else said.attribute.value
    values = (Value(plain(each), each, _set_number(said, each)) for each in steps.values)
    return Spanned(f"{name} {word}", "", steps.size, values)


def _set_number(said: tree.VaryNumber, value: Fraction) -> Node:
    return tree.SetNumber(
        what=said.what, attribute=said.attribute, value=_at(said.first, int(value)), span=said.span
    )


def _of_shares(said: tree.VaryShare, name: str) -> Spanned:
    steps = _Steps.of(*(each.value.value for each in (said.first, said.last, said.step)))
    values = (Value(str(Ratio(each)), each * 100, _set_share(said, each)) for each in steps.values)
    return Spanned(f"{name} {said.attribute.value}", "%", steps.size, values)


def _set_share(said: tree.VaryShare, share: Fraction) -> Node:
    value = _at(said.first, Ratio(share))
    match said.attribute.value:
        case "for":
            return tree.SetGoal(what=said.what, goal=value, span=said.span)
        case "absence":
            return tree.SetNumber(what=said.what, attribute=said.attribute, value=value, span=said.span)
        case side:
            bound = Bound(at_most=side == "at most", value=value, span=said.span)
            return tree.SetBound(what=said.what, bound=bound, span=said.span)


def _of_limits(said: tree.VaryLimit, name: str) -> Spanned:
    """Span limits from the first to the last; without `step`, the first one is the step too."""
    first = said.first.duration
    step = first if said.step is None else said.step.value
    by_business_days = bool(first.business_days)
    unit = "business days" if by_business_days else "days" if first.days and not first.us else "h"
    words = "by end of" if said.first.end_of_day else "within"
    if any(bool(each.business_days) != by_business_days for each in (said.last.duration, step)):
        return Spanned(f"{name} {words}", unit, 0, iter(()))
    length = _in_business_days if by_business_days else _in_plain_time
    steps = _Steps.of(*(length(each) for each in (first, said.last.duration, step)))
    values = (_limit(said, _like(first, each)) for each in steps.values)
    return Spanned(f"{name} {words}", unit, steps.size, values)


def _limit(said: tree.VaryLimit, limit: Duration) -> Value:
    unit_us = DAY if limit.days and not limit.us else HOUR
    number = limit.business_days or Fraction(limit.wall_us, unit_us)
    within = Limit(duration=limit, end_of_day=said.first.end_of_day, span=said.first.span)
    return Value(str(limit), number, tree.SetLimit(what=said.what, within=within, span=said.span))


def _in_business_days(duration: Duration) -> Fraction:
    return duration.business_days


def _in_plain_time(duration: Duration) -> Fraction:
    return Fraction(duration.wall_us)


def _like(first: Duration, length: Fraction) -> Duration:
    """Return a length in the unit of the first one; days stay days, since they are counted on the calendar."""
    if first.business_days:
        return replace(first, business_days=length)
    if first.days and not first.us:
        return Duration(days=length / DAY)
    return Duration(us=int(length))


def _of_rates(said: tree.VaryRate, name: str) -> Spanned:
    steps = _Steps.of(said.first.value, said.last.value, said.step.value if said.step else 1)
    unit = f"per {said.per.value}"
    values = (Value(f"{plain(each)} {unit}", each, _set_rate(said, each)) for each in steps.values)
    return Spanned(f"{name} rate", unit, steps.size, values)


def _set_rate(said: tree.VaryRate, count: Fraction) -> Node:
    return tree.SetRate(what=said.what, count=_at(said.first, count), per=said.per, span=said.span)


def _of_factors(said: tree.VaryFactor, words: str) -> Spanned:
    steps = _Steps.of(said.first.value, said.last.value, said.step.value)
    if said.during is not None:
        words = f"{words} during {said.during.first} .. {said.during.last}"
    values = (Value(plain(each), each, _multiply(said, each)) for each in steps.values)
    return Spanned(f"{words} *", "times", steps.size, values)


def _multiply(said: tree.VaryFactor, factor: Fraction) -> Node:
    return tree.Multiply(
        population=said.population, factor=_at(said.first, factor), during=said.during, span=said.span
    )


def _at(first: Literal[Any], value: Any) -> Literal[Any]:  # noqa: ANN401 - of the kind that the range is of
    return Literal(value=value, span=first.span)


class _Steps(NamedTuple):
    """Values that lie the same apart, both ends included, exact: the last is not passed where no step meets it."""

    first: Fraction
    step: Fraction
    size: int

    @classmethod
    def of(cls, first: Fraction | int, last: Fraction | int, step: Fraction | int) -> _Steps:
        """Return the values; none where the step leads nowhere."""
        count = max((Fraction(last) - Fraction(first)) // Fraction(step) + 1, 0) if step > 0 else 0
        return cls(Fraction(first), Fraction(step), int(count))

    @property
    def values(self) -> Iterator[Fraction]:
        """The values, made one by one."""
        return (self.first + place * self.step for place in range(self.size))

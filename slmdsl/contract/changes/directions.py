"""Which way values of one kind point when they change."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from slmdsl.contract.changes.change import Direction
from slmdsl.contract.changes.meaning import meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from slmdsl.contract.model.agreements import Dated, Limit, Population
    from slmdsl.syntax.tree.populations import Condition

T = TypeVar("T")


def by_size(old: Any, new: Any, more: Direction) -> Direction:  # noqa: ANN401 - anything that can be compared
    """Return `more` where the value grew, its reverse where it shrank."""
    return Direction.OTHER if old == new else more if new > old else more.reverse


def together(directions: Iterable[Direction]) -> Direction:
    """Return the direction that all that changes share, OTHER where they contradict each other or nothing changes."""
    found = set(directions)
    return found.pop() if len(found) == 1 else Direction.OTHER


def dated(old: Dated[T], new: Dated[T], of: Callable[[T, T], Direction | None]) -> Direction:
    """Compare what holds on each date: `of` says how one value compares to another, None for the same."""
    days = sorted({each[0] or date.min for each in (*old.values, *new.values)})
    found = (of(value_on(old, day), value_on(new, day)) for day in days)
    return together(each for each in found if each is not None)


def value_on(values: Dated[T], day: date) -> T:
    """Return what holds on a day."""
    return [value for begins, value, _ in values.values if begins is None or begins <= day][-1]


def numbers(more: Direction) -> Callable[[Any, Any], Direction | None]:
    """Return how numbers compare, `more` being the direction of a larger one."""
    return lambda old, new: None if old == new else by_size(old, new, more)


def limits(longer: Direction) -> Callable[[Limit, Limit], Direction | None]:
    """Return how limits compare: those in the same unit by size, others not at all."""

    def compared(old: Limit, new: Limit) -> Direction | None:
        if meaning(old) == meaning(new):
            return None
        mine, theirs = old.duration, new.duration
        if old.end_of_day != new.end_of_day or bool(mine.business_days) != bool(theirs.business_days):
            return Direction.OTHER
        if mine.business_days:
            return by_size(mine.business_days, theirs.business_days, longer)
        return by_size(mine.wall_us, theirs.wall_us, longer)

    return compared


def names(old: Collection[str], new: Collection[str]) -> Direction | None:
    """Compare what is named, nothing being any: wider, narrower, None for the same."""
    mine, theirs = set(old), set(new)
    if mine == theirs:
        return None
    if mine and (not theirs or mine < theirs):
        return Direction.WIDER
    if theirs and (not mine or theirs < mine):
        return Direction.NARROWER
    return Direction.OTHER


def conditions(old: Condition | None, new: Condition | None) -> Direction | None:
    """Compare what narrows a choice: one that came or went, None for the same."""
    if meaning(old) == meaning(new):
        return None
    if old is None:
        return Direction.NARROWER
    return Direction.WIDER if new is None else Direction.OTHER


def populations(old: Population, new: Population) -> Direction:
    """Compare which tickets are chosen."""
    if old.kind != new.kind:
        return Direction.OTHER
    found = (
        names(old.priorities, new.priorities),
        names(old.requests, new.requests),
        names(old.services, new.services),
        conditions(old.condition, new.condition),
    )
    return together(each for each in found if each is not None)

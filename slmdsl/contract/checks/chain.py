"""Which promises stand behind which: a target, the agreements below it, and the targets there that speak of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from slmdsl.contract.checks.foundations import Foundations
from slmdsl.contract.checks.promises import PAIRS_AT_MOST, comparable
from slmdsl.contract.model.agreements import Availability, Statistic, Within

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from slmdsl.contract.model.agreements import Agreement, Dated, Limit, Population, Target
    from slmdsl.contract.model.spec import Contract

_BEHIND_AT_MOST: Final = 200
"""Agreements that are looked at behind one."""

_BY_WEEKS_AT_MOST: Final = 200
"""Different pairs of limits that are compared on two calendars in one run: hostile text must not buy a long wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A limit on tickets, and for which share of them it holds: None for a mean. A p95 holds for 95%."""

    limit: Dated[Limit]
    goal: Dated[Fraction] | Fraction | None


def level_of_tickets(target: Target) -> Level | None:
    """Return the level of a target on tickets' times; None for every other form."""
    form = target.form
    if isinstance(form, Within):
        return Level(limit=form.limit, goal=form.goal)
    if isinstance(form, Statistic):
        return Level(limit=form.limit, goal=form.quantile)
    return None


class Chain:
    """Finds the promises behind a target: the nearest agreement below that speaks of the same, on each way down."""

    def __init__(self, contract: Contract) -> None:
        self.foundations: Final = Foundations(contract.services)
        self._by_weeks: Final[set[object]] = set()
        self._supporters: Final[dict[str, list[Agreement]]] = defaultdict(list)
        for each in contract.agreements.values():
            for name in each.supports:
                if name != each.name:
                    self._supporters[name].append(each)

    def is_backed(self, agreement: Agreement) -> bool:
        """Whether anything supports an agreement."""
        return bool(self._supporters.get(agreement.name))

    def below(self, agreement: Agreement) -> list[Agreement]:
        """Return the agreements that support one directly."""
        return self._supporters.get(agreement.name, [])

    def behind(self, agreement: Agreement) -> Iterator[tuple[Target, list[Target]]]:
        """Yield each target of an agreement with the promises behind it."""
        allowed = PAIRS_AT_MOST // (len(agreement.targets) or 1)
        for target in agreement.targets:
            yield target, self._nearest(agreement, target, allowed)

    def _nearest(self, agreement: Agreement, target: Target, allowed: int) -> list[Target]:
        found: list[Target] = []
        seen, pending = {agreement.name}, list(self.below(agreement))
        while pending and len(seen) <= _BEHIND_AT_MOST and allowed > 0:
            each = pending.pop(0)
            if each.name in seen:
                continue
            seen.add(each.name)
            looked_at = each.targets[:allowed]
            allowed -= len(looked_at)
            speaking = [one for one in looked_at if self._speaks_of(one, target)]
            found += self._affordable(target, speaking) or speaking[: not found]
            if not speaking:
                pending += self.below(each)
        return found

    def _affordable(self, target: Target, speaking: list[Target]) -> list[Target]:
        """Leave out promises on other calendars or in other units once very many were compared by their weeks."""
        return [each for each in speaking if self._is_affordable(target, each)]

    def _is_affordable(self, target: Target, backing: Target) -> bool:
        mine, theirs = level_of_tickets(target), level_of_tickets(backing)
        if mine is None or theirs is None:
            return True
        key = mine.limit.values[0][1], theirs.limit.values[0][1]
        if backing.calendar == target.calendar and comparable(key[0].duration, key[1].duration):
            return True
        if key not in self._by_weeks and len(self._by_weeks) >= _BY_WEEKS_AT_MOST:
            return False
        self._by_weeks.add(key)
        return True

    def _speaks_of(self, backing: Target, target: Target) -> bool:
        """Whether one target speaks of a part of what another promises."""
        one, other = backing.form, target.form
        if isinstance(one, Availability) and isinstance(other, Availability):
            return any(not self.foundations.of(name).isdisjoint(one.services) for name in other.services)
        if isinstance(one, Within | Statistic) and isinstance(other, Within | Statistic):
            return one.measure == other.measure and share_tickets(one.population, other.population)
        return False


def share_tickets(one: Population, other: Population) -> bool:
    """Whether two populations can have tickets in common; services are left aside, since tickets pass among them."""
    return one.kind == other.kind and all(
        not mine or not theirs or not set(mine).isdisjoint(theirs)
        for mine, theirs in ((one.priorities, other.priorities), (one.requests, other.requests))
    )


def days_of_both(one: Agreement, other: Agreement) -> tuple[date, date]:
    """Return the first and last day on which two agreements are in force; the last may lie before the first."""
    return (
        max(one.valid_from or date.min, other.valid_from or date.min),
        min(one.valid_to or date.max, other.valid_to or date.max),
    )


def changes(first: date, last: date, *dated: Dated[Limit] | Dated[Fraction] | Fraction | None) -> list[date]:
    """Return the days from which something holds, within a range of days: its first day, and each change after it."""
    found = {first}
    for each in dated:
        for since, _, _ in getattr(each, "values", ()):
            if since is not None and first < since <= last:
                found.add(since)
    return sorted(found)

"""Which conditions tickets meet, worked out once for each class of what a simulated ticket can tell.

A class is a row: kind, service, customer, priority, reopenings, reassignments, in this order, the last counting up
first. Codes are shifted by one, so that 0 is a missing word.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.events.columns import Coded, Tickets
from slmdsl.rules.conditions import selected
from slmdsl.syntax.tree.populations import And, Compare, In, Not, Or, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slmdsl.rules.tables import Int64, UInt8
    from slmdsl.syntax.tree.populations import Condition, Operand
    from slmdsl.workload.plan import Arrivals, Words

_MOST = 10_000
"""No ticket is reopened or handed on more often: none enters more steps."""
_MOST_OF_WORDS = 100
"""How many there are told apart by what a count is compared with that is no number."""


class Classes(NamedTuple):
    """How many kinds, services, customers and priorities there are, a missing one included, and counts that matter."""

    kinds: int
    services: int
    customers: int
    priorities: int
    most_reopenings: int
    most_reassignments: int

    @property
    def shape(self) -> tuple[int, ...]:
        """How many different values each part of a class has."""
        return (*self[:4], self.most_reopenings + 1, self.most_reassignments + 1)


def classes_of(words: Words, conditions: Iterable[Condition]) -> Classes:
    """Return the classes that `conditions` may tell apart: a single one if there are none."""
    comparisons = [each for condition in conditions for each in _comparisons(condition)]
    if not comparisons:
        return Classes(1, 1, 1, 1, 0, 0)
    sizes = [len(found) + 1 for found in (words.kinds, words.services, words.customers, words.priorities)]
    return Classes(*sizes, *(_most(comparisons, name) for name in ("reopenings", "reassignments")))


def met(conditions: tuple[Condition, ...], words: Words, classes: Classes) -> UInt8:
    """Return which conditions (rows) are met in which class, 0 or 1."""
    if not conditions:
        return np.zeros((0, 1), np.uint8)
    tickets = _one_of_each(words, classes)
    return np.array([selected(condition, tickets) for condition in conditions], np.uint8)


def rows_of(arrivals: Arrivals, classes: Classes) -> Int64:
    """Return the class of each ticket before it is reopened or handed on."""
    if prod(classes.shape) == 1:
        return np.zeros(len(arrivals), np.int64)
    rows = arrivals.kind.astype(np.int64) + 1
    for codes, size in (
        (arrivals.service, classes.services),
        (arrivals.customer, classes.customers),
        (arrivals.priority, classes.priorities),
    ):
        rows = rows * size + codes + 1
    return rows * (classes.most_reopenings + 1) * (classes.most_reassignments + 1)


def _one_of_each(words: Words, classes: Classes) -> Tickets:
    kind, service, customer, priority, reopenings, reassignments = (
        part.ravel().astype(np.int32) for part in np.indices(classes.shape)
    )
    count = prod(classes.shape)
    never = np.full(count, NO_TIME, np.int64)
    return Tickets(
        ids=(),
        kind=Coded(codes=kind - 1, values=words.kinds),
        service=Coded(codes=service - 1, values=words.services),
        priority=Coded(codes=priority - 1, values=words.priorities),
        customer=Coded(codes=customer - 1, values=words.customers),
        # Simulated tickets come to their first group by an event.
        group=Coded(codes=np.full(count, -1, np.int32), values=words.groups),
        opened_us=never,
        responded_us=never,
        resolved_us=never,
        closed_us=never,
        reopenings=reopenings,
        reassignments=reassignments,
        first_event=never,
    )


def _comparisons(condition: Condition) -> Iterator[Condition]:
    """Yield the parts of a condition that have none themselves."""
    if isinstance(condition, And | Or):
        for part in condition.parts:
            yield from _comparisons(part)
    elif isinstance(condition, Not):
        yield from _comparisons(condition.part)
    else:
        yield condition


def _most(comparisons: Iterable[Condition], name: str) -> int:
    """Return the count of `name` behind which it does not matter to any comparison how many there are."""
    operands: list[Operand] = []
    for each in comparisons:
        if isinstance(each, Compare) and each.field.text == name:
            operands.append(each.value)
        elif isinstance(each, In) and each.field.text == name:
            operands += each.values
    return max((_behind(operand) for operand in operands), default=0)


def _behind(operand: Operand) -> int:
    value = operand.text if isinstance(operand, Word) else operand.value
    if not isinstance(value, int | Fraction):
        return _MOST_OF_WORDS
    # What no ticket reaches tells none from another.
    return int(value) + 1 if 0 <= value <= _MOST else 0

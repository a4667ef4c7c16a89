"""Which tickets of a load belong to a population: worked out for all they can be, looked up for each.

A simulated ticket is told by its stream's kind, its service, priority and customer; a condition on anything else cannot
select among tickets that have not happened yet.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.syntax.tree.populations import And, Compare, In, IsKnown, IsMissing, Not, Or, Word
from slmdsl.workload.codes import CANNOT_COMPILE
from slmdsl.workload.demand.table import Matches
from slmdsl.workload.errors import UncompilableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slmdsl.contract.model.agreements import Population
    from slmdsl.syntax.tree.populations import Condition, Operand
    from slmdsl.workload.plan import Words

FALSE, UNKNOWN, TRUE = range(3)

_ATTRIBUTES: Final = ("service", "priority", "customer")
_KINDS: Final = ("incident", "problem", "change")


class PopulationTable:
    """The populations found so far; equal ones are one."""

    def __init__(self, kinds: Sequence[str], words: Words) -> None:
        """Take the kinds of all streams and what tickets can be."""
        self._kinds = kinds
        self._words = (words.services, words.priorities, words.customers)
        self._found: dict[Population, int] = {}

    def row(self, population: Population) -> int:
        """Return the row of a population."""
        return self._found.setdefault(population, len(self._found))

    def table(self) -> Matches:
        """Return all that were asked for.

        Raises:
            UncompilableError: one of them looks at what no ticket has yet.
        """
        base, strides = list[int](), list[tuple[int, ...]]()
        cells = list[bool]()
        for population in self._found:
            values = [
                (None, *words) if looks else (None,)
                for looks, words in zip(_looks_at(population), self._words, strict=True)
            ]
            sizes = [len(each) for each in values]
            strides.append(
                tuple(
                    step if size > 1 else 0
                    for size, step in zip(sizes, (sizes[1] * sizes[2], sizes[2], 1), strict=True)
                )
            )
            for kind in self._kinds:
                base.append(len(cells) if is_of_kind(population, kind) else -1)
                if base[-1] >= 0:
                    cells.extend(belongs(population, kind, *each) for each in product(*values))
        by_attribute = np.array(strides, np.int64).reshape(-1, 3)
        return Matches(
            base=np.array(base, np.int64),
            service_stride=by_attribute[:, 0].copy(),
            priority_stride=by_attribute[:, 1].copy(),
            customer_stride=by_attribute[:, 2].copy(),
            belongs=np.array(cells, np.bool_),
        )


def is_of_kind(population: Population, kind: str) -> bool:
    """Tell whether tickets of a stream's kind can belong to a population; requests are named by themselves."""
    if population.kind != "request":
        return kind == population.kind
    return kind in population.requests if population.requests else kind not in _KINDS


def belongs(
    population: Population, kind: str, service: str | None, priority: str | None, customer: str | None
) -> bool:
    """Tell whether a ticket of a kind that `is_of_kind` belongs to a population. None stands for what it lacks."""
    if population.services and service not in population.services:
        return False
    if population.priorities and priority not in population.priorities:
        return False
    if population.condition is None:
        return True
    facts = {"kind": kind, "service": service, "priority": priority, "customer": customer}
    return truth(population.condition, facts) == TRUE


def truth(condition: Condition, facts: Mapping[str, str | None]) -> int:
    """Return FALSE, UNKNOWN or TRUE: a comparison with what a ticket lacks is neither true nor false."""
    match condition:
        case Not():
            return TRUE - truth(condition.part, facts)
        case And():
            return min(truth(part, facts) for part in condition.parts)
        case Or():
            return max(truth(part, facts) for part in condition.parts)
        case IsMissing() | IsKnown():
            missing = facts[condition.field.text] is None
            return TRUE if missing == isinstance(condition, IsMissing) else FALSE
        case In():
            return max(_equal(facts[condition.field.text], each) for each in condition.values)
        case Compare():
            same = _equal(facts[condition.field.text], condition.value)
            return same if condition.operator == "=" else TRUE - same


def _equal(word: str | None, operand: Operand) -> int:
    if word is None:
        return UNKNOWN
    return TRUE if word == _word_of(operand) else FALSE


def _word_of(operand: Operand) -> object:
    return operand.text if isinstance(operand, Word) else operand.value


def _looks_at(population: Population) -> tuple[bool, ...]:
    """Return whether a population looks at service, priority and customer.

    Raises:
        UncompilableError: it looks at something else, or compares by more than equality.
    """
    fields = set[str]()
    if population.condition is not None:
        for each in _comparisons(population.condition):
            fields.add(each.field.text)
            if each.field.text not in (*_ATTRIBUTES, "kind"):
                message = (
                    f"`{each.field.text}` is not known of tickets that are drawn: they have a kind, a service, "
                    "a priority and a customer"
                )
                raise UncompilableError(CANNOT_COMPILE.at(each.field.span, message))
            if isinstance(each, Compare) and each.operator not in ("=", "!="):
                message = f"tickets that are drawn have no numbers to compare by `{each.operator}`"
                raise UncompilableError(CANNOT_COMPILE.at(each.span, message))
    named = (population.services, population.priorities, ())
    return tuple(bool(names) or field in fields for field, names in zip(_ATTRIBUTES, named, strict=True))


def _comparisons(condition: Condition) -> Iterator[Compare | In | IsMissing | IsKnown]:
    match condition:
        case Not():
            yield from _comparisons(condition.part)
        case And() | Or():
            for part in condition.parts:
                yield from _comparisons(part)
        case _:
            yield condition

"""From the text of a population to which tickets it selects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from slmdsl.contract.model.agreements import OutageSelection, Population
from slmdsl.syntax.tree import kinds

if TYPE_CHECKING:
    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.syntax.tree import populations as tree

_KINDS: Final[dict[str, Literal["incident", "request", "problem", "change"]]] = {
    "incident": "incident",
    "request": "request",
    "problem": "problem",
    "change": "change",
}


def population(said: tree.Population, reading: Reading) -> Population:
    """Return a population with its names told apart into priorities and requests."""
    return Population(
        kind=_KINDS[said.kind.value],
        priorities=reading.names(ref for ref in said.names if reading.kind(ref) == kinds.PRIORITY),
        requests=reading.names(ref for ref in said.names if reading.kind(ref) == kinds.REQUEST),
        services=reading.names(said.services),
        condition=said.condition,
        words=reading.words(said.span),
    )


def outage_selection(said: tree.Outages, reading: Reading) -> OutageSelection:
    """Return which outages are meant."""
    return OutageSelection(
        services=reading.names(said.services), condition=said.condition, words=reading.words(said.span)
    )


def is_of_the_moment(said: tree.Population) -> bool:
    """Whether a population speaks of tickets as they stand: `open incidents older than 30 days`."""
    return said.open or said.older_than is not None

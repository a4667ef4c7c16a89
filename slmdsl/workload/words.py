"""The dictionaries of a simulated log: every name that it may show, and its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.contract.model.escalations import Backlog
from slmdsl.contract.model.risks import AddAgents
from slmdsl.workload.desk_conditions import leaves_of
from slmdsl.workload.plan import Words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from slmdsl.contract.model.escalations import DeskCondition
    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.workload.carried.carried import MoreWords

FAILURE: Final = "failure"
"""The cause of the outage of a component that fails on its own."""


def words_of(
    what_if: WhatIf, conditions: Collection[DeskCondition], agents: Sequence[str], more: MoreWords
) -> Words:
    """Return the words of a scenario; `conditions` are all whose backlogs are looked at, `agents` all names.

    Those that only tickets have that are there from the beginning (`more`) come last.
    """
    streams, causes = what_if.load.streams, what_if.load.causes
    raised = [each for cause in causes for each in cause.raises]
    mixed = [part.name for stream in streams for part in stream.services]
    return Words(
        kinds=_distinct(stream.kind for stream in streams),
        services=_distinct([*mixed, *(name for each in raised for name in each.services), *more.services]),
        priorities=_distinct(_priorities(what_if)),
        customers=_distinct([*(part.name for each in streams for part in each.customers), *more.customers]),
        groups=_distinct(
            [*staffed_groups(what_if, conditions), *_named_groups(what_if, conditions), *more.groups]
        ),
        agents=(*agents, *(name for name in more.agents if name not in set(agents))),
        causes=_distinct([FAILURE, *(each.name for each in causes), *(each.name for each in what_if.risks)]),
    )


def codes(names: Iterable[str]) -> dict[str, int]:
    """Return the code of each of distinct names.

    >>> codes(("a", "b"))
    {'a': 0, 'b': 1}
    """
    return {name: code for code, name in enumerate(names)}


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _priorities(what_if: WhatIf) -> Iterator[str]:
    """Yield priorities by rank: as they are first mentioned in matrices, row by row, then in mixes."""
    for matrix in what_if.contract.priorities.values():
        for row in matrix.cells:
            yield from row
    for stream in what_if.load.streams:
        for mix in stream.priorities:
            yield from (part.name for part in mix.shares)
    for cause in what_if.load.causes:
        for raised in cause.raises:
            yield from raised.priorities


def staffed_groups(what_if: WhatIf, conditions: Collection[DeskCondition]) -> tuple[str, ...]:
    """Return the groups with staff that steps, actions or conditions name, in the order of the text."""
    named = {*_named_groups(what_if, conditions), *_reinforced(what_if)}
    return tuple(name for name in what_if.contract.staff if name in named)


def _named_groups(what_if: WhatIf, conditions: Collection[DeskCondition]) -> Iterator[str]:
    for stream in what_if.load.streams:
        yield from (step.group for step in stream.steps if step.group is not None)
    for condition in conditions:
        yield from (leaf.team for leaf in leaves_of(condition) if isinstance(leaf, Backlog))


def _reinforced(what_if: WhatIf) -> Iterator[str]:
    for contingency in what_if.contingencies:
        yield from (each.staff for each in contingency.actions if isinstance(each, AddAgents))

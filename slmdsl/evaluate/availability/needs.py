"""Needs over timelines, three-valued: a series is down when any part is, redundancy when too few can be up."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.evaluate.availability.facts import UNKNOWN_STATE
from slmdsl.evaluate.availability.steps import Steps, compact, edges_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.contract.needs import UptimeNode
    from slmdsl.evaluate.availability.facts import UptimeFacts


def timeline_of(nodes: Sequence[UptimeNode], facts: UptimeFacts) -> Steps:
    """Return the timeline of the last node: what it needs and its own facts in series.

    A need of which the log knows nothing at all is unknown, but takes no part where the service has facts of its
    own: what is measured from outside has its needs in it.
    """
    return states_of(nodes, facts)[-1] or UNKNOWN_STATE


def states_of(nodes: Sequence[UptimeNode], facts: UptimeFacts) -> list[Steps | None]:
    """Return the timeline of every node, None where there are no facts at all."""
    states: list[Steps | None] = []
    for node in nodes:
        own = None if node.name is None else facts.of(node.name)
        states.append(_state(node.least, own, [states[part] for part in node.parts]))
    return states


def _state(least: int, own: Steps | None, parts: Sequence[Steps | None]) -> Steps | None:
    """Return the state of a node from its own facts and its parts; None where there are no facts at all."""
    known = [part for part in parts if part is not None]
    if own is not None and least == len(parts):
        return at_least(len(known) + 1, [own, *known])
    if not known:
        return own
    needs = at_least(least, [UNKNOWN_STATE if part is None else part for part in parts])
    return needs if own is None else at_least(2, [own, needs])


def unknown_names(nodes: Sequence[UptimeNode], facts: UptimeFacts) -> tuple[str, ...]:
    """Return the leaves that the log knows nothing of."""
    return tuple(node.name for node in nodes if node.name and not node.parts and facts.of(node.name) is None)


def at_least(least: int, parts: Sequence[Steps]) -> Steps:
    """Return how far the `least` best of `parts` are all up: the least-th largest of their values."""
    edges = edges_of(parts)
    values = (part.at(edges) for part in parts)
    if least == len(parts):
        return compact(edges, reduce(np.minimum, values))
    return compact(edges, np.sort(np.stack(list(values)), axis=0)[len(parts) - least])

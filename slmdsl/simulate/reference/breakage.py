"""What breaks: components and crews, outages that the luck brings, and which services are up."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np

from slmdsl.simulate.outcome import FAILED
from slmdsl.simulate.reference.clock import Clock, Rank
from slmdsl.simulate.ticket_draws import duration
from slmdsl.workload.draws.keys import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slmdsl.simulate.reference.journal import Journal
    from slmdsl.workload.plan import DeskPlan, Luck

_NOWHERE = np.uint64(0)
_AT_LEAST_UP = 1


class Onlooker(Protocol):
    """Who must know what is up: conditions on the desk."""

    def outage_changed(self, gone_down: Iterable[int]) -> None:
        """See that something is down or up; these nodes have just gone down."""


@dataclass(slots=True, eq=False)
class Contribution:
    """One reason for which a node is down."""

    node: int
    cause: int
    is_covered: bool = False


@dataclass(slots=True, eq=False)
class Node:
    """What can be down: for reasons of its own, or because too few of its parts are up."""

    parts: tuple[int, ...]
    least: int
    stands: list[Contribution] = field(default_factory=list)
    own_since: int | None = None
    """Since when it is down for reasons of its own; None: it is not."""
    cause: int = FAILED
    down_since: int | None = None
    """Since when it is down for whatever reason."""

    @property
    def has_own(self) -> bool:
        """Whether a reason stands that nothing covers."""
        return any(not each.is_covered for each in self.stands)


@dataclass(slots=True, eq=False)
class Crew:
    """Who repairs: so many components at a time (None: any number)."""

    free: int | None
    waiting: list[Component] = field(default_factory=list)
    """Those that failed first stand first; they failed by number where they failed in one instant."""


@dataclass(slots=True, eq=False)
class Component:
    """What fails on its own."""

    number: int
    node: int
    crew: Crew
    failures: int = 0
    repairs: int = 0
    own: Contribution | None = None
    """Its failure that stands."""


class Breakage:
    """Everything that can be down."""

    def __init__(self, plan: DeskPlan, luck: Luck, clock: Clock, journal: Journal, desk: Onlooker) -> None:
        self._plan, self._luck, self._clock, self._journal, self._desk = plan, luck, clock, journal, desk
        nodes = plan.nodes
        self.nodes = [
            Node(tuple(nodes.part[nodes.first_part[i] : nodes.end_part[i]].tolist()), int(nodes.least[i]))
            for i in range(len(nodes.names))
        ]
        failing = plan.failing
        crews = [Crew(None if size < 0 else size) for size in failing.crew_size.tolist()]
        self._components = [
            Component(number, node, crews[crew])
            for number, (node, crew) in enumerate(
                zip(failing.node.tolist(), failing.crew.tolist(), strict=True)
            )
        ]

    def begin(self) -> None:
        """Expect the first failures, and the outages of the luck."""
        for component in self._components:
            self._expect_failure(component)
        luck, first = self._luck, len(self._components)
        for number, at in enumerate(luck.outage_from.tolist()):
            self._clock.at(at, Rank.FAILURE, first + number, partial(self._strike, number))

    def _strike(self, number: int) -> None:
        luck = self._luck
        contribution = Contribution(int(luck.outage_node[number]), int(luck.outage_cause[number]))
        end, ident = int(luck.outage_to[number]), len(self._components) + number
        self._clock.at(end, Rank.RECOVERY, ident, lambda: self._end(contribution))
        self._stand(contribution)

    # Components

    def _expect_failure(self, component: Component) -> None:
        up = max(
            self._draw(component, self._plan.failing.fails, component.failures, Purpose.FAILURE), _AT_LEAST_UP
        )
        component.failures += 1
        self._clock.at(self._clock.now + up, Rank.FAILURE, component.number, lambda: self._fail(component))

    def _fail(self, component: Component) -> None:
        component.own = Contribution(component.node, FAILED)
        component.crew.waiting.append(component)
        self._stand(component.own)
        self._repair_next(component.crew)

    def _repair_next(self, crew: Crew) -> None:
        if crew.waiting and crew.free != 0:
            component = crew.waiting.pop(0)
            if crew.free is not None:
                crew.free -= 1
            length = self._draw(component, self._plan.failing.repaired, component.repairs, Purpose.REPAIR)
            component.repairs += 1
            self._clock.at(
                self._clock.now + length, Rank.RECOVERY, component.number, lambda: self._repaired(component)
            )

    def _repaired(self, component: Component) -> None:
        crew = component.crew
        if crew.free is not None:
            crew.free += 1
        if component.own:
            self._end(component.own)
        self._expect_failure(component)
        self._repair_next(crew)

    def _draw(self, component: Component, rows: np.ndarray, visit: int, purpose: Purpose) -> int:
        failing, key = self._plan.failing, np.uint64(self._luck.key)
        row, entity = int(rows[component.number]), np.uint64(failing.entity[component.number])
        words = key, entity, _NOWHERE, np.uint64(visit), np.uint64(purpose)
        return int(duration(self._plan.distributions, row, self._plan.tick_us, *words))

    # Contributions

    def _stand(self, contribution: Contribution) -> None:
        node = self.nodes[contribution.node]
        node.stands.append(contribution)
        if node.own_since is None:
            node.own_since, node.cause = self._clock.now, contribution.cause
        self._look()

    def _end(self, contribution: Contribution) -> None:
        self.nodes[contribution.node].stands.remove(contribution)
        self._write_if_over(contribution.node)
        self._look()

    def restore(self, number: int) -> None:
        """Cover what stands on a node and on everything that it needs."""
        for each in sorted(self._needed(number)):
            for contribution in self.nodes[each].stands:
                contribution.is_covered = True
            self._write_if_over(each)
        self._look()

    def _needed(self, number: int) -> set[int]:
        found, ahead = {number}, [number]
        while ahead:
            new = set(self.nodes[ahead.pop()].parts) - found
            found |= new
            ahead.extend(new)
        return found

    def _write_if_over(self, number: int) -> None:
        node = self.nodes[number]
        if node.own_since is not None and not node.has_own:
            self._journal.outage(number, node.own_since, self._clock.now, node.cause)
            node.own_since = None

    def cut(self) -> None:
        """Write the outages that stand at the end."""
        for number, node in enumerate(self.nodes):
            if node.own_since is not None:
                self._journal.outage(number, node.own_since, None, node.cause)

    def _look(self) -> None:
        """Find out who is up now."""
        gone_down = []
        for number, node in enumerate(self.nodes):
            up_parts = sum(self.nodes[part].down_since is None for part in node.parts)
            if node.own_since is None and up_parts >= node.least:
                node.down_since = None
            elif node.down_since is None:
                node.down_since = self._clock.now
                gone_down.append(number)
        self._desk.outage_changed(gone_down)

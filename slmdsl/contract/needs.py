"""What services rest on, as nodes in order of dependence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.contract.model.catalogue import NeedsAll, NeedsAny, NeedsOne

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from slmdsl.contract.model.catalogue import Need, Service


@dataclass(frozen=True, slots=True, kw_only=True)
class UptimeNode:
    """Something that is up or down: by facts of its own (`name`), and when fewer than `least` of `parts` are up.

    `parts` are places in the tuple of nodes, all before this one.
    """

    name: str | None
    least: int
    parts: tuple[int, ...]


def uptime_nodes(root: str, services: Mapping[str, Service]) -> tuple[UptimeNode, ...]:
    """Return what a service rests on as nodes in order of dependence, the service itself last.

    Components are leaves named `service.component`. Circles of needs are refused by the contract's checks.
    """
    return nodes_of((root,), services)


def nodes_of(roots: Iterable[str], services: Mapping[str, Service]) -> tuple[UptimeNode, ...]:
    """Return what services and components rest on, one node for each name: each root once all it needs is there."""
    tree = _Tree(services)
    for root in roots:
        if root not in services:
            tree.add_name(root)
            continue
        for name in _needed_first(root, services):
            if name not in tree.places:
                tree.add_service(services[name])
    return tuple(tree.nodes)


def _needed_first(root: str, services: Mapping[str, Service]) -> list[str]:
    """Return `root` and all it needs, each after what it needs; without recursion, chains may be long."""
    order: dict[str, None] = {}
    waiting = [(root, False)]
    while waiting:
        name, needs_are_there = waiting.pop()
        if needs_are_there:
            order[name] = None
        elif name not in order:
            waiting.append((name, True))
            needed = services[name].needs
            leaves = _leaves(needed) if needed else ()
            needed_services = [leaf for leaf in leaves if _is_service(leaf, services[name], services)]
            waiting.extend((leaf, False) for leaf in reversed(needed_services))
    return list(order)


def _leaves(need: Need) -> Iterable[str]:
    if isinstance(need, NeedsOne):
        return (need.name,)
    return (leaf for part in need.parts for leaf in _leaves(part))


def _is_service(leaf: str, service: Service, services: Mapping[str, Service]) -> bool:
    """A component of the block's own hides a service of the same name."""
    return leaf not in service.components and leaf in services


def _series(need: Need) -> tuple[Need, ...]:
    """Return what stands in series at the top of a need, so that a service is one node with all of it."""
    return (
        tuple(part for each in need.parts for part in _series(each))
        if isinstance(need, NeedsAll)
        else (need,)
    )


class _Tree:
    """Nodes while they are collected; every name has one."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self.services = services
        self.nodes: list[UptimeNode] = []
        self.places: dict[str, int] = {}

    def add(self, name: str | None, least: int, parts: tuple[int, ...]) -> int:
        self.nodes.append(UptimeNode(name=name, least=least, parts=parts))
        return len(self.nodes) - 1

    def add_service(self, service: Service) -> None:
        series = () if service.needs is None else _series(service.needs)
        parts = tuple(self.add_need(part, service) for part in series)
        self.places[service.name] = self.add(service.name, len(parts), parts)

    def add_need(self, need: Need, service: Service) -> int:
        if isinstance(need, NeedsOne):
            return self.add_leaf(need.name, service)
        parts = tuple(self.add_need(part, service) for part in need.parts)
        return self.add(None, need.least if isinstance(need, NeedsAny) else len(parts), parts)

    def add_leaf(self, name: str, service: Service) -> int:
        if not _is_service(name, service, self.services):
            name = f"{service.name}.{name}" if name in service.components else name
        return self.add_name(name)

    def add_name(self, name: str) -> int:
        if name not in self.places:
            self.places[name] = self.add(name, 0, ())
        return self.places[name]

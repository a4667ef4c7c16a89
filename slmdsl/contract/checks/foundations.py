"""What services rest on, and their availability on paper."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Final

from slmdsl.contract.model.catalogue import NeedsAll, NeedsOne

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slmdsl.contract.model.catalogue import Need, Service


def leaves(need: Need | None) -> Iterator[str]:
    """Yield the services and components that a need names."""
    if isinstance(need, NeedsOne):
        yield need.name
    elif need is not None:
        for part in need.parts:
            yield from leaves(part)


class Foundations:
    """What services rest on: themselves, what they need, and what that needs."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self.services: Final = services
        self._known: Final[dict[str, frozenset[str]]] = {}

    def of(self, name: str) -> frozenset[str]:
        """Return a service or component and everything that it rests on."""
        if name not in self._known:
            found, pending = {name}, [name]
            while pending:
                service = self.services.get(pending.pop())
                for each in leaves(service.needs) if service else ():
                    if each not in found:
                        found.add(each)
                        pending.append(each)
            self._known[name] = frozenset(found)
        return self._known[name]

    def of_all(self, names: Sequence[str]) -> frozenset[str]:
        """Return everything that some services rest on."""
        return frozenset().union(*(self.of(name) for name in names))


class Paper:
    """Availability by the product rule, from what is promised of the parts; what nobody promises counts as up.

    A service's level is the product of its factors: promised services, and groups of which some must be up. A factor
    that is needed in two ways is one factor. Within a group, parts are taken as independent.
    """

    def __init__(self, services: Mapping[str, Service], promised: Mapping[str, Fraction]) -> None:
        self._services: Final = services
        self._promised: Final = promised
        self._factors: Final[dict[str, dict[object, Fraction]]] = {}
        self._parts: Final[dict[str, frozenset[str]]] = {}

    def level(self, *names: str) -> Fraction:
        """Return the availability of services, all of them at once, by what their needs are promised."""
        for name in names:
            self._settle(name)
        return _product({key: level for name in names for key, level in self._factors[name].items()})

    def parts(self, *names: str) -> list[str]:
        """Return the promised services that a level was made of, sorted."""
        for name in names:
            self._settle(name)
        return sorted({part for name in names for part in self._parts[name]})

    def _settle(self, root: str) -> None:
        """Work out `root` after what it needs, without recursion; a circle counts as up once."""
        pending = [(root, False)]
        begun: set[str] = set()
        while pending:
            name, ready = pending.pop()
            if name in self._factors:
                continue
            if ready:
                self._work_out(name)
            elif name not in begun:
                begun.add(name)
                pending.append((name, True))
                service = self._services.get(name)
                needed = [] if name in self._promised or service is None else list(leaves(service.needs))
                pending.extend((each, False) for each in needed)

    def _work_out(self, name: str) -> None:
        service = self._services.get(name)
        empty: frozenset[str] = frozenset()
        if name in self._promised:
            self._factors[name], self._parts[name] = {name: self._promised[name]}, frozenset((name,))
        elif service is None or service.needs is None:
            self._factors[name], self._parts[name] = {}, empty
        else:
            self._factors[name] = self._of_need(service.needs)
            self._parts[name] = empty.union(*(self._parts.get(each, empty) for each in leaves(service.needs)))

    def _of_need(self, need: Need) -> dict[object, Fraction]:
        if isinstance(need, NeedsOne):
            return self._factors.get(need.name, {})
        parts = [self._of_need(each) for each in need.parts]
        if isinstance(need, NeedsAll):
            return {key: level for part in parts for key, level in part.items()}
        return {id(need): _at_least(need.least, [_product(part) for part in parts])}


def _product(factors: Mapping[object, Fraction]) -> Fraction:
    return prod(factors.values(), start=Fraction(1))


def _at_least(least: int, levels: Sequence[Fraction]) -> Fraction:
    """Return the chance that at least so many of independent parts are up."""
    chances = [Fraction(1)]
    for level in levels:
        up = [Fraction(0), *(chance * level for chance in chances)]
        down = [*(chance * (1 - level) for chance in chances), Fraction(0)]
        chances = [a + b for a, b in zip(up, down, strict=True)]
    return sum(chances[max(least, 0) :], Fraction(0))

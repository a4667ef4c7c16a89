"""What differs in the catalogue that agreements rest on: parties, requests, priorities, and prose that is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from slmdsl.contract.changes.change import Change, Direction
from slmdsl.syntax.tree.catalogue import Approval, Price

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from slmdsl.base.spans import Span
    from slmdsl.contract.model.catalogue import Party, PriorityMatrix, RequestType, Service
    from slmdsl.contract.model.spec import Contract
    from slmdsl.syntax.tree.file import Declaration

T = TypeVar("T", "Party", "RequestType", "Service")

_PRINTED: Final = frozenset({"sla", "ola", "contract", "service", "request"})
"""Blocks whose prose stands in agreements."""
_WEIGHTS: Final = {
    "priority": 77,
    "prose": 59,
    "price": 47,
    "known_as": 42,
    "request_service": 35,
    "customers": 30,
    "users": 25,
    "metrics": 20,
    "party_title": 15,
    "approval": 14,
    "owner": 12,
    "criticality": 11,
    "contacts": 4,
}
"""What a change of each aspect weighs."""


def catalogue_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield what both contracts declare and declare otherwise; what came or went shows where agreements name it."""
    for name, matrix in new.priorities.items():
        if name in old.priorities:
            yield from _priorities(old.priorities[name], matrix)
    for name, party in new.parties.items():
        if name in old.parties:
            yield from _differing(old.parties[name], party, _OF_PARTIES)
    for name, request in new.requests.items():
        if name in old.requests:
            yield from _differing(old.requests[name], request, _OF_REQUESTS)
    for name, service in new.services.items():
        if name in old.services:
            yield from _differing(old.services[name], service, _OF_SERVICES)
    yield from _written(_blocks(old), _blocks(new))


def _priorities(old: PriorityMatrix, new: PriorityMatrix) -> Iterator[Change]:
    """Yield a change for each cell: another priority is another limit for the same incident."""
    before, now = _cells(old), _cells(new)
    for cell in dict.fromkeys((*before, *now)):
        if before.get(cell) != now.get(cell):
            was, is_now = (_cell(cell, found.get(cell)) for found in (before, now))
            yield _change(new.name, "priority", was, is_now, old.span, new.span)


def _cell(cell: tuple[str, str], priority: str | None) -> str | None:
    return None if priority is None else f"{cell[0]} × {cell[1]}: {priority}"


def _cells(matrix: PriorityMatrix) -> dict[tuple[str, str], str]:
    return {
        (impact, urgency): cell
        for impact, row in zip(matrix.impacts, matrix.cells, strict=True)
        for urgency, cell in zip(matrix.urgencies, row, strict=True)
    }


_OF_PARTIES: Final[dict[str, Callable[[Party], str | None]]] = {
    "party_title": lambda party: party.title or None,
    "known_as": lambda party: ", ".join(party.known_as) or None,
    "users": lambda party: None if party.users is None else f"{party.users:,}",
    "contacts": lambda party: ", ".join(" ".join(each).strip() for each in party.contacts) or None,
}
_OF_REQUESTS: Final[dict[str, Callable[[RequestType], str | None]]] = {
    "party_title": lambda request: request.title or None,
    "request_service": lambda request: request.service,
    "owner": lambda request: request.owner,
}
_OF_SERVICES: Final[dict[str, Callable[[Service], str | None]]] = {
    "party_title": lambda service: service.title or None,
    "owner": lambda service: service.owner,
    "customers": lambda service: ", ".join(service.customers) or None,
    "criticality": lambda service: service.criticality,
    "metrics": lambda service: ", ".join(f"{each.name} ({each.unit})" for each in service.metrics) or None,
}


def _differing(old: T, new: T, said: Mapping[str, Callable[[T], str | None]]) -> Iterator[Change]:
    for aspect, words in said.items():
        before, now = words(old), words(new)
        if before != now:
            yield _change(new.name, aspect, before, now, old.span, new.span)


def _blocks(contract: Contract) -> dict[tuple[str, str], Declaration]:
    return {(each.keyword, each.name.text): each for each in contract.declarations}


def _written(
    old: Mapping[tuple[str, str], Declaration], new: Mapping[tuple[str, str], Declaration]
) -> Iterator[Change]:
    """Yield changes of what is printed in agreements as it is written: prose, prices, approvals."""
    for key, block in new.items():
        if key not in old or key[0] not in _PRINTED:
            continue
        before = old[key]
        texts = [" ".join(each.prose.value.split()) if each.prose else None for each in (before, block)]
        if texts[0] != texts[1]:
            yield _change(block.name.text, "prose", texts[0], texts[1], before.head_span, block.head_span)
        for aspect, words in (("price", _price), ("approval", _approval)):
            was, is_now = words(before), words(block)
            if was != is_now:
                yield _change(block.name.text, aspect, was, is_now, before.head_span, block.head_span)


def _price(block: Declaration) -> str | None:
    return next((str(each.money.value) for each in block.body if isinstance(each, Price)), None)


def _approval(block: Declaration) -> str | None:
    return next((each.by.value for each in block.body if isinstance(each, Approval)), None)


def _change(
    name: str, aspect: str, old: str | None, new: str | None, old_span: Span, new_span: Span
) -> Change:
    return Change(
        agreement=name,
        target=None,
        aspect=aspect,
        old=old,
        new=new,
        direction=Direction.OTHER,
        weight=_WEIGHTS[aspect],
        old_span=old_span,
        new_span=new_span,
    )

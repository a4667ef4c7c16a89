"""From all that was read to the contract."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from slmdsl.contract.from_tree.agreements import agreements
from slmdsl.contract.from_tree.calendars import calendars
from slmdsl.contract.from_tree.catalogue import parties, priorities, requests, services
from slmdsl.contract.from_tree.clocks import clocks
from slmdsl.contract.from_tree.escalations import escalations
from slmdsl.contract.from_tree.sources import sources
from slmdsl.contract.model.spec import Contract

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.syntax.tree.file import File


def contract(files: Sequence[File], reading: Reading) -> Contract:
    """Return everything declared in `files`, resolved."""
    plans = calendars(reading)
    offered = services(reading, plans)
    counted = clocks(reading, plans)
    return Contract(
        calendars=MappingProxyType(plans),
        parties=MappingProxyType(parties(reading)),
        services=MappingProxyType(offered),
        requests=MappingProxyType(requests(reading)),
        priorities=MappingProxyType(priorities(reading)),
        fields=tuple(dict.fromkeys(each.name.text for file in files for each in file.fields)),
        clocks=MappingProxyType(counted),
        agreements=MappingProxyType(agreements(reading, plans, counted, offered)),
        sources=MappingProxyType(sources(reading)),
        escalations=MappingProxyType(escalations(reading)),
        declarations=reading.blocks,
    )

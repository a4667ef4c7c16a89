"""From all that was read to the contract."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from slmdsl.contract.from_tree.agreements import agreements
from slmdsl.contract.from_tree.calendars import calendars
from slmdsl.contract.from_tree.catalogue import parties, priorities, requests, services
from slmdsl.contract.from_tree.clocks import clocks
from slmdsl.contract.from_tree.edits import Studied
from slmdsl.contract.from_tree.escalations import escalations
from slmdsl.contract.from_tree.loads import Surroundings, loads
from slmdsl.contract.from_tree.reports import improvements, reports
from slmdsl.contract.from_tree.risks import contingencies, risks
from slmdsl.contract.from_tree.sources import sources
from slmdsl.contract.from_tree.studies import experiments, scenarios
from slmdsl.contract.from_tree.work import profiles, staff
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
    known, asked = parties(reading), requests(reading)
    around = Surroundings(reading=reading, calendars=plans, parties=known, requests=asked)
    promised, arriving = agreements(reading, plans, counted, offered), loads(around)
    studied = Studied(around=around, agreements=promised, loads=arriving)
    proposed = scenarios(studied)
    return Contract(
        calendars=MappingProxyType(plans),
        parties=MappingProxyType(known),
        services=MappingProxyType(offered),
        requests=MappingProxyType(asked),
        priorities=MappingProxyType(priorities(reading)),
        fields=tuple(dict.fromkeys(each.name.text for file in files for each in file.fields)),
        clocks=MappingProxyType(counted),
        agreements=MappingProxyType(promised),
        sources=MappingProxyType(sources(reading)),
        escalations=MappingProxyType(escalations(reading)),
        declarations=reading.blocks,
        staff=MappingProxyType(staff(reading)),
        profiles=MappingProxyType(profiles(reading)),
        loads=MappingProxyType(arriving),
        risks=MappingProxyType(risks(reading)),
        contingencies=MappingProxyType(contingencies(reading)),
        scenarios=MappingProxyType(proposed),
        experiments=MappingProxyType(experiments(studied)),
        reports=MappingProxyType(reports(reading)),
        improvements=MappingProxyType(improvements(studied, proposed)),
    )

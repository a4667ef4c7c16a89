"""What can be down: nodes, components that fail on their own, planned maintenance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.calendars.stretches import Stretches, merged
from slmdsl.contract.concerned import concern
from slmdsl.contract.maintenance import maintenance_us
from slmdsl.contract.model.escalations import OutageLasts
from slmdsl.contract.model.risks import RestoreService
from slmdsl.contract.needs import nodes_of
from slmdsl.workload.draws.keys import named_entity
from slmdsl.workload.plan import Failing, Nodes, PlannedOutages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.workload.desk_conditions import Asked
    from slmdsl.workload.horizon import SimulatedTime
    from slmdsl.workload.rows import DistributionRows

NO_CREW: Final = -1


def node_table(what_if: WhatIf, asked: Asked) -> Nodes:
    """Return what agreements, load, conditions, risks and actions speak of, and all that it needs.

    Services stand in the order of the text, but each after what it needs; components that nothing needs come last.
    """
    found = nodes_of(_roots(what_if, asked), what_if.contract.services)
    counts = np.array([len(each.parts) for each in found], np.int64)
    ends = np.cumsum(counts)
    return Nodes(
        names=tuple(each.name for each in found),
        least=np.array([each.least for each in found], np.int32),
        first_part=(ends - counts).astype(np.int32),
        end_part=ends.astype(np.int32),
        part=np.array([part for each in found for part in each.parts], np.int32),
    )


def node_codes(nodes: Nodes) -> dict[str, int]:
    """Return the row of every node that has a name."""
    return {name: row for row, name in enumerate(nodes.names) if name is not None}


def _roots(what_if: WhatIf, asked: Asked) -> Iterator[str]:
    services = what_if.contract.services
    wanted = concern(what_if.contract, what_if.load, what_if.agreements).services | set(
        _further(what_if, asked)
    )
    yield from (name for name in services if name in wanted)
    for name, service in services.items():
        parts = (f"{name}.{part}" for part in service.components)
        yield from (part for part in parts if part in wanted)


def _further(what_if: WhatIf, asked: Asked) -> Iterator[str]:
    """Yield what conditions look at, risks affect and actions restore."""
    yield from (leaf.service for leaf in asked.leaves if isinstance(leaf, OutageLasts))
    for risk in what_if.risks:
        yield from risk.affects
    for contingency in what_if.contingencies:
        yield from (each.service for each in contingency.actions if isinstance(each, RestoreService))


def failing_of(what_if: WhatIf, nodes: Mapping[str, int], rows: DistributionRows) -> Failing:
    """Compile the components that fail; those of one statement share its crew."""
    statements = what_if.load.failing
    listed = [(crew, each, name) for crew, each in enumerate(statements) for name in each.components]
    return Failing(
        node=np.array([nodes[name] for _, _, name in listed], np.int32),
        fails=np.array([rows.of(each.fails) for _, each, _ in listed], np.int32),
        repaired=np.array([rows.of(each.repaired) for _, each, _ in listed], np.int32),
        entity=np.array([named_entity(name) for _, _, name in listed], np.uint64),
        crew=np.array([crew for crew, _, _ in listed], np.int32),
        crew_size=np.array([NO_CREW if each.crew is None else each.crew for each in statements], np.int64),
    )


def planned_outages(what_if: WhatIf, nodes: Mapping[str, int], time: SimulatedTime) -> PlannedOutages:
    """Return the declared maintenance of all services among the nodes, announced as early as they promise."""
    services = what_if.contract.services
    columns = [(np.zeros(0, np.int64),) * 4]
    for name, node in nodes.items():
        for window in services[name].maintenance if name in services else ():
            # Where clocks change, an occurrence comes in two halves.
            starts_us, ends_us = merged(Stretches(*maintenance_us(window, *time.span_us)))
            starts, ends, kept = time.within(starts_us, ends_us)
            announced = (starts_us[kept] - window.notice_us) // time.tick_us
            columns.append((np.full(len(starts), node, np.int64), starts, ends, announced))
    node_of, starts, ends, announced = (np.concatenate(column) for column in zip(*columns, strict=True))
    order = np.lexsort((ends, node_of, starts))
    return PlannedOutages(
        node=node_of[order].astype(np.int32),
        start=starts[order],
        end=ends[order],
        announced=announced[order],
    )

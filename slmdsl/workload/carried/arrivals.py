"""The tickets that are there from the beginning, before those that a replication draws."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.workload.demand.arrivals import tables_of
from slmdsl.workload.demand.ticket_kernel import Rows, counted_by
from slmdsl.workload.plan import NONE, Arrivals

if TYPE_CHECKING:
    from slmdsl.workload.carried.carried import Carried
    from slmdsl.workload.plan import DeskPlan, Words64


def with_carried(plan: DeskPlan, arrivals: Arrivals) -> Arrivals:
    """Return arrivals with those before them that are there from the beginning; the same where nothing is."""
    carried = plan.carried
    if carried is None or not len(carried):
        return arrivals
    nothing = np.full(len(carried), NONE, np.int32)
    before: dict[str, Any] = {
        "at": carried.opened_us // plan.tick_us,
        "stream": carried.stream,
        "kind": plan.demand.kind[carried.stream],
        "service": carried.service,
        "priority": carried.priority,
        "customer": carried.customer,
        "entity": carried.entity,
        "source": carried.stream,  # the streams are the first sources
        "leaves": _leaves(plan, carried),
    }
    return Arrivals(
        **{
            each.name: np.concatenate([before.get(each.name, nothing), getattr(arrivals, each.name)]).astype(
                getattr(arrivals, each.name).dtype
            )
            for each in fields(Arrivals)
        }
    )


def _leaves(plan: DeskPlan, carried: Carried) -> Words64:
    """Return which leaves of conditions count the tickets."""
    count = len(carried)
    rows = Rows(
        at=np.zeros(count, np.int64),
        source=carried.stream.astype(np.int16),
        day=np.zeros(count, np.int32),
        burst=np.zeros(count, np.int32),
        member=np.zeros(count, np.uint16),
        service=carried.service,
        priority=carried.priority.astype(np.int16),
        customer=carried.customer,
    )
    found: Words64 = counted_by(
        tables_of(plan.demand), plan.demand.leaf_population, rows, np.arange(count, dtype=np.int32)
    )
    return found

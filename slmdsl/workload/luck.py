"""The luck of a replication: everything that is drawn before anything happens on the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slmdsl.workload.demand.arrivals import arrivals_of
from slmdsl.workload.draws.keys import key_of
from slmdsl.workload.duty import duties_of
from slmdsl.workload.plan import Luck
from slmdsl.workload.strikes import strikes_of

if TYPE_CHECKING:
    from slmdsl.workload.plan import DeskPlan


def luck_of(plan: DeskPlan, seed: int, replication: int) -> Luck:
    """Return what a replication of a plan draws; the same for the same arguments, on any machine and thread.

    Raises:
        ValueError: seed or replication have more than 32 bits.
        UncompilableError: more tickets or strikes come than can be told apart; its diagnostics say of what.

    For example `luck_of(desk_plan_of(contract, "today", ...), seed=2027, replication=0).arrivals`.
    """
    key = key_of(seed, replication)
    struck = strikes_of(plan, key)
    arrivals = arrivals_of(plan, key, struck.windows(plan.demand.surges), struck.tickets(plan.end))
    duties = duties_of(plan, key, struck.away)
    outages = np.array(struck.outages, np.int64).reshape(-1, 4)
    called = np.array(struck.called, np.int64).reshape(-1, 2)
    return Luck(
        key=key,
        arrivals=arrivals,
        first_duty=duties.first,
        end_duty=duties.end,
        duty_from=duties.start,
        duty_to=duties.stop,
        outage_from=outages[:, 0].copy(),
        outage_node=outages[:, 1].astype(np.int32),
        outage_to=outages[:, 2].copy(),
        outage_cause=outages[:, 3].astype(np.int32),
        invoked_at=called[:, 0].copy(),
        invoked=called[:, 1].astype(np.int32),
    )

"""The luck of a replication: everything that is drawn before anything happens on the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.workload.carried.arrivals import with_carried
from slmdsl.workload.demand.arrivals import arrivals_of
from slmdsl.workload.draws.keys import key_of
from slmdsl.workload.duty import duties_of
from slmdsl.workload.luck_inputs import inputs_of
from slmdsl.workload.plan import Luck
from slmdsl.workload.strikes import Struck, strikes_of

if TYPE_CHECKING:
    from slmdsl.workload.plan import Arrivals, DeskPlan

_OF_DUTIES = ("first_duty", "end_duty", "duty_from", "duty_to")
_OF_STRIKES = ("outage_from", "outage_node", "outage_to", "outage_cause", "invoked_at", "invoked")


def luck_of(
    plan: DeskPlan, seed: int, replication: int, *, like: tuple[DeskPlan, Luck] | None = None
) -> Luck:
    """Return what a replication of a plan draws; the same for the same arguments, on any machine and thread.

    Args:
        plan: a scenario over a horizon, compiled.
        seed: 0 .. 2**32 - 1.
        replication: its number, 0 .. 2**32 - 1.
        like: another plan with its luck of the same seed and replication. What both plans draw from the same is taken
            over from there, which changes nothing but the time that it takes; its arrays are shared, not copied.

    Raises:
        ValueError: seed or replication have more than 32 bits, or `like` is of another seed or replication.
        UncompilableError: more tickets or strikes come than can be told apart; its diagnostics say of what.

    For example `luck_of(desk_plan_of(contract, "today", ...), seed=2027, replication=0).arrivals`.
    """
    key = key_of(seed, replication)
    if like is None:
        struck = strikes_of(plan, key)
        return Luck(
            key=key, arrivals=_arrivals(plan, key, struck), **_duties(plan, key, struck), **_strikes(struck)
        )
    there, luck = like
    if luck.key != key:
        message = "the luck that another is to be like is of another seed or replication"
        raise ValueError(message)
    return _like(plan, there, luck)


def _like(plan: DeskPlan, there: DeskPlan, luck: Luck) -> Luck:
    """Return the luck of a plan with whatever another's luck has of it."""
    mine, others, key = inputs_of(plan), inputs_of(there), luck.key
    arrivals, outages, duties = (
        mine.arrivals == others.arrivals,
        mine.outages == others.outages,
        mine.duties == others.duties,
    )
    hangs_on_strikes = not (arrivals and outages and (duties or not mine.loses_staff))
    struck = strikes_of(plan, key) if hangs_on_strikes else Struck()
    return Luck(
        key=key,
        arrivals=luck.arrivals if arrivals else _arrivals(plan, key, struck),
        **(_taken(luck, _OF_DUTIES) if duties else _duties(plan, key, struck)),
        **(_taken(luck, _OF_STRIKES) if outages else _strikes(struck)),
    )


def _taken(luck: Luck, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(luck, name) for name in names}


def _arrivals(plan: DeskPlan, key: int, struck: Struck) -> Arrivals:
    return with_carried(
        plan, arrivals_of(plan, key, struck.windows(plan.demand.surges), struck.tickets(plan.end))
    )


def _duties(plan: DeskPlan, key: int, struck: Struck) -> dict[str, Any]:
    return dict(zip(_OF_DUTIES, duties_of(plan, key, struck.away), strict=True))


def _strikes(struck: Struck) -> dict[str, Any]:
    outages = np.array(struck.outages, np.int64).reshape(-1, 4)
    called = np.array(struck.called, np.int64).reshape(-1, 2)
    return {
        "outage_from": outages[:, 0].copy(),
        "outage_node": outages[:, 1].astype(np.int32),
        "outage_to": outages[:, 2].copy(),
        "outage_cause": outages[:, 3].astype(np.int32),
        "invoked_at": called[:, 0].copy(),
        "invoked": called[:, 1].astype(np.int32),
    }

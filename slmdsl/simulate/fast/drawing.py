"""The draws of `slmdsl.simulate.ticket_draws` inside the run: the same sources, inlined.

A call of a kernel hands over all arrays of the distributions and counts who holds them, which takes ten times as long
as the draw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import as_part, kernel_part
from slmdsl.simulate import ticket_draws
from slmdsl.workload.draws.keys import Purpose
from slmdsl.workload.draws.philox import uniforms
from slmdsl.workload.draws.shares import choice_of
from slmdsl.workload.draws.values import ticks_of, value_of

if TYPE_CHECKING:
    import numpy as np

    from slmdsl.simulate.fast.tables import Rules

coin = as_part(ticket_draws.coin)
_value_of = as_part(value_of)
_choice_of = as_part(choice_of)

_ROUTE = int(Purpose.ROUTE)


@kernel_part
def drawn_value(
    rules: Rules, row: int, key: np.uint64, entity: np.uint64, place: int, visit: int, purpose: int
) -> float:
    """Return what is drawn from a distribution, in its own unit; 0 for none."""
    if row < 0:
        return 0.0
    u, v = uniforms(key, entity, place, visit, purpose)
    return _value_of(rules.distributions, row, u, v)


@kernel_part
def duration(
    rules: Rules,
    row: int,
    tick_us: int,
    key: np.uint64,
    entity: np.uint64,
    place: int,
    visit: int,
    purpose: int,
) -> int:
    """Return a drawn time in ticks; 0 for no distribution."""
    if row < 0:
        return 0
    u, v = uniforms(key, entity, place, visit, purpose)
    return ticks_of(_value_of(rules.distributions, row, u, v), tick_us)


@kernel_part
def route(
    rules: Rules, first: int, end: int, key: np.uint64, entity: np.uint64, place: int, visit: int
) -> int:
    """Return which of the routes `first .. end` a ticket takes; -1 if none has a share."""
    if end - first == 1 and rules.route_share[first] > 0.0:
        return first
    return _choice_of(key, entity, place, visit, _ROUTE, rules.route_word, rules.route_share, first, end)

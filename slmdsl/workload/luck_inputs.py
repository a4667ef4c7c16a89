"""What the parts of a luck are drawn from: plans that agree in it need not draw twice.

Whoever compares what a desk with more people comes to simulates one plan after another, of which only the staff, the
limits or the rules of queues differ. Most of a replication's luck is the same for all of them.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from slmdsl.workload.draws.values import EMPIRICAL, MIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.workload.draws.values import Distributions
    from slmdsl.workload.plan import DeskPlan

_DISTRIBUTIONS: Final = frozenset(("burst", "every", "lasts", "count"))
"""Fields that hold rows of the plan's distributions. Plans number them each in their own way."""

_UNREAD: Final = frozenset(("names", "labels"))
"""Fields that no draw looks at: the luck of a source is that of its hash."""


class Inputs(NamedTuple):
    """Digests of all that a part of a luck is drawn from, apart from seed and replication.

    Where two plans have the same digest, they draw the same part, to the last bit.
    """

    arrivals: bytes
    outages: bytes
    """Of the calls for contingencies too."""
    duties: bytes
    loses_staff: bool
    """Whether duties hang on strikes."""


_KNOWN: WeakKeyDictionary[DeskPlan, Inputs] = WeakKeyDictionary()


def inputs_of(plan: DeskPlan) -> Inputs:
    """Return what the luck of a plan is drawn from; read once, and kept as long as the plan is.

    For example `inputs_of(one).arrivals == inputs_of(other).arrivals` where only the staff differs.
    """
    found = _KNOWN.get(plan)
    if found is None:
        found = _KNOWN[plan] = _read(plan)
    return found


def _read(plan: DeskPlan) -> Inputs:
    hazards, groups = plan.hazards, plan.groups
    days = hazards.first_day, hazards.edges_us
    raising = [each for each in hazards.causes if each.raises]
    surging = [each for each in hazards.risks if any(effect.surge >= 0 for effect in each.effects)]
    losing = [each for each in hazards.risks if any(effect.group >= 0 for effect in each.effects)]
    rosters = groups.first_roster, groups.end_roster, groups.roster_from, groups.roster_to
    return Inputs(
        arrivals=_digest(plan, plan.demand, days, raising, surging, plan.carried),
        outages=_digest(plan, hazards),
        duties=_digest(plan, plan.agents, plan.shifts, rosters, days, losing),
        loses_staff=bool(losing),
    )


def _digest(plan: DeskPlan, *parts: object) -> bytes:
    told = sha256()
    for piece in _told((plan.tick_us, plan.start, plan.end, parts), plan.distributions):
        told.update(len(piece).to_bytes(8, "little"))
        told.update(piece)
    return told.digest()


def _told(value: object, table: Distributions) -> Iterator[bytes]:
    """Yield what a value says, the same for equal values and for no others."""
    if isinstance(value, np.ndarray):
        yield f"{value.dtype.str}{value.shape}".encode()
        yield value.tobytes()
    elif isinstance(value, (list, tuple)):
        yield f"{len(value)} of".encode()
        for each in value:
            yield from _told(each, table)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name in _UNREAD:
                continue
            its = getattr(value, field.name)
            if field.name in _DISTRIBUTIONS:
                its = [_distribution(table, row) for row in np.ravel(its).tolist()]
            yield from _told(its, table)
    else:
        yield repr(value).encode()


def _distribution(table: Distributions, row: int) -> tuple[object, ...]:
    """Return a row of a table in full, with the rows that it is mixed of; nothing for none."""
    if row < 0:
        return ()
    family, part = int(table.family[row]), slice(int(table.first[row]), int(table.end[row]))
    if family == EMPIRICAL:
        return family, table.values[part]
    if family == MIX:
        mixed = [_distribution(table, each) for each in table.part_row[part].tolist()]
        return family, table.part_upto[part], mixed
    return family, table.a[row], table.b[row], table.c[row]

"""Random desks of which some tickets are there from the beginning, with a random past."""

from __future__ import annotations

from dataclasses import fields, replace
from random import Random

import numpy as np
from hypothesis import strategies as st

from slmdsl.base.units import NO_TIME
from slmdsl.events.columns import Coded
from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.workload.carried.carried import Carried
from slmdsl.workload.carried.past import Past
from slmdsl.workload.carried.places import NOWHERE, place_of_ticket
from slmdsl.workload.plan import Arrivals
from tests.desks import desk_of, ints

PHASES = (
    Phase.NEW,
    Phase.ACTIVE,
    Phase.ACTIVE,
    Phase.WAIT_CUSTOMER,
    Phase.WAIT_SUPPLIER,
    Phase.WAIT_INTERNAL,
)


def carried_desk(seed: int):
    """Return a desk and a replication's luck; the same for the same seed."""
    return with_open_tickets(Random(seed))


def carried_desks():
    """Return a strategy for desks that begin with tickets."""
    return st.randoms(use_true_random=False).map(with_open_tickets)


def with_open_tickets(random: Random):
    """Return a random desk whose first tickets have come before the beginning."""
    plan, luck = desk_of(random)
    start_us = plan.start * plan.tick_us
    rows = [_ticket(random, plan, luck.arrivals, row) for row in range(min(6, len(luck.arrivals)))]
    rows = [row for row in rows if row is not None]
    opened = [start_us - random.randint(1, 20) * plan.tick_us + random.choice((0, 1)) for _ in rows]
    arrivals = _before(
        luck.arrivals, [row["row"] for row in rows], np.array(opened, np.int64) // plan.tick_us
    )
    events = [
        event
        for ticket, row in enumerate(rows)
        for event in _events(random, plan, ticket, row, opened[ticket], start_us)
    ]
    events.sort(key=lambda event: event[1])
    carried = Carried(
        ids=tuple(f"old {each}" for each in range(len(rows))),
        **{name: arrivals_column(arrivals, name, len(rows)) for name in ("stream", "service", "priority")},
        customer=arrivals.customer[: len(rows)],
        first_priority=arrivals.priority[: len(rows)],
        first_group=np.full(len(rows), -1, np.int32),
        group=ints(row["place"].group if row["place"].group >= 0 else row["group"] for row in rows),
        opened_us=np.array(opened, np.int64),
        responded_us=np.full(len(rows), NO_TIME, np.int64),
        entity=arrivals.entity[: len(rows)],
        step=ints(row["place"].step for row in rows),
        phase=ints((row["place"].phase for row in rows), np.int8),
        passed=np.array([random.choice((0.0, 1.0, 3.0)) * plan.tick_us for _ in rows], np.float64),
        was_answered=np.array([random.random() < 0.3 for _ in rows], np.bool_),
        was_worked=np.array([random.random() < 0.3 for _ in rows], np.bool_),
        may_give_up=np.array([random.random() < 0.7 for _ in rows], np.bool_),
        resolutions=ints(random.choice((0, 0, 1)) for _ in rows),
        past=_past(events, plan),
        left_out=(),
    )
    return replace(plan, carried=carried), replace(luck, arrivals=arrivals)


def arrivals_column(arrivals, name, count):
    return getattr(arrivals, name)[:count]


def _ticket(random, plan, arrivals, row):
    group = random.randrange(-1, len(plan.words.groups))
    phase = random.choice(PHASES)
    place = place_of_ticket(plan.streams, plan.steps, int(arrivals.stream[row]), group, phase)
    return None if place is NOWHERE else {"row": row, "group": group, "phase": phase, "place": place}


def _before(arrivals, rows, at):
    """Return arrivals of which some have come before all others."""
    rest = [row for row in range(len(arrivals)) if row not in rows]
    found = {each.name: getattr(arrivals, each.name)[[*rows, *rest]] for each in fields(Arrivals)}
    found["at"] = found["at"].copy()
    found["at"][: len(rows)] = at
    return Arrivals(**found)


def _events(random, plan, ticket, row, opened_us, start_us):
    """Yield what has happened to a ticket, up to how it stands: ticket, time, type, phase, group, role, public."""
    times = iter(sorted(random.randint(opened_us, start_us - 1) for _ in range(5)))
    if row["group"] >= 0 and random.random() < 0.5 and len(plan.words.groups) > 1:
        yield (
            ticket,
            opened_us,
            EventType.GROUP,
            -1,
            (row["group"] + 1) % len(plan.words.groups),
            Role.CUSTOMER,
            -1,
        )
    if row["group"] >= 0:
        yield ticket, next(times), EventType.GROUP, -1, row["group"], Role.AGENT, -1
    if random.random() < 0.5:
        yield ticket, next(times), EventType.MESSAGE, -1, -1, Role.AGENT, random.choice((0, 1))
    if row["phase"] != Phase.NEW:
        yield ticket, next(times), EventType.STATE, random.choice(PHASES), -1, Role.AGENT, -1
        yield ticket, next(times), EventType.STATE, row["phase"], -1, Role.AGENT, -1
    place = row["place"]
    if place.group >= 0:
        yield ticket, start_us, EventType.GROUP, -1, place.group, Role.SYSTEM, -1
    if place.is_changed:
        yield ticket, start_us, EventType.STATE, place.phase, -1, Role.SYSTEM, -1


def _past(events, plan):
    ticket, at, kind, phase, group, role, public = np.array(events, np.int64).reshape(-1, 7).T
    unknown = np.full(len(events), -1, np.int32)
    return Past(
        ticket=ticket.copy(),
        at_us=at.copy(),
        type=kind.astype(np.int8),
        phase=phase.astype(np.int8),
        priority=unknown,
        group=group.astype(np.int32),
        actor=Coded(codes=unknown, values=plan.words.agents),
        role=role.astype(np.int8),
        public=public.astype(np.int8),
        reason=Coded(codes=unknown, values=()),
        target=Coded(codes=unknown, values=()),
    )

"""How long it takes to say when a ticket on its way is due, and when an escalation reassigns it.

    python tests/bench/bench_due.py

Twelve targets of one agreement, of which a ticket meets three; tickets with one event, as they queue first, and with
five. The kernels stand in a loop of a kernel, as in the fast engine; time of this thread, best of several rounds.
"""

import sys
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from slmdsl.base.kernels import as_part, kernel_function
from slmdsl.base.units import DAY, HOUR, SECOND
from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.simulate.due_binding import clocks_of
from slmdsl.simulate.due_kernel import earliest_due, next_act
from slmdsl.simulate.due_tables import Happened, room_for
from slmdsl.workload import plan as p
from tests import builders as b
from tests.contracts import contract
from tests.desks import ints, plan_of

BEGIN_US = b.at("2027-01-04 00:00")
earliest_due_here, next_act_here = as_part(earliest_due), as_part(next_act)
PRIORITIES = ("P1", "P2", "P3", "P4")
TICKETS, ROUNDS = 100_000, 7

SPEC = """
calendar office {
  timezone Europe/Amsterdam
  open mon..fri 08:00-12:30, 13:00-18:00
}
clock standard {
  runs on office
  pauses while wait_customer
}
provider globex
customer acme
team desk
team apps
service mail
sla gold {
  between globex and acme
  covers mail
  valid 2027-01-01 .. 2028-12-31
  timezone Europe/Amsterdam
  clock standard
  escalation ladder
TARGETS
}
escalation ladder {
  at 75% of resolution reassign to apps
  30 min before due of response reassign to apps
}
"""


def targets():
    rows = []
    for name, limits in (
        ("a", (15, 30, 120, 240)),
        ("r", (240, 480, 1440, 2400)),
        ("s", (500, 900, 2000, 4000)),
    ):
        measure = "response" if name == "a" else "resolution"
        rows += [
            f"  target {name}{which}: {measure} of {which} incidents within {limit} min for 90% each month"
            for which, limit in zip(PRIORITIES, limits, strict=True)
        ]
    return "\n".join(rows)


def made():
    rng = np.random.default_rng(1)
    text = SPEC.replace("TARGETS", targets())
    words = p.Words(
        kinds=("incident",),
        services=("mail",),
        priorities=PRIORITIES,
        customers=("acme",),
        groups=("desk", "apps"),
        agents=(),
        causes=(),
    )
    plan = plan_of(
        what_if=SimpleNamespace(contract=contract(text), agreements=("gold",)),
        tick_us=SECOND,
        start=BEGIN_US // SECOND,
        end=(BEGIN_US + 364 * DAY) // SECOND,
        words=words,
        groups=SimpleNamespace(disciplines=np.array([[p.BY_DEADLINE, p.BY_ARRIVAL]])),
        contingencies=SimpleNamespace(flags=(), names=()),
    )
    at = np.sort(BEGIN_US // SECOND + rng.integers(0, 364 * DAY // SECOND, TICKETS))
    zeros = np.zeros(TICKETS, np.int32)
    nothing = dict.fromkeys(("stream", "entity", "source", "day", "burst", "member", "leaves"), ints([]))
    priority = rng.choice(4, TICKETS, p=[0.02, 0.1, 0.58, 0.3]).astype(np.int32)
    return plan, p.Arrivals(at=at, kind=zeros, service=zeros, customer=zeros, priority=priority, **nothing)


def happened(arrivals, events):
    """Group, then picked up, answered, waiting for the customer, back."""
    rng = np.random.default_rng(2)
    kinds = (EventType.GROUP, EventType.ASSIGNEE, EventType.MESSAGE, EventType.STATE, EventType.STATE)[
        :events
    ]
    phases = (-1, -1, -1, Phase.WAIT_CUSTOMER, Phase.ACTIVE)[:events]
    gaps_us = rng.exponential([0, 0.5 * HOUR, HOUR, 4 * HOUR, 8 * HOUR], (TICKETS, 5))[:, :events]
    at_us = (arrivals.at[:, None] * SECOND + np.cumsum(gaps_us, axis=1).astype(np.int64)).ravel()
    rows = np.arange(TICKETS * events)
    return Happened(
        first_event=np.arange(TICKETS) * events,
        reopenings=np.zeros(TICKETS, np.int32),
        reassignments=np.zeros(TICKETS, np.int32),
        next_event=np.where(rows % events == events - 1, -1, rows + 1),
        at_us=at_us,
        type=np.tile(kinds, TICKETS).astype(np.int8),
        phase=np.tile(phases, TICKETS).astype(np.int8),
        role=np.full(len(rows), Role.AGENT, np.int8),
        public=np.tile([-1, -1, 1, -1, -1][:events], TICKETS).astype(np.int8),
    )


@kernel_function
def all_due(clocks, facts, told, room, now_us):
    total = 0
    for ticket in range(len(now_us)):
        total += earliest_due_here(clocks, facts, told, room, ticket, now_us[ticket]) & 1
    return total


@kernel_function
def all_reassigned(clocks, facts, told, room, now_us):
    total = 0
    for ticket in range(len(now_us)):
        at_us, group, _, _ = next_act_here(clocks, facts, told, room, ticket, now_us[ticket])
        total += (at_us & 1) + group
    return total


def best(work):
    work()
    times = []
    for _ in range(ROUNDS):
        begin = time.thread_time()
        work()
        times.append(time.thread_time() - begin)
    return min(times)


def main():
    plan, arrivals = made()
    begin = time.perf_counter()
    clocks = clocks_of(plan)
    print(f"binding a plan's agreements: {(time.perf_counter() - begin) * 1000:.1f} ms")
    facts = clocks.facts_of(arrivals, plan.tick_us)
    for events in (1, 5):
        told = happened(arrivals, events)
        now_us = told.at_us.reshape(TICKETS, events)[:, -1].copy()
        room = room_for(clocks.tables, 64)
        for name, work in (("due", all_due), ("next reassignment", all_reassigned)):
            seconds = best(partial(work, clocks.tables, facts, told, room, now_us))
            print(f"{name}, {events} events: {seconds / TICKETS * 1e9:.0f} ns a call")


if __name__ == "__main__":
    main()

"""Demand from texts, and the tickets that a replication draws of it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np

from slmdsl.contract.scenarios import what_if
from slmdsl.workload.demand.arrivals import Raised, arrivals_of
from slmdsl.workload.demand.compiling import demand_of
from slmdsl.workload.demand.ticket_kernel import Windows
from slmdsl.workload.draws.keys import key_of
from slmdsl.workload.horizon import simulated_time
from slmdsl.workload.rows import DistributionRows
from slmdsl.workload.words import words_of
from tests.contracts import PARTIES, contract

WORLD = (
    PARTIES
    + """
service till "Tills" {
}
service wan "Network" {
}
service email "Mail" {
}
request laptop "Laptop" {
  service till
}
staff desk {
  timezone Europe/Amsterdam
  shift day mon..fri 08:00-18:00 3 agents
  queue by arrival
}
"""
)
FLOW = """
    start at desk
    step desk {
      works exponential(mean 10 min)
      then resolved 100%
    }
"""
NO_WINDOWS = Windows(*(np.zeros(0, np.int64),) * 4)
NOTHING_RAISED = Raised(np.zeros(0, np.int64), *(np.zeros(0, np.int32),) * 4)


def load(said, *, more="", scenario="", world=""):
    """Return the text of a load of incidents that says so much, and of a scenario `it` with some edits."""
    return f"""{WORLD}{world}
load busy {{
  incidents {{
    {said}
    {FLOW}
  }}
  {more}
}}
scenario it {{
  load busy
  {scenario}
}}
"""


def demand_plan(text, *, first="2027-01-01", last="2027-12-31", warm_up_us=0, tick_us=1_000_000, leaves=()):
    """Return the parts of a plan that arrivals are drawn from."""
    said = what_if(contract(text), "it")
    time = simulated_time(
        said,
        first=date.fromisoformat(first),
        last=date.fromisoformat(last),
        warm_up_us=warm_up_us,
        tick_us=tick_us,
    )
    rows, words = DistributionRows(), words_of(said, (), ())
    demand = demand_of(said, words, rows, time, leaves)
    return SimpleNamespace(
        what_if=said,
        tick_us=tick_us,
        start=time.start,
        first=time.first,
        end=time.end,
        words=words,
        distributions=rows.table(),
        demand=demand,
    )


def arrivals(plan, replication=0, windows=NO_WINDOWS, raised=NOTHING_RAISED):
    """Return what a replication draws of a plan."""
    return arrivals_of(plan, key_of(1, replication), windows, raised)


def names(drawn, plan):
    """Return tickets as a set of (source, day, burst, member)."""
    sources = (plan.demand.names[i] for i in drawn.source.tolist())
    return set(zip(sources, drawn.day.tolist(), drawn.burst.tolist(), drawn.member.tolist(), strict=True))

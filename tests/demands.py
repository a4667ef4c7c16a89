"""Demand from texts, and the tickets that a replication draws of it."""

from __future__ import annotations

from datetime import date

import numpy as np

from slmdsl.contract.scenarios import what_if
from slmdsl.workload.from_contract import desk_plan
from slmdsl.workload.luck import luck_of
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


def demand_plan(text, *, first="2027-01-01", last="2027-12-31", warm_up_us=0, tick_us=1_000_000):
    """Return the plan of a text's scenario `it`."""
    return desk_plan(
        what_if(contract(text), "it"),
        first=date.fromisoformat(first),
        last=date.fromisoformat(last),
        warm_up_us=warm_up_us,
        tick_us=tick_us,
    )


def arrivals(plan, replication=0):
    """Return the tickets that a replication draws of a plan."""
    return luck_of(plan, 1, replication).arrivals


def day(text):
    """Return a date as days since 1970."""
    return date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()


def daily(drawn, first, last):
    """Return the number of tickets by local day."""
    return np.bincount(drawn.day - day(first), minlength=day(last) - day(first) + 1)


def names(drawn, plan):
    """Return tickets as a set of (source, day, burst, member)."""
    sources = (plan.demand.names[i] for i in drawn.source.tolist())
    return set(zip(sources, drawn.day.tolist(), drawn.burst.tolist(), drawn.member.tolist(), strict=True))

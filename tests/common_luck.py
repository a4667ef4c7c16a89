"""Desks from texts, and what two of their replications have in common, told by the names of tickets and agents."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np

from slmdsl.contract.scenarios import what_if
from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.simulate.runs import simulated
from slmdsl.workload.from_contract import desk_plan
from slmdsl.workload.names import TicketNames
from tests.contracts import contract

DAY_US = 86_400_000_000

DESK = """
provider globex "Globex"
customer acme "Acme"
customer buena "Buena"
team desk "Service desk"
team apps "Applications"
team spare "Nobody calls"
team vendor "The vendor"
service hosting "Hosting" {
  components east, west
  needs any 1 of (east, west)
}
service email "Mail" {
  needs hosting
}
service till "Tills"
service wan "Network"

calendar office "Office hours" {
  timezone Europe/Amsterdam
  open mon..fri 08:00-18:00
}

clock counted {
  starts at opened
  stops at resolved
  runs on office
}

profile week "Weekly" {
  timezone Europe/Amsterdam
  mon..fri 07:00-09:00 1.4, 09:00-12:00 2.2, 12:00-18:00 1.6
  sat 09:00-12:00 0.5
}

sla gold "Gold" {
  between globex and acme
  clock counted
  valid 2027-01-01 .. 2027-12-31
  timezone Europe/Amsterdam
  target fix: resolution of P1, P2 incidents within 8 h for 90% each month
}

staff desk {
  timezone Europe/Amsterdam
  shift early mon..fri 07:00-15:30 3 agents
  shift late mon..fri 10:30-19:00 3 agents
  on_call otherwise 1 agent for P1 after 5 min
  absence 9%
  cost EUR 38 per agent hour
  queue by priority
}

staff apps {
  timezone Europe/Amsterdam
  shift day mon..fri 08:00-18:00 3 agents
  cost EUR 55 per agent hour
  queue by arrival
  preempt for P1
  shift_end hands_over
}

load year "A year" {
  incidents {
    rate 60 per day, varying 14%, correlated 0.35
    profile week
    burst of geometric(mean 1.3)
    in email 45%, till 35%, wan 20%
    customer acme 70%, buena 30%
    priority P1 3%, P2 17%, P3 80%
    start at desk
    step desk {
      answers in lognormal(median 2 min, p90 6 min)
      works mix(45% lognormal(median 6 min, p90 15 min), 55% lognormal(median 15 min, p90 45 min))
      works for P1 lognormal(median 25 min, p90 80 min)
      then resolved 76%, apps 16%, vendor 8%
    }
    step apps {
      works lognormal(median 40 min, p90 2 h)
      then resolved 93%, desk 7%
    }
    step vendor {
      waits lognormal(mean 3 h, p90 6 h) on office
      then resolved 100%
    }
    waits for customer 25% for lognormal(median 2 h, p90 6 h) on office
    reopens 4% after uniform(1 h, 20 h)
    feedback 20% scores 5 within 4 h, 3 otherwise
  }
  requests {
    rate 5 per day
    profile week
    in email 100%
    priority P3 100%
    start at apps
    step apps {
      works exponential(mean 20 min)
      then resolved 100%
    }
  }
  component hosting.east, hosting.west fails every exponential(mean 200 h), repaired in lognormal(median 3 h, p90 8 h)
}

scenario today {
  load year
  slas gold
}
"""


def plan_of(text=DESK, scenario="today", *, first="2027-03-01", last="2027-04-30", warm_up_days=0):
    """Return the plan of a text's scenario; both days are included."""
    return _plan(text, scenario, first, last, warm_up_days)


@cache
def _plan(text, scenario, first, last, warm_up_days):
    return desk_plan(
        what_if(contract(text), scenario),
        first=date.fromisoformat(first),
        last=date.fromisoformat(last),
        warm_up_us=warm_up_days * DAY_US,
    )


def edited(text, *changes):
    """Return a text with each (old, new) changed once; all of the old must be there."""
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


class Row(NamedTuple):
    """A row of the events, by names."""

    at_us: int
    ticket: str
    what: str
    by: str


class Told:
    """A replication, told by names: `rows` are all events as they happened."""

    def __init__(self, plan, replication=0, *, seed=7, engine="fast"):
        self.run = simulated(plan, seed, replication, engine=engine)
        self.plan, self.events = plan, self.run.outcome.events
        arrivals = self.run.luck.arrivals
        self.names = list(TicketNames(plan.demand, arrivals))
        self.at_us = dict(zip(self.names, (arrivals.at * plan.tick_us).tolist(), strict=True))
        self.rows = [self._row(*values) for values in zip(*self._columns(), strict=True)]

    def _columns(self):
        events = self.events
        names = ("at_us", "ticket", "type", "phase", "group", "actor", "role")
        return [getattr(events, name).tolist() for name in names]

    def _row(self, at_us, ticket, kind, phase, group, actor, role):
        words = self.plan.words
        what = {
            EventType.GROUP: lambda: words.groups[group],
            EventType.STATE: lambda: Phase(phase).word,
            EventType.ASSIGNEE: lambda: "picked up",
            EventType.MESSAGE: lambda: "message",
        }[kind]()
        return Row(at_us, self.names[ticket], what, words.agents[actor] if actor >= 0 else Role(role).word)

    @cached_property
    def facts(self):
        """What is drawn of each ticket when it arrives, by name."""
        arrivals, words = self.run.luck.arrivals, self.plan.words
        columns = {"kind": words.kinds, "service": words.services, "priority": words.priorities}
        columns["customer"] = words.customers
        found = defaultdict(dict)
        for name, values in columns.items():
            for ticket, code in zip(self.names, getattr(arrivals, name).tolist(), strict=True):
                found[ticket][name] = values[code] if code >= 0 else None
        for ticket, entity in zip(self.names, arrivals.entity.tolist(), strict=True):
            found[ticket] |= {"at": self.at_us[ticket], "entity": entity}
        return dict(found)

    @cached_property
    def duties(self):
        """When each agent of a shift is present, by name."""
        luck = self.run.luck
        stretches = np.stack([luck.duty_from, luck.duty_to], axis=1).tolist()
        bounds = zip(self.plan.words.agents, luck.first_duty.tolist(), luck.end_duty.tolist(), strict=True)
        return {name: stretches[first:end] for name, first, end in bounds}

    @cached_property
    def outages(self):
        """All unplanned outages, by the names of what was down."""
        rows = self.run.outcome.outages
        nodes = [self.plan.nodes.names[node] for node in rows.node.tolist()]
        return list(zip(nodes, rows.from_us.tolist(), rows.to_us.tolist(), rows.cause.tolist(), strict=True))

    @cached_property
    def scores(self):
        """All scores, by the names of tickets."""
        rows = self.run.outcome.feedback
        tickets = [self.names[ticket] for ticket in rows.ticket.tolist()]
        return list(zip(tickets, rows.at_us.tolist(), rows.score.tolist(), strict=True))

    @cached_property
    def spells(self):
        """All stretches of work, by the names of tickets and agents."""
        rows, agents = self.run.spells, self.plan.words.agents
        columns = (rows.ticket, rows.agent, rows.queued_us, rows.begin_us, rows.end_us, rows.outcome)
        return [
            (self.names[ticket], agents[agent], *more)
            for ticket, agent, *more in zip(*(each.tolist() for each in columns), strict=True)
        ]

    @cached_property
    def lives(self):
        """The rows of each ticket, in order, by name; without rows for those that nothing happened to."""
        found = {name: [] for name in self.names}
        for row in self.rows:
            found[row.ticket].append(row)
        return found

    @cached_property
    def ways(self):
        """Where each ticket went and how it stood, whenever and by whom: what does not depend on the desk."""
        return {
            name: [row.what for row in rows if row.what != "picked up"] for name, rows in self.lives.items()
        }

    @cached_property
    def work(self):
        """The work of each ticket by group, in ticks, by name; of those that are over."""
        found = defaultdict(lambda: defaultdict(int))
        for ticket, agent, _, begin, end, _ in self.spells:
            found[ticket][agent.partition(".")[0]] += end - begin
        return {name: dict(mine) for name, mine in found.items()}


@cache
def base(replication):
    """Return a replication of the desk as it is."""
    return Told(plan_of(), replication)


def everything(told, agents):
    """All that a replication leaves, by names; and when some agents are present."""
    duties = told.duties
    return {
        "facts": told.facts,
        "duties": {name: duties[name] for name in agents},
        "rows": told.rows,
        "outages": told.outages,
        "scores": told.scores,
        "spells": told.spells,
    }


def differing(one, other):
    """Return what two replications leave that is not the same; agents whom only one has are not looked at."""
    agents = sorted({*one.plan.words.agents} & {*other.plan.words.agents})
    one, other = everything(one, agents), everything(other, agents)
    return [name for name in one if one[name] != other[name]]

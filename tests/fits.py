"""Desks whose parameters are known, and the logs that they leave, for tests of what a fit makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from slmdsl.simulate.runs import simulated
from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.running.bench import trial_of
from tests.contracts import contract

DECLARED = """
provider us "Our IT"
customer them "Retail"
team desk "Service desk"
team apps "Applications"
supplier hostco "Hosting"
service mail "E-mail" {
  owner desk
}
service till "Tills" {
  owner desk
}

priorities by_impact {
  urgency          high  low
  impact   high    P1    P2
  impact   low     P2    P3
}

calendar office "Office hours" {
  timezone  Europe/Amsterdam
  open      mon..fri 08:00-18:00
}

clock counted {
  starts    at opened
  responds  at any_action
  stops     at resolved
  pauses    while wait_customer
  runs      on office
}

sla gold "Gold" {
  between   us and them
  clock     counted
  valid     2027-01-01 .. 2027-12-31
  timezone  Europe/Amsterdam
  target fix: resolution of incidents within 8 h for 70% each month
}
"""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What a desk is like: shares in percent, times in minutes unless said otherwise."""

    rate: int = 60
    early: int = 4
    late: int = 3
    apps: int = 3
    work: tuple[int, int] = (15, 40)
    apps_work: tuple[int, int] = (40, 110)
    passed: int = 25
    back: int = 10
    supplier: int = 5
    supplier_hours: int = 9
    customer: int = 25
    customer_hours: tuple[int, int] = (5, 16)
    reopens: int = 6
    reopened_days: int = 2
    priorities: tuple[int, int, int] = (5, 25, 70)
    urgent_in_till: bool = False
    answers: bool = False
    gives_up: int = 0
    weeks: int = 8

    @property
    def text(self) -> str:
        """The load, the staff and the scenario."""
        p1, p2, p3 = self.priorities
        answers = "answers in lognormal(median 3 min, p90 8 min)" if self.answers else ""
        gives_up = f"gives up {self.gives_up}% after exponential(mean 30 min)" if self.gives_up else ""
        in_till = "priority in till P1 30%, P2 40%, P3 30%" if self.urgent_in_till else ""
        reopens = (
            f"reopens {self.reopens}% after exponential(mean {self.reopened_days} days)"
            if self.reopens
            else ""
        )
        customer = (
            f"waits for customer {self.customer}% for lognormal(median {self.customer_hours[0]} h,"
            f" p90 {self.customer_hours[1]} h) on office"
            if self.customer
            else ""
        )
        return f"""
profile week {{
  timezone Europe/Amsterdam
  mon..fri 08:00-18:00 1
}}
staff desk {{
  timezone Europe/Amsterdam
  shift    early mon..fri 08:00-18:00 {self.early} agents
  shift    late  mon..fri 10:00-18:00 {self.late} agents
  queue    by priority
}}
staff apps {{
  timezone Europe/Amsterdam
  shift    day mon..fri 08:00-18:00 {self.apps} agents
}}
load usual {{
  incidents {{
    rate      {self.rate} per day
    profile   week
    in        mail 60%, till 40%
    priority  P1 {p1}%, P2 {p2}%, P3 {p3}%
    {in_till}
    start at desk
    step desk {{
      {answers}
      {gives_up}
      works lognormal(median {self.work[0]} min, p90 {self.work[1]} min)
      then resolved {100 - self.passed - self.supplier}%, apps {self.passed}%, hostco {self.supplier}%
    }}
    step apps {{
      works lognormal(median {self.apps_work[0]} min, p90 {self.apps_work[1]} min)
      then resolved {100 - self.back}%, desk {self.back}%
    }}
    step hostco {{
      waits lognormal(median {self.supplier_hours} h, p90 {3 * self.supplier_hours} h) on office
      then resolved 100%
    }}
    {customer}
    {reopens}
  }}
}}
scenario base {{
  load usual
  slas gold
}}
"""

    def log(self, seed=1):
        """Return a log of this desk."""
        return log_of(contract(DECLARED + self.text), self.weeks, seed)


def log_of(declared, weeks, seed=1, scenario="base"):
    """Return the log of some weeks of a scenario, from Monday, 4 January 2027 on."""
    first = date(2027, 1, 4)
    last = date.fromordinal(first.toordinal() + 7 * weeks - 1)
    wishes = Wishes(horizon=(first, last), warm_up_us=0, replications=1, seed=seed)
    setting = setting_of(declared, scenario, wishes)
    trial = trial_of(declared, scenario, setting, "fast")
    return simulated(trial.plan, seed, 0).log

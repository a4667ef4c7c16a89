"""Small desks with promises, for what studies say of them."""

from __future__ import annotations

from datetime import date

from slmdsl.contract import check
from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.running.bench import trial_of
from slmdsl.study.running.study import studied
from slmdsl.syntax.parse import parse

TWO_GROUPS = """\
provider us "Our IT"
customer them "Retail"
team desk "Service desk"
team apps "Applications"
service mail "E-mail" {
  owner desk
}
service till "Tills" {
  needs box
}
service box "Box"

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

escalation ladder {
  at 50%  of response    notify owner
  at 100% of resolution  notify desk, "boss@example.org"
  when open incidents > 12  notify desk
}

sla gold "Gold" {
  between   us and them
  clock     counted
  valid     2027-01-01 .. 2027-12-31
  timezone  Europe/Amsterdam
  escalation ladder
  target answer: response   of P2, P3 incidents within 45 min for 80% each month
  target fix:    resolution of P2, P3 incidents within 1 business day for 70% each month
  target mttr:   mean resolution of incidents at most 6 h each quarter
  target slow:   p95 resolution of P3 incidents at most 20 h each week
  target few:    count of P1 incidents at most 40 each month
  target up:     availability of till at least 98% each month
  target kept:   resolution of P2 incidents within 8 h for 70% each rolling 14 days
  target happy:  mean score of feedback at least 3 each month
  target moved:  resolution of P3 incidents within 6 h for 60% each month per service
}

sla silver "Silver" {
  between   us and them
  clock     counted
  timezone  UTC
  target again: share of incidents where reopenings > 0 at most 15% each week
  target told:  next_reply of incidents within 2 h for 90% each month
}

staff desk {
  timezone  Europe/Amsterdam
  shift     early  mon..fri 07:00-15:30  1 agent
  shift     late   mon..fri 10:30-19:00  1 agent
  on_call   otherwise 1 agent for P1 after 5 min
  absence   12%
  queue     by priority
}

staff apps {
  timezone   Asia/Kolkata
  shift      day  mon..fri 08:00-22:00  1 agent
  queue      by arrival
  preempt    for P1
  shift_end  hands_over
}

load year {
  incidents {
    rate      18 per day
    in        mail 60%, till 40%
    priority  P1 10%, P2 30%, P3 60%
    start at desk
    step desk {
      gives up 10% after exponential(mean 4 h)
      works    lognormal(median 15 min, p90 60 min)
      then     resolved 70%, apps 30%
    }
    step apps {
      works  lognormal(median 40 min, p90 2 h)
      then   resolved 90%, desk 10%
    }
    waits for customer 20% for lognormal(median 4 h, p90 12 h) on office
    reopens   8% after exponential(mean 2 days)
    feedback  30% scores 5 within 4 h, 3 within 1 day, 1 otherwise
  }
  component box fails every exponential(mean 200 h),
    repaired in lognormal(median 3 h, p90 8 h), crew of 1
}

scenario base {
  load  year
  slas  gold, silver
}

scenario calm from base {
  incidents * 0.6
}
"""
HORIZON = date(2027, 1, 15), date(2027, 4, 25)


def contract_of(text=TWO_GROUPS):
    """Return the contract of a text without errors."""
    parsed = parse(text, "desk.slm")
    contract, found = check([parsed.tree], texts={"desk.slm": parsed.text})
    errors = [each.message for each in (*parsed.diagnostics, *found) if each.is_error]
    assert not errors, errors
    return contract


def setting(contract, name="base", *, horizon=HORIZON, replications=6, warm_up_us=None, seed=3):
    wishes = Wishes(horizon=horizon, replications=replications, warm_up_us=warm_up_us, seed=seed)
    return setting_of(contract, name, wishes)


def study_of(text=TWO_GROUPS, name="base", *, workers=None, progress=None, **wishes):
    contract = contract_of(text)
    return studied(contract, setting(contract, name, **wishes), workers=workers, progress=progress)


def trial(text=TWO_GROUPS, name="base", **wishes):
    contract = contract_of(text)
    return trial_of(contract, name, setting(contract, name, **wishes), "fast")

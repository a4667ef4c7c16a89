"""A small desk that keeps some of what is asked and not all of it."""

from __future__ import annotations

from functools import cache

from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.negotiation.opening import negotiated_as, scenario_of
from slmdsl.study.negotiation.talks import negotiated
from tests.studies import contract_of

DESK = """\
provider globex
customer acme
team desk
team idle
field site
service mail {
  owner desk
  hours always
}
clock standard {
  pauses while wait_customer
}
sla gold "Mail [for] Acme" {
  between  globex and acme
  covers   mail
  valid    2027-01-01 .. 2027-12-31
  timezone UTC
  clock    standard
  fee      EUR 1_000 each month
  target fix:   resolution of P1, P2 incidents within 3 h for 90% each month
  target sure:  resolution of P1 incidents within 20 h for 80% each month
  target quick: mean resolution of P2 incidents at most 6 h each month
  target place: resolution of P1 incidents where site = here within 2 h for 90% each month
  target late:  count of incidents at most 4000 each year
  credit fix below 90% pays 10% of fee
}
profile even {
  timezone UTC
  mon..sun 06:00-20:00 1
}
staff desk {
  timezone UTC
  shift    day  mon..sun 06:00-20:00  1 agent
  cost     EUR 40 per hour
  queue    by priority
}
load usual {
  incidents {
    rate     11 per day
    profile  even
    in       mail 100%
    customer acme 100%
    priority P1 30%, P2 70%
    start at desk
    step desk {
      works exponential(mean 35 min)
      then  resolved 100%
    }
  }
}
scenario today {
  load usual
  slas gold
}
scenario twice from today {
  set desk.day agents 2
}
experiment both {
  scenarios  today, twice
  horizon    2027-01-01 .. 2027-02-28, warm up 1 week
  seed       7
}
"""


def talks(text=DESK, sla="gold", *, wanted=0.9, replications=None, told=None, staff=True, workers=None):
    """Negotiate an agreement of a text, as its first experiment is run."""
    contract = contract_of(text)
    setting = setting_of(contract, scenario_of(contract, sla), Wishes())
    return negotiated(
        contract,
        sla,
        negotiated_as(setting, wanted, replications),
        wanted=wanted,
        told=told,
        staff=staff,
        workers=workers,
    )


@cache
def settled():
    """The desk's own negotiation, made once."""
    return talks()

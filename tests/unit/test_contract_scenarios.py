"""Scenarios with their edits done: what changes, and what stays the same object."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

import pytest

from slmdsl.base.units import HOUR, MINUTE, Duration
from slmdsl.contract.model.studies import SetNumber
from slmdsl.contract.modelled import unmodelled
from slmdsl.contract.scenarios import home_zone, parametrised, what_if
from tests.contracts import contract, read

BASE = """
provider globex "Globex"
customer acme "Acme"
supplier hostco "HostCo"
team desk "Desk"
team apps "Applications"
team spare "Others"
field site
service wan "Network"
service hosting "Hosting" {
  components east, west
  needs any 1 of (east, west)
}
service mail "Mail" {
  needs wan, hosting
}
service till "Tills" {
  metric queue_ms in ms
}
service canteen "Canteen"
request laptop "Laptop" {
  service mail
  owner desk
}
request phone "Phone" {
  service mail
  owner desk
}
calendar office {
  timezone Europe/Amsterdam
  open mon..fri 08:00-18:00
}
escalation ladder {
  at 100% of resolution reassign to apps
  when open P1 incidents > 2 declare major, invoke called
}
sla gold "Gold" {
  between globex and acme
  covers mail, laptop
  timezone Europe/Amsterdam
  escalation ladder
  target fix: resolution of P1 incidents within 4 h, from 2027-07-01 within 3 h for 90% each month on office
  target mean_fix: mean resolution of P1 incidents at most 5 h each month
  target up: availability of mail by minutes at least 99.9% each month
  target few: count of incidents at most 900 each month
  target quick: p99 of till.queue_ms at most 800 ms each day
  target back: restore of mail within 4 h for 90% each month
}
sla silver "Silver" {
  between globex and acme
  timezone Asia/Tokyo
  target fix: resolution of P1 incidents within 4 h for 90% each month
}
ola inner "Inner" {
  between apps and desk
  target fix: resolution of P1 incidents within 4 h for 90% each month
}
staff desk {
  shift early mon..fri 07:00-15:30 6 agents
  shift late mon..fri 10:30-19:00 5 agents
}
staff apps {
  shift day mon..fri 08:00-17:30 4 agents
}
staff spare {
  shift day mon..fri 08:00-17:30 4 agents
}
profile week {
  timezone Europe/Paris
  mon..fri 08:00-18:00 1
}
load autumn {
  incidents {
    rate 100 per day, varying 14%
    rate 90 per day from 2027-03-01
    profile week
    in mail 50%, till 50%
    priority P1 100%
    start at desk
    step desk {
      works exponential(mean 10 min)
      then resolved 90%, apps 10%
    }
    step apps {
      works exponential(mean 10 min)
      then resolved 100%
    }
  }
  requests for laptop {
    rate 6 per day
    start at desk
    step desk {
      works exponential(mean 10 min)
      then resolved 100%
    }
  }
  requests for phone {
    rate 6 per day
    start at desk
    step desk {
      works exponential(mean 10 min)
      then resolved 100%
    }
  }
  component hosting.east, hosting.west fails every exponential(mean 1_200 h),
    repaired in exponential(mean 3 h), crew of 1
  cause power "Power" {
    every exponential(mean 9_000 h)
    takes hosting.east 100%
    for exponential(mean 2 h)
    raises geometric(mean 40) P1 incidents in till over 30 min
  }
}
risk mail_cluster "Mail" {
  affects mail
  likelihood 1 per year
  impact outage for 6 h
  owner apps
  treatment failover
}
risk hall "Hall" {
  affects hosting.east
  likelihood 1 per year
  impact outage for 6 h
  owner apps
  treatment accept "rare"
}
risk flu "Flu" {
  likelihood 1 per year during nov..feb
  impact desk staff -30% for uniform(2 weeks, 4 weeks)
  owner desk
  treatment accept "seldom"
}
risk elsewhere "Others are ill" {
  likelihood 1 per year
  impact spare staff -30% for 2 weeks
  owner desk
  treatment accept "seldom"
}
risk release "Release" {
  likelihood 4 per year
  impact incidents in till * 5 for 8 h
  owner apps
  treatment accept "cheap"
}
risk canteen_out "No lunch" {
  affects canteen
  likelihood 1 per year
  impact outage for 6 h
  owner apps
  treatment lunch
}
contingency failover "Fail over" {
  then restore mail within 1 h, succeeds 90%
  then notify acme within 30 min
  cost EUR 4_000
  rehearse every 6 months, last 2026-09-14
}
contingency lunch "Bring bread" {
  then notify acme within 30 min
  rehearse every 6 months, last 2026-09-14
}
contingency called "Called in" {
  then add 4 agents to desk after 2 h
  cost EUR 62 per agent hour
  rehearse every 6 months, last 2026-09-14
}
contingency seen "By its condition" {
  when backlog of desk > 60 or outage of canteen lasts 1 h
  until backlog of desk < 20
  then notify "a@b.example" within 1 h
  rehearse every 6 months, last 2026-09-14
}
contingency declared_one "By a flag" {
  when declared major and open P1 incidents > 1
  then notify acme within 1 h
  rehearse every 6 months, last 2026-09-14
}
contingency unseen "Of the canteen" {
  when outage of canteen lasts 1 h
  then notify acme within 1 h
  rehearse every 6 months, last 2026-09-14
}
scenario today {
  load autumn
  slas gold
}
scenario any_sla {
  load autumn
}
scenario changed from today {
  set gold.fix within 2 h
  set gold.fix for 92%
  set gold.mean_fix at most 3 h
  set gold.up at least 99.95%
  set gold.few at most 800
  set gold.quick at most 1.2 s
  set gold.back within 2 h
  set desk.late agents 7
  set desk absence 5%
  set desk lines 40
  set hosting.west crew of 2
  set autumn.laptop rate 9 per week
  incidents in till * 1.8 during 2027-11-15 .. 2027-12-05
  requests * 2
  laptop requests * 3
  strike power at 2027-12-11 10:00
  without failover
  starts empty
  step incidents.desk {
    then resolved 80%, apps 20%
  }
}
scenario further from changed {
  set gold.fix by end of 2 business days
  slas silver, gold
  without risks
  strike mail_cluster at 2027-12-11 10:00
  step incidents.desk {
    works exponential(mean 1 min)
  }
}
"""


@pytest.fixture(scope="module")
def spec():
    return contract(BASE)


def test_what_no_edit_touches_is_the_same_object(spec):
    found = what_if(spec, "today")
    assert found.contract is spec
    assert found.load is spec.loads["autumn"]
    assert (found.agreements, found.zone) == (("gold",), "Europe/Amsterdam")


def test_limits_goals_and_bounds_hold_for_all_time(spec):
    found = what_if(spec, "changed")
    fix, mean_fix, up, few, quick, back = (each.form for each in found.contract.agreements["gold"].targets)
    assert [value.duration for _, value, _ in fix.limit.values] == [Duration(us=2 * HOUR)]
    assert [value for _, value, _ in fix.goal.values] == [Fraction(92, 100)]
    assert mean_fix.limit.values[0][1].duration == Duration(us=3 * HOUR)
    assert up.goal.values[0][:2] == (None, Fraction(9995, 10000))
    assert few.goal.values[0][1] == 800
    assert quick.goal.values[0][1] == 1200
    assert back.limit.values[0][1].duration == Duration(us=2 * HOUR)
    assert len(spec.agreements["gold"].targets[0].form.limit.values) == 2
    assert found.contract.agreements["silver"] is spec.agreements["silver"]


def test_numbers_of_staff_and_crew(spec):
    found = what_if(spec, "changed")
    desk = found.contract.staff["desk"]
    assert [each.agents for each in desk.shifts] == [6, 7]
    assert (desk.absence, desk.lines) == (Fraction(5, 100), 40)
    assert desk.shifts[0] is spec.staff["desk"].shifts[0]
    assert found.contract.staff["apps"] is spec.staff["apps"]
    assert [each.crew for each in found.load.failing] == [2]


def test_rates_and_steps_of_a_load(spec):
    found = what_if(spec, "changed")
    incidents, laptop, phone = found.load.streams
    assert [(each.count, each.per) for each in laptop.rates] == [(9, "week")]
    assert phone is spec.loads["autumn"].streams[2]
    desk, apps = incidents.steps
    before = spec.loads["autumn"].streams[0].steps
    assert [(each.to, each.share) for each in desk.routes] == [
        (None, Fraction(4, 5)),
        ("apps", Fraction(1, 5)),
    ]
    assert desk.works == before[0].works
    assert apps is before[1]


def test_factors_are_told_for_each_stream(spec):
    found = [(each.stream, each.factor, each.during) for each in what_if(spec, "changed").multiplies]
    assert found == [
        ("incidents", Fraction(9, 5), (date(2027, 11, 15), date(2027, 12, 5))),
        ("laptop", 2, None),
        ("phone", 2, None),
        ("laptop", 3, None),
    ]


def test_what_is_inherited_and_what_replaces_it(spec):
    found = what_if(spec, "further")
    assert found.scenario.parents == ("today", "changed")
    assert (found.agreements, found.zone, found.scenario.start) == (
        ("silver", "gold"),
        "Asia/Tokyo",
        "empty",
    )
    limit = found.contract.agreements["gold"].targets[0].form.limit.values[0][1]
    assert (limit.duration, limit.end_of_day) == (Duration(business_days=Fraction(2)), True)
    desk = found.load.streams[0].steps[0]
    assert desk.routes[0].share == Fraction(4, 5)
    assert desk.works != spec.loads["autumn"].streams[0].steps[0].works
    assert [(each.what, each.at) for each in found.strikes] == [
        ("power", datetime(2027, 12, 11, 10, 0)),
        ("mail_cluster", datetime(2027, 12, 11, 10, 0)),
    ]


def test_a_scenario_without_slas_is_judged_by_all_of_them(spec):
    assert what_if(spec, "any_sla").agreements == ("gold", "silver")


def test_risks_and_contingencies_that_touch_what_is_simulated(spec):
    found = what_if(spec, "today")
    assert [each.name for each in found.risks] == ["mail_cluster", "hall", "flu", "release"]
    assert [each.name for each in found.contingencies] == ["failover", "called", "seen", "declared_one"]
    assert found.risks[0] is spec.risks["mail_cluster"]


def test_what_a_scenario_is_without(spec):
    assert "failover" not in [each.name for each in what_if(spec, "changed").contingencies]
    struck = what_if(spec, "further").risks
    assert [(each.name, each.likelihood) for each in struck] == [("mail_cluster", None)]


EDITED = """
provider us "Us"
team desk "Desk"
staff desk {
  shift day mon..fri 08:00-18:00 4 agents
}
load steady {
  incidents {
    rate 10 per day
    priority P1 10%, P2 20%, P3 70%
    start at desk
    step desk {
      works for P1, P2 constant(1 min)
      works constant(2 min)
      then resolved 100%
    }
  }
}
scenario it {
  load steady
  EDIT
}
"""


@pytest.mark.parametrize(
    ("edit", "minutes"),
    [
        ("step incidents.desk { gives up 5% after constant(1 h) }", {"P1": 1, "P2": 1, "P3": 2}),
        ("step incidents.desk { works constant(5 min) }", {"P1": 1, "P2": 1, "P3": 5}),
        ("step incidents.desk { works for P1 constant(5 min) }", {"P1": 5, "P2": 1, "P3": 2}),
        ("step incidents.desk { works for P3 constant(5 min) }", {"P1": 1, "P2": 1, "P3": 5}),
        (
            "step incidents.desk { works for P2 constant(5 min)\nworks for P1 constant(6 min) }",
            {"P1": 6, "P2": 5, "P3": 2},
        ),
    ],
)
def test_an_edit_leaves_the_work_that_it_does_not_name(edit, minutes):
    lines = edit.replace("{ ", "{\n").replace(" }", "\n}\n")
    step = what_if(contract(EDITED.replace("EDIT", lines)), "it").load.streams[0].steps[0]
    own_first = sorted(step.works, key=lambda each: not each.priorities)
    said = {
        name: next(each for each in own_first if not each.priorities or name in each.priorities)
        for name in minutes
    }
    found = {name: each.duration.parameters[0] / MINUTE for name, each in said.items()}
    assert found == minutes
    assert sum(not each.priorities for each in step.works) == 1


PROMISED = """
customer them "Them"
clock seen {
  responds at any_action
}
sla gold "Gold" {
  between us and them
  valid 2027-01-01 .. 2027-12-31
  target replied: response of incidents within 1 h for 90% each month
  target typical: median response of incidents at most 1 h each month
}
sla silver "Silver" {
  between us and them
  clock seen
  valid 2027-01-01 .. 2027-12-31
  target seen: response of incidents within 1 h for 90% each month
}
"""


def test_responses_are_modelled_where_somebody_answers():
    text = EDITED.replace("EDIT", "") + PROMISED
    reason = "nobody replies to a ticket: no step of the load `answers`"
    found = unmodelled(what_if(contract(text), "it"))
    assert found == {"gold.replied": reason, "gold.typical": reason}
    answered = text.replace(
        "works constant(2 min)", "works constant(2 min)\n      answers in constant(1 min)"
    )
    assert unmodelled(what_if(contract(answered), "it")) == {}


PER_SITE = """
field site
customer them "Them"
sla gold "Gold" {
  between us and them
  valid 2027-01-01 .. 2027-12-31
  target sites: resolution of incidents within 1 h for 90% each month per site
  target kinds: resolution of incidents within 1 h for 90% each month per service
}
"""


def test_a_promise_for_each_value_of_a_field_needs_the_field():
    found = unmodelled(what_if(contract(EDITED.replace("EDIT", "") + PER_SITE), "it"))
    assert found == {"gold.sites": "simulated tickets have no `site`"}


HALLS = """
service top "Top" {
  components x, y
  needs any 1 of (x, y)
}
service above "Above" {
  needs top
}
service loose "Loose" {
  components u, v
}
customer them "Them"
sla gold "Gold" {
  between us and them
  valid 2027-01-01 .. 2027-12-31
  target x: availability of top.x at least 90% each month
  target y: availability of top.y at least 90% each month
  target top: availability of top at least 90% each month
  target above: availability of above at least 90% each month
  target loose: availability of loose at least 90% each month
  target u: availability of loose.u at least 90% each month
}
"""


def test_only_what_it_needs_takes_a_service_down():
    fails = "component top.y, loose.u fails every constant(90 h), repaired in constant(1 h)\n}\nscenario it {"
    text = EDITED.replace("EDIT", "").replace("}\nscenario it {", fails) + HALLS
    found = unmodelled(what_if(contract(text), "it"))
    assert found == {
        "gold.x": "nothing in the load or the risks takes top.x down",
        "gold.loose": "nothing in the load or the risks takes loose down",
    }
    (told,) = [each for each in read(text)[1] if each.code == "SLM623"]
    assert told.message == "the load `steady` gives no facts of `gold.x`, `gold.loose`"


def test_further_edits_come_last(spec):
    edit = SetNumber(what="desk.late", attribute="agents", value=Fraction(3), span=spec.staff["desk"].span)
    found = parametrised(spec, "changed", [edit])
    assert [each.agents for each in found.contract.staff["desk"].shifts] == [6, 3]
    assert found.scenario.edits[-1] is edit


def test_no_load_and_no_such_scenario(spec):
    with pytest.raises(ValueError, match="`nothing` has no load"):
        what_if(read("scenario nothing {\n}\n")[0], "nothing")
    with pytest.raises(KeyError):
        what_if(spec, "never")


def test_the_zone_without_agreements_is_that_of_the_profile(spec):
    load = spec.loads["autumn"]
    assert home_zone(spec, load, ()) == "Europe/Paris"
    assert home_zone(spec, replace(load, streams=load.streams[1:]), ()) == "UTC"

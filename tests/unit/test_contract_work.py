"""Staff, profiles, loads, risks and experiments, from text to what they mean."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from slmdsl.base.units import DAY, HOUR, MINUTE, Duration, Money
from slmdsl.calendars.plan import Window
from slmdsl.contract.model.risks import AddAgents, NotifyParty, Outage, RestoreService, StaffLoss, Surge
from slmdsl.contract.model.studies import Until, Wanted
from slmdsl.contract.model.work import Growth, Mixed
from tests.contracts import contract, read

TEAMS = """
provider globex "Globex"
customer acme "Acme"
supplier hostco "HostCo"
team desk "Desk"
team apps "Applications"
service mail "Mail"
service hosting "Hosting" {
  components east, west
}
request laptop "Laptop" {
  service mail
  owner desk
}
request badge "Badge" {
  owner desk
}
calendar office {
  timezone Europe/Amsterdam
  open mon..fri 08:00-18:00
}
"""
STAFF = """
staff desk {
  timezone Europe/Amsterdam
  shift early mon..fri, sun 07:00-15:30 6 agents
  shift night sat 22:00-06:00, 06:00-07:00 2 agents
  on_call otherwise 2 agents for P1, P2 after 5 min
  holidays NL
  absence 9%
  cost EUR 38 per agent hour
  queue by priority then deadline
  lines 400
  shift_end hands_over
  preempt for P1
}
staff apps {
  shift day mon..fri 08:00-17:30 4 agents
}
"""
LOAD = """
load autumn "Fitted" {
  incidents {
    rate 100 per day, varying 14%, correlated 0.35, growing 6% per year as of 2026-12-31
    rate 9 per week from 2027-09-01
    profile week
    burst of geometric(mean 1.4)
    in mail 60%, hosting 40%
    priority P1 10%, P2 90%
    priority in hosting P1 100%
    customer acme 100%
    start at desk
    step desk {
      answers in constant(2 min)
      gives up 3% after constant(20 min)
      works constant(8 min)
      works for P1 constant(25 min)
      then resolved 75%, second 15%, hostco 10%
    }
    step second by apps {
      works constant(45 min)
      then resolved 93%, desk 7%
    }
    step hostco {
      waits constant(9 h) on office
      then resolved 100%
    }
    waits for customer 25% for constant(7 h)
    reopens 4% after constant(2 days)
    feedback 18% scores 5 within 4 h, 3 otherwise
  }
  requests for laptop {
    rate 6 per day
    start at parts
    step parts {
      waits constant(3 days)
      then resolved 100%
    }
  }
  requests for badge {
    rate 6 per day
    start at desk
    step desk {
      works constant(8 min)
      then resolved 100%
    }
  }
  component hosting.east, hosting.west fails every constant(1_200 h), repaired in constant(3 h), crew of 1
  cause power "Power" {
    every constant(9_000 h)
    takes hosting.east 100%, hosting.west 30%
    for constant(2 h)
    raises constant(40) P1 incidents in mail over 30 min
    raises constant(4) laptop requests
  }
}
profile week "Week" {
  timezone Europe/Paris
  mon, fri 08:00-12:00 2, 22:00-02:00 0.5
  holidays NL, BE 0.2
}
"""


@pytest.fixture(scope="module")
def spec():
    return contract(TEAMS + STAFF + LOAD)


def test_everything_that_staff_says(spec):
    desk = spec.staff["desk"]
    assert (desk.zone, desk.regions, desk.absence) == ("Europe/Amsterdam", ("NL",), Fraction(9, 100))
    assert [(each.name, each.weekdays, each.agents) for each in desk.shifts] == [
        ("early", (0, 1, 2, 3, 4, 6), 6),
        ("night", (5,), 2),
    ]
    assert desk.shifts[1].windows == (Window(22 * HOUR, 30 * HOUR), Window(6 * HOUR, 7 * HOUR))
    assert (desk.on_call.agents, desk.on_call.priorities, desk.on_call.after_us) == (
        2,
        ("P1", "P2"),
        5 * MINUTE,
    )
    assert (desk.cost, desk.queue, desk.lines) == (
        Money(currency="EUR", minor=3800),
        ("priority", "deadline"),
        400,
    )
    assert (desk.hands_over, desk.preempts) == (True, ("P1",))


def test_what_staff_does_not_say(spec):
    apps = spec.staff["apps"]
    assert (apps.zone, apps.regions, apps.on_call, apps.absence, apps.cost) == ("UTC", (), None, 0, None)
    assert (apps.queue, apps.lines, apps.hands_over, apps.preempts) == (("arrival",), None, False, ())


def test_a_weight_past_midnight_belongs_to_the_next_day(spec):
    week = spec.profiles["week"]
    assert (week.zone, week.title) == ("Europe/Paris", "Week")
    assert week.holidays == ((("NL", "BE"), Fraction(1, 5)),)
    assert [(each.weekday, each.window, each.weight) for each in week.weights][:3] == [
        (0, Window(8 * HOUR, 12 * HOUR), 2),
        (0, Window(22 * HOUR, DAY), Fraction(1, 2)),
        (1, Window(0, 2 * HOUR), Fraction(1, 2)),
    ]


def test_how_tickets_arrive(spec):
    incidents = spec.loads["autumn"].streams[0]
    first, second = incidents.rates
    assert (first.since, first.count, first.per) == (None, 100, "day")
    assert (first.varying, first.correlated) == (Fraction(14, 100), Fraction(35, 100))
    assert first.growing == Growth(share=Fraction(6, 100), per="year", as_of=date(2026, 12, 31))
    assert (second.since, second.count, second.per, second.varying) == (date(2027, 9, 1), 9, "week", 0)
    assert (incidents.name, incidents.kind, incidents.profile) == ("incidents", "incident", "week")
    assert incidents.burst.unit == "count"
    assert incidents.services == (
        Mixed(name="mail", share=Fraction(3, 5)),
        Mixed(name="hosting", share=Fraction(2, 5)),
    )
    assert [(each.service, len(each.shares)) for each in incidents.priorities] == [(None, 2), ("hosting", 1)]
    assert incidents.customers == (Mixed(name="acme", share=Fraction(1)),)


def test_how_tickets_flow(spec):
    incidents = spec.loads["autumn"].streams[0]
    desk, second, hostco = incidents.steps
    assert (incidents.start, desk.group, second.group, hostco.group) == ("desk", "desk", "apps", "hostco")
    assert [each.priorities for each in desk.works] == [(), ("P1",)]
    assert (desk.gives_up.share, desk.gives_up.after.parameters) == (Fraction(3, 100), (20.0 * MINUTE,))
    assert [(each.to, each.share) for each in desk.routes] == [
        (None, Fraction(3, 4)),
        ("second", Fraction(3, 20)),
        ("hostco", Fraction(1, 10)),
    ]
    assert (hostco.waits.calendar.name, hostco.works, hostco.answers) == ("office", (), None)
    assert (incidents.customer_wait.share, incidents.customer_wait.pause.calendar) == (Fraction(1, 4), None)
    assert incidents.reopens.share == Fraction(4, 100)
    assert incidents.feedback.levels == ((4 * HOUR, 5), (None, 3))


def test_requests_have_their_own_service_and_kind(spec):
    _, laptop, badge = spec.loads["autumn"].streams
    assert (laptop.name, laptop.kind) == ("laptop", "laptop")
    assert laptop.services == (Mixed(name="mail", share=Fraction(1)),)
    assert badge.services == ()
    assert laptop.steps[0].group is None


def test_what_breaks(spec):
    load = spec.loads["autumn"]
    (failing,), (power,) = load.failing, load.causes
    assert (failing.components, failing.crew) == (("hosting.east", "hosting.west"), 1)
    assert (power.name, power.title) == ("power", "Power")
    assert [each.share for each in power.takes] == [1, Fraction(3, 10)]
    assert [(each.stream, each.services, each.priorities, each.over_us) for each in power.raises] == [
        ("incidents", ("mail",), ("P1",), 30 * MINUTE),
        ("laptop", (), (), 0),
    ]


def test_what_makes_no_sense_is_left_out():
    wrong = (
        LOAD.replace("fails every constant(1_200 h)", "fails every lognormal(mean 1 h)")
        .replace("works constant(45 min)", "works lognormal(mean 1 h)")
        .replace("raises constant(4)", "raises geometric(mean 0.2)")
        .replace("reopens 4% after constant(2 days)", "reopens 4% after lognormal(mean 1 h)")
        .replace("25% for constant(7 h)", "25% for lognormal(mean 1 h)")
        .replace("second 15%", "third 15%")
        .replace("start at parts", "start at port")
    )
    load = read(TEAMS + STAFF + wrong)[0].loads["autumn"]
    incidents = load.streams[0]
    assert (load.failing, incidents.reopens, incidents.customer_wait) == ((), None, None)
    assert incidents.steps[1].works == ()
    assert [each.to for each in incidents.steps[0].routes] == [None, "hostco"]
    assert load.streams[1].start == "parts"
    assert len(load.causes[0].raises) == 1


def test_risks_and_contingencies():
    found = contract(
        TEAMS
        + STAFF
        + """
    risk release "Release" {
      affects mail, hosting.east
      likelihood 4 per year during nov..feb
      impact outage for constant(6 h)
      impact desk staff -30% for 2 weeks
      impact P1 incidents in mail * 5 for 8 h
      owner desk
      treatment failover
    }
    contingency failover "Fail over" {
      when outage of mail lasts 20 min
      until backlog of desk < 20
      then restore mail within 1 h, succeeds 90%
      then restore hosting within 2 h
      then notify acme within 30 min
      then notify "a@b.example" within 1 h
      then add 4 agents to desk after 2 h
      then add 1 agents to apps
      cost EUR 62 per agent hour
      rehearse every 6 months, last 2026-09-14
    }
    """
    )
    risk, plan = found.risks["release"], found.contingencies["failover"]
    assert (risk.affects, risk.treatment) == (("mail", "hosting.east"), "failover")
    assert (risk.likelihood.times, risk.likelihood.per, risk.likelihood.months) == (4, "year", (11, 2))
    outage, loss, surge = risk.impacts
    assert (type(outage), type(loss), type(surge)) == (Outage, StaffLoss, Surge)
    assert (loss.staff, loss.share) == ("desk", Fraction(3, 10))
    assert (surge.factor, surge.population.priorities) == (5, ("P1",))
    assert (plan.cost, plan.rehearsed) == (
        (Money(currency="EUR", minor=6200), "agent hour"),
        date(2026, 9, 14),
    )
    assert [type(each) for each in plan.actions] == [RestoreService] * 2 + [NotifyParty] * 2 + [AddAgents] * 2
    assert [each.succeeds for each in plan.actions[:2]] == [Fraction(9, 10), 1]
    assert [each.party for each in plan.actions[2:4]] == ["acme", "a@b.example"]
    assert [(each.agents, each.staff, each.after_us) for each in plan.actions[4:]] == [
        (4, "desk", 2 * HOUR),
        (1, "apps", 0),
    ]


STUDY = (
    TEAMS
    + STAFF
    + LOAD
    + """
sla gold "Gold" {
  between globex and acme
  target fix: resolution of P1 incidents within 4 h for 90% each month
}
scenario today {
  load autumn
}
experiment plain {
  scenarios today
  horizon 2027-01-01 .. 2027-12-31
}
experiment all_said "All" {
  scenarios today
  horizon 2027-01-01 .. 2027-12-31, warm up 4 weeks
  replications until half width of gold <= 2%, at most 400
  seed 2027
  confidence 90%
  indifference 2%
  tick 1 min
  vary desk.early agents 4 .. 9 step 2, gold.fix within 1 h .. 2 h step 30 min, gold.fix within 2 h .. 7 h
  find cheapest where chance of gold >= 80% and chance of gold.fix >= 90% throughout
  starts empty
}
"""
)


def test_what_an_experiment_says():
    spec = contract(STUDY)
    found = spec.experiments["all_said"]
    assert (found.first, found.last, found.warm_up_us) == (date(2027, 1, 1), date(2027, 12, 31), 28 * DAY)
    assert found.replications == Until(of="gold", half_width=Fraction(2, 100), at_most=400)
    assert (found.seed, found.confidence, found.indifference) == (2027, Fraction(9, 10), Fraction(2, 100))
    assert (found.tick_us, found.start, found.scenarios) == (MINUTE, "empty", ("today",))
    agents, halves, whole = found.vary
    assert (agents.dimension, [each.number for each in agents.choices]) == ("desk.early agents", [4, 6, 8])
    assert [each.words for each in halves.choices] == ["1 h", "1 h 30 min", "2 h"]
    assert [each.words for each in whole.choices] == ["2 h", "4 h", "6 h"]
    assert [(each.of, each.at_least, each.throughout) for each in found.find] == [
        ("gold", Fraction(4, 5), False),
        ("gold.fix", Fraction(9, 10), True),
    ]
    assert isinstance(found.find[0], Wanted)


def test_what_an_experiment_does_not_say():
    found = contract(STUDY).experiments["plain"]
    assert (found.seed, found.confidence, found.indifference, found.tick_us) == (
        0,
        Fraction(95, 100),
        Fraction(1, 100),
        1_000_000,
    )
    assert (found.replications, found.warm_up_us, found.start, found.vary, found.find) == (
        None,
        None,
        None,
        (),
        (),
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("1 business day .. 3 business days", [Duration(business_days=Fraction(i)) for i in (1, 2, 3)]),
        ("1 day .. 2 days step 12 h", [Duration(days=Fraction(i, 2)) for i in (2, 3, 4)]),
        ("1 business day .. 3 business days step 5 h", []),
    ],
)
def test_limits_in_the_unit_of_the_first(said, expected):
    text = STUDY.replace("gold.fix within 2 h .. 7 h", f"gold.fix within {said}")
    found = read(text)[0].experiments["all_said"]
    assert [edit.limit.duration for each in found.vary[2].choices for edit in each.edits] == expected


def test_a_scenario_without_a_load_edits_no_step():
    found = read(STUDY + "scenario lost {\n  step incidents.desk {\n    then resolved 100%\n  }\n}\n")[0]
    assert found.scenarios["lost"].edits == ()

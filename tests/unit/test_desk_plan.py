"""Scenarios compiled to desk plans: words, ways of tickets, people, waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from slmdsl.api import load
from slmdsl.base.spans import NOWHERE
from slmdsl.base.units import DAY, HOUR, MINUTE, SECOND, to_us
from slmdsl.calendars import ALWAYS, CalendarPlan, Window
from slmdsl.contract.model.distributions import Measured, Solved
from slmdsl.contract.model.escalations import Declared
from slmdsl.contract.model.work import Pause, Route, Step
from slmdsl.contract.scenarios import what_if
from slmdsl.workload.draws.keys import agent_entity, place_of
from slmdsl.workload.draws.values import value_of
from slmdsl.workload.errors import UncompilableError
from slmdsl.workload.from_contract import desk_plan, desk_plan_of
from slmdsl.workload.plan import ADDED, BY_ARRIVAL, BY_DEADLINE, BY_PRIORITY, NONE, ON_CALL, REGULAR
from tests.contracts import contract

EXAMPLES = Path(__file__).parents[1] / "spec" / "examples"
YEAR = {"first": date(2027, 1, 1), "last": date(2027, 12, 31), "warm_up_us": 28 * DAY}
WEEK = {"first": date(2027, 3, 22), "last": date(2027, 3, 28), "warm_up_us": 0}

SMALL = """
team desk "Desk"
staff desk {
  shift day mon..fri 08:00-16:00 2 agents
}
load small {
  incidents {
    rate 10 per day
    start at desk
    step desk {
      works exponential(mean 10 min)
      then resolved 100%
    }
  }
}
scenario today {
  load small
}
"""

DESK = """
provider globex "Globex"
customer acme "Acme"
customer initech "Initech"
supplier hostco "HostCo"
team desk "Desk"
team apps "Applications"
team spare "Others"
service mail "Mail"
service till "Tills"
request laptop "Laptop" {
  service mail
  owner desk
}
priorities itil {
  urgency high low
  impact wide P1 P2
  impact narrow P4 P3
}
calendar office {
  timezone Europe/Amsterdam
  open mon..fri 08:00-18:00
  open sat 10:00-14:00
}
staff spare {
  shift day mon..fri 08:00-17:30 4 agents
}
staff desk {
  timezone Europe/Amsterdam
  shift early mon..fri 07:00-15:30 3 agents
  shift late mon..fri 10:30-19:00 2 agents
  on_call otherwise 2 agents for P1, P3 after 5 min
  queue by priority then deadline
  lines 400
  shift_end hands_over
  preempt for P1
}
staff apps {
  timezone Europe/Amsterdam
  shift day mon..fri 08:00-17:30 1 agent
  on_call otherwise 1 agent after 20 min
}
load autumn {
  incidents {
    rate 100 per day
    in till 60%, mail 40%
    priority P3 90%, P1 10%
    start at triage
    step desk {
      answers in constant(2 min)
      gives up 3% after constant(20 min)
      works constant(10 min)
      works for P1, P2 constant(25 min)
      then resolved 70%, apps 20%, hostco 10%
    }
    step triage by desk {
      works for P3 constant(1 min)
      then desk 100%
    }
    step apps {
      works constant(45 min)
      waits constant(1 h)
      then resolved 93%, desk 7%
    }
    step hostco {
      waits constant(9 h) on office
      then resolved 100%
    }
    waits for customer 25% for constant(7 h) on office
    reopens 4% after constant(2 days)
    feedback 18% scores 5 within 4 h, 3 otherwise
    customer acme 70%, initech 30%
  }
  requests for laptop {
    rate 6 per day
    start at desk
    step desk {
      then hostco 100%
    }
    step hostco {
      waits constant(3 business days) on office
      then resolved 100%
    }
  }
}
contingency early "Extra people" {
  when backlog of desk > 60
  then add 2 agents to desk after 2 h
  then add 1 agent to apps after 1 h
  until backlog of apps < 20
}
scenario today {
  load autumn
}
"""


@pytest.fixture(scope="module")
def plan():
    return desk_plan_of(contract(DESK), "today", **WEEK)


def constant_us(plan, row):
    """The value of a row of the table of distributions, None for none."""
    return None if row < 0 else value_of(plan.distributions, row, 0.5, 0.5)


def minutes(plan, rows):
    return [None if row < 0 else constant_us(plan, row) / MINUTE for row in rows]


def test_one_group_and_one_step():
    plan = desk_plan_of(contract(SMALL), "today", **WEEK)
    assert plan.words.groups == ("desk",)
    assert plan.words.agents == ("desk.day.1", "desk.day.2")
    assert plan.words.kinds == ("incident",)
    assert (plan.words.services, plan.words.priorities, plan.words.customers) == ((), (), ())
    assert plan.steps.is_worked.tolist() == [True]
    assert plan.steps.works.shape == (1, 1)
    assert plan.streams.start.tolist() == [0]
    assert len(plan.planned.start) == len(plan.nodes.names) == len(plan.conditions.token) == 0
    assert len(plan.calendars.first) == len(plan.contingencies.names) == len(plan.failing.node) == 0


def test_words_stand_in_order(plan):
    assert plan.words.kinds == ("incident", "laptop")
    assert plan.words.services == ("till", "mail")
    assert plan.words.priorities == ("P1", "P2", "P4", "P3")
    assert plan.words.customers == ("acme", "initech")
    assert plan.words.groups == ("desk", "apps", "hostco")
    assert plan.words.causes == ("failure",)


def test_the_ways_of_tickets(plan):
    steps = plan.steps
    assert steps.names == ("desk", "triage", "apps", "hostco", "desk", "hostco")
    assert steps.place.tolist() == [place_of(name) for name in steps.names]
    assert steps.group.tolist() == [0, 0, 1, 2, 0, 2]
    assert steps.is_worked.tolist() == [True, True, True, False, False, False]
    assert list(zip(steps.first_route.tolist(), steps.end_route.tolist(), strict=True)) == [
        (0, 3),
        (3, 4),
        (4, 6),
        (6, 7),
        (7, 8),
        (8, 9),
    ]
    assert steps.route_to.tolist() == [-1, 2, 3, 0, -1, 0, -1, 5, -1]
    assert steps.route_share.tolist() == [0.7, 0.2, 0.1, 1, 0.93, 0.07, 1, 1, 1]
    assert steps.route_word[:2].tolist() == [place_of("resolved"), place_of("apps")]
    assert plan.streams.start.tolist() == [1, 4]
    assert plan.streams.first_step.tolist() == [0, 4]
    assert plan.streams.end_step.tolist() == [4, 6]
    assert plan.streams.kind.tolist() == [0, 1]


def test_work_by_priority(plan):
    assert minutes(plan, plan.steps.works[0]) == [25, 25, 10, 10, 10]
    assert minutes(plan, plan.steps.works[1]) == [None, None, None, 1, None]
    assert minutes(plan, plan.steps.works[3]) == [None] * 5
    assert minutes(plan, plan.steps.answers) == [2, None, None, None, None, None]
    assert minutes(plan, plan.steps.patience) == [20, None, None, None, None, None]
    assert plan.steps.gives_up_share.tolist() == [0.03, 0, 0, 0, 0, 0]


def test_waits_and_their_calendars(plan):
    assert minutes(plan, plan.steps.waits[2:4]) == [60, 9 * 60]
    assert constant_us(plan, plan.steps.waits[5]) == 3
    assert plan.steps.waits_on.tolist() == [-1, -1, -1, 0, -1, 0]
    assert plan.steps.waits_in_days.tolist() == [False] * 5 + [True]
    assert plan.streams.customer_wait_on.tolist() == [0, -1]
    assert plan.streams.customer_wait_share.tolist() == [0.25, 0]
    assert minutes(plan, plan.streams.customer_wait) == [7 * 60, None]
    assert not plan.streams.customer_wait_in_days.any()


def test_work_for_a_priority_that_no_ticket_has():
    found = what_if(contract(DESK), "today")
    stream = found.load.streams[0]
    step = stream.steps[0]
    rare = replace(step.works[1], priorities=("P9", "P1"))
    steps = (replace(step, works=(step.works[0], rare)), *stream.steps[1:])
    streams = (replace(stream, steps=steps), found.load.streams[1])
    plan = desk_plan(replace(found, load=replace(found.load, streams=streams)), **WEEK)
    assert plan.words.priorities == ("P1", "P2", "P4", "P3")
    assert minutes(plan, plan.steps.works[0]) == [25, 10, 10, 10, 10]


def on_calendar(plan, unit):
    """The small desk with a wait of 3 hours or days on a calendar."""
    found = what_if(contract(SMALL), "today")
    stream = found.load.streams[0]
    length = Solved(family="constant", parameters=(3.0,), unit=unit, span=NOWHERE)
    pause = Pause(duration=length, calendar=plan, span=NOWHERE)
    steps = (replace(stream.steps[0], waits=pause),)
    streams = (replace(stream, steps=steps),)
    return replace(found, load=replace(found.load, streams=streams))


UNEVEN = CalendarPlan(
    name="uneven", weekly=tuple((Window(0, 8 * HOUR + odd),) for odd in (1, 7, 13, 19, 37, 61, 77))
)


def test_plain_time_has_no_calendar():
    plan = desk_plan(on_calendar(ALWAYS, "time"), **WEEK)
    assert plan.steps.waits_on.tolist() == [NONE]
    assert len(plan.calendars.first) == 0


def test_days_are_counted_where_they_are_asked_for():
    calendars = desk_plan(on_calendar(UNEVEN, "time"), **WEEK).calendars
    assert calendars.first.tolist() == [0]
    assert not calendars.days.any()
    assert not calendars.days_rate.any()


def test_days_of_lengths_that_no_unit_divides():
    code, message = refused(on_calendar(UNEVEN, "business_days"))
    assert code == "SLM790"
    assert "`uneven`" in message


def test_what_belongs_to_a_ticket_s_life(plan):
    assert plan.streams.reopens_share.tolist() == [0.04, 0]
    assert minutes(plan, plan.streams.reopens_after) == [2 * 24 * 60, None]
    assert plan.streams.feedback_share.tolist() == [0.18, 0]
    assert plan.streams.first_score.tolist() == [0, 2]
    assert plan.streams.end_score.tolist() == [2, 2]
    assert plan.streams.score_within.tolist() == [4 * 3600, 2**62]
    assert plan.streams.score.tolist() == [5, 3]


def test_people(plan):
    assert plan.words.agents == (
        "desk.early.1",
        "desk.early.2",
        "desk.early.3",
        "desk.late.1",
        "desk.late.2",
        "desk.on_call.1",
        "desk.on_call.2",
        "desk.early_added.1",
        "desk.early_added.2",
        "apps.day.1",
        "apps.on_call.1",
        "apps.early.1",
    )
    assert plan.agents.kind.tolist() == [REGULAR] * 5 + [ON_CALL] * 2 + [ADDED] * 2 + [
        REGULAR,
        ON_CALL,
        ADDED,
    ]
    assert plan.agents.group.tolist() == [0] * 9 + [1] * 3
    assert plan.agents.entity[4] == agent_entity("desk", "late", 2)
    assert len(set(plan.agents.entity.tolist())) == 12
    assert plan.groups.first_agent.tolist() == [0, 9]
    assert plan.groups.end_agent.tolist() == [9, 12]


def test_rules_of_queues(plan):
    groups = plan.groups
    assert groups.disciplines.tolist() == [[BY_PRIORITY, BY_DEADLINE], [BY_ARRIVAL, BY_ARRIVAL]]
    assert groups.lines.tolist() == [400, -1]
    assert groups.hands_over.tolist() == [True, False]
    assert groups.preempts.tolist() == [[True, False, False, False, False], [False] * 5]
    assert groups.on_call_for.tolist() == [[True, False, False, True, False], [True] * 5]
    assert groups.on_call_after.tolist() == [300, 1200]


def test_agents_that_a_contingency_adds(plan):
    found = plan.contingencies
    assert found.names == ("early",)
    assert found.action_first_agent.tolist() == [7, 11]
    assert found.action_end_agent.tolist() == [9, 12]
    assert found.action_after.tolist() == [7200, 3600]


def test_a_week_of_office_hours(plan):
    calendars = plan.calendars
    inside = (calendars.starts >= plan.start) & (calendars.ends <= plan.end)
    hours = ((calendars.ends - calendars.starts) / 3600)[inside]
    assert hours.tolist() == [10, 10, 10, 10, 10, 4]
    assert calendars.ends[-1] - plan.end >= 364 * 86_400
    assert np.array_equal(
        calendars.open_ticks,
        np.cumsum(calendars.ends - calendars.starts) - (calendars.ends - calendars.starts),
    )
    assert np.allclose(calendars.days_rate[inside] * hours * 3600, 1)
    assert np.allclose(np.diff(calendars.days), 1)
    assert calendars.first.tolist() == [0]
    assert calendars.end.tolist() == [len(calendars.starts)]


def utc(*parts):
    return to_us(datetime(*parts, tzinfo=UTC)) // SECOND


def test_the_horizon_is_of_the_home_zone():
    plan = desk_plan_of(
        contract(SMALL), "today", first=date(2027, 3, 22), last=date(2027, 3, 28), warm_up_us=DAY
    )
    assert (plan.start, plan.first, plan.end) == (utc(2027, 3, 21), utc(2027, 3, 22), utc(2027, 3, 29))


AGREED = """
provider globex "Globex"
customer acme "Acme"
sla west "West" {
  between globex and acme
  timezone America/Los_Angeles
  target fix: resolution of P1 incidents within 4 h for 90% each month
}
sla east "East" {
  between globex and acme
  timezone Asia/Tokyo
  target fix: resolution of P1 incidents within 4 h for 90% each month
}
"""


def test_periods_of_all_zones_lie_inside():
    plan = desk_plan_of(contract(SMALL + AGREED), "today", **WEEK)
    assert plan.what_if.zone == "America/Los_Angeles"
    assert (plan.first, plan.end) == (utc(2027, 3, 21, 15), utc(2027, 3, 29, 7))


def test_ticks_of_a_minute():
    plan = desk_plan_of(contract(DESK), "today", **WEEK, tick_us=MINUTE)
    second = desk_plan_of(contract(DESK), "today", **WEEK)
    assert plan.tick_us == MINUTE
    assert plan.start * 60 == second.start
    assert (plan.groups.roster_from * 60).tolist() == second.groups.roster_from.tolist()
    assert (plan.calendars.open_ticks * 60).tolist() == second.calendars.open_ticks.tolist()
    assert plan.groups.on_call_after.tolist() == [5, 20]
    assert plan.streams.score_within.tolist() == [240, 2**62]
    assert np.allclose(plan.calendars.days_rate, second.calendars.days_rate * 60)


@pytest.mark.parametrize(
    "scenario", ["today", "black_friday", "tighter_p1", "two_more", "power_cut", "power_cut_bare"]
)
def test_the_worked_company_compiles(scenario):
    spec = load(EXAMPLES)
    plan = desk_plan_of(spec.contract, scenario, **YEAR)
    late = sum(name.startswith("desk.late.") for name in plan.words.agents)
    assert late == (7 if scenario == "two_more" else 5)
    assert plan.words.groups == ("desk", "apps", "hostco")
    assert plan.words.causes == ("failure", "power", "mail_cluster", "flu_wave", "bad_release")
    assert ("mail_failover" in plan.contingencies.names) == (scenario != "power_cut_bare")
    assert len(plan.demand.names) >= 2
    assert plan.steps.works.shape == (5, 5)


def changed(text, **fields):
    found = what_if(contract(text), "today")
    return replace(found, **fields)


def refused(found, **horizon):
    with pytest.raises(UncompilableError) as caught:
        desk_plan(found, **(WEEK | horizon))
    (diagnostic,) = caught.value.diagnostics
    assert str(caught.value) == diagnostic.message
    return diagnostic.code, diagnostic.message


def test_too_many_agents():
    text = SMALL.replace("2 agents", "5_001 agents")
    assert refused(changed(text)) == ("SLM790", "5001 agents are more than the 5000 that can be simulated")


def contingencies(count, ask):
    """A desk with contingencies, each when a flag stands."""
    found = changed(SMALL + "contingency one {\n  then add 1 agent to desk after 1 h\n}\n")
    one = found.contract.contingencies["one"]
    return replace(
        found,
        contingencies=tuple(
            replace(one, name=f"c{i}", when=Declared(flag=f"flag_{ask(i)}")) for i in range(count)
        ),
    )


def test_too_many_contingencies():
    assert refused(contingencies(65, ask=lambda _: 0)) == (
        "SLM790",
        "there are 65 contingencies; 64 are possible",
    )


def test_too_many_flags():
    found = contingencies(64, ask=lambda i: i)
    assert len(desk_plan(found, **WEEK).contingencies.flags) == 64
    first = found.contingencies[0]
    more = replace(first, until=Declared(flag="flag_64"))
    assert refused(replace(found, contingencies=(more, *found.contingencies[1:]))) == (
        "SLM790",
        "there are 65 flags; 64 are possible",
    )


def test_too_many_steps():
    found = changed(SMALL)
    stream = found.load.streams[0]
    steps = tuple(replace(stream.steps[0], name=f"s{i}") for i in range(501))
    load_of = replace(found.load, streams=(replace(stream, steps=steps, start="s0"),))
    code, message = refused(replace(found, load=load_of))
    assert code == "SLM790"
    assert "501 steps" in message


def test_too_long_a_horizon():
    assert refused(changed(SMALL), last=date(2058, 1, 1))[0] == "SLM790"


@pytest.mark.parametrize("year", [1, 1900, 2199, 9999])
def test_years_that_no_calendar_covers(year):
    code, message = refused(changed(SMALL), first=date(year, 1, 1), last=date(year, 12, 31))
    assert code == "SLM791"
    assert message == f"{year:04}-01-01 .. {year:04}-12-31 is not within the years 1901 to 2198"


@pytest.mark.parametrize("horizon", [{"last": date(2027, 3, 21)}, {"tick_us": 0}, {"warm_up_us": -1}])
def test_no_time_at_all(horizon):
    assert refused(changed(SMALL), **horizon)[0] == "SLM791"


def test_a_step_that_is_not_there():
    found = changed(SMALL)
    stream = found.load.streams[0]
    lost = Route(to="apps", share=Fraction(1), span=NOWHERE)
    step: Step = replace(stream.steps[0], routes=(lost,))
    streams = (replace(stream, steps=(step,)),)
    code, message = refused(replace(found, load=replace(found.load, streams=streams)))
    assert (code, message) == ("SLM791", "`incidents` has no step `apps`")


def test_agents_for_a_team_without_staff():
    text = (
        SMALL
        + """
team apps "Applications"
contingency more "More" {
  when backlog of desk > 3
  then add 1 agent to desk after 1 h
}
"""
    )
    found = changed(text)
    (action,) = found.contingencies[0].actions
    actions = (replace(action, staff="apps"),)
    contingencies = (replace(found.contingencies[0], actions=actions),)
    code, message = refused(replace(found, contingencies=contingencies))
    assert (code, message) == ("SLM791", "`more` adds agents to `apps`, which has no staff")


def test_values_that_nobody_has_read():
    found = changed(SMALL)
    stream = found.load.streams[0]
    step = stream.steps[0]
    unread = Measured(file="work.csv", column="minutes", unit="time", span=NOWHERE)
    works = (replace(step.works[0], duration=unread),)
    streams = (replace(stream, steps=(replace(step, works=works),)),)
    with pytest.raises(ValueError, match=r"work\.csv"):
        desk_plan(replace(found, load=replace(found.load, streams=streams)), **WEEK)


def test_equal_distributions_share_a_row():
    found = changed(SMALL)
    stream = found.load.streams[0]
    same = Solved(family="constant", parameters=(1.0 * HOUR,), unit="time", span=NOWHERE)
    step = replace(stream.steps[0], answers=same, works=(replace(stream.steps[0].works[0], duration=same),))
    streams = (replace(stream, steps=(step,)),)
    plan = desk_plan(replace(found, load=replace(found.load, streams=streams)), **WEEK)
    assert plan.steps.answers.tolist() == plan.steps.works[0].tolist() == [0]
    assert len(plan.distributions.family) == 1

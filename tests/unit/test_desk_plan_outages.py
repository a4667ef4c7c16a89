"""What can be down in a desk plan, and what is done then: needs, crews, maintenance, conditions, contingencies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from slmdsl.base.units import DAY, MINUTE, SECOND, Duration, from_us
from slmdsl.contract.model.escalations import OpenTickets, OutageLasts
from slmdsl.contract.scenarios import what_if
from slmdsl.workload.desk_conditions import asked_of
from slmdsl.workload.draws.keys import named_entity
from slmdsl.workload.draws.values import value_of
from slmdsl.workload.errors import UncompilableError
from slmdsl.workload.from_contract import desk_plan, desk_plan_of
from slmdsl.workload.plan import (
    ABOVE,
    ADD_AGENTS,
    AND,
    AT_LEAST,
    BACKLOG,
    BELOW,
    DECLARED,
    NONE,
    OPEN_TICKETS,
    OR,
    OUTAGE_LASTS,
    RESTORE,
)
from tests.contracts import contract

MARCH = {"first": date(2027, 3, 1), "last": date(2027, 3, 31), "warm_up_us": 0}

TEXT = """
provider globex "Globex"
customer acme "Acme"
supplier hostco "HostCo"
team desk "Desk"
team apps "Applications"
team vendors "Vendors"
service mail "Mail" {
  needs wan, hosting, directory
  maintenance second sunday of month 02:00-06:00 Europe/Amsterdam, notice 5 days
}
service wan "Network" {
  maintenance last sunday of month 01:00-05:00 Europe/Amsterdam
}
service directory "Directory"
service hosting "Hosting" {
  components east, west, spare
  needs any 1 of (east, west)
}
service till "Tills" {
  needs wan
}
service canteen "Canteen" {
  maintenance sun 01:00-02:00 UTC
}
service archive "Archive"
escalation ladder {
  at 100% of resolution reassign to apps
  when open P1 incidents > 2 declare major, invoke called
  when declared major and backlog of desk > 9 notify "boss@globex.example"
  when backlog of vendors > 5 and open P1 incidents > 2 or outage of till lasts 1 h invoke called
}
sla gold "Gold" {
  between globex and acme
  covers mail
  escalation ladder
  target fix: resolution of P1 incidents within 4 h for 90% each month
}
sla silver "Silver" {
  between globex and acme
  covers till
  escalation ladder
  target fix: resolution of P1 incidents within 4 h for 90% each month
}
staff desk {
  shift day mon..fri 08:00-16:00 2 agents
}
load autumn {
  incidents {
    rate 10 per day
    in mail 100%
    priority P1 100%
    start at desk
    step desk {
      works exponential(mean 10 min)
      then resolved 90%, vendors 10%
    }
    step vendors {
      waits exponential(mean 10 h)
      then resolved 100%
    }
  }
  component hosting.east, hosting.west fails every constant(1_200 h), repaired in constant(3 h), crew of 1
  component hosting.spare fails every constant(900 h), repaired in constant(2 h)
  cause power "Power" {
    every exponential(mean 9_000 h)
    takes hosting.east 100%
    for exponential(mean 2 h)
    raises geometric(mean 4) P2 incidents in wan over 30 min
  }
}
risk mail_cluster "Mail" {
  affects mail
  likelihood 1 per year
  impact outage for 6 h
  owner apps
  treatment failover
}
contingency failover "Fail over" {
  when outage of mail lasts 20 min
  then notify acme within 30 min
  then restore mail within 1 h, succeeds 90%
  then restore hosting within 2 h
}
contingency called "Called" {
  then add 3 agents to desk after 90 min
}
contingency crowd "Crowd" {
  when open P1 incidents older than 4 h > 3 or open P1 incidents > 2 or declared major
  then add 1 agent to desk after 0 h
  until backlog of desk < 2
}
scenario today {
  load autumn
}
scenario bare from today {
  without called
}
"""


@pytest.fixture(scope="module")
def found():
    return what_if(contract(TEXT), "today")


@pytest.fixture(scope="module")
def plan(found):
    return desk_plan(found, **MARCH)


def parts(plan, name):
    nodes = plan.nodes
    row = nodes.names.index(name)
    return nodes.part[nodes.first_part[row] : nodes.end_part[row]].tolist()


def test_what_is_needed_stands_before_what_needs_it(plan):
    assert plan.nodes.names == (
        "wan",
        "hosting.east",
        "hosting.west",
        None,
        "hosting",
        "directory",
        "mail",
        "till",
        "hosting.spare",
    )
    assert plan.nodes.least.tolist() == [0, 0, 0, 1, 1, 0, 3, 1, 0]
    assert parts(plan, "mail") == [0, 4, 5]
    assert parts(plan, "hosting") == [3]
    assert parts(plan, None) == [1, 2]
    assert parts(plan, "till") == [0]
    assert parts(plan, "hosting.spare") == []


def test_components_that_fail_share_a_crew(plan):
    failing = plan.failing
    assert [plan.nodes.names[node] for node in failing.node] == [
        "hosting.east",
        "hosting.west",
        "hosting.spare",
    ]
    assert failing.crew.tolist() == [0, 0, 1]
    assert failing.crew_size.tolist() == [1, -1]
    assert failing.entity.tolist() == [named_entity(f"hosting.{each}") for each in ("east", "west", "spare")]
    hours = [value_of(plan.distributions, row, 0.5, 0.5) / (60 * MINUTE) for row in failing.fails]
    assert hours == [1200, 1200, 900]
    assert [value_of(plan.distributions, row, 0.5, 0.5) / (60 * MINUTE) for row in failing.repaired] == [
        3,
        3,
        2,
    ]


def test_causes_and_words_of_raised_tickets(plan):
    assert plan.words.causes == ("failure", "power", "mail_cluster")
    assert plan.words.services == ("mail", "wan")
    assert plan.words.priorities == ("P1", "P2")


def shown(ticks):
    return [from_us(each * SECOND).strftime("%m-%d %H:%M") for each in ticks.tolist()]


def test_planned_outages_are_the_declared_windows(plan):
    planned = plan.planned
    assert [plan.nodes.names[node] for node in planned.node] == ["mail", "wan"]
    assert shown(planned.start) == ["03-14 01:00", "03-28 00:00"]
    # Three hours of real time on the day on which clocks go forward, in one piece.
    assert shown(planned.end) == ["03-14 05:00", "03-28 03:00"]
    assert shown(planned.announced) == ["03-09 01:00", "03-28 00:00"]


def test_planned_outages_are_cut_where_the_simulation_begins():
    begin = {"first": date(2027, 3, 15), "last": date(2027, 3, 16), "warm_up_us": 20 * 60 * MINUTE}
    planned = desk_plan_of(contract(TEXT), "today", **begin).planned
    assert (shown(planned.start), shown(planned.end)) == (["03-14 04:00"], ["03-14 05:00"])
    assert shown(planned.announced) == ["03-09 04:00"]


def test_conditions_stand_in_order(plan, found):
    asked = asked_of(found)
    assert asked.when == (0, NONE, 1)
    assert asked.until == (NONE, NONE, 2)
    assert asked.line_when == (3, 4, 5)
    assert plan.contingencies.when.tolist() == [0, NONE, 1]
    assert plan.contingencies.until.tolist() == [NONE, NONE, 2]
    assert plan.contingencies.line_when.tolist() == [3, 4, 5]


def test_an_escalation_of_two_agreements_is_climbed_once(plan):
    assert plan.what_if.agreements == ("gold", "silver")
    assert plan.contingencies.flags == ("major",)
    assert plan.contingencies.line_declares.tolist() == [0, NONE, NONE]
    assert plan.contingencies.line_invokes.tolist() == [NONE, 1, 1]


def test_leaves_on_open_tickets_come_first(plan, found):
    asked, conditions = asked_of(found), plan.conditions
    assert [type(leaf) for leaf in asked.leaves[:2]] == [OpenTickets, OpenTickets]
    assert asked.open_tickets == asked.leaves[:2]
    assert conditions.leaf_kind.tolist() == [
        OPEN_TICKETS,
        OPEN_TICKETS,
        OUTAGE_LASTS,
        DECLARED,
        BACKLOG,
        BACKLOG,
        OUTAGE_LASTS,
    ]
    groups, nodes = plan.words.groups, plan.nodes.names
    assert groups == ("desk", "vendors")
    assert conditions.leaf_of.tolist() == [NONE, NONE, nodes.index("mail"), 0, 0, 1, nodes.index("till")]
    assert conditions.leaf_compares.tolist() == [ABOVE, ABOVE, AT_LEAST, AT_LEAST, BELOW, ABOVE, AT_LEAST]
    assert conditions.leaf_count.tolist() == [3, 2, 0, 0, 2, 5, 0]
    assert conditions.leaf_ticks.tolist() == [4 * 3600, 0, 20 * 60, 0, 0, 0, 3600]


def test_programs_are_in_postfix_order(plan):
    conditions = plan.conditions
    programs = [
        conditions.token[first:end].tolist()
        for first, end in zip(conditions.first_token, conditions.end_token, strict=True)
    ]
    assert programs == [[2], [0, 1, OR, 3, OR], [4], [1], [1], [5, 1, AND, 6, OR]]


def test_what_contingencies_do(plan):
    done = plan.contingencies
    assert done.names == ("failover", "called", "crowd")
    assert done.entity.tolist() == [named_entity(name) for name in done.names]
    assert done.first_action.tolist() == [0, 2, 3]
    assert done.end_action.tolist() == [2, 3, 4]
    assert done.action_kind.tolist() == [RESTORE, RESTORE, ADD_AGENTS, ADD_AGENTS]
    assert [plan.nodes.names[node] for node in done.action_node[:2]] == ["mail", "hosting"]
    assert done.action_succeeds.tolist() == [0.9, 1, 1, 1]
    assert done.action_after.tolist() == [3600, 7200, 5400, 0]
    assert done.action_first_agent.tolist() == [0, 0, 2, 5]
    assert done.action_end_agent.tolist() == [0, 0, 5, 6]
    assert plan.words.agents[2:] == ("desk.called.1", "desk.called.2", "desk.called.3", "desk.crowd.1")


def test_what_a_scenario_is_without_is_not_invoked():
    plan = desk_plan_of(contract(TEXT), "bare", **MARCH)
    assert plan.contingencies.names == ("failover", "crowd")
    assert plan.contingencies.line_invokes.tolist() == [NONE]
    assert plan.contingencies.line_declares.tolist() == [0]


def refused(found):
    with pytest.raises(UncompilableError) as caught:
        desk_plan(found, **MARCH)
    return caught.value.diagnostics[0].code


def test_more_counts_of_open_tickets_than_bits(found):
    (leaf, _) = asked_of(found).open_tickets
    crowd = found.contingencies[2]
    for count, fits in ((60, True), (80, False)):
        many = tuple(replace(leaf, count=each) for each in range(10, 10 + count))
        when = replace(crowd.when, parts=many)
        changed = replace(found, contingencies=(*found.contingencies[:2], replace(crowd, when=when)))
        if fits:
            assert desk_plan(changed, **MARCH).conditions.leaf_count[:60].tolist() == list(range(10, 70))
        else:
            assert refused(changed) == "SLM790"


def test_a_condition_counts_plain_time(found):
    failover = found.contingencies[0]
    when = OutageLasts(service="mail", duration=Duration(business_days=2))
    changed = replace(found, contingencies=(replace(failover, when=when), *found.contingencies[1:]))
    assert refused(changed) == "SLM791"
    days = OutageLasts(service="mail", duration=Duration(days=2))
    changed = replace(found, contingencies=(replace(failover, when=days), *found.contingencies[1:]))
    assert 2 * DAY // SECOND in desk_plan(changed, **MARCH).conditions.leaf_ticks.tolist()

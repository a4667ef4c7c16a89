"""Means of distributions, and how much work comes to each group."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import exp, inf, pi, sqrt

import pytest

from slmdsl.base.spans import NOWHERE
from slmdsl.contract.means import mean
from slmdsl.contract.model.distributions import Measured, MixOf, Solved
from slmdsl.contract.offered_load import (
    agent_hours,
    answers,
    offered,
    offered_in,
    priority_shares,
    visits,
    weekly_rate,
)
from slmdsl.contract.scenarios import what_if
from tests.contracts import contract, read

TEXT = """
team desk "Desk"
team apps "Applications"
service mail "Mail"
service till "Tills"
staff desk {{
  shift day mon..fri 08:00-16:00 10 agents
  absence 10%
  {queue}
}}
staff apps {{
  on_call otherwise 1 agent
}}
load day {{
  incidents {{
    {rate}
    {mix}
    start at desk
    step desk {{
      answers in constant(6 min)
      works for P1 constant(54 min)
      works constant(24 min)
      then resolved 50%, apps 50%
    }}
    step apps {{
      works constant(30 min)
      then resolved 50%, desk 50%
    }}
    {after}
  }}
}}
"""
MIX = "in mail 50%, till 50%\n    priority P1 20%, P2 80%\n    priority in till P2 100%"


def spec(rate="rate 10 per day", mix=MIX, after="", queue=""):
    return contract(TEXT.format(rate=rate, mix=mix, after=after, queue=queue))


def stream(**others):
    return spec(**others).loads["day"].streams[0]


def reopened_for_ever():
    found = stream(after="reopens 50% after constant(1 day)")
    return replace(found, reopens=replace(found.reopens, share=Fraction(1)))


@pytest.mark.parametrize(
    ("family", "parameters", "expected"),
    [
        ("constant", (3.0,), 3.0),
        ("exponential", (3.0,), 3.0),
        ("lognormal", (1.0, 0.5), exp(1.125)),
        ("gamma", (2.0, 3.0), 6.0),
        ("weibull", (2.0, 1.0), sqrt(pi) / 2),
        ("uniform", (1.0, 3.0), 2.0),
        ("triangular", (0.0, 1.0, 5.0), 2.0),
        ("pert", (0.0, 1.0, 8.0), 2.0),
        ("geometric", (1.4,), 1.4),
        ("lognormal", (1.0, 90.0), inf),
    ],
)
def test_means_of_families(family, parameters, expected):
    found = mean(Solved(family=family, parameters=parameters, unit="time", span=NOWHERE))
    assert found == pytest.approx(expected)


def test_means_of_mixes_and_of_measured_values():
    unread = Measured(file="a.csv", column="x", unit="time", span=NOWHERE)
    read_one = Measured(file="a.csv", column="x", unit="time", values=(1.0, 3.0), span=NOWHERE)
    one = Solved(family="constant", parameters=(6.0,), unit="time", span=NOWHERE)
    assert (mean(unread), mean(read_one)) == (None, 2.0)
    mixed = MixOf(parts=((Fraction(1, 4), one), (Fraction(3, 4), read_one)), unit="time", span=NOWHERE)
    assert mean(mixed) == 3.0
    assert mean(MixOf(parts=((Fraction(1), unread),), unit="time", span=NOWHERE)) is None


def test_visits_with_ways_back_and_reopenings():
    assert visits(stream()) == pytest.approx({"desk": 4 / 3, "apps": 2 / 3})
    assert visits(stream(after="reopens 20% after constant(1 day)")) == pytest.approx(
        {"desk": 5 / 3, "apps": 5 / 6}
    )
    assert visits(reopened_for_ever()) is None


def answering(stream_of, *names):
    duration = stream_of.steps[0].answers
    steps = tuple(replace(each, answers=duration if each.name in names else None) for each in stream_of.steps)
    return replace(stream_of, steps=steps)


def test_a_ticket_is_answered_once():
    assert answers(stream()) == {"desk": 1.0, "apps": 0.0}
    assert answers(answering(stream(), "desk", "apps")) == {"desk": 1.0, "apps": 0.0}
    assert answers(answering(stream())) == {"desk": 0.0, "apps": 0.0}
    # Half of all tickets come to apps; every other of the rest is reopened and may then.
    assert answers(answering(stream(), "apps")) == pytest.approx({"desk": 0.0, "apps": 0.5})
    again = stream(after="reopens 50% after constant(1 day)")
    assert answers(answering(again, "apps")) == pytest.approx({"desk": 0.0, "apps": 2 / 3})
    for_ever = reopened_for_ever()
    assert answers(for_ever) == {"desk": 1.0, "apps": 0.0}
    assert answers(answering(for_ever)) == {"desk": 0.0, "apps": 0.0}
    assert answers(replace(stream(), start="nowhere")) is None


def test_no_visits_where_tickets_go_round_for_ever():
    text = TEXT.format(rate="rate 10 per day", mix=MIX, after="", queue="").replace("resolved 50%, ", "")
    text = text.replace("apps 50%", "apps 100%").replace("desk 50%", "desk 100%")
    found = read(text)[0]
    assert visits(found.loads["day"].streams[0]) is None
    assert [each.work for each in offered(found.loads["day"], found.staff).values()] == [{}, {}]


def test_shares_of_priorities_over_services():
    assert priority_shares(stream()) == pytest.approx({"P1": 0.1, "P2": 0.9})
    assert priority_shares(stream(mix="")) == {"": 1.0}


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        ("rate 2 per hour", 336.0),
        ("rate 7 per week\n    rate 9 per week from 2027-01-01", 9.0),
        ("rate 30 per month", 30 * 12 * 7 / 365.2425),
        ("rate 30 per quarter", 30 * 4 * 7 / 365.2425),
        ("rate 365.2425 per year", 7.0),
        ("", 0.0),
    ],
)
def test_rates_a_week(rate, expected):
    assert weekly_rate(stream(rate=rate)) == pytest.approx(expected)


def test_work_and_hours_by_priority():
    found = spec()
    desk, apps = offered(found.loads["day"], found.staff).values()
    # 70 tickets a week visit the desk 4/3 times: a tenth of them for 0.9 h, the others for 0.4 h; each is answered once
    assert desk.work == pytest.approx({"P1": 7 * (4 / 3 * 0.9 + 0.1), "P2": 63 * (4 / 3 * 0.4 + 0.1)})
    assert desk.agent_hours == pytest.approx(360)
    assert desk.utilisation == pytest.approx((9.1 + 39.9) / 360)
    assert desk.up_to("P1") == pytest.approx(9.1 / 360)
    assert (desk.up_to("P2"), apps.agent_hours) == (desk.utilisation, 168)
    doubled = offered(found.loads["day"], found.staff, {"incidents": 2.0})["desk"]
    assert doubled.utilisation == pytest.approx(2 * desk.utilisation)


def test_hours_of_on_call():
    text = """
    team a "A"
    staff a {{
      shift night sat, sun 20:00-06:00 2 agents
      shift evening sat 18:00-22:00 1 agent
      shift nobody mon 08:00-18:00 0 agents
      on_call otherwise 3 agents {}
    }}
    """
    every, some = (contract(text.format(each)).staff["a"] for each in ("after 1 min", "for P1"))
    assert agent_hours(some) == 2 * 2 * 10 + 4
    assert agent_hours(every) == agent_hours(some) + 3 * (168 - 22)


def test_tickets_without_a_priority_come_last():
    found = contract(
        TEXT.format(rate="rate 10 per day", mix=MIX, after="", queue="")
        + """
    load other {
      problems {
        rate 1 per day
        start at desk
        step desk {
          works constant(1 h)
          then resolved 100%
        }
      }
      incidents {
        rate 1 per day
        priority P1 100%
        start at desk
        step desk {
          works constant(1 h)
          then resolved 100%
        }
      }
    }
    """
    )
    assert list(offered(found.loads["other"], found.staff)["desk"].work) == ["P1", ""]


def test_a_scenario_has_its_own_people_and_factors():
    text = (
        TEXT.format(rate="rate 10 per day", mix=MIX, after="", queue="")
        + """
    priorities wide {
      urgency       high  low
      impact   all  P2    P1
    }
    scenario more {
      load day
      incidents * 2
      incidents in mail * 9
      incidents * 7 during 2027-01-01 .. 2027-01-02
      set desk.day agents 20
    }
    """
    )
    found = contract(text)
    desk = offered_in(what_if(found, "more"))["desk"]
    before = offered(found.loads["day"], found.staff)["desk"]
    assert desk.agent_hours == 2 * before.agent_hours
    assert desk.work == pytest.approx({name: 2 * hours for name, hours in before.work.items()})
    assert (list(desk.work), list(before.work)) == (["P2", "P1"], ["P1", "P2"])


def test_work_without_anybody():
    found = read(
        TEXT.format(rate="rate 1 per day", mix=MIX, after="", queue="").replace("10 agents", "0 agents")
    )[0]
    assert offered(found.loads["day"], found.staff)["desk"].utilisation == inf
    idle = replace(found.loads["day"], streams=())
    assert offered(idle, found.staff)["desk"].utilisation == 0

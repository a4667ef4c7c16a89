"""Luck that is taken over from another plan's is the luck that the plan draws itself, to the last bit."""

from dataclasses import fields
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slmdsl
from slmdsl.contract.scenarios import what_if
from slmdsl.ingest.empirical import with_measured
from slmdsl.simulate.runs import simulated
from slmdsl.workload.demand.arrivals import arrivals_of
from slmdsl.workload.draws.keys import key_of
from slmdsl.workload.duty import duties_of
from slmdsl.workload.from_contract import desk_plan
from slmdsl.workload.luck import luck_of
from slmdsl.workload.strikes import strikes_of
from tests.demands import demand_plan, load
from tests.property.test_engines import differing

pytestmark = pytest.mark.compiled  # thousands of tickets

CHECKOUT = Path(__file__).parents[2]
CHOICES = {
    "rate": ["rate 20 per day", "rate 20 per day, varying 15%, correlated 0.4"],
    "burst": ["burst of mix(50% constant(1), 50% geometric(mean 2))", "burst of geometric(mean 2)", ""],
    "works": ["exponential(mean 10 min)", "mix(50% constant(5 min), 50% lognormal(median 3 min, p90 9 min))"],
    "agents": ["3", "4"],
    "shift": ["mon..fri 08:00-18:00", "mon..fri 08:00-17:00"],
    "absence": ["", "absence 9%"],
    "on call": ["", "on_call otherwise 1 agent for P1 after 5 min"],
    "queue": ["arrival", "priority"],
    "added": ["1", "2"],
    "outage": ["impact outage for exponential(mean 3 h)", "impact outage for exponential(mean 4 h)"],
    "loss": ["impact desk staff -40% for constant(20 h)", "impact desk staff -50% for constant(20 h)", ""],
    "surge": ["impact P1 incidents * 4 for exponential(mean 10 h)", ""],
    "raises": ["raises geometric(mean 20) P1, P2 incidents in till over 30 min", ""],
    "factor": ["", "incidents in till * 1.5", "P1 incidents * 0.5 during 2027-01-02 .. 2027-01-20"],
    "strike": ["", "strike power at 2027-01-05 10:00", "strike storm at 2027-01-06 10:00"],
    "risks": ["", "without risks"],
    "flood": ["open P1 incidents in till > 5", "open incidents > 40"],
}
WORDS = st.fixed_dictionaries({name: st.sampled_from(each) for name, each in CHOICES.items()})
SEEDS = st.integers(0, 2**32 - 1)
FIRST = {name: each[0] for name, each in CHOICES.items()}

OF_THE_DESK = ("works", "queue")
"""What no luck is drawn from."""


@cache
def plan_of(**words):
    world = f"""
risk storm {{
  affects wan
  likelihood 60 per year
  {words["outage"]}
  {words["loss"]}
  {words["surge"]}
  treatment helpers
}}
contingency helpers {{
  then add 2 agents to desk
}}
contingency flood {{
  when {words["flood"]}
  then add {words["added"]} agents to desk
}}
"""
    power = f"""
  cause power "Power" {{
    every exponential(mean 60 h)
    takes wan 100%
    for lognormal(median 2 h, p90 5 h)
    {words["raises"]}
  }}
"""
    mixes = "in till 50%, wan 50%\npriority P1 10%, P2 40%, P3 50%"
    scenario = "\n".join((words["factor"], words["strike"] if not words["risks"] else "", words["risks"]))
    text = load(f"{words['rate']}\n{words['burst']}\n{mixes}", more=power, world=world, scenario=scenario)
    for old, new in (
        ("shift day mon..fri 08:00-18:00 3 agents", f"shift day {words['shift']} {words['agents']} agents"),
        ("queue by arrival", f"{words['on call']}\n{words['absence']}\nqueue by {words['queue']}"),
        ("works exponential(mean 10 min)", f"works {words['works']}"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    return demand_plan(text, last="2027-01-20")


def columns(luck):
    """Yield what a luck holds, by name."""
    for one in (luck, luck.arrivals):
        for each in fields(one):
            if each.name != "arrivals":
                yield each.name, getattr(one, each.name)


def assert_same(one, other):
    for (name, mine), (_, others) in zip(columns(one), columns(other), strict=True):
        assert np.asarray(mine).dtype == np.asarray(others).dtype, name
        assert np.array_equal(mine, others), name


@given(WORDS, WORDS, SEEDS)
def test_it_is_what_the_plan_draws(words, other, seed):
    plan, there = plan_of(**words), plan_of(**other)
    assert_same(luck_of(plan, seed, 3, like=(there, luck_of(there, seed, 3))), luck_of(plan, seed, 3))


@pytest.mark.parametrize("name", CHOICES)
def test_one_change_at_a_time(name):
    for one, other in pairwise(CHOICES[name]):
        plan, there = plan_of(**FIRST | {name: other}), plan_of(**FIRST | {name: one})
        for seed in range(4):
            whole = luck_of(plan, seed, 0)
            assert_same(luck_of(plan, seed, 0, like=(there, luck_of(there, seed, 0))), whole)


TAKEN = {
    "arrivals": ("agents", "shift", "absence", "on call", "added", "loss", "outage", *OF_THE_DESK),
    "outage_from": (
        "rate",
        "burst",
        "agents",
        "shift",
        "absence",
        "on call",
        "added",
        *OF_THE_DESK,
    ),
    "duty_from": ("rate", "burst", "factor", "raises", "flood", *OF_THE_DESK),
}
"""What is taken over although plans differ in this: it would be drawn in vain."""


@pytest.mark.parametrize(("part", "name"), [(part, name) for part, names in TAKEN.items() for name in names])
def test_nothing_is_drawn_in_vain(part, name):
    calm = FIRST | {"surge": ""}
    one, other = (plan_of(**calm | {name: each}) for each in CHOICES[name][:2])
    luck = luck_of(one, 1, 0)
    assert getattr(luck_of(other, 1, 0, like=(one, luck)), part) is getattr(luck, part)


def test_strikes_are_drawn_for_whoever_is_lost_to_them():
    plan, there = plan_of(**FIRST | {"agents": "4"}), plan_of(**FIRST)
    luck = luck_of(plan, 1, 0, like=(there, luck_of(there, 1, 0)))
    away = strikes_of(plan, luck.key).away
    assert away
    agent, begin, end = away[0]
    mine = slice(luck.first_duty[agent], luck.end_duty[agent])
    assert not ((luck.duty_from[mine] < end) & (luck.duty_to[mine] > begin)).any()


class _Watched:
    """Hands on a thing's fields and takes note of them."""

    def __init__(self, thing, name, read, *, within=()):
        self.thing, self.name, self.read, self.within = thing, name, read, within

    def __getattr__(self, field):
        found = getattr(self.thing, field)
        if field in self.within:
            return _Watched(found, f"{field}.", self.read)
        self.read.add(self.name + field)
        return found


def test_no_part_reads_more_of_the_plan_than_is_compared():
    """A field that a draw reads and that nobody compares would let two plans share what they do not."""
    plan, key = plan_of(**FIRST), key_of(1, 0)
    read = {name: set() for name in ("strikes", "arrivals", "duties")}
    struck = strikes_of(_Watched(plan, "", read["strikes"]), key)
    raised = struck.windows(plan.demand.surges), struck.tickets(plan.end)
    arrivals_of(_Watched(plan, "", read["arrivals"]), key, *raised)
    duties_of(_Watched(plan, "", read["duties"], within=("groups",)), key, struck.away)
    time = {"start", "end"}
    assert read["arrivals"] == {"demand", "distributions", "tick_us", *time}
    assert read["strikes"] == {"hazards", "demand", "distributions", "agents", "tick_us", *time}
    rosters = {f"groups.{each}" for each in ("first_roster", "end_roster", "roster_from", "roster_to")}
    assert read["duties"] == {"agents", "shifts", *time, *rosters}


@pytest.mark.parametrize(("seed", "replication"), [(1, 1), (2, 0)])
def test_another_luck_is_refused(seed, replication):
    plan = plan_of(**FIRST)
    with pytest.raises(ValueError, match="another seed or replication"):
        luck_of(plan, seed, replication, like=(plan, luck_of(plan, 1, 0)))


@cache
def shipped(model, scenario):
    spec = slmdsl.load(CHECKOUT / "models" / model)
    asked = what_if(with_measured(spec.contract, spec.root), scenario)
    return desk_plan(asked, first=date(2027, 3, 1), last=date(2027, 3, 31), warm_up_us=0)


ACME = sorted(slmdsl.load(CHECKOUT / "models" / "acme").contract.scenarios)


@pytest.mark.parametrize("scenario", ACME)
def test_shipped_scenarios(scenario):
    plan = shipped("acme", scenario)
    whole = luck_of(plan, 2027, 5)
    assert len(whole.arrivals) > 1_000
    for other in ACME:
        there = shipped("acme", other)
        assert_same(luck_of(plan, 2027, 5, like=(there, luck_of(there, 2027, 5))), whole)


@pytest.mark.parametrize("engine", ["fast", "simpy"])
def test_a_run_like_another(engine):
    plan, there = plan_of(**FIRST | {"agents": "1"}), plan_of(**FIRST | {"agents": "2"})
    first = simulated(there, 1, 0, engine=engine)
    one, same = simulated(plan, 1, 0, engine=engine), simulated(plan, 1, 0, engine=engine, like=first)
    assert_same(same.luck, one.luck)
    assert same.luck.arrivals is first.luck.arrivals
    assert differing(one.outcome, same.outcome) == []
    assert differing(one.outcome, first.outcome) != []

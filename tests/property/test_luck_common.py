"""Common luck: what two scenarios share, they draw alike."""

from dataclasses import fields
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.workload.luck import luck_of
from tests.demands import day, demand_plan, load, names

pytestmark = pytest.mark.compiled  # thousands of tickets

DAY_US = 86_400_000_000

SAID = {
    "plain": "rate 30 per day",
    "bursts": "rate 30 per day\nburst of geometric(mean 1.6)",
    "days": "rate 30 per day, varying 30%, correlated 0.6, growing 5% per year as of 2026-06-30",
    "all": """
    rate 40 per day, varying 20%, correlated 0.9
    burst of mix(70% constant(1), 30% geometric(mean 4))
    profile shop
    """,
}
WORLD = """
profile shop "Shop" {
  timezone America/New_York
  mon..fri 00:00-07:00 0.1, 07:00-18:00 2, 18:00-24:00 0.5
  sat 20:00-04:00 1
  holidays US 0.2
}
risk storm {
  affects wan
  likelihood 20 per year
  impact outage for exponential(mean 3 h)
  impact P1 incidents * 4 for exponential(mean 10 h)
}
"""
MIXES = "\nin till 40%, wan 60%\npriority P1 20%, P2 80%\npriority in wan P1 50%, P2 50%"


@cache
def plan_of(kind, scenario="", first="2027-03-01", last="2027-04-30", warm_up_days=0):
    text = load(SAID[kind] + MIXES, world=WORLD, scenario=scenario)
    return demand_plan(text, first=first, last=last, warm_up_us=warm_up_days * DAY_US)


SEEDS = st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
KINDS = st.sampled_from(sorted(SAID))


def rows(arrivals, kept):
    return [getattr(arrivals, each.name)[kept].tolist() for each in fields(arrivals)]


@given(KINDS, SEEDS, st.sampled_from([(0, "2027-04-30"), (1, "2027-04-15"), (28, "2027-06-30")]))
def test_another_warm_up_or_horizon_gives_the_same_tickets_on_common_days(kind, seed, other):
    warm_up_days, last = other
    one = luck_of(plan_of(kind), *seed).arrivals
    plan = plan_of(kind, last=last, warm_up_days=warm_up_days)
    two = luck_of(plan, *seed).arrivals
    begin, later, end = (day(each) * 86_400 for each in ("2027-03-01", "2027-03-08", "2027-04-14"))
    # A surge that runs since the warm-up reaches into the first days.
    common = [(each.at < end) & (each.at >= np.where(each.source == 0, begin, later)) for each in (one, two)]
    assert rows(one, common[0]) == rows(two, common[1])


@given(KINDS, SEEDS)
def test_strikes_of_risks_stay_when_the_warm_up_changes(kind, seed):
    one, two = luck_of(plan_of(kind), *seed), luck_of(plan_of(kind, warm_up_days=28), *seed)
    begin = day("2027-03-05") * 86_400
    common = [
        set(zip(each.outage_from.tolist(), each.outage_to.tolist(), strict=True)) for each in (one, two)
    ]
    # A strike that runs since the warm-up may stand in the way of one at the beginning.
    assert {row for row in common[0] if row[0] >= begin} == {row for row in common[1] if row[0] >= begin}


@given(KINDS, SEEDS)
def test_a_surge_changes_nothing_outside_its_dates(kind, seed):
    one = luck_of(plan_of(kind), *seed).arrivals
    surging = plan_of(kind, "incidents in till * 1.8 during 2027-03-10 .. 2027-03-20")
    two = luck_of(surging, *seed).arrivals
    days = [day("2027-03-10"), day("2027-03-20")]
    outside = [(each.day < days[0]) | (each.day > days[1]) for each in (one, two)]
    kept = [
        (
            each.at[out].tolist(),
            each.entity[out].tolist(),
            each.service[out].tolist(),
            each.priority[out].tolist(),
        )
        for each, out in zip((one, two), outside, strict=True)
    ]
    assert kept[0] == kept[1]
    assert names(one, plan_of(kind)) <= names(two, surging)


@given(KINDS, SEEDS)
def test_factors_are_ordered(kind, seed):
    found = []
    for factor in ("0.2", "0.7", "1", "1.8", "2", "10"):
        plan = plan_of(kind, f"P1 incidents * {factor}")
        found.append(names(luck_of(plan, *seed).arrivals, plan))
    for less, more in pairwise(found):
        assert less <= more


@given(KINDS, SEEDS)
def test_nobody_is_drawn_twice_and_all_stand_in_order(kind, seed):
    plan = plan_of(kind, "incidents in till * 1.8\n  P1 incidents * 1.5")
    drawn = luck_of(plan, *seed).arrivals
    assert len(np.unique(drawn.entity)) == len(drawn)
    columns = (drawn.at, drawn.source, drawn.day, drawn.burst, drawn.member)
    keys = list(zip(*(column.tolist() for column in columns), strict=True))
    assert keys == sorted(keys)
    assert not keys or plan.start <= keys[0][0] <= keys[-1][0] < plan.end

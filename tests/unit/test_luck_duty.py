"""Who is present: shifts, absence, on call, and the hours of agents that contingencies add."""

import numpy as np
import pytest
from scipy import stats

from slmdsl.workload.duty import duties_of
from slmdsl.workload.luck import luck_of
from slmdsl.workload.plan import ON_CALL, REGULAR
from tests.demands import FLOW, demand_plan

DESK = """
provider globex "Globex"
customer acme "Acme"
team desk "Service desk"
staff desk {{
  timezone Europe/Amsterdam
  shift early mon..fri 07:00-15:00 {early} agents
  shift late mon..fri 15:00-23:00, 23:00-01:00 3 agents
  on_call otherwise 2 agents
  absence {absence}%
}}
load busy {{
  incidents {{
    rate 5 per day
    priority P1 100%
    {flow}
  }}
}}
scenario it {{
  load busy
}}
"""


def plan_of(early=4, absence=9, **others):
    return demand_plan(DESK.format(early=early, absence=absence, flow=FLOW), **others)


def duty(luck, agent):
    own = slice(luck.first_duty[agent], luck.end_duty[agent])
    return list(zip(luck.duty_from[own].tolist(), luck.duty_to[own].tolist(), strict=True))


PLAN = plan_of()


def test_everybody_is_present_when_nobody_stays_away():
    plan = plan_of(absence=0, first="2027-01-04", last="2027-01-10")
    luck = luck_of(plan, 1, 0)
    monday = 20_822 * 86_400
    early = [(monday + i * 86_400 + 6 * 3600, monday + i * 86_400 + 14 * 3600) for i in range(5)]
    assert duty(luck, 0) == early
    # Windows that touch are one stretch.
    late = [(monday + i * 86_400 + 14 * 3600, monday + i * 86_400 + 24 * 3600) for i in range(5)]
    assert duty(luck, 4) == late


def test_one_coin_for_an_agent_and_a_day():
    present, absent = 0, 0
    for r in range(10):
        luck = luck_of(PLAN, 1, r)
        for agent in np.flatnonzero(PLAN.agents.kind == REGULAR):
            lengths = {to - begin for begin, to in duty(luck, agent)}
            # Both windows of a day share the coin, also the one behind midnight.
            assert lengths <= ({8 * 3600} if agent < 4 else {10 * 3600})
            present += len(duty(luck, agent))
            absent += 261 - len(duty(luck, agent))
    low, high = stats.binom.interval(1 - 1e-4, present + absent, 0.09)
    assert low <= absent <= high


def test_on_call_when_no_shift_is_on():
    luck = luck_of(PLAN, 1, 0)
    called = np.flatnonzero(PLAN.agents.kind == ON_CALL)
    assert len(called) == 2
    groups = PLAN.groups
    gaps = list(
        zip(
            [PLAN.start, *groups.roster_to.tolist()],
            [*groups.roster_from.tolist(), PLAN.end],
            strict=True,
        )
    )
    assert duty(luck, called[0]) == duty(luck, called[1]) == [gap for gap in gaps if gap[0] < gap[1]]


def test_stretches_are_in_order_and_apart():
    luck = luck_of(PLAN, 1, 0)
    for agent in range(len(PLAN.agents.group)):
        stretches = duty(luck, agent)
        edges = [edge for stretch in stretches for edge in stretch]
        assert edges == sorted(set(edges))
        assert PLAN.start <= edges[0]
        assert edges[-1] <= PLAN.end


def test_an_added_agent_changes_nobody_elses_duty():
    more = plan_of(early=5)
    before, after = luck_of(PLAN, 1, 0), luck_of(more, 1, 0)
    by_name = {name: agent for agent, name in enumerate(more.words.agents)}
    for agent, name in enumerate(PLAN.words.agents):
        assert duty(before, agent) == duty(after, by_name[name])


H = 3600


@pytest.mark.parametrize(
    ("away", "left"),
    [
        ([(0, 8)], []),
        ([(-5, 20)], []),
        ([(2, 3)], [(0, 2), (3, 8)]),
        ([(0, 3)], [(3, 8)]),
        ([(5, 8)], [(0, 5)]),
        ([(1, 2), (4, 5)], [(0, 1), (2, 4), (5, 8)]),
        ([(1, 4), (2, 3)], [(0, 1), (4, 8)]),
        ([(1, 3), (2, 5)], [(0, 1), (5, 8)]),
        ([(-3, -1), (9, 10)], [(0, 8)]),
    ],
)
def test_lost_time_is_taken_out(away, left):
    plan = plan_of(absence=0, first="2027-01-04", last="2027-01-05")
    begin = 20_822 * 86_400 + 6 * H
    for agent in (0, 2):
        lost = [(agent, begin + a * H, begin + b * H) for a, b in away]
        duties = duties_of(plan, 1, lost)
        for each in range(4):
            own = slice(duties.first[each], duties.end[each])
            found = [
                (a, b) for a, b in zip(duties.start[own].tolist(), duties.stop[own].tolist(), strict=True)
            ]
            today = [(begin + a * H, begin + b * H) for a, b in (left if each == agent else [(0, 8)])]
            assert found == [*today, (begin + 24 * H, begin + 32 * H)]

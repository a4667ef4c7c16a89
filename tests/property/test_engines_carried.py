"""Both engines leave the same behind where tickets are there from the beginning."""

from collections import Counter
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given

from slmdsl.events.vocabulary import Phase
from slmdsl.simulate.fast.engine import simulate as simulate_fast
from slmdsl.simulate.outcome import linked
from slmdsl.simulate.reference import simulate
from slmdsl.workload.plan import BY_DEADLINE
from tests.carried_desks import carried_desk, carried_desks
from tests.property.test_engines import differing

pytestmark = pytest.mark.compiled
DESKS = 150


def test_the_engines_agree_on_desks_that_begin_with_tickets():
    seen = Counter()
    for seed in range(DESKS):
        plan, luck = carried_desk(seed)
        outcome = simulate(plan, luck)
        assert differing(outcome, simulate_fast(plan, luck)) == [], f"desk {seed}"
        carried = plan.carried
        seen.update(Phase(phase) for phase in carried.phase.tolist())
        seen["by deadline"] += bool((plan.groups.disciplines == BY_DEADLINE).any()) and len(carried) > 0
        mine = outcome.events.ticket[len(carried.past) :] < len(carried)
        seen["over"] += int((outcome.events.phase[len(carried.past) :][mine] >= Phase.RESOLVED).sum())
    assert min(seen[each] for each in (*list(Phase)[:4], "by deadline", "over")) >= 20, seen


@given(carried_desks())
def test_the_engines_agree_on_any_desk_that_begins_with_tickets(desk):
    assert differing(simulate(*desk), simulate_fast(*desk)) == []


@given(carried_desks())
def test_chains_go_on_from_the_past(desk):
    plan, luck = desk
    outcome = simulate_fast(plan, luck)
    made = linked(outcome.events, len(luck.arrivals))
    for column in fields(made):
        assert np.array_equal(getattr(made, column.name), getattr(outcome.chains, column.name)), column.name

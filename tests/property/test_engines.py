"""Both engines leave the same behind, row for row; and what they were held against has everything in it."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given

from slmdsl.simulate.fast.engine import simulate as simulate_fast
from slmdsl.simulate.outcome import linked
from slmdsl.simulate.reference import simulate
from tests.desk_coverage import ELEMENTS, PAIRS, Coverage
from tests.desks import desks, random_desk

DESKS = 600
FEW = 40
"""How many are worked through by kernels in plain Python."""
OFTEN_ENOUGH = 10
TABLES = ("events", "outages", "feedback", "spells", "called")
COUNTS = ("fired", "reassigned", "lost", "gave_up", "preempted")


def columns(outcome):
    """Everything in an outcome by name, but how it is linked."""
    found = {name: np.atleast_1d(getattr(outcome, name)) for name in COUNTS}
    for table in TABLES:
        rows = getattr(outcome, table)
        found |= {f"{table}.{column.name}": getattr(rows, column.name) for column in fields(rows)}
    return found


def differing(one, other):
    one, other = columns(one), columns(other)
    assert one.keys() == other.keys()
    assert {name: column.dtype for name, column in one.items()} == {
        name: each.dtype for name, each in other.items()
    }
    return [name for name in one if not np.array_equal(one[name], other[name])]


def test_an_outcome_that_differs_is_found():
    one, other = (simulate(*random_desk(seed)) for seed in (1, 2))
    assert differing(one, other)
    assert not differing(one, simulate(*random_desk(1)))


@pytest.mark.parametrize("seed", range(FEW))
def test_the_engines_agree(seed):
    desk = random_desk(seed)
    assert differing(simulate(*desk), simulate_fast(*desk)) == []


@pytest.fixture(scope="module")
def coverage():
    """What the desks have seen in which the engines were compared."""
    seen = Coverage()
    for seed in range(DESKS):
        plan, luck = random_desk(seed)
        trace = []
        outcome = simulate(plan, luck, seen=lambda *what, trace=trace: trace.append(what))
        assert differing(outcome, simulate_fast(plan, luck)) == [], f"desk {seed}"
        seen.add(plan, luck, outcome, trace)
    return seen


@pytest.mark.compiled
def test_the_engines_agree_on_desks_that_have_everything(coverage):
    rare = {name: coverage.elements[name] for name in ELEMENTS if coverage.elements[name] < OFTEN_ENOUGH}
    assert not rare


@pytest.mark.compiled
def test_any_two_ranks_meet_in_one_instant(coverage):
    rare = {pair: coverage.pairs[pair] for pair in PAIRS if coverage.pairs[pair] < OFTEN_ENOUGH}
    assert not rare


@pytest.mark.compiled
@given(desks())
def test_the_engines_agree_on_any_desk(desk):
    assert differing(simulate(*desk), simulate_fast(*desk)) == []


@pytest.mark.compiled
@given(desks())
def test_chains_are_those_that_the_rows_make(desk):
    plan, luck = desk
    outcome = simulate_fast(plan, luck)
    made = linked(outcome.events, len(luck.arrivals))
    for column in fields(made) if outcome.chains else ():
        assert np.array_equal(getattr(made, column.name), getattr(outcome.chains, column.name)), column.name

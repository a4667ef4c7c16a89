"""Whether a warm-up was long enough, judged by the weekly backlog."""

from types import SimpleNamespace

import numpy as np
import pytest

from slmdsl.base.units import DAY, HOUR
from slmdsl.cli.tables.theory_tables import warm_up_advice
from slmdsl.study.compared.settling import weeks_to_leave_out


def tally(*weeks, replications=10):
    backlog = np.array([weeks, [0.0] * len(weeks)])
    return SimpleNamespace(
        replications=replications, desk=SimpleNamespace(of={"backlog": backlog}.__getitem__)
    )


STEADY = [30.0, 31.0] * 12


@pytest.mark.parametrize(
    ("weeks", "longer"),
    [
        ([2.0, 9.0, 20.0, *STEADY], 3),
        ([90.0, 60.0, *STEADY], 2),
        (STEADY, 0),
        ([29.0, *STEADY], 0),  # less than a tenth off
        (list(range(30)), 0),  # it never settles
        ([2.0, *STEADY[:10]], 0),  # too few weeks
        ([3.0, *([0.0, 2.0] * 12)], 0),  # a few tickets more or less are luck
        ([34.0, 36.0, 33.0] * 4 + [38.0, 44.0, 50.0, 42.0] * 5, 0),  # a season is no warm-up
    ],
)
def test_early_weeks_are_left_out_where_they_differ(weeks, longer):
    assert weeks_to_leave_out(tally(*weeks)) == longer


def test_nothing_is_said_of_nothing():
    assert weeks_to_leave_out(tally(1.0, replications=0)) == 0


@pytest.mark.parametrize(
    ("warm_up_us", "advice"),
    [
        (28 * DAY, ["`--warm-up '7 weeks'` would leave 3 more weeks out."]),
        (36 * HOUR, ["`--warm-up '540 h'` would leave 3 more weeks out."]),
        (0, []),  # it was wanted empty
    ],
)
def test_advice_is_a_warm_up_as_it_is_typed(warm_up_us, advice):
    plan = SimpleNamespace(what_if=SimpleNamespace(scenario=SimpleNamespace(name="today")))
    study = SimpleNamespace(
        tallies={"today": tally(2.0, 9.0, 20.0, *STEADY)},
        trials={"today": SimpleNamespace(plan=plan)},
        setting=SimpleNamespace(warm_up_of={"today": warm_up_us}.__getitem__),
    )
    before = "today: the backlog has not settled when these days begin (MSER-1 on its weeks): "
    assert list(warm_up_advice(study)) == [before + each for each in advice]

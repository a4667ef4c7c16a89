"""Whether a warm-up was long enough, judged by the weekly backlog."""

from types import SimpleNamespace

import numpy as np
import pytest

from slmdsl.study.settling import weeks_to_leave_out


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
        ([2.0, 30.0, 31.0, 30.0], 0),  # too few weeks
    ],
)
def test_early_weeks_are_left_out_where_they_differ(weeks, longer):
    assert weeks_to_leave_out(tally(*weeks)) == longer


def test_nothing_is_said_of_nothing():
    assert weeks_to_leave_out(tally(1.0, replications=0)) == 0

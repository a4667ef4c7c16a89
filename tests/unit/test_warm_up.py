"""MSER-1 by hand and on series whose beginning is known."""

from __future__ import annotations

import numpy as np
import pytest

from slmdsl.stats.warm_up import WarmUp, mser


def by_its_definition(values):
    """White 1997: the d that minimises the sum of squared deviations after d, over (n - d) squared."""
    errors = []
    for cut in range(len(values) // 2 + 1):
        rest = values[cut:]
        mean = sum(rest) / len(rest)
        errors.append(sum((each - mean) ** 2 for each in rest) / len(rest) ** 2)
    return errors.index(min(errors))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("count", [2, 3, 8, 53])
def test_it_is_the_definition(seed, count):
    luck = np.random.default_rng(seed)
    values = luck.normal(size=count) + luck.uniform(0, 5) * np.exp(-np.arange(count) / 4)
    assert mser(values).leave_out == by_its_definition(values.tolist())


def test_by_hand():
    """Errors of cuts at 0 .. 2 of 5, 1, 1, 0: 14.75 / 16, 0.667 / 9, 0.5 / 4."""
    assert mser(np.array([5.0, 1.0, 1.0, 0.0])) == WarmUp(leave_out=1, is_settled=True)


@pytest.mark.parametrize("seed", range(10))
def test_a_queue_that_fills_is_cut_where_it_is_full(seed):
    weeks = np.arange(60)
    means = 20 * (1 - np.exp(-weeks / 3)) + np.random.default_rng(seed).normal(0, 0.5, 60)
    found = mser(means)
    assert found.is_settled
    assert 7 <= found.leave_out <= 20


@pytest.mark.parametrize("value", [0.0, 0.1, 1e9 / 3])
def test_what_never_changes_needs_no_warm_up(value):
    assert mser(np.full(53, value)) == WarmUp(leave_out=0, is_settled=True)


def test_what_jumps_and_stands_still_is_cut_at_the_jump():
    assert mser(np.array([0.1] * 7 + [0.3] * 46)) == WarmUp(leave_out=7, is_settled=True)


def test_a_backlog_that_grows_for_ever_never_settles():
    assert not mser(np.arange(52.0)).is_settled


@pytest.mark.parametrize("count", [0, 1])
def test_a_beginning_needs_a_rest(count):
    with pytest.raises(ValueError, match="at least two"):
        mser(np.ones(count))

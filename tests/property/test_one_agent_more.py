"""Common luck where it counts: what one agent more is worth shows in far fewer replications."""

from datetime import date

import numpy as np
import pytest

from slmdsl.stats.paired import paired_difference, variance_ratio
from tests.bench.bench_common_luck import GOAL, both

pytestmark = pytest.mark.compiled  # thousands of tickets

HORIZON = date(2027, 1, 4), date(2027, 2, 21)
REPLICATIONS = 40


@pytest.fixture(scope="module")
def resolutions():
    """The mean resolution of each replication, in hours, without and with the agent."""
    found = both(REPLICATIONS, judged=False, horizon=HORIZON, seed=1)
    return [np.array([each.resolution for each in side]) for side in found]


def test_one_agent_more_is_told_with_a_twentieth_of_the_runs(resolutions):
    assert variance_ratio(*resolutions) >= GOAL
    assert paired_difference(*resolutions).high < 0


def test_with_luck_of_their_own_replications_tell_no_more_than_they_should(resolutions):
    without, more = resolutions
    ratio = variance_ratio(without[: REPLICATIONS // 2], more[REPLICATIONS // 2 :])
    assert 0.3 < ratio < 3

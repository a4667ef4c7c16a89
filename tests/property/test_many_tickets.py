"""Many tickets in one replication take memory in proportion, and not much of it."""

import pytest

from tests.bench.bench_ten_million import limited

pytestmark = pytest.mark.compiled

DAYS = 3
MOST_BYTES_A_TICKET = 700


def peak(told):
    return max(peak_mb for _, peak_mb in told["parts"].values()) * 1e6


@pytest.fixture(scope="module")
def one_day():
    limited(1)  # compiles what is not compiled yet, which takes memory of its own
    return limited(1)


def test_300_000_tickets_take_no_more_than_they_should(one_day):
    days = limited(DAYS)
    assert days["tickets"] > 290_000
    assert days["events"] > 4 * days["tickets"]
    assert days["judged"] > days["tickets"]
    more = days["tickets"] - one_day["tickets"]
    assert (peak(days) - peak(one_day)) / more < MOST_BYTES_A_TICKET

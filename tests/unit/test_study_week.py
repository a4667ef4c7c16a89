"""Time by hour of the week, against counting minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.base.units import HOUR, MINUTE, to_us
from slmdsl.study.desk.week import HOURS_A_WEEK, WeekHours

START = to_us(datetime(2027, 3, 26, tzinfo=UTC))  # the weekend when Europe's clocks go forward
QUARTER = 15 * MINUTE
QUARTERS = 4 * 24 * 4


@pytest.mark.parametrize("zone", ["UTC", "Europe/Amsterdam", "Asia/Kolkata", "Asia/Kathmandu"])
@given(stretches=st.lists(st.tuples(st.integers(-10, QUARTERS + 10), st.integers(0, 200)), max_size=6))
def test_every_quarter_of_an_hour_is_counted_where_the_wall_clock_has_it(
    zone: str, stretches: list[tuple[int, int]]
) -> None:
    hours = WeekHours.of(START, START + QUARTERS * QUARTER, zone)
    begin = np.array([START + at * QUARTER for at, _ in stretches], dtype=np.int64)
    end = begin + np.array([long * QUARTER for _, long in stretches], dtype=np.int64)
    wanted = np.zeros(HOURS_A_WEEK, dtype=np.int64)
    for quarter in range(QUARTERS):
        at_us = START + quarter * QUARTER
        local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at_us)).astimezone(ZoneInfo(zone))
        wanted[local.weekday() * 24 + local.hour] += QUARTER * int(np.sum((begin <= at_us) & (at_us < end)))
    assert hours.time_in(begin, end).tolist() == wanted.tolist()


def test_a_span_within_one_hour_has_one_stretch() -> None:
    hours = WeekHours.of(START + 10 * MINUTE, START + 20 * MINUTE, "UTC")
    assert hours.hour.tolist() == [4 * 24]
    assert hours.time_in(np.array([START]), np.array([START + HOUR]))[96] == 10 * MINUTE

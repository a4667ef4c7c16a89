"""What tickets draw, and when their waits end."""

import numpy as np
import pytest

from slmdsl.simulate.ticket_draws import (
    FAR_TICK,
    WaitTable,
    coin,
    drawn_value,
    duration,
    first_part,
    route,
    wait_end,
)
from slmdsl.workload.draws.philox import uniforms
from slmdsl.workload.draws.values import CONSTANT, EXPONENTIAL, Distributions

KEY, ENTITY = np.uint64(7 << 32 | 1), np.uint64(99)
SECOND_US = 1_000_000

# Two calendars: open 10..20 and 30..40, a business day each; and one that is never open.
TABLE = WaitTable(
    first=np.array([0, 2], np.int32),
    end=np.array([2, 2], np.int32),
    starts=np.array([10, 30]),
    ends=np.array([20, 40]),
    open_ticks=np.array([0, 10]),
    days=np.array([0.0, 1.0]),
    days_rate=np.array([0.1, 0.1]),
)


def ends(now, ticks, calendar=0):
    return wait_end(TABLE, calendar, False, now, float(ticks * SECOND_US), SECOND_US)


def ends_in_days(now, days):
    return wait_end(TABLE, 0, True, now, days, SECOND_US)


@pytest.mark.parametrize(
    ("now", "ticks", "end"),
    [(12, 5, 17), (12, 8, 20), (12, 9, 31), (0, 3, 13), (20, 1, 31), (25, 10, 40), (12, 0, 12), (22, 0, 22)],
)
def test_a_wait_ends_when_its_calendar_has_counted_it(now, ticks, end):
    assert ends(now, ticks) == end


def test_a_wait_on_no_calendar_takes_its_time():
    assert ends(22, 5, calendar=-1) == 27


@pytest.mark.parametrize(("now", "ticks"), [(12, 19), (40, 1), (1_000, 1)])
def test_a_wait_beyond_the_calendar_never_ends(now, ticks):
    assert ends(now, ticks) == FAR_TICK


def test_a_calendar_that_is_never_open_ends_no_wait():
    assert ends(0, 1, calendar=1) == FAR_TICK


@pytest.mark.parametrize(
    ("now", "days", "end"), [(0, 1.0, 20), (12, 0.5, 17), (12, 1.0, 32), (25, 0.25, 33), (12, 0.0, 12)]
)
def test_business_days_are_counted_like_open_time(now, days, end):
    assert ends_in_days(now, days) == end


def test_business_days_beyond_the_calendar_never_end():
    assert ends_in_days(12, 2.0) == FAR_TICK


def test_days_do_not_go_by_where_they_do_not_count():
    table = TABLE._replace(days=np.array([0.0, 0.0]), days_rate=np.array([0.0, 0.1]))
    assert wait_end(table, 0, True, 12, 0.5, SECOND_US) == 35


def laws():
    none = np.zeros(2, np.int64)
    return Distributions(
        family=np.array([CONSTANT, EXPONENTIAL]),
        a=np.array([2.5e6, 60e6]),
        b=np.zeros(2),
        c=np.zeros(2),
        first=none,
        end=none,
        part_row=none[:0],
        part_upto=np.zeros(0),
        values=np.zeros(0),
    )


def test_a_time_is_drawn_in_ticks_and_no_distribution_takes_none():
    assert duration(laws(), 0, SECOND_US, KEY, ENTITY, 1, 2, 3) == 2
    assert drawn_value(laws(), 0, KEY, ENTITY, 1, 2, 3) == 2.5e6
    assert duration(laws(), -1, SECOND_US, KEY, ENTITY, 1, 2, 3) == 0
    assert drawn_value(laws(), -1, KEY, ENTITY, 1, 2, 3) == 0.0


def test_a_draw_is_named_by_who_where_when_and_what_for():
    def drawn(place, visit, purpose):
        return duration(laws(), 1, 1, KEY, ENTITY, place, visit, purpose)

    assert drawn(1, 2, 3) == drawn(1, 2, 3)
    assert len({drawn(1, 2, 3), drawn(2, 2, 3), drawn(1, 3, 3), drawn(1, 2, 4)}) == 4


def test_a_coin_falls_as_often_as_its_share_says():
    fallen = [coin(0.3, KEY, np.uint64(each), 0, 0, 13) for each in range(2_000)]
    assert 520 < sum(fallen) < 680
    assert coin(1.0, KEY, ENTITY, 0, 0, 13)
    assert not coin(0.0, KEY, ENTITY, 0, 0, 13)


def test_work_is_cut_at_a_uniform_share():
    u = uniforms(KEY, ENTITY, 0, 0, 14)[0]
    assert first_part(1_000_000, KEY, ENTITY, 0, 0, 14) == round(u * 1_000_000)
    assert first_part(0, KEY, ENTITY, 0, 0, 14) == 0


def test_a_route_is_taken_as_often_as_its_share_says():
    words = np.array([11, 22, 33], np.uint32)
    shares = np.array([0.5, 0.0, 0.5])
    taken = [route(words, shares, 0, 3, KEY, np.uint64(each), 5, 0) for each in range(1_000)]
    assert taken.count(1) == 0
    assert 430 < taken.count(0) < 570


def test_a_single_route_needs_no_draw_and_none_is_no_way():
    words, shares = np.array([11, 22], np.uint32), np.array([1.0, 0.0])
    assert route(words, shares, 0, 1, KEY, ENTITY, 5, 0) == 0
    assert route(words, shares, 1, 2, KEY, ENTITY, 5, 0) == -1
    assert route(words, shares, 1, 1, KEY, ENTITY, 5, 0) == -1

"""Laws of calendars, on plans and instants that hypothesis makes up; and the rule of being open, said once more."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.base.units import DAY, HOUR, MINUTE, NO_TIME, to_us
from slmdsl.calendars import (
    BusinessDayOverflow,
    Calendar,
    CalendarPlan,
    ClosedDates,
    ClosedYearly,
    DatedHours,
    Window,
)
from tests.bench.calendars_stepping import compare, open_at

ZONES = (
    "UTC", "Europe/Amsterdam", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "Pacific/Apia",
    "Africa/Casablanca", "America/New_York", "America/St_Johns", "Asia/Gaza", "Antarctica/Troll",
)  # fmt: skip
BEGIN = to_us(datetime(2008, 1, 1, tzinfo=UTC))
END = to_us(datetime(2012, 1, 10, tzinfo=UTC))

# Edges at whole hours and quarters are frequent, so that windows touch, meet changes of clocks and are hit exactly.
clock_us = st.one_of(
    st.integers(0, 23).map(lambda hour: hour * HOUR),
    st.integers(0, 95).map(lambda quarter: quarter * 15 * MINUTE),
    st.integers(0, DAY - 1),
)
windows = st.lists(st.builds(Window.of, clock_us, clock_us), max_size=3).map(tuple)
dates = st.dates(date(2008, 1, 1), date(2012, 1, 10))


def dated(kind, **rest):
    return st.tuples(dates, st.integers(0, 5)).flatmap(
        lambda range_: st.builds(
            kind, first=st.just(range_[0]), last=st.just(range_[0] + timedelta(days=range_[1])), **rest
        )
    )


plans = st.builds(
    CalendarPlan,
    name=st.just("made up"),
    zone=st.sampled_from(ZONES),
    weekly=st.one_of(
        st.tuples(*[windows] * 7),
        windows.map(lambda hours: (hours,) * 5 + ((), ())),
    ),
    opened=st.lists(dated(DatedHours, windows=windows), max_size=3).map(tuple),
    closed=st.lists(
        st.one_of(
            dated(ClosedDates),
            dated(DatedHours, windows=windows),
            st.builds(
                ClosedYearly,
                month=st.integers(1, 12),
                day=st.integers(1, 31),
                windows=st.one_of(st.none(), windows),
            ),
        ),
        max_size=3,
    ).map(tuple),
    holidays=st.sampled_from([(), ("NL",), ("US-CA", "BR")]),
    business_days=st.one_of(st.none(), st.frozensets(st.integers(0, 6))),
)
random_us = st.integers(BEGIN, END)


@st.composite
def cases(draw, count=1):
    """A calendar and instants, some of which are edges of its stretches, or a microsecond from them."""
    calendar = Calendar(draw(plans))
    starts, ends = calendar.intervals_us(BEGIN, END)
    edges = np.concatenate([starts, ends]).tolist() or [BEGIN]
    near = st.tuples(st.sampled_from(edges), st.integers(-1, 1)).map(
        lambda pair: min(max(sum(pair), BEGIN), END)
    )
    return calendar, *(draw(st.one_of(random_us, near)) for _ in range(count))


limits = st.one_of(
    st.integers(0, 10), st.integers(0, 30).map(lambda hours: hours * HOUR), st.integers(0, 30 * DAY)
)
day_limits = st.fractions(0, 12, max_denominator=9)


@given(cases(2))
def test_open_is_what_the_wall_clock_says(case):
    calendar, *instants = case
    clock = ZoneInfo(calendar.plan.zone)
    for at in instants:
        local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(clock)
        assert calendar.is_open_us(at) == open_at(calendar.plan, local.replace(tzinfo=None, fold=0))


@given(cases(2))
def test_open_time_grows_by_no_more_than_time(case):
    calendar, *instants = case
    early, late = sorted(instants)
    assert 0 <= calendar.open_us(late) - calendar.open_us(early) <= late - early


@given(cases(3))
def test_elapsed_adds_up_and_turns_round(case):
    calendar, a, b, c = case
    assert calendar.elapsed_us(a, b) + calendar.elapsed_us(b, c) == calendar.elapsed_us(a, c)
    assert calendar.elapsed_us(a, b) == -calendar.elapsed_us(b, a)


@given(cases(2))
def test_elapsed_is_the_sum_of_the_intervals(case):
    calendar, *instants = case
    early, late = sorted(instants)
    starts, ends = calendar.intervals_us(early, late)
    assert int((ends - starts).sum()) == calendar.elapsed_us(early, late)
    assert all(start < end for start, end in zip(starts, ends, strict=True))
    assert all(end < start for (_, end), (start, _) in pairwise(zip(starts, ends, strict=True)))


@given(cases(2), limits)
def test_due_is_the_left_inverse(case, limit):
    calendar, start, other = case
    due = calendar.due_us(start, limit)
    if due is None:
        assert calendar.elapsed_us(start, END) < limit
        return
    assert calendar.elapsed_us(start, due) == limit
    # The Galois connection: due is at or before t exactly if the limit has passed by t.
    for at in (other, due, due - 1):
        if at >= start:
            assert (due <= at) == (limit <= calendar.elapsed_us(start, at))


@given(cases(2), limits)
def test_due_at_the_next_opening_is_the_right_inverse(case, limit):
    calendar, start, other = case
    due = calendar.due_at_next_opening_us(start, limit)
    if due is None:
        assert calendar.elapsed_us(start, END) <= limit
        return
    assert calendar.elapsed_us(start, due) == limit
    assert calendar.is_open_us(due)
    for at in (other, due, due + 1):
        if at >= start:
            assert (at <= due) == (calendar.elapsed_us(start, at) <= limit)


@given(cases(2), limits)
def test_due_back_is_the_right_inverse_seen_from_the_end(case, span):
    calendar, end, other = case
    start = calendar.due_back_us(end, span)
    if start is None:
        assert calendar.elapsed_us(BEGIN, end) < span
        return
    assert calendar.elapsed_us(start, end) == span
    for at in (other, start, start + 1):
        if at <= end:
            assert (at <= start) == (calendar.elapsed_us(at, end) >= span)


@given(cases(1))
def test_nothing_is_open_before_the_next_opening(case):
    calendar, at = case
    opening = calendar.next_open_us(at)
    if opening is None:
        assert calendar.elapsed_us(at, END) == 0
        return
    assert at <= opening
    assert calendar.is_open_us(opening)
    assert calendar.elapsed_us(at, opening) == 0


@given(cases(12), limits)
def test_arrays_are_answered_like_single_instants(case, limit):
    calendar, *instants = case
    array = np.array(instants)

    def or_no_time(answers):
        return [NO_TIME if answer is None else answer for answer in answers]

    for question in (calendar.due_us, calendar.due_back_us, calendar.due_at_next_opening_us):
        assert question(array, limit).tolist() == or_no_time(question(at, limit) for at in instants)
    for question in (calendar.open_us, calendar.next_open_us, calendar.is_open_us):
        assert question(array).tolist() == or_no_time(question(at) for at in instants)


@given(cases(3))
def test_days_add_up(case):
    calendar, a, b, c = case
    assert calendar.elapsed_days(a, b) + calendar.elapsed_days(b, c) == calendar.elapsed_days(a, c)
    assert calendar.elapsed_days(min(a, b), max(a, b)) >= 0


@given(cases(1), day_limits)
def test_a_limit_in_days_is_due_at_the_first_microsecond_that_reaches_it(case, days):
    calendar, start = case
    due = calendar.due_days_us(start, days)
    if due is None:
        assert calendar.elapsed_days(start, END) < days
    elif days:
        assert calendar.elapsed_days(start, due - 1) < days <= calendar.elapsed_days(start, due)
    else:
        assert due == start


@given(cases(6), day_limits)
def test_scaled_days_are_the_exact_ones(case, days):
    calendar, *instants = case
    array = np.array(instants)
    try:
        scaled, units = calendar.days(array)
        due = calendar.due_days_us(array, days)
    except BusinessDayOverflow:
        return  # said so, and the exact answers above still hold
    exact = [calendar.elapsed_days(instants[0], at) for at in instants]
    assert [Fraction(int(value), units) for value in scaled - scaled[0]] == exact
    singly = [calendar.due_days_us(at, days) for at in instants]
    assert due.tolist() == [NO_TIME if at is None else at for at in singly]


@given(cases(1))
def test_a_date_is_one_business_day_or_none(case):
    calendar, at = case
    zone = calendar.plan.zone
    day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(ZoneInfo(zone)).date()
    whole = DatedHours(first=day, last=day, windows=(Window(0, DAY),))
    shown = Calendar(CalendarPlan(name="one date", zone=zone, opened=(whole,))).intervals_us(
        at - 3 * DAY, at + 3 * DAY
    )
    assert sum(calendar.elapsed_days(start, end) for start, end in np.transpose(shown).tolist()) in {0, 1}


@given(cases(1), st.integers(0, 6))
def test_the_end_of_a_business_day_is_a_close_so_many_days_on(case, days):
    calendar, start = case
    first, close = (calendar.end_of_business_day_us(start, count) for count in (0, days))
    if close is None:
        assert calendar.elapsed_days(start, END) <= days + 1
        return
    assert calendar.elapsed_us(close - 1, close) == 1
    assert start < first <= close
    if calendar.plan.zone not in {
        "America/St_Johns",
        "Asia/Gaza",
    }:  # there a date may begin before the last one ends
        assert calendar.elapsed_days(first, close) == days


def test_stepping_minute_by_minute_finds_no_difference():
    # All zones and a million intervals: `python tests/bench/calendars_stepping.py`.
    compared, wrong = compare([zone for zone in ZONES if zone != "UTC"], 30_000, 2009, 2013)
    assert compared >= 30_000
    assert wrong == 0

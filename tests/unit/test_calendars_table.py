"""Tables for compiled kernels: the look-ups of the docstring, word for word, against the calendar's own answers."""

from fractions import Fraction
from math import ceil

import numpy as np
import pytest

from slmdsl.base.units import DAY, HOUR, MINUTE
from slmdsl.calendars import ALWAYS, Calendar, CalendarPlan, CalendarRangeError, Window

LO_US = 1_804_000_000_000_000
HI_US = LO_US + 70 * DAY


def calendar(*texts, days=range(5), zone="Europe/Amsterdam"):
    hours = tuple(Window.parse(text) for text in texts)
    weekly = tuple(hours if day in days else () for day in range(7))
    return Calendar(CalendarPlan(name="made", zone=zone, weekly=weekly))


CALENDARS = {
    "office": calendar("08:00-12:30", "13:00-18:00"),
    "night": calendar("22:30-06:30", days=range(7), zone="Asia/Kolkata"),
    "dense": calendar(
        *(
            f"{hour:02d}:{minute:02d}-{hour:02d}:{minute + 5:02d}"
            for hour in range(24)
            for minute in (0, 20, 40)
        )
    ),
    "always": Calendar(ALWAYS),
    "never": calendar(),
}


def place(table, at):
    i = int(table.first[(at - table.bucket0_us) >> table.bucket_shift])
    while table.ends_us[i] <= at:
        i += 1
    return i


def due(table, at, limit):
    i = place(table, at)
    goal = table.cum_us[i] + max(at - table.starts_us[i], 0) + limit
    if goal > table.cum_us[-1]:
        return None
    while table.cum_us[i + 1] < goal:
        i += 1
    return int(table.starts_us[i] + (goal - table.cum_us[i]))


def due_days(table, at, days):
    i = place(table, at)
    goal = (
        table.day_cum[i] + max(at - table.starts_us[i], 0) * table.day_slope[i] + ceil(days * table.day_units)
    )
    if goal > table.day_cum[-1]:
        return None
    while table.day_cum[i + 1] < goal:
        i += 1
    return int(table.starts_us[i] + (goal - table.day_cum[i] + table.day_slope[i] - 1) // table.day_slope[i])


@pytest.mark.parametrize("name", CALENDARS)
def test_the_look_ups_of_the_docstring_answer_as_the_calendar(name):
    cal = CALENDARS[name]
    table = cal.table(LO_US, HI_US, business_days=True)
    random = np.random.default_rng(3)
    edges = np.concatenate([table.starts_us[:-1], table.ends_us[:-1]])
    asked = np.concatenate([random.integers(LO_US, HI_US, 100), edges[:40], edges[:40] - 1, [LO_US, HI_US]])
    for at in np.clip(asked, LO_US, HI_US).tolist():
        i = place(table, at)
        into = max(at - table.starts_us[i], 0)
        assert table.cum_us[i] + into == cal.open_us(at)
        assert (table.starts_us[i] <= at) == cal.is_open_us(at)
        days = Fraction(int(table.day_cum[i] + into * table.day_slope[i]), table.day_units)
        assert days - Fraction(int(table.day_cum[place(table, LO_US)]), 1) >= 0
        if name != "never" and at < HI_US - 20 * DAY:
            assert due(table, at, 5 * HOUR) == cal.due_us(at, 5 * HOUR)
            assert due_days(table, at, Fraction(5, 3)) == cal.due_days_us(at, Fraction(5, 3))
        else:
            assert due(table, at, 10**15) is None
            assert due_days(table, at, 10_000) is None


def test_arrays_are_contiguous_and_of_the_widths_that_are_promised():
    table = CALENDARS["office"].table(LO_US, HI_US, business_days=True)
    count = len(table.starts_us)
    for column in (table.starts_us, table.ends_us, table.cum_us, table.day_cum, table.day_slope):
        assert column.dtype == np.int64
        assert column.flags.c_contiguous
        assert len(column) == count
    assert table.first.dtype == np.int32
    assert table.bucket_us == 1 << table.bucket_shift <= DAY
    assert (table.lo_us, table.hi_us, table.bucket0_us) == (LO_US, HI_US, LO_US)
    assert table.starts_us[-1] == table.ends_us[-1] == 2**62
    assert len(table.first) * table.bucket_us > HI_US - LO_US


def test_days_are_there_when_asked_for():
    table = CALENDARS["office"].table(LO_US, HI_US)
    assert (table.day_units, len(table.day_cum), len(table.day_slope)) == (0, 0, 0)


def test_buckets_are_finer_where_stretches_are_dense():
    dense = CALENDARS["dense"].table(LO_US, HI_US)
    assert dense.bucket_us < 2 * HOUR
    assert (dense.ends_us[:-1] - dense.starts_us[:-1] == 5 * MINUTE).all()


def test_days_of_a_table_count_from_its_first_stretch():
    table = CALENDARS["always"].table(LO_US, HI_US, business_days=True)
    assert table.day_cum[0] == 0
    assert table.day_units == DAY
    assert set(table.day_slope[:-1].tolist()) == {1}


def test_a_table_outside_the_years_is_refused():
    with pytest.raises(CalendarRangeError):
        CALENDARS["office"].table(LO_US, 2**61)

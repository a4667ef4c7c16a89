"""When shifts are on: nights, holidays, days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.base.spans import NOWHERE
from slmdsl.base.units import DAY, HOUR, MINUTE, SECOND, from_us, to_us
from slmdsl.calendars import CalendarPlan, Window, calendar_of
from slmdsl.calendars.stretches import Stretches
from slmdsl.calendars.wall_windows import shown_us
from slmdsl.contract.model.work import Shift, Staff
from slmdsl.workload.from_contract import desk_plan_of
from slmdsl.workload.horizon import SimulatedTime
from slmdsl.workload.roster import roster_of, shift_windows, union
from tests.contracts import contract

AMSTERDAM = "Europe/Amsterdam"


def at(*parts):
    """A UTC instant in seconds."""
    return to_us(datetime(*parts, tzinfo=UTC)) // SECOND


def time(start, end):
    return SimulatedTime(SECOND, start, start, end)


def shift(window, *, weekdays=(0, 1, 2, 3, 4), agents=2, name="day"):
    windows = tuple(Window.parse(each) for each in window.split(", "))
    return Shift(name=name, weekdays=weekdays, windows=windows, agents=agents, span=NOWHERE)


def staff(*shifts, zone=AMSTERDAM, regions=()):
    return Staff(
        name="desk",
        zone=zone,
        regions=regions,
        shifts=shifts,
        on_call=None,
        absence=0,
        cost=None,
        queue=("arrival",),
        lines=None,
        hands_over=False,
        preempts=(),
        span=NOWHERE,
    )


def shown(stretches):
    """Stretches in seconds as pairs of UTC texts."""
    return [
        tuple(from_us(each * SECOND).strftime("%m-%d %H:%M") for each in pair)
        for pair in zip(*(side.tolist() for side in stretches), strict=True)
    ]


WEEK = time(at(2027, 3, 22), at(2027, 3, 29))


def test_a_week_of_two_shifts_that_overlap():
    found = roster_of(staff(shift("07:00-15:30"), shift("10:30-19:00", name="late")), WEEK)
    assert shown(found) == [(f"03-{day} 06:00", f"03-{day} 18:00") for day in range(22, 27)]


def test_shifts_that_touch_are_one():
    found = roster_of(staff(shift("08:00-12:00, 12:00-16:00"), shift("16:00-18:00")), WEEK)
    assert shown(found)[0] == ("03-22 07:00", "03-22 17:00")
    assert len(found.starts_us) == 5


def test_a_shift_of_nobody_is_not_on():
    assert shown(roster_of(staff(shift("08:00-16:00", agents=0)), WEEK)) == []


def test_a_group_without_shifts_is_never_there():
    assert shown(roster_of(staff(), WEEK)) == []


def test_a_spring_night_is_an_hour_shorter():
    night = shift("22:00-06:00", weekdays=(5,))
    found = shift_windows(staff(night), night, WEEK)
    # On Sunday 2027-03-28 clocks go from 02:00 to 03:00: in one piece of real time, that is cut where they do.
    assert shown(union([found])) == [("03-27 21:00", "03-28 04:00")]
    assert np.unique(found.day).tolist() == [date(2027, 3, 27).toordinal() - date(1970, 1, 1).toordinal()]
    assert (found.ends - found.starts).sum() == 7 * 3600


def test_an_autumn_night_is_an_hour_longer():
    night = shift("22:00-06:00", weekdays=(5,))
    found = shift_windows(staff(night), night, time(at(2027, 10, 25), at(2027, 11, 1)))
    assert (found.ends - found.starts).sum() == 9 * 3600
    assert shown(union([found])) == [("10-30 20:00", "10-31 05:00")]


def test_a_shift_in_the_hour_that_is_skipped_is_not_there():
    lost = shift("02:15-02:45", weekdays=(6,))
    assert shown(shift_windows(staff(lost), lost, WEEK)[1:]) == []


def test_a_shift_in_the_hour_that_comes_twice_is_there_twice():
    twice = shift("02:15-02:45", weekdays=(6,))
    found = shift_windows(staff(twice), twice, time(at(2027, 10, 25), at(2027, 11, 1)))
    assert shown(found[1:]) == [("10-31 00:15", "10-31 00:45"), ("10-31 01:15", "10-31 01:45")]
    assert len(np.unique(found.day)) == 1


def test_night_windows_belong_to_the_day_on_which_they_begin():
    night = shift("22:00-06:00")
    found = shift_windows(staff(night), night, WEEK)
    days = [date.fromordinal(each + date(1970, 1, 1).toordinal()) for each in np.unique(found.day)]
    assert days == [date(2027, 3, day) for day in range(22, 27)]
    # Friday's night ends on Saturday; no night begins on Sunday evening.
    assert shown(union([found]))[-1] == ("03-26 21:00", "03-27 05:00")


def test_a_night_that_began_before_the_start_is_cut():
    night = shift("22:00-06:00", weekdays=(6,))
    found = shift_windows(staff(night), night, WEEK)
    assert shown(found[1:]) == [("03-22 00:00", "03-22 05:00"), ("03-28 20:00", "03-29 00:00")]
    assert found.day[1] - found.day[0] == 7


def test_no_shift_begins_on_a_holiday_but_nights_reach_into_it():
    # King's day, Tuesday 2027-04-27.
    night = shift("22:00-06:00")
    found = roster_of(staff(night, regions=("NL",)), time(at(2027, 4, 26), at(2027, 4, 30)))
    assert shown(found) == [
        ("04-26 20:00", "04-27 04:00"),
        ("04-28 20:00", "04-29 04:00"),
        ("04-29 20:00", "04-30 00:00"),
    ]


def test_holidays_at_the_turn_of_the_year():
    day = shift("09:00-17:00", weekdays=range(7))
    found = roster_of(staff(day, regions=("NL",), zone="UTC"), time(at(2027, 12, 31), at(2028, 1, 3)))
    assert shown(found) == [("12-31 09:00", "12-31 17:00"), ("01-02 09:00", "01-02 17:00")]


def test_around_the_clock_has_no_gaps():
    always = staff(shift("00:00-24:00", weekdays=range(7)))
    found = roster_of(always, WEEK)
    assert shown(found) == [("03-22 00:00", "03-29 00:00")]


TEXT = """
team desk "Desk"
team apps "Applications"
staff apps {
  timezone Asia/Kolkata
  shift night mon..sun 22:30-06:30 1 agent
}
staff desk {
  timezone Europe/Amsterdam
  shift day mon..fri 08:00-16:00 2 agents
  holidays NL
}
load small {
  incidents {
    rate 10 per day
    start at desk
    step desk {
      works exponential(mean 10 min)
      then resolved 90%, apps 10%
    }
    step apps {
      works exponential(mean 10 min)
      then resolved 100%
    }
  }
}
scenario today {
  load small
}
"""


def test_rosters_of_a_plan_stand_by_group():
    plan = desk_plan_of(
        contract(TEXT), "today", first=date(2027, 4, 26), last=date(2027, 4, 28), warm_up_us=DAY
    )
    assert plan.words.groups == ("apps", "desk")
    groups = plan.groups
    assert groups.first_roster.tolist() == [0, groups.end_roster[0]]
    rosters = [
        shown((groups.roster_from[first:end], groups.roster_to[first:end]))
        for first, end in zip(groups.first_roster, groups.end_roster, strict=True)
    ]
    assert rosters == [
        [
            ("04-25 00:00", "04-25 01:00"),
            ("04-25 17:00", "04-26 01:00"),
            ("04-26 17:00", "04-27 01:00"),
            ("04-27 17:00", "04-28 01:00"),
            ("04-28 17:00", "04-29 00:00"),
        ],
        [("04-26 06:00", "04-26 14:00"), ("04-28 06:00", "04-28 14:00")],
    ]


ZONES = [AMSTERDAM, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "UTC"]
WINDOWS = st.builds(
    lambda start, length: Window(start * 15 * MINUTE, (start + length) * 15 * MINUTE),
    st.integers(0, 95),
    st.integers(1, 96),
)


@given(
    zone=st.sampled_from(ZONES),
    windows=st.lists(WINDOWS, min_size=1, max_size=3),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    month=st.integers(1, 12),
)
def test_a_roster_is_a_calendar_without_holidays(zone, windows, weekdays, month):
    worked = Shift(name="s", weekdays=tuple(weekdays), windows=tuple(windows), agents=1, span=NOWHERE)
    span = time(at(2027, month, 1), at(2027, month, 1) + 33 * 86_400)
    found = roster_of(staff(worked, zone=zone), span)
    weekly = tuple(tuple(windows) if day in weekdays else () for day in range(7))
    plan = CalendarPlan(name="c", zone=zone, weekly=weekly)
    starts, ends = calendar_of(plan).intervals_us(*span.span_us)
    assert (found.starts_us * SECOND).tolist() == starts.tolist()
    assert (found.ends_us * SECOND).tolist() == ends.tolist()
    assert all(end < start for end, start in pairwise_of(found))


def pairwise_of(stretches):
    return [
        (before[1], after[0])
        for before, after in pairwise(zip(*(side.tolist() for side in stretches), strict=True))
    ]


def test_no_windows_are_never_shown():
    none = np.zeros(0, np.int64)
    windows, found = shown_us("UTC", none, none)
    assert (len(windows), *map(len, found)) == (0, 0, 0)


def test_windows_that_overlap_are_kept_apart():
    opens = np.array([5, 0]) * HOUR
    windows, found = shown_us("UTC", opens, opens + 8 * HOUR)
    assert windows.tolist() == [0, 1]
    assert found.starts_us.tolist() == opens.tolist()
    assert shown(Stretches(*(side // SECOND for side in found))) == [
        ("01-01 05:00", "01-01 13:00"),
        ("01-01 00:00", "01-01 08:00"),
    ]


@pytest.mark.parametrize("tick_us", [7 * SECOND, MINUTE])
def test_instants_between_ticks_are_earlier(tick_us):
    span = SimulatedTime(tick_us, 10, 10, 100)
    starts, ends, kept = span.within(
        np.array([10 * tick_us + 1, 20 * tick_us, 200 * tick_us]),
        np.array([12 * tick_us - 1, 20 * tick_us + 1, 300 * tick_us]),
    )
    assert (starts.tolist(), ends.tolist(), kept.tolist()) == ([10], [11], [True, False, False])

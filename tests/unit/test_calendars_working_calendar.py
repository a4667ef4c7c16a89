"""The calendar as people use it: datetimes in, datetimes out, and numpy's."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from slmdsl.calendars import Calendar, CalendarPlan, DatedHours, Step, Window

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NEW_YORK = ZoneInfo("America/New_York")
FRIDAY_5PM = datetime(2027, 3, 5, 17, 0, tzinfo=AMSTERDAM)
MONDAY_9AM = datetime(2027, 3, 8, 9, 0, tzinfo=AMSTERDAM)


@pytest.fixture(name="office")
def office_hours():
    hours = (Window.parse("08:00-18:00"),)
    return Calendar(CalendarPlan(name="office", zone="Europe/Amsterdam", weekly=(hours,) * 5 + ((), ())))


@pytest.fixture(name="never")
def never_open():
    return Calendar(CalendarPlan(name="never"))


def utc(*texts):
    return np.array(texts, dtype="M8[us]")


def test_elapsed_between_aware_times_of_any_zone(office):
    assert office.elapsed(FRIDAY_5PM, MONDAY_9AM) == timedelta(hours=2)
    assert office.elapsed(FRIDAY_5PM.astimezone(NEW_YORK), MONDAY_9AM.astimezone(UTC)) == timedelta(hours=2)
    assert office.elapsed(MONDAY_9AM, FRIDAY_5PM) == timedelta(hours=-2)


def test_naive_times_are_on_the_wall_clock_of_the_calendar(office):
    friday, monday = FRIDAY_5PM.replace(tzinfo=None), MONDAY_9AM.replace(tzinfo=None)
    assert office.elapsed(friday, monday) == timedelta(hours=2)
    assert office.due(friday, timedelta(hours=2)) == monday
    assert office.due_back(monday, timedelta(hours=2)) == friday
    assert office.next_open(datetime(2027, 3, 6, 12)) == datetime(2027, 3, 8, 8)
    with pytest.raises(ValueError, match="2027-03-28 02:30:00 does not exist in Europe/Amsterdam"):
        office.elapsed(datetime(2027, 3, 28, 2, 30), monday)


def test_a_naive_answer_in_the_repeated_hour_says_which():
    always = Calendar(
        CalendarPlan(name="a", zone="Europe/Amsterdam", weekly=((Window.parse("00:00-24:00"),),) * 7)
    )
    twice = datetime(2027, 10, 31, 2, 30)
    second = always.due(twice, timedelta(hours=1))
    assert (second.hour, second.minute, second.fold) == (2, 30, 1)
    assert always.elapsed(twice, second) == timedelta(hours=1)


def test_an_answer_keeps_the_zone_of_the_question(office):
    eastern = timezone(timedelta(hours=-5))
    for zone in (AMSTERDAM, UTC, eastern, NEW_YORK):
        due = office.due(FRIDAY_5PM.astimezone(zone), timedelta(hours=2))
        assert due == MONDAY_9AM
        assert due.tzinfo is zone
        assert office.due_back(MONDAY_9AM.astimezone(zone), timedelta(hours=2)).tzinfo is zone
        assert office.next_open(FRIDAY_5PM.astimezone(zone)).tzinfo is zone


def test_due_in_business_days_of_any_exact_kind(office):
    for half in (Fraction(5, 2), Decimal("2.5")):
        assert office.due(FRIDAY_5PM, business_days=half) == datetime(2027, 3, 10, 12, 0, tzinfo=AMSTERDAM)
    assert office.due(FRIDAY_5PM, business_days=3) == datetime(2027, 3, 10, 17, 0, tzinfo=AMSTERDAM)
    assert office.due(utc("2027-03-05T16:00", "NaT"), business_days=3)[0] == np.datetime64("2027-03-10T16:00")


@pytest.mark.parametrize(
    "arguments",
    [{}, {"limit": timedelta(hours=1), "business_days": 1}, {"business_days": 2.5}, {"business_days": "2"}],
)
def test_due_takes_one_exact_limit(office, arguments):
    with pytest.raises(TypeError, match=r"give a limit|business days are"):
        office.due(FRIDAY_5PM, **arguments)


def test_is_open(office):
    assert office.is_open(FRIDAY_5PM) is True
    assert office.is_open(FRIDAY_5PM + timedelta(hours=1)) is False
    assert office.is_open(utc("2027-03-05T16:00", "2027-03-05T17:00", "NaT")).tolist() == [True, False, False]


def test_numpy_arrays_are_utc(office):
    starts, ends = utc("2027-03-05T16:00", "2027-03-05T09:00"), utc("2027-03-08T08:00", "NaT")
    elapsed = office.elapsed(starts, ends)
    assert elapsed.dtype == "m8[us]"
    assert elapsed[0] == np.timedelta64(2, "h")
    assert np.isnat(elapsed[1])
    due = office.due(starts, np.array([2, 1], "m8[h]"))
    assert due.dtype == "M8[us]"
    assert due.tolist() == utc("2027-03-08T08:00", "2027-03-05T10:00").tolist()
    assert office.due_back(ends, timedelta(hours=2))[0] == starts[0]
    assert office.next_open(utc("2027-03-06"))[0] == np.datetime64("2027-03-08T07:00")


def test_scalars_and_arrays_mix(office):
    ends = utc("2027-03-08T08:00", "2027-03-08T09:00")
    assert office.elapsed(FRIDAY_5PM, ends).tolist() == [timedelta(hours=2), timedelta(hours=3)]
    assert office.elapsed(ends, FRIDAY_5PM).tolist() == [timedelta(hours=-2), timedelta(hours=-3)]
    assert office.due(FRIDAY_5PM, np.array([120, 180], "m8[m]")).tolist() == ends.tolist()
    assert office.due_back(FRIDAY_5PM, np.array([60], "m8[m]"))[0] == np.datetime64("2027-03-05T15:00")


def test_other_units_and_numpy_scalars(office):
    start = np.datetime64("2027-03-05T16:00", "s")
    due = office.due(start, timedelta(hours=2))
    assert isinstance(due, np.datetime64)
    assert due == np.datetime64("2027-03-08T08:00")
    assert office.elapsed(start, np.datetime64("2027-03-08T08:00:00.000000000")) == np.timedelta64(2, "h")
    assert office.due(start, business_days=1) == np.datetime64("2027-03-08T16:00")


def test_never_is_none_or_nat(never):
    start = datetime(2027, 3, 5, tzinfo=UTC)
    array = utc("2027-03-05")
    assert never.due(start, timedelta(1)) is None
    assert never.due(start, business_days=1) is None
    assert never.due_back(start, timedelta(1)) is None
    assert never.next_open(start) is None
    assert np.isnat(never.due(array, timedelta(1))).all()
    assert np.isnat(never.due(array, business_days=1)).all()
    assert np.isnat(never.due(array[0], timedelta(1)))


@pytest.mark.parametrize("wrong", [date(2027, 3, 5), "2027-03-05", 5, np.array([5]), np.array(["2027"])])
def test_what_is_no_time_is_refused(office, wrong):
    with pytest.raises(TypeError, match="datetimes or numpy's datetime64 are asked for"):
        office.elapsed(wrong, FRIDAY_5PM)


@pytest.mark.parametrize("wrong", [5, 1.5, "1 h", np.array([5])])
def test_what_is_no_length_is_refused(office, wrong):
    with pytest.raises(TypeError, match="timedeltas or numpy's timedelta64 are asked for"):
        office.due(FRIDAY_5PM, wrong)


def test_steps_are_the_open_stretches_with_running_totals(office):
    assert office.steps(FRIDAY_5PM, MONDAY_9AM) == (
        Step(start=FRIDAY_5PM, end=FRIDAY_5PM + timedelta(hours=1), total=timedelta(hours=1)),
        Step(start=MONDAY_9AM - timedelta(hours=1), end=MONDAY_9AM, total=timedelta(hours=2)),
    )
    assert office.steps(MONDAY_9AM, FRIDAY_5PM) == ()
    naive = office.steps(FRIDAY_5PM.replace(tzinfo=None), MONDAY_9AM.replace(tzinfo=None))
    assert naive[0].start == datetime(2027, 3, 5, 17, 0)


def test_the_spring_gap_in_datetimes():
    sunday = DatedHours(
        first=date(2027, 3, 28), last=date(2027, 3, 28), windows=(Window.parse("02:30-05:00"),)
    )
    early = Calendar(CalendarPlan(name="early", zone="Europe/Amsterdam", opened=(sunday,)))
    assert early.next_open(datetime(2027, 3, 27, 12, tzinfo=AMSTERDAM)) == datetime(
        2027, 3, 28, 3, tzinfo=AMSTERDAM
    )
    assert early.elapsed(datetime(2027, 3, 27), datetime(2027, 3, 29)) == timedelta(hours=2)

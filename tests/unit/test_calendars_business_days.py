"""Business days: exact fractions, scaled integers, limits in days, closes of days."""

from datetime import UTC, date, datetime
from fractions import Fraction

import numpy as np
import pytest

from slmdsl.base.units import DAY, HOUR, MINUTE, NO_TIME, to_us
from slmdsl.calendars import (
    ALWAYS,
    BusinessDayOverflow,
    Calendar,
    CalendarPlan,
    CalendarRangeError,
    ClosedDates,
    DatedHours,
    Window,
)

CLOSED = ()


def windows(*texts):
    return tuple(Window.parse(text) for text in texts)


OFFICE_HOURS = (windows("08:00-18:00"),) * 5 + (CLOSED, CLOSED)


def made(zone="Europe/Amsterdam", weekly=OFFICE_HOURS, **rest):
    return Calendar(CalendarPlan(name="made", zone=zone, weekly=weekly, **rest))


def instant(text):
    return to_us(datetime.fromisoformat(text).replace(tzinfo=UTC))


@pytest.fixture(name="office")
def office_hours():
    return made()


@pytest.fixture(name="uneven")
def uneven_hours():
    """Ten hours from Monday to Thursday, seven on Friday, four on Saturday."""
    return made(
        weekly=(windows("08:00-18:00"),) * 4
        + (windows("08:00-12:00", "13:00-16:00"), windows("09:00-13:00"), CLOSED)
    )


THURSDAY_10 = instant("2027-03-04T09:00")  # 10:00 in Amsterdam
FRIDAY_NOON = instant("2027-03-05T11:00")
SATURDAY_NOON = instant("2027-03-06T11:00")
SUNDAY_NOON = instant("2027-03-07T11:00")
MONDAY_8 = instant("2027-03-08T07:00")


def test_a_day_is_spread_over_its_open_time(uneven):
    assert uneven.elapsed_days(instant("2027-03-04T07:00"), instant("2027-03-04T17:00")) == 1
    assert uneven.elapsed_days(instant("2027-03-05T00:00"), FRIDAY_NOON) == Fraction(4, 7)
    assert uneven.elapsed_days(SATURDAY_NOON, SUNDAY_NOON) == Fraction(1, 4)
    assert uneven.elapsed_days(THURSDAY_10, MONDAY_8) == Fraction(8, 10) + 2
    assert uneven.elapsed_days(MONDAY_8, THURSDAY_10) == -Fraction(28, 10)
    assert uneven.elapsed_days(SUNDAY_NOON, MONDAY_8) == 0


def test_days_later_are_at_the_same_time_when_days_are_alike(office):
    assert office.due_days_us(THURSDAY_10, 3) == THURSDAY_10 + 5 * DAY
    assert office.due_days_us(THURSDAY_10, Fraction(1, 2)) == THURSDAY_10 + 5 * HOUR
    assert office.due_days_us(THURSDAY_10, Fraction(4, 5)) == instant("2027-03-04T17:00")


def test_a_limit_in_days_is_due_at_the_first_microsecond_that_reaches_it(uneven):
    third = uneven.due_days_us(SATURDAY_NOON, Fraction(1, 3))
    assert uneven.elapsed_days(SATURDAY_NOON, third) >= Fraction(1, 3)
    assert uneven.elapsed_days(SATURDAY_NOON, third - 1) < Fraction(1, 3)
    assert third == MONDAY_8 + 10 * HOUR // 12


def test_less_than_a_microsecond_is_rounded_up(office):
    one_and_a_half = Fraction(3, 2 * 10 * HOUR)
    assert office.due_days_us(THURSDAY_10, one_and_a_half) == THURSDAY_10 + 2
    assert office.due_days_us(np.array([THURSDAY_10]), one_and_a_half).tolist() == [THURSDAY_10 + 2]


def test_no_days_are_due_at_once(office):
    array = np.array([SUNDAY_NOON, NO_TIME])
    assert office.due_days_us(SUNDAY_NOON, 0) == SUNDAY_NOON
    assert office.due_days_us(array, 0).tolist() == array.tolist()


def test_business_days_leave_other_open_days_out():
    week = made(
        weekly=(windows("08:00-18:00"),) * 5 + (windows("09:00-13:00"),) * 2,
        business_days=frozenset(range(5)),
    )
    assert week.elapsed_days(FRIDAY_NOON, MONDAY_8) == Fraction(6, 10)
    assert week.elapsed_us(FRIDAY_NOON, MONDAY_8) == 14 * HOUR
    assert week.due_days_us(FRIDAY_NOON, 1) == MONDAY_8 + 4 * HOUR
    assert week.due_days_us(np.array([FRIDAY_NOON]), 1).tolist() == [MONDAY_8 + 4 * HOUR]


def test_a_window_past_midnight_counts_for_both_dates():
    night = made(zone="Asia/Kolkata", weekly=(windows("22:30-06:30"),) * 7)
    midnight = instant("2027-03-04T18:30")
    assert night.elapsed_days(midnight - 90 * MINUTE, midnight) == Fraction(90, 480)
    assert night.elapsed_days(midnight, midnight + DAY) == 1


def test_dates_at_the_edge_of_the_years_worked_out_are_whole():
    night = made(zone="Pacific/Honolulu", weekly=(windows("22:30-06:30"),) * 7)
    midnight = instant("1970-01-01T10:00")  # the end of 31 December there
    assert night.elapsed_days(midnight - 90 * MINUTE, midnight) == Fraction(90, 480)


def test_a_date_that_clocks_show_in_two_parts_is_one_day():
    newfoundland = made(zone="America/St_Johns", weekly=(windows("00:00-24:00"),) * 7)
    begin = instant("2010-11-05T02:30")  # midnight of 5 November
    assert newfoundland.elapsed_days(begin, begin + 5 * DAY + HOUR) == 5
    first, again = (
        instant("2010-11-07T02:30"),
        instant("2010-11-07T02:31"),
    )  # 00:00 and 23:01 of the 6th, once more
    assert newfoundland.elapsed_days(first, again) == Fraction(1, 1441)
    assert newfoundland.elapsed_days(again, again + 59 * MINUTE) == Fraction(59, 1499)


def test_arrays_hold_the_same_days_in_integers(uneven):
    instants = np.arange(THURSDAY_10 - 9 * DAY, THURSDAY_10 + 30 * DAY, 7 * HOUR + 1)
    scaled, units = uneven.days(instants)
    assert units == 140 * HOUR
    exact = [uneven.elapsed_days(int(instants[0]), at) for at in instants.tolist()]
    assert [Fraction(value, units) for value in (scaled - scaled[0]).tolist()] == exact


def test_arrays_are_due_like_single_instants(uneven):
    starts = np.arange(THURSDAY_10 - 9 * DAY, THURSDAY_10 + 30 * DAY, 7 * HOUR + 1)
    for days in (1, Fraction(1, 11), Fraction(7, 2), 400):
        assert uneven.due_days_us(starts, days).tolist() == [
            uneven.due_days_us(at, days) for at in starts.tolist()
        ]


def test_missing_times_stay_missing_in_days(office):
    scaled, units = office.days(np.array([NO_TIME, THURSDAY_10, THURSDAY_10 + DAY]))
    assert scaled[0] == NO_TIME
    assert scaled[2] - scaled[1] == units
    assert office.days(np.array([NO_TIME]))[0].tolist() == [NO_TIME]
    assert office.days(np.array([], dtype=np.int64))[0].tolist() == []
    assert office.due_days_us(np.array([NO_TIME, THURSDAY_10]), 1).tolist() == [NO_TIME, THURSDAY_10 + DAY]


def test_far_limits_in_days(office):
    due = office.due_days_us(THURSDAY_10, 9_000)
    assert office.elapsed_days(THURSDAY_10, due) == 9_000
    assert office.due_days_us(np.array([THURSDAY_10]), 9_000).tolist() == [due]


def test_a_calendar_without_business_days():
    for never in (made(weekly=(CLOSED,) * 7), made(business_days=frozenset({6}))):
        assert never.elapsed_days(THURSDAY_10, MONDAY_8) == 0
        assert never.due_days_us(THURSDAY_10, 1) is None
        assert never.due_days_us(np.array([THURSDAY_10]), 1).tolist() == [NO_TIME]
        assert never.end_of_business_day_us(THURSDAY_10, 1) is None
        assert never.end_of_business_day_us(np.array([THURSDAY_10]), 1).tolist() == [NO_TIME]
        assert set(never.days(np.array([THURSDAY_10, MONDAY_8]))[0].tolist()) == {0}


def test_business_days_that_end_for_good():
    over = made(closed=(ClosedDates(first=date(2027, 3, 9), last=date(2300, 1, 1)),))
    starts = np.array([THURSDAY_10, FRIDAY_NOON])
    assert over.due_days_us(THURSDAY_10, Fraction(28, 10)) == MONDAY_8 + 10 * HOUR
    assert over.due_days_us(THURSDAY_10, 3) is None
    assert over.due_days_us(starts, 2).tolist() == [THURSDAY_10 + 4 * DAY, NO_TIME]
    assert over.end_of_business_day_us(starts, np.array([2, 2])).tolist() == [MONDAY_8 + 10 * HOUR, NO_TIME]
    assert over.end_of_business_day_us(MONDAY_8, 0) == MONDAY_8 + 10 * HOUR
    assert over.end_of_business_day_us(MONDAY_8 + DAY, 0) is None


def test_the_end_of_a_business_day(office):
    close = instant("2027-03-09T17:00")
    assert office.end_of_business_day_us(THURSDAY_10, 3) == close
    assert office.end_of_business_day_us(instant("2027-03-04T07:00"), 3) == close
    assert office.end_of_business_day_us(THURSDAY_10, 0) == instant("2027-03-04T17:00")
    # Opened outside hours: at the next opening, which is Friday's; the third day after is Wednesday.
    assert office.end_of_business_day_us(instant("2027-03-04T17:00"), 3) == close + DAY
    assert office.end_of_business_day_us(instant("2027-03-04T22:00"), 3) == close + DAY
    # In the weekend: Monday is the day of opening.
    assert office.end_of_business_day_us(SUNDAY_NOON, 1) == close
    found = office.end_of_business_day_us(np.array([THURSDAY_10, SUNDAY_NOON, NO_TIME]), np.array([3, 1, 5]))
    assert found.tolist() == [close, close, NO_TIME]


def test_an_open_day_that_does_not_count_is_a_day_of_opening():
    week = made(
        weekly=(windows("08:00-18:00"),) * 5 + (windows("09:00-13:00"), CLOSED),
        business_days=frozenset(range(5)),
    )
    monday_close = MONDAY_8 + 10 * HOUR
    assert week.end_of_business_day_us(SATURDAY_NOON, 0) == instant("2027-03-06T12:00")
    assert week.end_of_business_day_us(SATURDAY_NOON, 1) == monday_close
    assert week.end_of_business_day_us(SUNDAY_NOON, 1) == monday_close + DAY


def test_a_negative_number_of_days_is_refused(office):
    with pytest.raises(ValueError, match="not negative"):
        office.due_days_us(0, Fraction(-1, 2))
    with pytest.raises(ValueError, match="not negative"):
        office.end_of_business_day_us(0, -1)
    with pytest.raises(ValueError, match="not negative"):
        office.end_of_business_day_us(np.array([0, 0]), np.array([1, -1]))


def test_days_after_2199_are_refused(office):
    for start in (THURSDAY_10, np.array([THURSDAY_10])):
        with pytest.raises(CalendarRangeError, match="after 2199"):
            office.due_days_us(start, 10**9)
        with pytest.raises(CalendarRangeError, match="after 2199"):
            office.end_of_business_day_us(start, 10**6)


def test_days_of_too_many_lengths_are_counted_one_by_one():
    lengths = (10_007, 10_009, 10_037, 10_039, 10_061)  # primes: the common unit is their product
    ragged = made(
        zone="UTC",
        weekly=(*((Window(0, length * 1_000_003),) for length in lengths), CLOSED, CLOSED),
    )
    assert ragged.elapsed_days(THURSDAY_10, THURSDAY_10 + 7 * DAY) == 5
    due = ragged.due_days_us(THURSDAY_10, Fraction(7, 3))
    assert ragged.elapsed_days(THURSDAY_10, due) >= Fraction(7, 3) > ragged.elapsed_days(THURSDAY_10, due - 1)
    with pytest.raises(BusinessDayOverflow, match="too many different lengths"):
        ragged.days(np.array([THURSDAY_10, THURSDAY_10 + 90 * DAY]))
    with pytest.raises(BusinessDayOverflow, match="too many different lengths"):
        ragged.due_days_us(np.array([THURSDAY_10]), 3)
    assert ragged.table(THURSDAY_10, MONDAY_8).day_units == 0


def test_always_has_days_of_24_hours():
    always = Calendar(ALWAYS)
    assert always.elapsed_days(5, 3 * DAY + 5) == 3
    assert always.due_days_us(5, Fraction(1, 2)) == DAY // 2 + 5


def test_dated_hours_make_a_business_day():
    opened = (DatedHours(first=date(2027, 3, 6), last=date(2027, 3, 6), windows=windows("10:00-14:00")),)
    assert made(opened=opened).elapsed_days(FRIDAY_NOON, MONDAY_8) == Fraction(6, 10) + 1

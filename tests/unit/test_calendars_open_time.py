"""When a calendar is open, rule by rule, as instants and as open time."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from slmdsl.base.units import DAY, HOUR, MINUTE, NO_TIME, SECOND, to_us
from slmdsl.calendars import (
    ALWAYS,
    Calendar,
    CalendarPlan,
    CalendarRangeError,
    ClosedDates,
    ClosedYearly,
    DatedHours,
    Window,
    calendar_of,
)

WEEKEND = ((), ())


def windows(*texts):
    return tuple(Window.parse(text) for text in texts)


def weekdays(*texts):
    return (windows(*texts),) * 5 + WEEKEND


def daily(*texts):
    return (windows(*texts),) * 7


def made(zone="Europe/Amsterdam", weekly=None, **rest):
    return Calendar(CalendarPlan(name="made", zone=zone, weekly=weekly or weekdays("08:00-18:00"), **rest))


def dated(first, *texts, last=None):
    return DatedHours(first=first, last=last or first, windows=windows(*texts))


def whole(first, last=None):
    return ClosedDates(first=first, last=last or first)


def hours_on(calendar, first, days=1):
    """Return the open stretches of local dates as the clock shows them."""
    begin = datetime(first.year, first.month, first.day)
    steps = calendar.steps(begin, begin + timedelta(days=days))
    return " ".join(f"{step.start:%H:%M}-{step.end:%H:%M}" for step in steps)


def instant(text):
    return to_us(datetime.fromisoformat(text).replace(tzinfo=UTC))


# --- what is open -----------------------------------------------------------------------------------------------


def test_weekly_hours():
    calendar = made(weekly=(windows("08:00-12:30", "13:00-18:00"),) * 5 + (windows("09:00-13:00"), ()))
    assert hours_on(calendar, date(2027, 3, 5)) == "08:00-12:30 13:00-18:00"
    assert hours_on(calendar, date(2027, 3, 6)) == "09:00-13:00"
    assert hours_on(calendar, date(2027, 3, 7)) == ""


def test_windows_that_overlap_count_once_and_windows_that_touch_are_one():
    calendar = made(weekly=daily("08:00-12:00", "11:00-13:00", "13:00-14:00", "09:00-10:00"))
    assert hours_on(calendar, date(2027, 3, 5)) == "08:00-14:00"
    assert calendar.elapsed_us(instant("2027-03-05"), instant("2027-03-06")) == 6 * HOUR


def test_a_window_past_midnight_ends_on_the_next_day():
    calendar = made(zone="Asia/Kolkata", weekly=(windows("22:30-06:30"), (), (), (), (), (), ()))
    assert hours_on(calendar, date(2027, 3, 8)) == "22:30-00:00"
    assert hours_on(calendar, date(2027, 3, 9)) == "00:00-06:30"
    assert hours_on(calendar, date(2027, 3, 8), days=2) == "22:30-06:30"
    assert calendar.elapsed_us(instant("2027-03-08T17:00"), instant("2027-03-09T01:00")) == 8 * HOUR


def test_a_window_may_have_seconds_and_microseconds():
    calendar = made(zone="UTC", weekly=((Window(1, 4), *windows("08:00:01-08:00:03")),) * 7)
    begin = instant("2027-03-05")
    assert calendar.elapsed_us(begin, begin + 3) == 2
    assert calendar.elapsed_us(begin + 5, begin + DAY) == 2 * SECOND


def test_a_closed_day_a_range_and_a_yearly_day():
    closed = (
        whole(date(2027, 5, 7)),
        whole(date(2027, 8, 2), date(2027, 8, 6)),
        ClosedYearly(month=12, day=27),
    )
    calendar = made(closed=closed)
    shut = [date(2027, 5, 7), date(2027, 8, 2), date(2027, 8, 6), date(2027, 12, 27), date(2028, 12, 27)]
    assert [hours_on(calendar, day) for day in shut] == [""] * 5
    open_days = [date(2027, 5, 6), date(2027, 5, 10), date(2027, 7, 30), date(2027, 8, 9), date(2028, 12, 28)]
    assert [hours_on(calendar, day) for day in open_days] == ["08:00-18:00"] * 5


def test_a_yearly_29_february_is_closed_in_leap_years():
    calendar = made(closed=(ClosedYearly(month=2, day=29), ClosedYearly(month=2, day=30)))
    assert hours_on(calendar, date(2028, 2, 28), days=3) == "08:00-18:00 08:00-18:00"
    assert hours_on(calendar, date(2027, 3, 1)) == "08:00-18:00"


def test_part_of_a_yearly_day_is_closed_also_past_midnight():
    part = ClosedYearly(month=12, day=31, windows=(Window.parse("16:00-17:00"), Window.parse("22:00-09:00")))
    calendar = made(weekly=daily("08:00-18:00"), closed=(part,))
    assert hours_on(calendar, date(2027, 12, 31)) == "08:00-16:00 17:00-18:00"
    assert hours_on(calendar, date(2028, 1, 1)) == "09:00-18:00"
    assert hours_on(calendar, date(2028, 12, 31)) == "08:00-16:00 17:00-18:00"
    assert hours_on(calendar, date(2028, 12, 30)) == "08:00-18:00"


def test_part_of_a_day_is_closed_also_past_midnight():
    calendar = made(
        weekly=daily("00:00-24:00"),
        closed=(
            dated(date(2027, 12, 24), "12:00-18:00"),
            dated(date(2027, 12, 30), "22:00-02:00", last=date(2027, 12, 31)),
        ),
    )
    assert hours_on(calendar, date(2027, 12, 24)) == "00:00-12:00 18:00-00:00"
    assert hours_on(calendar, date(2027, 12, 30), days=3) == "00:00-22:00 02:00-22:00 02:00-00:00"


def test_dated_hours_replace_the_weekly_ones_that_begin_on_the_day():
    calendar = made(
        weekly=daily("22:00-06:00"),
        opened=(dated(date(2027, 12, 18), "09:00-12:00"), dated(date(2027, 12, 18), "11:00-17:00")),
    )
    assert hours_on(calendar, date(2027, 12, 18)) == "00:00-06:00 09:00-17:00"
    assert hours_on(calendar, date(2027, 12, 19)) == "22:00-00:00"


def test_dated_hours_may_span_a_range_and_be_none():
    calendar = made(
        opened=(dated(date(2027, 3, 8), "10:00-11:00", last=date(2027, 3, 9)), dated(date(2027, 3, 10)))
    )
    assert hours_on(calendar, date(2027, 3, 8), days=4) == "10:00-11:00 10:00-11:00 08:00-18:00"


def test_holidays_are_closed():
    assert hours_on(made(holidays=("NL",)), date(2027, 4, 27)) == ""
    assert hours_on(made(holidays=("NL",)), date(2027, 5, 6)) == ""
    assert hours_on(made(holidays=("NL",)), date(2027, 4, 26)) == "08:00-18:00"
    both = made(zone="America/Los_Angeles", holidays=("US-CA", "NL"))
    assert hours_on(both, date(2027, 3, 31)) == ""  # Cesar Chavez Day, in California alone
    assert hours_on(both, date(2027, 4, 27)) == ""


def test_a_holiday_and_a_closed_day_take_the_early_hours_of_a_window_begun_before():
    for rest in ({"holidays": ("NL",)}, {"closed": (whole(date(2027, 4, 27)),)}):
        calendar = made(weekly=daily("22:00-06:00"), **rest)
        assert hours_on(calendar, date(2027, 4, 26)) == "00:00-06:00 22:00-00:00"
        assert hours_on(calendar, date(2027, 4, 27)) == ""
        # What begins on a closed day is closed up to midnight.
        assert hours_on(calendar, date(2027, 4, 28)) == "00:00-06:00 22:00-00:00"


def test_dated_hours_beat_a_holiday_and_closed_beats_everything():
    king = date(2027, 4, 27)
    assert hours_on(made(holidays=("NL",), opened=(dated(king, "10:00-16:00"),)), king) == "10:00-16:00"
    assert hours_on(made(opened=(dated(king, "10:00-16:00"),), closed=(whole(king),)), king) == ""
    half = made(holidays=("NL",), opened=(dated(king, "10:00-16:00"),), closed=(dated(king, "12:00-13:00"),))
    assert hours_on(half, king) == "10:00-12:00 13:00-16:00"


def test_dated_hours_past_midnight_stop_at_a_holiday():
    eve = made(holidays=("NL",), opened=(dated(date(2027, 4, 26), "20:00-04:00"),))
    assert hours_on(eve, date(2027, 4, 26), days=2) == "20:00-00:00"


def test_an_unknown_region_is_refused():
    for region in ("XX", "US-ZZ"):
        with pytest.raises(ValueError, match=f"region `{region}`"):
            made(holidays=(region,)).open_us(0)


def test_years_without_known_holidays_are_open_and_say_nothing():
    assert hours_on(made(zone="Asia/Kolkata", holidays=("IN",)), date(1930, 1, 27)) == "08:00-18:00"
    assert hours_on(made(holidays=("NL",)), date(2150, 12, 25)) == "08:00-18:00"


def test_a_calendar_of_dated_hours_alone():
    calendar = made(weekly=((),) * 7, opened=(dated(date(2027, 4, 27), "10:00-16:00"),), holidays=("NL",))
    begin = instant("2020-01-01")
    assert calendar.due_us(begin, 6 * HOUR) == instant("2027-04-27T14:00")
    assert calendar.due_us(begin, 6 * HOUR + 1) is None
    assert calendar.due_back_us(instant("2030-01-01"), 6 * HOUR) == instant("2027-04-27T08:00")
    assert calendar.due_back_us(instant("2030-01-01"), 6 * HOUR + 1) is None


def test_dated_hours_alone_meet_what_is_closed_on_the_days_beside_them():
    night = made(
        weekly=((),) * 7,
        opened=(dated(date(2027, 4, 26), "00:00-24:00"), dated(date(2027, 4, 28), "20:00-04:00")),
        closed=(dated(date(2027, 4, 25), "22:00-02:00"), whole(date(2027, 4, 29))),
    )
    assert hours_on(night, date(2027, 4, 26)) == "02:00-00:00"
    assert hours_on(night, date(2027, 4, 28), days=2) == "20:00-00:00"


# --- clocks that change -----------------------------------------------------------------------------------------


def test_the_spring_day_loses_an_hour_and_the_autumn_day_counts_it_twice():
    calendar = made(weekly=daily("00:00-24:00"))
    for day, hours in ((28, 23), (29, 24)):
        begin = datetime(2027, 3, day)
        assert calendar.elapsed(begin, begin + timedelta(days=1)) == timedelta(hours=hours)
    begin = datetime(2027, 10, 31)
    assert calendar.elapsed(begin, begin + timedelta(days=1)) == timedelta(hours=25)


def test_a_window_edge_in_the_gap_moves_to_its_end():
    day = (instant("2027-03-27T23:00"), instant("2027-03-28T22:00"))
    gap = instant("2027-03-28T01:00")  # 02:00 becomes 03:00
    for text, start_us, end_us in (
        ("02:30-05:00", gap, gap + 2 * HOUR),
        ("01:00-02:30", gap - HOUR, gap),
        ("01:30-03:30", gap - 30 * MINUTE, gap + 30 * MINUTE),
    ):
        starts, ends = made(weekly=daily(text)).intervals_us(*day)
        assert (starts.tolist(), ends.tolist()) == ([start_us], [end_us])
    assert made(weekly=daily("02:15-02:45")).elapsed_us(*day) == 0


def test_a_window_in_the_repeated_hour_is_open_twice():
    starts, ends = made(weekly=daily("02:15-02:45")).intervals_us(
        instant("2027-10-30T22:00"), instant("2027-10-31T23:00")
    )
    first = instant("2027-10-31T00:15")
    assert starts.tolist() == [first, first + HOUR]
    assert (ends - starts).tolist() == [30 * MINUTE] * 2


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        ("Australia/Lord_Howe", date(2027, 10, 3), 1410),
        ("Australia/Lord_Howe", date(2027, 4, 4), 1470),
        ("Asia/Kolkata", date(2027, 3, 28), 1440),
        ("America/Sao_Paulo", date(2018, 11, 4), 1380),  # 00:00 becomes 01:00: the day has no midnight
        ("America/Sao_Paulo", date(2018, 2, 17), 1500),  # 24:00 becomes 23:00
        ("Pacific/Apia", date(2011, 12, 29), 1440),
        ("Pacific/Apia", date(2011, 12, 31), 1440),
        ("Africa/Casablanca", date(2024, 3, 10), 1500),
        ("Africa/Casablanca", date(2024, 4, 14), 1380),
        ("America/New_York", date(2027, 3, 14), 1380),
        ("America/New_York", date(2027, 11, 7), 1500),
        ("America/St_Johns", date(2010, 11, 7), 1441),  # 00:01 becomes 23:01 of the day before
        ("America/St_Johns", date(2010, 11, 6), 1499),
    ],
)  # fmt: skip
def test_the_open_time_of_a_local_date_is_what_its_clocks_show(zone, day, minutes):
    around = (instant(f"{day}") - 2 * DAY, instant(f"{day}") + 3 * DAY)
    calendar = made(zone=zone, weekly=((),) * 7, opened=(dated(day, "00:00-24:00"),))
    assert calendar.elapsed_us(*around) == minutes * MINUTE


def test_a_date_that_a_zone_skipped_has_no_time():
    calendar = made(zone="Pacific/Apia", weekly=((),) * 7, opened=(dated(date(2011, 12, 30), "00:00-24:00"),))
    assert calendar.due_us(0, 1) is None


# --- W and its inverses -----------------------------------------------------------------------------------------


@pytest.fixture(name="office")
def office_hours():
    return made()


FRIDAY_CLOSE = instant("2027-03-05T17:00")
MONDAY_OPENING = instant("2027-03-08T07:00")


def test_open_time_counts_from_1970():
    assert Calendar(ALWAYS).open_us(123_456_789) == 123_456_789
    assert Calendar(ALWAYS).open_us(-5) == -5
    office = made(zone="UTC")
    assert office.open_us(0) == 0
    assert office.open_us(instant("1970-01-01T09:30")) == 90 * MINUTE
    assert office.open_us(instant("1969-12-31T09:30")) == -(8 * HOUR + 30 * MINUTE)


def test_elapsed_is_negative_backwards(office):
    assert office.elapsed_us(FRIDAY_CLOSE - HOUR, MONDAY_OPENING + HOUR) == 2 * HOUR
    assert office.elapsed_us(MONDAY_OPENING + HOUR, FRIDAY_CLOSE - HOUR) == -2 * HOUR


def test_due_is_the_earliest_instant_so_a_limit_may_run_out_at_closing(office):
    start = FRIDAY_CLOSE - 2 * HOUR
    assert office.due_us(start, 2 * HOUR - 1) == FRIDAY_CLOSE - 1
    assert office.due_us(start, 2 * HOUR) == FRIDAY_CLOSE
    assert office.due_us(start, 2 * HOUR + 1) == MONDAY_OPENING + 1
    assert office.due_us(FRIDAY_CLOSE + HOUR, 2 * HOUR) == MONDAY_OPENING + 2 * HOUR


def test_due_at_the_next_opening_differs_only_there(office):
    start = FRIDAY_CLOSE - 2 * HOUR
    for limit in (2 * HOUR - 1, 2 * HOUR + 1):
        assert office.due_at_next_opening_us(start, limit) == office.due_us(start, limit)
    assert office.due_at_next_opening_us(start, 2 * HOUR) == MONDAY_OPENING
    assert office.due_at_next_opening_us(FRIDAY_CLOSE, 0) == MONDAY_OPENING
    assert office.due_at_next_opening_us(start, 0) == start


def test_no_limit_is_due_at_once_even_when_closed(office):
    for start in (FRIDAY_CLOSE, FRIDAY_CLOSE + HOUR, MONDAY_OPENING):
        assert office.due_us(start, 0) == start
        assert office.due_back_us(start, 0) == start


def test_due_back_is_the_latest_instant(office):
    assert office.due_back_us(MONDAY_OPENING + 10 * MINUTE, 10 * MINUTE) == MONDAY_OPENING
    assert office.due_back_us(MONDAY_OPENING + 10 * MINUTE, 30 * MINUTE) == FRIDAY_CLOSE - 20 * MINUTE
    assert office.due_back_us(MONDAY_OPENING, 1) == FRIDAY_CLOSE - 1


def test_next_opening_and_is_open(office):
    assert office.next_open_us(FRIDAY_CLOSE - 1) == FRIDAY_CLOSE - 1
    assert office.next_open_us(FRIDAY_CLOSE) == MONDAY_OPENING
    assert office.next_open_us(MONDAY_OPENING) == MONDAY_OPENING
    assert [office.is_open_us(at) for at in (FRIDAY_CLOSE - 1, FRIDAY_CLOSE, MONDAY_OPENING - 1, MONDAY_OPENING)] == [
        True, False, False, True,
    ]  # fmt: skip


def test_intervals_are_cut_at_both_ends_and_joined_at_midnight(office):
    starts, ends = office.intervals_us(FRIDAY_CLOSE - HOUR, MONDAY_OPENING + HOUR)
    assert starts.tolist() == [FRIDAY_CLOSE - HOUR, MONDAY_OPENING]
    assert ends.tolist() == [FRIDAY_CLOSE, MONDAY_OPENING + HOUR]
    for nothing in ((FRIDAY_CLOSE, MONDAY_OPENING), (5, 5), (MONDAY_OPENING + HOUR, FRIDAY_CLOSE - HOUR)):
        assert [edges.tolist() for edges in office.intervals_us(*nothing)] == [[], []]
    starts, ends = Calendar(ALWAYS).intervals_us(-5, 40 * DAY)
    assert (starts.tolist(), ends.tolist()) == ([-5], [40 * DAY])


def test_always_is_open():
    always = calendar_of(ALWAYS)
    assert always.elapsed_us(5, 10 * DAY) == 10 * DAY - 5
    assert always.due_us(5, DAY) == DAY + 5
    assert always.due_at_next_opening_us(0, DAY) == DAY
    assert always.due_back_us(5, DAY) == 5 - DAY
    assert always.next_open_us(DAY) == DAY
    assert always.is_open_us(DAY)


# --- arrays -----------------------------------------------------------------------------------------------------


def test_arrays_are_answered_like_single_instants(office):
    starts = np.arange(FRIDAY_CLOSE - 3 * DAY, FRIDAY_CLOSE + 4 * DAY, 53 * MINUTE)
    for question in (office.open_us, office.is_open_us, office.next_open_us):
        assert question(starts).tolist() == [question(start) for start in starts.tolist()]
    for question in (office.due_us, office.due_at_next_opening_us, office.due_back_us):
        assert question(starts, 5 * HOUR).tolist() == [question(start, 5 * HOUR) for start in starts.tolist()]


def test_arrays_broadcast_and_keep_their_shape(office):
    starts = np.array([[FRIDAY_CLOSE - HOUR], [FRIDAY_CLOSE]])
    ends = np.array([FRIDAY_CLOSE, MONDAY_OPENING + HOUR, MONDAY_OPENING + 2 * HOUR])
    assert office.elapsed_us(starts, ends).tolist() == [[HOUR, 2 * HOUR, 3 * HOUR], [0, HOUR, 2 * HOUR]]
    assert office.elapsed_us(FRIDAY_CLOSE - HOUR, ends).tolist() == [HOUR, 2 * HOUR, 3 * HOUR]
    assert office.due_us(FRIDAY_CLOSE - HOUR, np.array([0, MINUTE], dtype=np.int32)).tolist() == [
        FRIDAY_CLOSE - HOUR,
        FRIDAY_CLOSE - HOUR + MINUTE,
    ]


def test_an_empty_array_has_an_empty_answer(office):
    assert office.open_us(np.array([])).tolist() == []
    assert office.due_us(np.empty((0, 3), dtype=np.int64), 5).shape == (0, 3)


def test_long_arrays_are_answered_in_blocks(office):
    starts = np.linspace(0, FRIDAY_CLOSE, 50_001).astype(np.int64)
    starts[[7, 40_000]] = NO_TIME
    found = office.elapsed_us(starts, FRIDAY_CLOSE)
    assert found[[7, 40_000]].tolist() == [NO_TIME] * 2
    for place in (0, 8, 16_383, 16_384, 49_999):
        assert found[place] == office.elapsed_us(int(starts[place]), FRIDAY_CLOSE)


def test_missing_times_stay_missing(office):
    starts = np.array([NO_TIME, FRIDAY_CLOSE, NO_TIME])
    assert office.open_us(starts)[1] == office.open_us(FRIDAY_CLOSE)
    assert office.due_us(starts, np.array([5, NO_TIME, NO_TIME])).tolist() == [NO_TIME] * 3
    assert office.is_open_us(starts - np.array([0, 1, 0])).tolist() == [False, True, False]
    assert office.open_us(NO_TIME) == NO_TIME
    assert office.due_us(NO_TIME, 5) is None


@pytest.mark.parametrize("wrong", [np.array([1.5]), np.array([True]), np.array(["2027"], "M8[s]")])
def test_what_is_no_integer_is_refused(office, wrong):
    with pytest.raises(TypeError, match="int64"):
        office.open_us(wrong)


def test_a_negative_limit_is_refused(office):
    for question in (office.due_us, office.due_back_us, office.due_at_next_opening_us):
        with pytest.raises(ValueError, match="not negative"):
            question(0, -1)


# --- calendars that are never open, and the ends of time --------------------------------------------------------


def test_a_calendar_that_is_never_open():
    never = made(weekly=((),) * 7)
    array = np.array([0, FRIDAY_CLOSE])
    assert never.elapsed_us(0, FRIDAY_CLOSE) == 0
    assert never.is_open_us(0) is False
    assert never.due_us(5, 0) == 5
    assert never.due_back_us(5, 0) == 5
    for question in (never.due_us, never.due_at_next_opening_us, never.due_back_us):
        assert question(0, 1) is None
        assert question(array, 1).tolist() == [NO_TIME] * 2
    assert never.due_us(array, np.array([0, 1])).tolist() == [0, NO_TIME]
    assert never.next_open_us(0) is None
    assert never.next_open_us(array).tolist() == [NO_TIME] * 2
    assert [edges.tolist() for edges in never.intervals_us(0, DAY)] == [[], []]


def test_a_calendar_that_closes_for_good():
    over = made(closed=(whole(date(2027, 3, 6), date(2300, 1, 1)),))
    assert over.due_us(FRIDAY_CLOSE - HOUR, HOUR) == FRIDAY_CLOSE
    assert over.due_at_next_opening_us(FRIDAY_CLOSE - HOUR, HOUR) is None
    assert over.due_us(FRIDAY_CLOSE - HOUR, HOUR + 1) is None
    assert over.next_open_us(FRIDAY_CLOSE) is None


def test_a_calendar_that_opened_late():
    young = made(closed=(whole(date(1800, 1, 1), date(2027, 3, 4)),))
    assert young.due_back_us(FRIDAY_CLOSE, 10 * HOUR) == FRIDAY_CLOSE - 10 * HOUR
    assert young.due_back_us(FRIDAY_CLOSE, 10 * HOUR + 1) is None


def test_years_are_worked_out_as_asked_and_earlier_answers_stand():
    plan = CalendarPlan(
        name="office", zone="Europe/Amsterdam", weekly=weekdays("08:00-18:00"), holidays=("NL",)
    )
    asked = np.linspace(instant("1905-06-01"), instant("2195-06-01"), 12).astype(np.int64)
    at_once = Calendar(plan).open_us(asked)
    one_by_one = Calendar(plan)
    middle_first = sorted(asked.tolist(), key=lambda at: abs(at - FRIDAY_CLOSE))
    said = {at: one_by_one.open_us(at) for at in middle_first}
    assert [said[at] for at in asked.tolist()] == at_once.tolist()
    assert one_by_one.open_us(asked).tolist() == at_once.tolist()


def test_a_far_due_instant_is_found(office):
    limit = 120 * 250 * 10 * HOUR
    due = office.due_us(FRIDAY_CLOSE, limit)
    assert office.elapsed_us(FRIDAY_CLOSE, due) == limit
    assert office.due_back_us(due, limit) == MONDAY_OPENING
    assert office.due_back_us(instant("1971-01-01"), 60 * 250 * 10 * HOUR) < instant("1915-01-01")


@pytest.mark.parametrize("asked", [instant("1899-12-31"), instant("2200-01-02"), 10**18, -(2**62)])
def test_instants_outside_1900_to_2199_are_refused(office, asked):
    with pytest.raises(CalendarRangeError, match="outside the years 1900 to 2199"):
        office.open_us(asked)
    with pytest.raises(CalendarRangeError, match="outside the years"):
        office.elapsed_us(np.array([0, asked]), 0)


def test_the_first_and_the_last_instant_are_answered():
    assert made().elapsed_us(instant("1900-01-01"), instant("1900-01-02T07:00")) == 10 * HOUR
    assert made().elapsed_us(instant("2199-12-31"), instant("2200-01-01")) == 10 * HOUR


def test_answers_outside_are_refused(office):
    with pytest.raises(CalendarRangeError, match="lies after 2199"):
        office.due_us(FRIDAY_CLOSE, 2**62)
    with pytest.raises(CalendarRangeError, match="lies after 2199"):
        office.due_us(np.array([FRIDAY_CLOSE]), 200 * 365 * DAY)
    with pytest.raises(CalendarRangeError, match="lies before 1900"):
        office.due_back_us(FRIDAY_CLOSE, 200 * 365 * DAY)
    assert office.next_open_us(instant("2199-12-31T23:59")) == instant("2200-01-01T07:00")


def test_equal_plans_share_a_calendar():
    assert calendar_of(CalendarPlan(name="a")) is calendar_of(CalendarPlan(name="a"))
    assert calendar_of(CalendarPlan(name="a")).plan.name == "a"

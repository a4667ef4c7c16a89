from datetime import date

import pytest

from slmdsl.base.units import DAY, HOUR, MINUTE, SECOND
from slmdsl.calendars import ALWAYS, CalendarPlan, ClosedYearly, Window, known_regions, public_holidays
from slmdsl.calendars.public_holidays import listed_regions


@pytest.mark.parametrize(
    ("text", "start_us", "end_us"),
    [
        ("08:00-12:30", 8 * HOUR, 12 * HOUR + 30 * MINUTE),
        ("0:00-24:00", 0, DAY),
        ("00:00-00:00", 0, DAY),
        ("22:30-06:30", 22 * HOUR + 30 * MINUTE, 30 * HOUR + 30 * MINUTE),
        ("08:00:30 - 09:00:15", 8 * HOUR + 30 * SECOND, 9 * HOUR + 15 * SECOND),
        ("18:00-24:00", 18 * HOUR, DAY),
    ],
)
def test_a_window_is_read(text, start_us, end_us):
    assert Window.parse(text) == Window(start_us, end_us)


@pytest.mark.parametrize(
    "text", ["8-12", "08:00", "08:60-09:00", "25:00-26:00", "24:30-25:00", "24:00-08:00", "08:00:60-09:00"]
)
def test_what_no_clock_shows_is_no_window(text):
    with pytest.raises(ValueError, match=r"window|clock"):
        Window.parse(text)


@pytest.mark.parametrize(("start_us", "end_us"), [(-1, 5), (DAY, DAY + 1), (5, 5), (5, 4), (5, DAY + 6)])
def test_a_window_begins_in_its_day_and_lasts_up_to_a_day(start_us, end_us):
    with pytest.raises(ValueError, match="begins within its day"):
        Window(start_us, end_us)


@pytest.mark.parametrize(("month", "day"), [(0, 1), (13, 1), (1, 0), (1, 32)])
def test_a_yearly_closing_is_a_day_of_a_year(month, day):
    with pytest.raises(ValueError, match="no day of a year"):
        ClosedYearly(month=month, day=day)


def test_a_plan_has_seven_weekdays():
    with pytest.raises(ValueError, match="5 weekdays, not 7"):
        CalendarPlan(name="short", weekly=((),) * 5)


def test_plans_are_values():
    assert hash(CalendarPlan(name="a")) == hash(CalendarPlan(name="a"))
    assert ALWAYS.weekly == ((Window(0, DAY),),) * 7
    assert ALWAYS.zone == "UTC"


def test_regions_are_countries_and_their_parts():
    assert {"NL", "US", "US-CA", "GB-SCT", "DE-BY"} <= known_regions()
    assert not {"XX", "US-ZZ", "nl"} & known_regions()


def test_listed_regions_are_known():
    assert {"NL", "US-CA", "GB-SCT", "DE-BY"} <= listed_regions() <= known_regions()


def test_a_region_that_is_not_listed_is_asked_for(monkeypatch):
    monkeypatch.setattr(public_holidays, "listed_regions", frozenset)
    assert public_holidays.is_region("NL")
    assert not public_holidays.is_region("XX")


def test_plans_need_neither_numpy_nor_holidays():
    import subprocess
    import sys

    code = (
        "import sys; from slmdsl.calendars import CalendarPlan; CalendarPlan(name='a');"
        "print({'numpy', 'holidays'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_a_name_that_is_not_there_is_an_attribute_error():
    import slmdsl.calendars

    with pytest.raises(AttributeError, match="no attribute 'almanac'"):
        _ = slmdsl.calendars.almanac
    assert all(getattr(slmdsl.calendars, name) for name in slmdsl.calendars.__all__)


def test_a_date_range_is_plain_data():
    from slmdsl.calendars import ClosedDates

    assert ClosedDates(first=date(2027, 8, 2), last=date(2027, 8, 6)).last.day == 6

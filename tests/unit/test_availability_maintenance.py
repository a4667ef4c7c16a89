"""When windows of maintenance stand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from slmdsl.base.spans import NOWHERE
from slmdsl.base.units import DAY, HOUR, from_us, to_us
from slmdsl.contract.maintenance import maintenance_us
from slmdsl.contract.model.catalogue import MaintenanceWindow


def utc(*parts):
    return to_us(datetime(*parts, tzinfo=UTC))


def window(*hours, weekdays=(), nth=None, month_day=None, dates=(), zone="UTC"):
    return MaintenanceWindow(
        weekdays=weekdays,
        nth=nth,
        month_day=month_day,
        dates=dates,
        windows_us=tuple((start * HOUR, int(end * HOUR)) for start, end in hours or ((2, 6),)),
        zone=zone,
        notice_us=0,
        span=NOWHERE,
    )


def stands(declared, begin, end):
    starts, ends = maintenance_us(declared, begin, end)
    return [
        (from_us(start).isoformat()[:16], from_us(end).isoformat()[:16])
        for start, end in sorted(zip(starts.tolist(), ends.tolist(), strict=True))
    ]


def days(declared, begin, end):
    return [start[:10] for start, _ in stands(declared, begin, end)]


def test_a_bare_window_is_daily():
    assert stands(window(), utc(2027, 3, 1), utc(2027, 3, 3)) == [
        ("2027-03-01T02:00", "2027-03-01T06:00"),
        ("2027-03-02T02:00", "2027-03-02T06:00"),
    ]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (window(weekdays=(6,)), ["2027-03-07", "2027-03-14", "2027-03-21", "2027-03-28"]),
        (window(weekdays=(6,), nth=2), ["2027-03-14"]),
        (window(weekdays=(0,), nth=5), ["2027-03-29"]),
        (window(weekdays=(6,), nth=5), []),
        (window(weekdays=(6,), nth=-1), ["2027-03-28"]),
        (window(weekdays=(2,), nth=-1), ["2027-03-31"]),
        (window(month_day=31), ["2027-03-31"]),
        (window(dates=((2027, 3, 9), (2027, 4, 9))), ["2027-03-09"]),
    ],
)
def test_windows_recur_by_weekday_place_in_the_month_day_and_date(declared, expected):
    assert days(declared, utc(2027, 3, 1), utc(2027, 4, 1)) == expected


def test_a_month_without_the_day_has_no_window():
    assert days(window(month_day=31), utc(2027, 4, 1), utc(2027, 5, 1)) == []


def test_windows_are_clipped_to_the_span():
    assert stands(window(), utc(2027, 3, 1, 3), utc(2027, 3, 1, 5)) == [
        ("2027-03-01T03:00", "2027-03-01T05:00")
    ]
    assert stands(window(), utc(2027, 3, 1), utc(2027, 3, 1)) == []


def test_a_window_past_midnight_reaches_into_the_span_from_the_day_before():
    declared = window((22, 30), weekdays=(6,))
    assert stands(declared, utc(2027, 3, 8), utc(2027, 3, 9)) == [("2027-03-08T00:00", "2027-03-08T06:00")]


def test_several_windows_stand_on_each_day():
    assert stands(window((1, 2), (3, 4)), utc(2027, 3, 1), utc(2027, 3, 2)) == [
        ("2027-03-01T01:00", "2027-03-01T02:00"),
        ("2027-03-01T03:00", "2027-03-01T04:00"),
    ]


@pytest.mark.parametrize(
    ("hours", "day", "expected"),
    [
        ((2, 6), (2027, 3, 28), [("2027-03-28T01:00", "2027-03-28T04:00")]),
        ((2, 3), (2027, 3, 28), []),
        (
            (2, 6),
            (2027, 10, 31),
            [("2027-10-31T00:00", "2027-10-31T01:00"), ("2027-10-31T01:00", "2027-10-31T05:00")],
        ),
        (
            (1, 2.5),
            (2027, 10, 31),
            [("2027-10-30T23:00", "2027-10-31T00:30"), ("2027-10-31T01:00", "2027-10-31T01:30")],
        ),
    ],
)
def test_a_skipped_hour_is_lost_and_a_repeated_one_counts_twice(hours, day, expected):
    start, end = hours
    declared = window((int(start), end), weekdays=(6,), zone="Europe/Amsterdam")
    begin = utc(*day) - 4 * HOUR
    assert stands(declared, begin, begin + DAY) == expected

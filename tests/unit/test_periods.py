"""Periods: labels, anchors, zones, validity, rolling windows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from slmdsl.base.local_time import instant_us, local_date
from slmdsl.base.spans import NOWHERE
from slmdsl.base.units import HOUR, from_us, to_us
from slmdsl.contract.model.agreements import CalendarPeriod, Dated, PeriodUnit, RollingPeriod
from slmdsl.rules.dated import changes_us, in_force
from slmdsl.rules.periods import judged_span_us, periods_of, validity_us


def agreement(**changes):
    settings = {
        "zone": "UTC",
        "month_day": 1,
        "month_overflow": "clamp",
        "valid_from": None,
        "valid_to": None,
    }
    return SimpleNamespace(**(settings | changes))


def utc(*parts):
    return to_us(datetime(*parts, tzinfo=UTC))


def periods(unit, begin, end, **changes):
    target = SimpleNamespace(period=CalendarPeriod(unit=PeriodUnit(unit)))
    return periods_of(target, agreement(**changes), begin, end)


def rolling(days, begin, end, **changes):
    return periods_of(SimpleNamespace(period=RollingPeriod(days=days)), agreement(**changes), begin, end)


@pytest.mark.parametrize(
    ("unit", "labels"),
    [
        ("day", ("2027-03-30", "2027-03-31", "2027-04-01")),
        ("week", ("2027-W13",)),
        ("month", ("2027-03", "2027-04")),
        ("quarter", ("2027-Q1", "2027-Q2")),
        ("year", ("2027",)),
    ],
)
def test_labels_name_the_periods_that_meet_the_span(unit, labels):
    found = periods(unit, utc(2027, 3, 30, 12), utc(2027, 4, 1, 0, 0, 0, 1))
    assert found.labels == labels
    assert len(found) == found.buckets == len(labels)
    assert not found.cut.any()


def test_the_span_is_half_open():
    assert periods("month", utc(2027, 3, 1), utc(2027, 4, 1)).labels == ("2027-03",)


def test_weeks_are_iso_weeks_and_start_on_monday():
    found = periods("week", utc(2026, 12, 31), utc(2027, 1, 5))
    assert found.labels == ("2026-W53", "2027-W01")
    assert found.from_us.tolist() == [utc(2026, 12, 28), utc(2027, 1, 4)]


def test_months_begin_at_local_midnight():
    found = periods("month", utc(2027, 3, 15), utc(2027, 3, 16), zone="Europe/Amsterdam")
    assert (found.from_us[0], found.to_us[0]) == (utc(2027, 2, 28, 23), utc(2027, 3, 31, 22))


@pytest.mark.parametrize(
    ("unit", "labels", "begins", "ends"),
    [
        ("month", ("2027-03",), (2027, 3, 16), (2027, 4, 16)),
        ("quarter", ("2027-Q1",), (2027, 1, 16), (2027, 4, 16)),
        ("year", ("2027",), (2027, 1, 16), (2028, 1, 16)),
    ],
)
def test_an_anchored_period_is_labelled_by_the_month_it_begins_in(unit, labels, begins, ends):
    found = periods(unit, utc(2027, 4, 15), utc(2027, 4, 16), month_day=16)
    assert found.labels == labels
    assert (found.from_us[0], found.to_us[0]) == (utc(*begins), utc(*ends))


def test_an_anchored_year_reaches_into_the_next():
    assert periods("year", utc(2027, 1, 15), utc(2027, 1, 16), month_day=16).labels == ("2026",)


@pytest.mark.parametrize(
    ("overflow", "begins"),
    [
        ("clamp", [(2027, 1, 31), (2027, 2, 28), (2027, 3, 31), (2027, 4, 30)]),
        ("spill", [(2027, 1, 31), (2027, 3, 1), (2027, 3, 31), (2027, 5, 1)]),
    ],
)
def test_day_31_clamps_to_the_last_day_or_spills_to_the_first(overflow, begins):
    found = periods("month", utc(2027, 2, 1), utc(2027, 5, 2), month_day=31, month_overflow=overflow)
    assert found.labels[:4] == ("2027-01", "2027-02", "2027-03", "2027-04")
    assert found.from_us[:4].tolist() == [utc(*begin) for begin in begins]
    assert found.to_us[:-1].tolist() == found.from_us[1:].tolist()


def test_validity_cuts_the_first_and_last_period_and_marks_them():
    valid = {"valid_from": date(2027, 1, 10), "valid_to": date(2027, 3, 20)}
    found = periods("month", utc(2026, 6, 1), utc(2028, 1, 1), **valid)
    assert found.labels == ("2027-01", "2027-02", "2027-03")
    assert found.cut.tolist() == [True, False, True]
    assert (found.from_us[0], found.to_us[-1]) == (utc(2027, 1, 10), utc(2027, 3, 21))
    assert found.first_days == (date(2027, 1, 10), date(2027, 2, 1), date(2027, 3, 1))


def test_whole_periods_of_a_validity_are_not_marked():
    found = periods(
        "quarter", utc(2027, 1, 1), utc(2028, 1, 1), valid_from=date(2027, 1, 1), valid_to=date(2027, 12, 31)
    )
    assert not found.cut.any()
    assert len(found) == 4


def test_a_span_outside_the_validity_has_no_periods():
    found = periods("month", utc(2016, 1, 1), utc(2016, 5, 1), valid_from=date(2027, 1, 1))
    assert len(found) == found.buckets == 0
    assert found.bucket_of(np.array([utc(2016, 2, 1)])).tolist() == [-1]
    assert found.sums(np.zeros((3, 0))).shape == (3, 0)


def test_an_open_end_may_be_written_as_the_last_date_there_is():
    found = periods("year", utc(2027, 2, 1), utc(2027, 3, 1), valid_to=date.max)
    assert found.labels == ("2027",)
    assert not found.cut.any()


def test_rolling_windows_begin_with_the_first_full_one():
    found = rolling(3, utc(2027, 3, 1, 12), utc(2027, 3, 5, 1))
    assert found.labels == ("2027-03-03/3d", "2027-03-04/3d", "2027-03-05/3d")
    assert found.from_us.tolist() == [utc(2027, 3, 1), utc(2027, 3, 2), utc(2027, 3, 3)]
    assert found.to_us.tolist() == [utc(2027, 3, 4), utc(2027, 3, 5), utc(2027, 3, 6)]
    assert found.first_days == (date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 3))
    assert found.sums(np.array([1, 10, 100, 1000, 10000])).tolist() == [111, 1110, 11100]


def test_a_rolling_window_longer_than_the_facts_has_no_verdict():
    found = rolling(28, utc(2027, 3, 1), utc(2027, 3, 28))
    assert len(found) == 0
    assert found.buckets == 27


def test_local_days_have_23_and_25_hours_around_transitions():
    found = rolling(1, utc(2027, 3, 27, 12), utc(2027, 3, 29, 1), zone="Europe/Amsterdam")
    assert (found.to_us - found.from_us).tolist() == [24 * HOUR, 23 * HOUR, 24 * HOUR]


def test_buckets_are_half_open():
    found = periods("day", utc(2027, 3, 1), utc(2027, 3, 3))
    instants = np.array(
        [utc(2027, 3, 1) - 1, utc(2027, 3, 1), utc(2027, 3, 2) - 1, utc(2027, 3, 2), utc(2027, 3, 3)]
    )
    assert found.bucket_of(instants).tolist() == [-1, 0, 0, 1, -1]


def test_a_date_that_a_zone_skipped_is_no_period():
    found = periods("day", utc(2011, 12, 29, 12), utc(2011, 12, 31, 12), zone="Pacific/Apia")
    assert found.labels == ("2011-12-29", "2011-12-31", "2012-01-01")


def test_a_missing_midnight_moves_to_the_end_of_the_gap():
    zone = ZoneInfo("America/Sao_Paulo")
    assert from_us(instant_us(zone, date(2018, 11, 4))).astimezone(zone).hour == 1


def test_a_gap_that_holds_midnight_ends_after_it():
    zone = ZoneInfo("America/Toronto")  # 1919-03-30 23:30 became 00:30
    assert (
        from_us(instant_us(zone, date(1919, 3, 31))).astimezone(zone).isoformat()
        == "1919-03-31T00:30:00-04:00"
    )


def test_a_midnight_that_occurs_twice_is_the_first():
    zone = ZoneInfo("America/Havana")
    first = instant_us(zone, date(2027, 11, 7))
    assert from_us(first).astimezone(zone).utcoffset() == timedelta(hours=-4)
    assert local_date(zone, first) == local_date(zone, first + HOUR) == date(2027, 11, 7)


def test_validity_and_judged_span():
    open_ended, closed = agreement(), agreement(valid_from=date(2027, 1, 1), valid_to=date(2027, 1, 31))
    assert validity_us(open_ended) == (-(2**63), 2**63 - 1)
    assert validity_us(closed) == (utc(2027, 1, 1), utc(2027, 2, 1))
    assert judged_span_us(open_ended, 5, 9) == (5, 10)
    assert judged_span_us(closed, 5, 9) == (utc(2027, 1, 1), 10)


def test_a_dated_value_holds_from_its_date_on():
    dated = Dated(values=((None, "first", NOWHERE), (date(2027, 7, 1), "second", NOWHERE)))
    assert in_force(dated, date(2027, 6, 30)) == "first"
    assert in_force(dated, date(2027, 7, 1)) == "second"
    assert changes_us(dated, "Europe/Amsterdam").tolist() == [utc(2027, 6, 30, 22)]

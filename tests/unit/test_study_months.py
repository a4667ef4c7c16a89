"""In which months an agreement is kept: no verdict on a period that ends in it is a miss."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from slmdsl.base.units import to_us
from slmdsl.evaluate.period_verdicts import Word
from slmdsl.study.judged.months import KEPT, MISSED, UNJUDGED, Months
from tests import builders as b


def at(month, day, year=2027):
    return to_us(datetime(year, month, day, tzinfo=UTC))


def row(to_us, word):
    return SimpleNamespace(to_us=to_us, verdict=word)


def months(begin, end, **agreement):
    return Months.of(b.replace(b.agreement(b.target(b.within(b.hours(1)))), **agreement), begin, end)


BEGIN, END = at(1, 1), at(5, 1)


def plain(begin=BEGIN, end=END, **agreement):
    usual = {"zone": "UTC", "valid_from": None, "valid_to": None, "month_day": 1}
    return months(begin, end, **(usual | agreement))


def test_whole_months_within_the_horizon():
    found = plain()
    assert found.labels == ("2027-01", "2027-02", "2027-03", "2027-04")
    assert found.edges_us.tolist() == [at(1, 1), at(2, 1), at(3, 1), at(4, 1), at(5, 1)]


def test_months_that_the_horizon_cuts_do_not_count():
    found = plain(at(1, 2), at(4, 30))
    assert found.labels == ("2027-02", "2027-03")
    assert found.fared([row(at(1, 20), Word.MISSED), row(at(4, 20), Word.MISSED)]).tolist() == [UNJUDGED] * 2


def test_months_that_validity_cuts_count_as_it_leaves_them():
    found = plain(valid_from=date(2027, 1, 10), valid_to=date(2027, 2, 14))
    assert found.labels == ("2027-01", "2027-02")
    assert found.edges_us.tolist() == [at(1, 10), at(2, 1), at(2, 15)]
    assert found.fared([row(at(2, 15), Word.MISSED)]).tolist() == [UNJUDGED, MISSED]


def test_months_begin_on_the_agreements_day_in_its_zone():
    found = plain(at(1, 1), at(4, 1), month_day=16, zone="Asia/Kolkata")
    assert found.labels == ("2027-01", "2027-02")
    assert found.edges_us.tolist() == [
        edge - 5 * 3600 * 10**6 - 1800 * 10**6 for edge in (at(1, 16), at(2, 16), at(3, 16))
    ]


@pytest.mark.parametrize("span", [(at(1, 5), at(1, 20)), (at(1, 20), at(2, 10))])
def test_no_whole_month_is_none(span):
    found = plain(*span)
    assert found.labels == ()
    assert found.fared([row(at(1, 12), Word.MISSED)]).tolist() == []


def test_no_validity_within_the_horizon_is_none():
    assert plain(valid_from=date(2030, 1, 1)).labels == ()


def test_a_miss_weighs_more_than_what_is_kept():
    found = plain()
    fared = found.fared(
        [
            row(at(2, 1), Word.MET),
            row(at(2, 1), Word.MISSED),
            row(at(2, 1), Word.MET),
            row(at(3, 1), Word.MET),
            row(at(3, 1), Word.NO_DATA),
            row(at(4, 1), Word.NO_DATA),
            row(at(5, 1), Word.RUNNING),
        ]
    )
    assert fared.tolist() == [MISSED, KEPT, UNJUDGED, UNJUDGED]


def test_a_quarter_counts_in_its_last_month():
    found = plain()
    assert found.fared([row(at(4, 1), Word.MISSED)]).tolist() == [UNJUDGED, UNJUDGED, MISSED, UNJUDGED]


def test_rolling_periods_and_weeks_count_where_they_end():
    """The one that ends with the first instant of a month is the last of the month before."""
    found = plain()
    rows = [row(at(2, day), Word.MET) for day in range(1, 11)] + [row(at(2, 11), Word.MISSED)]
    assert found.fared(rows).tolist() == [KEPT, MISSED, UNJUDGED, UNJUDGED]


def test_rows_without_a_period_do_not_count():
    assert plain().fared([row(None, Word.MISSED)]).tolist() == [UNJUDGED] * 4

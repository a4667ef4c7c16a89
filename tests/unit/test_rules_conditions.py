from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from slmdsl.base.spans import NOWHERE
from slmdsl.base.units import Ratio
from slmdsl.rules.conditions import FALSE, TRUE, UNKNOWN, column, selected, truths
from slmdsl.rules.time_fields import time_field_us
from slmdsl.syntax.tree.populations import And, Not, Or
from tests import builders as b


def tickets(**columns):
    size = len(next(iter(columns.values())))
    rows = [{name: words[i] for name, words in columns.items()} for i in range(size)]
    return b.log(*(b.ticket("2027-01-04 09:00", **row) for row in rows)).ticket_columns


@pytest.mark.parametrize(
    ("sign", "wanted", "chosen"),
    [
        ("=", "web", [True, False, False]),
        ("!=", "web", [False, True, False]),
        ("<", "phone2", [False, True, False]),
        ("=", ("web",), [True, False, False]),
    ],
)
def test_words_are_compared_as_text_and_a_missing_one_never_selects(sign, wanted, chosen):
    found = tickets(channel=["web", "phone", None])
    condition = b.compare("channel", sign, wanted)
    assert selected(condition, found).tolist() == chosen


def test_a_negation_of_the_unknown_is_unknown():
    found = tickets(channel=["web", "phone", None])
    negated = Not(part=b.compare("channel", "=", "web"), span=NOWHERE)
    assert truths(negated, found).tolist() == [FALSE, TRUE, UNKNOWN]


@pytest.mark.parametrize(
    ("sign", "chosen"),
    [("=", [False, True, False]), ("!=", [True, False, True]), (">", [True, False, False])],
)
def test_numbers_are_compared_as_numbers(sign, chosen):
    found = tickets(floor=["10", "9.0", "ground"])
    assert selected(b.compare("floor", sign, Fraction(9)), found).tolist() == chosen


def test_a_number_of_endless_digits_is_no_number():
    found = tickets(floor=["1e999999999"])
    assert not selected(b.compare("floor", ">", Fraction(9)), found).any()


def test_ratios_dates_and_durations_are_compared_as_such():
    found = tickets(
        load=["90%", "9%", "much"],
        due=["2027-03-01 10:00", "2026-12-31", "soon"],
        spent=["1 h 30 min", "90 s", "an age"],
    )
    assert selected(b.compare("load", ">=", Ratio.parse("50%")), found).tolist() == [True, False, False]
    assert selected(b.compare("due", "<=", date(2027, 1, 1)), found).tolist() == [False, True, False]
    assert selected(b.compare("spent", ">", b.hours(1)), found).tolist() == [True, False, False]


def test_one_of_several_words():
    found = tickets(channel=["web", "phone", "walk-in", None])
    assert selected(b.one_of("channel", "web", "phone"), found).tolist() == [True, True, False, False]


def test_missing_and_known_are_always_decided():
    found = tickets(channel=["web", None])
    assert selected(b.is_missing("channel"), found).tolist() == [False, True]
    assert selected(b.is_known("channel"), found).tolist() == [True, False]


def test_and_or_follow_three_valued_logic():
    found = tickets(channel=["web", None, "phone"], site=["delft", "delft", "breda"])
    web, delft = b.compare("channel", "=", "web"), b.compare("site", "=", "delft")
    assert truths(And(parts=(web, delft), span=NOWHERE), found).tolist() == [TRUE, UNKNOWN, FALSE]
    assert truths(Or(parts=(web, delft), span=NOWHERE), found).tolist() == [TRUE, TRUE, FALSE]


def test_counts_of_the_ticket_are_columns_too():
    found = tickets(reopenings=[0, 2, -1])
    assert selected(b.compare("reopenings", ">", Fraction(0)), found).tolist() == [False, True, False]
    assert selected(b.is_missing("reopenings"), found).tolist() == [False, False, True]
    assert column(found, "reassignments").word(0) is None


@pytest.mark.parametrize("low", [-1, 7])
def test_large_counts_are_columns_too(low):
    found = tickets(reopenings=[low, 1_000_000])
    assert selected(b.compare("reopenings", ">", Fraction(8)), found).tolist() == [False, True]


def test_own_columns_stand_behind_fields_and_an_unknown_one_is_missing_everywhere():
    found = tickets(priority=["P1", "P2"], channel=["web", "web"])
    assert column(found, "priority").word(1) == "P2"
    assert column(found, "group").word(0) is None
    assert column(found, "nowhere").codes.tolist() == [-1, -1]


def test_times_in_fields_are_local_unless_they_say_where():
    words = b.coded(["2027-07-01 10:00", "2027-07-01T10:00:00.5+00:00", "soon", None])
    local, sure, *rest = time_field_us(words, "Europe/Amsterdam").tolist()
    assert local == b.at("2027-07-01 08:00")
    assert sure == b.at("2027-07-01 10:00") + 500_000
    assert np.unique(rest).tolist() == [b.NO_TIME]


def test_a_local_time_keeps_its_microseconds():
    words = b.coded(["2027-01-01 10:00:01.000002"])
    assert time_field_us(words, "UTC").tolist() == [b.at("2027-01-01 10:00:01") + 2]

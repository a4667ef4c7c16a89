"""Nights of a zone within a horizon: their length on days when clocks change, and where the horizon cuts them."""

from __future__ import annotations

from datetime import UTC, datetime

from slmdsl.base.units import DAY, HOUR, to_us
from slmdsl.study.judged.nights import Nights


def at(month, day, hour=0):
    return to_us(datetime(2027, month, day, hour, tzinfo=UTC))


def lengths(nights):
    begin, end = nights.edges_us[::2], nights.edges_us[1::2]
    assert (begin < end).all()
    assert (end[:-1] < begin[1:]).all()
    return ((end - begin) // HOUR).tolist()


def test_a_horizon_from_midnight_on_has_a_night_a_day():
    nights = Nights.of("UTC", at(1, 1), at(1, 1) + 3 * DAY)
    assert nights.count == 3
    assert lengths(nights) == [6, 8, 8, 2]


def test_nights_are_those_of_the_zone():
    """Six in the morning in Tokyo is nine in the evening in London: the first night is all there, the last one too."""
    nights = Nights.of("Asia/Tokyo", at(1, 1), at(1, 3))
    assert nights.count == 2
    assert nights.edges_us.tolist() == [at(1, 1, 13), at(1, 1, 21), at(1, 2, 13), at(1, 2, 21)]


def test_nights_are_shorter_and_longer_when_clocks_change():
    spring = Nights.of("Europe/Amsterdam", at(3, 27, 12), at(3, 28, 12))
    autumn = Nights.of("Europe/Amsterdam", at(10, 30, 12), at(10, 31, 12))
    assert (lengths(spring), lengths(autumn)) == ([7], [9])
    assert (spring.count, autumn.count) == (1, 1)


def test_a_horizon_by_day_has_no_night():
    nights = Nights.of("UTC", at(1, 1, 6), at(1, 1, 22))
    assert (nights.count, nights.edges_us.tolist()) == (0, [])


def test_a_horizon_within_a_night_is_night_and_begins_none():
    nights = Nights.of("UTC", at(1, 1, 23), at(1, 2, 5))
    assert (nights.count, lengths(nights)) == (0, [6])

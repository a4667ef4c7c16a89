"""The numbers of replications at which one looks."""

from __future__ import annotations

import pytest

from slmdsl.stats.intervals import Interval
from slmdsl.stats.looks import is_narrow, next_look


def looks(at_most, first=60):
    found = [next_look(0, at_most, first=first)]
    while found[-1] < at_most:
        found.append(next_look(found[-1], at_most, first=first))
    return found


def test_looks_are_at_sixty_and_every_twenty_more():
    assert looks(140) == [60, 80, 100, 120, 140]
    assert looks(60, first=20) == [20, 40, 60]


@pytest.mark.parametrize(
    ("at_most", "expected"), [(1, [1]), (59, [59]), (60, [60]), (61, [60, 61]), (95, [60, 80, 95])]
)
def test_the_last_look_is_at_the_most_there_may_be(at_most, expected):
    assert looks(at_most) == expected


def test_a_run_that_was_interrupted_goes_on_with_the_first_look():
    assert next_look(7, 400) == 60
    assert next_look(60, 400) == 80


@pytest.mark.parametrize(("done", "at_most"), [(400, 400), (401, 400), (-1, 400), (0, 0)])
def test_there_is_a_last_look(done, at_most):
    with pytest.raises(ValueError, match="no look after"):
        next_look(done, at_most)


def test_narrow_is_at_most_the_wanted_half_width():
    interval = Interval(value=0.5, low=0.25, high=0.75)
    assert is_narrow(interval, 0.25)
    assert not is_narrow(interval, 0.2499)
    assert not is_narrow(Interval(value=0.5, low=float("-inf"), high=float("inf")), 1e300)

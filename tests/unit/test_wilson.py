"""Wilson's interval against published figures."""

from __future__ import annotations

import pytest

from slmdsl.evaluate.wilson import wilson_interval


# Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3.
@pytest.mark.parametrize(
    ("met", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_agrees_with_newcombes_table(met, n, low, high):
    assert wilson_interval(met, n) == pytest.approx((low, high), abs=0.00005)


def test_no_case_has_no_interval():
    assert wilson_interval(0, 0) is None


def test_the_bounds_are_exact_at_none_and_at_all():
    assert wilson_interval(0, 7)[0] == 0
    assert wilson_interval(7, 7)[1] == 1
    assert wilson_interval(7, 7)[0] == 1 - wilson_interval(0, 7)[1]

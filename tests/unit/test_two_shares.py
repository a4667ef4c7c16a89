"""Two shares are told from chance, exactly for few cases and with a spread for many."""

import pytest

from slmdsl.stats.two_shares import chance_of_shares


def test_the_lady_tasting_tea():
    assert chance_of_shares((3, 4), (1, 4)) == pytest.approx(34 / 70)  # Fisher 1935: 0.486 two-sided


def test_a_spread_takes_the_standard_error_apart():
    alone = chance_of_shares((800, 1_000), (700, 1_000))
    wide = chance_of_shares((800, 1_000), (700, 1_000), 3.0)
    # z = 0.1 / sqrt(0.75 * 0.25 * 2 / 1000) = 5.164; a third of it is 1.721
    assert alone < 1e-6
    assert wide == pytest.approx(0.0852, abs=1e-3)


def test_equal_shares_are_chance():
    assert chance_of_shares((5, 5), (9, 9), 2.0) == 1
    assert chance_of_shares((5, 5), (9, 9)) == 1

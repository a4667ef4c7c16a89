"""What fits of arrivals are made of: bursts, counts by day, day factors and changes of level."""

from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from slmdsl.base.units import from_us
from slmdsl.stats.bursts import bursts_of
from slmdsl.stats.day_counts import counts_fitted, means_fitted, square_of, squares_of, usual_range
from slmdsl.stats.day_factors import Days, correlation, drawn_factors, factor_correlations, steady
from slmdsl.stats.level_changes import count_changes, level_changes
from slmdsl.study.fit.arrivals.forms import ProfileLine
from slmdsl.study.fit.arrivals.holidays import holidays_by_region, regions_of
from slmdsl.study.fit.arrivals.local_days import dense_part, wall_clock
from slmdsl.study.fit.arrivals.profile import Week, profile_lines, weights_of

MINUTE = 60_000_000
DAY = 1_440 * MINUTE


def luck(seed):
    return np.random.Generator(np.random.Philox(seed))


class TestBursts:
    @pytest.mark.parametrize("size", [1.2, 2.0, 4.0])
    @pytest.mark.parametrize("resolution", [1_000_000, MINUTE])
    def test_sizes_are_found_among_chance(self, size, resolution):
        draw = luck(1)
        causes = np.sort(draw.integers(0, 60 * DAY, 12_000))
        at_us = np.repeat(causes, draw.geometric(1 / size, len(causes)))
        found = bursts_of(at_us // resolution * resolution, at_us // DAY, 60, resolution)
        assert found.mean == pytest.approx(size, rel=0.03)
        assert found.weighted == pytest.approx(2 * size - 1, rel=0.06)
        assert found.by_day.sum() == pytest.approx(len(causes), rel=0.02)

    def test_chance_makes_no_bursts(self):
        for seed in range(40):
            at_us = np.sort(luck(seed).integers(0, 30 * DAY, 9_000)) // MINUTE * MINUTE
            found = bursts_of(at_us, at_us // DAY, 30, MINUTE)
            assert (found.mean, found.weighted) == (1.0, 1.0)
            assert found.chance > 500
            assert np.array_equal(found.by_day, np.bincount(at_us // DAY, minlength=30))

    def test_one_huge_burst_does_not_make_all_of_them_large(self):
        at_us = np.sort(np.concatenate([luck(1).integers(0, 30 * DAY, 3_000), np.full(300, DAY)]))
        found = bursts_of(at_us, at_us // DAY, 30, 1_000_000)
        assert found.mean == pytest.approx(1.1, abs=0.01)
        assert found.weighted == pytest.approx(1 + 300 * 299 / 3_300, rel=0.01)

    def test_no_tickets(self):
        assert bursts_of(np.zeros(0, np.int64), np.zeros(0, np.int64), 3, MINUTE).by_day.tolist() == [0, 0, 0]


class TestCounts:
    def test_means_are_those_of_a_poisson_regression(self):
        draw = luck(2)
        design = np.stack([np.ones(200), np.linspace(-1, 1, 200)], axis=1)
        counts = draw.poisson(np.exp(design @ [2.0, 0.5])).astype(float)
        coefficients, mean = means_fitted(counts, design, 0.0)
        assert design.T @ mean == pytest.approx(design.T @ counts)
        assert coefficients == pytest.approx([2.0, 0.5], abs=0.1)

    def test_variation_is_that_of_the_negative_binomial(self):
        design = np.ones((2_000, 1))
        for square in (0.02, 0.3, 1.5):
            counts = stats.nbinom.rvs(1 / square, 1 / (1 + 30 * square), size=2_000, random_state=3).astype(
                float
            )
            fit = counts_fitted(counts, design)
            assert fit.sure
            assert fit.square == pytest.approx(square, rel=0.1)
            assert fit.mean == pytest.approx(counts.mean())

    def test_plain_luck_is_no_variation(self):
        sure = [
            counts_fitted(luck(seed).poisson(20, 200).astype(float), np.ones((200, 1))).sure
            for seed in range(60)
        ]
        assert sum(sure) <= 6

    def test_rows_of_counts_are_judged_apart(self):
        counts = luck(4).poisson(50, (3, 90)).astype(float) * [[1.0], [1.3], [2.0]]
        mean = np.full((3, 90), 60.0)
        assert squares_of(counts, mean, 1).tolist() == [square_of(each, mean[0], 1) for each in counts]

    def test_the_usual_range_holds_its_share(self):
        mean, square = np.full(20_000, 40.0), 0.09
        counts = luck(5).poisson(40 * luck(6).gamma(1 / square, square, 20_000))
        low, high = usual_range(mean, mean + square * mean**2)
        assert np.mean((low <= counts) & (counts <= high)) == pytest.approx(0.9, abs=0.02)
        assert [each.tolist() for each in usual_range(np.zeros(1), np.zeros(1))] == [[0.0], [0.0]]


class TestDayFactors:
    @pytest.mark.parametrize("square", [0.01, 0.3, 2.0])
    def test_the_copulas_correlation_is_that_of_many_draws(self, square):
        for alike in (0.3, 0.8):
            factors = drawn_factors(luck(7), (100_000, 2), square, alike)
            assert factors.mean() == pytest.approx(1.0, abs=0.01)
            assert factors.var() == pytest.approx(square, rel=0.05)
            drawn = np.corrcoef(factors.T)[0, 1]
            assert factor_correlations(square, np.array(alike)) == pytest.approx(drawn, abs=0.015)

    @pytest.mark.parametrize("alike", [0.0, 0.35, 0.8])
    def test_likeness_is_found_among_luck(self, alike):
        mean = np.where(np.arange(700) % 7 < 5, 60.0, 0.0)
        counts = luck(8).poisson(mean * drawn_factors(luck(9), (40, 700), 0.06, alike))
        ratio = np.where(mean > 0, counts / np.where(mean > 0, mean, 1.0), 1.0)
        found = correlation(Days(ratio=ratio, mean=mean), 0.06)
        assert found.shape == (40,)
        assert found.mean() == pytest.approx(alike, abs=0.04)
        assert found.std() < 0.12

    def test_a_change_of_level_is_no_likeness(self):
        mean = np.full(364, 100.0)
        ratio = luck(10).poisson(100 * np.where(np.arange(364) < 182, 0.7, 1.3)) / 100
        square, _ = steady(Days(ratio=ratio, mean=mean))
        assert square < 0.02
        assert float(correlation(Days(ratio=ratio, mean=mean), 0.09)) > 0.9


def worth(values, weights, cuts, price):
    """Return what a cut into stretches gains, as it is defined."""
    gained = -price * len(cuts)
    for first, end in pairwise((0, *cuts, len(values))):
        if weights[first:end].sum() > 0:
            gained += (weights[first:end] @ values[first:end]) ** 2 / weights[first:end].sum()
    return gained


class TestChanges:
    @given(
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), min_size=4, max_size=9),
        st.integers(1, 3),
        st.integers(0, 20),
    )
    def test_no_other_cuts_are_better(self, days, shortest, price):
        values, weights = (np.array(each, np.float64) for each in zip(*days, strict=True))
        found = level_changes(values, weights, price=price, shortest=shortest)
        edges = (0, *found, len(values))
        assert all(end - first >= min(shortest, len(values)) for first, end in pairwise(edges))
        others = (
            cuts
            for count in range(4)
            for cuts in combinations(range(1, len(values)), count)
            if all(end - first >= shortest for first, end in pairwise((0, *cuts, len(values))))
        )
        best = max(worth(values, weights, cuts, price) for cuts in others)
        assert worth(values, weights, found, price) >= best - 1e-9

    def test_hours_that_differ_by_luck_stay_together(self):
        rate = np.repeat([2.0, 60.0, 25.0, 2.0], 6)
        for seed in range(20):
            found = count_changes(luck(seed).poisson(rate).astype(float), np.ones(24), price=8.0)
            assert {6, 18} <= set(found)
            assert any(11 <= cut <= 14 for cut in found)
            assert len(found) <= 4


class TestDays:
    @given(
        st.integers(0, 4_000_000_000),
        st.sampled_from(["Europe/Amsterdam", "America/Sao_Paulo", "Asia/Kolkata"]),
    )
    def test_clocks_show_what_zoneinfo_says(self, second, zone):
        shown = wall_clock(np.array([second * 1_000_000]), zone)
        local = from_us(second * 1_000_000).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert from_us(int(shown[0])).replace(tzinfo=None) == local

    def test_a_dense_part_has_neither_thin_weeks_nor_half_days(self):
        full = np.tile([50, 48, 52, 47, 50, 9, 7], 10)
        spared = np.zeros(len(full), np.bool_)
        assert dense_part(full, spared) == (0, 70)
        thin = np.concatenate([np.zeros(30, np.int64), full, np.tile([0, 1, 0], 40)])
        assert dense_part(thin, np.zeros(len(thin), np.bool_)) == (30, 100)
        half = full.copy()
        half[0] = 20
        assert dense_part(half, spared) == (1, 70)
        spared[0] = True
        assert dense_part(half, spared) == (0, 70)

    def test_rare_tickets_are_all_kept(self):
        rare = np.zeros(200, np.int64)
        rare[[3, 90, 180]] = 1
        assert dense_part(rare, np.zeros(200, np.bool_)) == (0, 200)

    def test_zones_have_regions(self):
        assert regions_of("Europe/Amsterdam") == ("NL",)
        assert {"US", "US-CA"} <= set(regions_of("America/New_York"))
        assert regions_of("Etc/GMT") == ()
        assert list(holidays_by_region(("NL", "NL"), 19_000, 365)) == ["NL"]


class TestProfiles:
    def test_like_days_share_a_line_and_others_have_their_own(self):
        hours = np.repeat([0.0, 30.0, 0.0], 8)
        counts = np.array([hours * 1.5, hours, hours, hours, hours, hours * 0, hours * 0]).round().astype(int)
        level = counts.sum(axis=1) / 10
        lines = profile_lines(Week(counts, level, np.maximum(0.03 * level, 1e-12), 1.0))
        assert [line.weekdays for line in lines] == [(0,), (1, 2, 3, 4)]
        assert all([(first, end) for first, end, _ in line.windows] == [(8, 16)] for line in lines)
        assert lines[0].windows[0][2] == pytest.approx(1.5 * lines[1].windows[0][2])
        assert weights_of(lines).mean() == pytest.approx(1.0)

    def test_the_whole_week_may_be_one_line(self):
        counts = np.full((7, 24), 20)
        lines = profile_lines(Week(counts, np.full(7, 48.0), np.full(7, 1.0), 1.0))
        assert lines == (ProfileLine(weekdays=tuple(range(7)), windows=((0, 24, pytest.approx(1.0)),)),)

"""What intervals and decisions claim, on fewer experiments than the bench runs: margins are its own and four errors."""

from __future__ import annotations

import pytest

from slmdsl.stats.bootstrap import mean_interval
from slmdsl.stats.intervals import t_interval
from tests.bench.bench_coverage import (
    CHANCES,
    LOG,
    chance_coverage,
    exact_coverage,
    level_coverage,
    money_coverage,
    narrow_coverage,
    quantile_coverage,
    wrong_decisions,
)

EXPERIMENTS = 800
ERROR = 4 * (0.95 * 0.05 / EXPERIMENTS) ** 0.5


@pytest.mark.parametrize("chance", CHANCES)
@pytest.mark.parametrize("correlation", [0, 0.2])
def test_korn_graubard_covers_what_it_says(chance, correlation):
    _, covers, _ = chance_coverage(EXPERIMENTS, 100, chance, correlation)
    assert 0.935 - ERROR <= covers <= 0.965 + ERROR


@pytest.mark.parametrize("runs", [20, 40, 60])
@pytest.mark.parametrize("correlation", [0.2, 0.5, 0.8, 1])
def test_few_replications_with_all_the_misses_are_not_taken_for_all(runs, correlation):
    """Where R - 1 degrees of freedom cover as little as 88 %."""
    _, covers, _ = chance_coverage(EXPERIMENTS // 2, runs, 0.95, correlation)
    assert covers >= 0.95 - 4 * (0.95 * 0.05 / (EXPERIMENTS // 2)) ** 0.5 + 0.01


@pytest.mark.parametrize("chance", CHANCES)
@pytest.mark.parametrize("runs", [40, 400])
def test_exact_intervals_cover_at_least_what_they_say(chance, runs):
    _, covers, _ = exact_coverage(EXPERIMENTS, runs, chance)
    assert covers >= 0.943 - ERROR


@pytest.mark.parametrize("together", [False, True])
def test_students_interval_of_levels_covers_what_it_says(together):
    _, covers, _ = level_coverage(EXPERIMENTS, 40, 0.8, together=together)
    assert 0.935 - ERROR <= covers <= 0.965 + ERROR


def test_bca_covers_more_of_skewed_money_than_students_interval_does():
    _, bca, _ = money_coverage(EXPERIMENTS // 2, 50, 0.0, mean_interval)
    _, student, _ = money_coverage(EXPERIMENTS // 2, 50, 0.0, t_interval)
    assert bca > student + 0.01


@pytest.mark.parametrize(("runs", "share"), [(40, 0.5), (40, 0.95), (100, 0.95)])
def test_quantiles_cover_at_least_what_they_say(runs, share):
    _, covers, _, endless = quantile_coverage(EXPERIMENTS, runs, share)
    assert covers >= 0.943 - ERROR
    assert endless == (share**runs > 0.025)


def test_stopping_when_it_is_narrow_costs_little():
    _, covers, _, taken = narrow_coverage(EXPERIMENTS // 2, 0.8, 0.2, 0.03)
    assert covers >= 0.935 - 2**0.5 * ERROR
    assert 100 < taken < 300


@pytest.mark.parametrize("wanted", CHANCES)
@pytest.mark.parametrize("correlation", [0, 0.5, 1])
def test_wrong_keeps_and_wrong_fails_are_at_most_the_risk(wanted, correlation):
    keeps, fails = wrong_decisions(EXPERIMENTS, wanted, correlation)
    assert keeps <= 0.05 + ERROR
    assert fails <= 0.05 + ERROR


def test_the_log_of_the_full_run_has_nothing_that_misses_its_mark():
    lines = LOG.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("4,000 experiments")
    assert not [line for line in lines if "BELOW" in line or "ABOVE" in line]

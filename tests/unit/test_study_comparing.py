"""What differs between variants, against the public verdicts on each replication's log."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import t as student

from slmdsl import Spec, evaluate
from slmdsl.base.units import from_us
from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.desk.costs import months_of
from slmdsl.study.running.study import Study, studied
from tests.small_searches import BY_NAME
from tests.studies import contract_of

pytestmark = pytest.mark.compiled

REPLICATIONS = 5
DESK_CENTS, OPENS, CLOSES = 4_000, time(8), time(18)
FRAMES = sorted(name for name, value in vars(Study).items() if isinstance(value, property))


def study_of(name, workers=2, *, replications=None, **changes):
    contract = BY_NAME[name].contract()
    setting = setting_of(contract, "search", Wishes(replications=replications))
    return studied(contract, setting, workers=workers, **changes)


def side_by_side(name, replications=REPLICATIONS):
    """Return all variants of a model replicated as often, without a search."""
    contract = BY_NAME[name].contract()
    setting = setting_of(contract, "search", Wishes(replications=replications))
    return studied(contract, replace(setting, find=()))


@pytest.fixture(scope="module")
def study():
    return side_by_side("two_wanted")


@pytest.fixture(scope="module")
def verdicts(study):
    """Per variant and replication: the verdicts on periods in the horizon."""
    found = {}
    for name, trial in study.trials.items():
        spec = Spec(contract=trial.plan.what_if.contract, texts={}, root=None)
        begin, end = (from_us(at * trial.plan.tick_us) for at in (trial.plan.first, trial.plan.end))
        for number in range(REPLICATIONS):
            rows = evaluate(spec, study.log(name, number), as_of=end).targets
            found[name, number] = rows.filter(pl.col("from") >= begin, pl.col("to") <= end)
    return found


def by_hand(study, values):
    """Return by variant the mean paired difference from the first, its interval, and the ratio of variances."""
    first, *others = study.tallies
    found = {}
    for name in others:
        one = np.array([values[first, number] for number in range(REPLICATIONS)])
        other = np.array([values[name, number] for number in range(REPLICATIONS)])
        apart = other - one
        half = student.ppf(0.975, REPLICATIONS - 1) * apart.std(ddof=1) / REPLICATIONS**0.5
        variance = apart.var(ddof=1)
        ratio = (one.var(ddof=1) + other.var(ddof=1)) / variance if variance else None
        found[name] = (apart.mean(), apart.mean() - half, apart.mean() + half, ratio)
    return found


def told(study, target, figure):
    rows = study.differences.filter(pl.col("target") == target, pl.col("figure") == figure)
    assert set(rows["against"]) == {next(iter(study.tallies))}
    assert set(rows["replications"]) == {REPLICATIONS}
    return {row["scenario"]: row for row in rows.iter_rows(named=True)}


def assert_alike(found, wanted):
    assert set(found) == set(wanted)
    for name, (value, low, high, ratio) in wanted.items():
        row = found[name]
        assert (row["difference"], row["low"], row["high"]) == pytest.approx(
            (value, low, high), rel=1e-9, abs=1e-9
        )
        if ratio is not None:
            assert row["ratio"] == pytest.approx(ratio)


@pytest.mark.parametrize("target", ["fix", "answer"])
def test_chances_differ_by_the_shares_of_periods_that_are_met(study, verdicts, target):
    shares = {
        key: (rows.filter(pl.col("target") == target)["verdict"] == "met").mean()
        for key, rows in verdicts.items()
    }
    assert len(set(shares.values())) > 1
    assert_alike(told(study, f"gold.{target}", "chance"), by_hand(study, shares))


@pytest.mark.parametrize("target", ["fix", "answer"])
def test_levels_differ_by_the_means_of_attained_values(study, verdicts, target):
    means = {key: rows.filter(pl.col("target") == target)["value"].mean() for key, rows in verdicts.items()}
    assert_alike(told(study, f"gold.{target}", "attained"), by_hand(study, means))


def test_costs_differ_by_rosters_and_overtime(study):
    cents = {}
    for name, trial in study.trials.items():
        first, end = (from_us(at * trial.plan.tick_us) for at in (trial.plan.first, trial.plan.end))
        days = [first + timedelta(days=each) for each in range((end - first).days)]
        agents = study.points.filter(pl.col("scenario") == name)["number"].item()
        rostered = agents * 10 * sum(day.weekday() < 5 for day in days)
        for number in range(REPLICATIONS):
            spells = study.run(name, number).outcome.spells
            late = sum(
                after_hours(from_us(int(begin)), from_us(int(until)))
                for begin, until in zip(spells.begin_us, spells.end_us, strict=True)
                if from_us(int(begin)) >= first
            )
            cents[name, number] = (rostered + late) * DESK_CENTS / float(months_of(trial.plan))
    assert_alike(told(study, "", "cost"), by_hand(study, cents))


def after_hours(begin, until):
    """Return the hours of a spell behind the end of the shift in which it began."""
    assert begin.time() >= OPENS
    closes = datetime.combine(begin.date(), CLOSES, UTC)
    return max((until - max(begin, closes)) / timedelta(hours=1), 0.0)


def test_what_nothing_is_paid_for_has_no_cost_to_compare():
    assert side_by_side("crew", 2).differences.filter(pl.col("figure") == "cost").height > 0
    text = (
        BY_NAME["crew"]
        .text.replace("cost EUR 40 per agent hour", "")
        .replace("cost EUR 55 per agent hour", "")
    )
    found = study_of_text(text)
    assert "cost" not in set(found.differences["figure"])
    assert found.variants["cost_minor"].null_count() == found.variants.height


def study_of_text(text):
    contract = contract_of(text)
    return studied(contract, replace(setting_of(contract, "search", Wishes(replications=2)), find=()))


def as_bytes(study):
    found = []
    for name in FRAMES:
        held = io.BytesIO()
        getattr(study, name).write_ipc(held)
        found.append((name, held.getvalue()))
    return found


@pytest.mark.parametrize(("name", "most"), [("scenarios", 60), ("limits", None)])
def test_a_search_gives_the_same_bytes_with_any_number_of_workers(name, most):
    one, *others = (study_of(name, workers, replications=most) for workers in (1, 2, 4))
    assert (one.search.best is not None) == (name == "limits")
    for other in others:
        assert as_bytes(other) == as_bytes(one)
        assert told_by(other.search) == told_by(one.search)


def told_by(search):
    """Return what a search says that no frame has."""
    fresh = search.confirmed and search.confirmed.targets["gold.fix"].kept.shares.by_number
    states = [(each.name, each.seen, each.state) for each in search.candidates]
    return search.best and search.best.name, states, fresh


def test_an_interrupted_search_says_what_it_knows():
    def progress(_words, done, _most):
        if done >= 30:
            raise KeyboardInterrupt

    cut = study_of("one_group", progress=progress)
    assert cut.interrupted
    assert cut.search.best is cut.search.confirmed is None
    assert set(cut.variants["state"]) <= {"open", "fails", "keeps", "dearer"}
    assert cut.variants["replications"].sum() == sum(each.replications for each in cut.tallies.values()) == 30
    assert set(cut.summary["decision"].drop_nulls()) <= {"open", "fails", "keeps"}


def test_variants_that_were_not_run_stand_in_the_frame_of_variants():
    contract = BY_NAME["one_group"].contract()
    setting = setting_of(contract, "search", Wishes())
    all_names = [each.name for each in setting.variants]
    study = studied(contract, setting, overloaded=all_names)
    assert study.variants["scenario"].to_list() == all_names
    assert set(study.variants["state"]) == {"overloaded"}
    assert study.search.best is None
    assert study.summary.is_empty()
    assert study.differences.is_empty()

"""Experiments `with uncertainty`: nothing changes by draws of 1, wider intervals by others, on both engines alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from slmdsl.contract.model.uncertainty import Draws
from slmdsl.report.answers import answers_of
from slmdsl.study.asked.setting import SettingError, Wishes, setting_of
from slmdsl.study.kept.journal import Journal, JournalError, resumed
from slmdsl.study.running.bench import Bench, Job, Task, on_threads, trial_of
from slmdsl.study.running.drawn_plans import PlanCache
from slmdsl.study.running.packed import packed, unpacked
from slmdsl.study.running.study import studied
from tests import studies

pytestmark = pytest.mark.compiled

FACTORS = tuple(np.exp(np.random.default_rng(5).normal(0.0, 0.35, 12)).tolist())
PATHS = ("incidents rate", "incidents.desk works", "incidents.apps then resolved")


def contract_with(rows, columns=PATHS):
    contract = studies.contract_of()
    year = contract.loads["year"]
    draws = Draws(file="year.draws.csv", columns=columns, rows=tuple(rows), span=year.span)
    return replace(contract, loads={"year": replace(year, uncertain=draws)})


ONES = contract_with([(1.0, 1.0, 0.9)] * 3)
SPREAD = contract_with([(each, 1.0, 0.9) for each in FACTORS])


def setting(contract, name="base", *, uncertain=True, replications=12):
    wishes = Wishes(horizon=studies.HORIZON, replications=replications, seed=3, uncertain=uncertain)
    return setting_of(contract, name, wishes)


def said(contract, name="base", engine="fast", **wanted):
    return studied(contract, setting(contract, name, **wanted), engine=engine)


def figures(study):
    return study.summary, study.desk, study.waiting, study.costs


def tickets(study):
    return np.array([each.figures.tickets for each in replications(study)])


def replications(study):
    (trial,) = study.trials.values()
    return [trial.replication(number) for number in range(study.setting.replications)]


def test_draws_of_one_change_nothing(tmp_path):
    with_them, without = (
        trial_of(ONES, "base", setting(ONES, uncertain=each), "fast").run(1).log for each in (True, False)
    )
    with_them.to_parquet(tmp_path / "with.parquet")
    without.to_parquet(tmp_path / "without.parquet")
    assert (tmp_path / "with.parquet").read_bytes() == (tmp_path / "without.parquet").read_bytes()


def test_both_engines_make_the_same_of_a_draw(tmp_path):
    logs = []
    for engine in ("fast", "simpy"):
        trial_of(SPREAD, "base", setting(SPREAD), engine).run(2).log.to_parquet(tmp_path / "log.parquet")
        logs.append((tmp_path / "log.parquet").read_bytes())
    assert logs[0] == logs[1]


def test_a_spread_of_rates_is_between_the_replications_and_widens_the_interval():
    sure, unsure = said(SPREAD, uncertain=False), said(SPREAD)
    counts, alone = tickets(unsure), tickets(sure)
    assert np.corrcoef(counts, FACTORS)[0, 1] > 0.95
    assert counts.var() > 10 * alone.var()
    narrow, wide = (
        float((each["attained_high"] - each["attained_low"]).sum()) for each in map(_kept, (sure, unsure))
    )
    assert wide > 1.5 * narrow


def _kept(study):
    return study.summary.filter(study.summary["attained_low"].is_not_null())


def test_a_study_says_what_its_intervals_cover():
    assert "Intervals include the uncertainty of 3 fitted parameters, by 12 draws." in answers_of(
        said(SPREAD)
    )
    assert not any(
        "uncertainty" in each for each in answers_of(said(SPREAD, uncertain=False, replications=2))
    )


def test_scenarios_stay_pairs():
    bench = Bench(
        Job(
            contract=SPREAD,
            setting=replace(
                setting(SPREAD), variants=(*setting(SPREAD).variants, *setting(SPREAD, "calm").variants)
            ),
            engine="fast",
        )
    )
    both = bench.done(Task(("base", "calm"), 7))
    apart = [trial_of(SPREAD, name, bench.job.setting, "fast").replication(7) for name in ("base", "calm")]
    assert [each.figures.tickets for each in both] == [each.figures.tickets for each in apart]
    assert packed([each.judgement for each in both]) == packed([each.judgement for each in apart])


def test_a_job_is_the_same_elsewhere():
    job = Job(contract=SPREAD, setting=setting(SPREAD), engine="fast")
    there = unpacked(packed(job))
    one, other = (Bench(each).done(Task(("base",), 4))[0] for each in (job, there))
    assert packed(one.judgement) == packed(other.judgement)


def test_a_journal_goes_on_and_tells_sure_from_unsure(tmp_path):
    job = Job(contract=SPREAD, setting=setting(SPREAD), engine="fast")
    tasks = [Task(("base",), number) for number in range(3)]
    with Journal(tmp_path / "kept", job) as journal:
        first = list(resumed(on_threads(Bench(job)), journal)(tasks[:2]))
    with Journal(tmp_path / "kept", job) as journal:
        again = list(resumed(on_threads(Bench(job)), journal)(tasks))
    plain = [Bench(job).done(each) for each in tasks]
    assert [packed(each[0].judgement) for each in again] == [packed(each[0].judgement) for each in plain]
    assert packed(first[0][0].judgement) == packed(again[0][0].judgement)
    for other in (
        replace(job, setting=setting(SPREAD, uncertain=False)),
        replace(job, contract=contract_with([(1.1, 1.0, 0.9)])),
    ):
        with pytest.raises(JournalError, match="another run"):
            Journal(tmp_path / "kept", other)


def test_plans_are_kept_up_to_a_bound():
    cache = PlanCache(most=2)
    plan = trial_of(SPREAD, "base", setting(SPREAD), "fast").plan
    made = []

    def compiled():
        made.append(1)
        return plan

    for row in (0, 1, 0, 2, 0, 1):
        assert cache.plan("base", row, compiled) is plan
    assert (len(cache), len(made)) == (2, 4)


def test_uncertainty_is_not_asked_of_a_load_that_has_none():
    contract = studies.contract_of()
    with pytest.raises(SettingError, match="does not say how uncertain"):
        setting(contract)

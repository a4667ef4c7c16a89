"""What replications pay in credits: what the public verdicts on their logs come to, for the periods that count."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from statistics import fmean
from types import SimpleNamespace

import polars as pl
import pytest

from slmdsl import Spec, evaluate, load
from slmdsl.base.units import from_us
from slmdsl.evaluate.credits.settlement import credits_of
from slmdsl.evaluate.credits.volumes import Volumes
from slmdsl.simulate.runs import simulated
from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.running.bench import trial_of
from slmdsl.study.running.tally import Tally
from slmdsl.study.tables.outcome_frames import credits_frame
from tests import studies

pytestmark = pytest.mark.compiled

MODELS = Path(__file__).parents[2] / "models"
REPLICATIONS = 3
CREDITS = """
  fee EUR 10_000 each month
  credit answer below 90% pays 1% of fee, below 70% pays 3% of fee, missed 2 months in a row pays 2% of fee
  credit fix    pays EUR 12.50 per miss
  credit slow   above 30 min pays 0.55% of fee
  credit up     below 99% pays 2 points
  credit moved  pays EUR 100
  cap credits 6% of fee each month, 8% of fee each rolling 12 months
  earn back answer met 2 months in a row 50%
  terminate when fix missed 2 of 3 months
"""


SILVER = """
  fee EUR 900 each month
  credit told missed 2 months in a row pays 5% of fee
  credit told pays EUR 20
  target again:"""


def text_of(more=CREDITS):
    text = studies.TWO_GROUPS.replace("  target happy:", f"{more}  target happy:")
    return text.replace("  target again:", SILVER)


def trial_of_model(name, scenario, last):
    contract = load(MODELS / name).contract
    wishes = Wishes(horizon=(date(2027, 1, 1), last), replications=REPLICATIONS)
    return trial_of(contract, scenario, setting_of(contract, scenario, wishes), "fast")


def span_of(found):
    return found.plan.first * found.plan.tick_us, found.plan.end * found.plan.tick_us


def log_of(found, number):
    return simulated(found.plan, found.seed, number).log


def verdicts_of(found, number):
    """Return the public verdicts on a replication as of the end of the horizon."""
    spec = Spec(contract=found.plan.what_if.contract, texts={}, root=None)
    return evaluate(spec, log_of(found, number), as_of=from_us(span_of(found)[1]))


def listed(verdicts, found):
    """Sum what the frame of credits lists for periods that lie within the horizon, by agreement and currency."""
    begin, end = map(from_us, span_of(found))
    inside = verdicts.credits.filter(pl.col("from") >= begin, pl.col("to") <= end)
    sums = inside.drop_nulls("currency").group_by("sla", "currency").agg(pl.col("capped_minor").sum())
    return {(sla, currency): minor for sla, currency, minor in sums.iter_rows()}


def settled(verdicts, found):
    """Settle what the public verdicts say of the periods that count and the targets that are modelled."""
    begin_us, end_us = span_of(found)
    sums = {}
    for agreement in verdicts.agreements:
        rows = [
            row
            for row in verdicts.periods
            if row.from_us is not None and begin_us <= row.from_us and row.to_us <= end_us
            if row.target.qualified not in found.judge.not_modelled
        ]
        volumes = Volumes.of(verdicts.evaluation.contract, agreement, verdicts.as_of_us)
        for total in credits_of(agreement, rows, volumes.exceeded(verdicts.evaluation.log)).totals:
            if total.unit != "points":
                paid = (agreement.name, total.unit)
                sums[paid] = sums.get(paid, 0) + total.net
    return sums


def paid(found, number):
    return found.judge.judged(log_of(found, number)).credits


def without_zeros(sums):
    return {key: minor for key, minor in sums.items() if minor}


def test_credits_are_those_of_the_log_for_a_model():
    found = trial_of_model("acme", "today", date(2027, 6, 30))
    for number in range(REPLICATIONS):
        mine = paid(found, number)
        assert set(mine) == {("acme_gold", "EUR")}
        assert mine[("acme_gold", "EUR")] > 0
        assert mine == listed(verdicts_of(found, number), found)
    assert found.judge.unpriced == ("acme_gold.p2_fix",)


def test_only_periods_within_the_horizon_pay():
    """The first and last months are cut by the horizon, which begins on 15 January and ends on 25 April."""
    found = studies.trial(text_of())
    for number in range(REPLICATIONS):
        mine, verdicts = paid(found, number), verdicts_of(found, number)
        assert set(mine) == {("gold", "EUR"), ("silver", "EUR")}
        assert mine[("gold", "EUR")] > 0
        assert without_zeros(mine) == without_zeros(settled(verdicts, found))
    assert found.judge.unpriced == ("silver.told",)


def test_credits_are_those_of_the_log_where_nothing_is_before():
    horizon = date(2027, 1, 1), date(2027, 4, 30)
    text = text_of().replace("  timezone  UTC\n", "  timezone  UTC\n  valid 2027-01-01 .. 2027-12-31\n")
    found = studies.trial(text, horizon=horizon, warm_up_us=0)
    for number in range(REPLICATIONS):
        mine = paid(found, number)
        assert without_zeros(mine) == without_zeros(listed(verdicts_of(found, number), found))


def test_nothing_is_paid_above_an_assumed_volume():
    """Months with as many tickets as usual are paid at a volume that holds them, not at one that is lower."""
    ample, tight = (
        studies.trial(
            text_of(f"{CREDITS}  assumes incidents at most {most} each month, above it no credits\n")
        )
        for most in (5_000, 100)
    )
    assert paid(ample, 0) == paid(studies.trial(text_of()), 0)
    assert set(paid(tight, 0).values()) == {0}
    between = studies.trial(
        text_of(f"{CREDITS}  assumes P1 incidents at most 50 each month, above it no credits\n")
    )
    assert without_zeros(paid(between, 0)) == without_zeros(settled(verdicts_of(between, 0), between))


@pytest.mark.parametrize(
    "more", ["", "  credit answer below 90% pays 2 points\n", "  credit answer below 90% pays 1% of fee\n"]
)
def test_without_money_there_are_no_credits(more):
    text = text_of(more).replace(SILVER, "  target again:")
    found = studies.trial(text)
    assert paid(found, 0) == {}
    assert found.judge.unpriced == ()


def test_an_agreement_without_a_miss_pays_nothing_and_counts():
    found = studies.trial(text_of("  credit few missed 12 months in a row pays EUR 100\n"))
    assert paid(found, 0)[("gold", "EUR")] == 0


def test_the_frame_tells_of_all_replications():
    found = studies.trial(text_of("  credit fix pays EUR 12.50 per miss\n"))
    tally, sums = Tally(), []
    for number in range(8):
        replication = found.replication(number)
        tally.add(replication)
        sums.append(replication.judgement.credits[("gold", "EUR")])
    setting = studies.setting(studies.contract_of())
    study = SimpleNamespace(setting=setting, tallies={"base": tally, "none": Tally()})
    gold, silver = credits_frame(study).to_dicts()
    assert (gold["scenario"], gold["sla"], gold["currency"]) == ("base", "gold", "EUR")
    assert gold["replications"] == 8
    assert gold["mean_minor"] == pytest.approx(fmean(sums))
    assert gold["low_minor"] < gold["mean_minor"] < gold["high_minor"]
    assert gold["p95_minor"] == max(sums) > min(sums)
    assert gold["free"] == sum(minor == 0 for minor in sums) / 8
    assert (silver["sla"], silver["mean_minor"], silver["free"]) == ("silver", 0.0, 1.0)

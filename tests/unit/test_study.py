"""Studies of a small desk: against verdicts on its logs, by any number of workers, interrupted, without end."""

from __future__ import annotations

import gc
import io
import re
import signal
import subprocess
import sys
import textwrap
import tracemalloc
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from slmdsl import Spec, evaluate
from slmdsl.base.units import HOUR, from_us
from slmdsl.evaluate.escalations.sent import messages_sent
from slmdsl.stats.intervals import clopper_pearson, korn_graubard
from slmdsl.study.running.study import studied
from slmdsl.workload.names import TicketNames
from tests import studies

pytestmark = pytest.mark.compiled


def month(number):
    return datetime(2027, number, 1, tzinfo=UTC)


FRAMES = (
    "summary",
    "periods",
    "desk",
    "waiting",
    "utilisation",
    "tickets",
    "outages",
    "contingencies",
    "escalations",
    "credits",
    "missed",
)
REPLICATIONS = 6
MONTHS = [(month(2), month(3)), (month(3), month(4))]


@pytest.fixture(scope="module")
def study():
    return studies.study_of(replications=REPLICATIONS)


@pytest.fixture(scope="module")
def verdicts(study):
    """The public verdicts on each replication's log, as of the end of the horizon."""
    trial = study.trials["base"]
    spec = Spec(contract=trial.plan.what_if.contract, texts={}, root=None)
    as_of = from_us(trial.plan.end * trial.plan.tick_us)
    found = []
    for number in range(REPLICATIONS):
        seen = evaluate(spec, study.log("base", number), as_of=as_of)
        rows = seen.targets.with_columns(replication=pl.lit(number))
        found.append((seen, rows))
    return found


def counted(study, verdicts):
    """Rows on periods wholly within the horizon."""
    plan = study.trials["base"].plan
    begin, end = (from_us(at * plan.tick_us) for at in (plan.first, plan.end))
    rows = pl.concat([frame for _, frame in verdicts])
    return rows.filter(pl.col("target") != "told", pl.col("from") >= begin, pl.col("to") <= end)


def test_cells_are_the_verdicts_on_the_logs(study, verdicts):
    rows = counted(study, verdicts).with_columns(target=pl.col("sla") + "." + pl.col("target"))
    wanted = rows.group_by("target", "part", "period", maintain_order=True).agg(
        replications=pl.len().cast(pl.Int64),
        judged=pl.col("verdict").is_in(["met", "missed"]).sum().cast(pl.Int64),
        kept=(pl.col("verdict") == "met").sum().cast(pl.Int64),
        attained=pl.col("value").mean(),
        least=pl.col("value").min(),
        most=pl.col("value").max(),
    )
    order = ["target", "part", "period"]
    found = study.periods.select(wanted.columns)
    # The one on outages is about a log that tells everything, which the public verdicts cannot know.
    both = [each.filter(pl.col("target") != "gold.up").sort(order) for each in (found, wanted)]
    assert_frame_equal(*both, rel_tol=1e-9)
    assert found.filter(pl.col("target") == "gold.up").height == len(MONTHS)


def test_the_summary_is_what_its_cells_add_up_to(study, verdicts):
    rows = counted(study, verdicts).with_columns(name=pl.col("sla") + "." + pl.col("target"))
    judged = rows.filter(pl.col("verdict").is_in(["met", "missed"]))
    summary = {row["target"]: row for row in study.summary.iter_rows(named=True)}
    for (name,), mine in judged.group_by("name"):
        if name == "gold.up":
            continue
        shares = mine.group_by("replication").agg(
            (pl.col("verdict") == "met").mean().alias("share"), pl.len()
        )
        found, share = summary[name], shares["share"].to_numpy()
        if shares["len"].sum() == len(shares):
            chance = clopper_pearson(share.sum(), len(share))
        else:
            chance = korn_graubard(
                shares.sort("replication")["share"].to_numpy(), shares["len"].sum() / len(shares)
            )
        assert found["judged"] == shares["len"].sum()
        assert (found["chance"], found["low"], found["high"]) == pytest.approx(
            (chance.value, chance.low, chance.high)
        )
        assert found["throughout"] == pytest.approx((share == 1).mean())
    for (name,), mine in rows.group_by("name"):
        if name != "gold.up" and mine["value"].drop_nulls().len():
            means = mine.drop_nulls("value").group_by("replication").agg(pl.col("value").mean())
            assert summary[name]["attained"] == pytest.approx(means["value"].mean())


def test_an_agreement_is_kept_in_a_month_without_a_miss_that_ends_in_it(study, verdicts):
    """Of gold all but availability is compared, so that a month that is missed here is missed there."""
    rows = counted(study, verdicts).filter(pl.col("sla") == "silver")
    shares = []
    for number in range(REPLICATIONS):
        kept = []
        for first, after in MONTHS:
            words = set(
                rows.filter(
                    pl.col("replication") == number,
                    pl.col("to") > first,
                    pl.col("to") <= after,
                )["verdict"]
            )
            if words & {"met", "missed"}:
                kept.append("missed" not in words)
        shares.append(np.mean(kept))
    silver = study.summary.filter(pl.col("target") == "silver").row(0, named=True)
    assert silver["chance"] == pytest.approx(np.mean(shares))
    assert silver["judged"] == REPLICATIONS * len(MONTHS)


def test_what_nothing_is_simulated_for_is_never_kept(study):
    told = study.summary.filter(pl.col("target") == "silver.told").row(0, named=True)
    assert told["note"] == "not modelled: simulated customers do not write"
    assert (told["judged"], told["chance"], told["attained"]) == (0, None, None)
    assert study.periods.filter(pl.col("target") == "silver.told").is_empty()


def test_a_quarter_that_the_horizon_cuts_is_not_judged(study):
    mttr = study.summary.filter(pl.col("target") == "gold.mttr").row(0, named=True)
    assert (mttr["judged"], mttr["chance"]) == (0, None)


def test_messages_are_those_of_the_frame_of_escalations(study, verdicts):
    frames = [seen.escalations for seen, _ in verdicts]
    begin, end = (study.trials["base"].plan.first, study.trials["base"].plan.end)
    sent = pl.concat(frames).filter(
        pl.col("at") >= from_us(begin * 1_000_000), pl.col("at") < from_us(end * 1_000_000)
    )
    counts = sent.group_by("sla", "step", "rule", "to").len()
    months = (end - begin) / 86_400 / 365 * 12
    wanted = {tuple(row[:4]): row[4] / REPLICATIONS / months for row in counts.iter_rows()}
    found = {tuple(row[1:5]): row[5] for row in study.escalations.iter_rows()}
    assert found == pytest.approx(wanted)
    assert {to for _, _, _, to in found} == {"desk", "owner (nobody)", "boss@example.org"}


def test_messages_at_night_are_those_between_ten_and_six_where_the_agreement_is(study, verdicts):
    plan = study.trials["base"].plan
    begin, end = (from_us(at * plan.tick_us) for at in (plan.first, plan.end))
    local = pl.col("at").dt.convert_time_zone("Europe/Amsterdam").dt.hour()
    sent = pl.concat([seen.escalations for seen, _ in verdicts]).filter(
        pl.col("at") >= begin, pl.col("at") < end, (local >= 22) | (local < 6)
    )
    counts = sent.group_by("sla", "step", "rule", "to").len()
    nights = studies.HORIZON[1].toordinal() - studies.HORIZON[0].toordinal() + 1
    wanted = {tuple(row[:4]): row[4] / REPLICATIONS / nights for row in counts.iter_rows()}
    found = {tuple(row[1:5]): row[6] for row in study.escalations.iter_rows() if row[6]}
    assert wanted
    assert found == pytest.approx(wanted)


def test_messages_of_one_log_are_counted_as_the_frame_lists_them(verdicts):
    seen, _ = verdicts[0]
    evaluation = seen.evaluation
    span = {each.name: np.array([-(2**62), 2**62]) for each in seen.agreements}
    (all_time,) = messages_sent(evaluation.contract, seen.judged, seen.agreements, span)
    counts = seen.escalations.group_by("sla", "step", "rule", "to").len()
    assert {(r.sla, r.step, r.rule, r.to): n for r, n in all_time.items()} == {
        tuple(row[:4]): row[4] for row in counts.iter_rows()
    }


def test_a_log_is_that_of_its_number(study):
    run, trial = study.run("base", 2), study.trials["base"]
    again = trial.replication(2)
    assert again.number == 2
    assert again.figures.waited.tolist() == trial.desk.figures(run.luck, run.outcome).waited.tolist()
    assert again.judgement.cells == trial.judge.judged(study.log("base", 2)).cells
    with pytest.raises(KeyError):
        study.log("other")


def test_nothing_on_the_way_to_a_verdict_has_names_or_frames(study, monkeypatch):
    trial = study.trials["base"]
    wanted = trial.replication(1)

    def refuse(*_, **__):
        raise AssertionError

    for name in ("__getitem__", "__iter__"):
        monkeypatch.setattr(TicketNames, name, refuse)
    monkeypatch.setattr(pl.DataFrame, "__init__", refuse)
    monkeypatch.setattr(pl.Series, "__init__", refuse)
    found = trial.replication(1)
    assert found.judgement.cells == wanted.judgement.cells
    assert found.judgement.messages == wanted.judgement.messages != {}


def as_bytes(study):
    found = []
    for name in FRAMES:
        held = io.BytesIO()
        getattr(study, name).write_ipc(held)
        found.append(held.getvalue())
    return found


def test_any_number_of_workers_says_the_same(study):
    wanted = as_bytes(study)
    for workers in (1, 2, 4):
        assert as_bytes(studies.study_of(replications=REPLICATIONS, workers=workers)) == wanted


def test_progress_tells_of_each_number_what_is_known_so_far():
    told = []
    studies.study_of(
        studies.TWO_GROUPS + BOTH, "both", replications=2, progress=lambda *each: told.append(each)
    )
    assert [each[1:] for each in told] == [(2, 4), (4, 4)]
    assert all(re.fullmatch(r"calm: gold \d+-\d+ %", words) for words, *_ in told)


BOTH = """
experiment both {
  scenarios  base, calm
  horizon    2027-01-15 .. 2027-04-25
}
"""


def test_an_interrupt_keeps_what_was_done():
    def progress(_scenario, done, _all):
        if done == 3:
            raise KeyboardInterrupt

    cut = studies.study_of(replications=REPLICATIONS, progress=progress, workers=2)
    assert cut.interrupted
    assert cut.tallies["base"].replications == cut.tallies["base"].desk.replications == 3
    whole = studies.study_of(replications=3)
    assert not whole.interrupted
    assert as_bytes(cut) == as_bytes(whole)


def test_an_interrupt_before_anything_is_done_says_nothing():
    contract = studies.contract_of(studies.TWO_GROUPS + BOTH)

    def run(_tasks):
        yield from ()
        raise KeyboardInterrupt

    cut = studied(contract, studies.setting(contract, "both", replications=1), where=lambda _bench: run)
    assert cut.interrupted
    assert [each.replications for each in cut.tallies.values()] == [0, 0]
    assert cut.desk.is_empty()
    assert cut.summary["chance"].null_count() == cut.summary.height == 26


def test_other_errors_of_a_caller_are_not_swallowed():
    def progress(*_):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        studies.study_of(replications=4, progress=progress)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_a_real_signal_ends_a_study_early():
    program = textwrap.dedent("""
        from tests import studies

        def progress(scenario, done, every):
            if done == 2:
                print("running", flush=True)

        study = studies.study_of(replications=100_000, workers=2, progress=progress)
        tally = study.tallies["base"]
        print(study.interrupted, tally.replications, tally.desk.replications, study.summary.height)
    """)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().strip() == "running"
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=120)
    interrupted, replications, figures, rows = said.split()
    assert interrupted == "True"
    assert int(replications) == int(figures) >= 2
    assert int(rows) == 13
    assert process.returncode == 0


def held_after(contract, replications):
    """Return how many bytes a study holds, and how many were held at most while it ran."""
    horizon = date(2027, 2, 1), date(2027, 2, 28)
    setting = studies.setting(contract, horizon=horizon, replications=replications)
    gc.collect()
    tracemalloc.start()
    try:
        study = studied(contract, setting, workers=1)  # how many logs two hold at once is chance
        gc.collect()
        held, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert study.tallies["base"].replications == replications
    return held, most


def test_memory_does_not_grow_with_replications():
    """A few floats of each: the shares of 13 targets and agreements, and what they attained. A log takes 500 KB."""
    contract = studies.contract_of()
    held_after(contract, 2)
    few, many = held_after(contract, 40), held_after(contract, 90)
    assert many[0] - few[0] < 50 * 2_000
    assert many[1] < 1.5 * few[1]


def test_means_of_the_desk_are_those_of_its_replications(study):
    trial = study.trials["base"]
    runs = [study.run("base", number) for number in range(REPLICATIONS)]
    each = [trial.desk.figures(run.luck, run.outcome) for run in runs]
    weeks = (trial.plan.end - trial.plan.first) / 86_400 / 7
    desk = study.desk.row(0, named=True)
    assert desk["group"] == "desk"
    assert desk["agent_hours"] == pytest.approx(
        np.mean([one.present[0].sum() for one in each]) / HOUR / weeks
    )
    assert desk["utilisation"] == pytest.approx(
        sum(one.busy[0].sum() for one in each) / sum(one.present[0].sum() for one in each)
    )
    waits = sum(one.waited[0].sum() for one in each) / sum(one.picked_up[0].sum() for one in each)
    assert desk["mean_wait"].total_seconds() == pytest.approx(waits / 1e6)
    assert desk["backlog_last"] == pytest.approx(np.mean([one.backlog[0, -1] for one in each]))
    tickets = study.tickets.row(0, named=True)
    whole = (trial.plan.end - trial.plan.start) / 86_400 / 7
    assert tickets["tickets"] == pytest.approx(np.mean([one.tickets for one in each]) / weeks)
    assert tickets["gave_up"] == pytest.approx(np.mean([one.gave_up for one in each]) / whole)
    hours = study.utilisation.filter(pl.col("group") == "apps")
    assert hours.height == 168
    assert hours["agents"].max() == pytest.approx(1.0)
    outage = study.outages.row(0, named=True)
    assert outage["service"] == "box"
    years = (trial.plan.end - trial.plan.first) / 86_400 / 365
    node = trial.plan.nodes.names.index("box")
    assert outage["hours_per_year"] == pytest.approx(np.mean([one.down[node] for one in each]) / HOUR / years)
    assert study.contingencies.is_empty()
    assert study._repr_html_().startswith("<div>")

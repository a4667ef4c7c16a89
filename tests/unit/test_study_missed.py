"""Missed tickets of studies: those of the public verdicts, how late they were, and the frame of their time."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import polars as pl
import pytest

from slmdsl import Spec, evaluate
from slmdsl.base.units import HOUR, from_us
from slmdsl.evaluate.from_log import Evaluation
from slmdsl.study.judged.missed import MissedTime, missed_time
from slmdsl.study.judged.misses import missed_tickets, misses_of
from slmdsl.study.running.tally import Tally
from slmdsl.study.tables.outcome_frames import missed_frame
from tests import studies

pytestmark = pytest.mark.compiled

TIMES = ("waiting", "working", "closed", "customer", "supplier", "resolved")
OLA = """
ola apps_ola "Applications for the desk" {
  between  apps and desk
  supports gold
  clock    counted
  counts   per_stay
  target fix:  resolution of P1, P2 incidents within 3 h for 92% each month
  target open: count of open incidents older than 2 days at most 5 at end of month
}
"""
TEXT = studies.TWO_GROUPS.replace("slas  gold, silver", "slas  gold, silver, apps_ola") + OLA


@pytest.fixture(scope="module")
def trial():
    return studies.trial(TEXT)


@pytest.fixture(scope="module")
def run(trial):
    return trial.run(1)


@pytest.fixture(scope="module")
def verdicts(trial, run):
    spec = Spec(contract=trial.plan.what_if.contract, texts={}, root=None)
    return evaluate(spec, run.log, as_of=from_us(trial.judge.span_us[1]))


@pytest.fixture(scope="module")
def found(trial, run):
    return missed_time(run, trial.judge, trial.judge.evaluated(run.log))


def missed_rows(verdicts, sla, target):
    """The public verdicts on single tickets that missed a target, by when they were decided."""
    mine = (pl.col("sla") == sla) & (pl.col("target") == target)
    return verdicts.tickets.filter(mine, pl.col("met").not_(), ~pl.col("excluded"), pl.col("cycle") == 1)


def test_each_target_with_a_limit_is_there(found):
    wanted = ["gold.answer", "gold.fix", "gold.kept", "gold.moved", "apps_ola.fix"]
    assert list(found) == wanted


@pytest.mark.parametrize("name", ["gold.answer", "gold.fix", "gold.moved", "apps_ola.fix"])
def test_counts_are_those_of_the_periods(trial, run, found, name):
    cells = trial.judge.judged(run.log).cells
    mine = [verdict for cell, verdict in cells.items() if cell.target == name]
    assert found[name].judged == sum(each.n for each in mine)
    assert found[name].missed == sum(each.n - each.met for each in mine)
    assert found[name].missed > 0


def test_a_miss_in_several_windows_counts_once(trial, run, found, verdicts):
    rows = missed_rows(verdicts, "gold", "kept")
    first, last = map(from_us, trial.judge.span_us)
    inside = rows.filter(pl.col("decided") >= first, pl.col("decided") < last)
    assert 0 < found["gold.kept"].missed == len(inside)
    cells = trial.judge.judged(run.log).cells
    windows = sum(each.n - each.met for cell, each in cells.items() if cell.target == "gold.kept")
    assert found["gold.kept"].missed < windows


def test_the_latest_are_listed_first(trial, run, verdicts):
    end = from_us(trial.judge.span_us[1])
    late = {
        row["ticket"]: (row["stop"] or end) - row["due"]
        for row in missed_rows(verdicts, "gold", "fix").iter_rows(named=True)
    }
    listed = missed_tickets(trial.judge, run.log, "gold.fix", limit=1_000)
    lateness = [each.late_us for each in listed]
    assert lateness == sorted(lateness, reverse=True)
    assert all(timedelta(microseconds=each.late_us) == late[each.ticket] for each in listed)
    assert lateness[0] > HOUR
    assert missed_tickets(trial.judge, run.log, "gold.fix") == listed[:10]
    assert len(listed) > 10


def test_the_time_of_a_late_answer_ends_with_it(trial, run, found, verdicts):
    end = from_us(trial.judge.span_us[1])
    rows = missed_rows(verdicts, "gold", "answer").rows_by_key("ticket", named=True, unique=True)
    listed = missed_tickets(trial.judge, run.log, "gold.answer", limit=1_000)
    for each in listed:
        row = rows[each.ticket]
        assert (from_us(each.from_us), from_us(each.to_us)) == (row["start"], row["stop"] or end)
    # What is answered was not over before; what never is may be over before the horizon ends.
    answered = [each for each in listed if rows[each.ticket]["stop"]]
    assert len(answered) > len(listed) / 2
    mine = found["gold.answer"]
    whole_us = sum(each.to_us - each.from_us for each in listed)
    answered_us = sum(each.to_us - each.from_us for each in answered)
    assert answered_us <= sum(getattr(mine, name) for name in TIMES) <= whole_us
    assert mine.resolved == 0


def test_the_time_of_a_stay_is_that_of_the_stay(trial, run, found, verdicts):
    rows = missed_rows(verdicts, "apps_ola", "fix")
    stays = {(row["ticket"], row["start"]) for row in rows.iter_rows(named=True)}
    listed = missed_tickets(trial.judge, run.log, "apps_ola.fix", limit=1_000)
    assert all((each.ticket, from_us(each.from_us)) in stays for each in listed)
    opened_us = run.log.ticket_columns.opened_us
    assert any(each.from_us > opened_us[each.row] for each in listed)


def test_parts_of_tickets_are_listed_by_their_tickets(trial, run, found, verdicts):
    listed = missed_tickets(trial.judge, run.log, "apps_ola.fix", limit=1_000)
    assert len(listed) == found["apps_ola.fix"].missed
    assert {each.ticket for each in listed} <= set(missed_rows(verdicts, "apps_ola", "fix")["ticket"])


@pytest.mark.parametrize("name", ["gold.mttr", "silver.told", "apps_ola.open", "gold.unknown"])
def test_targets_without_a_limit_for_each_ticket_list_nothing(trial, run, name):
    assert missed_tickets(trial.judge, run.log, name) == []


def test_nobody_misses_where_nothing_was_counted(trial, run):
    contract = trial.plan.what_if.contract
    evaluation = Evaluation.of(contract, run.log, trial.judge.span_us[1], ["gold"])
    with pytest.raises(ValueError, match="nobody asked"):
        list(misses_of(evaluation, *trial.judge.span_us))
    nothing = SimpleNamespace(tickets=None)
    assert missed_time(run, trial.judge, nothing) == {}
    assert list(misses_of(nothing, 0, 1)) == []


def test_the_frame_has_means_of_the_misses(trial):
    tally = Tally()
    sums = {}
    for number in range(3):
        replication = trial.replication(number)
        tally.add(replication)
        for name, mine in replication.missed.items():
            sums.setdefault(name, []).append(mine)
    never = MissedTime(judged=3, missed=0, **dict.fromkeys(TIMES, 0))
    tally.missed["gold.never"] = never
    frame = missed_frame(SimpleNamespace(tallies={"base": tally, "none": Tally()}))
    assert frame["target"].to_list() == [*sums, "gold.never"]
    for row in frame.iter_rows(named=True):
        mine = sums.get(row["target"], [never])
        misses = sum(each.missed for each in mine)
        assert (row["scenario"], row["sla"]) == ("base", row["target"].partition(".")[0])
        assert row["missed"] == pytest.approx(misses / 3)
        assert row["judged"] == pytest.approx(sum(each.judged for each in mine) / 3)
        for name in TIMES:
            whole = sum(getattr(each, name) for each in mine)
            assert row[name] == (timedelta(microseconds=round(whole / misses)) if misses else None)
    spent = frame.select(pl.col("waiting", "working", "closed").sum()).row(0)
    assert min(spent) > timedelta(0)

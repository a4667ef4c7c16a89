"""`slm simulate` of experiments: what is answered first, what is ranked and compared, kept and gone on with."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from slmdsl import load, simulate
from slmdsl.cli.app import INTERRUPTED, run
from slmdsl.report.charts import needed
from slmdsl.stats.decisions import least_to_keep
from slmdsl.study.kept.journal import JournalError

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.compiled  # as plain Python it takes minutes

SPEC = """\
provider globex
customer acme
team desk
service mail {
  owner desk
  hours always
}
clock standard {
  pauses while wait_customer
}
escalation ladder {
  at 100% of resolution notify "boss@example.org"
}
sla gold "Mail for Acme" {
  between    globex and acme
  covers     mail
  valid      2027-01-01 .. 2027-12-31
  timezone   UTC
  clock      standard
  escalation ladder
  fee        EUR 1_000 each month
  target fix:     resolution of P1, P2 incidents within 11 h for 90% each month
  target updates: updates of P1 incidents every 2 h for 80% each month
  credit fix      below 90% pays 10% of fee
  credit updates  below 80% pays 10% of fee
}
staff desk {
  timezone UTC
  shift day mon..sun 06:00-20:00 1 agents
  queue by priority
  cost  EUR 40 per hour
}
load usual {
  incidents {
    rate     6 per day
    in       mail 100%
    customer acme 100%
    priority P1 30%, P2 70%
    start at desk
    step desk {
      works exponential(mean 1 h)
      then  resolved 100%
    }
    waits for customer 20% for exponential(mean 4 h)
  }
}
risk strike "A strike" {
  likelihood 1 per year
  impact     incidents * 1.2 for 2 days
  owner      desk
}
contingency surge {
  when  backlog of desk > 10
  then  add 1 agent to desk after 1 h
  until backlog of desk < 5
  cost  EUR 500
  owner desk
}
scenario today {
  load usual
  slas gold
}
scenario better from today {
  set desk.day agents 2
}
experiment both {
  scenarios    today, better
  horizon      2027-01-01 .. 2027-03-31, warm up 1 week
  replications 4
  seed         7
}
experiment cheapest {
  scenarios today
  vary      desk.day agents 0 .. 10
  find      cheapest where chance of gold >= 60%
  horizon   2027-01-01 .. 2027-02-28
}
experiment limits {
  scenarios    today
  vary         gold.fix within 1 h .. 24 h step 1 h
  horizon      2027-01-01 .. 2027-02-28
  replications 4
}
experiment few {
  scenarios    today
  vary         desk.day agents 0 .. 2
  horizon      2027-01-01 .. 2027-02-28
  replications until half width of gold.fix <= 10%, at most 60
}
"""


@pytest.fixture
def spec(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")
    path = tmp_path / "spec.slm"
    path.write_text(SPEC, encoding="utf-8")
    return str(path)


@pytest.fixture
def said(capsys):
    """Run a command line that must end with a code; what it says, on standard error if the code is 2."""

    def saying(*arguments, code=0):
        assert run(arguments) == code, capsys.readouterr()
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return told.err if code == 2 else told.out

    return saying


def rows_of(text, first):
    """The cells of the lines that begin with a word."""
    return [re.split(r"  +", line.strip()) for line in text.splitlines() if line.split()[:1] == [first]]


def block(text, title):
    """What stands below a title, up to the next empty line."""
    return text.partition(f"\n{title}\n")[2].split("\n\n")[0]


def joined(text):
    return " ".join(text.split())


def test_the_answer_comes_first_and_for_programs_too(spec, said):
    shown, answer = said("simulate", spec, "both"), json.loads(said("simulate", spec, "both", "--json"))
    head = joined(shown.partition("\ngold  ")[0])
    assert answer["answers"]
    assert all(line in head for line in answer["answers"])
    assert any(line.startswith("better - today: ") for line in answer["answers"])
    assert answer["search"] is None
    assert {"variants", "points", "differences", "credits", "missed", "summary"} <= set(answer)


def test_scenarios_are_compared_in_pairs(spec, said):
    shown, answer = said("simulate", spec, "both"), json.loads(said("simulate", spec, "both", "--json"))
    told = block(shown, "Against today, in pairs with the same luck")
    chance = next(
        row for row in answer["differences"] if (row["target"], row["figure"]) == ("gold.fix", "chance")
    )
    assert f"{100 * chance['difference']:+.1f}" in told
    cost = next(row for row in answer["differences"] if row["figure"] == "cost")
    assert cost["difference"] > 0
    assert f"+EUR {cost['difference'] / 100:_.0f}" in told


def test_credits_missed_tickets_and_costs_have_tables(spec, said):
    shown, answer = said("simulate", spec, "both"), json.loads(said("simulate", spec, "both", "--json"))
    paid = {row["scenario"]: row for row in answer["credits"]}
    told = rows_of(block(shown, "Service credits over the horizon"), "today")
    mean = paid["today"]["mean_minor"] / 100
    assert told[0][:3] == ["today", "gold", f"EUR {mean:.0f}" if mean >= 100 else f"EUR {mean:.2f}"]
    assert "Nothing is in them of gold.updates" in shown
    missed = block(shown, "Missed tickets, and where their time goes")
    shares = [int(each.removesuffix(" %")) for each in rows_of(missed, "gold.fix")[0] if each.endswith(" %")]
    assert sum(shares) == pytest.approx(100, abs=2)
    costs = block(
        shown, "Costs a month: rostered hours (absence is paid), overtime, work on call, contingencies"
    )
    amounts = [int(row[-1].removeprefix("EUR ")) for row in rows_of(costs, "today")]
    assert amounts[-1] == pytest.approx(sum(amounts[:-1]), abs=1)
    assert "surge (contingency)" in costs
    assert "Contingencies fired in a run, warm-up included" in shown
    assert "22:00-06:00" in block(shown, "Escalations")


def test_a_search_ranks_by_cost_and_shows_what_it_found(spec, said):
    shown, answer = (
        said("simulate", spec, "cheapest"),
        json.loads(said("simulate", spec, "cheapest", "--json")),
    )
    search = answer["search"]
    best = search["best"]
    assert search["wanted"] == [{"of": "gold", "at_least": 0.6, "throughout": False}]
    assert f"is `{best}`, whose rosters cost EUR " in joined(shown)
    assert f"On {search['confirmed']['replications']} fresh replications `gold` has" in joined(shown)
    states = {each["scenario"]: each["state"] for each in search["candidates"]}
    assert states["today: desk.day agents 0"] == "overloaded"
    table = block(shown, "Variants, by cost")
    assert re.search(r"rosters +in all", table)
    assert "Credits are in neither." in joined(shown)
    costs = [int(cost) for cost in re.findall(r"^[^E\n]*EUR ([\d_]+)", table, re.MULTILINE)]
    assert costs == sorted(costs)
    assert len(costs) == 10
    assert re.search(rf"^{best.rpartition(' ')[2]} +\d.* keeps$", table, re.MULTILINE)
    assert f"\nIn detail: {best}\n" in shown
    assert "60 %: keeps" in shown
    assert "1 is overloaded and was not simulated" in joined(shown)


def test_of_many_values_those_around_the_confidence_are_shown(spec, said, tmp_path):
    shown = said("simulate", spec, "limits")
    table = block(shown, "Variants")
    hours = [int(each) for each in re.findall(r"^(\d+) h ", table, re.MULTILINE)]
    assert len(hours) == 15
    assert hours == list(range(hours[0], hours[0] + 15))
    assert "and 9 variants more: `--out DIR` writes all" in shown
    assert "\ngold  Mail" not in shown, "no tables of each of 24 variants"
    written = said("simulate", spec, "limits", "--out", str(tmp_path / "out"))
    assert "and 9 variants more\n" in written
    assert pl.read_csv(tmp_path / "out" / "variants.csv").height == 24


def test_overloaded_points_are_named_and_the_others_run(spec, said):
    shown = said("simulate", spec, "few")
    assert "1 variant is overloaded and was not simulated: today: desk.day agents 0." in joined(shown)
    assert "The chance of `gold.fix` is known to ± 10 points for" in shown
    assert re.search(r"^0 .* overloaded$", block(shown, "Variants"), re.MULTILINE)


def test_a_scenario_that_cannot_work_is_refused_with_what_to_do(spec, said):
    Path(spec).write_text(SPEC.replace("rate     6 per day", "rate     60 per day"), encoding="utf-8")
    first, hint = said("simulate", spec, "both", code=2).splitlines()
    assert "in `today`, `desk` has 420 hours of work a week and 98 hours of agents" in first
    assert "(and so it is in 1 more)" in first
    assert "`set STAFF.SHIFT agents N`" in hint


def test_a_scenario_that_cannot_work_is_left_out_beside_others(spec, capsys):
    more = "scenario flood from today {\n  incidents * 10\n}\n"
    Path(spec).write_text(SPEC.replace("today, better", "flood, today, better") + more, encoding="utf-8")
    assert run(["simulate", spec, "both"]) == 0
    told = capsys.readouterr()
    assert "`flood` is left out: in `flood`, `desk` has 420 hours of work a week" in joined(told.err)
    assert "`--anyway`" in told.err
    assert "1 scenario is overloaded and was not simulated: flood." in joined(told.out)
    assert "Against today, in pairs" in told.out
    assert run(["simulate", spec, "flood"]) == 2


def test_a_search_that_can_show_nothing_is_told_beforehand(spec, capsys):
    least = least_to_keep(0.8, 0.05 / 10)
    Path(spec).write_text(SPEC.replace("gold >= 60%", "gold >= 80%"), encoding="utf-8")
    assert run(["simulate", spec, "cheapest", "--replications", "20"]) == 2
    told = capsys.readouterr()
    assert "20 replications cannot show a chance of 80 % in one of 10 variants" in told.err
    assert f"say {least} or more" in told.err
    allowed = f"gold >= 80%\n  replications {least - 1}"
    Path(spec).write_text(SPEC.replace("gold >= 60%", allowed), encoding="utf-8")
    assert run(["simulate", spec, "cheapest"]) == 0
    told = capsys.readouterr()
    assert f"note: {least - 1} replications cannot show a chance of 80 %" in told.err
    assert f"say `replications {least}` or more in `cheapest`" in told.err
    assert "Nothing is known to keep" in told.out


def test_outside_its_validity_an_agreement_has_no_credits(spec, said):
    shown = said("simulate", spec, "today", "--horizon", "2028-02-01..2028-02-29", "--replications", "2")
    assert "`gold` is in force from 2027-01-01 to 2027-12-31, on none of these days" in joined(shown)
    assert "look at the targets" not in shown
    assert "Service credits" not in shown


@pytest.mark.parametrize(
    ("count", "worst", "unknown"), [(3, True, True), (20, False, True), (72, False, False)]
)
def test_few_replications_say_little_of_the_dearest(spec, said, count, worst, unknown):
    days = ("--horizon", "2027-02-01..2027-02-28", "--warm-up", "0 days")
    told = joined(said("simulate", spec, "today", "--replications", str(count), *days))
    assert (f"What 1 in 20 exceeds is here the worst of {count} replications." in told) is worst
    assert (
        "?: an end that so few replications do not tell; of what 1 in 20 exceeds it takes 72." in told
    ) is unknown


def test_missed_tickets_are_listed_with_the_way_to_explain_one(spec, said):
    shown = said("simulate", spec, "today", "--trace", "missed", "--replication", "1", "--seed", "3")
    answer = json.loads(
        said("simulate", spec, "today", "--trace", "missed", "--replication", "1", "--seed", "3", "--json")
    )
    assert answer["missed"][0]["target"] == "gold.fix"
    late = [each["late_us"] for each in answer["missed"]]
    assert late == sorted(late, reverse=True)
    ticket = answer["missed"][0]["ticket"]
    *_, command = shown.splitlines()
    assert command == f"  slm simulate {spec} today --seed 3 --replication 1 --trace {ticket}"
    told = said(*command.split()[1:])
    assert "gold.fix: MISSED" in told
    assert len(rows_of(shown, ticket)) == 1


def test_a_replication_without_a_miss_says_so(spec, said):
    Path(spec).write_text(SPEC.replace("within 11 h", "within 1000 h"), encoding="utf-8")
    assert said("simulate", spec, "today", "--trace", "missed") == (
        "No ticket of this replication missed a limit in the periods that count.\n"
    )


def test_a_spell_says_what_becomes_of_the_ticket(spec, said):
    listed = json.loads(said("simulate", spec, "today", "--trace", "missed", "--json"))["missed"]
    waited = next(each["ticket"] for each in listed if each["customer_us"])
    work = json.loads(said("simulate", spec, "today", "--trace", waited, "--json"))["work"]
    assert [each["then"] for each in work] == ["waits for the customer", "resolved"]
    shown = said("simulate", spec, "today", "--trace", waited)
    assert re.search(r"desk\.day\.1 +\w{3} 2027-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC ", shown)
    (as_of,) = re.findall(r"^.* as of +clock", shown, re.MULTILINE)
    (starts,) = re.findall(r"^.* the clock starts +clock", shown, re.MULTILINE)
    assert as_of.index("as of") == starts.index("the clock starts")


STOPPING = """\
import os, signal, sys
from slmdsl.cli.app import run
from slmdsl.study.running import study

class Tally(study.Tally):
    def add(self, replication):
        super().add(replication)
        if self.replications == 2:
            os.kill(os.getpid(), signal.SIGINT)

study.Tally = Tally
sys.exit(run(sys.argv[1:]))
"""


def test_what_was_interrupted_goes_on_from_what_is_known(spec, said, tmp_path, monkeypatch):
    out = tmp_path / "out"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "120", "NO_COLOR": "1"}
    stopped = subprocess.run(
        [sys.executable, "-c", STOPPING, "simulate", spec, "both", "--out", str(out), "--workers", "1"],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert stopped.returncode == INTERRUPTED, stopped.stderr
    assert "Traceback" not in stopped.stderr  # it may tell that kernels are being compiled
    assert f"The same with `--out {out} --resume` goes on from there." in joined(stopped.stdout)
    from slmdsl.study.running import bench

    done = []

    def watched(trials, number):
        done.append(number)
        return replications_of(trials, number)

    replications_of = bench.replications_of
    monkeypatch.setattr(bench, "replications_of", watched)
    resumed = json.loads(said("simulate", spec, "both", "--out", str(out), "--resume", "--json"))
    assert 0 not in done, "the first replication is known"
    assert resumed == json.loads(said("simulate", spec, "both", "--json"))


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        (["--resume"], "`--resume` goes on from the replications in a folder", "--out DIR --resume"),
        (["--on", "tcp://127.0.0.1:1"], "no scheduler answers at tcp://127.0.0.1:1", "dask scheduler"),
        (["--on", "nowhere"], "`nowhere` is no address of a scheduler", "tcp://10.0.0.1:8786"),
        (["--on", "tcp://127.0.0.1:1", "--workers", "2"], "`--workers` is how many", "leave out one"),
        (
            ["--trace", "missed", "--on", "tcp://127.0.0.1:1"],
            "which `--on` has no part in",
            "leave out `--on`",
        ),
        (["--log", "x.parquet", "--out", "x"], "which `--out` has no part in", "leave out `--out`"),
        (["--out", "{out}", "--resume", "--seed", "9"], "its seed was 7, and is now 9", "leave out --resume"),
    ],
)
def test_what_cannot_be_gone_on_with_or_reached_is_refused(spec, said, tmp_path, options, message, hint):
    out = tmp_path / "out"
    if "{out}" in options:
        said("simulate", spec, "today", "--out", str(out), "--replications", "1")
    options = [str(out) if each == "{out}" else each for each in options]
    first, help_line = said("simulate", spec, "today", *options, code=2).splitlines()
    assert message in first
    assert hint in help_line


def test_a_folder_without_anything_to_go_on_from_is_told(spec, tmp_path, capsys):
    told = ["simulate", spec, "today", "--out", str(tmp_path / "typo"), "--resume", "--replications", "1"]
    assert run(told) == 0
    assert "replications.slmruns to go on from: everything is run" in joined(capsys.readouterr().err)


def test_without_the_libraries_for_pictures_the_tables_are_written(spec, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(needed, "find_spec", lambda _: None)
    out = tmp_path / "out"
    assert run(["simulate", spec, "today", "--replications", "1", "--out", str(out)]) == 0
    told = capsys.readouterr()
    assert f"wrote 15 tables (csv) to {out}\n" in told.out
    assert told.err.startswith("note: no pictures and no index.html, for `altair` is not installed")
    assert "pip install slmdsl[report]" in told.err
    assert not list(out.glob("*.svg"))


def test_theory_stands_beside_what_is_simulated_where_it_holds(said, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    model = ROOT / "tests" / "queueing" / "models" / "priorities.slm"
    shown = said(
        "simulate", str(model), "base", "--horizon", "2027-01-01..2027-02-28", "--replications", "10"
    )
    rows = rows_of(block(shown, "Mean waits by queueing theory, where its assumptions hold"), "desk")
    assert [row[1:3] for row in rows] == [
        ["all", "Cobham"],
        ["P1", "Cobham"],
        ["P2", "Cobham"],
        ["P3", "Cobham"],
    ]
    assert [row[3] for row in rows[1:]] == ["3 min 35 s", "6 min 9 s", "33 min 50 s"]
    assert rows[1][4].startswith("3 min")


def test_python_keeps_replications_too(spec, tmp_path):
    file = tmp_path / "runs.slmruns"
    kept = simulate(load(spec), "both", replications=2, keep=file)
    resumed = simulate(load(spec), "both", replications=3, keep=str(file), resume=True)
    assert resumed.summary.equals(simulate(load(spec), "both", replications=3).summary)
    assert kept.setting.replications == 2
    with pytest.raises(ValueError, match="say keep="):
        simulate(load(spec), "both", resume=True)
    with pytest.raises(JournalError, match="seed"):
        simulate(load(spec), "both", seed=1, keep=file, resume=True)


def test_nothing_is_written_among_other_people_s_files(spec, said, tmp_path):
    first, hint = said("simulate", spec, "today", "--out", str(tmp_path), code=2).splitlines()
    assert f"`--out {tmp_path}` has .slm files" in first
    assert "name another folder" in hint
    first, _ = said("evaluate", spec, "--out", str(tmp_path), code=2).splitlines()
    assert "has .slm files" in first
    mine = tmp_path / "exports" / "tickets.csv"
    mine.parent.mkdir()
    mine.write_text("number\n1\n", encoding="utf-8")
    first, _ = said("simulate", spec, "today", "--out", str(mine.parent), code=2).splitlines()
    assert "has a file `tickets.csv` that no study wrote" in first
    assert [each.name for each in mine.parent.iterdir()] == ["tickets.csv"]
    assert mine.read_text(encoding="utf-8") == "number\n1\n"


def test_a_folder_of_a_study_is_written_again(spec, said, tmp_path):
    again = ["simulate", spec, "today", "--out", str(tmp_path / "out"), "--replications", "1"]
    assert said(*again).splitlines()[-1].startswith("wrote ")
    assert said(*again).splitlines()[-1].startswith("wrote ")


@pytest.mark.parametrize(
    "command", [["simulate", "{}", "idle"], ["negotiate", "{}", "gold", "--scenario", "idle"]]
)
def test_a_scenario_without_a_load_is_refused(spec, said, command):
    Path(spec).write_text(SPEC + "scenario idle {\n  slas gold\n}\n", encoding="utf-8")
    first, hint = said(*(each.format(spec) for each in command), code=2).splitlines()
    assert first == "error: `idle` has no load"
    assert "say `load NAME` in it" in hint

"""`slm simulate`: its tables, its answers for programs, one replication to look at, and what it refuses."""

import html
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from slmdsl import EventLog
from slmdsl.cli.app import INTERRUPTED, run
from slmdsl.simulate.endless import endless_instant

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.compiled  # as plain Python it takes minutes

SPEC = """\
provider globex
customer acme
team desk
team idle
service mail {
  owner desk
  hours always
}
priorities matrix {
  urgency      high low
  impact wide  P1   P2
}
clock standard {
  pauses while wait_customer
}
sla gold "Mail [for] Acme" {
  between  globex and acme
  covers   mail
  valid    2027-01-01 .. 2027-12-31
  timezone UTC
  clock    standard
  target fix:     resolution of P1, P2 incidents within 2 h for 90% each month
  target quick:   mean resolution of P2 incidents at most 3 h each quarter
  target happy:   mean score of feedback at least 4.2 each quarter
  target up:      availability of mail by minutes at least 99% each month
  target updates: updates of P1 incidents every 2 h for 80% each month
}
profile even {
  timezone UTC
  mon..sun 06:00-20:00 1
}
staff desk {
  timezone UTC
  shift day mon..sun 06:00-20:00 1 agents
  queue by priority
}
load usual {
  incidents {
    rate     3 per day
    profile  even
    in       mail 100%
    customer acme 100%
    priority P1 30%, P2 70%
    start at desk
    step desk {
      works exponential(mean 1 h)
      then  resolved 100%
    }
    feedback 50% scores 5 within 1 h, 3 otherwise
  }
  component mail fails every exponential(mean 400 h), repaired in constant(5 h)
}
scenario today {
  load usual
  slas gold
}
scenario better from today {
  set desk.day agents 2
}
scenario flood from today {
  incidents * 20
}
experiment both {
  scenarios    today, better
  horizon      2027-01-01 .. 2027-03-31, warm up 1 week
  replications 3
  seed         7
}
experiment too_far {
  scenarios today
  vary      desk.day agents 1 .. 3
  horizon   2027-01-01 .. 2027-03-31
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
        assert run(arguments) == code
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


def test_the_tables_say_what_the_answer_for_programs_says(spec, said):
    shown = said("simulate", spec, "today")
    answer = json.loads(said("simulate", spec, "today", "--json"))
    summary = {row["target"]: row for row in answer["summary"]}
    (agreement,) = rows_of(shown, "the")
    whole = summary["gold"]
    assert agreement == [
        "the agreement, a month",
        f"{100 * whole['chance']:.1f} %",
        f"{100 * whole['low']:.0f}–{100 * whole['high']:.0f}",
        f"{100 * whole['throughout']:.1f} %",
        f"{100 * whole['throughout_low']:.0f}–{100 * whole['throughout_high']:.0f}",
    ]
    fix = next(row for row in rows_of(shown, "fix") if len(row) > 5)
    assert fix[2] == f"{100 * summary['gold.fix']['chance']:.1f} %"
    assert fix[-1] == f"{100 * summary['gold.fix']['attained']:.2f} %"
    months = {row["period"]: row["share"] for row in answer["periods"] if row["target"] == "gold.fix"}
    assert rows_of(block(shown, "Periods kept, in % of the replications"), "fix") == [
        ["fix", *(f"{100 * share:.0f}" for share in months.values())]
    ]
    (desk,) = rows_of(block(shown, "Groups, a week"), "desk")
    group = answer["desk"][0]
    assert desk[1:3] == [f"{group['agent_hours']:.0f}", f"{100 * group['utilisation']:.0f} %"]
    (mail,) = rows_of(block(shown, "Unplanned outages in the horizon"), "mail")
    (outages,) = answer["outages"]
    assert float(mail[2]) == pytest.approx(outages["hours_per_year"] * 90 / 365, rel=0.05)
    assert (answer["replications"], answer["seed"], answer["interrupted"]) == ({"today": 3}, 7, False)


def test_a_mean_score_has_decimals(spec, said):
    (happy,) = (row for row in rows_of(said("simulate", spec, "today"), "happy") if "mean score" in row[1])
    assert re.fullmatch(r"[345]\.\d\d", happy[-1])


def test_what_is_not_modelled_is_told_with_its_reason(spec, said):
    shown = said("simulate", spec, "today")
    left_out = block(shown, "Not modelled, so neither kept nor missed")
    assert rows_of(left_out, "updates") == [["updates", "simulated customers do not write"]]
    assert "Planned maintenance takes its services down" in " ".join(shown.split())


def test_what_was_run_stands_at_the_top(spec, said):
    shown = said(
        "simulate", spec, "today", "--replications", "1", "--horizon", "2027-02-01..2027-02-28", "--seed", "3",
        "--warm-up", "36 h",
    )  # fmt: skip
    assert shown.splitlines()[0] == (
        "today: 1 replication of 2027-02-01 .. 2027-02-28 after 36 h of warm-up, seed 3"
    )
    assert shown.splitlines()[1] == "What no option says is as in the experiment `both`."
    assert not re.search(r"^quick", shown, re.MULTILINE), "no quarter lies within a month"


def test_what_starts_empty_is_told(spec, said, tmp_path):
    empty = tmp_path / "empty.slm"
    empty.write_text(
        SPEC.replace("scenario better from today {", "scenario better from today {\n  starts empty"),
        encoding="utf-8",
    )
    days = ("--replications", "1", "--horizon", "2027-02-01..2027-02-07")
    both = said("simulate", str(empty), "both", *days).splitlines()[1]
    assert both.endswith(" after 7 days of warm-up (better from an empty desk), seed 7")
    better = said("simulate", str(empty), "better", *days).splitlines()[0]
    assert better.endswith(" of 2027-02-01 .. 2027-02-07 from an empty desk, seed 7")


def test_scenarios_stand_below_each_other_and_fit_the_screen(spec, said, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    shown = said("simulate", spec, "both")
    assert max(map(len, shown.splitlines())) <= 100
    assert shown.splitlines()[:2] == [
        "both: today, better",
        "3 replications each of 2027-01-01 .. 2027-03-31 after 7 days of warm-up, seed 7",
    ]
    chances = [rows_of(shown, name) for name in ("today", "better")]
    assert all(re.fullmatch(r"\d+\.\d %", row[1]) for row in (chances[0][0], chances[1][0]))
    desk = block(shown, "Groups, a week")
    assert [rows_of(desk, name)[0][2] for name in ("today", "better")] == ["98", "196"]


def test_the_week_has_one_legend_and_no_row_without_anybody(spec, said):
    shown = block(said("simulate", spec, "today"), "Agents busy by hour of the week")
    legend, hours, *days = shown.splitlines()
    assert "nobody is on duty" in legend
    assert hours.split()[:3] == ["desk", "0", "3"]
    assert [line.split()[0] for line in days] == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert all(re.fullmatch(r"\w{3} +[·░▒▓█]{14} +\d+ %", line.strip()) for line in days)


def test_luck_is_the_seed_s_and_nobody_else_s(spec, said):
    def answer(*more):
        return said("simulate", spec, "today", "--json", "--replications", "2", *more)

    assert answer() == answer("--workers", "1") == answer("--engine", "simpy") == answer("--seed", "7")
    assert answer() != answer("--seed", "8")


def test_one_replication_is_written_for_other_tools(spec, said, tmp_path):
    file = tmp_path / "year.parquet"
    shown = said("simulate", spec, "today", "--log", str(file), "--replication", "2")
    frame = pl.scan_parquet(file).filter(pl.col("table") == "tickets").unnest("tickets").collect()
    assert shown == f"wrote replication 2 of today, {frame.height:,} tickets, to {file}\n"
    answer = json.loads(said("simulate", spec, "today", "--json", "--log", str(file), "--replication", "2"))
    assert answer == {
        "scenario": "today", "seed": 7, "replication": 2, "tickets": frame.height, "log": str(file),
    }  # fmt: skip
    assert EventLog.from_parquet(file).tickets.height == frame.height


def test_a_simulated_ticket_is_explained_like_a_real_one(spec, said, tmp_path):
    file = tmp_path / "year.parquet"
    said("simulate", spec, "today", "--log", str(file))
    ticket = EventLog.from_parquet(file).tickets["ticket"][20]
    shown = said("simulate", spec, "today", "--trace", ticket)
    assert shown.startswith(f"Ticket {ticket}: kind incident, service mail, priority P")
    assert "gold.fix: " in shown
    work = block(shown, "Who worked on it")
    assert "desk.day.1" in work
    assert "resolved" in work
    answer = json.loads(said("simulate", spec, "today", "--trace", ticket, "--json"))
    assert answer["ticket"]["ticket"] == ticket
    assert answer["work"][-1]["agent"] == "desk.day.1"
    assert answer["work"][-1]["then"] == "resolved"


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["todya"], "no scenario or experiment is called `todya`", "did you mean `today`?"),
        (["today", "--replications", "0"], "`--replications 0` cannot be simulated", "40 are enough"),
        (["today", "--replications", "-3"], "`--replications -3` cannot be simulated", "say 1 or more"),
        (["today", "--replications", "x"], 'Invalid value for --replications: unable to convert "x"', "--help"),
        (["today", "--seed", "-1"], "`--seed -1` is out of range", "from 0 to 4294967295"),
        (["today", "--seed", "4294967296"], "`--seed 4294967296` is out of range", "from 0 to"),
        (["today", "--workers", "0"], "`--workers 0` would simulate nothing", "one on each processor"),
        (["today", "--engine", "fats"], 'Invalid value "fats" for --engine', "--help"),
        (["today", "--horizon", "2027-13-01..2027-12-31"], "is no range of days", "2027-01-01..2027-12-31"),
        (["today", "--horizon", "2027-02-01..2027-01-01"], "the horizon ends on 2027-01-01, before", None),
        (["today", "--horizon", "2027-01-01..9999-12-31"], "is not within 1900", "no other days"),
        (["today", "--warm-up", "9999999 weeks"], "is not within 1900", "no other days"),
        (["today", "--warm-up", "long"], "`--warm-up long` is no length of time", "4 weeks"),
        (["today", "--warm-up", "2 business days"], "is no length of time", "4 weeks"),
        (["both", "--log", "x.parquet"], "`--trace` and `--log` look at one scenario, and `both` has 2", "today"),
        (["today", "--log", "."], ". is a folder", "--log year.parquet"),
        (["today", "--log", "nowhere/x.parquet"], "there is no folder nowhere", "make it first"),
        (["today", "--trace", "x", "--replication", "-1"], "`--replication -1` is out of range", "from 0"),
        (["today", "--trace", "x"], "this replication of `today` has no ticket `x`", "are called like `inc"),
        (
            ["flood", "--horizon", "2027-01-01..2027-01-31"],
            "in `flood`, `desk` has 420 hours of work a week and 98 hours of agents",
            "`--anyway`",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_run_is_refused_with_a_way_out(spec, said, arguments, message, hint):
    first, *rest = said("simulate", spec, *arguments, code=2).splitlines()
    assert first.startswith("error: ")
    assert message in first
    assert (hint in rest[0]) if hint else not rest


def test_a_file_that_cannot_be_written_is_named(spec, said, tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir()
    file = folder / ("x" * 300)
    (line,) = said("simulate", spec, "today", "--log", str(file), code=2).splitlines()
    assert line.startswith("error: ")
    assert "x" * 300 in line


def test_the_tables_are_written_for_other_tools(spec, said, tmp_path):
    out = tmp_path / "deep" / "out"
    shown = said("simulate", spec, "today", "--out", str(out))
    answer = json.loads(said("simulate", spec, "today", "--json"))
    files = sorted(out.glob("*.csv"))
    assert [path.name for path in files] == sorted(
        f"{name}.csv"
        for name in (
            "summary", "variants", "points", "differences", "periods", "credits", "missed", "tickets", "desk",
            "waiting", "utilisation", "escalations", "outages", "contingencies", "costs",
        )
    )  # fmt: skip
    pictures = [path for path in out.iterdir() if path.suffix == ".svg"]
    assert f"wrote 15 tables (csv), {len(pictures)} pictures (svg, png) and index.html to {out}\n" in shown
    page = (out / "index.html").read_text(encoding="utf-8")
    assert html.escape(answer["answers"][0]) in page
    assert (out / "replications.slmruns").stat().st_size > 0
    for name in ("summary", "periods", "utilisation"):
        written = pl.read_csv(out / f"{name}.csv")
        assert written.height == len(answer[name])
    assert pl.read_csv(out / "summary.csv")["chance"].to_list() == [
        row["chance"] for row in answer["summary"]
    ]


def test_measured_times_that_are_not_there_are_told_at_their_line(spec, capsys):
    path = Path(spec)
    file = path / "spec.slm" if path.is_dir() else path
    file.write_text(
        file.read_text(encoding="utf-8").replace(
            "works exponential(mean 1 h)", 'works empirical("times.csv" "minutes")'
        ),
        encoding="utf-8",
    )
    assert run(["simulate", spec, "today"]) == 2
    told = capsys.readouterr().err
    assert "`times.csv` is not there" in told
    assert 'empirical("times.csv" "minutes")' in told


def test_overload_is_simulated_if_one_insists(spec, said):
    shown = said(
        "simulate", spec, "flood", "--horizon", "2027-01-01..2027-01-31", "--replications", "1", "--anyway"
    )
    (desk,) = rows_of(block(shown, "Groups, a week"), "desk")
    assert int(desk[-1].replace(",", "")) > 1.5 * int(desk[-2].replace(",", ""))


def test_work_without_end_is_told_without_a_traceback(spec, said, monkeypatch):
    def refuse(*_, **__):
        raise endless_instant(["desk"])

    monkeypatch.setattr("slmdsl.study.running.study.studied", refuse)
    first, help_line = said("simulate", spec, "today", code=2).splitlines()
    assert first.startswith(
        "error: more than 10,000 dispatches in one instant: the work of desk has no length"
    )
    assert help_line.startswith("  = help: ")


INTERRUPTING = """\
import os, signal, sys
from slmdsl.cli.app import run
from slmdsl.study.running import study

class Tally(study.Tally):
    def add(self, replication):
        super().add(replication)
        if self.replications == int(sys.argv[1]):
            os.kill(os.getpid(), signal.SIGINT)

study.Tally = Tally
sys.exit(run(sys.argv[2:]))
"""


def interrupted(after, *arguments):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "120", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-c", INTERRUPTING, str(after), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_an_interrupt_ends_it_with_what_is_known(spec):
    done = interrupted(3, "simulate", spec, "both", "--replications", "1000000")
    assert (done.returncode, done.stderr) == (INTERRUPTED, "")
    assert "Interrupted after 6 of 2,000,000 replications: this is what they say." in done.stdout
    assert re.search(r"^  today +\d+\.\d %", done.stdout, re.MULTILINE)
    assert re.search(r"^  better +\d+\.\d %", done.stdout, re.MULTILINE)
    whole = interrupted(0, "simulate", spec, "today", "--replications", "3", "--json")
    part = interrupted(3, "simulate", spec, "today", "--replications", "1000000", "--json")
    assert (whole.returncode, part.returncode) == (0, INTERRUPTED)
    said, known = json.loads(whole.stdout), json.loads(part.stdout)
    assert (said.pop("interrupted"), known.pop("interrupted")) == (False, True)
    assert said == known


def test_an_interrupt_before_anything_is_known_says_so(spec, said, monkeypatch):
    def stop(*_, **__):
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("slmdsl.study.running.bench.Bench.done", stop)
    *_, line, way_out = said("simulate", spec, "today", code=INTERRUPTED).splitlines()
    assert line == "Interrupted after 0 of 3 replications: nothing is known yet."
    assert way_out == "With `--out DIR` what is done is kept, and `--resume` goes on from there."

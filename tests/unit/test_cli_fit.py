"""`slm fit`: what it prints and writes, and what it refuses."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import numpy as np
import pytest

from slmdsl.api import check
from slmdsl.cli.app import run
from slmdsl.syntax.format import format_text

pytestmark = pytest.mark.compiled

SPEC = """slm 1
provider us "Us"
customer them "Them"
service mail "Mail" {
  owner us
}

calendar office "Office" {
  timezone  Etc/UTC
  open      mon..fri 08:00-18:00
}

clock counted {
  starts    at opened
  stops     at resolved
  runs      on office
}

sla gold "Gold" {
  between   us and them
  clock     counted
  valid     2027-01-01 .. 2027-12-31
  timezone  Etc/UTC
  target fix: resolution of incidents within 8 h for 70% each month
}

source export {
  read      "tickets.csv"
  timezone  Etc/UTC
  missing   ""
  ticket    "number"
  kind      incident
  service   mail
  priority  "priority"
  group     "group"
  opened    "opened"
  resolved  "resolved"
}
"""


@pytest.fixture
def project(tmp_path):
    """A project with an export of 600 tickets in 5 weeks, of three groups that it does not declare."""
    luck, rows = np.random.default_rng(5), ["number,priority,group,opened,resolved"]
    for number in range(600):
        day, minute = divmod(number, 24)
        opened = datetime(2027, 1, 4, 8) + timedelta(days=day + 2 * (day // 5), minutes=25 * minute)
        resolved = opened + timedelta(hours=float(luck.lognormal(1.0, 1.0)))
        group = luck.choice(["First line", "2nd line", "Network"], p=[0.6, 0.3, 0.1])
        priority = luck.choice(["P1", "P2", "P3"], p=[0.05, 0.25, 0.7])
        rows.append(f"T{number},{priority},{group},{opened:%Y-%m-%d %H:%M},{resolved:%Y-%m-%d %H:%M}")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "tickets.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "desk.slm").write_text(SPEC, encoding="utf-8")
    return folder


def test_without_a_file_the_model_is_printed(project, capsys):
    assert run(["fit", str(project)]) == 0
    text = capsys.readouterr().out
    assert format_text(text, "load.slm") == text
    assert "team first_line" in text
    assert 'known as "2nd line"' in text
    assert "uncertain" not in text


def test_a_written_model_checks_clean_and_is_written_anew_only_when_forced(project, capsys):
    load, draws = project / "load.slm", project / "load.draws.csv"
    command = ["fit", str(project), "--source", "export", "--out", str(load), "--draws", "10"]
    assert run(command) == 0
    first = load.read_text(encoding="utf-8"), draws.read_text(encoding="utf-8")
    assert f"next: slm simulate {load} fitted_weeks" in capsys.readouterr().out
    assert not any(each.is_error for each in check(project)[1])
    assert len(first[1].splitlines()) == 11
    assert run(command) == 2
    assert "is there already" in capsys.readouterr().err
    # What the older model declares is not taken for the project's own.
    assert run([*command, "--force"]) == 0
    assert (load.read_text(encoding="utf-8"), draws.read_text(encoding="utf-8")) == first


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--out", "load.txt"], "ends in `.slm`"),
        (["--out", "../load.slm"], "outside of the project"),
        (["--out", "none/load.slm"], "there is no folder"),
        (["--out", "desk.slm"], "is there already"),
        (["--draws", "-1"], "no number of draws"),
        (["--draws", "10001"], "more than are read again"),
        (["--until", "2027-01-20", "--test", "--seed", "4294967296"], "a seed is a number from 0"),
        (["--until", "2027-01-20", "--test", "--to", "9999-12-31"], "say a day until 2199-11-30"),
        (["--until", "2027-01-05"], "too few"),
        (["--report", "fit.doc"], "its ending names no format"),
        (["--source", "exports"], "did you mean `export`?"),
    ],
)
def test_what_cannot_be_done_is_refused(options, said, project, capsys, monkeypatch):
    monkeypatch.chdir(project)
    assert run(["fit", ".", *options]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert sorted(each.name for each in project.iterdir()) == ["desk.slm", "tickets.csv"]


def test_programs_are_told_all_but_what_was_fitted_on(project, capsys):
    assert run(["fit", str(project), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["method"] == "untold"
    assert told["tickets"] == 600
    assert told["written"] == []
    stream = told["streams"][0]
    assert sum(each["share"] for each in stream["priorities"][0]["shares"]) == pytest.approx(1)
    assert {each["name"] for each in stream["steps"]} >= {"first_line", "first_line_in_hand", "network"}


def test_what_is_said_of_the_document_is_no_part_of_the_answer(project, capsys):
    file = project / "fit.md"
    assert run(["fit", str(project), "--json", "--report", str(file)]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["report"] == str(file)
    assert "fit.md" in told.err
    assert run(["fit", str(project), "--report", str(file)]) == 0
    assert capsys.readouterr().out.startswith("# A load model")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Does a simulated week look like a real one?"), ("zh", "模拟的一周像不像真实的一周？")],
)
def test_a_document_shows_the_simulated_week_beside_the_real_one(language, words, project, capsys):
    file = project / "fit.json"
    assert run(["fit", str(project), "--report", str(file), "--lang", language]) == 0
    document = file.read_text(encoding="utf-8")
    assert words in document
    assert '"classes"' in document
    assert "fit.json" in capsys.readouterr().err


def test_nothing_of_later_days_is_in_a_fit_or_its_draws(project):
    load, log = project / "load.slm", project / "tickets.csv"
    spec = (project / "desk.slm").read_text(encoding="utf-8")
    counted = spec.replace('resolved  "resolved"', 'resolved  "resolved"\n  reopenings "back"')
    (project / "desk.slm").write_text(counted, encoding="utf-8")
    header, *rows = log.read_text(encoding="utf-8").splitlines()
    until, found = "2027-01-28 00:00", []
    known = [each for each in rows if each.split(",")[3] < until]
    still_open = [each for each in known if each.split(",")[4] >= until]
    assert still_open
    assert len(known) < len(rows)
    for later in (
        [f"{each},0" for each in rows],
        [
            f"{each.rsplit(',', 1)[0]},2027-03-09 10:00,7" if each in still_open else f"{each},0"
            for each in known
        ],
    ):
        log.write_text("\n".join([f"{header},back", *later]) + "\n", encoding="utf-8")
        assert (
            run(["fit", str(project), "--until", until, "--out", str(load), "--draws", "5", "--force"]) == 0
        )
        found.append(
            (load.read_text(encoding="utf-8"), (project / "load.draws.csv").read_text(encoding="utf-8"))
        )
    assert found[0] == found[1]


def test_a_model_stands_beside_what_it_imports(project, capsys):
    (project / "fitted").mkdir()
    assert run(["fit", str(project), "--out", str(project / "fitted" / "load.slm")]) == 2
    assert "in a folder of the project" in " ".join(capsys.readouterr().err.split())


def test_a_file_that_cannot_be_written_leaves_none(project):
    load, link = project / "load.slm", project / "load.draws.csv"
    link.symlink_to(project / "nowhere" / "draws.csv")
    assert run(["fit", str(project), "--out", str(load), "--draws", "3"]) == 2
    assert run(["fit", str(project), "--out", str(load), "--draws", "3", "--force"]) == 2
    assert not load.exists()


def test_names_of_several_lines_are_written_on_one(project):
    log = project / "tickets.csv"
    log.write_text(
        log.read_text(encoding="utf-8").replace("Network", '"Net\rwork"'), encoding="utf-8", newline=""
    )
    assert run(["fit", str(project), "--out", str(project / "load.slm"), "--draws", "0"]) == 0
    assert 'known as "Net work"' in (project / "load.slm").read_text(encoding="utf-8")


def test_priorities_that_no_text_can_name_are_refused_and_mapped_ones_are_imported(project, capsys):
    text, load = (project / "desk.slm").read_text(encoding="utf-8"), project / "load.slm"
    place = text.index("source export")
    (project / "desk.slm").write_text(text[:place], encoding="utf-8")
    source = 'slm 1\nimport "desk.slm"\n\n' + text[place:]
    (project / "source.slm").write_text(
        source.replace('"priority"', '"priority" as { "P1" high, * low }'), encoding="utf-8"
    )
    assert run(["fit", str(project), "--out", str(load), "--draws", "0"]) == 0
    assert 'import "source.slm"' in load.read_text(encoding="utf-8")
    load.unlink()
    (project / "source.slm").write_text(source, encoding="utf-8")
    log = project / "tickets.csv"
    log.write_text(log.read_text(encoding="utf-8").replace(",P2,", ",2 - High,"), encoding="utf-8")
    capsys.readouterr()
    assert run(["fit", str(project), "--out", str(load), "--force"]) == 2
    assert "the log has priorities that the project does not: `2 - High`" in " ".join(
        capsys.readouterr().err.split()
    )


def test_a_model_is_fitted_anew_with_a_report_and_a_test(project):
    again = ["fit", str(project), "--out", str(project / "load.slm"), "--draws", "0", "--force"]
    assert run(again) == 0
    assert run([*again, "--report", str(project / "fit.md")]) == 0
    assert run([*again, "--until", "2027-01-25", "--test", "--replications", "2"]) == 0

"""`slm fit --test`: a fit on the first part of a log held against the rest, and what it refuses."""

import json
from pathlib import Path

import pytest

from slmdsl.cli.app import run
from tests.fits import DECLARED, Desk

pytestmark = pytest.mark.compiled  # it simulates

SOURCES = """
source tickets {
  read      "tickets.csv"
  timezone  UTC
  ticket    "ticket"
  kind      incident
  service   "service"
  priority  "priority"
  opened    "opened"
  resolved  "resolved"
}

source history {
  read      "events.csv"
  timezone  UTC
  ticket    "ticket"
  at        "at"
  state     "phase"
  group     "group"
  actor     "actor"
}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with sixteen weeks of a known desk, as two exports."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "desk.slm").write_text(DECLARED + SOURCES, encoding="utf-8")
    log = Desk(weeks=16).log(2)
    log.tickets.select("ticket", "service", "priority", "opened", "resolved").write_csv(
        folder / "tickets.csv"
    )
    events = log.events.filter(log.events["type"].is_in(["state", "group", "assignee"]))
    events.select("ticket", "at", "phase", "group", "actor").write_csv(folder / "events.csv")
    return folder


def fit(project, *options):
    return run(["fit", str(project), "--source", "tickets", "--source", "history", *options])


def test_it_says_how_far_off_a_fit_is(project, capsys, tmp_path):
    report = tmp_path / "test.md"
    code = fit(
        *(project, "--until", "2027-03-29", "--test", "--replications", "20", "--draws", "20"),
        *("--report", str(report), "--to", "2027-04-25"),
    )
    said = capsys.readouterr().out
    assert code == 0
    assert "How well the model predicts" in said
    assert "Predicted: 2027-03-29 to 2027-04-25, simulated 20 times." in said
    assert "gold.fix" in said
    assert "# How well the model predicts" in report.read_text(encoding="utf-8")


def test_programs_and_chinese_readers_are_answered_and_the_model_is_written(project, capsys):
    out = project / "fitted.slm"
    code = fit(
        *(project, "--until", "2027-03-29", "--test", "--replications", "4", "--draws", "4", "--json"),
        *("--lang", "zh", "--out", str(out)),
    )
    told = json.loads(capsys.readouterr().out)
    written = [out, out.with_name("fitted.draws.csv")]
    try:
        assert code == 0
        assert "模型" in json.dumps(told, ensure_ascii=False)
        assert all(each.exists() for each in written)
        assert 'uncertain "fitted.draws.csv"' in out.read_text(encoding="utf-8")
    finally:
        for each in written:
            each.unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--test",), "has to know up to when"),
        (("--to", "2027-05-01"), "is about a test"),
        (("--replications", "3"), "is about a test"),
        (("--test", "--until", "2027-03-29", "--replications", "0"), "says nothing"),
        (("--test", "--until", "2027-03-29", "--to", "May"), "is no day"),
        (("--test", "--until", "2027-03-29", "--to", "2027-03-01"), "before it begins"),
        (("--test", "--until", "2028-03-29"), "too few tickets"),
        (("--test", "--until", "2027-01-05", "--to", "2027-02-28"), ""),
    ],
)
def test_what_cannot_be_tested_is_refused(project, capsys, options, words):
    assert fit(project, *options) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert words in said
    assert "Traceback" not in said
    assert Path(project, "desk.slm").exists()

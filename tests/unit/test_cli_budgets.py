"""`slm evaluate` shows what is left of error budgets that alerts watch, and `--json` all budgets and alerts."""

from __future__ import annotations

import json

import pytest

from slmdsl.cli.app import run as slm

TEXT = """
provider globex
customer acme
service mail
field site
clock plain {
  stops at resolved
  runs on always
}
sla gold "Gold" {
  between globex and acme
  covers  mail
  valid   2027-04-01 .. 2027-04-30
  clock   plain
  target up:  availability of mail by minutes at least 99.9% each month
  target fix: resolution of P1 incidents within 4 h for 90% each month per site
  ALERTS
}
source book {
  read     "outages.csv"
  timezone UTC
  outages  from "start" to "end"
  service  mail
}
source desk {
  read     "tickets.csv"
  timezone UTC
  ticket   "ticket"
  kind     incident
  service  mail
  priority P1
  opened   "opened"
  resolved "resolved"
  field    site "site"
}
"""
ALERTS = "alert up standard notify owner\n  alert fix when burn > 5 over 1 h notify owner"


@pytest.fixture
def evaluated(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")

    def run(alerts, *arguments, day="2027-05-01"):
        (tmp_path / "a.slm").write_text(TEXT.replace("ALERTS", alerts))
        (tmp_path / "outages.csv").write_text("start,end\n2027-04-10T08:00,2027-04-10T09:00\n")
        (tmp_path / "tickets.csv").write_text(
            "ticket,opened,resolved,site\nA,2027-04-02T08:00,2027-04-02T14:00,north\n"
            "B,2027-04-02T08:00,2027-04-02T09:00,south\n"
        )
        sources = ["--source", "book", "--source", "desk"]
        code = slm(["evaluate", str(tmp_path), *sources, "--as-of", day, *arguments])
        assert code == 0
        return capsys.readouterr().out

    return run


def row(out, name):
    (line,) = (line for line in out.splitlines() if line.strip().startswith(name))
    return " ".join(line.split())


def test_what_is_left_is_shown_beside_the_alerts(evaluated):
    out = evaluated(ALERTS)
    assert row(out, "gold.up") == "gold.up 2027-04 43 min 12 s 1 h -16 min 48 s -38.9 % 4 fired"
    assert row(out, "gold.fix of north") == "gold.fix of north 2027-04 0.1 1 -0.9 -900.0 % 1 fired"
    assert row(out, "gold.fix of south") == "gold.fix of south 2027-04 0.1 0 0.1 100.0 % none"


def test_a_running_period_and_a_firing_alert_say_so(evaluated):
    out = evaluated(ALERTS, day="2027-04-10T08:30")
    assert row(out, "gold.up") == (
        "gold.up 2027-04, so far 43 min 12 s 30 min 13 min 12 s 30.6 % 4 fired, 4 firing"
    )


def test_without_alerts_there_is_no_table(evaluated):
    assert "Error budgets" not in evaluated("")


def test_whole_tickets_are_whole(evaluated):
    out = evaluated("alert up standard notify owner", day="2027-04-05")
    assert row(out, "gold.up") == "gold.up 2027-04, so far 43 min 12 s 0 s 43 min 12 s 100.0 % none"


def test_json_has_all_budgets_and_alerts(evaluated):
    answer = json.loads(evaluated("alert up standard notify owner", "--json"))
    assert [(each["target"], each["part"]) for each in answer["budgets"]] == [
        ("up", None),
        ("fix", "north"),
        ("fix", "south"),
    ]
    assert answer["budgets"][0]["left"] == -1008
    assert [each["step"] for each in answer["alerts"]] == [1, 2, 3, 4]
    assert answer["alerts"][0]["ahead_us"] == 2_540_160_000
    assert answer["escalations"][0]["rule"] == "alert up: burn > 14.4 over 1 h and 5 min"

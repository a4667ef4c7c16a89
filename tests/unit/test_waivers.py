"""Waivers on their way from a file to the net figures: refused without reason or approver, kept with their target."""

from __future__ import annotations

from datetime import UTC, datetime
from textwrap import dedent

import numpy as np

import slmdsl as slm
from slmdsl.base.units import to_us
from slmdsl.evaluate.tickets.waivers import complete_waivers, first_waivers, strange_targets
from slmdsl.events.log import EventLog

SPEC = """
provider globex
customer acme
service mail
sla gold {
  between globex and acme
  covers  mail
  valid   2027-03-01 .. 2027-03-31
  target fix:   resolution of incidents within 4 h for 50% each month
  target quick: resolution of incidents within 1 h for 50% each month
}
source desk {
  read    "desk.csv"
  ticket  "id"
  kind    incident
  service mail
  priority P1
  timezone UTC
  opened  "opened" format "%Y-%m-%d %H:%M"
  resolved "resolved" format "%Y-%m-%d %H:%M"
}
source waived {
  read   "waived.csv"
  ticket "id"
  timezone UTC
  at     "at" format "%Y-%m-%d %H:%M"
  type   waive
  reason "why"
  actor  "who"
  target "what"
}
"""
DESK = """\
id,opened,resolved
A,2027-03-10 09:00,2027-03-10 15:00
B,2027-03-10 09:00,2027-03-10 15:00
C,2027-03-10 09:00,2027-03-10 15:00
D,2027-03-10 09:00,2027-03-10 15:00
"""
WAIVED = """\
id,at,why,who,what
A,2027-03-11 08:00,storm,manager,fix
B,2027-03-11 08:00,,manager,
C,2027-03-11 08:00,storm,,
D,2027-03-11 08:00,storm,manager,speed
"""


def told(folder):
    (folder / "spec.slm").write_text(dedent(SPEC), encoding="utf-8")
    (folder / "desk.csv").write_text(DESK, encoding="utf-8")
    (folder / "waived.csv").write_text(WAIVED, encoding="utf-8")
    spec = slm.load(folder / "spec.slm")
    return spec, slm.ingest(spec, ["desk", "waived"])


def test_waivers_of_a_file_need_a_reason_and_an_approver(tmp_path):
    _, log = told(tmp_path)
    refused = [(each.row, each.reason) for each in log.refusals]
    assert refused == [(2, "a waiver needs a reason"), (3, "a waiver needs who approved it")]


def test_a_waiver_keeps_its_target_on_the_way(tmp_path):
    spec, log = told(tmp_path)
    log.to_parquet(tmp_path / "log.parquet")
    for each in (log, EventLog.from_parquet(tmp_path / "log.parquet")):
        waived = each.events.filter(each.events["type"] == "waive")
        assert waived["target"].to_list() == ["fix", "speed"]
        taken_out = slm.evaluate(spec, each).exclusions
        assert taken_out.select("ticket", "target", "approver").rows() == [("A", "fix", "manager")]


def test_targets_that_are_not_there_are_told(tmp_path):
    spec, log = told(tmp_path)
    as_of_us = to_us(datetime(2027, 4, 1, tzinfo=UTC))
    assert strange_targets(log, as_of_us, {"fix", "gold.fix"}) == ("speed",)
    assert len(complete_waivers(log, as_of_us)) == 2
    fix, quick = spec.contract.agreements["gold"].targets
    assert np.count_nonzero(first_waivers(log, as_of_us, fix) >= 0) == 1
    assert np.count_nonzero(first_waivers(log, as_of_us, quick) >= 0) == 0


def test_events_without_a_target_have_none():
    log = EventLog.from_frames(
        tickets={
            "ticket": ["A"],
            "kind": ["incident"],
            "service": ["mail"],
            "priority": ["P1"],
            "opened": [datetime(2027, 3, 10, 9, tzinfo=UTC)],
        },
        events={"ticket": ["A"], "at": [datetime(2027, 3, 10, 10, tzinfo=UTC)], "type": ["ack"]},
    )
    assert log.events["target"].to_list() == [None]

"""One ticket explained: the clause, the line, the steps of the clock, and why."""

from __future__ import annotations

import json

import polars as pl
import pytest

import slmdsl as slm
from slmdsl.evaluate.reference.reading import timed

SPEC = """
calendar office {
  timezone  Europe/Amsterdam
  open      mon..fri 08:00-18:00
}

provider globex {
}

customer acme {
}

service mail {
}

field site

clock standard {
  stops     at resolved
  pauses    while wait_customer
  runs      on office
  deadline  at next_opening
}

sla gold {
  between   globex and acme
  covers    mail
  valid     2027-03-01 .. 2027-12-31
  timezone  Europe/Amsterdam
  clock     standard
  target answer: response of P1 incidents within 1 h for 90% each month
  target fix: resolution of P1 incidents within 8 h for 90% each month
  target days: resolution of P2 incidents within 1.5 business days for 90% each month
  target close: resolution of P3 incidents by end of 1 business day for 90% each month
  target mean: mean resolution of P1 incidents at most 8 h each month
  target reopened: share of incidents where reopenings > 0 at most 5% each month
  exclude incidents where site = breda because "Clause 7"
}
"""


@pytest.fixture
def spec(tmp_path):
    (tmp_path / "spec.slm").write_text(SPEC, encoding="utf-8")
    return slm.load(tmp_path)


def log_of(priority="P1", *events, site="delft", kind="incident", opened="2027-03-05T16:00:00Z"):
    ticket = {"ticket": "1", "kind": kind, "service": "mail", "priority": priority, "site": site}
    opened = pl.Series([opened]).str.to_datetime(time_zone="UTC", time_unit="us")
    frame = pl.DataFrame([ticket]).with_columns(opened.alias("opened"))
    happened = pl.DataFrame(
        [
            {"ticket": "1", "at": at, "seq": i, "type": kind, "phase": phase, "priority": other}
            for i, (at, kind, phase, other) in enumerate(events)
        ],
        schema={"ticket": str, "at": str, "seq": pl.Int32, "type": str, "phase": str, "priority": str},
    ).with_columns(pl.col("at").str.to_datetime(time_zone="UTC", time_unit="us"))
    return slm.EventLog.from_frames(tickets=frame, events=happened)


def by_target(explained):
    return {each.target.removeprefix("gold."): each for each in explained.targets}


def test_a_miss_names_its_clause_and_every_step(spec):
    log = log_of(
        "P1",
        ("2027-03-08T08:00:00Z", "state", "wait_customer", None),
        ("2027-03-08T10:00:00Z", "state", "active", None),
        ("2027-03-08T17:00:00Z", "state", "resolved", None),
    )
    fix = by_target(slm.explain(spec, log, ticket="1"))["fix"]
    # 17:00-18:00 on Friday, 08:00-09:00, 11:00-18:00 on Monday: the mail came at 16:00Z, an hour before closing.
    assert (fix.verdict, fix.elapsed, fix.limit) == ("missed", "9 h", "8 h")
    assert fix.clause == "spec.slm:32"
    assert fix.because == "9 h were used, 1 h more than allowed"
    assert [(step.what, step.clock, step.elapsed) for step in fix.steps] == [
        ("the clock starts", "runs", "0 s"),
        ("phase becomes wait_customer", "paused", "2 h"),
        ("phase becomes active", "runs", "2 h"),
        ("phase becomes resolved", "stopped", "9 h"),
        ("as of", "stopped", "9 h"),
    ]
    assert fix.start == "Fri 2027-03-05 17:00 CET"
    assert fix.decided == "Mon 2027-03-08 17:00 CET"


def test_what_the_text_and_the_json_say_is_the_same(spec):
    explained = slm.explain(
        spec, log_of("P1", ("2027-03-05T16:30:00Z", "state", "resolved", None)), ticket="1"
    )
    told = json.loads(explained.json())
    assert [each["verdict"] for each in told["targets"]] == ["unresolved", "met", "counted"]
    assert str(explained) == explained.text()
    for each in told["targets"]:
        assert each["target"] in str(explained)
        assert each["because"] in str(explained)


@pytest.mark.parametrize(
    ("priority", "events", "target", "because"),
    [
        ("P1", [], "fix", "still open, with 0 s used so far"),
        (
            "P1",
            [("2027-03-09T17:00:00Z", "ack", None, None)],
            "fix",
            "the limit of 8 h ran out, and the clock shows 21 h so far",
        ),
        (
            "P1",
            [("2027-03-05T16:30:00Z", "state", "cancelled", None)],
            "fix",
            "cancelled after 30 min, so it is not judged",
        ),
        (
            "P1",
            [("2027-03-05T16:30:00Z", "state", "closed", None)],
            "fix",
            "closed without a resolution, so it is not judged",
        ),
        ("P1", [("2027-03-05T16:30:00Z", "state", "resolved", None)], "fix", "30 min of 8 h were used"),
        ("P1", [("2027-03-05T16:30:00Z", "state", "resolved", None)], "mean", "30 min were used"),
        (
            "P2",
            [("2027-03-08T16:20:00Z", "state", "resolved", None)],
            "days",
            "about 1.03 business days of 1.5 business days were used",
        ),
        (
            "P3",
            [("2027-03-09T16:30:00Z", "state", "resolved", None)],
            "close",
            "the last business day allowed was over",
        ),
        (
            "P3",
            [("2027-03-08T16:30:00Z", "state", "resolved", None)],
            "close",
            "10 h 30 min were used, before the last business day allowed was over",
        ),
    ],
)
def test_each_outcome_has_its_reason(spec, priority, events, target, because):
    explained = slm.explain(spec, log_of(priority, *events), ticket="1")
    assert by_target(explained)[target].because == because


def test_a_stop_that_stands_is_not_taken_back_by_a_second_reopening(spec):
    log = log_of(
        "P1",
        ("2027-03-05T16:30:00Z", "state", "resolved", None),
        ("2027-04-02T09:00:00Z", "state", "active", None),
        ("2027-04-02T10:00:00Z", "state", "resolved", None),
        ("2027-04-02T11:00:00Z", "state", "active", None),
    )
    told = by_target(slm.explain(spec, log, ticket="1"))
    assert told["fix"].because == "30 min of 8 h were used; reopened after its period, which changes nothing"


def test_a_stop_that_a_late_reopening_does_not_change_says_so(spec):
    log = log_of(
        "P1",
        ("2027-03-05T16:30:00Z", "state", "resolved", None),
        ("2027-04-02T09:00:00Z", "state", "active", None),
    )
    told = by_target(slm.explain(spec, log, ticket="1"))
    assert told["fix"].because == "30 min of 8 h were used; reopened after its period, which changes nothing"
    assert told["mean"].because == "30 min were used; reopened after its period"
    assert (told["fix"].verdict, told["mean"].verdict) == ("met", "counted")


def test_a_second_resolution_of_a_resolved_ticket_changes_nothing(spec):
    log = log_of(
        "P1",
        ("2027-03-05T16:30:00Z", "state", "resolved", None),
        ("2027-03-05T16:40:00Z", "state", "closed", None),
        ("2027-03-05T16:50:00Z", "state", "resolved", None),
    )
    assert by_target(slm.explain(spec, log, ticket="1"))["fix"].because == "30 min of 8 h were used"


def test_only_targets_on_time_have_a_clock_to_walk(spec):
    share = spec.contract.agreements["gold"].targets[-1]
    assert share.name == "reopened"
    with pytest.raises(TypeError, match=r"gold\.reopened"):
        timed(share)


def test_an_excluded_ticket_names_the_clause_that_excludes_it(spec):
    fix = by_target(slm.explain(spec, log_of("P1", site="breda"), ticket="1"))["fix"]
    assert fix.verdict == "undecided, excluded"
    assert fix.because.endswith("taken out of the net figures: Clause 7 (spec.slm:37)")


def test_a_change_of_priority_is_a_step(spec):
    log = log_of("P2", ("2027-03-05T16:30:00Z", "priority", None, "P1"))
    fix = by_target(slm.explain(spec, log, ticket="1"))["fix"]
    assert ("priority becomes P1", "runs") in [(step.what, step.clock) for step in fix.steps]


def test_a_ticket_that_nobody_judges_is_said_to_be_so(spec):
    for log in (log_of("P1", kind="problem"), log_of("P1", opened="2027-02-05T16:00:00Z")):
        assert "No target judges it." in slm.explain(spec, log, ticket="1").text()


def test_a_ticket_that_is_not_there_is_an_error(spec):
    with pytest.raises(KeyError, match="no ticket `2`"):
        slm.explain(spec, log_of("P1"), ticket="2")


def test_a_wait_ends_and_is_no_resolution(tmp_path):
    promise = "  target reply: next_reply of P1 incidents within 2 h for 90% each month\n  exclude"
    (tmp_path / "spec.slm").write_text(SPEC.replace("  exclude", promise), encoding="utf-8")
    at = pl.Series([f"2027-03-08T{hour:02}:00:00Z" for hour in (9, 10, 11, 13)])
    messages = pl.DataFrame(
        {
            "ticket": ["1"] * 4,
            "at": at.str.to_datetime(time_zone="UTC", time_unit="us"),
            "type": ["message"] * 3 + ["state"],
            "phase": [None] * 3 + ["resolved"],
            "actor_role": ["agent", "customer", "agent", "agent"],
            "public": [True] * 4,
        }
    )
    tickets = log_of("P1").tickets.select("ticket", "kind", "service", "priority", "opened")
    log = slm.EventLog.from_frames(tickets=tickets, events=messages)
    reply = by_target(slm.explain(slm.load(tmp_path), log, ticket="1"))["reply"]
    assert (reply.unit, reply.verdict) == ("wait 1", "met")
    assert [(step.what, step.elapsed) for step in reply.steps][:2] == [
        ("the clock starts", "0 s"),
        ("the wait ends", "1 h"),
    ]

"""Escalations at their edges: calendars that end, plans that are empty, room that runs out, owners of services."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from slmdsl.base.units import to_us
from slmdsl.cli.tables.escalation_tables import escalation_table
from slmdsl.cli.tables.exclusion_tables import exclusion_table
from slmdsl.evaluate.escalations import ladder
from slmdsl.evaluate.escalations.frame import ESCALATIONS
from slmdsl.evaluate.escalations.sent import messages_sent
from slmdsl.evaluate.from_log import evaluate
from slmdsl.evaluate.reference.one_ticket_escalations import rungs
from slmdsl.evaluate.tickets.exclusion_frame import EXCLUSIONS
from slmdsl.evaluate.verdicts import Verdicts
from slmdsl.events.log import EventLog
from slmdsl.report.explain import explanation
from tests.contracts import read

MONDAY = datetime(2027, 3, 1, tzinfo=UTC)
LAST = to_us(datetime(2027, 3, 31, tzinfo=UTC))
SPEC = """
provider globex "Globex"
customer acme "Acme"
team desk "Service desk"
team apps
staff desk {{
  timezone UTC
}}
service mail {{
  owner apps
}}
service till {{
  owner desk
}}
request laptop {{
  service mail
  owner desk
}}
priorities itil {{
  urgency       high  low
  impact   all  P1    P2
}}
calendar office {{
  timezone  UTC
  open      mon..fri 08:00-18:00
}}
calendar two_days {{
  timezone  UTC
  open      2027-03-01 08:00-18:00
  open      2027-03-02 08:00-18:00
}}
contingency surge {{
  then restore mail within 1 h
}}
clock standard {{
  stops    at resolved
  pauses   while wait_customer
  runs     on {calendar}
  {clock}
}}
sla gold {{
  between     globex and acme
  covers      mail, till, laptop
  valid       2027-03-01 .. 2027-03-31
  clock       standard
  escalation  ladder
  {targets}
}}
escalation ladder {{
  {steps}
}}
"""
FIX = "target fix: resolution of incidents within 4 h for 90% each month"


def contract_of(*steps, targets=(FIX,), calendar="office", clock=""):
    text = SPEC.format(steps="\n  ".join(steps), targets="\n  ".join(targets), calendar=calendar, clock=clock)
    return read(text)[0]


def hour(count):
    return MONDAY + timedelta(hours=count)


def log_of(*tickets, events=(), outages=None):
    """Return a log of tickets given as (id, opened, resolved) in hours from Monday, or as dicts."""
    usual = {"kind": "incident", "service": "mail", "priority": "P1", "group": None}
    rows = [
        usual
        | {"ticket": name, "opened": hour(opened), "resolved": None if end is None else hour(end)}
        | more
        for name, opened, end, more in tickets
    ]
    frames = {name: [row[name] for row in rows] for name in rows[0]}
    happened = {
        "ticket": [name for name, _, _ in events],
        "at": [hour(at) for _, at, _ in events],
        "type": ["state"] * len(events),
        "phase": [phase for _, _, phase in events],
    }
    return EventLog.from_frames(tickets=frames, events=happened if events else None, outages=outages)


def told(contract, log, *columns, as_of_us=LAST):
    """Return what was told, which for tickets is also what the obvious reading says, and is counted alike."""
    verdicts = evaluate(contract, log, as_of_us=as_of_us)
    frame = verdicts.escalations
    assert sent_between(verdicts, 0, LAST + 1) == listed(frame)
    first = [
        (log.ticket_columns.ids[row], each.line.rule.step, each.at_us)
        for row in range(len(log.ticket_columns))
        if log.ticket_columns.opened_us[row] <= as_of_us
        for each in rungs(contract, log, row, as_of_us)
        if not each.is_ahead
    ]
    on_tickets = frame.drop_nulls("ticket").select("ticket", "step", "at").unique(maintain_order=True)
    assert sorted(set(first)) == sorted((name, step, to_us(at)) for name, step, at in on_tickets.rows())
    return frame.select(columns or ("ticket", "step", "at")).rows()


def sent_between(verdicts, from_us, to_us):
    contract = verdicts.evaluation.contract
    span = {each.name: np.array([from_us, to_us]) for each in verdicts.agreements}
    (sent,) = messages_sent(contract, verdicts.judged, verdicts.agreements, span)
    return {(each.sla, each.step, each.rule, each.to): times for each, times in sent.items()}


def listed(frame):
    counts = frame.group_by("sla", "step", "rule", "to").len()
    return {tuple(row[:4]): row[4] for row in counts.iter_rows()}


def test_messages_are_counted_within_a_span_of_time():
    contract = contract_of(
        "at 50% of resolution notify owner, apps", "when open incidents > 1 notify apps every 1 h"
    )
    log = log_of(("A", 9, 16, {}), ("B", 10, 15, {"service": "till"}), ("C", 8, 20, {"service": None}))
    verdicts = evaluate(contract, log, as_of_us=LAST)
    half, crowd = (1, "at 50% of resolution"), (2, "when open incidents > 1")
    found = sent_between(verdicts, to_us(hour(11)), to_us(hour(13)))
    assert found == {
        ("gold", *half, "apps"): 3,  # two of them as the owner of mail, and as such
        ("gold", *half, "desk"): 1,
        ("gold", *crowd, "apps"): 2,
    }


def test_messages_are_counted_in_several_stretches_of_time():
    contract = contract_of(
        "at 50% of resolution notify owner, apps", "when open incidents > 1 notify apps every 1 h"
    )
    log = log_of(("A", 9, 16, {}), ("B", 10, 15, {"service": "till"}), ("C", 8, 20, {"service": None}))
    edges = [to_us(hour(at)) for at in (11, 12, 13, 14)]
    verdicts = evaluate(contract, log, as_of_us=LAST)
    whole, parts, none = messages_sent(
        contract,
        verdicts.judged,
        verdicts.agreements,
        *({"gold": np.array(edges, np.int64)} for edges in ([0, LAST + 1], edges, [])),
    )
    assert {each.sla for each in whole} == {"gold"}
    frame = verdicts.escalations
    wanted = [row for row in frame.iter_rows(named=True) if row["at"].hour in (11, 13)]
    assert sum(parts.values()) == len(wanted)
    assert 0 < len(wanted) < sum(whole.values()) == len(frame)
    assert not none


class TestCalendarsThatEnd:
    @pytest.mark.parametrize(
        "step",
        [
            "at 90% of resolution notify apps",
            "1 h before due of resolution notify apps",
            "1 business day before due of resolution notify apps",
        ],
    )
    def test_what_lies_behind_the_last_closing_never_comes(self, step):
        slow = "target fix: resolution of incidents within 40 h for 90% each month"
        assert told(contract_of(step, targets=(slow,), calendar="two_days"), log_of(("A", 9, None, {}))) == []

    @pytest.mark.parametrize(
        "step", ["at 50% of resolution notify apps", "1 h before due of resolution notify apps"]
    )
    def test_nor_does_the_end_of_a_day_that_never_comes(self, step):
        late = "target fix: resolution of incidents by end of 3 business days for 90% each month"
        assert told(contract_of(step, targets=(late,), calendar="two_days"), log_of(("A", 9, None, {}))) == []

    def test_a_limit_that_runs_out_at_the_last_closing_is_not_told_of_at_the_next_opening(self):
        whole = "target fix: resolution of incidents within 20 h for 90% each month"
        contract = contract_of(
            *("at 100% of resolution notify apps", "at 50% of resolution notify apps"),
            targets=(whole,),
            calendar="two_days",
            clock="deadline at next_opening",
        )
        assert told(contract, log_of(("A", 8, None, {}))) == [("A", 2, hour(18))]


def test_before_the_end_of_a_day_is_on_the_calendar():
    late = "target fix: resolution of incidents by end of 1 business day for 90% each month"
    contract = contract_of("1 h before due of resolution notify apps", targets=(late,))
    assert told(contract, log_of(("A", 9, None, {}))) == [("A", 1, hour(41))]


def test_a_step_before_due_that_lies_before_the_opening_never_fires_though_due_moves():
    two_days = "target fix: resolution of incidents within 2 business days for 90% each month"
    contract = contract_of(
        *("30 h before due of resolution notify apps", "19 h before due of resolution notify apps"),
        targets=(two_days,),
    )
    log = log_of(("A", 9, None, {}), events=[("A", 10, "wait_customer"), ("A", 12, "active")])
    assert told(contract, log) == [("A", 2, hour(12))]


def test_a_change_of_priority_brings_about_what_the_new_limit_has_passed():
    targets = (
        "target fast: resolution of P1 incidents within 2 h for 90% each month",
        "target slow: resolution of P2 incidents within 8 h for 90% each month",
    )
    contract = contract_of(
        *("1 h before due of resolution notify apps", "1 h after breach of resolution notify apps"),
        targets=targets,
    )
    events = {
        "ticket": ["A"],
        "at": [hour(13)],
        "type": ["priority"],
        "priority": ["P1"],
    }
    tickets = {
        "ticket": ["A"],
        "kind": ["incident"],
        "service": ["mail"],
        "priority": ["P2"],
        "opened": [hour(9)],
    }
    log = EventLog.from_frames(tickets=tickets, events=events)
    # Four hours are more than the two of a P1: decided, and so missed, at the change.
    assert told(contract, log, as_of_us=to_us(hour(17))) == [("A", 1, hour(13)), ("A", 2, hour(14))]


def test_time_resolved_counts_where_the_clock_counts_all():
    contract = contract_of(
        "3 h after breach of resolution notify apps", clock="reopened counts_all", calendar="always"
    )
    log = log_of(
        ("A", 9, None, {}), events=[("A", 14, "resolved"), ("A", 15, "active"), ("A", 20, "resolved")]
    )
    assert told(contract, log) == [("A", 1, hour(16))]


def test_nothing_is_told_of_tickets_that_come_later_or_of_clocks_that_have_not_started():
    contract = contract_of("at 50% of resolution notify apps", clock="starts at assigned")
    log = log_of(("A", 9, 16, {}), ("B", 30, None, {}))
    assert told(contract, log, as_of_us=to_us(hour(20))) == []


def test_more_messages_than_there_is_room_for(monkeypatch):
    contract = contract_of("at 50% of resolution notify apps every 1 h", "at 100% of resolution notify apps")
    log = log_of(("A", 9, 18, {}), ("B", 9, 18, {}), ("C", 9, 10, {}))
    expected = told(contract, log)
    assert len(expected) == 2 * 8
    for room in (1, 3, 9):
        monkeypatch.setattr(ladder, "_ROOM", room)
        assert told(contract, log) == expected


def test_a_repeat_of_no_length_is_none():
    contract = contract_of(
        "at 50% of resolution notify apps every 0 h", "when open incidents > 0 notify apps every 0 h"
    )
    assert told(contract, log_of(("A", 9, 12, {}))) == [(None, 2, hour(9)), ("A", 1, hour(11))]


class TestOwners:
    def test_a_request_without_a_service_is_its_own(self):
        fulfil = "target got: fulfilment of laptop requests within 4 h for 90% each month"
        contract = contract_of("at 50% of fulfilment notify owner", targets=(fulfil,))
        more = {"kind": "laptop", "service": "laptop"}
        assert told(contract, log_of(("A", 9, 16, more)), "to") == [("desk",)]

    def test_a_condition_on_services_is_told_to_the_owners_of_all(self):
        contract = contract_of(
            "when open incidents in mail > 0 and outage of till lasts 20 min notify owner",
            "when outage of mail lasts 1 h or open incidents > 0 and backlog of desk < 1 notify owner",
            "when open incidents > 0 notify owner, acme",
        )
        outages = {"service": ["till"], "start": [hour(10)], "end": [hour(11)]}
        found = told(contract, log_of(("A", 9, 16, {}), outages=outages), "step", "to", "at")
        assert found == [
            *((2, "apps", hour(9)), (3, "owner (nobody)", hour(9)), (3, "acme", hour(9))),
            *((1, "apps", hour(10) + timedelta(minutes=20)), (1, "desk", hour(10) + timedelta(minutes=20))),
        ]


class TestDesk:
    @pytest.mark.parametrize(
        ("condition", "begins"),
        [
            ("open incidents = 2", [10, 12]),
            ("open incidents != 2", [11, 13]),
            ("open incidents <= 1", [13]),
            ("open incidents >= 3", [11]),
            ("open P2 incidents > 0", []),
            ("open laptop requests > 0", []),
            ("open incidents in till > 0", []),
            ("open incidents where group = desk > 1", [10]),
        ],
    )
    def test_comparisons_begin_to_hold(self, condition, begins):
        group = {"group": "desk"}
        log = log_of(("A", 9, 13, group), ("B", 10, 14, group), ("C", 11, 12, {}))
        found = told(contract_of(f"when {condition} notify apps"), log, "at")
        assert found == [(hour(at),) for at in begins]

    def test_nobody_is_alarmed_by_a_planned_outage(self):
        contract = contract_of("when outage of mail lasts 1 h notify apps")
        outages = {
            "service": ["mail", "mail"],
            "start": [hour(10), hour(13)],
            "end": [hour(12), hour(15)],
            "planned": [True, False],
        }
        found = told(contract, log_of(("A", 9, 16, {}), outages=outages), "at")
        assert found == [(hour(14),)]

    def test_an_outage_that_goes_on_is_known_as_of_now(self):
        contract = contract_of("when outage of mail lasts 1 h notify apps")
        outages = {"service": ["mail"], "start": [hour(10)], "end": [None]}
        log = log_of(("A", 9, 16, {}), outages=outages)
        assert told(contract, log, "at", as_of_us=to_us(hour(11))) == [(hour(11),)]
        assert told(contract, log, "at", as_of_us=to_us(hour(11)) - 1) == []

    def test_steps_wait_for_the_agreement_to_be_in_force(self):
        contract = contract_of("when open incidents > 0 notify apps every 12 h")
        assert told(contract, log_of(("A", -20, 1, {})), "at") == [(hour(-20 + 24),)][:0]
        assert told(contract, log_of(("A", -20, 5, {})), "at") == [(hour(4),)]

    def test_flags_that_call_each_other_need_a_beginning(self):
        contract = contract_of(
            "when declared one declare two",
            "when declared two declare one",
            "when open incidents > 1 declare two",
            "when declared one and declared two notify apps every 1 business day",
        )
        log = log_of(("A", 9, 13, {}), ("B", 10, 12, {}))
        found = told(contract, log, "step", "at")
        assert found == [(1, hour(10)), (2, hour(10)), (3, hour(10)), (4, hour(10))]

    def test_a_flag_of_a_ticket_that_is_over_falls_at_once(self):
        contract = contract_of("at 50% of resolution declare slow", "when declared slow notify apps")
        events = [("A", 10, "wait_customer"), ("A", 11, "active"), ("A", 14, "closed")]
        assert told(contract, log_of(("A", 9, None, {}), events=events)) == [
            (None, 2, hour(12)),
            ("A", 1, hour(12)),
        ]

    def test_a_flag_of_a_ticket_that_is_resolved_already_never_stands(self):
        contract = contract_of(
            "at 50% of resolution declare slow", "when declared slow notify apps", clock="stops at closed"
        )
        assert told(contract, log_of(("A", 9, 10, {}))) == [("A", 1, hour(11))]


INNER = """
ola {name} {{
  between     desk and globex
  supports    gold
  valid       2027-03-01 .. 2027-03-31
  clock       standard
  escalation  ladder
  {counts}
  target held: resolution of incidents within 2 h for 90% each month
  exclude incidents in till because "Clause 9"
}}
"""


def with_inner(*steps, **inner):
    """Return a contract with agreements behind `gold`."""
    text = SPEC.format(steps="\n  ".join(steps), targets=FIX, calendar="office", clock="")
    for name, counts in inner.items():
        text += INNER.format(name=name, counts=counts)
    return read(text)[0]


def test_each_stay_in_a_group_has_its_own_clock():
    contract = with_inner("at 100% of resolution declare slow", inner="counts per_stay")
    desk = {"group": "desk", "service": "till"}
    found = told(contract, log_of(("A", 9, 16, desk)), "sla", "target", "at")
    assert found == [("inner", "held", hour(11)), ("gold", "fix", hour(13))]
    frame = evaluate(contract, log_of(("A", 9, 16, desk))).exclusions
    assert frame.select("sla", "target", "reason").rows() == [("inner", "held", "Clause 9")]


def test_two_agreements_look_at_one_clock_each_with_its_own_limit():
    text = SPEC.format(steps="at 100% of resolution notify apps", targets=FIX, calendar="office", clock="")
    other = INNER.format(name="second", counts="").replace("ola second", "contract second")
    contract = read(text + other)[0]
    found = told(contract, log_of(("A", 9, 16, {})), "sla", "at")
    assert found == [("second", hour(11)), ("gold", hour(13))]


class TestAnswers:
    def test_without_a_log_there_is_nothing_to_tell(self):
        nothing = Verdicts(as_of_us=0, periods=())
        assert nothing.escalations.schema.names() == list(ESCALATIONS)
        assert nothing.exclusions.schema.names() == list(EXCLUSIONS)
        assert escalation_table(nothing.escalations, UTC) is None
        assert exclusion_table(nothing.exclusions) is None

    def test_a_waiver_names_who_approved_it(self):
        waived = {"sla": "gold", "target": "fix", "kind": "waiver", "reason": "storm", "approver": "M. Koch"}
        frame = pl.DataFrame([{"ticket": "A", "missed": True, **waived}], schema=EXCLUSIONS)
        columns = {column.header: list(column.cells) for column in exclusion_table(frame).columns}
        assert columns["why"] == ["waived: storm"]
        assert columns["approved by"] == ["M. Koch"]
        assert columns["said in"] == [""]

    def test_an_agreement_without_an_escalation_tells_nobody(self):
        text = SPEC.format(steps="at 50% of resolution notify apps", targets=FIX, calendar="office", clock="")
        contract = read(text.replace("  escalation  ladder\n", ""))[0]
        assert told(contract, log_of(("A", 9, 16, {}))) == []

    def test_tables_sum_up(self):
        contract = contract_of(
            "at 50% of resolution notify apps",
            targets=(FIX, 'exclude incidents in till because "Clause 7"'),
        )
        verdicts = evaluate(contract, log_of(("A", 9, 12, {}), ("B", 9, 16, {"service": "till"})))
        told_of, left_out = escalation_table(verdicts.escalations, UTC), exclusion_table(verdicts.exclusions)
        assert [list(column.cells) for column in told_of.columns[1:4]] == [
            ["1. at 50% of resolution"],
            ["apps"],
            ["2"],
        ]
        assert [list(column.cells) for column in left_out.columns] == [
            *(["gold.fix"], ["Clause 7"], ["spec.slm:48"], ["1"], ["1"]),
        ]

    def test_a_ticket_is_explained_with_the_steps_that_fired_and_those_ahead(self):
        contract = contract_of(
            "at 50% of resolution notify owner, acme",
            "1 h before due of resolution reassign to desk",
            "1 h after breach of resolution notify apps",
        )
        found = explanation(contract, log_of(("A", 9, None, {})), 0, to_us(hour(11)))
        said = found.text()
        assert "at 50% of resolution (gold.fix): apps, acme" in said
        assert "Escalations ahead, if the clock runs on:\n  Mon 2027-03-01 12:00:00 UTC" in said
        assert [(each.step, each.is_ahead) for each in found.escalations] == [(1, False), (2, True)]

    def test_a_waiver_is_explained_with_who_approved_it(self):
        contract = contract_of("at 50% of resolution notify owner")
        tickets = {
            "ticket": ["A"],
            "kind": ["incident"],
            "service": ["mail"],
            "priority": ["P1"],
            "opened": [hour(9)],
        }
        waiver = {"type": ["waive"], "reason": ["storm"], "actor": ["manager"], "target": ["speed"]}
        events = {"ticket": ["A"], "at": [hour(40)]} | waiver
        log = EventLog.from_frames(tickets=tickets, events=events)
        verdicts = evaluate(contract, log, as_of_us=LAST)
        assert "a waiver of `speed` counts for nothing: no target is called so" in verdicts.notes
        assert "waived" not in explanation(contract, log, 0, LAST).text()
        log = EventLog.from_frames(tickets=tickets, events=events | {"target": ["fix"]})
        said = explanation(contract, log, 0, LAST)
        assert said.targets[0].verdict == "missed, waived"
        assert "waived: storm, approved by manager on Tue 2027-03-02 16:00 UTC" in said.targets[0].because

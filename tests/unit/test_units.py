"""Units of tickets: what random logs seldom meet."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import slmdsl as slm
from slmdsl.contract.model.clocks import Mark
from slmdsl.evaluate.tickets.ageing import ageing_of
from slmdsl.evaluate.tickets.counted import CountedTickets
from slmdsl.evaluate.tickets.rows import ticket_verdicts
from slmdsl.evaluate.units import log as units_module
from slmdsl.evaluate.units.log import unit_log
from slmdsl.events.vocabulary import EventType, Phase, Role
from slmdsl.rules.binding import bind
from slmdsl.rules.from_contract import ticket_rules, units_judged
from slmdsl.rules.units import WHOLE, Unit, UnitKind
from tests import builders as b

MORNING = "2027-03-01 09:00"


def units(log, *targets, **settings):
    contract = b.contract(b.agreement(*targets, **settings), customers=[("crew", "")])
    (unit,) = units_judged(contract)
    return unit_log(ticket_rules(contract, unit=unit), log)


def told(*, of=None):
    return b.target(b.within(b.minutes(30), measure="updates", of=of))


def test_units_are_called_by_a_word():
    assert [kind.word for kind in UnitKind] == ["ticket", "wait", "stretch", "stay", "stays", "backlog"]


def test_a_clock_starts_and_ends_with_its_unit():
    declared = b.clock(starts=Mark.ASSIGNED, stops=Mark.CLOSED)
    assert WHOLE.clock(declared) is declared
    wait = Unit(kind=UnitKind.WAIT).clock(declared)
    assert (wait.starts, wait.stops) == (Mark.OPENED, Mark.RESOLVED)
    stay = Unit(kind=UnitKind.STAY).clock(declared)
    assert (stay.starts, stay.stops, stay.responds) == (Mark.OPENED, Mark.CLOSED, Mark.ANY_ACTION)


def test_a_unit_has_what_its_ticket_has():
    log = b.log(
        b.ticket(MORNING, site="breda", kind="change"),
        b.ticket(
            MORNING, b.reply("2027-03-01 09:20"), b.event("2027-03-01 09:30", priority="P2"), site="delft"
        ),
    )
    found = units(log, told())
    tickets, events = found.log.ticket_columns, found.log.event_columns
    assert (found.ticket.tolist(), found.number.tolist()) == ([1, 1], [1, 2])
    assert list(tickets.ids) == ["T1", "T1"]
    assert len(tickets.ids) == 2
    assert [tickets.fields["site"].word(row) for row in (0, 1)] == ["delft", "delft"]
    assert [tickets.priority.word(row) for row in (0, 1)] == ["P1", "P1"]
    assert events.next_event.tolist() == [-1, -1]
    assert tickets.first_event.tolist() == [0, 1]


def test_tickets_that_no_target_may_judge_are_left_out_early():
    tickets = (
        b.ticket(MORNING, priority="P2"),
        b.ticket(MORNING, b.event("2027-03-01 10:00", priority="P1"), priority="P2"),
        b.ticket(MORNING, service="wan"),
        b.ticket(MORNING),
    )
    assert units(b.log(*tickets), told(of=b.population("P1")), services=("email",)).ticket.tolist() == [1, 3]


def test_units_are_cut_block_by_block(monkeypatch):
    log = b.log(*(b.ticket(MORNING, b.reply("2027-03-01 09:20")) for _ in range(5)))
    whole = units(log, told())
    monkeypatch.setattr(units_module, "_BLOCK", 2)
    parts = units(log, told())
    for name in ("ticket", "number"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name))
    for name in ("at_us", "ticket", "next_event"):
        mine, theirs = whole.log.event_columns, parts.log.event_columns
        assert np.array_equal(getattr(mine, name), getattr(theirs, name))
    assert np.array_equal(whole.log.ticket_columns.first_event, parts.log.ticket_columns.first_event)


def test_without_tickets_there_are_no_units():
    found = units(b.log(), told())
    assert (len(found.ticket), len(found.log.event_columns)) == (0, 0)


def test_a_waiver_needs_a_reason_and_somebody_who_approved():
    waive = {"kind": EventType.WAIVE, "role": Role.AGENT}
    log = b.log(
        b.ticket(MORNING, b.event("2027-03-01 10:00", reason="storm", actor="Anna", **waive)),
        b.ticket(MORNING, b.event("2027-03-01 10:00", reason="storm", **waive)),
    )
    contract = b.contract(b.agreement(told()))
    rules = ticket_rules(contract, unit=Unit(kind=UnitKind.STRETCH))
    found = unit_log(rules, log)
    rows = ticket_verdicts(bind(rules, found.log, as_of_us=b.at("2027-03-01 12:00")), found.log)
    assert rows.exclusion.tolist() == [-1, 0]
    before = ticket_verdicts(bind(rules, found.log, as_of_us=b.at("2027-03-01 09:59")), found.log)
    assert before.exclusion.tolist() == [0, 0]


def test_what_is_done_in_the_row_that_hands_a_ticket_over_is_done_by_those_who_had_it():
    at = "2027-03-01 10:00"
    frame = {
        "ticket": ["A"],
        "kind": ["incident"],
        "service": ["email"],
        "priority": ["P1"],
        "group": ["desk"],
    }
    when = pl.Series(["2027-03-01T09:00"]).str.to_datetime(time_unit="us")
    for assigned_in, stop in ((0, "2027-03-01 11:00"), (1, at)):
        events = {
            "ticket": ["A"] * 3,
            "at": pl.Series([at, at, "2027-03-01 11:00"]).str.to_datetime(time_unit="us"),
            "seq": [0, assigned_in, 2],
            "type": ["group", "assignee", "assignee"],
            "group": ["crew", None, None],
        }
        log = slm.EventLog.from_frames(pl.DataFrame(frame | {"opened": when}), pl.DataFrame(events))
        answer = b.target(b.within(b.hours(1), measure="response"), on=b.ALWAYS_OPEN)
        contract = b.contract(
            b.agreement(answer, stays="per_stay", promiser="crew"), customers=[("crew", "")]
        )
        (unit,) = units_judged(contract)
        rules = ticket_rules(contract, unit=unit)
        found = unit_log(rules, log)
        rows = ticket_verdicts(bind(rules, found.log, as_of_us=b.at("2027-03-01 12:00")), found.log)
        assert rows.stop_us.tolist() == [b.at(stop)]


def test_a_fact_stands_behind_the_events_of_its_instant():
    at = "2027-03-01 10:00"
    log = b.log(b.ticket(MORNING, b.event(at, Phase.ACTIVE), responded=at, resolved=at, closed=at))
    found = units(log, told()).log
    assert found.event_columns.phase.tolist() == [Phase.ACTIVE, Phase.RESOLVED]
    assert len(found.ticket_columns) == 1


def test_only_a_backlog_is_read_as_one():
    assert ageing_of(b.target(b.ageing(3))) == b.ageing(3)
    with pytest.raises(TypeError, match=r"gold\.fix"):
        ageing_of(told())


def test_no_tickets_lie_open_in_an_empty_desk():
    contract = b.contract(b.agreement(b.target(b.ageing(0, b.hours(1)))))
    log = b.log(b.ticket(MORNING, kind="change"))
    counted = CountedTickets.of(contract, log, b.at("2027-03-02 00:00"), ["gold"])
    (target,) = contract.agreements["gold"].targets
    assert [(row.n, row.verdict) for row in counted.rows(target)] == [(0, "running")]


SPEC = """
provider globex
customer acme
service mail
team crew "The crew"
clock plain {
  stops at resolved
  runs on always
}
sla gold {
  between  globex and acme
  covers   mail
  valid    2027-03-01 .. 2027-12-31
  clock    plain
  target told: updates of incidents every 30 min for 90% each month
  target fix: resolution of incidents within 8 h for 90% each month
}
ola each {
  between  crew and globex
  supports gold
  clock    plain
  valid    2027-03-15 .. 2027-12-31
  target fix: resolution of incidents within 1 h for 90% each month
}
ola all {
  between  crew and globex
  supports gold
  valid    2027-03-01 .. 2027-12-31
  clock    plain
  counts   over_stays
  target fix: resolution of incidents within 1 h for 90% each month
}
"""


def test_units_are_explained_one_by_one(tmp_path):
    (tmp_path / "spec.slm").write_text(SPEC, encoding="utf-8")
    spec = slm.load(tmp_path)
    day = "2027-03-14T"
    rows = [
        ("22:00", "group", "crew", None),
        ("22:30", "group", "desk", None),
        ("23:00", "message", None, True),
    ]
    rows += [("23:20", "group", "crew", None)]
    frame = {"ticket": ["A"], "kind": ["incident"], "service": ["mail"], "priority": ["P1"]}
    opened = pl.Series([f"{day}21:00"]).str.to_datetime(time_unit="us")
    events = {
        "ticket": ["A"] * len(rows),
        "at": pl.Series([f"{day}{row[0]}" for row in rows]).str.to_datetime(time_unit="us"),
        "type": [row[1] for row in rows],
        "group": [row[2] for row in rows],
        "public": [row[3] for row in rows],
    }
    log = slm.EventLog.from_frames(pl.DataFrame(frame | {"opened": opened}), pl.DataFrame(events))
    explained = slm.explain(spec, log, ticket="A")
    assert [(each.target, each.unit, each.verdict) for each in explained.targets] == [
        ("gold.fix", None, "undecided"),
        ("gold.told", "stretch 1", "missed"),
        ("gold.told", "stretch 2", "undecided"),
        ("all.fix", "all stays", "undecided"),
    ]
    text = explained.text()
    assert "gold.told, stretch 2: UNDECIDED" in text
    assert "leaves the group" in text
    assert "is back in the group" in text
    tickets = slm.evaluate(spec, log).tickets
    assert tickets["unit"].to_list() == [None, 1, 2, 1]
    assert tickets["sla"].to_list() == ["gold", "gold", "gold", "all"]

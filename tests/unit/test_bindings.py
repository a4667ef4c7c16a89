"""Rules that are bound once: for logs with the same dictionaries, from the same instant on, and no others."""

from __future__ import annotations

from datetime import UTC, datetime

from slmdsl.base.units import to_us
from slmdsl.evaluate.from_log import Evaluation, evaluate
from slmdsl.evaluate.tickets.bindings import Bindings
from slmdsl.events.log import EventLog
from tests.contracts import read

SPEC = """
provider globex "Globex"
customer acme "Acme"
team desk "Service desk"
service mail "E-mail"
clock standard {
  stops at resolved
}
sla gold {
  between     globex and acme
  timezone    UTC
  clock       standard
  target fix:   resolution of incidents within 4 h for 50% each month
  target again: share of incidents where reopenings > 0 at most 5% each month per reopenings
  target old:   count of open incidents older than 1 day at most 0 at end of month
  target quick: updates of incidents every 2 h for 50% each month
}
"""
CONTRACT = read(SPEC)[0]
NAMES = ["gold"]


def at(month, day, hour=0):
    return datetime(2027, month, day, hour, tzinfo=UTC)


AS_OF_US, FROM_US = to_us(at(4, 1)), to_us(at(1, 1))


def log_of(*tickets, priority="P1"):
    """Return a log of tickets given as (opened, resolved, reopenings)."""
    return EventLog.from_frames(
        tickets={
            "ticket": [f"T{number}" for number in range(len(tickets))],
            "kind": ["incident"] * len(tickets),
            "service": ["mail"] * len(tickets),
            "priority": [priority] * len(tickets),
            "group": [None] * len(tickets),
            "opened": [opened for opened, _, _ in tickets],
            "resolved": [resolved for _, resolved, _ in tickets],
            "reopenings": [again for _, _, again in tickets],
        }
    )


FEBRUARY = log_of((at(2, 3), at(2, 3, 1), 0), (at(2, 4), at(2, 5), 0))
MARCH = log_of((at(3, 3), at(3, 4), 0), (at(3, 9), None, 0))
OTHER = log_of((at(2, 3), at(2, 3, 9), 0), priority="P2")


def rows(bindings, log):
    evaluation = Evaluation.of(CONTRACT, log, AS_OF_US, NAMES, bindings=bindings)
    agreement = CONTRACT.agreements["gold"]
    return [row for target in agreement.targets for row in evaluation.rows(target, agreement)]


def fresh():
    return Bindings.of(CONTRACT, NAMES, AS_OF_US, from_us=FROM_US)


def test_the_same_dictionaries_are_bound_once():
    bindings = fresh()
    first = bindings.bound(bindings.whole, FEBRUARY, FROM_US)
    assert bindings.bound(bindings.whole, MARCH, FROM_US) is first
    assert bindings.bound(bindings.whole, MARCH, FROM_US - 1) is not first


def test_other_dictionaries_are_bound_anew():
    bindings = fresh()
    first = bindings.bound(bindings.whole, FEBRUARY, FROM_US)
    assert bindings.bound(bindings.whole, OTHER, FROM_US) is not first


def test_without_an_instant_a_log_is_bound_from_its_first_clock_on():
    bindings = Bindings.of(CONTRACT, NAMES, AS_OF_US)
    assert bindings.bound(bindings.whole, FEBRUARY, None).from_us == to_us(at(2, 3))
    assert bindings.bound(bindings.whole, MARCH, None).from_us == to_us(at(3, 3))


def test_logs_that_share_bindings_are_judged_as_each_by_itself():
    bindings = fresh()
    for log in (FEBRUARY, MARCH, OTHER, FEBRUARY, log_of((at(2, 3), at(2, 3, 1), 2))):
        shared = rows(bindings, log)
        assert shared == rows(fresh(), log)
        alone = evaluate(CONTRACT, log, as_of_us=AS_OF_US).periods
        held = {(row.target.name, row.part, row.period): row for row in shared}
        assert all(held[row.target.name, row.part, row.period] == row for row in alone)


def test_periods_before_the_first_ticket_are_told_of_too():
    found = [row.period for row in rows(fresh(), MARCH) if row.target.name == "fix"]
    assert found == ["2027-01", "2027-02", "2027-03"]


def test_each_sort_of_units_has_its_own():
    bindings = fresh()
    assert len(bindings.units) == 2
    assert {rules.unit for rules in bindings.units}.isdisjoint({bindings.whole.unit})

"""A log as it was known: nothing of later is in it, whatever column says it, and all of earlier is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.base.units import to_us
from slmdsl.events.known import known_at
from slmdsl.events.log import EventLog
from tests import studies

DAY_ONE = datetime(2027, 3, 1, tzinfo=UTC)


def day(number, hour=0):
    return DAY_ONE + timedelta(days=number - 1, hours=hour)


def at(number, hour=0):
    return to_us(day(number, hour))


LOG = EventLog.from_frames(
    {
        "ticket": ["over", "again", "open", "later", "columns"],
        "kind": ["incident"] * 5,
        "service": ["mail"] * 5,
        "priority": ["P2"] * 5,
        "group": ["desk"] * 5,
        "channel": ["mail", "phone", "mail", "mail", "mail"],
        "opened": [day(1), day(2), day(8), day(10), day(3)],
        "responded": [day(1, 1), day(2, 1), day(12), None, day(11)],
        "resolved": [day(2), None, day(14), None, day(13)],
        "closed": [day(4), None, None, None, day(14)],
        "reopenings": [1, 3, 0, 0, 2],
        "reassignments": [1, 2, 1, 0, 4],
    },
    {
        "ticket": ["over", "over", "again", "again", "again", "again", "again", "open", "open", "later"],
        "at": [day(1, 2), day(2), day(3), day(4), day(5), day(11), day(12), day(9), day(10), day(11)],
        "type": ["state", "state", "state", "state", "group", "state", "state", "group", "priority", "state"],
        "phase": [
            "active",
            "resolved",
            "resolved",
            "active",
            None,
            "resolved",
            "active",
            None,
            None,
            "active",
        ],
        "group": [None, None, None, None, "apps", None, None, "apps", None, None],
        "priority": [None] * 8 + ["P1", None],
    },
    samples={"service": ["mail"] * 2, "metric": ["up"] * 2, "at": [day(1), day(12)], "value": [1.0, 0.0]},
    outages={
        "service": ["mail"] * 3,
        "start": [day(1), day(9), day(12)],
        "end": [day(2), day(11), day(13)],
        "cause": ["power", "power", "rain"],
        "planned": [False, False, True],
        "announced": [None, None, day(11)],
    },
    feedback={
        "ticket": ["over", "columns", None],
        "service": ["mail"] * 3,
        "at": [day(4), day(14), day(5)],
        "score": [4.0, 2.0, 3.0],
    },
)


def ticket(log, name):
    return log.tickets.filter(pl.col("ticket") == name).to_dicts()[0]


KNOWN = known_at(LOG, at(10))


def test_tickets_of_then_are_there_and_no_others():
    assert KNOWN.tickets["ticket"].to_list() == ["over", "again", "open", "columns"]
    assert KNOWN.events.filter(pl.col("at") >= day(10)).is_empty()


def test_what_was_over_stays():
    assert ticket(KNOWN, "over") == ticket(LOG, "over")


def test_columns_that_were_filled_in_afterwards_are_empty():
    found = ticket(KNOWN, "columns")
    assert [found[name] for name in ("responded", "resolved", "closed")] == [None, None, None]
    assert (found["reopenings"], found["reassignments"]) == (0, 0)


def test_a_ticket_that_was_resolved_again_later_stands_as_it_did():
    found = ticket(KNOWN, "again")
    assert found["resolved"] == day(3)
    assert found["reopenings"] == 1
    assert found["reassignments"] == 1


def test_an_open_ticket_has_what_happened_until_then():
    assert ticket(KNOWN, "open")["responded"] is None
    events = KNOWN.events.filter(pl.col("ticket") == "open")
    assert events["type"].to_list() == ["group"]
    assert events["group"].to_list() == ["apps"]


def test_an_outage_that_goes_on_has_no_end():
    assert KNOWN.outages.select("start", "end", "cause").rows() == [
        (day(1), day(2), "power"),
        (day(9), None, None),
    ]


def test_samples_and_scores_of_later_are_gone():
    assert KNOWN.samples["at"].to_list() == [day(1)]
    assert KNOWN.feedback.select("ticket", "score").rows() == [("over", 4.0), (None, 3.0)]


def test_the_very_instant_is_not_known_yet():
    assert "later" not in known_at(LOG, at(10)).tickets["ticket"]
    assert "later" in known_at(LOG, at(10) + 1).tickets["ticket"]
    assert known_at(LOG, at(1)).tickets.is_empty()
    assert known_at(LOG, at(1)).events.is_empty()


def same(one, other):
    return all(
        getattr(one, name).equals(getattr(other, name))
        for name in ("tickets", "events", "samples", "outages", "feedback")
    )


def test_at_the_end_everything_is_known():
    assert same(known_at(LOG, LOG.last_us + 1), LOG)


@given(first=st.integers(0, 16 * 24), second=st.integers(0, 16 * 24))
def test_knowing_less_of_what_was_known_is_knowing_less(first, second):
    one, other = sorted((at(1, first), at(1, second)))
    assert same(known_at(known_at(LOG, other), one), known_at(LOG, one))


@pytest.mark.compiled
def test_a_simulated_log_is_cut_as_well():
    log = studies.trial(replications=1).run(0).log
    cut = to_us(datetime(2027, 2, 10, tzinfo=UTC))
    found = known_at(log, cut)
    assert found.last_us < cut
    wanted = log.events.filter(pl.col("at") < datetime(2027, 2, 10, tzinfo=UTC))
    assert found.events.equals(wanted.filter(pl.col("ticket").is_in(found.tickets["ticket"].implode())))
    assert (
        found.tickets.height
        == log.tickets.filter(pl.col("opened") < datetime(2027, 2, 10, tzinfo=UTC)).height
    )
    assert same(known_at(log, log.last_us + 1), log)

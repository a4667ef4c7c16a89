"""A log that tells everything: what is not in it did not happen."""

from __future__ import annotations

from datetime import UTC, datetime

from slmdsl.base.units import to_us
from slmdsl.evaluate.from_log import evaluate
from slmdsl.events.log import EventLog
from tests.contracts import PARTIES, contract

SPEC = (
    PARTIES
    + """
service email "E-mail" {
}
sla gold "Gold" {
  between globex and acme
  covers  email
  timezone UTC
  target up: availability of email at least 99% each month
}
"""
)
JULY = to_us(datetime(2027, 7, 1, tzinfo=UTC))
MARCH = to_us(datetime(2027, 3, 1, tzinfo=UTC))
OUTAGE = {
    "service": ["email"],
    "start": [datetime(2027, 5, 3, tzinfo=UTC)],
    "end": [datetime(2027, 5, 4, tzinfo=UTC)],
    "planned": [False],
}


def verdicts(log, **said):
    return [
        (row.period, str(row.verdict)) for row in evaluate(contract(SPEC), log, as_of_us=JULY, **said).periods
    ]


def test_a_log_is_judged_from_its_first_outage_on():
    assert verdicts(EventLog.from_frames(outages=OUTAGE)) == [("2027-05", "missed"), ("2027-06", "met")]


def test_a_complete_log_is_judged_from_its_beginning_on():
    log = EventLog.from_frames(outages=OUTAGE)
    assert verdicts(log, complete_from_us=MARCH) == [
        ("2027-03", "met"),
        ("2027-04", "met"),
        ("2027-05", "missed"),
        ("2027-06", "met"),
    ]


def test_a_complete_log_without_outages_was_up():
    log = EventLog.from_frames(outages={name: [] for name in OUTAGE})
    assert verdicts(log, complete_from_us=MARCH)[0] == ("2027-03", "met")
    assert verdicts(log) == [(None, "no_data")]

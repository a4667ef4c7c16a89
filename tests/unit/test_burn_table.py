"""The usual ladder of burn rates, scaled to a target's window."""

from __future__ import annotations

from fractions import Fraction

import pytest

from slmdsl.base.units import DAY, HOUR, MINUTE
from slmdsl.contract.burn import can_fire, standard_table
from tests.contracts import findings


@pytest.mark.parametrize(
    ("days", "rates"),
    [
        (30, ["14.4", "6", "3", "1"]),
        (28, ["13.44", "5.6", "2.8", "14/15"]),
        (7, ["3.36", "1.4", "0.7", "7/30"]),
        (31, ["14.88", "6.2", "3.1", "31/30"]),
        (90, ["43.2", "18", "9", "3"]),
    ],
)
def test_rates_are_the_share_of_the_budget_times_period_by_window(days, rates):
    assert [step.burn for step in standard_table(days * DAY)] == [Fraction(rate) for rate in rates]


def test_the_windows_are_those_of_the_workbook():
    assert [step.windows_us for step in standard_table(30 * DAY)] == [
        (HOUR, 5 * MINUTE),
        (6 * HOUR, 30 * MINUTE),
        (DAY, 2 * HOUR),
        (3 * DAY, 6 * HOUR),
    ]
    assert [step.budget_share for step in standard_table(DAY)] == [
        Fraction(share, 100) for share in (2, 5, 10, 10)
    ]


def test_a_month_with_a_change_of_clocks_is_an_hour_shorter():
    assert standard_table(31 * DAY - HOUR)[0].burn == Fraction(2, 100) * (31 * 24 - 1)


@pytest.mark.parametrize("length", [0, -DAY])
def test_no_period_has_no_rates(length):
    with pytest.raises(ValueError, match="has no burn rates"):
        standard_table(length)


def test_an_alert_that_needs_more_than_everything_to_fail_cannot_fire():
    assert can_fire(Fraction("14.4"), Fraction("0.001"))
    assert not can_fire(Fraction("14.4"), Fraction("0.1"))
    assert not can_fire(Fraction(10), Fraction("0.1"))
    assert can_fire(Fraction(10), Fraction(0))


GOLD = """
sla gold {
  target fix: resolution of incidents within 4 h GOAL
  alert fix ALERT notify owner
}
"""
SILENT = [
    ("for 90% each month", "the step of the standard alert above a burn rate of 13.44 can never fire"),
    ("for 80% each month", "2 steps of the standard alert above a burn rate of 13.44 and 5.6 can never fire"),
    ("for 90%", "the step of the standard alert above a burn rate of 13.44 can never fire"),
    (
        "for 70% each rolling 7 days",
        "the step of the standard alert above a burn rate of 3.36 can never fire",
    ),
]


@pytest.mark.parametrize(("goal", "message"), SILENT)
def test_steps_that_can_never_fire_are_told(goal, message):
    text = GOLD.replace("GOAL", goal).replace("ALERT", "standard")
    assert ("SLM418", message) in findings(text)


@pytest.mark.parametrize("goal", ["for 95% each month", "for 90% each week", "for 100% each year"])
def test_steps_that_can_fire_are_not(goal):
    text = GOLD.replace("GOAL", goal).replace("ALERT", "standard")
    assert "SLM418" not in {code for code, _ in findings(text)}


def test_a_rate_that_only_total_failure_reaches_is_never_exceeded():
    text = GOLD.replace("GOAL", "for 90% each month").replace("ALERT", "when burn > RATE over 1 h")
    assert "SLM418" in {code for code, _ in findings(text.replace("RATE", "10"))}
    assert "SLM418" not in {code for code, _ in findings(text.replace("RATE", "9.9"))}


@pytest.mark.parametrize(("length", "is_told"), [("7 min", True), ("5 min", False)])
def test_slices_that_no_day_is_made_of_have_no_rolling_budget(length, is_told):
    text = f"""
service mail
sla gold {{
  target up: availability of mail by slices of {length} at least 99% at least 90% each rolling 7 days
  alert up when burn > 2 over 1 h notify owner
}}
"""
    assert (("SLM408", "`up` has no error budget") in findings(text)) is is_told

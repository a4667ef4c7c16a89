"""Error budgets agree with the verdicts they stand behind, and alerts tell whom they name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slmdsl as slm
from slmdsl.contract.model.agreements import Share
from slmdsl.contract.model.alerts import BurnAlert
from slmdsl.evaluate.budgets.alerts import Watched, alert_messages, fired_alerts
from slmdsl.evaluate.budgets.budgets import Budget, goal_of
from slmdsl.evaluate.budgets.frames import with_messages
from slmdsl.evaluate.budgets.spending import Spending
from slmdsl.evaluate.budgets.tickets import share_spending
from slmdsl.evaluate.budgets.uptime import uptime_spending
from slmdsl.evaluate.verdicts import Verdicts
from tests.contracts import contract

TEXT = """
provider globex
customer acme {
  users 10
}
customer other {
  users 30
}
team apps
service mail {
  owner apps
  users acme
}
service shop {
  users other
}
field site
clock plain {
  stops at resolved
  runs on always
}
sla gold {
  between globex and acme
  covers  mail, shop
  valid   2027-03-01 .. 2027-03-31
  clock   plain
  BODY
}
"""
BEGIN = datetime(2027, 3, 1, tzinfo=UTC)


def spec_of(folder, body):
    path = folder / "a.slm"
    path.write_text(TEXT.replace("BODY", body))
    return slm.load(path)


def tickets(count=90, **fields):
    return pl.DataFrame(
        [
            {
                "ticket": str(i),
                "kind": "incident",
                "service": "mail",
                "priority": "P1",
                "opened": BEGIN + timedelta(hours=3 * i),
                "resolved": BEGIN + timedelta(hours=3 * i + (7 if i % 5 == 0 else 2)),
                "reopenings": i % 3,
                "site": ["a", "b", None][i % 3],
            }
            | {name: value(i) for name, value in fields.items()}
            for i in range(count)
        ]
    )


def outages(*rows):
    return pl.DataFrame(
        [
            {"service": service, "start": BEGIN + timedelta(hours=start), "end": BEGIN + timedelta(hours=end)}
            for service, start, end in rows
        ]
    )


FORMS = [
    "target fix: resolution of P1 incidents within 4 h for 90% each week",
    "target fix: resolution of P1 incidents within 4 h for 90% each week, counted when opened",
    "target fix: resolution of P1 incidents within 4 h for 90% each week counted when resolved",
    "target fix: resolution of P1 incidents within 4 h for 90%, from 2027-03-03 for 50% each month",
    "target fix: resolution of P1 incidents within 4 h for 90% each week per site",
    "target back: share of incidents where reopenings > 0 at most 5% each week",
    "target back: share of incidents where reopenings > 0 at least 70% each week counted when opened",
    "target back: share of incidents at most 70% each week",
    "target back: share of incidents where reopenings > 1 at most 5% each rolling 7 days per site",
]
UPTIME = [
    "target up: availability of mail by minutes at least 99.9% each week",
    "target up: availability of mail, shop by user_minutes at least 99% each week",
    "target up: availability of shop by slices of 5 min at least 99% at least 90% each day",
    "target up: availability of shop by slices of 10 min at least 99% at least 90% each rolling 3 days",
    "target up: availability of mail by mean of slices of 50 min at least 90% each day",
]
DOWN = outages(("mail", 10, 11), ("shop", 30, 30.4), ("mail", 170, 175.25))


def agree(verdicts):
    """Hold the burn of periods that are over against the value of their verdicts."""
    rows = [row for row in verdicts.periods if row.value is not None]
    budgets = {(each.part, each.period): each for each in verdicts.budget_book.budgets()}
    assert rows
    for row in rows:
        budget = budgets[row.part, row.period]
        lacks = (row.value if is_at_most(row) else 1 - row.value) / float(budget.budget)
        assert float(budget.burn) == pytest.approx(lacks, abs=1e-9)
        if budget.is_over:
            assert budget.consumed == budget.burn
            assert budget.remaining == 1 - budget.consumed


def is_at_most(row):
    return isinstance(row.target.form, Share) and row.target.form.at_most


@pytest.mark.parametrize("target", FORMS)
def test_budgets_of_tickets_are_those_of_the_verdicts(tmp_path, target):
    log = slm.EventLog.from_frames(tickets=tickets())
    agree(slm.evaluate(spec_of(tmp_path, target.replace(", counted", " counted")), log))


@pytest.mark.parametrize("target", UPTIME)
def test_budgets_of_uptime_are_those_of_the_verdicts(tmp_path, target):
    log = slm.EventLog.from_frames(outages=DOWN)
    agree(slm.evaluate(spec_of(tmp_path, target), log, as_of=BEGIN + timedelta(days=20)))


def test_users_that_are_not_known_weigh_alike(tmp_path):
    text = "target up: availability of mail, shop by user_minutes at least 99% each month"
    path = tmp_path / "a.slm"
    path.write_text(TEXT.replace("BODY", text).replace("  users other\n", ""))
    log = slm.EventLog.from_frames(outages=outages(("mail", 10, 11)))
    (budget,) = slm.evaluate(
        slm.load(path), log, as_of=datetime(2027, 4, 1, tzinfo=UTC)
    ).budget_book.budgets()
    assert budget.used == 3600
    assert budget.total == 2 * 31 * 24 * 3600 * budget.unit


def test_excluded_tickets_spend_nothing(tmp_path):
    body = f'{FORMS[0]}\n  exclude incidents where site = "a" because "theirs"'
    log = slm.EventLog.from_frames(tickets=tickets())
    agree(slm.evaluate(spec_of(tmp_path, body), log))


def test_only_shares_have_budgets_and_periods_are_needed(tmp_path):
    body = "target slow: mean resolution of P1 incidents at most 4 h each month\n  " + FORMS[0]
    spec = spec_of(tmp_path, body)
    verdicts = slm.evaluate(spec, slm.EventLog.from_frames(tickets=tickets()))
    assert set(verdicts.budgets["target"]) == {"fix"}
    assert slm.evaluate(spec, slm.EventLog.from_frames()).budgets.is_empty()
    assert Verdicts(as_of_us=0, periods=()).budgets.is_empty()
    early = slm.evaluate(spec, slm.EventLog.from_frames(tickets=tickets()), as_of=BEGIN - timedelta(days=9))
    assert early.budgets.is_empty()


def test_forms_without_a_share_have_no_goal(tmp_path):
    body = "target slow: mean resolution of P1 incidents at most 4 h each month"
    agreement = spec_of(tmp_path, body).contract.agreements["gold"]
    (slow,) = agreement.targets
    with pytest.raises(TypeError, match="Statistic has no error budget"):
        goal_of(slow.form, BEGIN.date())
    with pytest.raises(TypeError, match=r"`gold\.slow` is no share"):
        share_spending(slow, agreement, None, None, 0)


def test_outages_that_are_counted_have_no_budget(tmp_path):
    spec = spec_of(tmp_path, "target longest: longest outage of mail at most 2 h each month")
    verdicts = slm.evaluate(spec, slm.EventLog.from_frames(outages=DOWN))
    agreement = spec.contract.agreements["gold"]
    uptime = verdicts.evaluation.uptime_of(agreement.targets[0], agreement)
    with pytest.raises(TypeError, match="has no error budget"):
        uptime_spending(uptime)
    assert verdicts.budgets.is_empty()


ALERTED = (
    "target up: availability of mail by minutes at least 99.9% each month\n"
    '  alert up when burn > 10 over 5 min and 1 h notify owner, "duty@globex.example", owner'
)


def alerted(folder, body=ALERTED, **facts):
    spec = spec_of(folder, body)
    return spec, slm.evaluate(spec, slm.EventLog.from_frames(**facts), as_of=BEGIN + timedelta(days=20))


def test_an_alert_tells_owners_and_addresses_once(tmp_path):
    spec, verdicts = alerted(tmp_path, outages=outages(("mail", 10, 11)))
    (first, second) = alert_messages(verdicts.budget_book.alerts(), spec.contract)
    assert (first.to, second.to) == ("apps", "duty@globex.example")
    assert first.rule == "alert up: burn > 10 over 1 h and 5 min"
    assert first.clause == spec.contract.agreements["gold"].alerts[0].span.where


def test_a_rate_without_a_short_decimal_is_rounded_and_parts_are_named(tmp_path):
    body = FORMS[4] + "\n  alert fix standard notify owner"
    spec, verdicts = alerted(tmp_path, body, tickets=tickets(service=lambda _: "shop"))
    rules = {each.rule for each in alert_messages(verdicts.budget_book.alerts(), spec.contract)}
    assert "alert fix of a: burn > 0.2333 over 72 h and 6 h" in rules
    assert {each.to for each in alert_messages(verdicts.budget_book.alerts(), spec.contract)} == {"apps"}


def test_nobody_owns_a_service_without_an_owner(tmp_path):
    body = ALERTED.replace("of mail", "of shop")
    spec, verdicts = alerted(tmp_path, body, outages=outages(("shop", 10, 11)))
    told = [each.to for each in alert_messages(verdicts.budget_book.alerts(), spec.contract)]
    assert told == ["owner (nobody)", "duty@globex.example"]


def test_messages_stand_among_escalations(tmp_path):
    spec, verdicts = alerted(tmp_path, outages=outages(("mail", 10, 11)))
    kinds = {"ticket": pl.String, "sla": pl.String, "rule": pl.String, "step": pl.Int32, "to": pl.String}
    none = pl.DataFrame(
        schema=kinds | {"at": pl.Datetime("us", "UTC"), "address": pl.String, "clause": pl.String}
    )
    both = with_messages(none, alert_messages(verdicts.budget_book.alerts(), spec.contract))
    assert both["to"].to_list() == ["apps", "duty@globex.example"]
    assert both.schema == none.schema
    assert with_messages(none, ()) is none
    assert verdicts.escalations["to"].to_list() == ["apps", "duty@globex.example"]


def test_slices_that_no_day_is_made_of_have_no_rolling_budget(tmp_path):
    body = "target up: availability of mail by slices of 7 min at least 99% at least 90% each rolling 3 days"
    assert alerted(tmp_path, body, outages=DOWN)[1].budgets.is_empty()


def test_a_goal_that_changes_changes_the_rate_of_a_rolling_alert(tmp_path):
    body = (
        "target up: availability of mail by minutes at least 99%, from 2027-03-11 at least 90% each rolling 7 days\n"
        "  alert up when burn > 5 over 1 h notify owner"
    )
    down = outages(("mail", 100, 100.1), ("mail", 238, 238.1), ("mail", 300, 300.1))
    _, verdicts = alerted(tmp_path, body, outages=down)
    fired = verdicts.budget_book.alerts()
    assert [(each.from_us // 10**6 - int(BEGIN.timestamp())) / 3600 for each in fired] == pytest.approx(
        [100.05, 238.05], abs=0.001
    )


def test_a_rolling_budget_says_when_it_was_spent(tmp_path):
    body = (
        "target up: availability of mail by minutes at least 99% each rolling 7 days\n"
        "  alert up when burn > 10 over 1 h notify owner"
    )
    _, verdicts = alerted(tmp_path, body, outages=outages(("mail", 200, 205)))
    (alert,) = verdicts.budget_book.alerts()
    assert alert.from_us == int((BEGIN + timedelta(hours=200.1)).timestamp()) * 10**6 + 1
    # 1 % of 7 days are 1 h 40 min 48 s.
    assert alert.ahead_us == int(timedelta(hours=1.68 - 0.1) / timedelta(microseconds=1))


def test_an_alert_without_facts_or_time_tells_nothing(tmp_path):
    body = FORMS[0].replace("each week", "each rolling 7 days") + "\n  alert fix standard notify owner"
    _, verdicts = alerted(tmp_path, body, tickets=tickets(priority=lambda _: "P3"))
    assert verdicts.alerts.is_empty()
    assert not verdicts.budgets.is_empty()
    later = slm.evaluate(spec_of(tmp_path, ALERTED), slm.EventLog.from_frames(outages=DOWN), as_of=BEGIN)
    assert later.alerts.is_empty()


GOLD = contract(TEXT.replace("BODY", FORMS[0])).agreements["gold"]
FIX = GOLD.targets[0]
SPAN, HALF = 60, 30
GOALS = st.fractions(0, Fraction(7, 8), max_denominator=8)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3)), min_size=SPAN, max_size=SPAN),
    st.tuples(GOALS, GOALS),
    st.fractions(Fraction(1, 2), 4, max_denominator=4),
    st.lists(st.integers(1, 20), min_size=1, max_size=2),
    st.integers(1, SPAN),
)
def test_alerts_over_periods_are_those_of_an_obvious_count(states, goals, burn, windows, known):
    spending = samples_of(states[:known])
    budgets = [budget(spending, goal, place * HALF) for place, goal in enumerate(goals)]
    alert = BurnAlert(target="fix", burn=burn, windows_us=tuple(windows), recipients=(), span=FIX.span)
    watched = Watched(
        target=FIX,
        agreement=replace(GOLD, alerts=(replace(alert, target="other"), alert)),
        part=None,
        spending=spending,
        budgets=budgets,
        as_of_us=known - 1,
    )
    firing, expected = False, set()
    for now in range(known):
        rate = burn * budgets[now // HALF].budget
        exceeds = [exceeding(states, now, window, rate) for window in sorted(windows)]
        firing = exceeds[0] and (firing or all(exceeds))
        expected |= {now} if firing else set()
    found = list(fired_alerts(watched))
    assert {
        now for each in found for now in range(each.from_us, known if each.to_us is None else each.to_us)
    } == expected
    for each in found:
        assert each.ahead_us == ahead(states[:known], budgets[each.from_us // HALF], each.from_us)


def samples_of(states):
    bad, total = (np.array([min(row) if place else row[1] for row in states]) for place in (1, 0))
    return Spending.of_samples(np.arange(len(states)), bad, total)


def budget(spending, goal, from_us):
    bad, total = spending.between(from_us, from_us + HALF)
    return Budget(
        target=FIX,
        part=None,
        period="",
        from_us=from_us,
        to_us=from_us + HALF,
        goal=goal,
        bad=bad,
        so_far=total,
        total=total,
        unit=1,
        flows=False,
        is_over=True,
    )


def exceeding(states, now, window, rate):
    inside = states[max(now - window + 1, 0) : now + 1]
    return sum(min(row) for row in inside) > rate * sum(row[1] for row in inside)


def ahead(states, budget, from_us):
    failed = 0
    for now in range(budget.from_us, min(budget.to_us, len(states))):
        failed += min(states[now])
        if failed > budget.allowed:
            return now - from_us
    return None

"""From text and log to verdicts: every form of target, and those that are not worked out yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import polars as pl
import pytest

from slmdsl.base.units import to_us
from slmdsl.contract import check
from slmdsl.evaluate.from_log import EMPTY_LOG, NO_PERIOD, Evaluation, evaluate
from slmdsl.evaluate.tickets.verdicts import judgement
from slmdsl.events.intake import Intake
from slmdsl.events.log import EventLog
from slmdsl.syntax.parse import parse

TEXT = """slm 1
provider globex "Globex" {
  contact "a@globex.example"
}
customer acme "Acme" {
  contact "a@acme.example"
}
team desk "Desk"
field site
field by
calendar office "Office" {
  timezone UTC
  open mon..fri 08:00-18:00
}
service host "Hosting" {
  owner desk
}
service mail "Mail" {
  owner desk
  needs host
  metric wait_ms in ms
}
clock plain {
  starts at opened
  stops  at resolved
  runs   on always
}
sla acme_gold "Gold" {
  between  globex and acme
  covers   mail, host
  valid    %(valid)s
  timezone UTC
  clock    plain
%(targets)s
}
%(rest)s
"""


def contract_of(*targets, valid="2027-01-01 .. 2027-12-31", rest=""):
    text = TEXT % {"targets": "\n".join(f"  {each}" for each in targets), "valid": valid, "rest": rest}
    contract, findings = check([parse(text, "a.slm").tree], texts={"a.slm": text})
    assert not [finding for finding in findings if finding.is_error], findings
    return contract


def ticket(opened, hours=None, **facts):
    start = datetime(2027, *opened, tzinfo=UTC)
    defaults = {"kind": "incident", "service": "mail", "priority": "P1", "site": None, "by": None}
    resolved = None if hours is None else start + timedelta(hours=hours)
    return defaults | {"opened": start, "resolved": resolved} | facts


def log_of(*tickets, **frames):
    schema = {
        "resolved": pl.Datetime("us", "UTC"),
        "site": pl.String,
        "by": pl.String,
        "closed": pl.Datetime("us", "UTC"),
    }
    rows = [{"closed": None} | each | {"ticket": f"T{place}"} for place, each in enumerate(tickets)]
    frame = pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None)
    return EventLog.from_frames(frame, **frames)


def rows_of(contract, log, as_of=(2027, 3, 1, 0, 1)):
    return list(evaluate(contract, log, as_of_us=to_us(datetime(*as_of, tzinfo=UTC))).periods)


WITHIN = "target fix: resolution of P1 incidents within 4 h for 75% each month"


def test_a_share_in_time_is_judged_per_month_with_its_interval():
    log = log_of(
        ticket((1, 5), 4), ticket((1, 6), 3), ticket((1, 7), 2), ticket((1, 8), 5), ticket((2, 8), 5)
    )
    january, february, running = rows_of(contract_of(WITHIN), log)
    assert (january.n, january.met, january.value, january.threshold, january.verdict) == (
        4,
        3,
        0.75,
        0.75,
        "met",
    )
    assert january.low == pytest.approx(0.3006, abs=1e-4)
    assert (january.best, january.worst, january.gross_value) == (None, None, 0.75)
    assert (february.value, february.verdict) == (0, "missed")
    assert (running.period, running.verdict, running.value) == ("2027-03", "running", None)


def test_a_running_period_says_what_it_may_become():
    log = log_of(ticket((2, 1), 1), ticket((2, 1), 9), ticket((2, 9, 23)), ticket((2, 9, 22)))
    row = rows_of(contract_of(WITHIN), log, as_of=(2027, 2, 10))[1]
    assert (row.verdict, row.n, row.undecided, row.value) == ("running", 2, 2, 0.5)
    assert (row.best, row.worst) == (0.75, 0.25)


def test_a_dated_goal_weighs_by_ticket():
    target = "target fix: resolution of P1 incidents within 4 h for 50%, from 2027-01-16 for 100% each month"
    log = log_of(ticket((1, 5), 4), ticket((1, 6), 5), ticket((1, 20), 4), ticket((1, 21), 4))
    row = rows_of(contract_of(target), log)[0]
    assert (row.value, row.threshold, row.verdict) == (0.75, 0.75, "met")


@pytest.mark.parametrize(("misses", "verdict"), [(1, "met"), (2, "missed")])
def test_a_small_period_may_be_kept_with_a_miss(misses, verdict):
    target = "target fix: resolution of P1 incidents within 4 h for 90%, or 1 miss under 5 tickets each month"
    tickets = [ticket((1, 5), 1), *(ticket((1, 6), 9) for _ in range(misses))]
    assert rows_of(contract_of(target), log_of(*tickets))[0].verdict == verdict


def test_too_few_tickets_are_no_data_and_the_value_is_printed():
    target = f"{WITHIN}, minimum 3 tickets"
    row = rows_of(contract_of(target), log_of(ticket((1, 5), 1), ticket((1, 6), 1)))[0]
    assert (row.verdict, row.value, row.n) == ("no_data", 1, 2)


def test_excluded_cancelled_and_unresolved_tickets_are_counted_beside():
    clause = 'exclude incidents where by = "customer" because "Clause 7.3"'
    log = log_of(
        ticket((1, 5), 1),
        ticket((1, 5), 9, by="customer"),
        ticket((1, 6), closed=datetime(2027, 1, 6, 1, tzinfo=UTC)),
    )
    row = rows_of(contract_of(WITHIN, clause), log)[0]
    assert (row.n, row.value, row.gross_n, row.gross_value, row.excluded) == (1, 1, 2, 0.5, 1)
    assert (row.unresolved, row.cancelled) == (1, 0)


def test_per_gives_a_verdict_for_each_value_there_is_and_one_for_tickets_without():
    log = log_of(
        ticket((1, 5), 1, site="Delft"), ticket((1, 5), 9), ticket((1, 5), 9, site="Breda", kind="problem")
    )
    rows = [row for row in rows_of(contract_of(f"{WITHIN} per site"), log) if row.period == "2027-01"]
    assert [(row.part, row.verdict) for row in rows] == [("(missing)", "missed"), ("Delft", "met")]


def test_per_without_any_ticket_is_one_part_without_a_name():
    rows = rows_of(contract_of(f"{WITHIN} per site"), log_of(ticket((1, 5), 1, kind="problem")))
    assert {(row.part, row.verdict) for row in rows if row.period == "2027-01"} == {(None, "no_data")}


@pytest.mark.parametrize(
    ("word", "value"), [("mean", 4 * 3600), ("median", 3 * 3600), ("max", 8 * 3600), ("p75", 3 * 3600)]
)
def test_statistics_are_in_seconds(word, value):
    target = f"target time: {word} resolution of P1 incidents at most 4 h each month"
    log = log_of(ticket((1, 5), 3), ticket((1, 5), 2), ticket((1, 5), 3), ticket((1, 5), 8))
    row, empty, _ = rows_of(contract_of(target), log)
    assert (row.value, row.threshold, row.n) == (value, 4 * 3600, 4)
    assert row.verdict == ("met" if value <= 4 * 3600 else "missed")
    assert row.gross_value == row.value
    assert (empty.verdict, empty.value) == ("no_data", None)


@pytest.mark.parametrize(("open_tickets", "note"), [(1, "1 open ticket is"), (2, "2 open tickets are")])
def test_beside_a_statistic_stand_the_open_tickets_that_are_older_than_its_limit(open_tickets, note):
    target = "target time: mean resolution of P1 incidents at most 4 h each month"
    tickets = [ticket((2, 5), 3), ticket((2, 9, 23)), *(ticket((2, 5)) for _ in range(open_tickets))]
    row = rows_of(contract_of(target), log_of(*tickets), as_of=(2027, 2, 10))[1]
    assert row.note == f"{note} older than the limit"


def test_statistics_of_business_days_are_in_business_days():
    target = "target time: mean resolution of P1 incidents at most 2 business days each month on office"
    log = log_of(ticket((1, 4, 8), 24 + 5), ticket((1, 4, 8), 24 + 10))
    row = rows_of(contract_of(target), log)[0]
    assert (row.value, row.threshold, row.verdict) == (1.75, 2, "met")


def test_excluded_tickets_leave_a_statistic_without_a_gross_value():
    clause = 'exclude incidents where by = "customer" because "Clause 7.3"'
    target = "target time: mean resolution of P1 incidents at most 4 h each month"
    row = rows_of(contract_of(target, clause), log_of(ticket((1, 5), 3), ticket((1, 5), 9, by="customer")))[0]
    assert (row.value, row.gross_value, row.excluded) == (3 * 3600, None, 1)


@pytest.mark.parametrize(
    ("bound", "verdict", "best", "worst"),
    [("at most", "missed", 0.25, 0.75), ("at least", "met", 0.75, 0.25)],
)
def test_shares_hold_both_ways(bound, verdict, best, worst):
    target = f'target some: share of incidents where site = "Delft" {bound} 40% each month'
    tickets = [
        ticket((1, 5), 1, site="Delft"),
        ticket((1, 5), 1, site="Breda"),
        ticket((1, 30)),
        ticket((1, 30)),
    ]
    log = log_of(*tickets)
    assert rows_of(contract_of(target), log_of(*tickets[:2]), as_of=(2027, 2, 1))[0].verdict == verdict
    row = rows_of(contract_of(target), log, as_of=(2027, 1, 31))[0]
    assert (row.verdict, row.value, row.best, row.worst) == ("running", 0.5, best, worst)
    assert rows_of(contract_of(target), log, as_of=(2027, 3, 1))[1].verdict == "no_data"


def test_counts_hold_both_ways_and_none_is_a_count():
    most, least = (
        f"target {name}: count of incidents {name.replace('_', ' ')} 1 each month"
        for name in ("at_most", "at_least")
    )
    log = log_of(ticket((1, 5), 1), ticket((1, 6), 1))
    rows = rows_of(contract_of(most, least), log)
    assert [(row.value, row.verdict) for row in rows] == [
        (2, "missed"),
        (0, "met"),
        (0, "running"),
        (2, "met"),
        (0, "missed"),
        (0, "running"),
    ]
    assert [(row.best, row.worst) for row in rows[2::3]] == [(0, None), (None, 0)]


def test_availability_samples_and_scores_stand_beside_in_the_order_of_the_text():
    contract = contract_of(
        "target up: availability of mail at least 99% each month",
        "target wait: p95 of mail.wait_ms at most 800 ms each month",
        WITHIN,
        "target happy: mean score of feedback at least 4 each month",
    )
    day = datetime(2027, 1, 5, tzinfo=UTC)
    log = log_of(
        ticket((1, 5), 1),
        outages=pl.DataFrame({"service": ["host"], "start": [day], "end": [day + timedelta(days=1)]}),
        samples=pl.DataFrame({"service": ["mail"], "metric": ["wait_ms"], "at": [day], "value": [700.0]}),
        feedback=pl.DataFrame({"ticket": ["T0"], "service": ["mail"], "at": [day], "score": [4.5]}),
    )
    rows = [row for row in rows_of(contract, log) if row.period == "2027-01"]
    assert [(row.target.name, row.verdict) for row in rows] == [
        ("up", "missed"),
        ("wait", "met"),
        ("fix", "met"),
        ("happy", "met"),
    ]
    assert rows[0].value == 30 / 31


def test_a_source_of_outages_without_a_row_is_a_book_without_an_entry():
    source = 'source book {\n  read "o.csv"\n  timezone UTC\n  outages from "s" to "e"\n  service mail\n}\n'
    contract = contract_of("target up: availability of mail at least 99% each month", rest=source)
    log = log_of(ticket((1, 5), 1))
    assert rows_of(contract, log)[0].verdict == "no_data"
    intakes = tuple(
        Intake(source=name, file="o.csv", rows_in=0, rows_taken=0, rows_ignored=0, rows_refused=0)
        for name in ("book", "x")
    )
    read = EventLog(ticket_columns=log.ticket_columns, event_columns=log.event_columns, intakes=intakes)
    assert rows_of(contract, read)[0].verdict == "met"


LATER = "target later: share of open incidents where site is known at most 5% each month"


def test_a_form_that_is_not_worked_out_yet_says_so_for_each_period():
    rows = rows_of(contract_of(LATER), log_of(ticket((1, 5), 1)), as_of=(2027, 2, 1, 1))
    reason = "share of open incidents where site is known is not evaluated yet"
    assert [(row.period, row.verdict, row.note) for row in rows] == [
        ("2027-01", "not_evaluated", reason),
        ("2027-02", "not_evaluated", reason),
    ]


def test_a_form_that_is_not_worked_out_yet_says_so_without_any_period():
    (row,) = rows_of(contract_of(LATER), log_of(ticket((1, 5), 1)), as_of=(2026, 2, 1))
    assert (row.verdict, row.period) == ("not_evaluated", None)


def test_scores_are_judged_for_each_value_of_a_field():
    contract = contract_of(
        "target happy: mean score of feedback at least 4 each month per site, minimum 2 answers"
    )
    day = datetime(2027, 1, 5, tzinfo=UTC)
    feedback = {
        "ticket": ["T0", "T0", "T1", "T2", None],
        "service": [None, None, None, None, "mail"],
        "at": [day] * 5,
        "score": [5.0, 3.0, 2.0, 5.0, 2.0],
    }
    tickets = (ticket((1, 5), 1, site="Delft"), ticket((1, 5), 1), ticket((1, 5), 1, site="Breda"))
    rows = rows_of(contract, log_of(*tickets, feedback=pl.DataFrame(feedback)), as_of=(2027, 2, 1))
    assert [(row.part, row.n, row.value, row.verdict) for row in rows] == [
        ("(missing)", 2, 2, "missed"),
        ("Breda", 1, 5, "no_data"),
        ("Delft", 2, 4, "met"),
    ]


def test_without_scores_there_is_one_part_without_a_name():
    contract = contract_of("target happy: mean score of feedback at least 4 each month per site")
    rows = rows_of(contract, log_of(ticket((1, 5), 1)), as_of=(2027, 2, 1))
    assert [(row.part, row.verdict) for row in rows] == [(None, "no_data")]


OLA = """ola inner {
  between  desk and globex
  supports acme_gold
  clock    plain
  %s
  %s
}
"""


@pytest.mark.parametrize(("counts", "n"), [("", 2), ("counts per_stay", 2), ("counts over_stays", 1)])
def test_targets_of_an_ola_judge_stays_in_the_group(counts, n):
    contract = contract_of(WITHIN, rest=OLA % (counts, WITHIN))
    start = datetime(2027, 1, 5, tzinfo=UTC)
    tickets = {**ticket((1, 5), 9), "ticket": "T", "group": "Desk"}
    moves = [(1, "Network"), (3, "desk"), (4, "Network"), (5, None)]
    events = [
        {"ticket": "T", "at": start + timedelta(hours=hour), "type": "group", "group": group}
        for hour, group in moves
    ]
    log = EventLog.from_frames(pl.DataFrame([tickets]), pl.DataFrame(events))
    verdicts = evaluate(contract, log, as_of_us=to_us(datetime(2027, 2, 1, tzinfo=UTC)))
    rows = [row for row in verdicts.periods if row.target.agreement == "inner"]
    assert [(row.n, row.verdict) for row in rows] == [(n, "met")]
    mine = verdicts.tickets.filter(sla="inner")
    assert mine["unit"].to_list() == list(range(1, n + 1))
    assert sum(mine["elapsed"].to_list(), timedelta()) == timedelta(hours=2)
    assert verdicts.notes == ("group `Network` is none that a team is known as; it is named 2 times",)


def test_a_group_that_no_ticket_reaches_is_told():
    contract = contract_of(WITHIN, rest=OLA % ("", WITHIN))
    assert evaluate(contract, log_of(ticket((1, 5), 9))).notes == (
        "no ticket that is judged was in a group called `desk` or `Desk`",
    )


def test_who_is_judged_by_nobody_is_told():
    contract = contract_of(WITHIN)
    log = log_of(ticket((1, 5), 1), ticket((1, 5), 1, kind="change"), ticket((1, 5), 1, service="wan"))
    assert evaluate(contract, log).notes == ("2 tickets are judged by no target",)
    one = log_of(ticket((1, 5), 1), ticket((1, 5), 1, kind="change"))
    assert evaluate(contract, one).notes == ("1 ticket is judged by no target",)
    assert evaluate(contract, log_of(ticket((1, 5), 1))).notes == ()


@pytest.mark.parametrize(
    "target",
    [
        WITHIN,
        "target up: availability of mail at least 99% each month",
        "target happy: mean score of feedback at least 4 each month",
        "target longest: longest outage of mail at most 2 h each month",
        "target events: availability of mail by events at least 99% each month",
        "target slices: availability of mail by slices of 1 h at least 99% at least 99% each month",
        "target count: count of outages of mail at most 2 each month",
        "target restore: restore of mail within 2 h for 90% each month",
    ],
)
def test_a_period_that_begins_as_of_now_is_left_out_unless_it_holds_something(target):
    log = log_of(ticket((1, 5), 1))
    at_midnight = [row.period for row in rows_of(contract_of(target), log, as_of=(2027, 3, 1))]
    later = [row.period for row in rows_of(contract_of(target), log, as_of=(2027, 3, 1, 0, 0, 1))]
    assert (at_midnight, later) == (["2027-01", "2027-02"], ["2027-01", "2027-02", "2027-03"])


def test_what_happens_in_the_first_instant_of_a_period_is_judged_in_it():
    log = log_of(ticket((1, 5), 1), ticket((2, 28, 23), 1))
    rows = rows_of(contract_of(WITHIN), log, as_of=(2027, 3, 1))
    assert [(row.period, row.n) for row in rows] == [("2027-01", 1), ("2027-02", 0), ("2027-03", 1)]


def test_without_any_other_period_the_one_that_begins_now_is_no_period():
    log = log_of(ticket((1, 5), 1))
    (row,) = rows_of(contract_of(WITHIN, valid="2027-03-01 .. 2027-12-31"), log, as_of=(2027, 3, 1))
    assert (row.verdict, row.note, row.period) == ("no_data", NO_PERIOD, None)


def test_a_target_without_any_period_has_a_row_that_says_so():
    (row,) = rows_of(contract_of(WITHIN), log_of(ticket((1, 5), 1)), as_of=(2026, 2, 1))
    assert (row.verdict, row.note, row.period) == ("no_data", NO_PERIOD, None)


def test_an_empty_log_has_no_data():
    verdicts = evaluate(contract_of(WITHIN), EventLog())
    assert [(row.verdict, row.note) for row in verdicts.periods] == [("no_data", EMPTY_LOG)]
    assert verdicts.tickets.height == 0


def test_as_of_is_the_logs_last_instant():
    log = log_of(ticket((1, 5), 1))
    assert evaluate(contract_of(WITHIN), log).as_of_us == log.last_us


def test_agreements_are_chosen_by_name():
    contract, log = contract_of(WITHIN), log_of(ticket((1, 5), 1))
    assert evaluate(contract, log, agreements=[]).periods == ()
    assert len(evaluate(contract, log, agreements=["acme_gold"]).periods) == 1
    with pytest.raises(KeyError):
        evaluate(contract, log, agreements=["acme_silver"])


def test_targets_that_are_not_judged_are_named():
    mixed = (
        "target typical: median resolution of incidents at most 4 h each month",
        "target slow: median resolution of incidents at most 4 h, from 2027-06-01 at most 2 business days on office",
    )
    verdicts = evaluate(contract_of(*mixed), log_of(ticket((1, 5), 1)))
    assert verdicts.not_evaluated == ("acme_gold.slow",)


def test_tickets_are_listed_with_limits_reasons_and_clauses():
    clause = 'exclude incidents where by = "customer" because "Clause 7.3"'
    days = "target days: resolution of P2 incidents within 2 business days for 75% each month on office"
    end = "target end: resolution of P3 incidents by end of 1 business day for 75% each month on office"
    log = log_of(
        ticket((1, 5), 5, site="Delft"),
        ticket((1, 5), 3, by="customer"),
        ticket((1, 4, 8), 24 + 5, priority="P2"),
        ticket((1, 4, 8), 24 + 5, priority="P3"),
        ticket((1, 6), closed=datetime(2027, 1, 6, 1, tzinfo=UTC)),
    )
    targets = (
        f"{WITHIN} per site",
        days,
        end,
        clause,
        "target time: mean resolution of P2 incidents at most 4 h each month",
    )
    frame = evaluate(contract_of(*targets), log).tickets.sort("ticket", "target")
    columns = ("ticket", "target", "part", "met", "excluded", "reason", "limit_days")
    assert frame.select(columns).rows() == [
        ("T0", "fix", "Delft", False, False, None, None),
        ("T1", "fix", "(missing)", True, True, "Clause 7.3", None),
        ("T2", "days", None, True, False, None, 2),
        ("T2", "time", None, None, False, None, None),
        ("T3", "end", None, True, False, None, 1),
        ("T4", "fix", "(missing)", None, False, "closed without a resolution", None),
    ]
    assert frame["elapsed_days"].to_list() == [None, None, 1.5, None, None, None]
    assert frame["limit"].to_list()[0] == timedelta(hours=4)
    assert frame["limit"].to_list()[2] is None
    assert frame["elapsed"].to_list()[0] == timedelta(hours=5)
    assert set(frame["sla"]) == {"acme_gold"}
    assert frame["clause"].str.starts_with("a.slm:").all()


def test_an_agreement_without_limits_lists_no_tickets_with_one():
    target = "target time: mean resolution of P1 incidents at most 4 h each month"
    frame = evaluate(contract_of(target), log_of(ticket((1, 5), 1))).tickets
    assert frame.select("limit", "limit_days", "met").rows() == [(None, None, None)]


def test_a_target_that_is_not_on_tickets_is_refused_where_tickets_are_judged():
    with pytest.raises(TypeError, match="no target on tickets"):
        judgement(SimpleNamespace(form=None, qualified="a.b"), None)


def test_an_unknown_form_is_refused():
    contract = contract_of(WITHIN)
    evaluation = Evaluation.of(contract, log_of(ticket((1, 5), 1)), 0, [])
    target = SimpleNamespace(form=None, qualified="a.b", per=None)
    with pytest.raises(TypeError, match=r"a\.b"):
        evaluation.rows(target, contract.agreements["acme_gold"])

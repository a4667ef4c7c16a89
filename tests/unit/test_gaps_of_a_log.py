"""Gaps of small logs worked out by hand, of logs with a planted cause, and of the real log against plain polars."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

import slmdsl as slm
from slmdsl.base.shipped import shipped
from slmdsl.base.units import HOUR
from slmdsl.evaluate.from_log import evaluate
from slmdsl.report.gap_recurring import recurring_section
from slmdsl.report.gap_sections import answer, leading
from slmdsl.report.gap_time import counted_time, time_sentence
from slmdsl.report.language import ENGLISH
from slmdsl.study.gaps.finding import gaps_of
from tests.contracts import contract

pytestmark = pytest.mark.compiled

SPEC = """
calendar office {
  timezone UTC
  open mon..fri 08:00-18:00
}
provider globex
customer acme
service email
field caused_by
clock standard {
  stops at resolved
  pauses while wait_customer
  runs on office
}
sla gold {
  between globex and acme
  covers email
  timezone UTC
  clock standard
  target fix: resolution of incidents within 4 h for 90% each month
}
"""
MONDAY = datetime(2027, 3, 1, tzinfo=UTC)


def at(hours):
    return MONDAY + timedelta(hours=hours)


def tickets(*rows, **columns):
    """Return tickets from (id, opened, resolved) in hours after Monday's midnight."""
    ids, opened, resolved = zip(*rows, strict=True)
    return {
        "ticket": ids,
        "kind": ["incident"] * len(ids),
        "service": ["email"] * len(ids),
        "priority": ["P3"] * len(ids),
        "opened": [at(each) for each in opened],
        "resolved": [None if each is None else at(each) for each in resolved],
        **columns,
    }


def events(*rows):
    """Return events from (ticket, hours, what, word) where `what` is a column of the table."""
    return {
        "ticket": [row[0] for row in rows],
        "at": [at(row[1]) for row in rows],
        "type": [{"phase": "state", "group": "group", "actor": "assignee"}[row[2]] for row in rows],
        **{
            name: [row[3] if row[2] == name else None for row in rows] for name in ("phase", "group", "actor")
        },
    }


def gaps(facts, happened=None, **asked):
    text = contract(SPEC)
    log = slm.EventLog.from_frames(facts, happened)
    return gaps_of(text, log, evaluate(text, log), **asked)


def hours(spent):
    parts = ("waiting", "progress", "customer", "supplier", "internal", "resolved", "closed")
    return {part: getattr(spent, part) / HOUR for part in parts if getattr(spent, part)}


def test_time_is_told_apart_by_phases():
    """Opened at 16, taken at 17, with the customer from 9 to 11 the next day, resolved at 16."""
    found = gaps(
        tickets(("A", 16, 24 + 16)),
        events(
            ("A", 17, "phase", "active"),
            ("A", 24 + 9, "phase", "wait_customer"),
            ("A", 24 + 11, "phase", "active"),
            ("A", 24 + 16, "phase", "resolved"),
        ),
    )
    assert (found.judged, found.missed, found.tells) == (1, 1, "phases")
    assert hours(found.of_missed) == {"waiting": 1, "progress": 7, "customer": 2, "closed": 14}


def test_time_is_told_apart_by_who_takes_a_ticket():
    """Whoever gets a ticket that is handed over has to take it anew."""
    found = gaps(
        tickets(("A", 8, 17), group=["desk"]),
        events(
            ("A", 9, "actor", "Ann"),
            ("A", 11, "group", "apps"),
            ("A", 14, "actor", "Bob"),
            ("A", 17, "phase", "resolved"),
        ),
    )
    assert found.tells == "pick-ups"
    assert hours(found.of_missed) == {"waiting": 4, "progress": 5}


def test_what_was_resolved_and_reopened_is_time_of_its_own_and_what_comes_after_the_end_is_none():
    found = gaps(
        tickets(("A", 8, 40), closed=[at(90)]),
        events(
            ("A", 8, "phase", "active"),
            ("A", 9, "phase", "resolved"),
            ("A", 34, "phase", "active"),
            ("A", 40, "phase", "resolved"),
        ),
    )
    assert hours(found.of_missed) == {"progress": 7, "resolved": 25}


def test_without_phases_nothing_says_that_a_ticket_waited():
    found = gaps(tickets(("A", 8, 16), ("B", 8, 16), responded=[None, at(10)]))
    assert hours(found.of_missed) == {"waiting": 2, "progress": 14}
    assert gaps(tickets(("A", 8, 16))).tells == "nothing"


def test_a_ticket_that_is_still_open_counts_until_now():
    found = gaps(tickets(("A", 8, None), ("B", 9, 17)))
    assert (found.judged, found.missed) == (2, 2)
    assert hours(found.of_missed) == {"progress": 9 + 8}


def test_hand_offs_count_until_the_decision_and_returns_are_told():
    """A goes to and fro before its limit runs out at noon, B only afterwards; C goes on to a third group."""
    found = gaps(
        tickets(("A", 8, 17), ("B", 8, 17), ("C", 8, 11), group=["desk"] * 3),
        events(
            ("A", 9, "group", "apps"),
            ("A", 10, "group", "desk"),
            ("B", 14, "group", "apps"),
            ("B", 15, "group", "desk"),
            ("C", 9, "group", "apps"),
            ("C", 10, "group", "net"),
        ),
    )
    assert {each.value: (each.judged, each.missed) for each in found.by("hand-offs")} == {
        "0": (1, 1),
        "2": (2, 1),
    }
    bounces = found.bounces
    assert (bounces.moved, bounces.moved_missed, bounces.bounced, bounces.bounced_missed) == (2, 1, 1, 1)
    assert bounces.tickets == ("A",)
    assert {each.value: each.judged for each in found.by("group")} == {"desk": 2, "net": 1}


def test_only_what_counts_in_the_span_is_looked_at():
    facts = tickets(("A", 8, 17), ("B", 24 * 40 + 8, 24 * 40 + 17), ("C", 9, 10))
    month = [int((MONDAY + timedelta(days=days)).timestamp()) * 1_000_000 for days in (0, 31)]
    found = gaps(facts, from_us=month[0], to_us=month[1])
    assert (found.judged, found.missed, found.tickets) == (2, 1, ("A",))
    assert found.missed_by_hour[0, 8] == 1


def test_without_misses_or_tickets_there_is_nothing_to_find():
    assert gaps(tickets(("A", 8, 9))).missed == 0
    log = slm.EventLog.from_frames()
    found = gaps_of(contract(SPEC), log, evaluate(contract(SPEC), log))
    assert (found.judged, found.classes, found.recurring) == (0, (), ())


def test_what_recurs_comes_on_several_days():
    rows = [(f"T{number}", 24 * (number % 5) + 8, 24 * (number % 5) + 17) for number in range(10)]
    causes = ["printer"] * 5 + ["vpn", "vpn", "vpn", "mouse", None]
    found = gaps(tickets(*rows, caused_by=causes))
    assert found.causes == ("caused_by",)
    assert [(each.cause, each.count, each.days, each.missed) for each in found.recurring] == [
        ("printer", 5, 5, 5),
        ("vpn", 3, 3, 3),
    ]
    assert found.recurring[0].expected == 3
    assert found.recurring[0].tickets == ("T0", "T1", "T2", "T3", "T4")


def test_a_field_that_no_ticket_has_is_refused():
    with pytest.raises(KeyError, match="moon"):
        gaps(tickets(("A", 8, 9)), causes=["moon"])


@pytest.mark.parametrize("is_slow", [True, False])
def test_a_planted_group_is_found_and_nothing_where_none_is(is_slow):
    luck, count = np.random.default_rng(4), 2_500
    group = luck.integers(0, 8, count)
    chance = np.where((group == 5) & is_slow, 0.4, 0.12)
    opened = 24 * luck.integers(0, 120, count) + luck.integers(8, 12, count)
    resolved = opened + np.where(luck.uniform(size=count) < chance, 300, 1)
    rows = zip([f"T{n}" for n in range(count)], opened.tolist(), resolved.tolist(), strict=True)
    causes = [("printer", "vpn", "mouse")[each] for each in luck.integers(0, 3, count)]
    found = gaps(tickets(*rows, group=[f"g{each}" for each in group], caused_by=causes))
    led = leading(found)
    if is_slow:
        assert (led[0].dimension, led[0].value) == ("group", "g5")
        assert led[0].excess == pytest.approx(0.28 * led[0].judged, rel=0.25)
        assert led[0].tickets == tuple(each for each in found.tickets if group[int(each[1:])] == 5)
    else:
        assert not led


@pytest.fixture(scope="module")
def real():
    """The real log with all its verdicts, and its gaps."""
    spec = slm.load(shipped("models") / "demo" / "service_desk.slm")
    log = slm.ingest(spec, "servicenow")
    verdicts = evaluate(spec.contract, log, agreements=["service_desk"])
    return log, verdicts, gaps_of(spec.contract, log, verdicts)


@pytest.fixture(scope="module")
def decided(real):
    """Plain polars: decided, net verdicts with facts of their tickets."""
    log, verdicts, _ = real
    mine = verdicts.tickets
    valid = pl.lit("2016-03-01").str.to_date(), pl.lit("2016-06-01").str.to_date()
    local = pl.col("decided").dt.convert_time_zone("America/Sao_Paulo").dt.date()
    mine = mine.filter(
        pl.col("met").is_not_null(),
        ~pl.col("excluded"),
        pl.col("cycle") == 1,
        local >= valid[0],
        local < valid[1],
    )
    return mine.join(log.tickets, on="ticket")


def by_polars(frame, column):
    """Return cases and misses by the values of a column."""
    found = frame.group_by(column).agg(pl.len(), (~pl.col("met")).sum())
    return {value: (judged, missed) for value, judged, missed in found.iter_rows()}


def test_the_real_log_has_as_many_misses_as_its_verdicts(real):
    _, verdicts, found = real
    limited = verdicts.targets.filter(pl.col("target").str.contains("answer|fix"))
    assert found.judged == limited["n"].sum()
    assert found.missed == (limited["n"] - limited["met"]).sum()
    of_target = limited.group_by("target").agg(pl.col("n").sum(), pl.col("met").sum())
    wanted = {name: (n, n - met) for name, n, met in of_target.iter_rows()}
    assert {each.target.name: (each.judged, each.missed) for each in found.targets} == wanted


@pytest.mark.parametrize("name", ["channel", "category"])
def test_the_real_logs_fields_are_counted_as_polars_counts_them(real, decided, name):
    mine = {each.value: (each.judged, each.missed) for each in real[2].by(f"field {name}")}
    assert mine == by_polars(decided, name)


def test_the_real_logs_hours_are_counted_as_polars_counts_them(real, decided):
    opened = pl.col("opened").dt.convert_time_zone("America/Sao_Paulo")
    frame = decided.with_columns(weekday=opened.dt.weekday(), hour=opened.dt.strftime("%H"))
    mine = {each.value: (each.judged, each.missed) for each in real[2].by("hour")}
    assert mine == by_polars(frame, "hour")
    days = frame.group_by("weekday").agg((~pl.col("met")).sum()).sort("weekday")["met"].to_list()
    assert real[2].missed_by_hour.sum(axis=1).tolist() == days


def test_the_real_logs_groups_and_hand_offs_are_counted_as_polars_counts_them(real, decided):
    log, _, found = real
    own = log.tickets.select("ticket", at="opened", group="group", priority="priority", order=pl.lit(-1))
    later = log.events.with_row_index("order").select("ticket", "at", "group", "priority", "order")
    told = pl.concat([own, later.with_columns(pl.col("order").cast(pl.Int32))])
    told = told.join(log.tickets.select("ticket", "opened"), on="ticket")
    told = told.with_columns(at=pl.max_horizontal("at", "opened")).sort("ticket", "at", "order")
    held = pl.col("group").forward_fill().over("ticket")
    told = told.with_columns(held=held, priority=pl.col("priority").forward_fill().over("ticket"))
    before = pl.col("held").shift().over("ticket")
    told = told.with_columns(
        moved=(before.is_not_null() & pl.col("held").is_not_null() & (before != pl.col("held"))).cast(
            pl.Int32
        )
    )
    told = told.with_columns(moves=pl.col("moved").cum_sum().over("ticket")).select(
        "ticket", "at", "held", "moves", last="priority"
    )
    cases = decided.select("ticket", "decided", "met").sort("decided")
    both = cases.join_asof(
        told.sort("at", maintain_order=True),
        left_on="decided",
        right_on="at",
        by="ticket",
        strategy="backward",
    )
    assert {each.value: (each.judged, each.missed) for each in found.by("group")} == by_polars(both, "held")
    assert {each.value: (each.judged, each.missed) for each in found.by("priority")} == by_polars(
        both, "last"
    )
    moves = both.with_columns(moves=pl.min_horizontal("moves", pl.lit(5)))
    mine = {int(each.value.rstrip("+")): (each.judged, each.missed) for each in found.by("hand-offs")}
    assert mine == by_polars(moves, "moves")
    assert found.bounces.moved == both.filter(pl.col("moves") > 0).height


def test_every_class_keeps_its_tickets(real, decided):
    missed = decided.filter(~pl.col("met"))
    for each in real[2].by("field category")[:5]:
        wanted = missed.filter(pl.col("category") == each.value)["ticket"].unique().sort().to_list()
        assert sorted(each.tickets) == wanted


def test_all_the_time_of_a_miss_is_told_apart(real):
    """What is not with others or resolved in between sums up to the time from opening to stop."""
    for each in real[2].targets:
        assert each.of_missed.cases == each.missed
        assert each.of_all.whole >= each.of_missed.whole >= 0


def test_the_answer_shares_out_counted_time_and_tells_closed_hours_after_it():
    """A is opened two hours before closing and resolved the next noon: 6 h count, 14 h are closed."""
    found = gaps(tickets(("A", 16, 36)))
    counted, beside = counted_time(found)
    assert sum(counted.values()) == 6 * HOUR
    assert beside["closed"] == 14 * HOUR
    told = time_sentence(found, ENGLISH)
    assert told.startswith("Of the time that counts against their limits, misses spend ")
    assert told.endswith("time passes that does not count: closed hours 2.3 h.")
    assert "closed" not in told.split("Besides")[0]


def test_a_class_that_is_most_of_all_is_not_led_by(real):
    """Most tickets of the real log were never handed on, so that they have most misses is no news."""
    _, _, found = real
    led = leading(found)
    assert 0 < len(led) <= 5
    assert all(2 * each.judged <= found.judged for each in led)
    assert [each.excess for each in led] == sorted((each.excess for each in led), reverse=True)
    told = list(answer(found, ENGLISH))[1]
    assert f"({round(led[0].excess):,} of {led[0].missed:,} misses)" in told


def test_a_cause_that_misses_like_the_others_is_only_the_largest():
    rows = [(f"T{number}", 24 * (number % 5) + 8, 24 * (number % 5) + 17) for number in range(10)]
    even = gaps(tickets(*rows, caused_by=["printer"] * 7 + ["vpn"] * 3))
    largest = recurring_section(even, ENGLISH).blocks[0].text
    assert largest.startswith("The largest cause is caused_by printer: 7 tickets on 5 days")
    slow = [(f"S{number}", 24 * (number % 20) + 8, 24 * (number % 20) + 17) for number in range(20)]
    fast = [(f"F{number}", 24 * (number % 20) + 8, 24 * (number % 20) + 9) for number in range(60)]
    some = [("M", 8, 17)]
    causes = ["vpn"] * 20 + ["printer"] * 60 + ["mouse"]
    uneven = gaps(tickets(*slow, *fast, *some, caused_by=causes))
    assert "caused_by vpn came up 20 times" in recurring_section(uneven, ENGLISH).blocks[0].text
    assert "a candidate for a problem" in recurring_section(uneven, ENGLISH).blocks[0].text

"""What a fit makes of small logs, and how it writes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from slmdsl import EventLog
from slmdsl.base.units import HOUR, MINUTE, to_us
from slmdsl.calendars import CalendarPlan, Window
from slmdsl.study.fit.change import changed_at
from slmdsl.study.fit.draws import draws_of
from slmdsl.study.fit.fitting import FitError, fitted
from slmdsl.study.fit.lengths import length_of, wait_calendar
from slmdsl.study.fit.mixes import mix_of, priorities_of, shares_of
from slmdsl.study.fit.staff import Actions, presence_of, shifts_of, usual
from slmdsl.study.fit.words import duration, length, mix, percents
from slmdsl.syntax.format import format_text
from tests.contracts import contract

MONDAY = datetime(2027, 1, 4, 8, tzinfo=UTC)
SPEC = """
provider us "Us"
customer them "Them"
service mail "Mail" {
  owner us
}
clock counted {
  starts    at opened
  stops     at resolved
  runs      on always
}
sla gold "Gold" {
  between   us and them
  clock     counted
  valid     2027-01-01 .. 2027-12-31
  timezone  Etc/UTC
  target fix: resolution of incidents within 8 h for 70% each month
}
"""
GROUPS = tuple(f"Group {number}" for number in range(16))


def busy_log(days=40, a_day=30):
    """A log with many groups and no pick-ups: people only change states, and hold tickets for days."""
    luck = np.random.default_rng(3)
    tickets, events = [], []
    for day in range(days):
        start = MONDAY + timedelta(days=day)
        if start.weekday() >= 5:
            continue
        for number in range(a_day):
            ticket, opened = f"T{day}-{number}", start + timedelta(minutes=18 * number)
            weight = 0.6 ** np.arange(len(GROUPS))
            group = str(luck.choice(GROUPS, p=weight / weight.sum()))
            over = opened + timedelta(hours=float(luck.lognormal(2.0, 1.2)))
            tickets.append((ticket, opened, group))
            actor = f"agent {number % 4} of {group}"
            events.append((ticket, opened, "state", "active", None, actor))
            if luck.random() < 0.2:
                waited = opened + (over - opened) * 0.3
                events.append((ticket, waited, "state", "wait_supplier", None, actor))
                events.append((ticket, opened + (over - opened) * 0.6, "state", "active", None, actor))
            events.append((ticket, over, "state", "resolved", None, actor))
    names = ("ticket", "at", "type", "phase", "group", "actor")
    table = pl.DataFrame(events, schema=names, orient="row", infer_schema_length=None)
    facts = pl.DataFrame(tickets, schema=("ticket", "opened", "group"), orient="row").with_columns(
        kind=pl.lit("incident"), service=pl.lit("mail"), priority=pl.lit("P3")
    )
    return EventLog.from_frames(facts, table)


@pytest.fixture(scope="module")
def model():
    return fitted(contract(SPEC), busy_log(), source="desk", draws=20)


def test_what_lasts_beyond_a_sitting_is_no_work(model):
    assert model.method != "held"
    stream = model.streams[0]
    assert stream.start == "opening"
    hand = [each for each in stream.steps if each.remark == "in_hand"]
    assert hand
    assert {each.by for each in hand} == {"in_hand"}
    shelf = next(each for each in model.staff if each.is_shelf)
    assert shelf.group == "in_hand"
    assert all(each.utilisation <= 0.86 for each in model.staff)
    assert {each.key for each in model.cautions} >= {"response-too-good", "groups-lumped"}


def test_groups_that_carry_little_are_one_team(model):
    teams = {each.name: each for each in model.teams}
    assert "group_0" in teams
    assert teams["group_0"].words == ("Group 0",)
    lumped = teams["others"].words
    assert len(lumped) >= 2
    assert model.carried > 0.9
    assert not set(lumped) & {word for name, team in teams.items() if name != "others" for word in team.words}


def test_waits_for_a_supplier_are_steps_without_a_team(model):
    waits = [each for each in model.streams[0].steps if each.waits is not None]
    assert waits
    assert all(each.by is None and not each.works for each in waits)


def test_the_text_is_in_canonical_layout_and_checks_clean(model):
    text = model.to_slm(file="load.slm", draws="load.draws.csv")
    assert format_text(text, "load.slm") == text
    assert 'uncertain "load.draws.csv"' in text
    assert 'import "spec.slm"' in text
    assert 'import "../spec.slm"' in model.to_slm(file="models/load.slm")
    contract(model.to_slm(file="load.slm").replace('import "spec.slm"\n', "") + SPEC)
    assert "`desk`" in text
    assert max(map(len, text.splitlines())) < 140


def test_draws_have_a_column_for_what_the_text_says(model):
    drawn = model.draws
    assert drawn.rows.shape == (20, len(drawn.columns))
    assert drawn.columns[0] == "incidents rate"
    assert len(set(drawn.columns)) == len(drawn.columns)
    step = model.streams[0].step("group_0")
    ways = [f"incidents.group_0 then {each.name or 'resolved'}" for each in step.routes]
    places = [drawn.columns.index(each) for each in ways]
    assert drawn.rows[:, places].sum(axis=1) == pytest.approx(np.ones(20))
    assert drawn.rows[:, places].mean(axis=0) == pytest.approx([each.share for each in step.routes], abs=0.05)
    lines = drawn.to_csv().splitlines()
    assert lines[0].split(",")[:2] == ["draw", "incidents rate"]
    assert len(lines) == 21
    again = draws_of(model.streams, busy_log().ticket_columns.opened_us, seed=1, draws=20)
    assert np.array_equal(again.rows, drawn.rows)


def test_what_happened_later_is_not_known():
    log, until = busy_log(days=60), to_us(MONDAY + timedelta(days=40))
    model = fitted(contract(SPEC), log, until_us=until)
    assert model.last < (MONDAY + timedelta(days=40)).date()
    assert model.tickets == int(np.count_nonzero(log.ticket_columns.opened_us < until))


def test_a_way_that_changed_is_fitted_on_what_came_since():
    held = np.full(400, 6.0 * HOUR)
    begin = to_us(MONDAY) + np.arange(400) * 7 * 24 * HOUR // 40  # ten weeks
    within = (to_us(MONDAY), to_us(MONDAY) + 70 * 24 * HOUR)
    luck = np.exp(np.random.default_rng(2).normal(0.0, 0.3, 400))
    visits = SimpleNamespace(begin_us=begin)
    assert changed_at(visits, held * luck, within) is None
    # From the sixth week on visits are a third as long; 300 of them stand behind it only with twice the tickets.
    shorter = np.where(np.arange(400) >= 200, 2.0 * HOUR, held) * luck
    assert changed_at(visits, shorter, within) is None
    twice = SimpleNamespace(begin_us=np.repeat(begin, 2))
    assert changed_at(twice, np.repeat(shorter, 2), within) == to_us(MONDAY) + 35 * 24 * HOUR


def test_too_few_tickets_are_refused():
    with pytest.raises(FitError, match="too few"):
        fitted(contract(SPEC), busy_log(days=1))


def test_shifts_are_layers_of_hours():
    week = np.zeros((7, 24))
    week[:5, 7:19], week[:5, 10:16], week[5:, 9:12] = 5, 11, 1
    found = shifts_of(week.reshape(-1))
    assert [(each.weekdays, each.start, each.end, each.agents) for each in found] == [
        ((0, 1, 2, 3, 4), 7, 19, 5),
        ((0, 1, 2, 3, 4), 10, 16, 6),
        ((5, 6), 9, 12, 1),
    ]


def test_who_never_goes_home_is_a_program():
    begin = to_us(MONDAY)
    hours = np.arange(0, 24 * 28, 2) * HOUR
    people = np.array(
        [day * 24 * HOUR + hour * HOUR for day in range(26) if day % 7 < 5 for hour in range(9)]
    )
    actions = Actions(
        at_us=begin + np.concatenate((hours, people)),
        end_us=begin + np.concatenate((hours, people)),
        actor=np.repeat((0, 1), (len(hours), len(people))),
        place=np.zeros(len(hours) + len(people), np.int64),
    )
    presence = presence_of(actions, 1, "Etc/UTC")
    assert presence.programs == (0,)
    assert presence.actors == (1,)
    there = usual(presence, 0).reshape(7, 24)
    assert there[0, 9:15] == pytest.approx(np.ones(6))
    assert there[5:].sum() == 0


def test_waits_are_counted_on_the_narrowest_calendar_in_whose_hours_they_end():
    office = CalendarPlan(name="office", zone="UTC", weekly=((Window.parse("08:00-18:00"),),) * 5 + ((), ()))
    late = CalendarPlan(name="late", zone="UTC", weekly=((Window.parse("08:00-22:00"),),) * 5 + ((), ()))
    ends = to_us(MONDAY) + np.arange(1, 60) * 10 * MINUTE
    assert wait_calendar(ends, {"late": late, "office": office}) == "office"
    assert wait_calendar(ends + 5 * HOUR, {"office": office}) is None
    assert wait_calendar(ends[:3], {"office": office}) is None


def test_few_values_are_their_median():
    few = length_of(np.array([3.0, 5.0, 4.0]) * MINUTE)
    assert length(few) == "constant(4 min)"
    assert not few.is_assumed
    assert length_of(np.zeros(0), otherwise_us=15 * MINUTE).is_assumed


def test_numbers_are_said_as_the_language_has_them():
    assert percents([1, 1, 1]) == ["33.4%", "33.3%", "33.3%"]
    assert percents([0.9999, 0.0001]) == ["99.9%", "0.1%"]
    assert [duration(each * MINUTE) for each in (0.5, 1.5, 100, 130, 5 * 24 * 60)] == [
        "30 s",
        "90 s",
        "100 min",
        "2.17 h",
        "5 days",
    ]
    assert duration(5.0 * 24 * HOUR, in_days=False) == "120 h"


def test_mixes_leave_out_what_is_unknown_and_what_is_next_to_nothing():
    codes = np.array([0] * 6000 + [1] * 3998 + [2] * 2 + [-1] * 50)
    assert mix(mix_of(codes, ("mail", "till", "rare"))) == "mail 60%, till 40%"
    ways = shares_of(np.array([-1] * 70 + [1] * 30), {-1: None, 1: "apps"})
    assert mix(ways) == "resolved 70%, apps 30%"


def test_a_service_has_priorities_of_its_own_only_where_they_clearly_differ():
    luck = np.random.default_rng(1)
    service = np.repeat((0, 1), (3000, 1000))
    same = luck.choice(2, size=4000, p=(0.2, 0.8))
    assert len(priorities_of(same, service, ("P1", "P2"), ("mail", "till"), ("P1", "P2"))) == 1
    unlike = np.where(service == 1, luck.choice(2, size=4000, p=(0.6, 0.4)), same)
    general, own = priorities_of(unlike, service, ("P1", "P2"), ("mail", "till"), ("P1", "P2"))
    assert (general.service, own.service) == (None, "till")
    assert own.shares[0].share == pytest.approx(0.6, abs=0.05)

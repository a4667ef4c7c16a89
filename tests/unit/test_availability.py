"""Availability by minutes: its three forms of maintenance, agreed hours, unknown time, exact comparison."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from slmdsl.base.spans import NOWHERE, Span
from slmdsl.base.units import DAY, HOUR, MINUTE, NO_TIME, to_us
from slmdsl.calendars import ALWAYS, CalendarPlan, Window
from slmdsl.contract.model.agreements import (
    Availability,
    CalendarPeriod,
    Dated,
    OutageSelection,
    PeriodUnit,
    RollingPeriod,
)
from slmdsl.contract.model.catalogue import MaintenanceWindow
from slmdsl.evaluate.availability.facts import uptime_facts
from slmdsl.evaluate.availability.uptime import Uptime, judged_uptime
from slmdsl.events.columns import HOLD_UNTIL_NEXT, Coded, Outages, Samples
from slmdsl.rules.availability import uptime_rule
from slmdsl.rules.periods import periods_of

APRIL = to_us(datetime(2027, 4, 1, tzinfo=UTC))
MAY = to_us(datetime(2027, 5, 1, tzinfo=UTC))
MONTH = CalendarPeriod(unit=PeriodUnit.MONTH)
DAYS = CalendarPeriod(unit=PeriodUnit.DAY)
SHOP_HOURS = CalendarPlan(name="shop", weekly=((Window.parse("07:00-22:00"),),) * 7)


def coded(words):
    values = tuple(dict.fromkeys(words))
    return Coded(codes=np.array([values.index(word) for word in words], dtype=np.int32), values=values)


def book(*rows):
    """Rows of (service, start minute, end minute, and what is special)."""
    defaults = {"share": 1.0, "planned": 0, "announced": None}
    rows = [(*row[:3], defaults | (row[3] if len(row) > 3 else {})) for row in rows]
    us = [
        [NO_TIME if minute is None else APRIL + minute * MINUTE for minute in (row[1], row[2])]
        for row in rows
    ]
    told = [row[3]["announced"] for row in rows]
    return Outages(
        service=coded([row[0] for row in rows]),
        start_us=np.array([pair[0] for pair in us], dtype=np.int64),
        end_us=np.array([pair[1] for pair in us], dtype=np.int64),
        planned=np.array([row[3]["planned"] for row in rows], dtype=np.int8),
        announced_us=np.array(
            [NO_TIME if at is None else APRIL + at * MINUTE for at in told], dtype=np.int64
        ),
        cause=Coded.unknown(len(rows)),
        share=np.array([row[3]["share"] for row in rows], dtype=np.float64),
        data_loss_us=np.full(len(rows), NO_TIME, dtype=np.int64),
    )


def probe(*rows):
    return Samples(
        service=coded([row[0] for row in rows]),
        metric=coded(["up"] * len(rows)),
        at_us=np.array([APRIL + row[1] * MINUTE for row in rows], dtype=np.int64),
        value=np.array([row[2] for row in rows], dtype=np.float64),
        hold_us=np.array([row[3] if len(row) > 3 else HOLD_UNTIL_NEXT for row in rows], dtype=np.int64),
    )


def window(start_hour, end_hour, dates, notice_us=0):
    return MaintenanceWindow(
        weekdays=(),
        nth=None,
        month_day=None,
        dates=dates,
        windows_us=((start_hour * HOUR, end_hour * HOUR),),
        zone="UTC",
        notice_us=notice_us,
        span=NOWHERE,
    )


def service(name, hours=ALWAYS, maintenance=(), components=(), needs=None):
    return SimpleNamespace(
        name=name, hours=hours, maintenance=maintenance, components=components, needs=needs
    )


def form(*names, goal="0.999", later=None, maintenance="counts", unknown=None, method="minutes"):
    goals = [(None, Fraction(goal), NOWHERE)] + (
        [(date(2027, 4, 2), Fraction(later), NOWHERE)] if later else []
    )
    return Availability(
        services=names,
        method=method,
        goal=Dated(values=tuple(goals)),
        maintenance=maintenance,
        unknown=unknown,
    )


def verdicts(
    promise, services, outages=None, samples=None, period=MONTH, as_of=MAY, until=MAY, exclusions=(), **valid
):
    agreement = SimpleNamespace(
        zone="UTC",
        month_day=1,
        month_overflow="clamp",
        valid_from=valid.get("valid_from"),
        valid_to=valid.get("valid_to"),
        exclusions=exclusions,
    )
    target = SimpleNamespace(form=promise, period=period, qualified="acme.up", span=Span("a.slm", 0, 1, 1, 1))
    contract = SimpleNamespace(services={each.name: each for each in services})
    rule = uptime_rule(target, agreement, contract)
    outages, samples = outages or book(), samples or Samples.empty()
    facts = uptime_facts(samples, outages, as_of, has_book=not len(samples))
    periods = periods_of(target, agreement, APRIL, until)
    return judged_uptime(Uptime.of(rule, facts, samples, outages, periods, as_of))


# The figures of the semantics: T 43 200, M 240, Dm 180, Do 45 minutes.
MAINTAINED = service("mail", maintenance=(window(2, 6, ((2027, 4, 11),)),))
BOOKED = book(("mail", 10 * 1440 + 120, 10 * 1440 + 300), ("mail", 1000, 1045))


@pytest.mark.parametrize(
    ("maintenance", "value"),
    [
        ("excluded", (43200 - 240 - 45) / (43200 - 240)),
        ("up", (43200 - 45) / 43200),
        ("counts", (43200 - 225) / 43200),
    ],
)
def test_the_three_forms_of_maintenance_differ(maintenance, value):
    (row,) = verdicts(form("mail", maintenance=maintenance), [MAINTAINED], BOOKED)
    assert row.value == pytest.approx(value, abs=1e-15)
    assert row.maintenance_us == 240 * MINUTE
    assert f"{row.value:.4%}" == {"excluded": "99.8953%", "up": "99.8958%", "counts": "99.4792%"}[maintenance]


def test_the_comparison_is_exact_and_equal_keeps():
    outages = book(("mail", 0, 43200 // 1000, {}), ("mail", 43200 // 1000, 43200 // 1000 + 0.2))
    assert verdicts(form("mail"), [service("mail")], book(("mail", 0, 43.2)))[0].verdict == "met"
    assert verdicts(form("mail"), [service("mail")], outages)[0].verdict == "met"
    late = book(("mail", 0, 43.2 + 1 / 60_000_000))
    row = verdicts(form("mail"), [service("mail")], late)[0]
    assert (row.verdict, row.n, row.met) == ("missed", 43200, 43156)


def test_downtime_outside_agreed_hours_does_not_count():
    outages = book(("till", 0, 7 * 60 + 30), ("till", 21 * 60, 26 * 60))
    (row,) = verdicts(
        form("till", goal="0.9"), [service("till", hours=SHOP_HOURS)], outages, period=DAYS, until=APRIL + DAY
    )
    assert row.value == (900 - 30 - 60) / 900
    assert row.n == 900


def test_maintenance_and_closed_hours_are_united():
    shop = service(
        "till", hours=SHOP_HOURS, maintenance=(window(5, 8, ((2027, 4, 1),)), window(6, 9, ((2027, 4, 1),)))
    )
    (row,) = verdicts(form("till", maintenance="excluded"), [shop], book(), period=DAYS, until=APRIL + DAY)
    assert row.n == 13 * 60
    assert row.maintenance_us == 2 * HOUR


@pytest.mark.parametrize(
    ("special", "is_maintenance"),
    [
        ({"planned": 1, "announced": 1000 - 120}, True),
        ({"planned": 1, "announced": 1000 - 119}, False),
        ({"planned": 1}, False),
        ({"planned": 0, "announced": 0}, False),
    ],
)
def test_other_planned_outages_need_their_announcement(special, is_maintenance):
    mail = service("mail", maintenance=(window(2, 3, ((2027, 4, 20),), notice_us=2 * HOUR),))
    (row,) = verdicts(form("mail", maintenance="excluded"), [mail], book(("mail", 1000, 1060, special)))
    assert row.maintenance_us == (2 * HOUR if is_maintenance else HOUR)
    assert (row.value == 1) is is_maintenance


def test_announced_outages_of_a_component_are_maintenance_of_its_service():
    mail = service("mail", components=("east",))
    (row,) = verdicts(
        form("mail", maintenance="excluded"),
        [mail],
        book(("mail.east", 0, 60, {"planned": 1, "announced": -5})),
    )
    assert row.maintenance_us == HOUR


def test_a_share_weighs_downtime():
    (row,) = verdicts(form("mail"), [service("mail")], book(("mail", 0, 4320, {"share": 0.4})))
    assert row.value == 0.96


def test_sums_of_many_years_do_not_overflow():
    begin, end = to_us(datetime(1970, 1, 1, tzinfo=UTC)), to_us(datetime(2070, 1, 1, tzinfo=UTC))
    outages = book(("mail", (begin - APRIL) // MINUTE, (end - APRIL) // MINUTE, {"share": 0.5}))
    rows = verdicts(
        form("mail"),
        [service("mail")],
        outages,
        period=CalendarPeriod(unit=PeriodUnit.YEAR),
        as_of=end,
        until=end,
        valid_from=date(1970, 1, 1),
    )
    assert {row.value for row in rows if row.from_us >= APRIL} == {0.5}
    assert sum(row.met for row in rows) == (end - to_us(datetime(2027, 1, 1, tzinfo=UTC))) // MINUTE // 2


@pytest.mark.parametrize(
    ("unknown", "value", "best", "worst"),
    [(None, 0.5, 0.75, 0.25), ("up", 0.75, 0.75, 0.75), ("down", 0.25, 0.25, 0.25)],
)
def test_unknown_time_leaves_the_denominator_unless_the_target_decides_it(unknown, value, best, worst):
    samples = probe(("mail", 0, 1), ("mail", 360, 0, 6 * HOUR))
    (row,) = verdicts(
        form("mail", unknown=unknown),
        [service("mail")],
        samples=samples,
        period=DAYS,
        until=APRIL + DAY,
        as_of=APRIL + DAY,
    )
    assert (row.value, row.best, row.worst) == (value, best, worst)
    assert row.unknown_us == 12 * HOUR


def test_a_period_of_unknown_time_has_no_data():
    (row,) = verdicts(form("mail"), [service("mail")], samples=probe(("wan", 0, 1)))
    assert (row.verdict, row.value, row.best, row.worst, row.n) == ("no_data", None, 1, 0, 0)
    assert row.note == "no facts about mail"


def test_a_period_that_runs_says_what_it_may_still_become():
    (row,) = verdicts(form("mail"), [service("mail")], book(("mail", 0, 720)), as_of=APRIL + 10 * DAY)
    assert (row.verdict, row.value) == ("running", 0.95)
    assert (row.best, row.worst) == (29.5 / 30, 9.5 / 30)


def test_a_period_with_all_known_has_no_best_and_worst():
    (row,) = verdicts(form("mail"), [service("mail")])
    assert (row.best, row.worst, row.verdict, row.unknown_us, row.note) == (None, None, "met", 0, "")


def test_an_agreement_that_is_closed_all_period_has_no_data():
    closed = service("mail", hours=CalendarPlan(name="never"))
    (row,) = verdicts(form("mail"), [closed], period=DAYS, until=APRIL + DAY)
    assert (row.verdict, row.value, row.best) == ("no_data", None, None)


def test_services_stand_in_series_each_within_its_hours():
    outages = book(("till", 0, 60), ("till", 600, 660), ("mail", 630, 690))
    (row,) = verdicts(
        form("mail", "till"),
        [service("mail"), service("till", hours=SHOP_HOURS)],
        outages,
        period=DAYS,
        until=APRIL + DAY,
    )
    assert row.value == (1440 - 90) / 1440


def test_a_component_may_be_promised_by_itself():
    host = service("host", hours=SHOP_HOURS, components=("east", "west"))
    (row,) = verdicts(
        form("host.east"),
        [host],
        book(("host.east", 480, 570), ("host.west", 0, 1440)),
        period=DAYS,
        until=APRIL + DAY,
    )
    assert row.value == 0.9


def test_the_goal_in_force_at_the_start_of_the_period_holds():
    rows = verdicts(
        form("mail", goal="0.9", later="0.95"),
        [service("mail")],
        book(("mail", 0, 100), ("mail", 1440, 1540)),
        period=DAYS,
        until=APRIL + 2 * DAY,
    )
    assert [(row.verdict, row.threshold) for row in rows] == [("met", 0.9), ("missed", 0.95)]


def test_rolling_windows_are_sums_of_days():
    rows = verdicts(
        form("mail", goal="0.9"),
        [service("mail")],
        book(("mail", 720, 1440)),
        period=RollingPeriod(days=2),
        until=APRIL + 3 * DAY,
    )
    assert [(row.period, row.value, row.verdict) for row in rows] == [
        ("2027-04-02/2d", 0.75, "missed"),
        ("2027-04-03/2d", 1, "met"),
    ]


def test_no_periods_have_no_verdicts():
    assert verdicts(form("mail"), [service("mail")], valid_from=date(2028, 1, 1)) == []


def test_an_excluded_outage_leaves_the_net_figure_and_stays_in_the_gross_one():
    outages = book(("mail", 0, 1440), ("mail", 2880, 3600))
    fire = SimpleNamespace(
        population=None,
        outages=OutageSelection(services=("mail",), condition=None, words="outages in mail"),
        reason="Clause 12",
    )
    (row,) = verdicts(form("mail"), [service("mail")], outages, exclusions=(fire,))
    assert (row.verdict, row.value, row.gross_value) == ("met", 1, 1 - 2160 / 43200)
    assert (row.n, row.gross_n, row.excluded) == (43200 - 2160, 43200, 2)
    assert row.note == (
        "excluded: mail 2027-04-01 00:00 to 2027-04-02 00:00 (Clause 12), "
        "mail 2027-04-03 00:00 to 2027-04-03 12:00 (Clause 12)"
    )


def test_another_form_is_no_target_of_availability():
    with pytest.raises(TypeError, match=r"acme\.up"):
        verdicts(SimpleNamespace(), [service("mail")])

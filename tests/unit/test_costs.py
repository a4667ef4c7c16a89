"""What replications cost, worked out by hand: ticks are half hours, days that count begin at tick 10 and end at 100."""

import re
from datetime import date
from fractions import Fraction
from io import StringIO
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from slmdsl.base.units import DAY, HOUR, MINUTE, Money
from slmdsl.cli.tables.desk_tables import desk_tables
from slmdsl.report.charts.words import money
from slmdsl.study.desk.costs import Cost, PaidTime, Priced, cost_of, paid_time
from slmdsl.study.running.study import studied
from slmdsl.workload import plan as p
from tests import studies
from tests.desks import flat, ints, plan_of

TICK_US = 30 * MINUTE
EARLY, LATE = [(0, 8), (16, 24), (40, 48)], [(24, 30), (96, 104)]
"""Windows of the two shifts of the desk."""
PEOPLE = ((0, p.REGULAR, 0), (0, p.REGULAR, 1), (0, p.ON_CALL, -1), (0, p.ADDED, -1), (1, p.REGULAR, 1))
"""Group, kind and shift of each agent."""


def us(ticks):
    return np.array(ticks, np.int64) * TICK_US


EUROS = Money(currency="EUR", minor=4000)


def made(*, desk=EUROS, per="agent hour", minor=6000):
    first, end, windows = flat([EARLY, LATE])
    group, kind, shift = zip(*PEOPLE, strict=True)
    cost = None if minor is None else (Money(currency="EUR", minor=minor), per)
    contingencies = (SimpleNamespace(name="idle", cost=None), SimpleNamespace(name="surge", cost=cost))
    staff = {
        "desk": SimpleNamespace(cost=desk),
        "apps": SimpleNamespace(cost=Money(currency="USD", minor=1001)),
    }
    return plan_of(
        what_if=SimpleNamespace(contract=SimpleNamespace(staff=staff), contingencies=contingencies),
        tick_us=TICK_US,
        start=0,
        first=10,
        end=100,
        words=SimpleNamespace(groups=("desk", "apps", "supplier")),
        groups=SimpleNamespace(lines=ints([-1, -1])),
        agents=SimpleNamespace(group=ints(group), kind=ints(kind)),
        shifts=SimpleNamespace(
            of_agent=ints(shift),
            first=first,
            end=end,
            start=ints((begin for begin, _ in windows), np.int64),
            stop=ints((until for _, until in windows), np.int64),
        ),
        contingencies=SimpleNamespace(
            first_action=ints([0, 0]),
            end_action=ints([0, 2]),
            action_kind=ints([p.RESTORE, p.ADD_AGENTS]),
            action_after=ints([0, 3], np.int64),
            action_first_agent=ints([-1, 3]),
            action_end_agent=ints([-1, 4]),
        ),
    )


LUCK = SimpleNamespace(
    first_duty=ints([0, 0, 0, 0, 3]),
    end_duty=ints([0, 0, 0, 3, 3]),
    duty_from=ints([0, 40, 90], np.int64),
    duty_to=ints([20, 50, 110], np.int64),
)
"""Only the added agent has hours that are asked for."""


def outcome(spells=(), called=()):
    agent, begin, end = zip(*spells, strict=True) if spells else ((),) * 3
    number, on, off = zip(*called, strict=True) if called else ((),) * 3
    return SimpleNamespace(
        spells=SimpleNamespace(agent=ints(agent), begin_us=us(begin), end_us=us(end)),
        called=SimpleNamespace(contingency=ints(number), from_us=us(on), to_us=us(off)),
    )


def paid(*spells):
    return [
        (
            each.group,
            *(Fraction(part, TICK_US) for part in (each.rostered_us, each.overtime_us, each.on_call_us)),
        )
        for each in paid_time(made(), outcome(spells))
    ]


def test_shifts_are_paid_from_the_first_day_to_the_end_whoever_works():
    # Early: 16..24 and 40..48; late: 24..30, and 96..100 of 96..104; each has an agent in the desk.
    assert paid() == [("desk", 26, 0, 0), ("apps", 10, 0, 0)]


@pytest.mark.parametrize(
    ("spell", "overtime"),
    [
        ((0, 16, 24), 0),
        ((0, 20, 27), 3),
        ((0, 23, 42), 16),
        ((0, 5, 17), 6),
        ((0, 0, 9), 0),
        ((1, 99, 104), 0),
        ((1, 31, 33), 2),
    ],
)
def test_work_outside_of_the_own_shift_is_overtime_as_far_as_it_counts(spell, overtime):
    assert paid(spell)[0] == ("desk", 26, overtime, 0)


def test_on_call_only_work_is_paid():
    assert paid((2, 8, 12), (2, 50, 51)) == [("desk", 26, 0, 3), ("apps", 10, 0, 0)]


def test_groups_cost_their_hours_in_their_currency():
    euro, dollar = cost_of(made(minor=None), LUCK, outcome([(0, 20, 27), (2, 50, 51)]))
    assert euro == Cost(
        priced=Priced("desk", is_contingency=False, currency="EUR"), minor=Fraction(30 * 4000, 2)
    )
    assert dollar == Cost(
        priced=Priced("apps", is_contingency=False, currency="USD"), minor=Fraction(10 * 1001, 2)
    )
    assert PaidTime(group="", rostered_us=1, overtime_us=2, on_call_us=4).whole_us == 7


def test_a_group_without_a_price_is_not_told():
    assert [each.priced.name for each in cost_of(made(desk=None), LUCK, outcome())] == ["apps", "surge"]


def surge(per, *, spells=(), called=((1, 5, 18), (0, 20, 99), (1, 36, 45), (1, 48, 50))):
    found = cost_of(made(per=per), LUCK, outcome(spells, called))
    return [each.minor for each in found if each.priced.is_contingency]


def test_a_contingency_costs_each_time_or_each_hour():
    assert surge(None) == [2 * 6000]
    assert surge("hour") == [Fraction((18 - 10) + 9 + 2) * 3000]


def test_added_agents_are_paid_while_they_are_there_in_the_hours_of_their_group():
    # They come 3 after the call: 8..18 of 0..20, 39..45 of 40..50, and not at all before 50.
    assert surge("agent hour") == [(8 + 5) * 3000]


def test_overtime_of_added_agents_is_paid_too():
    assert surge("agent hour", spells=((3, 12, 19), (3, 44, 48), (3, 8, 11))) == [(8 + 5 + 1 + 3) * 3000]


def test_nothing_that_is_never_called_costs():
    assert surge("agent hour", called=()) == surge("hour", called=()) == surge(None, called=()) == [0]


PRICED = (
    studies.TWO_GROUPS.replace("absence   12%", "absence   12%\n  cost      EUR 40 per agent hour")
    + """
contingency helpers "Helpers" {
  when   backlog of desk > 2
  then   add 1 agent to desk after 30 min
  until  backlog of desk < 1
  cost   EUR 60 per agent hour
}
"""
)


@pytest.fixture(scope="module")
def study():
    contract = studies.contract_of(PRICED)
    horizon = date(2027, 2, 1), date(2027, 2, 14)
    asked = studies.setting(contract, horizon=horizon, replications=2, warm_up_us=DAY)
    return studied(contract, asked, engine="simpy", workers=1)


def test_a_study_tells_the_mean_cost_of_a_month(study):
    trial, runs = study.trials["base"], [study.run("base", number) for number in range(2)]
    each = [cost_of(trial.plan, run.luck, run.outcome) for run in runs]
    assert [cost.priced.name for cost in each[0]] == ["desk", "helpers"]
    desk = [next(paid_time(trial.plan, run.outcome)) for run in runs]
    # Two shifts of 8.5 hours on ten days.
    assert [paid.rostered_us for paid in desk] == [170 * HOUR] * 2
    months = Fraction((trial.plan.end - trial.plan.first) * 12, 365 * 86_400)
    means = [round(sum(cost.minor for cost in costs) / 2 / months) for costs in zip(*each, strict=True)]
    assert all(mean > 0 for mean in means)
    assert study.costs.rows() == [
        ("base", "group", "desk", "EUR", means[0]),
        ("base", "contingency", "helpers", "EUR", means[1]),
    ]


def test_costs_are_shown_in_their_currency_with_what_they_come_to(study):
    console = Console(width=100, record=True, file=StringIO())
    shown = next(table for title, table in desk_tables(study) if title.startswith("Costs a month: "))
    console.print(shown)
    rows = [re.split(r"  +", line.strip()) for line in console.export_text().splitlines()[2:] if line.strip()]
    desk, helpers = study.costs["per_month_minor"]
    assert rows == [
        ["desk", money(desk, "EUR")],
        ["helpers (contingency)", money(helpers, "EUR")],
        ["in all", money(desk + helpers, "EUR")],
    ]

"""A fit on the log of a desk that is known gives back what the desk is like."""

from __future__ import annotations

from functools import cache
from math import exp, log
from statistics import NormalDist

import pytest

from slmdsl.base.units import HOUR, MINUTE
from slmdsl.contract.offered_load import offered
from slmdsl.study.fit.fitting import fitted
from slmdsl.study.fit.goodness import contract_with
from tests.contracts import contract
from tests.fits import DECLARED, Desk, log_of
from tests.studies import TWO_GROUPS

pytestmark = pytest.mark.compiled

DESKS = (
    Desk(),
    Desk(rate=55, early=4, late=3, apps=5, passed=35, back=25),
    Desk(customer=10, customer_hours=(2, 9), reopens=12, reopened_days=1),
    Desk(answers=True, supplier=10, supplier_hours=4),
    Desk(rate=45, early=3, late=1, gives_up=40),
    Desk(priorities=(2, 18, 80), urgent_in_till=True),
)


@cache
def fit_of(place):
    """The model that is fitted on a desk's log, and its stream; two test functions share it."""
    model = fitted(contract(DECLARED), DESKS[place].log(seed=place + 1))
    return model, model.streams[0]


def shares(step):
    return {each.name: 100 * each.share for each in step.routes}


def mean_minutes(median, p90):
    sigma = log(p90 / median) / NormalDist().inv_cdf(0.9)
    return median * exp(sigma**2 / 2)


@pytest.mark.parametrize("place", range(len(DESKS)))
def test_routes_waits_and_returns(place):
    desk, (model, stream) = DESKS[place], fit_of(place)
    assert model.method == "held"
    assert stream.start == "desk"
    onward = shares(stream.step("desk"))
    assert onward["apps"] == pytest.approx(desk.passed, abs=3)
    assert onward["hostco"] == pytest.approx(desk.supplier, abs=3)
    assert shares(stream.step("apps"))["desk"] == pytest.approx(desk.back, abs=3)
    wait = stream.customer_wait
    assert 100 * wait.share == pytest.approx(desk.customer, abs=3)
    assert wait.length.calendar == "office"
    assert wait.length.median_us / HOUR == pytest.approx(desk.customer_hours[0], rel=0.1)
    assert 100 * stream.reopens.share == pytest.approx(desk.reopens, abs=2)
    assert stream.reopens.length.mean_us / HOUR == pytest.approx(24 * desk.reopened_days, rel=0.2)
    supplier = stream.step("hostco").waits
    assert supplier.calendar == "office"
    assert supplier.median_us / HOUR == pytest.approx(desk.supplier_hours, rel=0.2)  # some 200 of them


@pytest.mark.parametrize("place", range(len(DESKS)))
def test_work_is_told_from_queueing(place):
    desk, (_, stream) = DESKS[place], fit_of(place)
    work = stream.step("desk").works[0].length.mean_us / MINUTE
    assert work == pytest.approx(mean_minutes(*desk.work), rel=0.05)
    work = stream.step("apps").works[0].length.mean_us / MINUTE
    assert work == pytest.approx(mean_minutes(*desk.apps_work), rel=0.1)
    if desk.answers:
        assert stream.step("desk").answers.median_us / MINUTE == pytest.approx(3, rel=0.1)
    if desk.gives_up:
        left = stream.step("desk").gives_up
        assert 100 * left.share == pytest.approx(desk.gives_up, abs=10)
        assert left.length.mean_us / MINUTE == pytest.approx(
            30, rel=0.4
        )  # seen only where it ends before the pick-up


@pytest.mark.parametrize("place", range(len(DESKS)))
def test_who_works_and_on_what(place):
    desk, (model, stream) = DESKS[place], fit_of(place)
    staff = {each.group: each for each in model.staff}
    at_noon = {
        group: sum(shift.agents for shift in each.shifts if shift.start <= 12 < shift.end)
        for group, each in staff.items()
    }
    assert at_noon["desk"] == pytest.approx(desk.early + desk.late, abs=1)
    assert at_noon["apps"] == pytest.approx(desk.apps, abs=1)
    assert {shift.weekdays for each in staff.values() for shift in each.shifts} == {(0, 1, 2, 3, 4)}
    mixes = {
        each.service: {part.name: 100 * part.share for part in each.shares} for each in stream.priorities
    }
    wanted = dict(zip(("P1", "P2", "P3"), desk.priorities, strict=True))
    assert mixes[None] == pytest.approx(wanted, abs=2)
    if desk.urgent_in_till:
        assert mixes["till"] == pytest.approx({"P1": 30, "P2": 40, "P3": 30}, abs=4)
    else:
        assert set(mixes) == {None}


@pytest.mark.parametrize("place", [0, 4])
def test_the_text_is_the_model(place):
    model, _ = fit_of(place)
    read = contract_with(model, {"spec.slm": DECLARED})
    stream = read.loads[model.name].streams[0]
    assert stream.start == "desk"
    assert {each.name for each in stream.steps} == {"desk", "apps", "hostco"}
    assert read.scenarios[model.scenario].agreements == ("gold",)
    assert read.experiments[model.experiment].first == model.first
    # No group has more work than people.
    assert all(each.utilisation < 0.95 for each in offered(read.loads[model.name], read.staff).values())


def test_a_ticket_that_is_handed_over_is_not_worked_at_night():
    declared = contract(TWO_GROUPS)
    model = fitted(declared, log_of(declared, 10, 2))
    work = model.streams[0].step("apps").works[0].length.mean_us / MINUTE
    assert work == pytest.approx(mean_minutes(40, 120), rel=0.15)  # preemption cuts some of it short
    assert not model.staff  # the project has rosters for both

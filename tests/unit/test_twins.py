"""Which simulated desks have a twin that queueing theory knows, and what it says of them."""

from pathlib import Path

import pytest

from slmdsl.base.units import HOUR
from slmdsl.contract.scenarios import what_if
from slmdsl.study.compared.twins import COBHAM, ERLANG, twins_of
from tests.queueing import closed_forms as forms
from tests.studies import contract_of

MODELS = Path(__file__).parents[1] / "queueing" / "models"
THIRD = 1 / 3


def twins(text, scenario="base"):
    return twins_of(what_if(contract_of(text), scenario))


def model(name):
    return (MODELS / f"{name}.slm").read_text(encoding="utf-8")


def test_tickets_in_order_of_arrival_wait_as_erlang_says():
    (twin,) = twins(model("mm10"))
    assert (twin.group, twin.law, twin.waits_us) == ("desk", ERLANG, {})
    assert twin.mean_us / HOUR == pytest.approx(forms.mmc_mean_wait(27, THIRD, 10))


def test_classes_wait_as_cobham_says():
    (twin,) = twins(model("priorities"))
    waits = {name: wait / HOUR for name, wait in twin.waits_us.items()}
    assert twin.law == COBHAM
    assert list(waits) == ["P1", "P2", "P3"]
    assert list(waits.values()) == pytest.approx(forms.mmc_priorities([1, 4, 5], THIRD, 4))
    # The mean of all is that of any other order: nobody's work is lost.
    assert twin.mean_us / HOUR == pytest.approx(forms.mmc_mean_wait(10, THIRD, 4))


@pytest.mark.parametrize(
    "name",
    [
        "bursts", "erlang_a", "erlang_b", "limited", "md3", "mg1_gamma", "mg1_lognormal", "network",
        "preemptive", "preemptive_own_work", "priorities_own_work", "relays_finish", "relays_hand_over",
    ],
)  # fmt: skip
def test_where_an_assumption_does_not_hold_there_is_no_twin(name):
    assert twins(model(name)) == ()


WORKS = "works  exponential(mean 20 min)"
RESOLVED = "resolved 100%\n    }"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("10 agents", "10 agents\n  absence 5%"),
        ("10 agents", "10 agents\n  on_call otherwise 1 agent after 5 min"),
        ("00:00-24:00", "00:00-22:00"),
        ("mon..sun", "mon..sat"),
        ("timezone UTC", "timezone UTC\n  holidays NL"),
        ("by arrival", "by priority then deadline"),
        ("27 per hour", "27 per hour, varying 20%"),
        ("27 per hour", "27 per hour, growing 5% per year as of 2027-01-01"),
        ("27 per hour", "27 per hour\n    rate 20 per hour from 2027-02-01"),
        ("27 per hour", "29.9 per hour"),
        ("27 per hour", "27 per hour\n    burst of geometric(mean 2)"),
        (WORKS, f"{WORKS}\n      answers in exponential(mean 1 min)"),
        (WORKS, "works  gamma(mean 20 min, sd 20 min)"),
        (WORKS, f"{WORKS}\n      gives up 5% after exponential(mean 1 h)"),
        (WORKS, "works for P1 exponential(mean 20 min)"),
        (RESOLVED, f"{RESOLVED}\n    reopens 5% after exponential(mean 1 day)"),
        (RESOLVED, f"{RESOLVED}\n    waits for customer 5% for exponential(mean 1 day)"),
        (RESOLVED, "resolved 90%, desk 10%\n    }"),
        ("load  steady", "load  steady\n  incidents * 0.9 during 2027-02-01 .. 2027-02-07"),
    ],
)  # fmt: skip
def test_any_complication_is_no_twin(before, after):
    text = model("mm10")
    assert before in text
    assert twins(text.replace(before, after, 1)) == ()


def test_one_class_in_a_queue_by_priority_is_in_order_of_arrival():
    (twin,) = twins(model("mm10").replace("by arrival", "by priority"))
    assert twin.law == ERLANG


def test_shifts_that_make_a_whole_day_together_with_the_same_agents_are_always_there():
    text = model("mm10").replace("00:00-24:00", "00:00-12:00, 12:00-24:00")
    (twin,) = twins(text)
    assert twin.mean_us == twins(model("mm10"))[0].mean_us

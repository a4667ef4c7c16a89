"""Draws of a load's parameters: which paths there are, what is refused, and what a draw changes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import log

import pytest

from slmdsl.base.spans import NOWHERE
from slmdsl.contract import check
from slmdsl.contract.drawn import misfits, parameter, parameters_of, with_draw
from slmdsl.contract.model.distributions import Measured, MixOf, Solved, scaled
from slmdsl.contract.model.uncertainty import Draws
from slmdsl.contract.scenarios import what_if
from slmdsl.syntax.parse import parse

TEXT = """\
provider us "Our IT"
customer them "Retail"
team desk "Service desk"
supplier host "Hosting"
service mail "E-mail"

staff desk {
  shift all mon..sun 00:00-24:00 9 agents
}

sla gold "Gold" {
  between us and them
  target fix: resolution of incidents within 4 h for 90% each month
}

load steady {
  incidents {
    rate      40 per day, varying 20%, correlated 0.3
    rate      60 per day from 2027-06-01
    in        mail 100%
    start at desk
    step desk {
      answers in constant(5 min)
      works  gamma(mean 20 min, sd 10 min)
      then   resolved 76%, host 24%
    }
    step host {
      waits  lognormal(median 4 h, p90 12 h)
      then   resolved 100%
    }
    waits for customer 20% for weibull(shape 1.2, scale 4 h)
    reopens 60% after exponential(mean 1 day)
  }
  uncertain "steady.draws.csv"
}

scenario base {
  load steady
}

scenario other from base {
  set steady.incidents rate 10 per day
  step incidents.desk {
    works 10 min
    then  resolved 100%
  }
}

experiment year {
  scenarios base, other
  horizon 2027-01-01 .. 2027-12-31
  with uncertainty
}
"""
PATHS = (
    "incidents rate",
    "incidents varying",
    "incidents correlated",
    "incidents customer",
    "incidents reopens",
    "incidents.desk works",
    "incidents.desk then resolved",
    "incidents.desk then host",
    "incidents.host waits",
    "incidents.host then resolved",
)
ONES = (1.0, 1.0, 0.3, 1.0, 1.0, 1.0, 0.76, 0.24, 1.0, 1.0)


def contract_of(text=TEXT):
    parsed = parse(text, "steady.slm")
    contract, found = check([parsed.tree], texts={"steady.slm": parsed.text})
    assert not [each.message for each in (*parsed.diagnostics, *found) if each.is_error]
    return contract


CONTRACT = contract_of()
LOAD = CONTRACT.loads["steady"]


def drawn(row, scenario="base", columns=PATHS):
    load = replace(LOAD, uncertain=replace(LOAD.uncertain, columns=columns, rows=(row,)))
    return what_if(replace(CONTRACT, loads={"steady": load}), scenario)


def with_one(**values):
    """Return the stream of the base with a draw of some parameters, by their place."""
    row = list(ONES)
    for place, value in values.items():
        row[int(place.removeprefix("p"))] = value
    return with_draw(drawn(tuple(row)), 0).load.streams[0]


def test_a_load_has_these_parameters():
    assert parameters_of(LOAD) == PATHS
    assert CONTRACT.experiments["year"].uncertain
    assert LOAD.uncertain.file == "steady.draws.csv"


def test_paths_are_read():
    assert parameter("incidents rate") == ("incidents", "", "rate", "")
    assert parameter("incidents.desk  then host") == ("incidents", "desk", "then", "host")
    assert parameter("incidents.desk works") == ("incidents", "desk", "works", "")
    for wrong in ("", "rate", "incidents speed", "incidents.desk when host", "a b c d"):
        assert parameter(wrong) is None


def test_ones_change_nothing():
    before = drawn(ONES)
    assert with_draw(before, 0) is before


def test_factors_scale_what_they_are_of():
    stream = with_one(p0=1.5, p1=0.5, p2=0.6, p3=2.0, p5=3.0, p8=0.5)
    old = LOAD.streams[0]
    assert [each.count for each in stream.rates] == [60, 90]
    assert stream.rates[0].varying == Fraction(1, 10)
    assert [each.correlated for each in stream.rates] == [Fraction(6, 10), 0]
    assert (
        stream.customer_wait.pause.duration.parameters[1]
        == 2 * old.customer_wait.pause.duration.parameters[1]
    )
    assert stream.customer_wait.share == old.customer_wait.share
    desk, host = stream.steps
    assert desk.answers.parameters == (3 * 5 * 60e6,)
    assert desk.works[0].duration.parameters[1] == pytest.approx(
        3 * old.steps[0].works[0].duration.parameters[1]
    )
    before, after = old.steps[1].waits.duration.parameters, host.waits.duration.parameters
    assert after == (before[0] + log(0.5), before[1])
    assert stream.reopens == old.reopens


def test_shares_are_brought_to_one():
    routes = with_one(p6=0.6, p7=0.6).steps[0].routes
    assert [each.share for each in routes] == [Fraction(1, 2), Fraction(1, 2)]
    only = with_draw(drawn((0.24,), columns=("incidents.desk then resolved",)), 0).load.streams[0]
    assert [each.share for each in only.steps[0].routes] == [Fraction(1, 2), Fraction(1, 2)]


def test_a_share_of_reopened_tickets_is_at_most_one():
    assert with_one(p4=0.5).reopens.share == Fraction(3, 10)
    assert with_one(p4=2.5).reopens.share == 1


def test_a_correlation_stays_below_one():
    assert with_one(p2=1.0).rates[0].correlated == Fraction(999, 1000)


def test_what_a_scenario_sets_is_certain():
    row = (2.0, 2.0, 0.3, 2.0, 1.0, 3.0, 0.5, 0.5, 2.0, 1.0)
    stream = with_draw(drawn(row, "other"), 0).load.streams[0]
    assert [each.count for each in stream.rates] == [10]
    assert stream.rates[0].varying == Fraction(4, 10)
    assert stream.steps[0].works[0].duration.parameters == (10 * 60e6,)
    assert stream.steps[0].answers.parameters == (3 * 5 * 60e6,)
    assert [each.share for each in stream.steps[0].routes] == [1]
    assert stream.steps[1].waits != LOAD.streams[0].steps[1].waits


def test_a_load_without_draws_has_none_to_take():
    with pytest.raises(ValueError, match="has no draws"):
        with_draw(what_if(CONTRACT, "base"), 0)


@pytest.mark.parametrize(
    ("columns", "row", "kind", "words"),
    [
        (("incident rate",), (1.0,), "unknown", "has no `incident rate`"),
        (("incidents rate", "incidents  rate"), (1.0, 1.0), "unknown", "stands twice"),
        (("incidents.host works",), (1.0,), "unknown", "has no"),
        (("incidents rate",), (-0.1,), "factor", "above 0"),
        (("incidents rate",), (0.0,), "factor", "above 0"),
        (("incidents rate",), (float("inf"),), "factor", "above 0"),
        (("incidents reopens",), (-1.0,), "factor", "0 or more"),
        (("incidents correlated",), (1.2,), "share", "between 0 and 1"),
        (("incidents correlated",), (float("nan"),), "share", "between 0 and 1"),
        (("incidents.desk then host",), (24.0,), "share", "between 0 and 1"),
        (
            ("incidents.desk then host", "incidents.desk then resolved"),
            (0.0, 0.0),
            "share",
            "no ticket leaves",
        ),
    ],
)
def test_draws_that_a_load_cannot_have_are_told(columns, row, kind, words):
    (found,) = misfits(LOAD, columns, [row])
    assert (found.kind, words in found.message) == (kind, True)
    assert found.row == (None if kind == "unknown" else 0)


def test_draws_that_fit_have_no_misfit():
    assert not list(misfits(LOAD, PATHS, [ONES]))
    assert not list(misfits(LOAD, ("incidents reopens", "incidents.desk then host"), [(0.0, 0.0)]))


@pytest.mark.parametrize(
    ("family", "parameters", "wanted"),
    [
        ("constant", (60.0,), (120.0,)),
        ("exponential", (60.0,), (120.0,)),
        ("lognormal", (1.0, 0.5), (1.0 + log(2), 0.5)),
        ("gamma", (2.0, 30.0), (2.0, 60.0)),
        ("weibull", (1.2, 30.0), (1.2, 60.0)),
        ("uniform", (1.0, 2.0), (2.0, 4.0)),
        ("triangular", (1.0, 2.0, 4.0), (2.0, 4.0, 8.0)),
        ("pert", (1.0, 2.0, 4.0), (2.0, 4.0, 8.0)),
    ],
)
def test_times_are_scaled(family, parameters, wanted):
    one = Solved(family=family, parameters=parameters, unit="time", span=NOWHERE)
    assert scaled(one, 2.0).parameters == wanted
    assert scaled(one, 1.0) is one


def test_mixes_and_measured_times_are_scaled():
    measured = Measured(file="a.csv", column="took", unit="time", values=(1.0, 3.0), span=NOWHERE)
    mix = MixOf(parts=((Fraction(1), measured),), unit="time", span=NOWHERE)
    assert scaled(mix, 2.0).parts[0][1].values == (2.0, 6.0)


def test_replications_take_draws_in_turn():
    draws = Draws(file="a.csv", columns=("incidents rate",), rows=((1.0,), (2.0,), (3.0,)), span=NOWHERE)
    assert [draws.row_of(each) for each in (0, 1, 2, 3, 400)] == [0, 1, 2, 0, 1]
    with pytest.raises(ValueError, match="not read"):
        replace(draws, rows=()).row_of(0)

"""What strikes: causes and risks, when, how long, and all that they bring."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from slmdsl.base.spans import NOWHERE
from slmdsl.contract.model.risks import Likelihood
from slmdsl.workload import strikes
from slmdsl.workload.errors import UncompilableError
from slmdsl.workload.from_contract import desk_plan
from slmdsl.workload.hazards import expected_on
from slmdsl.workload.luck import luck_of
from slmdsl.workload.names import TicketNames
from slmdsl.workload.plan import ADDED, REGULAR
from tests.demands import arrivals, day, demand_plan, load

pytestmark = pytest.mark.compiled  # thousands of tickets

SAID = "rate 20 per day\nin till 50%, wan 50%\npriority P1 10%, P2 40%, P3 50%"
HOSTING = """
service hosting "Hosting" {
  components east, west
}
"""
POWER = """
  cause power "Power" {
    every  exponential(mean 300 h)
    takes  hosting.east 100%, hosting.west 30%
    for    lognormal(median 2 h, p90 5 h)
    raises geometric(mean 20) P1 incidents in till over 30 min
  }
"""


def caused(cause=POWER, scenario="", **others):
    return demand_plan(load(SAID, more=cause, world=HOSTING, scenario=scenario), **others)


def risky(risk, scenario="", world="", **others):
    return demand_plan(load(SAID, world=HOSTING + world + risk, scenario=scenario), **others)


def node(plan, name):
    return plan.nodes.names.index(name)


class TestCauses:
    PLAN = caused()

    def test_intervals_from_one_strike_to_the_next(self):
        east = node(self.PLAN, "hosting.east")
        gaps = []
        for r in range(40):
            luck = luck_of(self.PLAN, 1, r)
            gaps.extend(np.diff(luck.outage_from[luck.outage_node == east], prepend=self.PLAN.start) / 3600)
        # A strike in a running one is dropped: one in a hundred.
        assert np.mean(gaps) == pytest.approx(300, rel=0.09)

    def test_components_go_down_together_by_their_shares(self):
        east, west = (node(self.PLAN, name) for name in ("hosting.east", "hosting.west"))
        struck, both = 0, 0
        for r in range(40):
            luck = luck_of(self.PLAN, 1, r)
            rows = [(a, b) for a, b in zip(luck.outage_from.tolist(), luck.outage_to.tolist(), strict=True)]
            of = {
                n: {row for row, at in zip(rows, luck.outage_node, strict=True) if at == n}
                for n in (east, west)
            }
            assert of[west] <= of[east]
            struck, both = struck + len(of[east]), both + len(of[west])
        low, high = stats.binom.interval(1 - 1e-4, struck, 0.3)
        assert low <= both <= high

    def test_outages_are_in_order_and_put_down_to_the_cause(self):
        luck = luck_of(self.PLAN, 1, 0)
        assert {self.PLAN.words.causes[code] for code in luck.outage_cause.tolist()} == {"power"}
        order = list(zip(luck.outage_from.tolist(), luck.outage_node.tolist(), strict=True))
        assert order == sorted(order)
        assert np.all(luck.outage_from < luck.outage_to)

    def test_raised_tickets(self):
        plan, counts = self.PLAN, []
        source = plan.demand.names.index("incidents+power")
        for r in range(10):
            luck = luck_of(plan, 1, r)
            drawn, begins = luck.arrivals, np.unique(luck.outage_from)
            own = drawn.source == source
            strike = np.searchsorted(begins, drawn.at[own], side="right") - 1
            assert np.all(drawn.at[own] - begins[strike] < 1800)
            assert {plan.words.priorities[code] for code in drawn.priority[own].tolist()} <= {"P1"}
            assert {plan.words.services[code] for code in drawn.service[own].tolist()} <= {"till"}
            counts.extend(np.bincount(strike, minlength=len(begins)))
        assert np.mean(counts) == pytest.approx(20, rel=0.15)

    def test_they_stand_among_the_others_and_belong_to_the_stream(self):
        drawn = arrivals(self.PLAN)
        assert np.all(np.diff(drawn.at) >= 0)
        assert set(drawn.stream.tolist()) == {0}
        assert len(np.unique(drawn.entity)) == len(drawn)

    def test_shares_among_several_that_are_named(self):
        plan = caused(POWER.replace("P1 incidents in till", "P1, P2 incidents"))
        drawn = [arrivals(plan, r) for r in range(10)]
        source = plan.demand.names.index("incidents+power")
        priority = np.concatenate([each.priority[each.source == source] for each in drawn])
        service = np.concatenate([each.service[each.source == source] for each in drawn])
        p1 = np.mean(priority == plan.words.priorities.index("P1"))
        assert p1 == pytest.approx(0.2, abs=0.03)
        assert set(priority.tolist()) == {plan.words.priorities.index(word) for word in ("P1", "P2")}
        assert np.mean(service == 0) == pytest.approx(0.5, abs=0.04)

    def test_a_strike_in_a_running_one_is_dropped(self):
        often = POWER.replace("exponential(mean 300 h)", "constant(1 h)").replace(
            "lognormal(median 2 h, p90 5 h)", "constant(150 min)"
        )
        luck = luck_of(caused(often, last="2027-01-02"), 1, 0)
        east = luck.outage_from[luck.outage_node == luck.outage_node[0]]
        assert np.unique(np.diff(east)).tolist() == [3 * 3600]

    def test_a_strike_at_the_end_of_another_is_one_of_its_own(self):
        often = POWER.replace("exponential(mean 300 h)", "constant(2 h)").replace(
            "lognormal(median 2 h, p90 5 h)", "constant(2 h)"
        )
        luck = luck_of(caused(often, last="2027-01-02"), 1, 0)
        east = luck.outage_from[luck.outage_node == luck.outage_node[0]]
        assert np.unique(np.diff(east)).tolist() == [2 * 3600]


class TestTooMuch:
    def test_strikes(self, monkeypatch):
        monkeypatch.setattr(strikes, "MOST_STRIKES", 100)
        with pytest.raises(UncompilableError, match="`power` strikes more than 100 times"):
            luck_of(caused(POWER.replace("mean 300 h", "mean 1 h")), 1, 0)

    def test_tickets(self):
        plan = caused(POWER.replace("geometric(mean 20)", "constant(70_000_000)"))
        with pytest.raises(UncompilableError, match="`power` raises more tickets"):
            luck_of(plan, 1, 0)

    def test_tickets_of_all_strikes_together(self, monkeypatch):
        monkeypatch.setattr(strikes, "MOST_TICKETS", 100)
        with pytest.raises(UncompilableError, match="`power` raises more than 100 tickets"):
            luck_of(caused(POWER.replace("geometric(mean 20)", "constant(60)")), 1, 0)

    def test_tickets_that_the_load_does_not_have(self):
        said = self_made("problems")
        with pytest.raises(UncompilableError, match="`power` raises problems, of which `busy` says nothing"):
            desk_plan(said, first=date(2027, 1, 1), last=date(2027, 1, 2), warm_up_us=0)


def self_made(stream):
    """Return a what-if whose cause raises tickets of a stream that a check would have asked for."""
    said = caused(last="2027-01-02").what_if
    cause = said.load.causes[0]
    raising = tuple(replace(each, stream=stream) for each in cause.raises)
    return replace(said, load=replace(said.load, causes=(replace(cause, raises=raising),)))


class TestAsked:
    PLAN = caused(scenario="strike power at 2027-07-05 10:00")

    def test_a_scenario_strikes_at_its_local_time(self):
        luck = luck_of(self.PLAN, 1, 0)
        at = day("2027-07-05") * 86_400 + 10 * 3600  # the home zone is UTC
        assert at in luck.outage_from.tolist()

    def test_it_takes_nobodys_luck(self):
        before, after = luck_of(caused(), 1, 0), luck_of(self.PLAN, 1, 0)
        assert set(before.arrivals.entity.tolist()) <= set(after.arrivals.entity.tolist())
        asked = after.arrivals.source == self.PLAN.demand.names.index("incidents+power!")
        assert asked.any()
        assert len(before.arrivals) + asked.sum() == len(after.arrivals)

    def test_its_tickets_say_so(self):
        drawn = luck_of(self.PLAN, 1, 0).arrivals
        names = TicketNames(self.PLAN.demand, drawn)
        first = int(np.flatnonzero(drawn.source == self.PLAN.demand.names.index("incidents+power!"))[0])
        assert names[first].startswith("incidents+power!-2027-07-05-")

    def test_outside_the_simulated_time_it_is_nothing(self):
        plan = caused(scenario="strike power at 2027-07-05 10:00", last="2027-06-30")
        assert plan.hazards.causes[0].at == ()

    def test_only_what_strikes_can_be_struck(self):
        said = self.PLAN.what_if
        strikes = tuple(replace(each, what="till") for each in said.strikes)
        with pytest.raises(UncompilableError, match="`till` is neither a cause of the load nor a risk"):
            desk_plan(
                replace(said, strikes=strikes), first=date(2027, 1, 1), last=date(2027, 1, 2), warm_up_us=0
            )


FLU = """
risk flu {
  affects hosting.east
  likelihood 24 per year during nov..feb
  impact outage for exponential(mean 3 h)
  impact desk staff -40% for constant(5 days)
  treatment none_yet
}
contingency none_yet {
  then add 2 agents to desk
}
"""


class TestRisks:
    PLAN = risky(FLU.replace("constant(5 days)", "constant(20 h)"))

    def test_they_strike_in_their_months_as_often_as_said(self):
        struck = np.concatenate([luck_of(self.PLAN, 1, r).invoked_at for r in range(30)])
        months = (struck.astype("datetime64[s]").astype("datetime64[M]").astype(int) % 12) + 1
        assert set(months.tolist()) == {1, 2, 11, 12}
        # In 120 days a year; while one runs, for 20 hours, no other begins.
        low, high = stats.poisson.interval(1 - 1e-4, 30 * 24 / (1 + 24 / 120 * 20 / 24))
        assert low <= len(struck) <= high

    def test_what_is_affected_is_down(self):
        luck = luck_of(self.PLAN, 1, 0)
        assert {self.PLAN.nodes.names[i] for i in luck.outage_node.tolist()} == {"hosting.east"}
        assert set(luck.outage_from.tolist()) <= set(luck.invoked_at.tolist())

    def test_a_share_of_the_staff_is_away(self):
        healthy = risky("")
        away, all_of_them = 0, 0
        for r in range(20):
            luck, without = luck_of(self.PLAN, 1, r), luck_of(healthy, 1, r)
            for at in luck.invoked_at.tolist():
                for agent in np.flatnonzero(self.PLAN.agents.kind == REGULAR):
                    if present(without, agent, at):
                        all_of_them += 1
                        away += not present(luck, agent, at)
        low, high = stats.binom.interval(1 - 1e-4, all_of_them, 0.4)
        assert all_of_them > 200
        assert low <= away <= high

    def test_the_added_are_never_away(self):
        luck, roster = luck_of(self.PLAN, 1, 0), self.PLAN.groups
        for agent in np.flatnonzero(self.PLAN.agents.kind == ADDED):
            own = slice(luck.first_duty[agent], luck.end_duty[agent])
            assert np.array_equal(luck.duty_from[own], roster.roster_from)
            assert np.array_equal(luck.duty_to[own], roster.roster_to)

    def test_a_contingency_with_a_condition_is_not_called(self):
        plan = risky(FLU.replace("then add", "when open incidents > 5\n  then add"))
        assert len(luck_of(plan, 1, 0).invoked_at) == 0

    def test_a_scenario_strikes_all_impacts(self):
        plan = risky(
            FLU.replace("24 per year during nov..feb", "1 per year"), "strike flu at 2027-07-05 10:00"
        )
        at = day("2027-07-05") * 86_400 + 10 * 3600
        luck = luck_of(plan, 1, 0)
        assert at in luck.invoked_at.tolist()
        assert at in luck.outage_from.tolist()

    def test_without_it_it_strikes_only_when_struck(self):
        plan = risky(FLU, "without flu\n  strike flu at 2027-07-05 10:00")
        luck = luck_of(plan, 1, 0)
        assert set(luck.outage_from.tolist()) == {day("2027-07-05") * 86_400 + 10 * 3600}

    def test_more_than_a_thousand_a_day_are_refused(self):
        with pytest.raises(UncompilableError, match="1000 times a day"):
            risky(FLU.replace("24 per year during nov..feb", "5_000 per day"))


def present(luck, agent, at):
    own = slice(luck.first_duty[agent], luck.end_duty[agent])
    return bool(np.any((luck.duty_from[own] <= at) & (at < luck.duty_to[own])))


@pytest.mark.parametrize(
    ("per", "months", "on", "share"),
    [
        ("year", None, "2027-05-03", Fraction(1, 365)),
        ("year", None, "2028-05-03", Fraction(1, 366)),
        ("year", (11, 2), "2027-12-03", Fraction(1, 120)),
        ("year", (11, 2), "2027-03-03", 0),
        ("quarter", (2, 2), "2027-02-03", Fraction(1, 28)),
        ("month", (6, 8), "2027-06-03", Fraction(1, 30)),
        ("week", None, "2027-06-03", Fraction(1, 7)),
        ("day", (6, 8), "2027-06-03", 1),
        ("hour", None, "2027-06-03", 24),
    ],
)
def test_likelihood_by_day(per, months, on, share):
    likelihood = Likelihood(times=Fraction(3), per=per, months=months, span=NOWHERE)
    assert expected_on(likelihood, day(on)) == pytest.approx(float(3 * share))

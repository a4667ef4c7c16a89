"""Surges of scenarios and risks: what comes besides, what stays away, and whose luck stays as it was."""

import numpy as np
import pytest
from scipy import stats

from slmdsl.workload.errors import UncompilableError
from slmdsl.workload.luck import luck_of
from tests.demands import arrivals, daily, day, demand_plan, load, names

pytestmark = pytest.mark.compiled  # thousands of tickets

SAID = """
rate 50 per day, varying 10%, correlated 0.3
burst of geometric(mean 1.3)
in email 45%, till 35%, wan 20%
priority P1 10%, P2 30%, P3 60%
"""
YEAR = ("2027-01-01", "2027-12-31")


def plan_of(scenario="", **others):
    return demand_plan(load(SAID, scenario=scenario), **others)


BASE = plan_of()


def is_in(drawn, plan, service):
    return drawn.service == plan.words.services.index(service)


class TestMore:
    PLAN = plan_of("incidents in till * 1.8 during 2027-03-01 .. 2027-05-31")

    def test_the_tickets_of_the_stream_stay_as_they_are(self):
        before, after = arrivals(BASE), arrivals(self.PLAN)
        own = after.source == 0
        for column in ("at", "entity", "service", "priority", "burst", "member"):
            assert np.array_equal(getattr(before, column), getattr(after, column)[own])

    def test_more_come_on_both_first_and_last_day_and_on_no_other(self):
        days = np.concatenate([drawn.day[drawn.source == 1] for drawn in self.drawn()])
        assert (days.min(), days.max()) == (day("2027-03-01"), day("2027-05-31"))

    def drawn(self):
        return [arrivals(self.PLAN, r) for r in range(20)]

    def test_they_are_of_the_population_and_as_many_as_the_factor_says(self):
        drawn = self.drawn()
        assert all(np.all(is_in(each, self.PLAN, "till")[each.source == 1]) for each in drawn)
        more = np.mean([np.sum(each.source == 1) for each in drawn])
        assert more == pytest.approx(0.8 * 0.35 * 50 * 92, rel=0.06)

    def test_those_of_other_days_do_not_add_to_each_other(self):
        lines = [f"incidents * 1.{m} during 2027-{m:02}-01 .. 2027-{m:02}-28" for m in range(1, 13)]
        demand = plan_of("\n".join(lines)).demand
        assert len(demand.names) == 1 + 12
        by_day = demand.bursts.sum(axis=0) / demand.bursts[0].max()
        assert by_day[day("2027-03-05") - demand.first_day] == pytest.approx(1.3)
        assert by_day[day("2027-12-29") - demand.first_day] == pytest.approx(1.0)

    def test_their_priorities_are_those_of_the_stream(self):
        drawn = np.concatenate([each.priority[each.source == 1] for each in self.drawn()])
        shares = {"P1": 0.1, "P2": 0.3, "P3": 0.6}
        wanted = np.array([shares[word] for word in self.PLAN.words.priorities]) * len(drawn)
        assert stats.chisquare(np.bincount(drawn, minlength=3), wanted).pvalue > 1e-4

    def test_a_larger_factor_only_adds(self):
        larger = plan_of("incidents in till * 2 during 2027-03-01 .. 2027-05-31")
        for r in range(3):
            less, more = (names(arrivals(plan, r), plan) for plan in (self.PLAN, larger))
            assert less < more

    def test_changes_multiply(self):
        twice = plan_of("incidents in till * 2\n  P1 incidents * 3")
        assert twice.demand.names == (
            "incidents",
            "incidents*incidents in till",
            "incidents*P1 incidents",
            "incidents*incidents in till*P1 incidents",
        )
        drawn = [arrivals(twice, r) for r in range(4)]
        p1 = twice.words.priorities.index("P1")
        base = [arrivals(BASE, r) for r in range(4)]

        def count(many, plan, *, urgent):
            return sum(np.sum(is_in(d, plan, "till") & ((d.priority == p1) == urgent)) for d in many)

        assert count(drawn, twice, urgent=True) / count(base, BASE, urgent=True) == pytest.approx(6, rel=0.08)
        assert count(drawn, twice, urgent=False) / count(base, BASE, urgent=False) == pytest.approx(
            2, rel=0.04
        )

    def test_the_same_words_twice_have_luck_of_their_own(self):
        plan = plan_of("incidents in till * 2\n  incidents in till * 2")
        assert len(set(plan.demand.names)) == 4
        drawn = arrivals(plan)
        assert len(np.unique(drawn.entity)) == len(drawn)

    def test_a_day_shares_its_factor_with_its_surges(self):
        plan = demand_plan(load("rate 200 per day, varying 40%\npriority P3 100%", scenario="incidents * 2"))
        drawn = arrivals(plan)
        own, more = (
            np.bincount(drawn.day[drawn.source == i] - day("2027-01-01"), minlength=365) for i in (0, 1)
        )
        assert np.corrcoef(own, more)[0, 1] > 0.85

    def test_too_many_over_each_other_are_refused(self):
        with pytest.raises(UncompilableError, match="more than 64 surges"):
            plan_of("\n  ".join(f"incidents * {i + 2}" for i in range(7)))


class TestLess:
    PLAN = plan_of("incidents in till * 0.6 during 2027-03-01 .. 2027-05-31")

    def test_what_is_left_was_there_before(self):
        before, after = arrivals(BASE), arrivals(self.PLAN)
        assert names(after, self.PLAN) < names(before, BASE)
        kept = np.isin(before.entity, after.entity)
        gone = ~kept
        assert np.all(is_in(before, BASE, "till")[gone])
        assert before.day[gone].min() >= day("2027-03-01")
        assert before.day[gone].max() <= day("2027-05-31")

    def test_the_share_that_is_left(self):
        within = (day("2027-03-01"), day("2027-05-31"))
        counts = []
        for plan in (BASE, self.PLAN):
            drawn = [arrivals(plan, r) for r in range(10)]
            counts.append(
                sum(
                    np.sum(is_in(d, plan, "till") & (d.day >= within[0]) & (d.day <= within[1]))
                    for d in drawn
                )
            )
        low, high = stats.binom.interval(1 - 1e-4, counts[0], 0.6)
        assert low <= counts[1] <= high

    def test_less_still_takes_from_the_same(self):
        fewer = plan_of("incidents in till * 0.3 during 2027-03-01 .. 2027-05-31")
        assert names(arrivals(fewer), fewer) < names(arrivals(self.PLAN), self.PLAN)

    def test_nothing_is_left_of_nothing(self):
        plan = plan_of("incidents in till * 0.000000001")
        drawn = arrivals(plan)
        assert not is_in(drawn, plan, "till").any()
        assert is_in(drawn, plan, "wan").any()

    def test_what_was_added_before_is_thinned_as_well(self):
        plan = plan_of("incidents in till * 2\n  incidents in till * 0.5")
        counts = [np.sum(is_in(arrivals(plan, r), plan, "till")) for r in range(10)]
        before = [np.sum(is_in(arrivals(BASE, r), BASE, "till")) for r in range(10)]
        assert sum(counts) == pytest.approx(sum(before), rel=0.04)

    def test_a_factor_of_one_changes_nothing(self):
        assert plan_of("incidents in till * 1").demand.names == ("incidents",)


class TestPopulations:
    @pytest.mark.parametrize(
        ("population", "matches"),
        [
            ("P1 incidents", lambda service, priority: priority == "P1"),
            ("P1, P2 incidents in wan", lambda service, priority: priority != "P3" and service == "wan"),
            ("incidents where service = wan", lambda service, priority: service == "wan"),
            ("incidents where service in (wan, till)", lambda service, priority: service != "email"),
            ("incidents where not service = wan", lambda service, priority: service != "wan"),
            (
                "incidents where service = wan and priority != P1",
                lambda service, priority: service == "wan" and priority != "P1",
            ),
            (
                "incidents where service = wan or priority = P1",
                lambda service, priority: service == "wan" or priority == "P1",
            ),
            ("incidents where customer is missing", lambda service, priority: True),
            ("incidents where customer is known", lambda service, priority: False),
            ("incidents where customer = acme", lambda service, priority: False),
            ("incidents where not customer = acme", lambda service, priority: False),
            ("incidents where kind = incident", lambda service, priority: True),
        ],
    )
    def test_what_matches_is_removed(self, population, matches):
        plan = plan_of(f"{population} * 0.000000001", last="2027-03-31")
        before = arrivals(plan_of(last="2027-03-31"))
        words = plan.words
        wanted = [
            not matches(words.services[service], words.priorities[priority])
            for service, priority in zip(before.service.tolist(), before.priority.tolist(), strict=True)
        ]
        assert np.array_equal(np.isin(before.entity, arrivals(plan).entity), wanted)

    @pytest.mark.parametrize(
        ("condition", "message"),
        [
            ("reopenings = 2", "not known of tickets that are drawn"),
            ("priority > 3", "no numbers to compare by `>`"),
        ],
    )
    def test_what_no_ticket_has_yet_cannot_select(self, condition, message):
        with pytest.raises(UncompilableError, match=message):
            plan_of(f"incidents where {condition} * 2")


class TestRisks:
    RISK = """
    risk black_box {
      affects till
      likelihood 12 per year
      impact incidents in till * 5 for 8 h
    }
    """

    def plan(self, factor=5):
        return demand_plan(load(SAID, world=self.RISK.replace("* 5", f"* {factor}")))

    def test_more_come_while_it_stands(self):
        plan = self.plan()
        assert plan.demand.names == ("incidents", "incidents*black_box")
        assert plan.demand.labels == plan.demand.names
        more, hours = 0, 0
        for r in range(40):
            drawn = arrivals(plan, r)
            extra = drawn.source == 1
            more += extra.sum()
            hours += 12 * 8
            assert np.all(is_in(drawn, plan, "till")[extra])
        assert more == pytest.approx(4 * 0.35 * 50 * hours / 24, rel=0.12)

    def test_its_tickets_come_within_eight_hours(self):
        drawn = arrivals(self.plan())
        at = drawn.at[drawn.source == 1]
        begins = at[np.flatnonzero(np.diff(at, prepend=-(10**9)) > 8 * 3600)]
        assert len(begins) > 3
        assert np.all(at - begins[np.searchsorted(begins, at, side="right") - 1] < 8 * 3600)

    def test_others_stay_as_they_are(self):
        before, after = arrivals(BASE), arrivals(self.plan())
        own = after.source == 0
        assert np.array_equal(before.entity, after.entity[own])
        assert np.array_equal(before.at, after.at[own])

    def test_a_small_factor_thins_while_it_stands(self):
        before, after = arrivals(BASE), arrivals(self.plan("0.000000001"))
        gone = ~np.isin(before.entity, after.entity)
        assert 0 < gone.sum() < 0.1 * len(before)
        assert np.all(is_in(before, BASE, "till")[gone])

    def test_it_comes_over_the_surges_of_a_scenario(self):
        plan = demand_plan(load(SAID, world=self.RISK, scenario="incidents * 2"))
        assert plan.demand.names[1:] == (
            "incidents*incidents",
            "incidents*black_box",
            "incidents*incidents*black_box",
        )
        drawn = luck_of(plan, 1, 0).arrivals
        assert set(drawn.source.tolist()) == {0, 1, 2, 3}
        assert daily(drawn, *YEAR).sum() == len(drawn)


REQUESTS = """
  requests for laptop {
    rate 6 per day
    start at desk
    step desk {
      works exponential(mean 10 min)
      then resolved 100%
    }
  }
  requests for phone {
    rate 3 per day
    priority P1 100%
    start at desk
    step desk {
      works exponential(mean 10 min)
      then resolved 100%
    }
  }
"""
PHONE = """
request phone "Phone" {
  service wan
}
"""


class TestRequests:
    def plan(self, edit):
        return demand_plan(load(SAID, more=REQUESTS, world=PHONE, scenario=edit))

    def test_each_stream_has_its_surge(self):
        assert self.plan("requests * 2").demand.names[3:] == ("laptop*requests", "phone*requests")

    def test_requests_are_named_by_themselves(self):
        plan = self.plan("phone requests * 2")
        assert plan.demand.names[3:] == ("phone*phone requests",)
        drawn = arrivals(plan)
        more = drawn.source == 3
        assert {plan.words.kinds[code] for code in drawn.kind[more].tolist()} == {"phone"}
        assert set(drawn.stream[more].tolist()) == {2}

    def test_a_request_has_its_own_service_and_no_priority_unless_said(self):
        plan = self.plan("incidents * 1.5")
        drawn, words = arrivals(plan), plan.words
        laptop, phone = (drawn.kind == words.kinds.index(kind) for kind in ("laptop", "phone"))
        assert {words.services[code] for code in drawn.service[laptop].tolist()} == {"till"}
        assert {words.services[code] for code in drawn.service[phone].tolist()} == {"wan"}
        assert set(drawn.priority[laptop].tolist()) == {-1}
        assert {words.priorities[code] for code in drawn.priority[phone].tolist()} == {"P1"}

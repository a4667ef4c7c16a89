"""Tickets that arrive: how many, when, and what they are like, with seeds that never change."""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy import stats

from slmdsl.base.units import DAY
from slmdsl.calendars.public_holidays import holiday_days
from slmdsl.workload.demand.arrivals import factors_of
from slmdsl.workload.draws.keys import key_of
from slmdsl.workload.errors import UncompilableError
from tests.demands import arrivals, daily, day, demand_plan, load, names

pytestmark = pytest.mark.compiled  # thousands of tickets

UNLIKELY = 1e-4
"""Seeds are fixed, so a test that fails once fails always; a right program fails one test in ten thousand."""


def of_replications(plan, count, first="2027-01-01", last="2027-12-31"):
    return np.array([daily(arrivals(plan, r), first, last) for r in range(count)])


MIX = "priority P1 1%, P2 9%, P3 60%, P4 30%"


class TestPlainPoisson:
    PLAN = demand_plan(load(f"rate 20 per day\n{MIX}"))

    def test_days_are_poisson(self):
        counts = of_replications(self.PLAN, 10)
        assert counts.shape == (10, 365)
        seen = np.bincount(np.clip(counts.ravel(), 10, 30), minlength=31)[10:]
        share = stats.poisson.pmf(np.arange(10, 31), 20)
        share[0], share[-1] = stats.poisson.cdf(10, 20), stats.poisson.sf(29, 20)
        assert stats.chisquare(seen, share * counts.size).pvalue > UNLIKELY

    def test_arrivals_are_in_order_within_the_time_and_nobody_twice(self):
        drawn = arrivals(self.PLAN)
        assert np.all(np.diff(drawn.at) >= 0)
        assert self.PLAN.start <= drawn.at[0]
        assert drawn.at[-1] < self.PLAN.end
        assert len(np.unique(drawn.entity)) == len(drawn) == len(names(drawn, self.PLAN))

    def test_priorities_are_mixed(self):
        drawn = arrivals(self.PLAN)
        words = self.PLAN.words.priorities
        share = {"P1": 0.01, "P2": 0.09, "P3": 0.6, "P4": 0.3}
        seen = np.bincount(drawn.priority, minlength=4)
        wanted = np.array([share[word] for word in words]) * len(drawn)
        assert stats.chisquare(seen, wanted).pvalue > UNLIKELY

    def test_what_a_load_does_not_say_is_missing(self):
        drawn = arrivals(self.PLAN)
        assert set(drawn.service.tolist()) == set(drawn.customer.tolist()) == {-1}
        assert not drawn.leaves.any()

    def test_replications_differ_and_repeat(self):
        one, again, other = (arrivals(self.PLAN, r) for r in (3, 3, 4))
        assert np.array_equal(one.at, again.at)
        assert np.array_equal(one.entity, again.entity)
        assert not np.array_equal(one.at[:50], other.at[:50])

    def test_instants_are_even_over_the_day(self):
        drawn = arrivals(self.PLAN)
        share = (drawn.at % 86_400) / 86_400
        assert stats.kstest(share, "uniform").pvalue > UNLIKELY


@pytest.mark.parametrize(
    ("rate", "mean"),
    [
        ("3 per hour", 72.0),
        ("70 per week", 10.0),
        ("62 per month", 2.0),
        ("181 per quarter", 2.0),
        ("730 per year", 2.0),
    ],
)
def test_rates_are_of_the_calendar(rate, mean):
    demand = demand_plan(load(f"rate {rate}\n{MIX}"), first="2027-05-01", last="2027-05-31").demand
    may = slice(day("2027-05-02") - demand.first_day, day("2027-05-31") - demand.first_day)
    if "quarter" in rate:
        mean *= 181 / 182
    assert demand.bursts[0, may] == pytest.approx(mean)


def test_days_outside_the_simulated_time_have_no_arrivals():
    demand = demand_plan(load(f"rate 9 per day\n{MIX}"), first="2027-05-03", last="2027-05-04").demand
    on = np.flatnonzero(demand.bursts[0]) + demand.first_day
    assert on.tolist() == [day("2027-05-03"), day("2027-05-04")]


def test_ticks_are_as_long_as_asked():
    text = load(f"rate 50 per day\n{MIX}")
    fine = arrivals(demand_plan(text, tick_us=1, last="2027-01-20"))
    rough = arrivals(demand_plan(text, tick_us=60_000_000, last="2027-01-20"))
    assert np.array_equal(np.sort(fine.at // 60_000_000), rough.at)
    assert DAY // 60_000_000 == 1440


def plan_of(said, **others):
    return demand_plan(load(f"{said}\n{MIX}"), **others)


class TestDayFactor:
    PLAN = plan_of("rate 100 per day, varying 20%, correlated 0.5")

    def test_mean_and_variance(self):
        counts = of_replications(self.PLAN, 40).astype(float)
        # Var = mean + (cv x mean)^2; days are alike, so the mean of n days varies by (1 + r) / (1 - r) times as much.
        variance = 100 + 20.0**2
        assert counts.mean() == pytest.approx(100, abs=4 * np.sqrt((100 + 3 * 400) / counts.size))
        assert counts.var() == pytest.approx(variance, rel=0.06)

    def test_days_in_a_row_are_alike(self):
        factors = np.array([factors_of(self.PLAN.demand, key_of(1, r))[0] for r in range(40)])
        one, other = factors[:, :-1].ravel(), factors[:, 1:].ravel()
        # A copula keeps a little less of the correlation of its normal numbers.
        assert np.corrcoef(one, other)[0, 1] == pytest.approx(0.5, abs=0.03)
        one, other = factors[:, :-2].ravel(), factors[:, 2:].ravel()
        assert np.corrcoef(one, other)[0, 1] == pytest.approx(0.25, abs=0.03)

    def test_factors_are_gamma(self):
        factors = np.array([factors_of(self.PLAN.demand, key_of(1, r))[0, ::20] for r in range(100)]).ravel()
        assert stats.kstest(factors, stats.gamma(25, scale=1 / 25).cdf).pvalue > UNLIKELY

    def test_a_narrow_factor_is_gamma_as_well(self):
        plan = plan_of("rate 100 per day, varying 0.9%")
        factors = np.array([factors_of(plan.demand, key_of(1, r))[0] for r in range(10)]).ravel()
        shape = 1 / 0.009**2
        assert stats.kstest(factors, stats.gamma(shape, scale=1 / shape).cdf).pvalue > UNLIKELY

    def test_without_variation_there_is_none(self):
        plan = plan_of("rate 100 per day")
        assert np.all(factors_of(plan.demand, key_of(1, 0)) == 1.0)

    def test_days_cannot_be_too_much_alike(self):
        with pytest.raises(UncompilableError, match="more alike than"):
            plan_of("rate 100 per day, varying 20%, correlated 0.9999")


PROFILE = """
profile shop "Shop" {
  timezone Europe/Amsterdam
  mon..fri 08:00-12:00 3, 12:00-18:00 1.5
  sat 10:00-16:00 1
  sun 22:00-02:00 2
  holidays NL 0.25
}
"""


def profiled(said, profile=PROFILE, **others):
    text = load(f"{said}\nprofile shop\n{MIX}", world=profile)
    return demand_plan(text, **others)


class TestProfile:
    PLAN = profiled("rate 100 per day")

    def test_hours_of_the_week(self):
        counts = np.zeros(168)
        clock = ZoneInfo("Europe/Amsterdam")
        closed = holiday_days("NL", 2026, 2028)
        for r in range(3):
            drawn = arrivals(self.PLAN, r)
            for at, on in zip(drawn.at.tolist(), drawn.day.tolist(), strict=True):
                if on not in closed:
                    local = datetime.fromtimestamp(at, clock)
                    counts[local.weekday() * 24 + local.hour] += 1
        weight = np.zeros(168)
        for weekday in range(5):
            weight[weekday * 24 + 8 : weekday * 24 + 12] = 3
            weight[weekday * 24 + 12 : weekday * 24 + 18] = 1.5
        weight[5 * 24 + 10 : 5 * 24 + 16] = 1
        weight[[6 * 24 + 22, 6 * 24 + 23, 0, 1]] = 2
        assert not counts[weight == 0].any()
        mondays_off = (
            1 - np.array([sum((d + 3) % 7 == w for d in closed if 20819 <= d < 21184) for w in range(7)]) / 52
        )
        weight *= np.repeat(mondays_off, 24)
        on = weight > 0
        wanted = weight[on] / weight.sum() * counts.sum()
        assert stats.chisquare(counts[on], wanted).pvalue > UNLIKELY

    def test_a_standard_week_has_seven_days_of_work(self):
        demand = self.PLAN.demand
        monday = day("2027-06-07") - demand.first_day
        assert demand.bursts[0, monday : monday + 7].sum() == pytest.approx(700)

    def test_a_holiday_has_its_share_and_nothing_is_made_up_for(self):
        demand = self.PLAN.demand
        kings_day, week_later = (day(each) - demand.first_day for each in ("2027-04-27", "2027-05-04"))
        assert demand.bursts[0, kings_day] == pytest.approx(demand.bursts[0, week_later] / 4)

    def test_of_two_regions_the_first_in_the_text_counts(self):
        both = PROFILE.replace("holidays NL 0.25", "holidays NL 0.25\n  holidays DE 0.5")
        demand = profiled("rate 100 per day", profile=both).demand
        days = (
            "2027-05-17",
            "2027-05-24",
            "2027-05-01",
            "2027-05-08",
        )  # Whit Monday in both, Labour Day in DE alone
        both_of_them, monday, german, saturday = (
            demand.bursts[0, day(each) - demand.first_day] for each in days
        )
        assert both_of_them == pytest.approx(monday / 4)
        assert german == pytest.approx(saturday / 2)


def test_days_of_23_and_25_hours():
    plan = demand_plan(load(f"rate 240 per day\nprofile even\n{MIX}", world=EVEN))
    demand = plan.demand
    hours = [
        demand.bursts[0, day(each) - demand.first_day] for each in ("2027-03-28", "2027-06-01", "2027-10-31")
    ]
    assert hours == pytest.approx([230, 240, 250])
    long = np.concatenate(
        [drawn.at[drawn.day == day("2027-10-31")] for drawn in map(partial(arrivals, plan), range(40))]
    )
    begin = int(datetime(2027, 10, 31, tzinfo=ZoneInfo("Europe/Amsterdam")).timestamp())
    assert stats.kstest((long - begin) / 90_000, "uniform").pvalue > UNLIKELY


EVEN = """
profile even "Even" {
  timezone Europe/Amsterdam
  mon..sun 00:00-24:00 1
}
"""


class TestRates:
    def test_dated_rates_replace_the_rate(self):
        demand = plan_of("rate 10 per day, varying 10%\nrate 5 per day from 2027-03-01").demand
        at = day("2027-03-01") - demand.first_day
        assert demand.bursts[0, at - 1 : at + 1].tolist() == [10.0, 5.0]
        assert demand.varying[0, at - 1 : at + 1].tolist() == [0.1, 0.0]

    def test_before_the_first_dated_rate_nothing_comes(self):
        demand = plan_of("rate 5 per day from 2027-03-01").demand
        at = day("2027-03-01") - demand.first_day
        assert demand.bursts[0, at - 1 : at + 1].tolist() == [0.0, 5.0]

    def test_growth_is_compounded_by_the_year(self):
        demand = plan_of("rate 10 per day, growing 6% per year as of 2026-12-31", last="2028-12-31").demand
        grown = [
            demand.bursts[0, day(each) - demand.first_day]
            for each in ("2027-12-31", "2028-12-31", "2027-07-01")
        ]
        assert grown == pytest.approx([10.6, 11.236, 10 * 1.06 ** (182 / 365)], rel=1e-12)

    def test_growth_reaches_back(self):
        demand = plan_of("rate 10 per day, growing 6% per month as of 2027-05-31").demand
        grown = [demand.bursts[0, day(each) - demand.first_day] for each in ("2027-04-30", "2027-06-30")]
        assert grown == pytest.approx([10 / 1.06, 10.6])

    @pytest.mark.parametrize("share", ["50%", "1_000_000_000%"])
    def test_growth_without_measure_is_refused(self, share):
        with pytest.raises(UncompilableError, match="arrivals on a day"):
            plan_of(f"rate 10 per day, growing {share} per day as of 2027-01-01", last="2035-12-31")

    def test_growth_by_the_week(self):
        demand = plan_of("rate 10 per day, growing 7% per week as of 2027-05-03").demand
        at = day("2027-05-03") - demand.first_day
        assert demand.bursts[0, at + np.array([0, 7, 14])] == pytest.approx([10, 10.7, 11.449])


class TestBursts:
    PLAN = plan_of("rate 60 per day\nburst of geometric(mean 1.5)\nin till 50%, wan 50%")

    def test_tickets_are_as_many_as_the_rate_says(self):
        counts = of_replications(self.PLAN, 10)
        # Var of a compound Poisson number: bursts x E(size^2); for a geometric one E = 1.5, Var = 0.75.
        assert counts.mean() == pytest.approx(60, abs=4 * np.sqrt(40 * 3.0 / counts.size))
        assert counts.var() == pytest.approx(120, rel=0.12)

    def test_sizes(self):
        drawn = arrivals(self.PLAN)
        burst = drawn.day.astype(np.int64) << 32 | drawn.burst
        sizes = np.unique(burst, return_counts=True)[1]
        seen = np.bincount(np.minimum(sizes, 6))[1:]
        share = stats.geom.pmf(np.arange(1, 7), 1 / 1.5)
        share[-1] = stats.geom.sf(5, 1 / 1.5)
        assert stats.chisquare(seen, share * len(sizes)).pvalue > UNLIKELY

    def test_a_burst_shares_instant_and_service_but_not_priority(self):
        drawn = arrivals(self.PLAN)
        burst = drawn.day.astype(np.int64) << 32 | drawn.burst
        order = np.lexsort((drawn.member, burst))
        same = np.flatnonzero(np.diff(burst[order]) == 0)
        assert len(same) > 1000
        for shared in (drawn.at, drawn.service):
            assert np.array_equal(shared[order][same], shared[order][same + 1])
        assert (drawn.priority[order][same] != drawn.priority[order][same + 1]).mean() > 0.3

    def test_members_stand_in_order(self):
        drawn = arrivals(self.PLAN)
        together = (np.diff(drawn.at) == 0) & (np.diff(drawn.burst) == 0) & (np.diff(drawn.day) == 0)
        assert np.all(np.diff(drawn.member)[together] == 1)

    def test_too_large_a_burst_is_refused(self):
        with pytest.raises(UncompilableError, match="65,535"):
            arrivals(plan_of("rate 1_000_000 per day\nburst of constant(70_000)", last="2027-01-01"))


class TestMixes:
    SAID = """
    rate 200 per day
    in email 45%, till 35%, wan 20%
    customer acme 70%, other 30%
    priority P1 1%, P2 9%, P3 60%, P4 30%
    priority in till P1 4%, P2 20%, P3 56%, P4 20%
    """

    def test_services_and_priorities_by_service(self):
        plan = demand_plan(load(self.SAID, world='customer other "Other"'))
        drawn, words = arrivals(plan), plan.words
        seen = np.bincount(drawn.service, minlength=3)
        wanted = np.array([{"email": 0.45, "till": 0.35, "wan": 0.2}[word] for word in words.services])
        assert stats.chisquare(seen, wanted * len(drawn)).pvalue > UNLIKELY
        customers = np.bincount(drawn.customer)
        assert words.customers == ("acme", "other")
        assert stats.chisquare(customers, np.array([0.7, 0.3]) * len(drawn)).pvalue > UNLIKELY
        for service, shares in (("till", (4, 20, 56, 20)), ("wan", (1, 9, 60, 30))):
            own = drawn.priority[drawn.service == words.services.index(service)]
            by_word = dict(zip(("P1", "P2", "P3", "P4"), shares, strict=True))
            wanted = np.array([by_word[word] for word in words.priorities]) / 100
            assert stats.chisquare(np.bincount(own, minlength=4), wanted * len(own)).pvalue > UNLIKELY


def test_too_many_tickets_are_refused():
    with pytest.raises(UncompilableError, match="arrivals on a day"):
        plan_of("rate 70_000_000 per day")
    plan = plan_of("rate 60_000_000 per day, varying 100%", last="2027-01-03")
    with pytest.raises(UncompilableError, match=r"tickets|2\*\*26"):
        arrivals(plan)


def test_more_tickets_than_fit_are_refused():
    plan = plan_of("rate 40_000_000 per day", last="2027-01-03")
    with pytest.raises(UncompilableError, match="more than 100_000_000 tickets"):
        arrivals(plan)


def test_a_load_without_a_rate_brings_nothing():
    plan = plan_of("rate 5 per day from 2028-01-01")
    assert len(arrivals(plan)) == 0

"""Tickets that arrive: how many, when, and what they are like, with seeds that never change."""

from datetime import date

import numpy as np
import pytest
from scipy import stats

from slmdsl.base.units import DAY
from tests.demands import arrivals, demand_plan, load, names

UNLIKELY = 1e-4
"""Seeds are fixed, so a test that fails once fails always; a right program fails one test in ten thousand."""


def day(text):
    return date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()


def daily(drawn, first, last):
    """Return the number of tickets by local day."""
    return np.bincount(drawn.day - day(first), minlength=day(last) - day(first) + 1)


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

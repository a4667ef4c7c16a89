"""Burn rates over sliding windows are those that an obvious count, instant by instant, finds."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.evaluate.budgets.spending import Spending, firings, joined

SPAN = 60
RATES = st.fractions(min_value=0, max_value=2, max_denominator=12)
WINDOWS = st.integers(1, 25)


@st.composite
def flows(draw):
    """A state for each instant: how much there is (0, 1 or 3 units), and how much of it fails."""
    runs = draw(
        st.lists(st.tuples(st.integers(1, 15), st.sampled_from([0, 1, 3]), st.integers(0, 3)), max_size=8)
    )
    found = [(total, min(bad, total)) for length, total, bad in runs for _ in range(length)][:SPAN]
    return found + [(0, 0)] * (SPAN - len(found))


def flowing(states, unit=1):
    edges = [0, *(i for i in range(1, SPAN) if states[i] != states[i - 1]), SPAN]
    bad, total = (np.array([states[min(i, SPAN - 1)][place] for i in edges]) for place in (1, 0))
    return Spending.of_stretches(np.array(edges), bad * unit, total * unit, unit)


SAMPLES = st.lists(
    st.tuples(st.integers(0, SPAN - 1), st.integers(1, 3), st.integers(0, 3)).map(
        lambda each: (each[0], each[1], min(each[1:]))
    ),
    max_size=20,
)


def sampling(samples):
    columns = np.array(samples, dtype=np.int64).reshape(-1, 3)
    return Spending.of_samples(columns[:, 0], columns[:, 2], columns[:, 1])


def flowed(states, begin, end):
    inside = [states[i] for i in range(max(begin, 0), min(end, SPAN))]
    return sum(bad for _, bad in inside), sum(total for total, _ in inside)


def arrived(samples, begin, end):
    inside = [each for each in samples if begin <= each[0] < end]
    return sum(bad for _, _, bad in inside), sum(total for _, total, _ in inside)


def instants(stretches):
    return {i for begin, end in stretches for i in range(begin, end)}


@given(flows(), RATES, WINDOWS, st.integers(-5, 30), st.integers(0, 90), st.sampled_from([1, 10**6, 10**16]))
def test_windows_over_what_flows(states, rate, window, begin, length, unit):
    spending = flowing(states, unit)
    expected = set()
    for now in range(begin, begin + length):
        bad, total = flowed(states, now - window, now)
        if bad > rate * total:
            expected.add(now)
    assert instants(spending.exceeding(rate, window, begin, begin + length)) == expected
    bad, total = flowed(states, begin, begin + length)
    assert spending.between(begin, begin + length) == (bad * unit, total * unit)


@given(SAMPLES, RATES, WINDOWS, st.integers(-5, 30), st.integers(0, 90))
def test_windows_over_what_arrives(samples, rate, window, begin, length):
    spending = sampling(samples)
    expected = set()
    for now in range(begin, begin + length):
        bad, total = arrived(samples, now - window + 1, now + 1)
        if bad > rate * total:
            expected.add(now)
    assert instants(spending.exceeding(rate, window, begin, begin + length)) == expected
    assert spending.between(begin, begin + length) == arrived(samples, begin, begin + length)


ALLOWED = st.fractions(min_value=0, max_value=40, max_denominator=4)


@given(flows(), ALLOWED, st.integers(-5, 50), st.integers(0, 70))
def test_when_a_budget_that_flows_is_spent(states, allowed, begin, length):
    reached = (now for now in range(begin, begin + length + 1) if flowed(states, begin, now)[0] > allowed)
    assert flowing(states).spent_us(allowed, begin, begin + length) == next(reached, None)


@given(SAMPLES, ALLOWED, st.integers(-5, 50), st.integers(0, 70))
def test_when_a_budget_of_samples_is_spent(samples, allowed, begin, length):
    reached = (now for now in range(begin, begin + length) if arrived(samples, begin, now + 1)[0] > allowed)
    assert sampling(samples).spent_us(allowed, begin, begin + length) == next(reached, None)


STATES = st.lists(st.booleans(), min_size=SPAN, max_size=SPAN)


@given(st.lists(STATES, min_size=1, max_size=3))
def test_an_alert_fires_when_all_exceed_and_ends_with_the_shortest(states):
    stretches = [joined([(i, i + 1) for i, on in enumerate(each) if on]) for each in states]
    firing, expected = False, set()
    for now in range(SPAN):
        firing = states[-1][now] and (firing or all(each[now] for each in states))
        expected |= {now} if firing else set()
    assert instants(firings(stretches)) == expected


def test_rates_are_compared_exactly():
    down = Spending.of_stretches(np.array([0, 3, 1000]), np.array([1, 0, 0]), np.array([1, 1, 0]), 1)
    assert down.exceeding(Fraction(3, 10), 10, 0, 100) == [(1, 10)]
    assert down.exceeding(Fraction(3, 10) - Fraction(1, 10**15), 10, 0, 100) == [(1, 11)]

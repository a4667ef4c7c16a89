"""Samples of a metric and scores of customers, judged per period."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from slmdsl.base.spans import NOWHERE
from slmdsl.base.units import DAY, to_us
from slmdsl.contract.model.agreements import (
    CalendarPeriod,
    Dated,
    PeriodUnit,
    RollingPeriod,
    SampledMetric,
    Score,
)
from slmdsl.evaluate.samples import Measured, exact, measured_verdicts, quantile_of, sampled
from slmdsl.evaluate.tickets.feedback import scored
from slmdsl.events.columns import Coded, Feedback, Samples
from slmdsl.rules.periods import periods_of

START = to_us(datetime(2027, 3, 1, tzinfo=UTC))
AGREEMENT = SimpleNamespace(zone="UTC", month_day=1, month_overflow="clamp", valid_from=None, valid_to=None)


def goal_of(text, later=None):
    values = [(None, Fraction(text), NOWHERE)]
    if later:
        values.append((date(2027, 3, 2), Fraction(later), NOWHERE))
    return Dated(values=tuple(values))


def metric(quantile="99/100", at_most=True, goal="800", later=None):
    return SampledMetric(
        service="till",
        metric="checkout_ms",
        unit="ms",
        quantile=None if quantile is None else Fraction(quantile),
        word="p99",
        at_most=at_most,
        goal=goal_of(goal, later),
    )


def target(form, period=None, minimum=0):
    return SimpleNamespace(form=form, period=period or CalendarPeriod(unit=PeriodUnit.DAY), minimum=minimum)


def verdicts(form, at_days, values, as_of_days=10, until_days=None, **settings):
    judged = target(form, **settings)
    as_of_us = START + as_of_days * DAY
    at_us = START + (np.array(at_days, dtype=np.float64) * DAY).astype(np.int64)
    measured = Measured.of(at_us, np.array(values, dtype=np.float64), as_of_us)
    periods = periods_of(judged, AGREEMENT, START, START + (until_days or as_of_days) * DAY)
    return measured_verdicts(judged, form, measured, periods, as_of_us)


@pytest.mark.parametrize(
    ("quantile", "expected"),
    [("1/2", 2.0), ("1/4", 1.0), ("51/100", 3.0), ("3/4", 3.0), ("1", 4.0), ("0", 1.0)],
)
def test_a_quantile_is_the_smallest_value_with_that_share_at_or_below_it(quantile, expected):
    assert quantile_of(np.array([4.0, 2.0, 1.0, 3.0]), Fraction(quantile)) == expected


def test_a_measured_number_is_the_decimal_it_is_written_as():
    assert exact(0.1) == Fraction(1, 10)


def test_each_period_is_judged_on_its_own_samples():
    met, missed, nothing = verdicts(metric(), [0, 0.5, 1, 1.5], [700, 800, 801, 3], as_of_days=3)
    assert (met.verdict, met.value, met.n, met.met, met.threshold) == ("met", 800, 2, 2, 800)
    assert (missed.verdict, missed.value, missed.n, missed.met) == ("missed", 801, 2, 1)
    assert (nothing.verdict, nothing.value, nothing.n) == ("no_data", None, 0)
    assert [row.period for row in (met, missed)] == ["2027-03-01", "2027-03-02"]


def test_a_mean_is_compared_as_a_decimal():
    rows = verdicts(
        metric(quantile=None, goal="0.2"), [0, 0, 0, 1, 1], [0.1, 0.2, 0.3, 0.2, 0.2000001], as_of_days=2
    )
    assert [row.verdict for row in rows] == ["met", "missed"]
    assert rows[0].value == 0.2


def test_a_mean_without_samples_is_no_data():
    assert [row.value for row in verdicts(metric(quantile=None), [], [], as_of_days=1)] == [None]


def test_at_least_turns_the_comparison_round():
    row = verdicts(metric(quantile="1/2", at_most=False, goal="5"), [0, 0, 0], [5, 4, 6], as_of_days=1)[0]
    assert (row.verdict, row.met) == ("met", 2)


def test_the_goal_in_force_at_the_start_of_the_period_holds():
    rows = verdicts(metric(goal="800", later="600"), [0, 1], [700, 700], as_of_days=2)
    assert [(row.verdict, row.threshold) for row in rows] == [("met", 800), ("missed", 600)]


def test_too_few_are_no_data_and_a_period_that_runs_has_no_verdict_yet():
    rows = verdicts(metric(), [0, 1, 1], [1, 1, 1], as_of_days=1.5, until_days=2, minimum=2)
    assert [(row.verdict, row.value, row.n) for row in rows] == [("no_data", 1, 1), ("running", 1, 2)]


def test_rolling_windows_share_samples():
    rows = verdicts(metric(quantile=None), [0, 1, 2], [1, 2, 6], as_of_days=3, period=RollingPeriod(days=2))
    assert [row.value for row in rows] == [1.5, 4]


def test_samples_that_are_no_numbers_are_counted_and_left_out():
    row = verdicts(metric(), [0, 0.1, 0.2], [1, float("nan"), float("inf")], as_of_days=1)[0]
    assert (row.n, row.unresolved, row.value) == (1, 2, 1)


def test_samples_are_chosen_by_service_and_metric_until_as_of():
    log = Samples(
        service=Coded(codes=np.array([0, 0, 0, 1], dtype=np.int32), values=("till", "mail")),
        metric=Coded(codes=np.array([0, 0, 1, 0], dtype=np.int32), values=("checkout_ms", "up")),
        at_us=np.array([5, 1, 2, 3]),
        value=np.array([10.0, 20.0, 1.0, 40.0]),
        hold_us=np.zeros(4, dtype=np.int64),
    )
    assert sampled(metric(), log, 100).values.tolist() == [20, 10]
    assert sampled(metric(), log, 4).values.tolist() == [20]
    assert sampled(metric(), Samples.empty(), 4).values.tolist() == []


def feedback_log():
    """Answers on mail, on till, on a ticket of mail, on one of till, and on nothing."""
    tickets = SimpleNamespace(service=Coded(codes=np.array([0, 1], dtype=np.int32), values=("mail", "till")))
    feedback = Feedback(
        ticket=np.array([-1, 0, 0, 1, -1]),
        service=Coded(codes=np.array([1, 0, -1, -1, -1], dtype=np.int32), values=("till", "mail")),
        at_us=np.arange(5),
        score=np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
    )
    return SimpleNamespace(ticket_columns=tickets, feedback_columns=feedback)


@pytest.mark.parametrize(
    ("services", "scores"),
    [
        (("mail",), [1, 3, 5]),
        (("till",), [2, 4, 5]),
        (("mail", "till"), [1, 2, 3, 4, 5]),
        ((), [1, 2, 3, 4, 5]),
        (("wan",), [5]),
    ],
)
def test_an_answer_is_about_its_service_or_that_of_its_ticket(services, scores):
    assert scored(SimpleNamespace(services=services), feedback_log(), 100).values.tolist() == scores


def test_answers_after_as_of_are_ignored():
    assert scored(SimpleNamespace(services=()), feedback_log(), 2).values.tolist() == [1, 2, 3]


def test_scores_are_judged_by_their_mean():
    form = Score(quantile=None, at_most=False, goal=goal_of("4.2"))
    rows = verdicts(form, [0, 0, 0, 1], [5, 4, 3.6, 4.1], as_of_days=2)
    assert [(row.verdict, row.value, row.met) for row in rows] == [("met", 4.2, 1), ("missed", 4.1, 0)]

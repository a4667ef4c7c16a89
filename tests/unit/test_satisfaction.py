"""Satisfaction against kept and missed tickets, held against polars and scipy."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from slmdsl.study.judged.satisfaction import LEAST, satisfaction


def test_means_and_difference_are_those_of_polars_and_scipy():
    random = np.random.default_rng(11)
    missed = random.random(120) < 0.3
    scores = np.clip(np.round(random.normal(np.where(missed, 3.2, 4.1), 0.9)), 1, 5)
    frame = pl.DataFrame({"score": scores, "missed": missed})
    means = dict(frame.group_by("missed").agg(pl.col("score").mean()).iter_rows())
    found = satisfaction(scores, missed)
    assert (found.kept_n, found.missed_n) == (int((~missed).sum()), int(missed.sum()))
    assert (found.kept.value, found.missed.value) == (
        pytest.approx(means[False]),
        pytest.approx(means[True]),
    )
    low, high = stats.ttest_ind(scores[~missed], scores[missed], equal_var=False).confidence_interval(0.95)
    assert (found.difference.low, found.difference.high) == (pytest.approx(low), pytest.approx(high))
    assert found.difference.low > 0


def test_few_answers_say_nothing_of_a_difference():
    missed = np.arange(20) < LEAST - 1
    found = satisfaction(np.linspace(1, 5, 20), missed)
    assert found.difference is None
    assert found.missed_n == LEAST - 1
    enough = satisfaction(np.linspace(1, 5, 20), np.arange(20) < LEAST)
    assert enough.difference is not None


def test_no_answers_have_no_mean():
    found = satisfaction(np.zeros(0), np.zeros(0, dtype=np.bool_))
    assert (found.kept, found.missed, found.difference) == (None, None, None)

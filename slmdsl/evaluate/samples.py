"""Means and quantiles of measured values per period, and their verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.evaluate.period_verdicts import PeriodVerdict, Word
from slmdsl.rules.dated import in_force

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.contract.model.agreements import SampledMetric, Score, Target
    from slmdsl.events.columns import Samples
    from slmdsl.rules.periods import Periods

    Int64 = npt.NDArray[np.int64]
    Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """n values and when they were measured, in time order; values that are not finite are left out and counted."""

    at_us: Int64
    values: Float64
    left_out_us: Int64
    """The instants of the values that are no numbers."""

    @classmethod
    def of(cls, at_us: Int64, values: Float64, as_of_us: int) -> Measured:
        """Return what is known at `as_of_us`, in time order."""
        order = np.argsort(at_us, kind="stable")
        order = order[at_us[order] <= as_of_us]
        at_us, values = at_us[order], values[order]
        finite = np.isfinite(values)
        return cls(at_us=at_us[finite], values=values[finite], left_out_us=at_us[~finite])


def sampled(form: SampledMetric, samples: Samples, as_of_us: int) -> Measured:
    """Return the samples of the service and metric that `form` names."""
    rows = np.ones(len(samples), dtype=np.bool_)
    for column, word in ((samples.service, form.service), (samples.metric, form.metric)):
        code = column.values.index(word) if word in column.values else None
        rows &= False if code is None else column.codes == code
    return Measured.of(samples.at_us[rows], samples.value[rows], as_of_us)


def quantile_of(values: Float64, quantile: Fraction) -> float:
    """Return the smallest value with at least the share `quantile` of all values at or below it (inverted CDF).

    `values` has at least one value, in any order; `quantile` is from 0 (the smallest value) to 1 (the largest).

    >>> quantile_of(np.array([3.0, 1.0, 2.0]), Fraction(1, 2))
    2.0
    """
    place = max(-(-quantile.numerator * len(values) // quantile.denominator) - 1, 0)
    return float(np.partition(values, place)[place])


def exact(value: float) -> Fraction:
    """Return a measured number as the decimal that it is written as: 0.1 is a tenth."""
    return Fraction(repr(float(value)))


def _bucket_sums(measured: Measured, periods: Periods) -> npt.NDArray[np.object_]:
    """Return the exact sums of values per bucket."""
    bounds = np.searchsorted(measured.at_us, periods.bucket_edges_us).tolist()
    sums = np.full(periods.buckets, Fraction(0), dtype=object)
    for bucket, (begin, end) in enumerate(pairwise(bounds)):
        distinct, counts = np.unique(measured.values[begin:end], return_counts=True)
        cases = zip(distinct.tolist(), counts.tolist(), strict=True)
        sums[bucket] = sum((exact(value) * count for value, count in cases), Fraction(0))
    return sums


def statistics_of(measured: Measured, quantile: Fraction | None, periods: Periods) -> list[Fraction | None]:
    """Return the quantile (the mean for None) of each period's values as exact decimals, None where there are none."""
    begins, ends = np.searchsorted(measured.at_us, [periods.from_us, periods.to_us])
    if quantile is None:
        sums = periods.sums(_bucket_sums(measured, periods))
        return [total / n if n else None for total, n in zip(sums, (ends - begins).tolist(), strict=True)]
    slices = (measured.values[begin:end] for begin, end in zip(begins, ends, strict=True))
    return [exact(quantile_of(values, quantile)) if len(values) else None for values in slices]


def measured_verdicts(
    target: Target, form: SampledMetric | Score, measured: Measured, periods: Periods, as_of_us: int
) -> list[PeriodVerdict]:
    """Return one verdict per period on a mean or quantile of measured values, compared as exact decimals.

    `met` counts the single values that are on the right side of the goal.
    """
    statistics = statistics_of(measured, form.quantile, periods)
    return [
        _verdict(target, form, measured, periods, place, value, as_of_us)
        for place, value in enumerate(statistics)
    ]


def _verdict(
    target: Target,
    form: SampledMetric | Score,
    measured: Measured,
    periods: Periods,
    place: int,
    value: Fraction | None,
    as_of_us: int,
) -> PeriodVerdict:
    goal = in_force(form.goal, periods.first_days[place])
    from_us, to_us = int(periods.from_us[place]), int(periods.to_us[place])
    values = measured.values[slice(*np.searchsorted(measured.at_us, [from_us, to_us]))]
    good = values <= float(goal) if form.at_most else values >= float(goal)
    lost = np.diff(np.searchsorted(measured.left_out_us, [from_us, to_us]))[0]
    if to_us > as_of_us:
        word = Word.RUNNING
    elif value is None or len(values) < target.minimum:
        word = Word.NO_DATA
    else:
        word = Word.MET if (value <= goal if form.at_most else value >= goal) else Word.MISSED
    return PeriodVerdict(
        target=target,
        period=periods.labels[place],
        from_us=from_us,
        to_us=to_us,
        n=len(values),
        met=int(good.sum()),
        value=None if value is None else float(value),
        exact=value,
        threshold=float(goal),
        verdict=word,
        gross_value=None if value is None else float(value),
        gross_n=len(values),
        unresolved=int(lost),
        cut=bool(periods.cut[place]),
    )

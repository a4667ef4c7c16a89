"""From counted tickets to verdicts: each form's value, the comparison in exact integers, what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from slmdsl.base.units import SECOND
from slmdsl.contract.model.agreements import Count, Share, Statistic, Within
from slmdsl.evaluate.period_verdicts import PeriodVerdict, Word
from slmdsl.evaluate.tickets.count_kernel import (
    AT_RISK,
    CANCELLED_N,
    GOAL_SUM,
    GROSS_MET,
    GROSS_N,
    MET_N,
    UNDECIDED_N,
    UNRESOLVED_N,
    N,
)
from slmdsl.evaluate.wilson import wilson_interval
from slmdsl.rules.dated import in_force

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from slmdsl.contract.model.agreements import Limit, Target
    from slmdsl.evaluate.tickets.counting import Counts

MISSING_PART = "(missing)"
"""The part of tickets that lack the field of `per`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a form makes of the figures of one period: the value and what it is held against.

    `kept` is None where nothing was counted. `best` and `worst` are what the value may still become.
    """

    value: Fraction | None
    gross: Fraction | None
    threshold: Fraction
    kept: bool | None
    best: Fraction | None = None
    worst: Fraction | None = None
    interval: tuple[float, float] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One target, part and period: its figures by the names of `count_kernel`, and where they stand in the counts.

    `elapsed` is the sum of elapsed time of a statistic's tickets.
    """

    counts: Counts
    target: int
    part: int
    period: int
    figures: tuple[int, ...]
    elapsed: int

    @property
    def first_day(self) -> date:
        """The local date on which the period begins."""
        return self.counts.bound.periods[self.target].first_days[self.period]


def ticket_verdicts(counts: Counts, target: int) -> list[PeriodVerdict]:
    """Return the verdicts on target number `target` of the bound rules, by part and period.

    With `per`, the parts are those of which there is a ticket; without any there is one without a name.
    """
    bound = counts.bound
    figures, elapsed = counts.by_period(target).transpose(0, 2, 1).tolist(), counts.elapsed(target)
    declared = bound.rules.targets[target].target
    seen = [part for part, rows in enumerate(figures) if declared.per is None or any(map(any, rows))]
    cases = [
        Case(counts=counts, target=target, part=part, period=period, figures=tuple(row), elapsed=total)
        for part in seen or [0]
        for period, (row, total) in enumerate(zip(figures[part], elapsed[part], strict=True))
    ]
    named = declared.per is not None and bool(seen)
    return [_verdict(case, part_name(bound.parts[target][case.part]) if named else None) for case in cases]


def part_name(value: str | None) -> str:
    """Return what the part of a value of `per` is called."""
    return MISSING_PART if value is None else value


def _verdict(case: Case, part: str | None) -> PeriodVerdict:
    bound, figures = case.counts.bound, case.figures
    target, periods = bound.rules.targets[case.target].target, bound.periods[case.target]
    to_us = int(periods.to_us[case.period])
    judged = judgement(target, case)
    running = to_us > bound.as_of_us or figures[UNDECIDED_N] > 0
    low, high = judged.interval or (None, None)
    return PeriodVerdict(
        target=target,
        part=part,
        period=periods.labels[case.period],
        from_us=int(periods.from_us[case.period]),
        to_us=to_us,
        n=figures[N],
        met=figures[MET_N],
        value=_printed(judged.value),
        exact=_as_in_bands(target, judged.value, case),
        low=low,
        high=high,
        threshold=float(judged.threshold),
        verdict=Word.RUNNING if running else word_of(target, figures, judged),
        best=_printed(judged.best) if running else None,
        worst=_printed(judged.worst) if running else None,
        gross_value=_printed(judged.gross),
        unresolved=figures[UNRESOLVED_N],
        gross_n=figures[GROSS_N],
        excluded=figures[GROSS_N] - figures[N],
        cancelled=figures[CANCELLED_N],
        undecided=figures[UNDECIDED_N],
        cut=bool(periods.cut[case.period]),
        note=judged.note,
    )


def word_of(target: Target, figures: Sequence[int], judged: Judgement) -> Word:
    """Return the verdict on a period that is over."""
    if judged.kept is None or figures[N] < target.minimum:
        return Word.NO_DATA
    return Word.MET if judged.kept or _is_small(target, figures) else Word.MISSED


def _is_small(target: Target, figures: Sequence[int]) -> bool:
    """Whether `or M misses under N tickets` keeps a period that fails."""
    form = target.form
    if not isinstance(form, Within) or form.small_numbers is None:
        return False
    misses, under = form.small_numbers
    return figures[N] < under and figures[N] - figures[MET_N] <= misses


def judgement(target: Target, case: Case) -> Judgement:
    """Return what the target's form makes of a period's figures."""
    form = target.form
    if isinstance(form, Within):
        return _within(form, case)
    if isinstance(form, Statistic):
        return _statistic(form, case)
    if isinstance(form, Share):
        return _share(form, case)
    if isinstance(form, Count):
        return _count(form, case)
    msg = f"`{target.qualified}` is no target on tickets"
    raise TypeError(msg)


def _within(form: Within, case: Case) -> Judgement:
    figures, denominator = case.figures, case.counts.bound.goal_denominators[case.target]
    n, met, undecided = figures[N], figures[MET_N], figures[UNDECIDED_N]
    # Each ticket brings the goal that was in force when its clock started; the threshold is their mean.
    goals = Fraction(figures[GOAL_SUM], denominator)
    return Judgement(
        value=_ratio(met, n),
        gross=_ratio(figures[GROSS_MET], figures[GROSS_N]),
        threshold=goals / n if n else in_force(form.goal, case.first_day),
        kept=met >= goals if n else None,
        best=_ratio(met + undecided, n + undecided),
        worst=_ratio(met, n + figures[AT_RISK]),
        interval=wilson_interval(met, n),
    )


def _share(form: Share, case: Case) -> Judgement:
    figures, goal = case.figures, in_force(form.goal, case.first_day)
    n, met, undecided = figures[N], figures[MET_N], figures[UNDECIDED_N]
    value = _ratio(met, n)
    fewest, most = _ratio(met, n + undecided), _ratio(met + undecided, n + undecided)
    return Judgement(
        value=value,
        gross=_ratio(figures[GROSS_MET], figures[GROSS_N]),
        threshold=goal,
        kept=None if value is None else _is_within(value, goal, at_most=form.at_most),
        best=fewest if form.at_most else most,
        worst=most if form.at_most else fewest,
        interval=wilson_interval(met, n),
    )


def _count(form: Count, case: Case) -> Judgement:
    n, goal = Fraction(case.figures[N]), in_force(form.goal, case.first_day)
    return Judgement(
        value=n,
        gross=Fraction(case.figures[GROSS_N]),
        threshold=goal,
        kept=_is_within(n, goal, at_most=form.at_most),
        best=n if form.at_most else None,
        worst=None if form.at_most else n,
    )


def _statistic(form: Statistic, case: Case) -> Judgement:
    """Judge a mean or quantile of elapsed time, in seconds, or in business days where the limit is."""
    figures, limit = case.figures, in_force(form.limit, case.first_day)
    unit = _unit(limit, case)
    if form.quantile is None:
        elapsed = _ratio(case.elapsed, figures[N])
    else:
        found = case.counts.quantile(case.target, case.part, case.period)
        elapsed = None if found is None else Fraction(found)
    value = None if elapsed is None else elapsed / unit
    threshold = limit.duration.business_days or Fraction(limit.duration.wall_us, SECOND)
    older = figures[AT_RISK]
    return Judgement(
        value=value,
        # Elapsed times of excluded tickets are not summed: without any the gross value is the net one.
        gross=value if figures[GROSS_N] == figures[N] else None,
        threshold=threshold,
        kept=None if value is None else value <= threshold,
        note=f"{older} open {'ticket is' if older == 1 else 'tickets are'} older than the limit"
        if older
        else "",
    )


def _unit(limit: Limit, case: Case) -> int:
    """Return how many units of the kernel's elapsed time make one of the value's."""
    bound = case.counts.bound
    if limit.duration.business_days:
        return bound.day_units[bound.rules.targets[case.target].calendar]
    return SECOND


def _is_within(value: Fraction, goal: Fraction, *, at_most: bool) -> bool:
    return value <= goal if at_most else value >= goal


def _ratio(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def _as_in_bands(target: Target, value: Fraction | None, case: Case) -> Fraction | None:
    """Return a value in the unit in which bands of credits are written: clock time in microseconds."""
    if value is None or not isinstance(target.form, Statistic):
        return value
    return value if in_force(target.form.limit, case.first_day).duration.business_days else value * SECOND


def _printed(value: Fraction | None) -> float | None:
    return None if value is None else float(value)

"""Horizons in which nothing can be judged, or for which no calendar answers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Label
from slmdsl.contract import codes
from slmdsl.contract.checks.workload_experiments import scenarios_of
from slmdsl.contract.from_tree.reading import last
from slmdsl.contract.model.agreements import PeriodUnit, RollingPeriod
from slmdsl.contract.scenarios import judged_by
from slmdsl.syntax.tree import studies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.studies import Experiment

FIRST_DAY: Final = date(1901, 1, 1)
LAST_DAY: Final = date(2198, 12, 31)
"""Calendars answer for these days, and for some before and after them: a simulation begins before and ends after."""

_NAMED_AT_MOST: Final = 6
_DAY: Final = timedelta(days=1)
_MONTHS: Final = {PeriodUnit.MONTH: 1, PeriodUnit.QUARTER: 3, PeriodUnit.YEAR: 12}


def horizons(draft: Draft) -> Iterator[Diagnostic]:
    """Horizons beyond the calendars, and those that hold no whole period of a promise that is judged."""
    for block in draft.reading.of_kind("experiment"):
        experiment = draft.contract.experiments[block.name.text]
        said = last(draft.reading.body(block), studies.Horizon)
        if said is None or experiment.first is None or experiment.last is None:
            continue
        if experiment.first < FIRST_DAY or experiment.last > LAST_DAY:
            yield codes.HORIZON_RANGE.at(
                said.span,
                f"days from {FIRST_DAY} to {LAST_DAY} are simulated",
                label="no calendar answers",
            )
        elif experiment.first <= experiment.last:
            yield from _unjudged(experiment, experiment.first, experiment.last, said.span, draft)


def _unjudged(
    experiment: Experiment, first: date, end: date, span: Span, draft: Draft
) -> Iterator[Diagnostic]:
    judged = {name for each in scenarios_of(experiment, draft) for name in judged_by(draft.contract, each)}
    lost = [
        target
        for agreement in draft.contract.agreements.values()
        if agreement.name in judged
        for target in agreement.targets
        if not holds_a_period(target, agreement, first, end)
    ]
    if lost:
        names = ", ".join(f"`{each.qualified}`" for each in lost[:_NAMED_AT_MOST])
        more = f" and {len(lost) - _NAMED_AT_MOST} more" if len(lost) > _NAMED_AT_MOST else ""
        yield codes.NO_WHOLE_PERIOD.at(
            span,
            f"no whole period of {names}{more} lies in the horizon",
            label=f"{(end - first).days + 1} days",
            secondary=[Label(span=each.span, text=f"judged {_said(each)}") for each in lost[:_NAMED_AT_MOST]],
            help="only whole periods are judged: take a longer horizon, or one that begins with a period",
        )


def _said(target: Target) -> str:
    period = target.period
    return f"over {period.days} days" if isinstance(period, RollingPeriod) else f"each {period.unit}"


def holds_a_period(target: Target, agreement: Agreement, first: date, end: date) -> bool:
    """Whether a whole period of a target, or what the validity leaves of one, lies in `first` .. `end`."""
    begins = max(first, agreement.valid_from or first)
    ends = min(end, agreement.valid_to or end)
    period = target.period
    days = (ends - begins).days + 1
    if isinstance(period, RollingPeriod):
        return days >= period.days
    edges = {begins} if begins == agreement.valid_from else set()
    if ends == agreement.valid_to:
        edges.add(ends + _DAY)
    if period.unit in (PeriodUnit.DAY, PeriodUnit.WEEK):
        length = 1 if period.unit is PeriodUnit.DAY else 7
        start = begins if length == 1 else begins + timedelta(days=-begins.weekday() % length)
        edges |= {start, start + timedelta(days=length)}
    else:
        edges |= set(_starts_of_months(begins, ends, _MONTHS[period.unit], agreement))
    return len([each for each in edges if begins <= each <= ends + _DAY]) > 1


def _starts_of_months(first: date, end: date, step: int, agreement: Agreement) -> Iterator[date]:
    """Yield the days on which periods of so many months begin, from before the first day to after the end."""
    for number in range(first.year * 12 + first.month - 2, end.year * 12 + end.month + 1):
        if number % step == 0:
            yield _start_of_month(number, agreement)


def _start_of_month(number: int, agreement: Agreement) -> date:
    """Return the day on which the month of a number (twelve times the year, and the months before it) begins."""
    begins = date(number // 12, number % 12 + 1, 1)
    day = begins + timedelta(days=agreement.month_day - 1)
    if day.month == begins.month:
        return day
    following = date((number + 1) // 12, (number + 1) % 12 + 1, 1)
    return following - _DAY if agreement.month_overflow == "clamp" else following

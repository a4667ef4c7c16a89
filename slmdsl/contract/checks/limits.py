"""Limits and goals: dated changes, and what cannot be right."""

from __future__ import annotations

from itertools import islice, pairwise, product
from typing import TYPE_CHECKING

from slmdsl.base.diagnostics import Label
from slmdsl.base.units import DAY
from slmdsl.contract import codes
from slmdsl.contract.checks.lengths import days_in
from slmdsl.contract.checks.promises import (
    PAIRS_AT_MOST,
    bounds_of,
    comparable,
    limits_of,
    promises,
    size,
)
from slmdsl.contract.model.agreements import Within
from slmdsl.syntax.tree import common, targets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.checks.promises import Promise
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Target


def dated_changes(draft: Draft) -> Iterator[Diagnostic]:
    """Changes of limits and goals that are out of order, or that lie where the agreement is not in force."""
    for promise in promises(draft):
        form = promise.said.form
        for name in ("limit", "goal", "bound"):
            dated: tuple[common.Since[object], ...] = getattr(form, name, ())
            yield from _out_of_order(dated)
            yield from (found for each in dated[1:] for found in _outside(each, promise))


def _out_of_order(dated: tuple[common.Since[object], ...]) -> Iterator[Diagnostic]:
    for before, after in pairwise(dated):
        if after.since is None or (before.since is not None and after.since <= before.since):
            yield codes.CHANGES_OUT_OF_ORDER.at(
                after.span,
                "changes are written in the order of their dates",
                label=f"from {after.since}" if after.since else "from the beginning",
                secondary=[Label(span=before.span, text=f"from {before.since}" if before.since else "")],
            )


def _outside(change: common.Since[object], promise: Promise) -> Iterator[Diagnostic]:
    agreement, since = promise.agreement, change.since
    first, last = agreement.valid_from, agreement.valid_to
    if since is None or first is None or last is None or first <= since <= last or first > last:
        return
    yield codes.CHANGE_OUTSIDE_VALID.at(
        change.span,
        f"`{agreement.name}` is not in force on {since}",
        label="never takes effect" if since > last else "holds from the beginning",
        help=f"it is valid {first} .. {last}",
    )


def limits_over_periods(draft: Draft) -> Iterator[Diagnostic]:
    """Limits longer than the period in which they are judged."""
    for promise in promises(draft):
        target = promise.target
        for limit in limits_of(promise.said.form) if target is not None and promise.said.period else ():
            days = days_in(target.period) if target else 0
            length = limit.duration
            if length.business_days > days or (not length.business_days and length.wall_us > days * DAY):
                yield codes.LIMIT_OVER_PERIOD.at(
                    limit.span,
                    f"the limit of {length} is longer than the period",
                    label=f"a period has {days} day{'s' if days > 1 else ''} at most",
                    help="tickets opened in one period are then decided in another",
                )


def answers_after_resolutions(draft: Draft) -> Iterator[Diagnostic]:
    """Answers that may take longer than the resolution of the same tickets."""
    for agreement in draft.contract.agreements.values():
        within = [(each, each.form) for each in agreement.targets if isinstance(each.form, Within)]
        answers = [each for each in within if each[1].measure == "response"]
        others = [each for each in within if each[1].measure != "response"]
        for (target, form), (other, resolution) in islice(product(answers, others), PAIRS_AT_MOST):
            if _overlap(form, resolution) and target.calendar == other.calendar and _longer(form, resolution):
                yield codes.RESPONSE_AFTER_RESOLUTION.at(
                    target.limit_span,
                    f"`{target.name}` allows longer for the answer than `{other.name}` for the {resolution.measure}",
                    label="to answer",
                    secondary=[Label(span=other.limit_span, text=f"for {resolution.measure}")],
                )


def _longer(one: Within, other: Within) -> bool:
    first, second = one.limit.values[0][1].duration, other.limit.values[0][1].duration
    return comparable(first, second) and size(first) > size(second)


def _overlap(one: Within, other: Within) -> bool:
    """Whether two populations can share tickets, so far as kinds, priorities, requests and services tell."""
    first, second = one.population, other.population
    return first.kind == second.kind and all(
        not mine or not theirs or set(mine) & set(theirs)
        for mine, theirs in (
            (first.priorities, second.priorities),
            (first.requests, second.requests),
            (first.services, second.services),
        )
    )


def contradictions(draft: Draft) -> Iterator[Diagnostic]:
    """Two limits for the same tickets of which the tighter one does not ask less of them.

    `4 h for 80%` and `8 h for 95%` go together. `4 h for 90%` makes `8 h for 90%` idle, and `4 h` cannot be promised
    for 90% and for 95%.
    """
    for agreement in draft.contract.agreements.values():
        alike: dict[object, list[tuple[Target, Within]]] = {}
        for each in agreement.targets:
            if (
                isinstance(each.form, Within)
                and len(each.form.limit.values) == len(each.form.goal.values) == 1
            ):
                alike.setdefault(_promised_to(each, each.form), []).append((each, each.form))
        for targets_alike in alike.values():
            for one, other in pairwise(sorted(targets_alike, key=lambda each: _promised(each[1]))):
                yield from _contradiction(one, other)


def _promised_to(target: Target, form: Within) -> object:
    """Return for which tickets and when a limit holds."""
    population = form.population
    return (
        form.measure,
        population.kind,
        frozenset(population.priorities),
        frozenset(population.requests),
        frozenset(population.services),
        population.condition,
        target.period,
        target.calendar,
        target.counted,
        target.per,
        form.limit.values[0][1].end_of_day,
        bool(form.limit.values[0][1].duration.business_days),
    )


def _contradiction(tight: tuple[Target, Within], loose: tuple[Target, Within]) -> Iterator[Diagnostic]:
    (tight_limit, tight_goal), (loose_limit, loose_goal) = _promised(tight[1]), _promised(loose[1])
    if tight_limit < loose_limit and tight_goal < loose_goal:
        return
    first, second = sorted((tight[0], loose[0]), key=lambda each: (each.span.file, each.span.start))
    yield codes.CONTRADICTION.at(
        second.limit_span,
        f"`{first.name}` and `{second.name}` promise different things for the same tickets",
        label="here",
        secondary=[Label(span=first.limit_span, text="and here")],
        help="a tighter limit goes with a lower goal: `4 h for 80%` beside `8 h for 95%`",
    )


def _promised(form: Within) -> tuple[Fraction | int, Fraction]:
    return size(form.limit.values[0][1].duration), form.goal.values[0][1]


def vague(draft: Draft) -> Iterator[Diagnostic]:
    """Targets that do not say over what time they are judged, or for how many tickets they hold."""
    for promise in promises(draft):
        said = promise.said
        if said.period is None:
            yield codes.VAGUE.at(
                said.name.span,
                f"`{said.name.text}` does not say in which period it is judged",
                label="judged each month",
                help="say `each month`, or another period",
            )
        if isinstance(said.form, targets.Within | targets.UpdatesOf) and not said.form.goal:
            yield codes.VAGUE.at(
                said.name.span,
                f"`{said.name.text}` does not say for how many tickets it holds",
                label="holds for every one",
                help="say `for 90%`, or `for 100%` where every ticket is meant",
            )


def wrong_units(draft: Draft) -> Iterator[Diagnostic]:
    """Bounds in another unit than what they bound, and rolling periods that are not counted in days."""
    for promise in promises(draft):
        if promise.target is None and not _is_unknown(draft, promise.said.form):
            for bound in bounds_of(promise.said.form):
                yield codes.WRONG_UNIT.at(
                    bound.value.value.span,
                    f"`{promise.said.name.text}` is not measured in this unit",
                    label=draft.reading.words(bound.value.value.span) or "another unit",
                )
        period = promise.said.period
        if isinstance(period, common.RollingPeriod) and period.unit not in ("day", "week"):
            yield codes.WRONG_UNIT.at(
                period.span,
                "a rolling period of a target is counted in days or weeks",
                help="say `each rolling 28 days`",
            )


def _is_unknown(draft: Draft, form: targets.Form) -> bool:
    """Whether the form measures something that is not declared, which has its own finding."""
    return isinstance(form, targets.MetricOf) and draft.resolved.of(form.metric) is None

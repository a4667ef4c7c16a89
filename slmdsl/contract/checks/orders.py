"""What is out of order: priorities and limits, steps of an escalation, windows of alerts, hours that are too few."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Label
from slmdsl.base.units import DAY, HOUR, Duration, clock_words, plain
from slmdsl.contract import codes
from slmdsl.contract.burn import standard_table
from slmdsl.contract.checks.budgets import budget_of
from slmdsl.contract.checks.lengths import days_in, words_of_period
from slmdsl.contract.checks.promises import PAIRS_AT_MOST, escalations, limits_of, promises, size
from slmdsl.contract.model.agreements import Within
from slmdsl.syntax.tree import agreements as said_of
from slmdsl.syntax.tree import clocks, targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Target

_NUMBERED: Final = re.compile(r"[Pp](\d)")


def priorities_and_limits(draft: Draft) -> Iterator[Diagnostic]:
    """Limits of a higher priority that are looser than those of a lower one, for no higher share."""
    for agreement in draft.contract.agreements.values():
        alike: dict[object, list[tuple[int, int, Target, Within]]] = {}
        for each in agreement.targets:
            form = each.form
            ranks = _ranks(form.population.priorities) if isinstance(form, Within) else []
            if isinstance(form, Within) and ranks:
                alike.setdefault(_compared_by(each, form), []).append((min(ranks), max(ranks), each, form))
        for several in alike.values():
            ordered = sorted(several, key=lambda each: each[:2])
            for (_, last, higher, one), (first, _, lower, other) in islice(pairwise(ordered), PAIRS_AT_MOST):
                if last < first and _is_looser(one, other):
                    yield codes.PRIORITY_ORDER.at(
                        higher.limit_span,
                        f"`{higher.name}` allows more time than `{lower.name}`, whose priority is lower",
                        label=f"for {', '.join(one.population.priorities)}",
                        secondary=[
                            Label(span=lower.limit_span, text=f"for {', '.join(other.population.priorities)}")
                        ],
                    )


def _ranks(priorities: tuple[str, ...]) -> list[int]:
    found = [_NUMBERED.fullmatch(name) for name in priorities]
    return [int(each[1]) for each in found if each] if all(found) else []


def _compared_by(target: Target, form: Within) -> object:
    population = form.population
    return (
        form.measure,
        population.kind,
        frozenset(population.services),
        population.condition,
        target.calendar,
        target.counted,
        bool(form.limit.values[0][1].duration.business_days),
        form.limit.values[0][1].end_of_day,
    )


def _is_looser(one: Within, other: Within) -> bool:
    first, second = one.limit.values[0][1].duration, other.limit.values[0][1].duration
    return size(first) > size(second) and one.goal.values[0][1] <= other.goal.values[0][1]


def orders_of_steps(draft: Draft) -> Iterator[Diagnostic]:
    """Steps of an escalation that are written out of order, and steps for what no target measures."""
    measured: dict[int, set[str]] = {}
    rules_of: dict[int, tuple[clocks.EscalationRule, ...]] = {}
    for block, _, rules in escalations(draft):
        key = id(rules[0]) if rules else 0
        rules_of[key] = rules
        measured.setdefault(key, set()).update(_measures(draft.reading.body(block)))
    for key, rules in rules_of.items():
        yield from _out_of_order(rules)
        for rule in rules:
            measure = getattr(rule.trigger, "measure", None)
            if measure is not None and measure.value not in measured[key]:
                yield codes.IDLE_STEP.at(
                    rule.trigger.span,
                    f"no agreement with this escalation has a limit on `{measure.value}`",
                    label="never fires",
                )


def _measures(body: tuple[object, ...]) -> Iterator[str]:
    for each in body:
        if isinstance(each, targets.Target):
            if isinstance(each.form, targets.Within):
                yield each.form.measure.value
            elif isinstance(each.form, targets.UpdatesOf):
                yield "updates"


def _out_of_order(rules: tuple[clocks.EscalationRule, ...]) -> Iterator[Diagnostic]:
    latest: dict[str, clocks.AtPercent] = {}
    for rule in rules:
        step = rule.trigger
        if not isinstance(step, clocks.AtPercent):
            continue
        before = latest.get(step.measure.value)
        if before is not None and step.share.value < before.share.value:
            yield codes.STEP_ORDER.at(
                step.span,
                f"{step.share.value} comes before {before.share.value}",
                label="fires first",
                secondary=[Label(span=before.span, text="is written first")],
                help="write the steps in the order in which they fire",
            )
        else:
            latest[step.measure.value] = step


def windows_of_alerts(draft: Draft) -> Iterator[Diagnostic]:
    """Windows longer than the target's period, budgets of nothing, and steps of `standard` that cannot fire."""
    built = {each.said.span: each.target for each in promises(draft)}
    for alert, _ in draft.nodes(said_of.StandardAlert, said_of.BurnAlert):
        symbol = draft.resolved.of(alert.target)
        said = symbol.node if symbol else None
        target = built.get(said.span) if isinstance(said, targets.Target) else None
        if not isinstance(said, targets.Target) or target is None:
            continue
        budget = budget_of(said.form)
        if budget is None:
            continue
        place = Label(span=said.period.span if said.period else said.span, text="judged in this period")
        if isinstance(alert, said_of.BurnAlert):
            yield from _long_windows(alert, target, place)
        elif budget == 0:
            yield codes.NO_BUDGET.at(
                alert.span,
                f"`{target.name}` leaves no budget that could burn",
                label="fires at every failure",
                secondary=[Label(span=target.limit_span, text="nothing may fail")],
            )
        else:
            yield from _long_ladder(alert, target, place)


def _long_windows(alert: said_of.BurnAlert, target: Target, place: Label) -> Iterator[Diagnostic]:
    for window in alert.windows:
        if not window.value.business_days and window.value.wall_us > days_in(target.period) * DAY:
            yield codes.LONG_WINDOW.at(
                window.span,
                f"a window of {window.value} is longer than {words_of_period(target.period)}",
                label="reaches over several budgets",
                secondary=[place],
            )


def _long_ladder(alert: said_of.StandardAlert, target: Target, place: Label) -> Iterator[Diagnostic]:
    days = days_in(target.period)
    longest = max(each for step in standard_table(days * DAY) for each in step.windows_us)
    if longest > days * DAY:
        yield codes.LONG_WINDOW.at(
            alert.span,
            f"the standard windows reach over {clock_words(longest)}, longer than {words_of_period(target.period)}",
            label="reaches over several budgets",
            secondary=[place],
            help="say the windows: `when burn > 10 over 30 min and 5 min`",
        )


def too_few_hours(draft: Draft) -> Iterator[Diagnostic]:
    """Limits longer than all the time that their calendar is open in a period."""
    for promise in promises(draft):
        target = promise.target
        if target is None or promise.said.period is None:
            continue
        for limit in limits_of(promise.said.form):
            length = limit.duration
            days = days_in(target.period)
            if length.business_days or length.wall_us > days * DAY:
                continue  # said of the period itself
            if target.calendar.opened:
                continue  # dated hours may be longer than the week's
            most = _open_us(target.calendar, days)
            if length.us > most:
                yield _too_few(limit.span, length, target, most)


def _open_us(calendar: CalendarPlan, days: int) -> int:
    """Return the most open time that so many days in a row can have, overlaps counted twice."""
    each = [sum(window.end_us - window.start_us for window in windows) for windows in calendar.weekly]
    weeks, rest = divmod(days, 7)
    return weeks * sum(each) + max(sum((each + each)[first : first + rest]) for first in range(7))


def _too_few(span: Span, length: Duration, target: Target, most: int) -> Diagnostic:
    hours = plain(round(Fraction(most, HOUR), 2))
    if not most:
        return codes.LIMIT_OVER_PERIOD.at(
            span,
            f"the limit of {length} never runs out: `{target.calendar.name}` has no weekly hours",
            label=f"counted on `{target.calendar.name}`",
            help="say the hours in the calendar, such as `open mon..fri 08:00-18:00`, or mend the line that says them",
        )
    return codes.LIMIT_OVER_PERIOD.at(
        span,
        f"the limit of {length} is longer than the open time of {words_of_period(target.period)}",
        label=f"`{target.calendar.name}` is open for {hours} h at most",
        help="tickets opened in one period are then decided in another",
    )

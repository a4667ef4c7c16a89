"""Escalation steps and alerts that can never fire, and moments at which no clock starts or stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Label
from slmdsl.base.suggest import one_of
from slmdsl.base.units import DAY, plain
from slmdsl.contract import codes
from slmdsl.contract.burn import can_fire, standard_table
from slmdsl.contract.checks.budgets import budget_of
from slmdsl.contract.checks.promises import comparable, escalations, limits_of, size
from slmdsl.contract.symbols import Symbol
from slmdsl.events.vocabulary import PHASE_OF
from slmdsl.syntax.tree import agreements as said_of
from slmdsl.syntax.tree import clocks, common, targets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft
    from slmdsl.syntax.tree.common import Limit, Ref
    from slmdsl.syntax.tree.file import Declaration


def steps(draft: Draft) -> Iterator[Diagnostic]:
    """Steps `before due` that would have to come before the clock has started, for every target that they serve."""
    used: dict[int, tuple[clocks.BeforeDue, list[Limit]]] = {}
    for block, _, rules in escalations(draft):
        for rule in rules:
            if isinstance(rule.trigger, clocks.BeforeDue):
                _, limits = used.setdefault(id(rule.trigger), (rule.trigger, []))
                limits.extend(_limits(draft, block, rule.trigger.measure.value))
    for step, limits in used.values():
        ahead = step.duration.value
        if limits and all(
            comparable(ahead, each.duration) and size(ahead) >= size(each.duration) for each in limits
        ):
            longest = max(limits, key=lambda each: size(each.duration))
            yield codes.STEP_NEVER_FIRES.at(
                step.span,
                f"{ahead} before due is before the start of every {step.measure.value} clock",
                label="never fires",
                secondary=[Label(span=longest.span, text="the longest limit")],
                help=f"say less than {longest.duration}, or a share: `at 50% of {step.measure.value}`",
            )


def _limits(draft: Draft, block: Declaration, measure: str) -> Iterator[Limit]:
    for statement in draft.reading.body(block):
        if isinstance(statement, targets.Target):
            form = statement.form
            if isinstance(form, targets.Within) and form.measure.value == measure:
                yield from limits_of(form)


def alerts(draft: Draft) -> Iterator[Diagnostic]:
    """Alerts on targets that have no error budget, and burn rates that the target cannot reach."""
    for alert, _ in draft.nodes(said_of.StandardAlert, said_of.BurnAlert):
        symbol = draft.resolved.of(alert.target)
        target = symbol.node if isinstance(symbol, Symbol) else None
        if not isinstance(target, targets.Target):
            continue
        unlike = _has_unlike_slices(target)
        budget = None if unlike else budget_of(target.form)
        if budget is None:
            yield codes.WRONG_ALERT.at(
                alert.target.span,
                f"`{target.name.text}` has no error budget",
                label="each window has slices of its own" if unlike else "not a share of anything",
                secondary=[Label(span=target.span, text="the target")],
                help="alerts watch how fast the budget of an availability or a share is used up",
            )
        elif isinstance(alert, said_of.StandardAlert):
            yield from _silent_steps(alert, target, budget)
        elif not can_fire(alert.burn.value, budget):
            yield codes.SILENT_ALERT.at(
                alert.burn.span,
                "this alert can never fire",
                label=f"even if everything fails, the burn rate is {plain(1 / budget)}",
                secondary=[Label(span=target.span, text="the target")],
            )


def _has_unlike_slices(target: targets.Target) -> bool:
    """Whether rolling windows cut time into slices that no day is made of, so that each has slices of its own."""
    form, method = target.form, getattr(target.form, "method", None)
    if not isinstance(form, targets.AvailabilityOf) or method is None or method.slice is None:
        return False
    length_us = method.slice.value.wall_us
    return isinstance(target.period, common.RollingPeriod) and bool(length_us and DAY % length_us)


_SHORTEST: Final = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}
"""Days of the shortest period of each unit, in which the rates of the ladder are lowest."""


def _silent_steps(
    alert: said_of.StandardAlert, target: targets.Target, budget: Fraction
) -> Iterator[Diagnostic]:
    """Yield that steps of the usual ladder can never fire, since the target allows too much."""
    period = target.period
    days = 28 if period is None else _SHORTEST[period.unit]
    count = period.count if isinstance(period, common.RollingPeriod) else 1
    silent = [step for step in standard_table(days * count * DAY) if not can_fire(step.burn, budget)]
    if silent:
        rates = " and ".join(f"{float(step.burn):.4g}" for step in silent)
        steps_of = "the step" if len(silent) == 1 else f"{len(silent)} steps"
        yield codes.SILENT_ALERT.at(
            alert.span,
            f"{steps_of} of the standard alert above a burn rate of {rates} can never fire",
            label=f"even if everything fails, the burn rate is {plain(1 / budget)}",
            secondary=[Label(span=target.span, text="the target")],
            help="say `when burn > ... over ...` with a rate that can be exceeded",
        )


_STARTS: Final = ("opened", "assigned", "acknowledged")
_RESPONDS: Final = ("public_reply", "any_action", "acknowledged")
_STOPS: Final = ("resolved", "closed")


def moments(draft: Draft) -> Iterator[Diagnostic]:
    """Clocks that start, answer or stop at a moment that does not do."""
    for starts, _ in draft.nodes(clocks.Starts):
        if not _is_field(draft, starts.at):
            yield from _moment(starts.at, _STARTS, "start", (*_RESPONDS, *_STOPS))
    for responds, _ in draft.nodes(clocks.Responds):
        yield from _moment(responds.at, _RESPONDS, "answer", _STOPS)
    for stops, _ in draft.nodes(clocks.Stops):
        yield from _moment(stops.at, _STOPS, "stop", ())


def _is_field(draft: Draft, ref: Ref) -> bool:
    symbol = draft.resolved.of(ref)
    return symbol is None or symbol.node is not None


def _moment(ref: Ref, allowed: tuple[str, ...], verb: str, refused: tuple[str, ...]) -> Iterator[Diagnostic]:
    word = ref.text
    if word in allowed or (word in PHASE_OF and word not in refused):
        return
    yield codes.WRONG_MOMENT.at(
        ref.span,
        f"no clock can {verb} at `{word}`",
        help=f"it is {one_of(f'`{each}`' for each in allowed)}, or the first entry of a phase",
    )

"""Examples of levels: what a period's figure of a target means, met or missed, and what it pays."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from slmdsl.base.diagnostics import Fix, Label
from slmdsl.base.units import Money, Ratio, plain
from slmdsl.contract.model.agreements import (
    LongestOutage,
    NotYetEvaluated,
    Restore,
    Statistic,
    Within,
)
from slmdsl.contract.model.credits import FeeShare, Points
from slmdsl.evaluate.credits.terms import deepest, fees_spanned, paid_for_level, payable
from slmdsl.evaluate.examples import codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.model.agreements import Agreement, Limit, Target
    from slmdsl.contract.model.credits import Band, CreditAmount, CreditPlan
    from slmdsl.contract.model.examples import LevelExample


def run_level(example: LevelExample, target: Target, agreement: Agreement) -> Iterator[Diagnostic]:
    """Yield what is wrong with an example of a level: nothing if it means what the example says.

    Where the goal changes on dates, `met` and `missed` must be true of each.
    """
    if isinstance(target.form, NotYetEvaluated | Restore):
        words = f"an example of `{target.name}` is not run: one figure does not decide it"
        yield codes.NOT_RUN.at(example.span, words, label="stands as it is")
    elif example.credits is None:
        yield from _against_goals(example, target)
    elif (unfit := _unlike(example, target)) is not None:
        yield unfit
    else:
        yield from _against_credits(example, example.credits, target, agreement)


def _unlike(example: LevelExample, target: Target) -> Diagnostic | None:
    """Return that a level in business days is held against a limit in clock time, or the other way round."""
    _, goals = _goals(target.form)
    for _, in_business_days, span in goals:
        if in_business_days != example.in_business_days:
            return codes.NO_CASE.at(
                example.level_span,
                "business days and clock time cannot be compared",
                label="another unit",
                secondary=[Label(span=span, text="the limit")],
            )
    return None


def _is_kept(example: LevelExample, goal: Fraction, *, at_most: bool) -> bool:
    return example.level <= goal if at_most else example.level >= goal


def _against_goals(example: LevelExample, target: Target) -> Iterator[Diagnostic]:
    unfit = _unlike(example, target)
    if unfit is not None:
        yield unfit
        return
    at_most, goals = _goals(target.form)
    for goal, _, span in goals:
        found = "met" if _is_kept(example, goal, at_most=at_most) else "missed"
        if found != example.outcome:
            yield codes.OTHERWISE.at(
                example.outcome_span,
                f"this example of `{target.qualified}` comes out as {found}, not {example.outcome}",
                label=f"{example.level_words} is {_side(example.level, goal)} what is promised",
                secondary=[Label(span=span, text=f"at {'most' if at_most else 'least'} this")],
                fixes=[_fix(example, found)],
            )
            return


def _fix(example: LevelExample, found: str) -> Fix:
    words = f"say `{found}` if that is what was agreed"
    return Fix(span=example.outcome_span, replacement=found, description=words)


def _against_credits(
    example: LevelExample, expected: CreditAmount, target: Target, agreement: Agreement
) -> Iterator[Diagnostic]:
    """Hold what an example says is credited against what the credit clause pays at its level, before caps."""
    plan = agreement.credits
    clause = next((each for each in plan.clauses if each.target == target.name), None) if plan else None
    if plan is None or clause is None:
        yield codes.NO_CASE.at(
            example.outcome_span,
            f"`{agreement.name}` has no credit on `{target.name}`",
            label="pays nothing",
            secondary=[Label(span=target.span, text="the target")],
            help=f"add `credit {target.name} ...`, or say `met` or `missed`",
        )
        return
    at_most, goals = _goals(target.form)
    missed = not all(_is_kept(example, goal, at_most=at_most) for goal, _, _ in goals)
    fees = fees_spanned(target.period, plan.fees[-1].period) if plan.fees else 1
    paid = paid_for_level(clause, plan, example.level, missed=missed, fees=fees)
    said = payable(expected, plan, fees)
    if paid == said or (paid is None and not _size(said)):
        return
    band = deepest(clause, example.level)
    yield codes.OTHERWISE.at(
        example.outcome_span,
        f"this example of `{target.qualified}` credits {_words(paid)}, not {_words(said)}",
        label=f"{example.level_words} pays {_words(paid)}",
        secondary=[
            Label(
                span=clause.span if band is None else band.span,
                text="the clause" if band is None else "the deepest band that is reached",
            )
        ],
        help=_arithmetic(band, plan, paid, fees),
        fixes=[] if paid is None else [_fix(example, _words(paid))],
    )


def _arithmetic(band: Band | None, plan: CreditPlan, paid: CreditAmount | None, fees: int) -> tuple[str, ...]:
    """Return how a share of the fee becomes money."""
    if band is None or not isinstance(band.pays, FeeShare) or not plan.fees:
        return ()
    times = "" if fees == 1 else f" x {fees}"
    return (f"{Ratio(band.pays.share)} x {plan.fees[-1].money}{times} = {_words(paid)}",)


def _size(amount: CreditAmount) -> Fraction | int:
    if isinstance(amount, Money):
        return amount.minor
    return amount.points if isinstance(amount, Points) else amount.share


def _words(amount: CreditAmount | None) -> str:
    if amount is None:
        return "nothing"
    if isinstance(amount, Points):
        return f"{plain(amount.points)} point{'' if amount.points == 1 else 's'}"
    return str(amount) if isinstance(amount, Money) else f"{Ratio(amount.share)} of fee"


def _side(level: Fraction, goal: Fraction) -> str:
    if level == goal:
        return "exactly"
    return "above" if level > goal else "below"


def _goals(form: Any) -> tuple[bool, list[tuple[Fraction, bool, Span]]]:  # noqa: ANN401 - any form with a level
    """Return whether a target's figure must not exceed its goals, and the goals: value, in business days, place."""
    if isinstance(form, Statistic | LongestOutage):
        at_most = isinstance(form, Statistic) or form.at_most
        return at_most, [(*_length(limit), span) for _, limit, span in form.limit.values]
    at_most = not isinstance(form, Within) and getattr(form, "at_most", False)
    return at_most, [(goal, False, span) for _, goal, span in form.goal.values]


def _length(limit: Limit) -> tuple[Fraction, bool]:
    duration = limit.duration
    if duration.business_days:
        return duration.business_days, True
    return Fraction(duration.wall_us), False

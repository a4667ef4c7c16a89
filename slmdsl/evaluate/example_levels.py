"""Examples of levels: what a period's figure of a target means, met or missed, and what it pays."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from slmdsl.base.diagnostics import Fix, Label
from slmdsl.contract.model.agreements import (
    LongestOutage,
    NotYetEvaluated,
    Restore,
    Statistic,
    Within,
)
from slmdsl.evaluate import codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.model.agreements import Limit, Target
    from slmdsl.contract.model.examples import LevelExample


def run_level(example: LevelExample, target: Target) -> Iterator[Diagnostic]:
    """Yield what is wrong with an example of a level: nothing if it means what the example says.

    Where the goal changes on dates, `met` and `missed` must be true of each.
    """
    if isinstance(target.form, NotYetEvaluated | Restore):
        words = f"an example of `{target.name}` is not run: one figure does not decide it"
        yield codes.NOT_RUN.at(example.span, words, label="stands as it is")
    elif example.outcome is not None:
        yield from _against_goals(example, target)


def _against_goals(example: LevelExample, target: Target) -> Iterator[Diagnostic]:
    at_most, goals = _goals(target.form)
    for goal, in_business_days, span in goals:
        if in_business_days != example.in_business_days:
            yield codes.NO_CASE.at(
                example.level_span,
                "business days and clock time cannot be compared",
                label="another unit",
                secondary=[Label(span=span, text="the limit")],
            )
            return
        kept = example.level <= goal if at_most else example.level >= goal
        found = "met" if kept else "missed"
        if found != example.outcome:
            yield codes.OTHERWISE.at(
                example.outcome_span,
                f"this example of `{target.qualified}` comes out as {found}, not {example.outcome}",
                label=f"{example.level_words} is {_side(example.level, goal)} what is promised",
                secondary=[Label(span=span, text=f"at {'most' if at_most else 'least'} this")],
                fixes=[
                    Fix(
                        span=example.outcome_span,
                        replacement=found,
                        description=f"say `{found}` if that is what was agreed",
                    )
                ],
            )
            return


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

"""Scenarios and experiments: edits that fit what they edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Label
from slmdsl.contract import codes
from slmdsl.syntax.tree import kinds, studies, targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft
    from slmdsl.syntax.tree.common import Ref

_TEAMS: Final = ((kinds.TEAM, kinds.SUPPLIER), "a team")
_EDITED: Final = {
    "agents": ((kinds.SHIFT,), "a shift"),
    "absence": _TEAMS,
    "lines": _TEAMS,
    "crew": ((kinds.COMPONENT,), "a component"),
}


def edits(draft: Draft) -> Iterator[Diagnostic]:
    """Edits of a thing that has no such property."""
    for number, _ in draft.nodes(studies.SetNumber, studies.VaryNumber, studies.VaryShare):
        wanted, words = _EDITED.get(number.attribute.value, ((), ""))
        if wanted:
            yield from _unlike(draft, number.what, wanted, f"only {words} has `{number.attribute.value}`")
    for rate, _ in draft.nodes(studies.SetRate, studies.VaryRate):
        yield from _unlike(draft, rate.what, (kinds.STREAM,), "only the tickets of a load have a `rate`")
    for limit, _ in draft.nodes(studies.SetLimit, studies.VaryLimit):
        yield from _unlike(draft, limit.what, (kinds.TARGET,), "only a target has a limit")
        yield from _without(draft, limit.what, "limit", "no limit on time")
    for goal, _ in draft.nodes(studies.SetGoal, studies.VaryShare):
        if isinstance(goal, studies.SetGoal) or goal.attribute.value == "for":
            yield from _unlike(draft, goal.what, (kinds.TARGET,), "only a target has a goal")
            yield from _without(draft, goal.what, "goal", "no share that a goal could be set for")
    for bound, _ in draft.nodes(studies.SetBound, studies.VaryShare):
        if isinstance(bound, studies.SetBound) or bound.attribute.value in ("at most", "at least"):
            yield from _unlike(draft, bound.what, (kinds.TARGET,), "only a target has a bound")
            yield from _without(draft, bound.what, "bound", "no bound")


def _unlike(draft: Draft, what: Ref, wanted: tuple[str, ...], message: str) -> Iterator[Diagnostic]:
    symbol = draft.resolved.of(what)
    if symbol is not None and symbol.kind not in wanted:
        yield codes.WRONG_KIND.at(
            what.span,
            message,
            label=f"a {symbol.kind}",
            secondary=[Label(span=symbol.span, text="declared here")] if symbol.span.line else (),
        )


def _without(draft: Draft, what: Ref, attribute: str, words: str) -> Iterator[Diagnostic]:
    symbol = draft.resolved.of(what)
    target = symbol.node if symbol else None
    if isinstance(target, targets.Target) and not hasattr(target.form, attribute):
        yield codes.WRONG_UNIT.at(
            what.span,
            f"`{what.text}` has {words}",
            label="cannot be set",
            secondary=[Label(span=target.span, text="the target")],
        )

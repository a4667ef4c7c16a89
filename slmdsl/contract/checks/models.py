"""Loads, scenarios and experiments: edits that fit what they edit, and units of distributions."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from slmdsl.base.diagnostics import Label
from slmdsl.base.units import Duration
from slmdsl.contract import codes
from slmdsl.syntax.tree import distributions, kinds, studies, targets, work
from slmdsl.syntax.tree.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft
    from slmdsl.syntax.tree.common import Literal, Node, Ref

_EDITED: Final = {
    "agents": ((kinds.SHIFT,), "a shift"),
    "absence": ((kinds.TEAM, kinds.SUPPLIER), "a team"),
    "lines": ((kinds.TEAM, kinds.SUPPLIER), "a team"),
    "crew": ((kinds.COMPONENT,), "a component"),
}


def edits(draft: Draft) -> Iterator[Diagnostic]:
    """Edits of a thing that has no such property."""
    for number, _ in draft.nodes(studies.SetNumber, studies.VaryNumber):
        wanted, words = _EDITED.get(number.attribute.value, ((), ""))
        if wanted:
            yield from _unlike(draft, number.what, wanted, f"only {words} has `{number.attribute.value}`")
    for rate, _ in draft.nodes(studies.SetRate):
        yield from _unlike(draft, rate.what, (kinds.STREAM,), "only the tickets of a load have a `rate`")
    for limit, _ in draft.nodes(studies.SetLimit, studies.VaryLimit):
        yield from _unlike(draft, limit.what, (kinds.TARGET,), "only a target has a limit")
        yield from _without(draft, limit.what, "limit", "no limit on time")
    for goal, _ in draft.nodes(studies.SetGoal):
        yield from _unlike(draft, goal.what, (kinds.TARGET,), "only a target has a goal")
        yield from _without(draft, goal.what, "goal", "no share that a goal could be set for")
    for bound, _ in draft.nodes(studies.SetBound):
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


_PURE_NUMBERS: Final = ("shape", "rate")
"""Parameters that are numbers even where the distribution is one of times."""


def distribution_units(draft: Draft) -> Iterator[Diagnostic]:
    """Distributions of times with numbers in them, and of counts with times."""
    counts: set[int] = set()
    for holder, _ in draft.nodes(work.Burst, work.Raises):
        counted = holder.size if isinstance(holder, work.Burst) else holder.count
        counts.update(id(each) for each in walk(counted))
    for each, _ in draft.nodes(distributions.NamedDistribution, distributions.Always):
        wanted = Fraction if id(each) in counts else Duration
        yield from _parameters(each, wanted)


def _parameters(each: Node, wanted: type[Fraction | Duration]) -> Iterator[Diagnostic]:
    said: list[tuple[str | None, Literal[Any]]] = []
    if isinstance(each, distributions.Always):
        said.append((None, each.duration))
    elif isinstance(each, distributions.NamedDistribution):
        said.extend((parameter.name, parameter.value) for parameter in each.parameters)
    for name, value in said:
        number = Fraction if name in _PURE_NUMBERS else wanted
        if not isinstance(value.value, number):
            words = "a number" if number is Fraction else "a duration such as `4 h`"
            yield codes.WRONG_UNIT.at(value.span, f"this parameter is {words}", label="another unit")

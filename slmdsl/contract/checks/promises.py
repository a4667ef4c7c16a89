"""Targets as written beside targets as built: what most checks of agreements look at."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from slmdsl.base.units import Duration, Ratio
from slmdsl.syntax.tree import agreements as said_of
from slmdsl.syntax.tree import clocks, common, targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.syntax.tree.file import Declaration

AGREEMENTS = ("sla", "ola", "contract")

PAIRS_AT_MOST = 20_000
"""Pairs of targets that one check compares in an agreement: hostile text must not buy a long wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A target of an agreement: its text, and what was made of it (None where its values make no sense)."""

    agreement: Agreement
    said: targets.Target
    target: Target | None


def promises(draft: Draft) -> Iterator[Promise]:
    """Yield every target of every agreement, inherited ones with each that inherits them."""
    for block, agreement in agreements(draft):
        built = {each.name: each for each in agreement.targets}
        for statement in draft.reading.body(block):
            if isinstance(statement, targets.Target):
                target = built.get(statement.name.text)
                same = target is not None and target.span == statement.span
                yield Promise(agreement=agreement, said=statement, target=target if same else None)


def agreements(draft: Draft) -> Iterator[tuple[Declaration, Agreement]]:
    """Yield every agreement with its block."""
    for block in draft.reading.of_kind(*AGREEMENTS):
        yield block, draft.contract.agreements[block.name.text]


def limits_of(form: targets.Form) -> Iterator[common.Limit]:
    """Yield the limits on time that a form states."""
    if isinstance(form, targets.Within):
        yield from (each.value for each in form.limit)
    elif isinstance(form, targets.StatisticOf):
        yield from (each.value.value for each in form.bound if isinstance(each.value.value, common.Limit))


def bounds_of(form: targets.Form) -> tuple[common.Since[targets.Bound], ...]:
    """Return the bounds that a form states, if it states bounds."""
    found: tuple[common.Since[targets.Bound], ...] = getattr(form, "bound", ())
    return found


_SHARES = (targets.Within, targets.ShareOf, targets.AvailabilityOf, targets.UpdatesOf, targets.RestoreOf)


def level_of(form: targets.Form) -> type[Ratio | Duration | Fraction] | None:
    """Return what the outcome of a target is: a share, a time, or a number. None: it is only met or missed."""
    if isinstance(form, _SHARES):
        return Ratio
    if isinstance(form, targets.StatisticOf | targets.LongestOutage):
        return Duration
    return Fraction


def level_words(kind: type[Any] | None) -> str:
    """Say what a level is."""
    return {Ratio: "a percentage", Duration: "a duration", Fraction: "a number"}.get(kind, "a value")  # type: ignore[arg-type] # None has words too


def comparable(one: Duration, other: Duration) -> bool:
    """Whether two lengths of time can be compared without a calendar."""
    return bool(one.business_days) == bool(other.business_days)


def size(duration: Duration) -> Fraction | int:
    """Return a length for comparisons among comparable ones: business days, or microseconds."""
    return duration.business_days or (duration.wall_us if duration.days else duration.us)


def escalations(
    draft: Draft,
) -> Iterator[tuple[Declaration, Agreement, tuple[clocks.EscalationRule, ...]]]:
    """Yield each use of an escalation: the agreement's block, the agreement, and the rules."""
    for block, agreement in agreements(draft):
        for statement in draft.reading.body(block):
            if isinstance(statement, said_of.UsesEscalation):
                symbol = draft.resolved.of(statement.escalation)
                body = draft.reading.bodies.get(id(symbol.node), ()) if symbol else ()
                rules = tuple(each for each in body if isinstance(each, clocks.EscalationRule))
                yield block, agreement, rules

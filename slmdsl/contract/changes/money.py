"""What differs between what misses cost, before and now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slmdsl.base.units import Money
from slmdsl.contract.changes.change import Direction
from slmdsl.contract.changes.directions import by_size, together
from slmdsl.contract.changes.meaning import meaning
from slmdsl.contract.model.credits import Band, CreditPlan, FeeShare

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from slmdsl.contract.model.credits import Cap, CreditAmount, CreditClause

Found = tuple[str, str | None, Any, Any, Direction, int]
"""Aspect, target, what was said, what is said, which way it points, and its weight."""

_NOTHING = CreditPlan(
    fees=(), clauses=(), caps=(), none_until=None, earn_backs=(), terminations=(), assumptions=()
)


def money_changes(old: CreditPlan | None, new: CreditPlan | None) -> Iterator[Found]:
    """Yield what differs between two plans of credits; None is a plan that says nothing."""
    before, now = old or _NOTHING, new or _NOTHING
    yield from _whole("fee", before.fees, now.fees, 46)
    yield from _clauses(before, now)
    yield from _caps(before, now)
    if before.none_until != now.none_until:
        yield "none_until", None, before.none_until, now.none_until, Direction.OTHER, 44
    yield from _listed("earn_back", before.earn_backs, now.earn_backs, Direction.CHEAPER, 44)
    yield from _listed("termination", before.terminations, now.terminations, Direction.DEARER, 56)
    yield from _listed("assumption", before.assumptions, now.assumptions, Direction.CHEAPER, 48)


def _whole(aspect: str, old: tuple[Any, ...], new: tuple[Any, ...], weight: int) -> Iterator[Found]:
    if meaning(old) != meaning(new):
        yield aspect, None, old, new, Direction.OTHER, weight


def _listed(
    aspect: str, old: tuple[Any, ...], new: tuple[Any, ...], added: Direction, weight: int
) -> Iterator[Found]:
    """Yield statements that came or went."""
    before, now = ({meaning(each): each for each in every} for every in (old, new))
    for key, each in before.items():
        if key not in now:
            yield aspect, getattr(each, "target", None), each, None, added.reverse, weight
    for key, each in now.items():
        if key not in before:
            yield aspect, getattr(each, "target", None), None, each, added, weight


def _clauses(old: CreditPlan, new: CreditPlan) -> Iterator[Found]:
    before, now = (_by_target(each) for each in (old, new))
    for target in dict.fromkeys((*before, *now)):
        mine, theirs = before.get(target, ()), now.get(target, ())
        if meaning(_terms(mine)) != meaning(_terms(theirs)):
            yield "credit", target, mine or None, theirs or None, _dearer(_terms(mine), _terms(theirs)), 54


def _by_target(plan: CreditPlan) -> dict[str, tuple[CreditClause, ...]]:
    targets = dict.fromkeys(each.target for each in plan.clauses)
    return {name: tuple(each for each in plan.clauses if each.target == name) for name in targets}


def _terms(clauses: tuple[CreditClause, ...]) -> tuple[Any, ...]:
    return tuple(term for each in clauses for term in each.terms)


def _dearer(old: tuple[Any, ...], new: tuple[Any, ...]) -> Direction:
    """Return which way the terms of a target's credits point: by what came or went, or term by term."""
    before, now = {meaning(each) for each in old}, {meaning(each) for each in new}
    if before < now:
        return Direction.DEARER
    if now < before:
        return Direction.CHEAPER
    if len(old) != len(new):
        return Direction.OTHER
    return together(
        found
        for one, other in zip(old, new, strict=True)
        if meaning(one) != meaning(other)
        for found in _term(one, other)
    )


def _term(old: Any, new: Any) -> Iterator[Direction]:  # noqa: ANN401 - terms of any kind
    """Yield the directions of what differs between two terms that stand in the same place."""
    if _without_amount(old) != _without_amount(new):
        both = isinstance(old, Band) and isinstance(new, Band) and old.below == new.below
        higher = Direction.DEARER if both and old.below else Direction.CHEAPER
        yield by_size(old.level, new.level, higher) if both else Direction.OTHER
    if meaning(old.pays) != meaning(new.pays):
        yield amounts(old.pays, new.pays, Direction.DEARER)


def _without_amount(term: object) -> Hashable:
    """Return what a term means but for what it pays."""
    said = meaning(term)
    return tuple(each for each in said if each[:1] != ("pays",)) if isinstance(said, tuple) else said


def amounts(old: CreditAmount, new: CreditAmount, more: Direction) -> Direction:
    """Compare amounts of the same kind: `more` where the new one is larger."""
    if isinstance(old, Money) and isinstance(new, Money):
        return by_size(old.minor, new.minor, more) if old.currency == new.currency else Direction.OTHER
    if isinstance(old, FeeShare) and isinstance(new, FeeShare):
        return by_size(old.share, new.share, more)
    if type(old) is type(new):
        return by_size(old.points, new.points, more)  # type: ignore[union-attr] # both are points
    return Direction.OTHER


def _caps(old: CreditPlan, new: CreditPlan) -> Iterator[Found]:
    before, now = ({meaning(each.period): each for each in plan.caps} for plan in (old, new))
    for period in dict.fromkeys((*before, *now)):
        mine, theirs = before.get(period), now.get(period)
        if meaning(mine) != meaning(theirs):
            yield "cap", None, mine, theirs, _cap(mine, theirs), 52


def _cap(old: Cap | None, new: Cap | None) -> Direction:
    if old is None:
        return Direction.CHEAPER
    return Direction.DEARER if new is None else amounts(old.amount, new.amount, Direction.DEARER)

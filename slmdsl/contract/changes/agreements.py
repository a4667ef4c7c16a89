"""What differs between an agreement and the agreement that takes its place, its targets apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from slmdsl.contract.changes.change import Change, Direction
from slmdsl.contract.changes.directions import names
from slmdsl.contract.changes.meaning import meaning
from slmdsl.contract.changes.money import money_changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slmdsl.base.spans import Span
    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.model.escalations import Escalation

_PLAIN: Final = {
    "valid": 57,
    "parties": 70,
    "zone": 30,
    "months": 30,
    "stays": 60,
    "supports": 20,
    "review": 10,
    "version": 6,
    "title": 2,
}
"""What has no direction, and what a change of it weighs."""


def agreement_changes(
    old: Agreement, new: Agreement, escalations: tuple[Mapping[str, Escalation], Mapping[str, Escalation]]
) -> Iterator[Change]:
    """Yield what an agreement says otherwise than the one that it replaces, targets apart."""
    for aspect, weight in _PLAIN.items():
        before, now = _plain(aspect, old), _plain(aspect, new)
        if before != now:
            yield _change(old, new, aspect, weight, before, now, Direction.OTHER)
    found = names(old.services, new.services)
    if found is not None:
        yield _change(old, new, "covers", 78, old.services, new.services, found)
    yield from _came_and_went(old, new, "exclusion", old.exclusions, new.exclusions, Direction.LOOSER, 68)
    yield from _came_and_went(old, new, "duty", old.duties, new.duties, Direction.OTHER, 32)
    yield from _came_and_went(old, new, "alert", old.alerts, new.alerts, Direction.OTHER, 22)
    yield from _came_and_went(old, new, "example", old.examples, new.examples, Direction.OTHER, 3)
    yield from _escalation(old, new, escalations)
    for aspect, target, before, now, direction, weight in money_changes(old.credits, new.credits):
        yield _change(old, new, aspect, weight, before, now, direction, target)


def _plain(aspect: str, agreement: Agreement) -> object:
    match aspect:
        case "valid":
            return agreement.valid_from, agreement.valid_to
        case "parties":
            return agreement.promiser, agreement.receiver
        case "months":
            return agreement.month_day, agreement.month_overflow
        case "version":
            return agreement.version, agreement.supersedes
        case _:
            return getattr(agreement, aspect)


def _came_and_went(
    old: Agreement,
    new: Agreement,
    aspect: str,
    before: tuple[Any, ...],
    now: tuple[Any, ...],
    added: Direction,
    weight: int,
) -> Iterator[Change]:
    mine, theirs = ({meaning(each): each for each in every} for every in (before, now))
    for key, each in mine.items():
        if key not in theirs:
            yield _change(old, new, aspect, weight, each, None, added.reverse, _target_of(each))
    for key, each in theirs.items():
        if key not in mine:
            yield _change(old, new, aspect, weight, None, each, added, _target_of(each))


def _target_of(statement: object) -> str | None:
    return getattr(statement, "target", None)


def _escalation(
    old: Agreement, new: Agreement, known: tuple[Mapping[str, Escalation], Mapping[str, Escalation]]
) -> Iterator[Change]:
    before, now = known[0].get(old.escalation or ""), known[1].get(new.escalation or "")
    mine, theirs = ({meaning(rule): rule for rule in each.rules} if each else {} for each in (before, now))
    for key, rule in mine.items():
        if key not in theirs:
            yield _change(old, new, "escalation", 24, rule, None, Direction.OTHER)
    for key, rule in theirs.items():
        if key not in mine:
            yield _change(old, new, "escalation", 24, None, rule, Direction.OTHER)


def _change(
    old: Agreement,
    new: Agreement,
    aspect: str,
    weight: int,
    before: object,
    now: object,
    direction: Direction,
    target: str | None = None,
) -> Change:
    return Change(
        agreement=new.name,
        target=target,
        aspect=aspect,
        old=before,
        new=now,
        direction=direction,
        weight=weight,
        old_target=_named(old, target),
        new_target=_named(new, target),
        old_span=_span(before) or old.span,
        new_span=_span(now) or new.span,
    )


def _span(said: object) -> Span | None:
    """Return where a statement, or the first of several, stands."""
    first = next(iter(said), None) if isinstance(said, tuple) else said
    span: Span | None = getattr(first, "span", None)
    return span


def _named(agreement: Agreement, target: str | None) -> Any:  # noqa: ANN401 - a target or None
    return next((each for each in agreement.targets if each.name == target), None)

"""From `example` statements to the cases that an agreement must decide as they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from slmdsl.base.units import Duration
from slmdsl.contract.from_tree.credits import amount, level, target_name
from slmdsl.contract.model import examples as model
from slmdsl.syntax.tree import agreements as tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.syntax.tree.common import Literal, Node

_EXPECTED: Final[dict[str, model.Expected]] = {"met": "met", "missed": "missed"}


def examples(body: Iterable[Node], reading: Reading) -> Iterator[model.Example]:
    """Yield the examples of an agreement whose targets are known."""
    for each in body:
        if isinstance(each, tree.ExampleTicket | tree.ExampleLevel):
            target = target_name(each.target, reading)
            if target is not None:
                yield (
                    _ticket(target, each, reading)
                    if isinstance(each, tree.ExampleTicket)
                    else _level(target, each, reading)
                )


def _ticket(target: str, said: tree.ExampleTicket, reading: Reading) -> model.TicketExample:
    return model.TicketExample(
        target=target,
        events=tuple(
            model.ExampleEvent(what=each.what.text if each.what else None, at=each.at.at, span=each.at.span)
            for each in said.events
        ),
        outcome=_EXPECTED[said.outcome.value],
        outcome_span=said.outcome.span,
        words=reading.words(said.span),
        span=said.span,
    )


def _level(target: str, said: tree.ExampleLevel, reading: Reading) -> model.LevelExample:
    at: Literal[Any] = said.level
    expected = said.credits if said.outcome is None else said.outcome
    return model.LevelExample(
        target=target,
        level=level(at.value),
        in_business_days=isinstance(at.value, Duration) and bool(at.value.business_days),
        level_words=reading.words(at.span),
        level_span=at.span,
        credits=amount(said.credits) if said.credits else None,
        outcome=_EXPECTED[said.outcome.value] if said.outcome else None,
        outcome_span=expected.span if expected else said.span,
        words=reading.words(said.span),
        span=said.span,
    )

"""What is declared or said twice, and circles among services."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from slmdsl.base.diagnostics import Label
from slmdsl.contract import codes
from slmdsl.contract.keys import ONCE
from slmdsl.contract.model.catalogue import NeedsOne
from slmdsl.contract.names import OWN_COLUMNS
from slmdsl.syntax.tree.catalogue import Components, Contact, Impact, Metric, Urgency
from slmdsl.syntax.tree.sources import Fact, FieldFact, MetricFact
from slmdsl.syntax.tree.targets import Target
from slmdsl.syntax.tree.work import Cause, Shift, Step, Stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from slmdsl.base.diagnostics import Code, Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.catalogue import Need
    from slmdsl.syntax.tree.common import Node

    Named = tuple[str, Span]


def doubled_names(draft: Draft) -> Iterator[Diagnostic]:
    """Names of blocks and fields that are declared more than once."""
    for again, first in draft.names.doubled:
        yield _twice(codes.DECLARED_TWICE, f"`{again.name}` is declared twice", again.span, first.span)


def doubled_members(draft: Draft) -> Iterator[Diagnostic]:
    """Names that stand twice in one block, and properties that are said twice."""
    for file in draft.files:
        for block in file.declarations:
            yield from _doubled(block.body)
    for stream, _ in draft.nodes(Stream):
        yield from _doubled(stream.body)
    for step, _ in draft.nodes(Step):
        yield from _doubled(step.body)
    for cause, _ in draft.nodes(Cause):
        yield from _doubled(cause.body)


def _doubled(body: Sequence[Node]) -> Iterator[Diagnostic]:
    if len(body) <= 1:
        return
    named: dict[object, Span] = {}
    said: dict[str, Span] = {}
    for statement in body:
        for name, span in _names_in(statement):
            first = named.setdefault((_family(statement), name), span)
            if first is not span:
                yield _twice(codes.MEMBER_TWICE, f"`{name}` stands twice in this block", span, first)
        words = _said_once(statement)
        if words is not None and said.setdefault(words, statement.span) is not statement.span:
            yield _twice(codes.SAID_AGAIN, f"`{words}` is said twice", statement.span, said[words])


def _family(statement: Node) -> object:
    """Metrics that a source maps are not members of its block, so they share no names with fields."""
    return type(statement) if isinstance(statement, Impact | Urgency) else None


def _names_in(statement: Node) -> Iterable[Named]:
    match statement:
        case Target() | Shift() | Cause() | Step() | Metric():
            return [(statement.name.text, statement.name.span)]
        case Contact(name=name) if name is not None:
            return [(name.text, name.span)]
        case Components():
            return [(name.text, name.span) for name in statement.names]
        case Urgency():
            return [(name.text, name.span) for name in statement.levels]
        case Impact():
            return [(statement.level.text, statement.level.span)]
        case Stream():
            kind = f"{statement.kind.value}s"
            return [(statement.request.text if statement.request else kind, statement.kind.span)]
        case _:
            return ()


def _said_once(statement: Node) -> str | None:
    match statement:
        case Fact():
            return statement.name.value
        case FieldFact():
            return f"field {statement.field.text}"
        case MetricFact():
            return f"metric {statement.metric.text}"
        case _:
            return ONCE.get(type(statement))


def _twice(code: Code, message: str, span: Span, first: Span) -> Diagnostic:
    return code.at(span, message, label="again here", secondary=[Label(span=first, text="first here")])


def own_columns(draft: Draft) -> Iterator[Diagnostic]:
    """Fields that are called like a fact of every ticket, which they would hide."""
    for name in OWN_COLUMNS:
        for each in draft.names.fields.get(name, ()):
            yield codes.OWN_COLUMN.at(
                each.span,
                f"every ticket has a `{name}` already",
                label="a field of the same name",
                help=f"leave this line out: conditions may speak of `{name}` without it",
            )


def circles_of_needs(draft: Draft) -> Iterator[Diagnostic]:
    """Services that need each other in a circle."""
    services = draft.contract.services
    needed = {
        name: tuple(each for each in _leaves(service.needs) if each.name in services)
        for name, service in services.items()
    }
    done: set[str] = set()
    for start in needed:
        if start not in done:
            circle = _circle_from(start, needed, done)
            if circle:
                yield _circle(circle)


def _leaves(need: Need | None) -> Iterator[NeedsOne]:
    if isinstance(need, NeedsOne):
        yield need
    elif need is not None:
        for part in need.parts:
            yield from _leaves(part)


def _circle_from(start: str, needed: Mapping[str, tuple[NeedsOne, ...]], done: set[str]) -> list[NeedsOne]:
    """Return the mentions that make up the first circle reached from `start`; every name passed is then done."""
    path: list[NeedsOne | None] = []
    on_path: dict[str, int] = {}
    pending: list[tuple[str, NeedsOne | None]] = [(start, None)]
    left: dict[str, list[NeedsOne]] = defaultdict(list)
    while pending:
        name, by = pending[-1]
        if name not in on_path:
            on_path[name] = len(path)
            path.append(by)
            left[name] = list(reversed(needed[name]))
        if not left[name]:
            done.add(name)
            pending.pop()
            path.pop()
            del on_path[name]
            continue
        following = left[name].pop()
        if following.name in on_path:
            done.update(on_path)
            return [*(each for each in path[on_path[following.name] + 1 :] if each), following]
        if following.name not in done:
            pending.append((following.name, following))
    return []


def _circle(mentions: Sequence[NeedsOne]) -> Diagnostic:
    way = " -> ".join(f"`{each.name}`" for each in (mentions[-1], *mentions))
    return codes.NEEDS_CIRCLE.at(
        mentions[-1].span,
        f"services need each other in a circle: {way}"
        if len(mentions) > 1
        else f"`{mentions[0].name}` needs itself",
        label="this closes the circle",
        secondary=[Label(span=each.span, text="part of the circle") for each in mentions[:-1]],
    )

"""Builders of `source`: `grammar/sources.lark`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Label
from slmdsl.syntax import codes
from slmdsl.syntax.build import values
from slmdsl.syntax.build.rules import RefusedError, made, node, the
from slmdsl.syntax.tree import kinds
from slmdsl.syntax.tree import sources as tree
from slmdsl.syntax.tree.common import Literal, Ref, Text
from slmdsl.syntax.words import composed

if TYPE_CHECKING:
    from slmdsl.base.spans import Span
    from slmdsl.syntax.tokens import Token
    from slmdsl.syntax.tree.common import Name

# What the values of a fact name. The values of other facts are words or numbers of ours.
_KINDS: Final = {
    "kind": (kinds.TICKET_KIND, kinds.REQUEST),
    "service": (kinds.SERVICE, kinds.COMPONENT),
    "priority": (kinds.PRIORITY,),
    "customer": (kinds.CUSTOMER,),
    "group": (kinds.TEAM, kinds.SUPPLIER),
    "state": (kinds.PHASE,),
}


@dataclass(frozen=True, slots=True)
class _Word:
    """A value of ours, not yet known to name anything."""

    token: Token

    def read(self, to: tuple[str, ...]) -> Ref | tree.Constant | tree.Ignore:
        token = self.token
        if token.type == "NUMBER":
            return tree.Constant(value=values.number_of(token), span=token.span)
        if token.text == "ignore":
            return tree.Ignore(span=token.span)
        if to:
            return Ref(path=tuple(composed(token.text).split(".")), to=to, span=token.span)
        return tree.Constant(value=token.text, span=token.span)


@dataclass(frozen=True, slots=True)
class _Case:
    pattern: Text | None
    word: _Word
    span: Span


@dataclass(frozen=True, slots=True)
class _Map:
    cases: tuple[_Case, ...]
    span: Span

    def read(self, to: tuple[str, ...]) -> tree.ValueMap:
        cases = tuple(
            tree.Case(pattern=case.pattern, value=case.word.read(to), span=case.span) for case in self.cases
        )
        return tree.ValueMap(cases=cases, span=self.span)


@dataclass(frozen=True, slots=True)
class _Column:
    columns: tuple[Text, ...]
    format: Text | None
    mapping: _Map | None
    span: Span

    def read(self, to: tuple[str, ...] = ()) -> tree.Column:
        mapping = None if self.mapping is None else self.mapping.read(to)
        return tree.Column(columns=self.columns, format=self.format, mapping=mapping, span=self.span)


@dataclass(frozen=True, slots=True)
class _Format:
    text: Text


missing = made(tree.Missing, "marks")
timezone_from_data = node(lambda span: tree.TimezoneFromData(span=span))
trust_columns = node(lambda span: tree.TrustColumns(span=span))
hold = made(tree.Hold, "duration")
hold_until_next = node(lambda span: tree.Hold(duration=None, span=span))
constant = node(lambda _span, token: _Word(token))
format = node(lambda _span, text: _Format(text))  # noqa: A001 - the grammar's word
case = node(lambda span, pattern, word: _Case(pattern, word, span))
rest = node(lambda span, word: _Case(None, word, span))
value_map = node(lambda span, *cases: _Map(cases, span))


@node
def read(span: Span, path: Text, *options: tree.ReadOption) -> tree.Read:
    """Build `read "tickets.csv" delimiter ";"`; each option is said once."""
    first: dict[str, tree.ReadOption] = {}
    for each in options:
        earlier = first.setdefault(each.name.value, each)
        if earlier is not each:
            label = Label(span=earlier.span, text="first said here")
            message = f"`{each.name.value}` is said twice"
            raise RefusedError(codes.SAID_TWICE.at(each.span, message, secondary=(label,)))
    return tree.Read(path=path, options=options, span=span)


@node
def read_option(span: Span, name: Token, value: Text) -> tree.ReadOption:
    """Build `delimiter ";"`."""
    return tree.ReadOption(name=Literal(value=name.text, span=name.span), value=value, span=span)


@node
def column(span: Span, *parts: object) -> _Column:
    """Build `"a" + "b" format "..." as { ... }`."""
    said = the(_Format, parts)
    columns = tuple(part for part in parts if isinstance(part, Text))
    return _Column(columns, None if said is None else said.text, the(_Map, parts), span)


@node
def fact(span: Span, name: Token, value: _Column | _Word) -> tree.Fact:
    """Build `priority "Priority" as { ... }` or `kind incident`."""
    found = value.read(_KINDS.get(name.text, ()))
    if isinstance(found, tree.Ignore):
        found = tree.Constant(value="ignore", span=found.span)
    return tree.Fact(name=Literal(value=name.text, span=name.span), value=found, span=span)


@node
def field_fact(span: Span, field: Ref, value: _Column | _Word) -> tree.FieldFact:
    """Build `field channel "Contact Type"`."""
    return tree.FieldFact(field=field, value=_plain(value), span=span)


@node
def metric_fact(span: Span, metric: Name, value: _Column | _Word) -> tree.MetricFact:
    """Build `metric up "state" as { ... }`."""
    return tree.MetricFact(metric=metric, value=_plain(value), span=span)


def _plain(value: _Column | _Word) -> tree.Column | tree.Constant:
    if isinstance(value, _Column):
        return value.read()
    found = value.read(())
    return (
        found
        if isinstance(found, tree.Constant)
        else tree.Constant(value=value.token.text, span=value.token.span)
    )


@node
def samples_at(span: Span, at: _Column) -> tree.SamplesAt:
    """Build `samples at "observed_at"`."""
    return tree.SamplesAt(at=at.read(), span=span)


@node
def outages_from_to(span: Span, start: _Column, end: _Column) -> tree.OutagesFromTo:
    """Build `outages from "Start" to "End"`."""
    return tree.OutagesFromTo(start=start.read(), end=end.read(), span=span)


@node
def feedback_at(span: Span, at: _Column) -> tree.FeedbackAt:
    """Build `feedback at "answered_at"`."""
    return tree.FeedbackAt(at=at.read(), span=span)


@node
def events_good(span: Span, good: _Column, every: _Column) -> tree.EventsGood:
    """Build `events good "ok" of "all"`."""
    return tree.EventsGood(good=good.read(), all=every.read(), span=span)

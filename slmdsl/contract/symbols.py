"""What the files declare: blocks, their members, fields, priorities and flags."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from slmdsl.syntax.tree import kinds
from slmdsl.syntax.tree.catalogue import Components, Contact, Impact, Metric
from slmdsl.syntax.tree.clocks import Declare, EscalationRule
from slmdsl.syntax.tree.targets import Target
from slmdsl.syntax.tree.work import Cause, Shift, Step, Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.spans import Span
    from slmdsl.syntax.tree.common import Name, Node
    from slmdsl.syntax.tree.file import Declaration, File

MATRIX: Final = "priorities"
"""The kind of a `priorities` block; nothing mentions one by name."""

KIND_OF: Final = {
    "calendar": kinds.CALENDAR,
    "provider": kinds.PROVIDER,
    "customer": kinds.CUSTOMER,
    "supplier": kinds.SUPPLIER,
    "team": kinds.TEAM,
    "service": kinds.SERVICE,
    "request": kinds.REQUEST,
    "priorities": MATRIX,
    "clock": kinds.CLOCK,
    "escalation": kinds.ESCALATION,
    "template": kinds.TEMPLATE,
    "sla": kinds.AGREEMENT,
    "ola": kinds.AGREEMENT,
    "contract": kinds.AGREEMENT,
    "risk": kinds.RISK,
    "contingency": kinds.CONTINGENCY,
    "staff": kinds.STAFF,
    "profile": kinds.PROFILE,
    "load": kinds.LOAD,
    "scenario": kinds.SCENARIO,
    "experiment": kinds.EXPERIMENT,
    "source": kinds.SOURCE,
    "report": kinds.REPORT,
    "improvement": kinds.IMPROVEMENT,
}
"""What a block declares, by its keyword."""

Members = dict[str, list["Symbol"]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Symbol:
    """A declared thing: `name` is how it is called from outside (`acme_gold.p1_fix`), `node` its text.

    `node` is None for words of the language. `members` are what its block declares, by their own name; those of a
    template stand among the members of what extends it.
    """

    name: str
    kind: str
    span: Span
    node: Node | None
    members: Members = field(default_factory=dict)


def of_block(block: Declaration) -> Symbol:
    """Return the symbol of a block with its members, inherited ones not yet among them."""
    symbol = Symbol(name=block.name.text, kind=KIND_OF[block.keyword], span=block.name.span, node=block)
    for member in _members(block, symbol.name):
        symbol.members.setdefault(own_name(member), [member])  # a second one is an error of its own
    return symbol


def own_name(member: Symbol) -> str:
    """Return the last part of a member's name."""
    return member.name.rpartition(".")[2]


def _members(block: Declaration, owner: str) -> Iterator[Symbol]:
    for statement in block.body:
        match statement:
            case Target() | Shift() | Cause():
                yield _member(owner, statement.name, _KIND_OF_STATEMENT[type(statement)], statement)
            case Contact(name=name) if name is not None:
                yield _member(owner, name, kinds.CONTACT, statement)
            case Components():
                for name in statement.names:
                    yield _member(owner, name, kinds.COMPONENT, statement)
            case Metric():
                yield _member(owner, statement.name, kinds.METRIC, statement)
            case Stream():
                yield _stream(owner, statement)


_KIND_OF_STATEMENT: Final[dict[type[Node], str]] = {
    Target: kinds.TARGET,
    Shift: kinds.SHIFT,
    Cause: kinds.CAUSE,
}


def _member(owner: str, name: Name, kind: str, node: Node) -> Symbol:
    return Symbol(name=f"{owner}.{name.text}", kind=kind, span=name.span, node=node)


def _stream(owner: str, stream: Stream) -> Symbol:
    name = stream.request.path[-1] if stream.request else f"{stream.kind.value}s"
    span = stream.request.span if stream.request else stream.kind.span
    symbol = Symbol(name=f"{owner}.{name}", kind=kinds.STREAM, span=span, node=stream)
    for step in stream.body:
        if isinstance(step, Step):
            symbol.members.setdefault(step.name.text, [_member(symbol.name, step.name, kinds.STEP, step)])
    return symbol


def fields_of(file: File) -> Iterator[Symbol]:
    """Yield the fields that a file declares."""
    for each in file.fields:
        yield Symbol(name=each.name.text, kind=kinds.FIELD, span=each.name.span, node=each)


def priorities_of(block: Declaration) -> Iterator[Symbol]:
    """Yield the priorities that a matrix mentions, each where it is mentioned first."""
    found: dict[str, Symbol] = {}
    for statement in block.body:
        for name in statement.priorities if isinstance(statement, Impact) else ():
            symbol = Symbol(name=name.text, kind=kinds.PRIORITY, span=name.span, node=block)
            found.setdefault(name.text, symbol)
    yield from found.values()


def flags_of(block: Declaration) -> Iterator[Symbol]:
    """Yield the flags that an escalation sets."""
    for rule in block.body:
        for action in rule.actions if isinstance(rule, EscalationRule) else ():
            if isinstance(action, Declare):
                yield Symbol(name=action.flag.text, kind=kinds.FLAG, span=action.flag.span, node=action)

"""`extends` and `from`: circles found, members handed down, statements copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Label
from slmdsl.contract import codes
from slmdsl.contract.keys import key_of
from slmdsl.contract.symbols import Symbol, own_name
from slmdsl.syntax.tree.studies import UsesLoad

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.names import Names
    from slmdsl.syntax.tree.common import Node
    from slmdsl.syntax.tree.file import Declaration, File

_INHERITED_AT_MOST: Final = 20_000
"""Statements copied in one project: a short text that copies itself a thousand times must not buy a long wait."""


def lineages(files: Sequence[File], names: Names) -> tuple[dict[int, Declaration], list[Diagnostic]]:
    """Return the parent of each block that has one (by the block's identity), and a finding for each circle.

    A block that closes a circle is treated as if it had no parent.
    """
    parents: dict[int, Declaration] = {}
    found: list[Diagnostic] = []
    settled: set[int] = set()
    for block in (each for file in files for each in file.declarations if each.parent is not None):
        path: list[Declaration] = []
        current: Declaration | None = block
        while current is not None and id(current) not in settled:
            settled.add(id(current))
            path.append(current)
            parent = _parent_of(current, names)
            if parent is not None:
                parents[id(current)] = parent
            current = parent
        if current is not None and any(each is current for each in path):
            start = next(i for i, each in enumerate(path) if each is current)
            found.append(_circle(path[start:]))
            del parents[id(path[-1])]
    return parents, found


def _parent_of(block: Declaration, names: Names) -> Declaration | None:
    symbol = names.parent(block)
    return None if symbol is None else symbol.node  # type: ignore[return-value] # a parent's node is its block


def _circle(blocks: Sequence[Declaration]) -> Diagnostic:
    code, what, verb, itself = codes.EXTENDS_CIRCLE, "blocks", "extend", "extends"
    if blocks[0].keyword == "scenario":
        code, what, verb, itself = codes.FROM_CIRCLE, "scenarios", "start from", "starts from"
    way = " -> ".join(f"`{each.name.text}`" for each in (*blocks, blocks[0]))
    mentions = [each.parent.span for each in blocks if each.parent is not None]
    return code.at(
        mentions[0],
        f"{what} {verb} each other in a circle: {way}"
        if len(blocks) > 1
        else f"`{blocks[0].name.text}` {itself} itself",
        label="the circle starts here",
        secondary=[Label(span=span, text="and goes on here") for span in mentions[1:]],
    )


def ancestors_first(
    blocks: Iterable[Declaration], parents: Mapping[int, Declaration]
) -> Iterator[Declaration]:
    """Yield blocks, each after the one that it extends."""
    done: set[int] = set()
    for block in blocks:
        line: list[Declaration] = []
        current: Declaration | None = block
        while current is not None and id(current) not in done:
            done.add(id(current))
            line.append(current)
            current = parents.get(id(current))
        yield from reversed(line)


def hand_down(files: Sequence[File], names: Names, parents: Mapping[int, Declaration]) -> None:
    """Put what templates declare among the members of the blocks that extend them, unless these declare it anew."""
    blocks = [each for file in files for each in file.declarations if id(each) in parents]
    left = _INHERITED_AT_MOST
    for block in ancestors_first(blocks, parents):
        parent = parents.get(id(block))
        if parent is not None and block.keyword != "scenario" and left > 0:
            own, handed = names.symbol(block), names.symbol(parent).members
            left -= len(handed)
            for name, members in handed.items():
                own.members.setdefault(name, [_under(own, each) for each in members])


def _under(owner: Symbol, member: Symbol) -> Symbol:
    name = f"{owner.name}.{own_name(member)}"
    return Symbol(name=name, kind=member.kind, span=member.span, node=member.node, members=member.members)


def loads_of_scenarios(
    files: Sequence[File], names: Names, parents: Mapping[int, Declaration]
) -> dict[int, Symbol]:
    """Return the load of each scenario, by its block's identity: its own, or that of the one it starts from."""
    found: dict[int, Symbol] = {}
    scenarios = (each for file in files for each in file.declarations if each.keyword == "scenario")
    for block in ancestors_first(scenarios, parents):
        said = [each.load for each in block.body if isinstance(each, UsesLoad)]
        own = names.fitting(said[-1], block.span.file) if said else []
        parent = parents.get(id(block))
        inherited = found.get(id(parent)) if parent else None
        load = own[0] if own else inherited
        if load is not None:
            found[id(block)] = load
    return found


def bodies(
    files: Sequence[File], parents: Mapping[int, Declaration]
) -> tuple[dict[int, tuple[Node, ...]], list[Diagnostic]]:
    """Return the statements of each block (by its identity) with those that it inherits.

    An inherited statement gives way to a statement of the same key: the target of the same name, the same property.
    """
    found: dict[int, tuple[Node, ...]] = {}
    diagnostics: list[Diagnostic] = []
    left = _INHERITED_AT_MOST
    for block in ancestors_first((each for file in files for each in file.declarations), parents):
        parent = parents.get(id(block))
        found[id(block)] = block.body
        if parent is not None and block.keyword != "scenario":
            inherited = found[id(parent)]
            left -= len(inherited)
            if left > 0:
                found[id(block)] = (*_not_said_anew(inherited, block), *block.body)
            elif not diagnostics:
                diagnostics.append(_too_much(block))
    return found, diagnostics


def _not_said_anew(inherited: Sequence[Node], block: Declaration) -> Iterator[Node]:
    own = {key_of(each) for each in block.body}
    return (each for each in inherited if (key := key_of(each)) is None or key not in own)


def _too_much(block: Declaration) -> Diagnostic:
    return codes.TOO_MUCH_INHERITED.at(
        block.head_span,
        f"more than {_INHERITED_AT_MOST:_} statements are inherited",
        label="from here on, nothing is",
        help="let fewer blocks extend smaller templates",
    )

"""`extends` and `from`: circles found, members handed down, statements copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.diagnostics import Label
from slmdsl.contract import codes
from slmdsl.contract.keys import key_of
from slmdsl.contract.symbols import Symbol, own_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.names import Names
    from slmdsl.syntax.tree.common import Node
    from slmdsl.syntax.tree.file import Declaration, File


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
    scenario = blocks[0].keyword == "scenario"
    code = codes.FROM_CIRCLE if scenario else codes.EXTENDS_CIRCLE
    way = " -> ".join(f"`{each.name.text}`" for each in (*blocks, blocks[0]))
    verb = "start from each other" if scenario else "extend each other"
    mentions = [each.parent.span for each in blocks if each.parent is not None]
    return code.at(
        mentions[0],
        f"blocks {verb} in a circle: {way}"
        if len(blocks) > 1
        else f"`{blocks[0].name.text}` {verb[:-11]}s itself",
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
    for block in ancestors_first(blocks, parents):
        parent = parents.get(id(block))
        if parent is not None and block.keyword != "scenario":
            own = names.symbol(block)
            for name, members in names.symbol(parent).members.items():
                own.members.setdefault(name, [_under(own, each) for each in members])


def _under(owner: Symbol, member: Symbol) -> Symbol:
    name = f"{owner.name}.{own_name(member)}"
    return Symbol(name=name, kind=member.kind, span=member.span, node=member.node, members=member.members)


def bodies(files: Sequence[File], parents: Mapping[int, Declaration]) -> dict[int, tuple[Node, ...]]:
    """Return the statements of each block (by its identity) with those that it inherits.

    An inherited statement gives way to a statement of the same key: the target of the same name, the same property.
    """
    found: dict[int, tuple[Node, ...]] = {}
    blocks = (each for file in files for each in file.declarations)
    for block in ancestors_first(blocks, parents):
        parent = parents.get(id(block))
        if parent is None or block.keyword == "scenario":
            found[id(block)] = block.body
            continue
        own = {key_of(each) for each in block.body}
        inherited = tuple(
            each for each in found[id(parent)] if key_of(each) is None or key_of(each) not in own
        )
        found[id(block)] = (*inherited, *block.body)
    return found

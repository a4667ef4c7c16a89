"""Every node of a tree, without recursion and without knowing its class."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from slmdsl.syntax.tree.common import Node, Ref

if TYPE_CHECKING:
    from collections.abc import Iterator


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and all nodes below it in the order of their fields, parents before children.

    >>> from slmdsl.base.spans import NOWHERE
    >>> from slmdsl.syntax.tree.common import Owner
    >>> owner = Owner(party=Ref(path=("apps",), to=("team",), span=NOWHERE), span=NOWHERE)
    >>> [type(each).__name__ for each in walk(owner)]
    ['Owner', 'Ref']
    """
    pending: list[object] = [node]
    while pending:
        found = pending.pop()
        if isinstance(found, tuple):
            pending.extend(reversed(found))
        elif isinstance(found, Node):
            yield found
            pending.extend(getattr(found, name) for name in _fields_of(found))


def refs(node: Node) -> Iterator[Ref]:
    """Yield every mention of another name in `node`, in the order of `walk`."""
    return (found for found in walk(node) if isinstance(found, Ref))


_LEAVES = ("Span", "str", "int", "bool", "date", "datetime")


def _fields_of(node: Node) -> tuple[str, ...]:
    """Return the names of the fields of `node` that can hold nodes, last first: they are put on a stack."""
    kind = type(node)
    found = _FIELDS.get(kind)
    if found is None:
        found = _FIELDS[kind] = tuple(
            each.name for each in reversed(fields(kind)) if each.type not in _LEAVES
        )
    return found


_FIELDS: dict[type[Node], tuple[str, ...]] = {}  # filled as classes are met

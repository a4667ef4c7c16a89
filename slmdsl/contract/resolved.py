"""What mentions mean, once they have been looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slmdsl.contract.symbols import Symbol
    from slmdsl.syntax.tree.common import Node, Ref
    from slmdsl.syntax.tree.file import Declaration


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resolved:
    """What each mention means, by the identity of its node, and every node with the block that it stands in."""

    meaning: Mapping[int, Symbol]
    by_class: Mapping[type[Node], list[tuple[Node, Declaration]]]

    def of(self, ref: Ref | None) -> Symbol | None:
        """Return what `ref` means; None where it means nothing (which is an error of its own) or was not said."""
        return None if ref is None else self.meaning.get(id(ref))

    def name_of(self, ref: Ref | None) -> str | None:
        """Return the name of what `ref` means, as it is called from outside: `hosting.east`."""
        symbol = self.of(ref)
        return None if symbol is None else symbol.name

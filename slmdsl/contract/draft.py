"""What the checks read: the files, their names, every node by its class, and the contract built from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.names import Names
    from slmdsl.contract.resolved import Resolved
    from slmdsl.syntax.tree.common import Node
    from slmdsl.syntax.tree.file import Declaration, File

N = TypeVar("N", bound="Node")
M = TypeVar("M", bound="Node")
K = TypeVar("K", bound="Node")
P = TypeVar("P", bound="Node")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draft:
    """Everything read so far. `as_of` is None where nobody has said on which day to judge what is overdue."""

    files: tuple[File, ...]
    names: Names
    reading: Reading
    contract: Contract
    as_of: date | None = None

    @property
    def resolved(self) -> Resolved:
        """What each mention means."""
        return self.reading.resolved

    @overload
    def nodes(self, one: type[N], /) -> Iterator[tuple[N, Declaration]]: ...
    @overload
    def nodes(self, one: type[N], two: type[M], /) -> Iterator[tuple[N | M, Declaration]]: ...
    @overload
    def nodes(
        self, one: type[N], two: type[M], three: type[K], /
    ) -> Iterator[tuple[N | M | K, Declaration]]: ...
    @overload
    def nodes(
        self, one: type[N], two: type[M], three: type[K], four: type[P], /
    ) -> Iterator[tuple[N | M | K | P, Declaration]]: ...
    def nodes(self, *classes: type[Node]) -> Iterator[tuple[Node, Declaration]]:
        """Yield every node of some classes in all files, and the block that it stands in."""
        for each in classes:
            yield from self.resolved.by_class.get(each, [])

"""What every builder of the contract needs: the blocks in order, their statements, and what mentions mean.

Building is tolerant. A value that makes no sense has its own finding (`slmdsl.contract.checks`) and is left out or
replaced by the default here, so that the rest can still be built and checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from slmdsl.base.spans import Span
    from slmdsl.contract.resolved import Resolved
    from slmdsl.syntax.tree.common import Literal, Node, Ref
    from slmdsl.syntax.tree.file import Declaration

N = TypeVar("N", bound="Node")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """Blocks in order of the files, their statements (inherited ones first) by the block's identity, and meanings."""

    blocks: tuple[Declaration, ...]
    bodies: Mapping[int, tuple[Node, ...]]
    resolved: Resolved
    sources: Mapping[str, str]

    def of_kind(self, *keywords: str) -> Iterator[Declaration]:
        """Yield the blocks with one of some keywords, of several with one name only the first."""
        seen: set[str] = set()
        for block in self.blocks:
            if block.keyword in keywords and block.name.text not in seen:
                seen.add(block.name.text)
                yield block

    def body(self, block: Declaration) -> tuple[Node, ...]:
        """Return the statements of a block with those that it inherits."""
        return self.bodies[id(block)]

    def name(self, ref: Ref | None) -> str | None:
        """Return the full name of what is mentioned, None where it means nothing or nothing is said."""
        return self.resolved.name_of(ref)

    def names(self, refs: Iterable[Ref]) -> tuple[str, ...]:
        """Return the full names of what is mentioned, each once."""
        found = (self.name(ref) for ref in refs)
        return tuple(dict.fromkeys(name for name in found if name is not None))

    def kind(self, ref: Ref) -> str | None:
        """Return what kind of thing is mentioned."""
        symbol = self.resolved.of(ref)
        return None if symbol is None else symbol.kind

    def words(self, span: Span) -> str:
        """Return the text of a span, single-spaced and without comments; empty where the text is not at hand."""
        text = self.sources.get(span.file, "")[span.start : span.end]
        return " ".join(word for line in text.split("\n") for word in _uncommented(line).split())


def _uncommented(line: str) -> str:
    """Cut a comment off a line; a `#` between quotes is none."""
    if "#" not in line:
        return line
    quoted = escaped = False
    for i, character in enumerate(line):
        if character == "#" and not quoted:
            return line[:i]
        quoted ^= character == '"' and not escaped
        escaped = character == "\\" and not escaped
    return line


def last(body: Iterable[Node], kind: type[N]) -> N | None:
    """Return the last statement of a class, None if there is none."""
    found = None
    for each in body:
        if isinstance(each, kind):
            found = each
    return found


def all_of(body: Iterable[Node], kind: type[N]) -> tuple[N, ...]:
    """Return the statements of a class, in order."""
    return tuple(each for each in body if isinstance(each, kind))


def title_of(block: Declaration) -> str:
    """Return a block's title, empty if it has none."""
    return block.title.value if block.title else ""


def value_of(literal: Literal[T] | None) -> T | None:
    """Return the value of what may not have been said."""
    return None if literal is None else literal.value

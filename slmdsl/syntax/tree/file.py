"""A file: its version, imports, fields and declarations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slmdsl.syntax.tree.common import Literal, Name, Node, Prose, Ref, Text

if TYPE_CHECKING:
    from slmdsl.base.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Import(Node):
    """`import "catalogue.slm"`."""

    path: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDeclaration(Node):
    """`field site`: a fact that tickets may carry."""

    name: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration(Node):
    """A block: `keyword name ["Title"] [extends|from parent] { body }`.

    `of` is only set for `staff T`, which declares nothing and gives the team T its people. `head_span` covers the
    block's first line up to the brace. `whole` is False when a statement of the block could not be read: what seems to
    be missing from `body` may be what was not read. `body` holds the statements of the block's family in order.
    """

    keyword: str
    name: Name
    title: Text | None
    parent: Ref | None
    of: Ref | None
    prose: Prose | None
    body: tuple[Node, ...]
    whole: bool = True
    head_span: Span = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Node):
    """All of one file, in order."""

    version: Literal[int] | None
    imports: tuple[Import, ...]
    fields: tuple[FieldDeclaration, ...]
    declarations: tuple[Declaration, ...]

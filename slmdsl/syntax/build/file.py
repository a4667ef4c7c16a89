"""Builders of the lines outside of blocks: `grammar/file.lark`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.syntax.build import values
from slmdsl.syntax.build.rules import made, node, the, words
from slmdsl.syntax.tree.common import Literal, Name, Text
from slmdsl.syntax.tree.file import FieldDeclaration, Import

if TYPE_CHECKING:
    from slmdsl.base.spans import Span
    from slmdsl.syntax.tokens import Token


@dataclass(frozen=True, slots=True)
class Parent:
    """`extends silver`, not yet known of which kind."""

    token: Token


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a block."""

    keyword: str
    name: Name
    title: Text | None
    parent: Parent | None


version_line = node(lambda span, number: Literal(value=values.whole_of(number), span=span))
import_line = made(Import, "path")
field_line = made(FieldDeclaration, "name")
keyword = words
parent = node(lambda _span, token: Parent(token))


@node
def head(_span: Span, keyword: Literal[str], name: Name, *rest: object) -> Head:
    """Build `sla acme_gold "Title" extends silver`."""
    return Head(keyword.value, name, the(Text, rest), the(Parent, rest))

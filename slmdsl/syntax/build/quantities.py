"""Builders of quantities that bounds are said in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.syntax.build import values
from slmdsl.syntax.build.rules import node
from slmdsl.syntax.tree.targets import Quantity

if TYPE_CHECKING:
    from slmdsl.base.spans import Span
    from slmdsl.syntax.tokens import Token


@node
def measured(span: Span, number: Token, unit: Token) -> Quantity:
    """Build `800 MB`."""
    return Quantity(number=values.number_of(number), unit=unit.text, span=span)

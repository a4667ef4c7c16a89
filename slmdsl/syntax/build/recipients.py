"""Builders of who is told, shared by escalations and alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.syntax.build import values
from slmdsl.syntax.build.rules import mention, node, several
from slmdsl.syntax.tree import kinds
from slmdsl.syntax.tree.clocks import ToOwner
from slmdsl.syntax.tree.common import Text

if TYPE_CHECKING:
    from slmdsl.base.spans import Span
    from slmdsl.syntax.tokens import Token

recipients = several
to_party = mention(*kinds.PARTY, kinds.CONTACT)
to_owner = node(lambda span: ToOwner(span=span))


@node
def to_address(span: Span, token: Token) -> Text:
    """Build an address: `"duty.manager@globex.example"`."""
    return Text(value=values.text_of(token), span=span)

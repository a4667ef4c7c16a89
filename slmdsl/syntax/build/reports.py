"""Builders of `report` and `improvement`: `grammar/reports.lark`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.syntax.build import values
from slmdsl.syntax.build.rules import made, node, said, word_of, words
from slmdsl.syntax.tree import reports as tree

if TYPE_CHECKING:
    from slmdsl.base.spans import Span
    from slmdsl.syntax.tokens import Token
    from slmdsl.syntax.tree.common import Node, Ref

report_of = made(tree.ReportOf, "agreements")
report_every = made(tree.ReportEvery, "unit")
shows = node(lambda span, *parts: tree.Shows(parts=parts, span=span))
languages = node(lambda span, *codes: tree.Languages(codes=codes, span=span))
listed_word = said(word_of)
closes = node(lambda span, *targets: tree.Closes(targets=targets, span=span))
status = made(tree.Status, "status")
progress = words


@node
def due(span: Span, day: Token) -> tree.Due:
    """Build `due 2027-06-30`."""
    return tree.Due(day=values.date_of(day), span=span)


@node
def expects(span: Span, scenario: Ref, *edits: Node) -> tree.Expects:
    """Build `expects today with ...`; the block of a `step` edit is added by its reader."""
    return tree.Expects(scenario=scenario, edits=edits, span=span)

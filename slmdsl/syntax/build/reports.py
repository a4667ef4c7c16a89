"""Builders of `report` and `improvement`: `grammar/reports.lark`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from slmdsl.base.diagnostics import Fix
from slmdsl.base.suggest import nearest, one_of
from slmdsl.syntax import codes
from slmdsl.syntax.build import values
from slmdsl.syntax.build.rules import RefusedError, made, node, said, word_of, words
from slmdsl.syntax.tree import reports as tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from slmdsl.base.spans import Span
    from slmdsl.syntax.tokens import Token
    from slmdsl.syntax.tree.common import Literal, Node, Ref

report_of = made(tree.ReportOf, "agreements")
report_every = made(tree.ReportEvery, "unit")
PARTS: Final = (
    *("summary", "targets", "trend", "charts", "breaches", "availability", "gaps", "exclusions", "credits"),
    *("escalations", "risks", "improvements", "feedback", "reviews", "intake"),
)
"""What a report can show."""

LANGUAGES: Final = ("en", "zh")


def _listed(kind: Callable[..., Node], attribute: str, known: tuple[str, ...], what: str) -> Any:  # noqa: ANN401 - a builder
    """Return the builder of a list of words that a report knows."""

    def build(span: Span, *words: Literal[str]) -> Node:
        for word in words:
            if word.value not in known:
                near = nearest(word.value, known)
                advice = (
                    f"did you mean `{near[0]}`?" if near else f"it is {one_of(f'`{each}`' for each in known)}"
                )
                fixes = [
                    Fix(span=word.span, replacement=each, description=f"write `{each}`") for each in near
                ]
                message = f"a report has no {what} called `{word.value}`"
                raise RefusedError(codes.UNEXPECTED.at(word.span, message, help=advice, fixes=fixes))
        return kind(span=span, **{attribute: words})

    return node(build)


shows = _listed(tree.Shows, "parts", PARTS, "part")
languages = _listed(tree.Languages, "codes", LANGUAGES, "language")
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

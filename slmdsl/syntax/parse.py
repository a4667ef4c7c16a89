"""A file's text to its tree, with every mistake in it found in one run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from slmdsl.base.collector import uncollected
from slmdsl.base.diagnostics import Diagnostic, in_order
from slmdsl.syntax import codes, limits
from slmdsl.syntax.build.values import prose_of
from slmdsl.syntax.expectations import meant_by, said
from slmdsl.syntax.skeleton import DECLARATION_KEYWORDS, LINE_KEYWORDS, skeleton
from slmdsl.syntax.source_text import SourceText
from slmdsl.syntax.statements import parse_statement
from slmdsl.syntax.tree import kinds
from slmdsl.syntax.tree.common import Literal, Node, Prose, Ref
from slmdsl.syntax.tree.file import Declaration, FieldDeclaration, File, Import
from slmdsl.syntax.tree.reports import Expects
from slmdsl.syntax.tree.studies import StepEdit
from slmdsl.syntax.tree.work import Cause, Step, Stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.syntax.build.file import Head
from slmdsl.syntax.skeleton import Skeleton, Statement

VERSION: Final = 1
"""The version of the language that this package reads."""

_AGREEMENTS: Final = ("sla", "ola", "contract", "template")
_START_OF: Final = {keyword: f"{keyword}_statement" for keyword in DECLARATION_KEYWORDS} | dict.fromkeys(
    _AGREEMENTS, "agreement_statement"
)
_MAY_BE_BARE: Final = frozenset(
    {"provider", "customer", "supplier", "team", "service", "request", "scenario"}
)
"""The declarations that may consist of their first line."""
_STREAMS: Final = ("incidents", "requests", "problems", "changes")
# The statements that have a block, by the block they stand in and their first word, and what stands in it.
_INNER: Final[dict[tuple[str, str], str]] = {
    **{("load_statement", kind): "stream_statement" for kind in _STREAMS},
    ("load_statement", "cause"): "cause_statement",
    ("stream_statement", "step"): "step_statement",
    ("scenario_statement", "step"): "step_statement",
    ("improvement_statement", "expects"): "step_statement",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A file that was read: its tree, what is wrong in it, its normalised text, and its shape for the formatter.

    The tokens in `skeleton` have the `type` that the parser took them for.
    """

    tree: File
    diagnostics: tuple[Diagnostic, ...]
    skeleton: Skeleton

    @property
    def source(self) -> SourceText:
        """The normalised text."""
        return self.skeleton.source

    @property
    def text(self) -> str:
        """The normalised text as a string: all offsets of spans point into it."""
        return self.skeleton.source.text


def parse(text: str, file: str) -> Parsed:
    """Read `text`; `file` is the name that diagnostics call it by. Takes any text and never raises.

    >>> parsed = parse('provider globex "Globex" {\\n  contact "it@globex.example"\\n}\\n', "a.slm")
    >>> parsed.tree.declarations[0].name.text, parsed.diagnostics
    ('globex', ())
    """
    with uncollected():
        shape = skeleton(SourceText(text, file))
        reader = _Reader(shape)
        tree = reader.file()
    found = in_order([*shape.diagnostics, *reader.diagnostics])
    if len(found) > limits.ERRORS:
        last = found[limits.ERRORS - 1]
        message = f"there are more errors: {limits.ERRORS} are listed"
        found = (*found[: limits.ERRORS], codes.TOO_MANY_ERRORS.at(last.span, message))
    return Parsed(tree=tree, diagnostics=found, skeleton=shape)


class _Reader:
    """Reads the statements of one skeleton."""

    def __init__(self, shape: Skeleton) -> None:
        self._shape = shape
        self._source = shape.source
        self.diagnostics: list[Diagnostic] = []
        self._failures = 0

    def file(self) -> File:
        version: Literal[int] | None = None
        imports: list[Import] = []
        fields: list[FieldDeclaration] = []
        declarations: list[Declaration] = []
        for index, statement in enumerate(self._shape.statements):
            if len(self.diagnostics) > limits.ERRORS:
                break
            word = statement.tokens[0].text
            if word == "import":
                imports.extend(self._line(statement, "import_line"))
            elif word == "field":
                fields.extend(self._line(statement, "field_line"))
            elif word == "slm":
                version = self._version(statement, first=index == 0)
            else:
                declarations.extend(self._declaration(statement))
        return File(
            version=version,
            imports=tuple(imports),
            fields=tuple(fields),
            declarations=tuple(declarations),
            span=self._source.span(0, len(self._source.text)),
        )

    def _report(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)

    def _line(self, statement: Statement, start: str) -> list[Any]:
        node = parse_statement(statement.tokens, start, self._report)
        if statement.block is not None:
            self._no_block_here(statement)
        return [] if node is None else [node]

    def _version(self, statement: Statement, *, first: bool) -> Literal[int] | None:
        found = self._line(statement, "version_line")
        if not first:
            message = "`slm` says the version of the language and stands in the first line"
            self._report(codes.MISPLACED_VERSION.at(statement.tokens[0].span, message))
        if not found:
            return None
        version: Literal[int] = found[0]
        if version.value != VERSION:
            message = f"this is version {VERSION} of the language; the file says {version.value}"
            self._report(codes.UNKNOWN_VERSION.at(version.span, message))
        return version

    def _declaration(self, statement: Statement) -> list[Declaration]:
        first = statement.tokens[0]
        start = _START_OF.get(first.text)
        if start is None:
            self._unknown_declaration(statement)
            return []
        if statement.block is None and first.text not in _MAY_BE_BARE:
            after = self._source.span(statement.end, statement.end + 1)
            self._report(codes.NO_BLOCK.at(after, f"`{first.text}` needs a block: `{{ ... }}`"))
        head: Head | None = parse_statement(statement.tokens, "head", self._report)
        prose, body, whole = self._body(statement, start)
        if head is None:
            return []
        span = self._source.span(statement.start, statement.end)
        return [
            Declaration(
                keyword=head.keyword,
                name=head.name,
                title=head.title,
                parent=_parent(head),
                of=Ref(path=(head.name.text,), to=(kinds.TEAM,), span=head.name.span)
                if head.keyword == "staff"
                else None,
                prose=prose,
                body=body,
                whole=whole,
                head_span=self._source.span(statement.start, statement.tokens[-1].end),
                span=span,
            )
        ]

    def _unknown_declaration(self, statement: Statement) -> None:
        first = statement.tokens[0]
        if statement.is_prose:
            message = "a text between triple quotes belongs inside a block, at its top"
            self._report(codes.MISPLACED_PROSE.at(first.span, message))
        elif statement.is_readable and first.text != "{":
            lines = LINE_KEYWORDS if statement.block is None else ()
            near = meant_by(first.text, (*DECLARATION_KEYWORDS, *lines))
            advice = (
                f"did you mean `{near[0]}`?"
                if near
                else f"declarations start with {', '.join((*DECLARATION_KEYWORDS, 'field'))}"
            )
            self._report(
                codes.UNKNOWN_DECLARATION.at(first.span, f"{said(first)} declares nothing", help=advice)
            )

    def _body(self, statement: Statement, start: str) -> tuple[Prose | None, tuple[Node, ...], bool]:
        """Return a block's prose and statements, and whether all of it could be read."""
        if statement.block is None:
            return None, (), True
        statements = statement.block.statements
        prose: Prose | None = None
        if statements and statements[0].is_prose:
            token = statements[0].tokens[0]
            prose = Prose(value=prose_of(token.text), span=token.span)
            statements = statements[1:]
        body, whole = self._statements(statements, start)
        return prose, body, whole and statement.block.close is not None

    def _statements(self, statements: Sequence[Statement], start: str) -> tuple[tuple[Node, ...], bool]:
        nodes: list[Node] = []
        for statement in statements:
            if len(self.diagnostics) > limits.ERRORS:
                return tuple(nodes), False
            node = self._statement(statement, start)
            if node is not None:
                nodes.append(node)
        return tuple(nodes), len(nodes) == len(statements)

    def _statement(self, statement: Statement, start: str) -> Node | None:
        first = statement.tokens[0]
        if first.kind == "PROSE":
            message = "a text between triple quotes stands once, at the top of a declaration"
            self._report(codes.MISPLACED_PROSE.at(first.span, message))
            return None
        node: Node | None = parse_statement(statement.tokens, start, self._report)
        inner = _INNER.get((start, first.text))
        if statement.block is None:
            return node if node is None or inner is None else self._without_block(statement, node)
        if inner is None:
            if node is not None:
                self._no_block_here(statement)
            return None
        body, whole = self._statements(statement.block.statements, inner)
        if node is None or not whole:
            return None
        return self._with_block(statement, node, body)

    def _with_block(self, statement: Statement, node: Node, body: tuple[Node, ...]) -> Node | None:
        span = self._source.span(statement.start, statement.end)
        if isinstance(node, Stream | Step | Cause | StepEdit):
            return replace(node, body=body, span=span)
        if isinstance(node, Expects) and node.edits and isinstance(node.edits[-1], StepEdit):
            edit = replace(node.edits[-1], body=body)
            return replace(node, edits=(*node.edits[:-1], edit), span=span)
        self._no_block_here(statement)
        return None

    def _without_block(self, statement: Statement, node: Node) -> Node | None:
        if isinstance(node, Expects) and not any(isinstance(edit, StepEdit) for edit in node.edits):
            return node
        after = self._source.span(statement.end, statement.end + 1)
        self._report(codes.NO_BLOCK.at(after, f"`{statement.tokens[0].text}` needs a block: `{{ ... }}`"))
        return None

    def _no_block_here(self, statement: Statement) -> None:
        if statement.block is not None and statement.is_readable:
            message = f"{said(statement.tokens[0])} takes no block"
            self._report(codes.NO_BLOCK.at(statement.block.open.span, message))


def _parent(head: Head) -> Ref | None:
    if head.parent is None:
        return None
    token = head.parent.token
    kind = kinds.TEMPLATE if head.keyword in _AGREEMENTS else head.keyword
    return Ref(path=tuple(token.text.split(".")), to=(kind,), span=token.span)

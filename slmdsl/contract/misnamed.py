"""What is said of a mention that means nothing: unknown, of another kind, not imported, or of two meanings."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Fix, Label
from slmdsl.base.spans import NOWHERE, Span
from slmdsl.base.suggest import nearest, one_of
from slmdsl.contract import codes
from slmdsl.contract.names import OWN_COLUMNS, WORDS, fits
from slmdsl.contract.symbols import KIND_OF, Symbol, own_name
from slmdsl.syntax.tree import kinds
from slmdsl.syntax.tree.file import Declaration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.names import Names
    from slmdsl.contract.symbols import Members
    from slmdsl.syntax.tree.common import Ref
    from slmdsl.syntax.tree.file import File

_LOOKED_AT_MOST: Final = 300_000
_COMPARED_AT_MOST: Final = 10_000
"""Names looked at and compared for suggestions in one run: hostile text must not buy a long wait."""

_NAMED_AT_MOST: Final = 6

_PERIODS: Final = frozenset(("day", "week", "month", "quarter", "year"))

_DECLARED_OUTSIDE: Final = frozenset((*KIND_OF.values(), kinds.FIELD, kinds.PRIORITY))
"""Kinds of thing that no statement of the mentioning block declares."""

_LISTED: Final = frozenset((kinds.STEP, kinds.PRIORITY))
"""Kinds of thing of which there are so few that they are listed where none is meant for sure."""

_WORDS: Final = {
    kinds.STAFF: "team with staff",
    kinds.STREAM: "kind of ticket of a load",
    kinds.TICKET_KIND: "kind of ticket",
    kinds.MOMENT: "moment of a ticket",
    kinds.PHASE: "phase",
    kinds.FLAG: "flag",
}


class Misnamed:
    """Explains mentions that mean nothing. It remembers how much has been spent on suggestions."""

    def __init__(self, files: Sequence[File], names: Names) -> None:
        self._names: Final = names
        self._files: Final = {file.span.file: file for file in files}
        self._hidden: Final[dict[tuple[str, str], list[tuple[Ref, Symbol]]]] = defaultdict(list)
        self._looked_at = 0
        self._compared = 0

    def findings(
        self, ref: Ref, block: Declaration, scopes: Sequence[Members], fitting: Sequence[Symbol]
    ) -> Iterator[Diagnostic]:
        """Yield the finding for a mention in `block` that has no meaning, or more than one."""
        file = ref.span.file
        if fitting:
            yield _ambiguous(ref, fitting)
            return
        others = list(self._names.called(ref.path, file, scopes)) or self._worded(ref)
        if others:
            yield _wrong_kind(ref, others[0])
            return
        hidden = [each for each in self._names.everywhere(ref.path) if fits(each.kind, ref.to)]
        if hidden:
            self._hidden[file, hidden[0].span.file].append((ref, hidden[0]))
        # What an import that cannot be read would have declared is not known, so nothing is said of it.
        elif not self._names.views.is_open(file) and not self._may_be_unread(ref, block):
            yield self._unknown(ref, scopes)

    def _may_be_unread(self, ref: Ref, block: Declaration) -> bool:
        """Whether the name may be declared by a statement that could not be read, which has its own finding."""
        owners = [each.node for each in self._names.called(ref.path[:1], ref.span.file)]
        read = [each.whole for each in (block, *owners) if isinstance(each, Declaration)]
        return not all(read) and (len(ref.path) > 1 or not _DECLARED_OUTSIDE.issuperset(ref.to))

    def _worded(self, ref: Ref) -> list[Symbol]:
        """Return fields, priorities and flags that a single word of another kind names."""
        names = self._names
        tables = (names.fields, names.priorities, names.flags)
        return [each for table in tables for each in names.seen(table, ref.text, ref.span.file)]

    def missing_imports(self) -> Iterator[Diagnostic]:
        """Yield one finding for each file that another should import, at the first name that needs it."""
        for mentions in self._hidden.values():
            (ref, hidden), *_ = sorted(mentions, key=lambda each: each[0].span.start)
            others = dict.fromkeys(each.text for each, _ in mentions if each.text != ref.text)
            yield self._not_imported(ref, hidden, list(others))

    def _not_imported(self, ref: Ref, hidden: Symbol, others: Sequence[str]) -> Diagnostic:
        path = posixpath.relpath(hidden.span.file, posixpath.dirname(ref.span.file) or ".")
        line = f'import "{path}"'
        circle = self._names.views.sees(hidden.span.file, ref.span.file)
        return codes.NOT_IMPORTED.at(
            ref.span,
            f"`{ref.text}` is declared in {hidden.span.file}, which {ref.span.file} does not import",
            label="not seen from here",
            secondary=[Label(span=hidden.span, text="declared here")],
            help=(
                "that file imports this one: move what both need into a third" if circle else f"add `{line}`",
                *_more(others),
            ),
            fixes=() if circle else self._import_fix(ref.span.file, line),
        )

    def _import_fix(self, name: str, line: str) -> tuple[Fix, ...]:
        file = self._files[name]
        after = file.imports[-1] if file.imports else file.version
        if after is None:
            return (Fix(span=Span(name, 0, 0, 1, 1), replacement=f"{line}\n", description="import it"),)
        end = Span(name, after.span.end, after.span.end, after.span.line, after.span.column)
        return (Fix(span=end, replacement=f"\n{line}", description="import it"),)

    def _unknown(self, ref: Ref, scopes: Sequence[Members]) -> Diagnostic:
        self._looked_at += len(self._names.blocks) + len(self._names.fields) + sum(map(len, scopes))
        spent = self._compared > _COMPARED_AT_MOST or self._looked_at > _LOOKED_AT_MOST
        known = {} if spent else {each.name: each for each in self._known(ref, scopes)}
        self._compared += len(known)
        near = nearest(ref.text, known)
        wanted = _wanted(ref.to)
        return codes.UNKNOWN_NAME.at(
            ref.span,
            f"no {wanted} is called `{ref.text}`",
            label="not declared here or in an import",
            help=self._help(ref, known, near),
            fixes=[Fix(span=ref.span, replacement=each, description=f"write `{each}`") for each in near],
        )

    def _help(self, ref: Ref, known: dict[str, Symbol], near: list[str]) -> tuple[str, ...]:
        if near:
            span = known[near[0]].span
            where = f" ({span.where})" if span.line else ""
            return (f"did you mean `{near[0]}`?{where}",)
        words = [word for kind in ref.to for word in WORDS.get(kind, ()) if kind != kinds.CALENDAR]
        if words:
            return (f"it is {one_of(f'`{word}`' for word in words)}",)
        if ref.to[:1] == (kinds.FIELD,):
            if ref.text in _PERIODS:
                return (f"a period is said with `each {ref.text}`; `per` splits a target by a field",)
            return (f"declare it: `field {ref.text}`",)
        if known and _LISTED.issuperset(ref.to):
            return (_listed([f"`{name}`" for name in known]),)
        return ()

    def _known(self, ref: Ref, scopes: Sequence[Members]) -> Iterator[Symbol]:
        """Yield everything of a wanted kind that this file may name, under the name it would have to use."""
        for scope in scopes:
            for each in _all(scope):
                if fits(each.kind, ref.to):
                    yield Symbol(name=own_name(each), kind=each.kind, span=each.span, node=each.node)
        tables = [self._names.blocks, self._names.staff, self._names.fields, self._names.priorities]
        for table in (*tables, self._names.flags):
            for each in _all(table):
                if self._names.views.sees(ref.span.file, each.span.file):
                    yield from _fitting_below(each, ref)
        for kind in ref.to:
            words = (*WORDS.get(kind, ()), *(OWN_COLUMNS if kind == kinds.FIELD else ()))
            yield from (Symbol(name=word, kind=kind, span=NOWHERE, node=None) for word in words)


def _listed(names: Sequence[str]) -> str:
    """Say which names there are: `there are P1, P2 and 3 more`."""
    rest = len(names) - _NAMED_AT_MOST
    more = f" and {rest} more" if rest > 0 else ""
    return f"there {'is' if len(names) == 1 else 'are'} {', '.join(names[:_NAMED_AT_MOST])}{more}"


def _more(others: Sequence[str]) -> Iterator[str]:
    """Say which further names are declared in the same file."""
    if others:
        named = ", ".join(f"`{name}`" for name in others[:_NAMED_AT_MOST])
        rest = len(others) - _NAMED_AT_MOST
        yield f"it also declares {named}{f' and {rest} more' if rest > 0 else ''}, which this file mentions"


def _fitting_below(symbol: Symbol, ref: Ref) -> Iterator[Symbol]:
    """Yield a symbol of a wanted kind, or its members where the mention has a dot."""
    if fits(symbol.kind, ref.to):
        yield symbol
    if len(ref.path) > 1:
        for member in _all(symbol.members):
            yield from _fitting_below(member, ref)


def _all(members: Members) -> Iterator[Symbol]:
    return (each for named in members.values() for each in named)


def _ambiguous(ref: Ref, fitting: Sequence[Symbol]) -> Diagnostic:
    meanings = one_of(dict.fromkeys(_with_article(each.kind) for each in fitting))
    return codes.AMBIGUOUS.at(
        ref.span,
        f"`{ref.text}` may be {meanings}",
        label="which one?",
        secondary=[
            Label(span=each.span, text=f"{_with_article(each.kind)} of this name")
            for each in fitting
            if each.span.line
        ],
        help="rename one of them",
    )


def _wrong_kind(ref: Ref, other: Symbol) -> Diagnostic:
    return codes.WRONG_KIND.at(
        ref.span,
        f"`{ref.text}` is {_with_article(other.kind)}, not {_article(_wanted(ref.to))}",
        label=f"{_article(_wanted(ref.to))} is wanted here",
        secondary=[Label(span=other.span, text="declared here")] if other.span.line else (),
    )


def _wanted(to: tuple[str, ...]) -> str:
    """Say what kinds of thing are wanted."""
    if set(kinds.PARTY) <= set(to):
        to = ("party", *(kind for kind in to if kind not in kinds.PARTY))
    return one_of(_WORDS.get(kind, kind) for kind in to)


def _with_article(kind: str) -> str:
    return _article(_WORDS.get(kind, kind))


def _article(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"

"""Which thing a name means: one table of everything declared, and what each file may see of it.

A folder is one specification, and a name is declared once in all of it. Yet a file sees only what it declares itself
and what its imports declare, directly or through theirs. Fields have a table of their own: a field may be called
like a team.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from slmdsl.base.spans import NOWHERE
from slmdsl.contract import symbols
from slmdsl.contract.symbols import Members, Symbol
from slmdsl.events.vocabulary import KINDS, PHASE_OF
from slmdsl.syntax.tree import kinds
from slmdsl.syntax.tree.common import Ref
from slmdsl.syntax.tree.sources import Column, Fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from slmdsl.syntax.tree.file import Declaration, File

OWN_COLUMNS: Final = (
    "kind",
    "service",
    "priority",
    "customer",
    "group",
    "reopenings",
    "reassignments",
)
"""Facts of every ticket, of which conditions and `per` may speak without a `field` line."""

OUTAGE_COLUMNS: Final = ("service", "planned", "cause", "share")
"""Facts of every outage."""

ALWAYS: Final = "always"

MOMENTS: Final = (
    "opened",
    "assigned",
    "public_reply",
    "any_action",
    "acknowledged",
    "responded",
    "resolved",
    "closed",
)

WORDS: Final[dict[str, tuple[str, ...]]] = {
    kinds.CALENDAR: (ALWAYS,),
    kinds.MOMENT: MOMENTS,
    kinds.PHASE: tuple(PHASE_OF),
    kinds.TICKET_KIND: KINDS,
}
"""Words of the language that stand where a name may."""

_USUAL_PRIORITY = re.compile(r"P[0-9]")
_DESKS = frozenset((kinds.TEAM, kinds.SUPPLIER, kinds.PROVIDER))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Names:
    """Everything declared, by name, and which files each file sees (itself among them)."""

    visible: Mapping[str, frozenset[str]]
    blocks: Members = field(default_factory=lambda: defaultdict(list))
    staff: Members = field(default_factory=lambda: defaultdict(list))
    fields: Members = field(default_factory=lambda: defaultdict(list))
    priorities: Members = field(default_factory=lambda: defaultdict(list))
    flags: Members = field(default_factory=lambda: defaultdict(list))
    mapped_priorities: set[str] = field(default_factory=set)
    """Priorities that sources map to: they need no matrix where none is declared."""
    with_matrix: set[str] = field(default_factory=set)
    """The files that declare a priority matrix."""

    def called(self, path: tuple[str, ...], file: str, scopes: Sequence[Members] = ()) -> Iterator[Symbol]:
        """Yield what `path` may mean in `file`: members of the surrounding blocks first, then visible blocks."""
        for scope in scopes:
            yield from _below(scope.get(path[0], ()), path)
        seen = self.visible[file]
        for table in (self.blocks, self.staff):
            if path[0] in table:
                yield from _below([each for each in table[path[0]] if each.span.file in seen], path)

    def everywhere(self, path: tuple[str, ...]) -> Iterator[Symbol]:
        """Yield what `path` would mean if every file were imported."""
        for table in (self.blocks, self.staff):
            yield from _below(table.get(path[0], ()), path)
        if len(path) == 1:
            yield from self.fields.get(path[0], ())
            yield from self.priorities.get(path[0], ())
            yield from self.flags.get(path[0], ())

    def fitting(self, ref: Ref, file: str, scopes: Sequence[Members] = ()) -> list[Symbol]:
        """Return what `ref` may mean and is of a wanted kind, the nearest first."""
        found = [each for each in self.called(ref.path, file, scopes) if fits(each.kind, ref.to)]
        if len(ref.path) == 1:
            found.extend(self._words(ref.path[0], ref.to, file))
        return found

    def _words(self, name: str, to: tuple[str, ...], file: str) -> Iterator[Symbol]:
        """Yield what a single word may mean apart from blocks and members."""
        for kind in to:
            if name in WORDS.get(kind, ()) or (kind == kinds.FIELD and name in OWN_COLUMNS):
                yield Symbol(name=name, kind=kind, span=NOWHERE, node=None)
            elif kind in (kinds.FIELD, kinds.FLAG):
                table = self.fields if kind == kinds.FIELD else self.flags
                yield from (each for each in table.get(name, ()) if each.span.file in self.visible[file])
            elif kind == kinds.PRIORITY:
                yield from self._priority(name, file)

    def _priority(self, name: str, file: str) -> Iterator[Symbol]:
        """Yield a priority that a visible matrix mentions; where no matrix is visible, P0 to P9 and mapped ones."""
        seen = self.visible[file]
        if seen & self.with_matrix:
            yield from (each for each in self.priorities.get(name, ()) if each.span.file in seen)
        elif _USUAL_PRIORITY.fullmatch(name) or name in self.mapped_priorities:
            yield Symbol(name=name, kind=kinds.PRIORITY, span=NOWHERE, node=None)

    def parent(self, block: Declaration) -> Symbol | None:
        """Return what a block extends, or starts from."""
        if block.parent is None:
            return None
        return next(iter(self.fitting(block.parent, block.span.file)), None)

    def symbol(self, block: Declaration) -> Symbol:
        """Return the symbol of a declared block."""
        table = self.staff if block.keyword == "staff" else self.blocks
        return next(each for each in table[block.name.text] if each.node is block)


def _below(found: Iterable[Symbol], path: tuple[str, ...]) -> Iterable[Symbol]:
    """Descend from symbols to their members along the rest of a path."""
    for part in path[1:]:
        found = [member for each in found for member in each.members.get(part, ())]
    return found


def fits(kind: str, to: tuple[str, ...]) -> bool:
    """Whether a thing of `kind` may stand where one of `to` is wanted; a desk's people are called by its own name."""
    return kind in to or (kinds.STAFF in to and kind in _DESKS)


def table_of(files: Sequence[File]) -> Names:
    """Return the table of all that `files` declare."""
    names = Names(visible=_visible(files))
    for file in files:
        for each in symbols.fields_of(file):
            names.fields[each.name].append(each)
        for block in file.declarations:
            table = names.staff if block.keyword == "staff" else names.blocks
            table[block.name.text].append(symbols.of_block(block))
            _enter_words(names, block)
    return names


def _enter_words(names: Names, block: Declaration) -> None:
    """Enter what a block declares beside itself and its members."""
    if block.keyword == "priorities":
        names.with_matrix.add(block.span.file)
        for each in symbols.priorities_of(block):
            names.priorities[each.name].append(each)
    elif block.keyword == "escalation":
        for each in symbols.flags_of(block):
            names.flags[each.name].append(each)
    elif block.keyword == "source":
        names.mapped_priorities.update(_mapped_priorities(block))


def _mapped_priorities(block: Declaration) -> Iterator[str]:
    for statement in block.body:
        if isinstance(statement, Fact) and statement.name.value == "priority":
            value = statement.value
            cases = value.mapping.cases if isinstance(value, Column) and value.mapping else ()
            for mapped in (value, *(case.value for case in cases)):
                if isinstance(mapped, Ref):
                    yield mapped.text


def imported(file: File) -> Iterator[str]:
    """Yield the files that a file imports, named from the project's root as spans name them."""
    folder = posixpath.dirname(file.span.file)
    for each in file.imports:
        yield posixpath.normpath(posixpath.join(folder, each.path.value))


def _visible(files: Sequence[File]) -> dict[str, frozenset[str]]:
    direct = {file.span.file: tuple(imported(file)) for file in files}
    return {name: _reached(name, direct) for name in direct}


def _reached(start: str, direct: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    seen, pending = {start}, [start]
    while pending:
        for each in direct.get(pending.pop(), ()):
            if each not in seen:
                seen.add(each)
                pending.append(each)
    return frozenset(seen)

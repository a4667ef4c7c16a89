"""Which thing a name means: one table of everything declared, and what each file may see of it.

A folder is one specification, and a name is declared once in all of it. Yet a file sees only what it declares itself
and what its imports declare, directly or through theirs. Fields have a table of their own: a field may be called
like a team.
"""

from __future__ import annotations

import re
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
    from collections.abc import Iterable, Iterator, Sequence

    from slmdsl.contract.views import Views
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

_ALIKE_AT_MOST: Final = 4
"""Declarations of one name that are looked up: a second one is an error already, and a thousand cost time."""

_USUAL_PRIORITY = re.compile(r"P[0-9]")
_DESKS = frozenset((kinds.TEAM, kinds.SUPPLIER, kinds.PROVIDER))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Names:
    """Everything declared, by name. Of several declarations of one name only the first few are looked up."""

    views: Views
    blocks: Members = field(default_factory=dict)
    staff: Members = field(default_factory=dict)
    fields: Members = field(default_factory=dict)
    priorities: Members = field(default_factory=dict)
    flags: Members = field(default_factory=dict)
    doubled: list[tuple[Symbol, Symbol]] = field(default_factory=list)
    """Blocks and fields that are declared again, each with the first of its name."""
    symbols: dict[int, Symbol] = field(default_factory=dict)
    """The symbol of each block, by the block's identity."""
    mapped_priorities: set[str] = field(default_factory=set)
    """Priorities that sources map to: they need no matrix where none is declared."""

    def called(self, path: tuple[str, ...], file: str, scopes: Sequence[Members] = ()) -> Iterator[Symbol]:
        """Yield what `path` may mean in `file`: members of the surrounding blocks first, then visible blocks."""
        for scope in scopes:
            yield from _below(scope.get(path[0], ()), path)
        for table in (self.blocks, self.staff):
            if path[0] in table:
                yield from _below(self.seen(table, path[0], file), path)

    def everywhere(self, path: tuple[str, ...]) -> Iterator[Symbol]:
        """Yield what `path` would mean if every file were imported."""
        for table in (self.blocks, self.staff):
            yield from _below(table.get(path[0], ()), path)
        if len(path) == 1:
            for table in (self.fields, self.priorities, self.flags):
                yield from table.get(path[0], ())

    def seen(self, table: Members, name: str, file: str) -> list[Symbol]:
        """Return the entries of a name that `file` sees."""
        return [each for each in table.get(name, ()) if self.views.sees(file, each.span.file)]

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
                yield from self.seen(self.fields if kind == kinds.FIELD else self.flags, name, file)
            elif kind == kinds.PRIORITY:
                yield from self._priority(name, file)

    def _priority(self, name: str, file: str) -> list[Symbol]:
        """Return a priority that a visible matrix mentions; where no matrix is visible, P0 to P9 and mapped ones."""
        if self.views.sees_matrix(file):
            return self.seen(self.priorities, name, file)[:1]
        if _USUAL_PRIORITY.fullmatch(name) or name in self.mapped_priorities:
            return [Symbol(name=name, kind=kinds.PRIORITY, span=NOWHERE, node=None)]
        return []

    def parent(self, block: Declaration) -> Symbol | None:
        """Return what a block extends, or starts from."""
        if block.parent is None:
            return None
        return next(iter(self.fitting(block.parent, block.span.file)), None)

    def symbol(self, block: Declaration) -> Symbol:
        """Return the symbol of a declared block."""
        return self.symbols[id(block)]

    def enter(self, table: Members, symbol: Symbol) -> None:
        """Put a symbol into a table."""
        alike = table.setdefault(symbol.name, [])
        if alike:
            self.doubled.append((symbol, alike[0]))
        if len(alike) < _ALIKE_AT_MOST:
            alike.append(symbol)


def _below(found: Iterable[Symbol], path: tuple[str, ...]) -> Iterable[Symbol]:
    """Descend from symbols to their members along the rest of a path."""
    for part in path[1:]:
        found = [member for each in found for member in each.members.get(part, ())]
    return found


def fits(kind: str, to: tuple[str, ...]) -> bool:
    """Whether a thing of `kind` may stand where one of `to` is wanted; a desk's people are called by its own name."""
    return kind in to or (kinds.STAFF in to and kind in _DESKS)


def table_of(files: Sequence[File], views: Views) -> Names:
    """Return the table of all that `files` declare."""
    names = Names(views=views)
    for file in files:
        for each in symbols.fields_of(file):
            names.enter(names.fields, each)
        for block in file.declarations:
            symbol = symbols.of_block(block)
            names.symbols[id(block)] = symbol
            names.enter(names.staff if block.keyword == "staff" else names.blocks, symbol)
            _enter_words(names, block)
    return names


def _enter_words(names: Names, block: Declaration) -> None:
    """Enter what a block declares beside itself and its members."""
    if block.keyword == "priorities":
        for each in symbols.priorities_of(block):
            _mention(names.priorities, each)
    elif block.keyword == "escalation":
        for each in symbols.flags_of(block):
            _mention(names.flags, each)
    elif block.keyword == "source":
        names.mapped_priorities.update(_mapped_priorities(block))


def _mention(table: Members, symbol: Symbol) -> None:
    """Enter what a mention declares, once for each file."""
    alike = table.setdefault(symbol.name, [])
    if not alike or alike[-1].span.file != symbol.span.file:
        alike.append(symbol)


def _mapped_priorities(block: Declaration) -> Iterator[str]:
    for statement in block.body:
        if isinstance(statement, Fact) and statement.name.value == "priority":
            value = statement.value
            cases = value.mapping.cases if isinstance(value, Column) and value.mapping else ()
            for mapped in (value, *(case.value for case in cases)):
                if isinstance(mapped, Ref):
                    yield mapped.text

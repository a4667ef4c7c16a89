"""One pass over every node of every block: what each mention means, and what is wrong with those that mean nothing."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from slmdsl.contract.misnamed import Misnamed
from slmdsl.contract.names import OUTAGE_COLUMNS
from slmdsl.contract.resolved import Resolved
from slmdsl.contract.symbols import Symbol
from slmdsl.syntax.tree import kinds
from slmdsl.syntax.tree.common import Ref
from slmdsl.syntax.tree.populations import Outages
from slmdsl.syntax.tree.reports import Expects
from slmdsl.syntax.tree.studies import Scenarios, StepEdit
from slmdsl.syntax.tree.walk import refs, walk
from slmdsl.syntax.tree.work import Answers, Step, Stream, Works

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.names import Names
    from slmdsl.contract.symbols import Members
    from slmdsl.syntax.tree.common import Node
    from slmdsl.syntax.tree.file import Declaration, File

    Scopes = Sequence[Members]

_WORK = (Answers, Works)


def resolve(
    files: Sequence[File], names: Names, loads: Mapping[int, Symbol]
) -> tuple[Resolved, list[Diagnostic]]:
    """Return what every mention in `files` means, and a finding for each that means nothing or the wrong thing.

    `loads` is the load of each scenario, by the identity of its block.
    """
    resolver = _Resolver(files, names, loads)
    for file in files:
        for block in file.declarations:
            resolver.read(block)
    return Resolved(meaning=resolver.meaning, by_class=resolver.by_class), resolver.findings()


class _Resolver:
    """Walks blocks and keeps what it has found."""

    def __init__(self, files: Sequence[File], names: Names, loads: Mapping[int, Symbol]) -> None:
        self._names = names
        self._loads = loads
        self._misnamed = Misnamed(files, names)
        self.meaning: dict[int, Symbol] = {}
        self.by_class: dict[type[Node], list[tuple[Node, Declaration]]] = defaultdict(list)
        self.found: list[Diagnostic] = []

    def findings(self) -> list[Diagnostic]:
        """Return what was found, missing imports last."""
        return [*self.found, *self._misnamed.missing_imports()]

    def read(self, block: Declaration) -> None:
        for team in _teams_of_steps(block):
            if not self._names.fitting(team, block.span.file):
                self.found.extend(self._misnamed.findings(team, block, (), ()))
        for node, scopes in _scoped(block, self._names, self._loads):
            of_outages: set[int] = set()
            for each in walk(node):
                if type(each) is not Ref:
                    self.by_class[type(each)].append((each, block))
                    if type(each) is Outages and each.condition is not None:
                        of_outages.update(map(id, refs(each.condition)))
                elif each.text not in OUTAGE_COLUMNS or id(each) not in of_outages:
                    self._resolve(each, block, scopes)

    def _resolve(self, ref: Ref, block: Declaration, scopes: Scopes) -> None:
        symbol = _meant(self._names, ref, block, scopes)
        if isinstance(symbol, Symbol):
            self.meaning[id(ref)] = symbol
        else:
            self.found.extend(self._misnamed.findings(ref, block, scopes, symbol))


def _meant(names: Names, ref: Ref, block: Declaration, scopes: Scopes) -> Symbol | list[Symbol]:
    """Return the one thing that `ref` means; or else all that it may mean: none, or two kinds of thing."""
    fitting = names.fitting(ref, block.span.file, scopes)
    if not fitting:
        return fitting
    if kinds.PRIORITY in ref.to and len({each.kind for each in fitting}) > 1:
        return fitting
    return min(fitting, key=lambda each: _place(each.kind, ref.to)) if len(fitting) > 1 else fitting[0]


def _place(kind: str, to: tuple[str, ...]) -> int:
    return to.index(kind) if kind in to else len(to)


def _scoped(block: Declaration, names: Names, loads: Mapping[int, Symbol]) -> Iterator[tuple[Node, Scopes]]:
    """Yield the parts of a block with the members that its mentions may name without a dot, the nearest first."""
    for ref in (block.parent, block.of):
        if ref is not None:
            yield ref, ()
    if block.keyword == "load":
        own = names.symbol(block).members
        yield from ((each, _in_stream(each, own)) for each in block.body)
    elif block.keyword in ("scenario", "experiment", "improvement"):
        scopes = _of_loads(_loads_of(block, names, loads))
        for statement in block.body:
            yield from _edits(statement, names, scopes)
    else:
        own_scope = (names.symbol(block).members,)
        yield from ((each, own_scope) for each in block.body)


def _in_stream(statement: Node, load: Members) -> Scopes:
    if not isinstance(statement, Stream):
        return (load,)
    steps: Members = defaultdict(list)
    for stream in (each for named in load.values() for each in named if each.node is statement):
        steps.update(stream.members)
    return (steps, load)


def _edits(statement: Node, names: Names, scopes: Scopes) -> Iterator[tuple[Node, Scopes]]:
    """Yield a statement of a model, and the statements of an edited step with the other steps of its stream."""
    if isinstance(statement, Expects):
        yield statement.scenario, ()
        for edit in statement.edits:
            yield from _edits(edit, names, scopes)
    elif isinstance(statement, StepEdit):
        yield statement.step, scopes
        stream = Ref(path=statement.step.path[:-1], to=(kinds.STREAM,), span=statement.step.span)
        streams = names.fitting(stream, statement.span.file, scopes) if stream.path else []
        inner = (*(each.members for each in streams), *scopes)
        yield from ((each, inner) for each in statement.body)
    else:
        yield statement, scopes


def _of_loads(loads: Iterable[Symbol]) -> Scopes:
    """Return the members of loads; a step of any stream may be named without it."""
    scopes: list[Members] = []
    for load in loads:
        streams = [each for named in load.members.values() for each in named if each.kind == kinds.STREAM]
        scopes += [load.members, *(stream.members for stream in streams)]
    return scopes


def _loads_of(block: Declaration, names: Names, loads: Mapping[int, Symbol]) -> list[Symbol]:
    """Return the load that a scenario uses, or those of the scenarios that an experiment or improvement runs."""
    if block.keyword == "scenario":
        scenarios = [names.symbol(block)]
    else:
        mentioned: list[Ref] = []
        for statement in block.body:
            mentioned += statement.scenarios if isinstance(statement, Scenarios) else ()
            mentioned += (statement.scenario,) if isinstance(statement, Expects) else ()
        scenarios = [each for ref in mentioned for each in names.fitting(ref, block.span.file)]
    found = {load.name: load for each in scenarios if (load := loads.get(id(each.node)))}
    return list(found.values())


def _teams_of_steps(block: Declaration) -> Iterator[Ref]:
    """Yield, as mentions, the names of steps that stand for the team that works them (no `by`)."""
    for stream in block.body if block.keyword == "load" else ():
        for step in stream.body if isinstance(stream, Stream) else ():
            # A step that only waits needs nobody.
            if isinstance(step, Step) and not step.by and any(isinstance(each, _WORK) for each in step.body):
                yield Ref(path=(step.name.text,), to=(kinds.TEAM, kinds.SUPPLIER), span=step.name.span)

"""A walk over an LALR table, made for statements of a few tokens.

The tables are Lark's (see `tables`). Lark's own loop hashes a grammar rule in Python code for every reduction; here
each action holds its rule's builder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from slmdsl.syntax.tables.stored import RUN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from slmdsl.syntax.build.rules import Part
    from slmdsl.syntax.tables.stored import Tables

    Builder = Callable[[list[Part]], Part]
    Reduction = tuple[int, str, Builder | None]
    Actions = dict[str, int | Reduction]

END: Final = "$END"


class Table:
    """The states of a grammar: for each terminal the state after it, or how many parts are built into what.

    A reduction without a builder renames its only part and leaves it as it is. `builders` has the builder of each rule
    under its name.
    """

    __slots__ = ("starts", "states")

    def __init__(self, tables: Tables, builders: object) -> None:
        reductions = [
            (size, symbol, _builder(name, builders, has_run=has_run))
            for size, symbol, name, has_run in tables["rules"]
        ]
        self.starts: Final = tables["starts"]
        self.states: Final[list[Actions]] = [
            {name: goal if goal >= 0 else reductions[-1 - goal] for name, goal in actions.items()}
            for actions in tables["states"]
        ]


class _Run:
    """The parts that a `*` or `+` of the grammar has gathered."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[Any]) -> None:
        self.parts = parts


def _builder(name: str | None, builders: object, *, has_run: bool) -> Any:  # noqa: ANN401 - a run is no part, yet stands among them
    if name is None:
        return None
    build: Any = _Run if name == RUN else getattr(builders, name)
    return (lambda parts: build(_spread(parts))) if has_run else build


def _spread(parts: list[Any]) -> list[Any]:
    """Return the parts with those of a run in its place. A run that comes first is continued, not copied."""
    first = parts[0]
    spread: list[Any] = first.parts if isinstance(first, _Run) else [first]
    for part in parts[1:]:
        if isinstance(part, _Run):
            spread += part.parts
        else:
            spread.append(part)
    return spread


class Path:
    """The states that a statement's tokens lead through, with nothing built: to ask what could come next."""

    __slots__ = ("_end", "_stack", "_states")

    def __init__(self, table: Table, start: str) -> None:
        first, self._end = table.starts[start]
        self._states = table.states
        self._stack = [first]

    def after(self, terminals: Iterable[str]) -> Path | None:
        """Return the path with more terminals at its end, or None if they cannot stand there."""
        longer = object.__new__(Path)
        longer._end, longer._states, longer._stack = self._end, self._states, self._stack.copy()
        return longer if all(longer._take(terminal) for terminal in terminals) else None

    def accepted(self) -> frozenset[str]:
        """Return the terminals that can come next. A state's choices may promise more, as in every LALR table."""
        choices = [name for name in self._states[self._stack[-1]] if name.isupper()]
        return frozenset(name for name in choices if self.after([name]))

    def _take(self, terminal: str) -> bool:
        states, stack = self._states, self._stack
        while True:
            action = states[stack[-1]].get(terminal)
            if action is None:
                return False
            if isinstance(action, int):
                stack.append(action)
                return True
            del stack[-action[0] :]
            stack.append(states[stack[-1]][action[1]])  # type: ignore[arg-type] # after a reduction comes a state
            if terminal == END and stack[-1] == self._end:
                return True


class Walk:
    """The parsing of one statement: a stack of states and of what was built."""

    __slots__ = ("_end", "_parts", "_stack", "_states", "choices")

    def __init__(self, table: Table, start: str) -> None:
        self._states = table.states
        first, self._end = table.starts[start]
        self._stack = [first]
        self._parts: list[Any] = []
        self.choices: Actions = self._states[first]

    def take(self, terminal: str, part: Part) -> bool:
        """Take one token; False if it cannot stand here."""
        states, stack, parts = self._states, self._stack, self._parts
        while True:
            action = states[stack[-1]].get(terminal)
            if action is None:
                self.choices = states[stack[-1]]
                return False
            if isinstance(action, int):
                stack.append(action)
                parts.append(part)
                self.choices = states[action]
                return True
            size, name, build = action
            if size > 1:
                parts[-size:] = [build(parts[-size:])]  # type: ignore[misc] # only one part is renamed
                del stack[-size:]
            else:
                stack.pop()
                if build is not None:
                    parts[-1] = build(parts[-1:])
            stack.append(states[stack[-1]][name])  # type: ignore[arg-type] # after a reduction comes a state

    def finish(self) -> Any:  # noqa: ANN401 - what the start symbol's builder makes
        """Take the end of the statement and return what was built, or None if it cannot end here."""
        states, stack, parts = self._states, self._stack, self._parts
        while stack[-1] != self._end:
            action = states[stack[-1]].get(END)
            if action is None:
                return None
            size, name, build = action  # type: ignore[misc] # the end is never shifted
            if build is not None:
                parts[-size:] = [build(parts[-size:])]
            del stack[-size:]
            stack.append(states[stack[-1]][name])  # type: ignore[arg-type] # as above
        return parts[0].value

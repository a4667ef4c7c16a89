"""A walk over the LALR table that Lark computes, made for statements of a few tokens.

Lark's own loop hashes a grammar rule in Python code for every reduction; here the table holds each rule's builder. For
what was expected after a mistake, Lark's interactive parser is asked (see `expectations`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lark.parsers.lalr_analysis import Shift

if TYPE_CHECKING:
    from collections.abc import Callable

    from lark.parsers.lalr_interactive_parser import InteractiveParser

    from slmdsl.syntax.build.rules import Part

    Reduction = tuple[int, str, Callable[[list[Part]], Part]]
    Actions = dict[str, int | Reduction]

END: Final = "$END"


class Table:
    """The states of a grammar: for each terminal the state after it, or how many parts are built into what."""

    __slots__ = ("end_of", "start_of", "states")

    def __init__(self, parser: InteractiveParser) -> None:
        conf = parser.parser_state.parse_conf
        table = conf.parse_table
        callbacks: Any = conf.callbacks
        self.start_of: Final[dict[str, int]] = {str(name): state for name, state in table.start_states.items()}
        self.end_of: Final[dict[str, int]] = {str(name): state for name, state in table.end_states.items()}
        self.states: Final[dict[int, Actions]] = {}
        for state, actions in table.states.items():
            self.states[state] = {
                str(name): goal if action is Shift else (len(goal.expansion), str(goal.origin.name), callbacks[goal])
                for name, (action, goal) in actions.items()
            }


class Walk:
    """The parsing of one statement: a stack of states and of what was built."""

    __slots__ = ("_end", "_parts", "_stack", "_states", "choices")

    def __init__(self, table: Table, start: str) -> None:
        self._states = table.states
        self._stack = [table.start_of[start]]
        self._end = table.end_of[start]
        self._parts: list[Any] = []
        self.choices: Actions = self._states[self._stack[0]]

    def take(self, terminal: str, part: Part) -> bool:
        """Take one token; False if it cannot stand here."""
        states, stack, parts = self._states, self._stack, self._parts
        while True:
            action = states[stack[-1]].get(terminal)
            if action is None:
                return False
            if action.__class__ is int:
                stack.append(action)
                parts.append(part)
                self.choices = states[action]
                return True
            self._reduce(action)  # type: ignore[arg-type] # what is no shift is a reduction

    def finish(self) -> Any:  # noqa: ANN401 - what the start symbol's builder makes
        """Take the end of the statement and return what was built, or None if it cannot end here."""
        while True:
            action = self._states[self._stack[-1]].get(END)
            if action is None:
                return None
            self._reduce(action)  # type: ignore[arg-type] # the end is never shifted
            if self._stack[-1] == self._end:
                return self._parts[0].value

    def _reduce(self, reduction: Reduction) -> None:
        size, name, build = reduction
        stack, parts = self._stack, self._parts
        built = build(parts[-size:])
        del stack[-size:]
        parts[-size:] = [built]
        goal = self._states[stack[-1]][name]
        stack.append(goal)  # type: ignore[arg-type] # after a reduction comes a state

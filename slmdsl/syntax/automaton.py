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

    Reduction = tuple[int, str, Callable[[list[Part]], Part] | None]
    Actions = dict[str, int | Reduction]

END: Final = "$END"


class Table:
    """The states of a grammar: for each terminal the state after it, or how many parts are built into what.

    A reduction without a builder renames its only part and leaves it as it is.
    """

    __slots__ = ("end_of", "start_of", "states")

    def __init__(self, parser: InteractiveParser) -> None:
        conf = parser.parser_state.parse_conf
        table = conf.parse_table
        self.start_of: Final[dict[str, int]] = {
            str(name): state for name, state in table.start_states.items()
        }
        self.end_of: Final[dict[str, int]] = {str(name): state for name, state in table.end_states.items()}
        self.states: Final[dict[int, Actions]] = {
            state: {
                str(name): goal if action is Shift else _reduction(goal, conf.callbacks)
                for name, (action, goal) in actions.items()
            }
            for state, actions in table.states.items()
        }


def _reduction(rule: Any, builders: Any) -> Reduction:  # noqa: ANN401 - Lark's rules and callbacks have no public type
    size = len(rule.expansion)
    if not size:
        msg = f"the rule {rule.origin.name} of the grammar is empty"
        raise ValueError(msg)
    renames = size == 1 and rule.options.expand1 and not rule.alias
    return size, str(rule.origin.name), None if renames else builders[rule]


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

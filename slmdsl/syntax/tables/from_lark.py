"""The parse tables of a grammar, as Lark computes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lark import Lark
from lark.lexer import Lexer, PatternStr
from lark.parsers.lalr_analysis import Shift

from slmdsl.syntax.tables.stored import RUN, digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.syntax.tables.stored import Rule, Tables


class _Handed(Lexer):
    """Stands where Lark wants a lexer: tokens are handed to the parser one by one."""

    def __init__(self, _conf: object) -> None:
        return

    def lex(self, _lexer_state: object, _parser_state: object) -> Iterator[Any]:
        return iter(())


def parser(text: str, starts: Sequence[str], *, debug: bool = False) -> Lark:
    """Return Lark's parser of a grammar; with `debug`, it logs the grammar's conflicts."""
    return Lark(
        text,
        parser="lalr",
        lexer=_Handed,
        start=list(starts),
        keep_all_tokens=True,
        maybe_placeholders=False,
        debug=debug,
    )


def tables_of(text: str, starts: Sequence[str]) -> Tables:
    """Compute the tables of a grammar; the same text gives the same tables.

    Raises:
        ValueError: a rule takes nothing.
        lark.exceptions.LarkError: the text is no grammar, or not an unambiguous one.
    """
    lark = parser(text, starts)
    table: Any = lark.parse_interactive(start=starts[0]).parser_state.parse_conf.parse_table
    order = _order(table, starts)
    number = {state: position for position, state in enumerate(order)}
    rules: dict[Rule, int] = {}
    states = [
        {
            str(name): number[goal] if action is Shift else -1 - rules.setdefault(_rule(goal), len(rules))
            for name, (action, goal) in sorted(table.states[state].items())
        }
        for state in order
    ]
    terminals = sorted(lark.terminals, key=lambda terminal: str(terminal.name))
    return {
        "digest": digest_of(text, starts),
        "starts": {
            start: (number[table.start_states[start]], number[table.end_states[start]]) for start in starts
        },
        "keywords": {
            each.pattern.value: str(each.name) for each in terminals if isinstance(each.pattern, PatternStr)
        },
        "patterns": {
            str(each.name): each.pattern.to_regexp()
            for each in terminals
            if not isinstance(each.pattern, PatternStr)
        },
        "rules": list(rules),
        "states": states,
    }


def _order(table: Any, starts: Sequence[str]) -> list[int]:  # noqa: ANN401 - Lark's table has no public type
    """Return the states as they are met from the first: Lark's own numbers change from run to run."""
    order = [table.start_states[start] for start in starts]
    met = set(order)
    for state in order:
        for _, (action, goal) in sorted(table.states[state].items()):
            if action is Shift and goal not in met:
                met.add(goal)
                order.append(goal)
    return order


def _rule(rule: Any) -> Rule:  # noqa: ANN401 - as above
    size, origin = len(rule.expansion), str(rule.origin.name)
    if not size:
        msg = f"the rule {origin} of the grammar is empty"
        raise ValueError(msg)
    has_run = any(not each.is_term and each.name.startswith("_") for each in rule.expansion)
    if origin.startswith("_"):
        return size, origin, RUN, has_run
    renames = size == 1 and rule.options.expand1 and not rule.alias
    return size, origin, None if renames else str(rule.alias or origin), has_run

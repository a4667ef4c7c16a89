"""One statement's tokens to its node: LALR, with keywords told from names by where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from slmdsl.base.diagnostics import Fix
from slmdsl.syntax import codes, limits
from slmdsl.syntax.automaton import END
from slmdsl.syntax.build.rules import RefusedError
from slmdsl.syntax.expectations import Expectations, listed, meant_by, said
from slmdsl.syntax.grammars import CLAUSE_COMMA, grammar_of
from slmdsl.syntax.scan import BAD
from slmdsl.syntax.slips import slip_at, written_like

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.syntax.automaton import Walk
    from slmdsl.syntax.grammars import Grammar
    from slmdsl.syntax.tokens import Token

# A comma before these words, followed by one of these kinds or words, starts a clause and no further member of a list.
_CLAUSE_STARTS: Final[dict[str, frozenset[str]]] = {
    "from": frozenset({"DATE"}),
    "or": frozenset({"NUMBER"}),
    "minimum": frozenset({"NUMBER"}),
    "unknown": frozenset({"as"}),
    "data": frozenset({"loss"}),
    "maintenance": frozenset({"as"}),
    "excluding": frozenset({"maintenance"}),
    "counted": frozenset({"when"}),
    "within": frozenset({"NUMBER"}),
    "for": frozenset({"PERCENT"}),
    "at": frozenset({"most", "least", "end"}),
    "each": frozenset({"day", "week", "month", "quarter", "year", "rolling"}),
    "on": frozenset({"NAME"}),
    "per": frozenset({"NAME"}),
    "by": frozenset({"end", "minutes", "events", "slices", "mean", "user_minutes"}),
    "notice": frozenset({"NUMBER"}),
}
_NAMED: Final = frozenset({"NAME", "PATH", "HYPHENATED"})
# The same of the actions of an escalation: no other statement has them, so services may be called so.
_ACTION_STARTS: Final[dict[str, frozenset[str]]] = {
    "notify": _NAMED | {"STRING"},
    "reassign": frozenset({"to"}),
    "declare": _NAMED,
    "invoke": _NAMED,
}
# Words that are meant for others, where the others can stand and they cannot.
_MEANT: Final = {
    "every": "each",
    "each": "every",
    "fulfillment": "fulfilment",
    "reprioritized": "reprioritised",
    "to": "..",
    "till": "..",
}
_DAYS_AND_MONTHS: Final = frozenset(
    "mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec".split()
)


def parse_statement(tokens: Sequence[Token], start: str, report: Callable[[Diagnostic], None]) -> Any:  # noqa: ANN401 - any node
    """Return the node of one statement, or None after its mistake was reported.

    `start` is the start symbol of the block that the statement stands in. Every token gets its `type`.
    """
    grammar = grammar_of(start)
    if _is_too_large(tokens, report):
        return None
    walk = grammar.begin(start)
    clauses = _ACTION_STARTS if start == "escalation_statement" else _CLAUSE_STARTS
    try:
        for index, token in enumerate(tokens):
            taken = _take(grammar, walk, tokens, index, clauses)
            if not taken and not _take_meant(grammar, walk, token, report):
                if token.kind != BAD:
                    report(_unexpected(Expectations(grammar, start, tokens[:index]), tokens, index, start))
                return None
        node = walk.finish()
    except RefusedError as error:
        report(error.diagnostic)
        return None
    if node is None:
        report(_unfinished(Expectations(grammar, start, tokens), tokens))
    return node


def _is_too_large(tokens: Sequence[Token], report: Callable[[Diagnostic], None]) -> bool:
    if len(tokens) <= limits.DEPTH:
        return False
    if len(tokens) > limits.STATEMENT_TOKENS:
        message = (
            f"a statement may have {limits.STATEMENT_TOKENS} words and signs; this one has {len(tokens)}"
        )
        report(codes.STATEMENT_TOO_LONG.at(tokens[0].span, message))
        return True
    depth = 0
    for token in tokens:
        depth += (token.text in {"(", "not"}) - (token.text == ")")
        if depth > limits.DEPTH:
            report(codes.TOO_DEEP.at(token.span, f"parentheses may be nested {limits.DEPTH} deep"))
            return True
    return False


def _take(
    grammar: Grammar, walk: Walk, tokens: Sequence[Token], index: int, clauses: Mapping[str, frozenset[str]]
) -> bool:
    """Take a token as the first of its terminals that can stand here; False if none can.

    A state's choices may promise more than it keeps, as in every LALR table: then the next terminal is tried.
    """
    token = tokens[index]
    if token.text == "," and CLAUSE_COMMA in walk.choices:
        commas = (CLAUSE_COMMA, "COMMA")
        terminals: tuple[str, ...] = commas if _starts_clause(tokens, index + 1, clauses) else commas[::-1]
    else:
        terminals = grammar.candidates(token.kind, token.text)
    for terminal in terminals:
        if terminal in walk.choices:
            token.type = terminal
            token.silent = terminal in grammar.silent
            if walk.take(terminal, token):
                return True
    return False


def _starts_clause(tokens: Sequence[Token], index: int, starts: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether a clause, and no further member of the list, starts at `index`."""
    if _is_followed(tokens, index, starts, by_text=True):
        return True
    # `on at least 99%`: where the name would be, a clause starts, so `on` is itself a name.
    return _is_followed(tokens, index, starts) and not _is_followed(tokens, index + 1, starts)


def _is_followed(
    tokens: Sequence[Token], index: int, starts: Mapping[str, frozenset[str]], *, by_text: bool = False
) -> bool:
    """Whether the word at `index` is followed as one that starts a clause; `by_text`: by one of its own words."""
    if index + 1 >= len(tokens):
        return False
    following, after = starts.get(tokens[index].text, frozenset()), tokens[index + 1]
    return after.text in following or (not by_text and after.kind in following)


def _take_meant(grammar: Grammar, walk: Walk, token: Token, report: Callable[[Diagnostic], None]) -> bool:
    """Take the word that is surely meant by a wrong one, reporting it with a fix; False if there is none."""
    right = _MEANT.get(token.text)
    for terminal in () if right is None else grammar.candidates("SIGN" if right == ".." else "NAME", right):
        if terminal in walk.choices:
            token.type = terminal
            token.silent = terminal in grammar.silent
            if walk.take(terminal, token):
                fix = Fix(span=token.span, replacement=str(right), description=f"write `{right}`")
                message = f"`{token.text}` stands where `{right}` is meant"
                report(codes.WRONG_WORD.at(token.span, message, help=f"write `{right}`", fixes=(fix,)))
                return True
    return False


def _unexpected(expected: Expectations, tokens: Sequence[Token], index: int, start: str) -> Diagnostic:
    token = tokens[index]
    if token.kind == "HYPHENATED" and expected.terminals & {"NAME", "PATH", "WEEKDAY", "MONTH"}:
        return _hyphenated(token)
    near = meant_by(token.text, expected.words())
    fixes = [Fix(span=token.span, replacement=word, description=f"write `{word}`") for word in near]
    advice = f"did you mean `{near[0]}`?" if near else ""
    slip = slip_at(tokens, index, frozenset(expected.terminals), expected.words())
    if slip is not None:
        advice, fixes = slip.help, list(slip.fixes)
    words = expected.said()
    if index == 0:
        block = start.removesuffix("_statement").replace("_", " ")
        message = f"{said(token)} starts no statement of `{block}`"
        advice = advice or f"its statements start with {', '.join(words)}"
        return codes.UNKNOWN_STATEMENT.at(token.span, message, help=advice, fixes=fixes)
    if expected.terminals == {END}:
        message = f"the statement is complete before {said(token)}"
    else:
        message = f"expected {listed(words)}, not {said(token)}"
    words_of_help = advice or _misspelt_start(tokens[0], start) or written_like(tokens[0]) or ()
    return codes.UNEXPECTED.at(token.span, message, help=words_of_help, fixes=fixes)


def _misspelt_start(first: Token, start: str) -> str | tuple[()]:
    """Return a hint for a statement whose first word was taken for a name, and is close to a keyword."""
    if first.type == "NAME":
        near = meant_by(first.text, Expectations(grammar_of(start), start, ()).words())
        if near:
            return f"did you mean `{near[0]}` for {said(first)}?"
    return ()


def _hyphenated(token: Token) -> Diagnostic:
    parts = token.text.split("-")
    if len(parts) == 2 and set(parts) <= _DAYS_AND_MONTHS:  # noqa: PLR2004 - from and to
        replacement, message = (
            "..".join(parts),
            f"`{token.text}`: from one day to another is written with two dots",
        )
    else:
        replacement = token.text.replace("-", "_").replace("/", "_")
        message = f"`{token.text}` is no name: names have letters, digits and `_`"
    fix = Fix(span=token.span, replacement=replacement, description=f"write `{replacement}`")
    return codes.HYPHEN.at(token.span, message, help=f"write `{replacement}`", fixes=(fix,))


def _unfinished(expected: Expectations, tokens: Sequence[Token]) -> Diagnostic:
    last = tokens[-1]
    after = last.source.span(last.end, last.end + 1)
    return codes.INCOMPLETE.at(after, f"expected {listed(expected.said())} after {said(last)}")

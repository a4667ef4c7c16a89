"""The clauses of a target and of a rate in their one order, whatever order they were written in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slmdsl.syntax.grammars import CLAUSE_COMMA
from slmdsl.syntax.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BY: Final = "by"
_LIMIT: Final = "within"
_GOAL: Final = "for"
_BOUND: Final = "at most"
_FROM: Final = "from"
_VALUES: Final = (_LIMIT, _BOUND, _GOAL)
_AFTER_VALUES: Final = (
    *("data", "or", "each", "on", "excluding", "counted", "per", "maintenance", "minimum", "unknown"),
)
_PLACE: Final = {_BY: 0, **dict.fromkeys((*_VALUES, _FROM), 1)} | {
    kind: place for place, kind in enumerate(_AFTER_VALUES, start=2)
}
_WITH_COMMA: Final = frozenset({_FROM, "data", "or", "maintenance", "minimum", "unknown"})
_RATE_ORDER: Final = {word: place for place, word in enumerate(("varying", "correlated", "growing"))}


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause without the comma before it; `breaks` tells whether the line was broken after that comma."""

    kind: str
    tokens: tuple[Token, ...]
    breaks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """The tokens of a statement, and after which of them (by their places) the line breaks."""

    tokens: tuple[Token, ...]
    breaks: frozenset[int]


def arranged(tokens: Sequence[Token], breaks: frozenset[int], *, fixed: bool) -> Arranged:
    """Return a statement's tokens with its clauses in order; `fixed` keeps the order, since comments stand among them.

    `breaks` are the places of the commas after which the line breaks.
    """
    if fixed:
        return Arranged(tokens=tuple(tokens), breaks=breaks)
    first = tokens[0]
    if first.text == "target" and first.value is None:
        form, clauses = _cut(tokens, breaks)
        return _put_together(form, _in_order(clauses), breaks, _WITH_COMMA)
    if first.text == "rate" and first.value is None:
        return _rate(tokens, breaks)
    return Arranged(tokens=tuple(tokens), breaks=breaks)


# ---- targets --------------------------------------------------------------------------------------------------------


def _cut(tokens: Sequence[Token], breaks: frozenset[int]) -> tuple[Sequence[Token], list[Clause]]:
    """Return a target's tokens up to the end of its form, and the clauses after it."""
    starts = list(_starts(tokens))
    if not starts:
        return tokens, []
    clauses = []
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        own = tuple(tokens[start : len(tokens) if end == len(tokens) else _without_comma(tokens, end)])
        clauses.append(Clause(_kind(own), own, breaks=start - 1 in breaks))
    return tokens[: _without_comma(tokens, starts[0])], clauses


def _without_comma(tokens: Sequence[Token], start: int) -> int:
    """Return where the tokens before the clause at `start` end: before its comma, if it has one."""
    return start - 1 if tokens[start - 1].type == CLAUSE_COMMA else start


def _starts(tokens: Sequence[Token]) -> Iterable[int]:
    """Yield where clauses start. The form's own words are told from theirs by what the parser took them for."""
    at = 3  # `target name :`
    while at < len(tokens):
        token = tokens[at]
        if token.value is None and _begins(tokens, at):
            yield at
            at += _words_of(tokens, at)
        else:
            at += 1


def _begins(tokens: Sequence[Token], at: int) -> bool:
    word = tokens[at].text
    if word == "or":
        return tokens[at - 1].type == CLAUSE_COMMA
    return word in _PLACE or word == "at"


def _words_of(tokens: Sequence[Token], at: int) -> int:
    """Return how many tokens of the clause at `at` could be taken for the start of another one."""
    word = tokens[at].text
    if word == "by" and tokens[at + 1].text == "slices":
        level = next(place for place in range(at, len(tokens)) if tokens[place].text == "at")
        return level + 1 - at
    return {"data": 3, "by": 2, "excluding": 2}.get(word, 1)


def _kind(tokens: Sequence[Token]) -> str:
    first, second = tokens[0].text, tokens[1].text
    if first == "by":
        return _LIMIT if second == "end" else _BY
    if first == "at":
        return "each" if second == "end" else _BOUND
    return first


def _in_order(clauses: list[Clause]) -> list[Clause]:
    values = [clause for clause in clauses if _PLACE[clause.kind] == 1]
    others = [clause for clause in clauses if _PLACE[clause.kind] != 1]
    return sorted([*others, *_dated(values)], key=lambda clause: _PLACE[clause.kind])


def _dated(clauses: list[Clause]) -> list[Clause]:
    """Return limits, bounds and goals in order, those of a date after its `from`.

    What is said once holds from the beginning and stands after the other's dates; otherwise each date is said once.
    Where that would reorder dates, nothing is moved.
    """
    by_date: dict[str, tuple[list[Clause], list[Clause]]] = {"": ([], [])}
    date = ""
    for clause in clauses:
        if clause.kind == _FROM:
            date = clause.tokens[1].text
            if date in by_date and date != next(reversed(by_date)):
                return clauses
            by_date.setdefault(date, ([], []))[0].append(clause)
        else:
            by_date[date][1].append(clause)
    said = [clause.kind for clause in clauses if clause.kind != _FROM]
    if len(by_date) > 1 and len(set(said)) > 1 and any(said.count(kind) == 1 for kind in said):
        return _lone_last(by_date, said, clauses)
    return [
        clause
        for froms, values in by_date.values()
        for clause in [*froms[:1], *sorted(values, key=lambda value: _VALUES.index(value.kind))]
    ]


def _lone_last(
    by_date: dict[str, tuple[list[Clause], list[Clause]]], said: list[str], clauses: list[Clause]
) -> list[Clause]:
    """Return the clauses where one kind is dated and the other said once."""
    many = [kind for kind in _VALUES if said.count(kind) > 1]
    if len(many) != 1:
        return clauses
    chain: list[Clause] = []
    for froms, values in by_date.values():
        own = [value for value in values if value.kind == many[0]]
        if not own:
            return clauses
        chain += [*froms[:1], *own]
    lone = [clause for clause in clauses if clause.kind not in {_FROM, many[0]}]
    return [*lone, *chain] if many[0] == _GOAL else [*chain, *lone]


# ---- rates ----------------------------------------------------------------------------------------------------------


def _rate(tokens: Sequence[Token], breaks: frozenset[int]) -> Arranged:
    commas = [place for place, token in enumerate(tokens) if token.text == ","]
    if not commas:
        return Arranged(tokens=tuple(tokens), breaks=breaks)
    clauses = [
        Clause(tokens[comma + 1].text, tuple(tokens[comma + 1 : end]), breaks=comma in breaks)
        for comma, end in zip(commas, [*commas[1:], len(tokens)], strict=True)
    ]
    clauses.sort(key=lambda clause: _RATE_ORDER[clause.kind])
    return _put_together(tokens[: commas[0]], clauses, breaks, frozenset(_RATE_ORDER))


def _put_together(
    form: Sequence[Token], clauses: list[Clause], breaks: frozenset[int], with_comma: frozenset[str]
) -> Arranged:
    found = list(form)
    places = {place for place in breaks if place < len(form)}
    for clause in clauses:
        if clause.kind in with_comma or clause.breaks:
            last = found[-1]
            if clause.breaks:
                places.add(len(found))
            found.append(Token("SIGN", ",", last.end, last.end, last.source))
        found.extend(clause.tokens)
    return Arranged(tokens=tuple(found), breaks=frozenset(places))

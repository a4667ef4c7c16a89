"""Where the columns of a statement end: its head, and what else stands under its like in the lines around it.

Most statements of a block are properties: their first word is padded. Two spaces follow the longest of them, one where
the line reads on as a sentence (`supports acme_gold`, `gives up 3%`). Whole sentences are not padded at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slmdsl.syntax.tokens import Token


@dataclass(frozen=True, slots=True)
class Cell:
    """So many tokens that are padded to the longest of `column`, and `gap` spaces.

    With `least`, that width counts for the column "head" too: `priority in till` is still a line about `priority`.
    """

    tokens: int
    column: str
    gap: int
    least: int = 0


SENTENCE: Final[tuple[Cell, ...]] = ()
_PROPERTY: Final = (Cell(1, "head", 2),)
_TIGHT: Final = (Cell(1, "head", 1),)
_GROUPED: Final = {
    ("load", "incidents"): "stream",
    ("load", "requests"): "stream",
    ("load", "problems"): "stream",
    ("load", "changes"): "stream",
    ("load", "cause"): "cause",
    ("stream", "step"): "step",
    ("scenario", "step"): "step",
    ("improvement", "expects"): "step",
}
_KINDS: Final = {
    **dict.fromkeys(("provider", "customer", "supplier", "team"), "party"),
    **dict.fromkeys(("sla", "ola", "contract", "template"), "agreement"),
}
_SENTENCES: Final = {
    "file": frozenset({"slm", "import", "field"}),
    "party": frozenset({"known"}),
    "agreement": frozenset(
        {"exclude", "assumes", "fee", "cap", "no", "earn", "terminate", "example", "responsibility"}
    ),
    "load": frozenset({"component", "cause", "incidents", "requests", "problems", "changes", "uncertain"}),
    "stream": frozenset({"start", "waits", "step"}),
    "experiment": frozenset({"starts", "with"}),
    "source": frozenset({"trust"}),
}
_READ_ON: Final = {
    "party": frozenset({"contact"}),
    "agreement": frozenset({"supports"}),
    "staff": frozenset({"timezone", "holidays"}),
    "stream": frozenset({"feedback"}),
    "cause": frozenset({"raises"}),
}
_NOTHING: Final[frozenset[str]] = frozenset()


def inner_kind(kind: str, first: str) -> str:
    """Return the kind of the block that a statement starting with `first` opens in a block of `kind`."""
    if kind == "file":
        return _KINDS.get(first, first)
    return _GROUPED.get((kind, first), "")


def head_of(kind: str, tokens: Sequence[Token]) -> tuple[Cell, ...]:
    """Return the padded cells at the start of a statement in a block of `kind`; the rest of it follows them."""
    first = tokens[0].text
    special = _SPECIAL.get((kind, first)) or _SPECIAL.get((kind, ""))
    if special is not None:
        return special(tokens)
    if kind == "file" or first in _SENTENCES.get(kind, _NOTHING):
        return SENTENCE
    return _TIGHT if first in _READ_ON.get(kind, _NOTHING) else _PROPERTY


def _until(tokens: Sequence[Token], start: int, kind: str) -> int:
    """Return how many tokens stand from `start` up to the first of `kind`."""
    at = start
    while at < len(tokens) and tokens[at].type != kind:
        at += 1
    return at - start


def _target(tokens: Sequence[Token]) -> tuple[Cell, ...]:
    """`target p1_fix:`, then the measure if the form starts with one."""
    measured = len(tokens) > 3 and tokens[3].type == "MEASURE"  # noqa: PLR2004 - `target name :` are three
    name = Cell(3, "target", 1)
    return (name, Cell(1, "measure", 1)) if measured else (name,)


def _named(column: str) -> Callable[[Sequence[Token]], tuple[Cell, ...]]:
    """`credit mail_up`, `alert till_up`."""
    cells = (Cell(2, column, 2),)
    return lambda _tokens: cells


def _shift(tokens: Sequence[Token]) -> tuple[Cell, ...]:
    """`shift`, name, days, hours."""
    days = _until(tokens, 2, "TIME")
    hours = _until(tokens, 2 + days, "NUMBER")
    return (*_PROPERTY, Cell(1, "name", 2), Cell(days, "days", 1), Cell(hours, "hours", 2))


def _shift_end(_tokens: Sequence[Token]) -> tuple[Cell, ...]:
    return (Cell(1, "shift_end", 2),)


def _escalation(tokens: Sequence[Token]) -> tuple[Cell, ...]:
    """The trigger, up to what is done; the percentages of `at N% of` stand under each other."""
    first = tokens[0].text == "at"
    size = 2 if first else 0
    while size < len(tokens) and not (tokens[size].value is None and tokens[size].text in _ACTIONS):
        size += 1
    if first:
        return (Cell(2, "percent", 1), Cell(size - 2, "trigger", 1))
    return (Cell(0, "", 0), Cell(size, "trigger", 1))


_ACTIONS: Final = frozenset({"notify", "reassign", "declare", "invoke"})


def _impact(tokens: Sequence[Token]) -> tuple[Cell, ...]:
    return tuple(Cell(1, f"matrix {column}", 2) for column in range(len(tokens) - 1))


def _urgency(tokens: Sequence[Token]) -> tuple[Cell, ...]:
    """As a row of `_impact` whose second cell is empty."""
    levels = (Cell(1, f"matrix {column}", 2) for column in range(2, len(tokens)))
    return (Cell(1, "matrix 0", 2), Cell(0, "matrix 1", 2), *levels)


def _weights(tokens: Sequence[Token]) -> tuple[Cell, ...]:
    if tokens[0].type != "WEEKDAY":
        return _PROPERTY
    return (Cell(_until(tokens, 0, "TIME"), "head", 2),)


def _priority_mix(tokens: Sequence[Token]) -> tuple[Cell, ...]:
    within = tokens[1].value is None and tokens[1].text == "in"
    return (Cell(3 if within else 1, "priority", 2, least=len("priority  ")),)


def _business_days(_tokens: Sequence[Token]) -> tuple[Cell, ...]:
    return (Cell(2, "head", 2),)


def _gives_up(_tokens: Sequence[Token]) -> tuple[Cell, ...]:
    return (Cell(2, "head", 1),)


def _scenario(tokens: Sequence[Token]) -> tuple[Cell, ...]:
    first = tokens[0]
    return _PROPERTY if first.value is None and first.text in {"load", "slas"} else SENTENCE


_SPECIAL: Final[dict[tuple[str, str], Callable[[Sequence[Token]], tuple[Cell, ...]]]] = {
    ("agreement", "target"): _target,
    ("agreement", "credit"): _named("credit"),
    ("agreement", "alert"): _named("alert"),
    ("staff", "shift"): _shift,
    ("staff", "shift_end"): _shift_end,
    ("escalation", ""): _escalation,
    ("priorities", "impact"): _impact,
    ("priorities", "urgency"): _urgency,
    ("profile", ""): _weights,
    ("stream", "priority"): _priority_mix,
    ("calendar", "business"): _business_days,
    ("step", "gives"): _gives_up,
    ("scenario", ""): _scenario,
}

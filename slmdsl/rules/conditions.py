"""`where` conditions as masks over a log's tickets.

A comparison is worked out once for each distinct word of its column and then looked up by code. Truth has three
values, because a comparison with a missing fact is neither true nor false: FALSE < UNKNOWN < TRUE, so that `and` is
the minimum, `or` the maximum and `not` the distance from TRUE. Only TRUE selects.
"""

from __future__ import annotations

import operator
import re
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.base.units import DAY, HOUR, MILLISECOND, MINUTE, SECOND, Duration, Ratio
from slmdsl.events.columns import Coded
from slmdsl.syntax.tree.populations import And, Compare, In, IsKnown, IsMissing, Not, Word

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from slmdsl.events.columns import Tickets
    from slmdsl.syntax.tree.populations import Condition, Operand

    Truths = npt.NDArray[np.uint8]

FALSE, UNKNOWN, TRUE = 0, 1, 2

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_UNITS = {"ms": MILLISECOND, "s": SECOND, "min": MINUTE, "h": HOUR, "day": DAY, "week": 7 * DAY}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(ms|s|min|h|day|week)s?\b")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_SMALL = 4096
"""Counts below this are looked up in a table of all of them."""


def selected(condition: Condition, tickets: Tickets) -> npt.NDArray[np.bool_]:
    """Return which of n tickets `condition` selects (shape n): those for which it is known to be true.

    >>> from slmdsl.base.spans import NOWHERE
    >>> from slmdsl.events.columns import Tickets
    >>> from slmdsl.syntax.tree.common import Ref
    >>> known = IsKnown(field=Ref(path=("site",), to=("field",), span=NOWHERE), span=NOWHERE)
    >>> selected(known, Tickets.empty()).tolist()
    []
    """
    return np.equal(truths(condition, tickets), TRUE)


def truths(condition: Condition, tickets: Tickets) -> Truths:
    """Return FALSE, UNKNOWN or TRUE for each of n tickets (shape n)."""
    if isinstance(condition, Not):
        return TRUE - truths(condition.part, tickets)
    if isinstance(condition, Compare):
        return _compare(column(tickets, condition.field.text), condition.operator, condition.value)
    if isinstance(condition, In):
        found = column(tickets, condition.field.text)
        return reduce(np.maximum, [_compare(found, "=", value) for value in condition.values])
    if isinstance(condition, IsMissing | IsKnown):
        missing = column(tickets, condition.field.text).codes < 0
        return np.where(missing == isinstance(condition, IsMissing), TRUE, FALSE).astype(np.uint8)
    join = np.minimum if isinstance(condition, And) else np.maximum
    return reduce(join, [truths(part, tickets) for part in condition.parts])


def column(tickets: Tickets, name: str) -> Coded:
    """Return the column that a condition or `per` calls `name`: a declared field, or one of the ticket's own.

    A field that no source filled is missing everywhere.
    """
    if name in tickets.fields:
        return tickets.fields[name]
    if name in ("reopenings", "reassignments"):
        return _counted(getattr(tickets, name))
    if name in ("kind", "service", "priority", "customer", "group"):
        own: Coded = getattr(tickets, name)
        return own
    return Coded(codes=np.full(len(tickets), -1, dtype=np.int32), values=())


def _counted(numbers: npt.NDArray[np.int32]) -> Coded:
    """Return small counts as a column of words; a negative one is missing."""
    top = int(numbers.max(initial=-1))
    if top < _SMALL:
        return Coded(codes=numbers, values=tuple(map(str, range(top + 1))))
    distinct, codes = np.unique(np.maximum(numbers, -1), return_inverse=True)
    first = 1 if distinct[0] < 0 else 0
    return Coded(codes=codes.astype(np.int32) - first, values=tuple(map(str, distinct[first:].tolist())))


def _compare(found: Coded, sign: str, operand: Operand) -> Truths:
    wanted = operand.text if isinstance(operand, Word) else operand.value
    # The last place answers for code -1, a missing word.
    by_code = [_truth(sign, word, wanted) for word in found.values] + [UNKNOWN]
    return np.array(by_code, dtype=np.uint8)[found.codes]


def _truth(sign: str, word: str, wanted: object) -> int:
    """Compare a word of the data in the way of what it is compared with."""
    left, right = _read(word, wanted), _comparable(wanted)
    if left is not None:
        return TRUE if _OPERATORS[sign](left, right) else FALSE
    # A word that is no number differs from every number, and stands neither before nor after it.
    return {"=": FALSE, "!=": TRUE}.get(sign, UNKNOWN)


def _comparable(wanted: object) -> object:
    if isinstance(wanted, Duration):
        return wanted.wall_us
    return wanted.value if isinstance(wanted, Ratio) else wanted


def _read(word: str, wanted: object) -> object:
    """Read a word of the data as what `wanted` is, or return None."""
    try:
        if isinstance(wanted, int | Fraction):
            # Fraction would also read 1e999999999, and take forever.
            return Fraction(word.strip()) if _NUMBER.fullmatch(word.strip()) else None
        if isinstance(wanted, Ratio):
            return Ratio.parse(word.strip()).value
        if isinstance(wanted, date):
            return date.fromisoformat(word.strip()[:10])
    except ValueError:
        return None
    return _duration_us(word.strip()) if isinstance(wanted, Duration) else word


def _duration_us(text: str) -> int | None:
    """Read `1 h 30 min` as the language writes it, in microseconds; None if it is not a duration."""
    parts = _DURATION.findall(text)
    if not parts or _DURATION.sub("", text).strip():
        return None
    return int(sum(Fraction(number) * _UNITS[unit] for number, unit in parts))

"""`where` conditions as masks over a log's tickets.

A comparison is worked out once for each distinct word of its column and then looked up by code. Truth has three
values, because a comparison with a missing fact is neither true nor false: FALSE < UNKNOWN < TRUE, so that `and` is
the minimum, `or` the maximum and `not` the distance from TRUE. Only TRUE selects.
"""

from __future__ import annotations

import operator
import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from slmdsl.base.units import Duration, Ratio, duration_us, plain
from slmdsl.events.columns import Coded, Outages
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
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_SMALL = 4096
"""Counts below this are looked up in a table of all of them."""


def selected(condition: Condition, tickets: Tickets | Outages) -> npt.NDArray[np.bool_]:
    """Return which of n tickets `condition` selects (shape n): those for which it is known to be true.

    >>> from slmdsl.base.spans import NOWHERE
    >>> from slmdsl.events.columns import Tickets
    >>> from slmdsl.syntax.tree.common import Ref
    >>> known = IsKnown(field=Ref(path=("site",), to=("field",), span=NOWHERE), span=NOWHERE)
    >>> selected(known, Tickets.empty()).tolist()
    []
    """
    return np.equal(truths(condition, tickets), TRUE)


def truths(condition: Condition, tickets: Tickets | Outages) -> Truths:
    """Return FALSE, UNKNOWN or TRUE for each of n tickets (shape n)."""
    if isinstance(condition, Not):
        return TRUE - truths(condition.part, tickets)
    if isinstance(condition, Compare):
        found = column(tickets, condition.field.text)
        return _compare(found, condition.operator, _measured(tickets, condition.value))
    if isinstance(condition, In):
        found = column(tickets, condition.field.text)
        return reduce(
            np.maximum, [_compare(found, "=", _measured(tickets, each)) for each in condition.values]
        )
    if isinstance(condition, IsMissing | IsKnown):
        missing = column(tickets, condition.field.text).codes < 0
        return np.where(missing == isinstance(condition, IsMissing), TRUE, FALSE).astype(np.uint8)
    join = np.minimum if isinstance(condition, And) else np.maximum
    return reduce(join, [truths(part, tickets) for part in condition.parts])


def column(tickets: Tickets | Outages, name: str) -> Coded:
    """Return the column that a condition or `per` calls `name`: a declared field, or one of the ticket's own.

    A field that no source filled is missing everywhere. Outages have `service`, `planned`, `cause` and `share`.
    """
    if isinstance(tickets, Outages):
        return _of_outages(tickets, name)
    if name in tickets.fields:
        return tickets.fields[name]
    if name in ("reopenings", "reassignments"):
        return _counted(getattr(tickets, name))
    if name in ("kind", "service", "priority", "customer", "group"):
        own: Coded = getattr(tickets, name)
        return own
    return Coded(codes=np.full(len(tickets), -1, dtype=np.int32), values=())


def _of_outages(outages: Outages, name: str) -> Coded:
    if name == "planned":
        return Coded(codes=outages.planned.astype(np.int32), values=("false", "true"))
    if name == "share":
        shares, codes = np.unique(outages.share, return_inverse=True)
        return Coded(
            codes=codes.astype(np.int32), values=tuple(map(plain, map(_millionths, shares.tolist())))
        )
    return outages.service if name == "service" else outages.cause


def _measured(rows: Tickets | Outages, operand: Operand) -> Operand:
    """Return a percentage that outages are compared with as the number it is: their shares are numbers."""
    if isinstance(rows, Outages) and not isinstance(operand, Word) and isinstance(operand.value, Ratio):
        return replace(operand, value=operand.value.value)
    return operand


def _millionths(share: float) -> Fraction:
    return Fraction(round(share * 1_000_000), 1_000_000)


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
    return duration_us(word) if isinstance(wanted, Duration) else word

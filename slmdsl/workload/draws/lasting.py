"""What is drawn of a time that has lasted for a while: the rest of its distribution, inverted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from slmdsl.workload.draws.called import value_function
from slmdsl.workload.draws.values import MIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.workload.draws.values import Distributions

_HALVINGS: Final = 60
_LEAST: Final = 1e-12
"""The least share of a distribution that is still something to draw from."""
_LARGEST: Final = 1.0 - 2.0**-53


class Part(NamedTuple):
    """A distribution that is no mix (its row), the share of it that is over, and its share of what is left of all."""

    row: int
    over: float
    upto: float


class Rest(NamedTuple):
    """What is left of a distribution behind a value: `share` of it, by parts; without parts nothing is left."""

    share: float
    parts: tuple[Part, ...]


def rest_of(table: Distributions, row: int, passed: float) -> Rest:
    """Return what is left of a distribution behind a value, in its own unit.

    `rest_of(table, row, 0.0)` is all that is above 0.
    """
    left = [
        (part, over, weight * (1.0 - over))
        for part, weight in _parts(table, row)
        for over in [_share_up_to(table, part, passed)]
    ]
    whole = sum(weight for _, _, weight in left)
    if whole < _LEAST:
        return Rest(0.0, ())
    parts, upto = list[Part](), 0.0
    for part, over, weight in left:
        upto += weight / whole
        if weight > 0.0:
            parts.append(Part(part, over, upto))
    return Rest(whole, tuple(parts))


def value_of_rest(table: Distributions, rest: Rest, u: float, v: float) -> float:
    """Return the value that two uniforms mean in the rest of a distribution: `v` picks the part of a mix."""
    part = next((each for each in rest.parts if v < each.upto), rest.parts[-1])
    return value_function(table, part.row)(min(part.over + u * (1.0 - part.over), _LARGEST), 0.0)


def _parts(table: Distributions, row: int) -> Iterator[tuple[int, float]]:
    """Yield the rows that a distribution is mixed of, none of them a mix, with their shares."""
    waiting = [(row, 1.0)]
    while waiting:
        row, weight = waiting.pop()
        if table.family[row] != MIX:
            yield row, weight
            continue
        before = 0.0
        for part in range(int(table.first[row]), int(table.end[row])):
            upto = float(table.part_upto[part])
            waiting.append((int(table.part_row[part]), weight * (upto - before)))
            before = upto


def _share_up_to(table: Distributions, row: int, passed: float) -> float:
    """Return the share of a distribution that is not above a value."""
    value = value_function(table, row)
    if value(_LARGEST, 0.0) <= passed:
        return 1.0
    low, high = 0.0, _LARGEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if value(middle, 0.0) <= passed:
            low = middle
        else:
            high = middle
    return low

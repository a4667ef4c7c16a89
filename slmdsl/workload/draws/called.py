"""The functions of drawing for Python to call: compiled like those in kernels, and each for one kind of argument."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple, cast

from slmdsl.base.kernels import called_with
from slmdsl.workload.draws.entities import ticket_entity
from slmdsl.workload.draws.philox import uniform, uniforms
from slmdsl.workload.draws.quantiles import poisson_quantile
from slmdsl.workload.draws.shares import choice_of
from slmdsl.workload.draws.values import EMPIRICAL, MIX, Distributions, quantile_of, ticks_of, value_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

_KEYED = ("uint64",) * 5


class Drawing(NamedTuple):
    """The functions of drawing; arguments and results are those of the modules that they come from."""

    uniforms: Callable[[int, int, int, int, int], tuple[float, float]]
    uniform: Callable[[int, int, int, int, int], float]
    ticket_entity: Callable[[int, int, int, int], int]
    choice_of: Callable[[int, int, int, int, int, NDArray[np.uint32], NDArray[np.float64], int, int], int]
    quantile_of: Callable[[int, float, float, float, float], float]
    poisson_quantile: Callable[[float, float], int]
    ticks_of: Callable[[float, int], int]


@cache
def drawing() -> Drawing:
    """Return the functions of drawing, compiled when this is first called (machine code is kept for the next time).

    >>> drawing().uniforms(2**64 - 1, 1, 2, 3, 4) == drawing().uniforms(2**64 - 1, 1, 2, 3, 4)
    True
    """
    return Drawing(
        uniforms=called_with(uniforms, *_KEYED),
        uniform=called_with(uniform, *_KEYED),
        ticket_entity=cast("Callable[[int, int, int, int], int]", called_with(ticket_entity, *_KEYED[:4])),
        choice_of=called_with(choice_of, *_KEYED, "uint32[::1]", "float64[::1]", "int64", "int64"),
        quantile_of=called_with(quantile_of, "int64", *("float64",) * 4),
        poisson_quantile=called_with(poisson_quantile, "float64", "float64"),
        ticks_of=called_with(ticks_of, "float64", "int64"),
    )


def value_function(table: Distributions, row: int) -> Callable[[float, float], float]:
    """Return `value_of` for one row of a table: what two uniforms mean there.

    A call of a compiled function hands over each array of the table, which takes longer than the draw. A row that
    needs no arrays is drawn without.
    """
    family, a, b, c = int(table.family[row]), float(table.a[row]), float(table.b[row]), float(table.c[row])
    if family in (MIX, EMPIRICAL):
        return lambda u, v: value_of(table, row, u, v)
    quantile = drawing().quantile_of
    return lambda u, v: quantile(family, a, b, c, u)  # noqa: ARG005 - what it is called with

"""Distributions as a table of arrays, and the value that a uniform means in one of its rows."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from slmdsl.base.kernels import kernel_function
from slmdsl.contract.model.distributions import Measured, MixOf
from slmdsl.workload.draws.quantiles import (
    exponential_quantile,
    gamma_quantile,
    geometric_quantile,
    lognormal_quantile,
    pert_quantile,
    triangular_quantile,
    uniform_quantile,
    weibull_quantile,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from slmdsl.contract.model.distributions import Distribution

CONSTANT: Final = 0
EXPONENTIAL: Final = 1
LOGNORMAL: Final = 2
GAMMA: Final = 3
WEIBULL: Final = 4
UNIFORM: Final = 5
TRIANGULAR: Final = 6
PERT: Final = 7
GEOMETRIC: Final = 8
MIX: Final = 9
EMPIRICAL: Final = 10
_FAMILIES: Final = {
    "constant": CONSTANT,
    "exponential": EXPONENTIAL,
    "lognormal": LOGNORMAL,
    "gamma": GAMMA,
    "weibull": WEIBULL,
    "uniform": UNIFORM,
    "triangular": TRIANGULAR,
    "pert": PERT,
    "geometric": GEOMETRIC,
}

FAR_FUTURE: Final = 2**52
"""The most ticks that a drawn time takes: 142 million years of seconds, and sums of two thousand still fit int64."""
_FAR: Final = float(FAR_FUTURE)


class Distributions(NamedTuple):
    """Distributions by row: the first rows are those that were asked for, in order, then the parts of mixes.

    Parameters are those of `slmdsl.contract.model.distributions.Solved`. For a mix `first .. end` are its parts, for an
    empirical distribution its values; elsewhere both are 0.
    """

    family: NDArray[np.int64]
    a: NDArray[np.float64]
    b: NDArray[np.float64]
    c: NDArray[np.float64]
    first: NDArray[np.int64]
    end: NDArray[np.int64]
    part_row: NDArray[np.int64]
    part_upto: NDArray[np.float64]
    """The shares of a mix added up to and with each part; the last is 1."""
    values: NDArray[np.float64]
    """Measured values, ascending within a row."""


def distribution_table(distributions: Iterable[Distribution]) -> Distributions:
    """Return the table whose first rows are some distributions, in order.

    Raises:
        ValueError: If the values of a measured distribution have not been read.
    """
    waiting: list[Distribution] = list(distributions)
    rows: list[tuple[int, float, float, float, int, int]] = []
    parts: list[tuple[int, float]] = []
    values: list[float] = []
    for each in waiting:  # grows by the parts of mixes
        if isinstance(each, MixOf):
            first = len(parts)
            parts.extend(
                zip(range(len(waiting), len(waiting) + len(each.parts)), _added_up(each), strict=True)
            )
            waiting.extend(part for _, part in each.parts)
            rows.append((MIX, 0.0, 0.0, 0.0, first, len(parts)))
        elif isinstance(each, Measured):
            if not each.values:
                message = f"The values of {each.file!r} {each.column!r} have not been read."
                raise ValueError(message)
            first = len(values)
            values.extend(sorted(each.values))
            rows.append((EMPIRICAL, 0.0, 0.0, 0.0, first, len(values)))
        else:
            a, b, c = (*each.parameters, 0.0, 0.0)[:3]
            rows.append((_FAMILIES[each.family], a, b, c, 0, 0))
    return _table(rows, parts, values)


def _added_up(mix: MixOf) -> list[float]:
    """Return the shares added up, exactly until each is turned into a float."""
    whole = sum(share for share, _ in mix.parts)
    upto: list[float] = []
    so_far = 0 * whole
    for share, _ in mix.parts:
        so_far += share
        upto.append(float(so_far / whole))
    return upto


def _table(
    rows: list[tuple[int, float, float, float, int, int]], parts: list[tuple[int, float]], values: list[float]
) -> Distributions:
    family, a, b, c, first, end = zip(*rows, strict=True) if rows else ((),) * 6
    part_row, part_upto = zip(*parts, strict=True) if parts else ((),) * 2
    integers: Any = np.int64
    return Distributions(
        family=np.array(family, integers),
        a=np.array(a, np.float64),
        b=np.array(b, np.float64),
        c=np.array(c, np.float64),
        first=np.array(first, integers),
        end=np.array(end, integers),
        part_row=np.array(part_row, integers),
        part_upto=np.array(part_upto, np.float64),
        values=np.array(values, np.float64),
    )


@kernel_function
def value_of(table: Distributions, row: int, u: float, v: float) -> float:
    """Return the value that two uniforms mean: `v` picks the part of a mix (and what is left of it, a part's part)."""
    while table.family[row] == MIX:
        part, before = table.first[row], 0.0
        while part < table.end[row] - 1 and v >= table.part_upto[part]:
            before = table.part_upto[part]
            part += 1
        v = (v - before) / (table.part_upto[part] - before)
        row = table.part_row[part]
    if table.family[row] == EMPIRICAL:
        count = table.end[row] - table.first[row]
        return float(table.values[table.first[row] + min(int(u * count), count - 1)])
    return quantile_of(table.family[row], table.a[row], table.b[row], table.c[row], u)


@kernel_function
def quantile_of(family: int, a: float, b: float, c: float, u: float) -> float:
    """Return the quantile of a family that is neither a mix nor empirical, by its parameters in their order."""
    if family == LOGNORMAL:
        return lognormal_quantile(a, b, u)
    if family == EXPONENTIAL:
        return exponential_quantile(a, u)
    if family == GAMMA:
        return b * gamma_quantile(a, u)
    if family == WEIBULL:
        return weibull_quantile(a, b, u)
    if family == UNIFORM:
        return uniform_quantile(a, b, u)
    if family == TRIANGULAR:
        return triangular_quantile(a, b, c, u)
    if family == PERT:
        return pert_quantile(a, b, c, u)
    return geometric_quantile(a, u) if family == GEOMETRIC else a


@kernel_function
def ticks_of(value_us: float, tick_us: int) -> int:
    """Return how many ticks of `tick_us` microseconds a drawn time takes: half to even, 0 .. FAR_FUTURE.

    >>> [ticks_of(each * 1e6, 1_000_000) for each in (-3.0, 0.5, 1.5, 2.5, 2.51, 1e300)]
    [0, 0, 2, 2, 3, 4503599627370496]
    """
    ticks = value_us / tick_us
    if not ticks > 0.0:
        return 0
    if ticks >= _FAR:
        return FAR_FUTURE
    whole = floor(ticks)
    twice = 2.0 * (ticks - whole)
    return whole + 1 if twice > 1.0 or (twice == 1.0 and whole % 2 == 1) else whole

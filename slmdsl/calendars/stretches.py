"""Sets of time as sorted, disjoint, half-open stretches in two int64 arrays, and the algebra on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Int64 = npt.NDArray[np.int64]
    Places = npt.NDArray[np.intp]

FAR = 2**62
"""Later than any instant that is asked about (146,000 years); sums with one never overflow int64."""


class Stretches(NamedTuple):
    """n half-open stretches `[starts_us[i], ends_us[i])`, none empty."""

    starts_us: Int64
    ends_us: Int64


def merged(stretches: Stretches) -> Stretches:
    """Return the union of stretches in any order as sorted ones that neither overlap nor touch."""
    order = np.argsort(stretches.starts_us, kind="stable")
    starts_us = stretches.starts_us[order]
    reached_us = np.maximum.accumulate(stretches.ends_us[order])
    begins = np.ones(len(order), dtype=np.bool_)
    begins[1:] = starts_us[1:] > reached_us[:-1]
    firsts = np.flatnonzero(begins)
    # The last of a group stands before the first of the next one; for the last group that is place -1.
    return Stretches(starts_us[firsts], reached_us[np.roll(firsts, -1) - 1])


def complement(stretches: Stretches) -> Stretches:
    """Return all time outside merged stretches, from `-FAR` to `FAR`."""
    return Stretches(
        np.concatenate([np.array([-FAR]), stretches.ends_us]),
        np.concatenate([stretches.starts_us, np.array([FAR])]),
    )


def overlaps(these: Stretches, those: Stretches) -> tuple[Places, Places]:
    """Return every pair of places (in `these`, in `those`) that have time in common, in the order of `these`.

    `those` must be sorted and disjoint; `these` may be in any order and overlap each other.
    """
    first = np.searchsorted(those.ends_us, these.starts_us, side="right")
    count = np.searchsorted(those.starts_us, these.ends_us, side="left") - first
    before = np.cumsum(count) - count
    mine = np.repeat(np.arange(len(count)), count)
    return mine, np.arange(len(mine)) + (first - before)[mine]


def common(these: Stretches, those: Stretches) -> Stretches:
    """Return the time that lies in both, cut at the edges of either; `those` must be sorted and disjoint."""
    mine, theirs = overlaps(these, those)
    return Stretches(
        np.maximum(these.starts_us[mine], those.starts_us[theirs]),
        np.minimum(these.ends_us[mine], those.ends_us[theirs]),
    )

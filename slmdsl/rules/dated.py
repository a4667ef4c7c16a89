"""Values that change on dates: which one is in force."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import instant_us

if TYPE_CHECKING:
    from datetime import date

    import numpy.typing as npt

    from slmdsl.contract.model.agreements import Dated

T = TypeVar("T")


def in_force(dated: Dated[T], day: date) -> T:
    """Return the value that holds on a local date: the last whose date is not after it."""
    changes = [begins for begins, _, _ in dated.values[1:] if begins is not None]
    return dated.values[bisect_right(changes, day)][1]


def changes_us(dated: Dated[T], zone: str) -> npt.NDArray[np.int64]:
    """Return the instants (local midnight) from which the second and later values hold, in time order.

    `np.searchsorted(changes_us(dated, zone), instants, side="right")` is the place in `dated.values` of the value in
    force at each instant.
    """
    begins = [begins for begins, _, _ in dated.values[1:] if begins is not None]
    return np.array([instant_us(ZoneInfo(zone), day) for day in begins], dtype=np.int64)

"""The order of many instants, those that are equal as they stood: sorting by digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.kernels import kernel_function

if TYPE_CHECKING:
    from slmdsl.workload.plan import Int32, Int64

_BITS = 12
_DIGITS = 1 << _BITS


@kernel_function
def order_of(at: Int64, start: int, end: int) -> Int32:
    """Return the places of instants in `start .. end` (exclusive) by time, equal ones by place; fewer than 2**31."""
    count = len(at)
    order, spare = np.empty(count, np.int32), np.empty(count, np.int32)
    for i in range(count):
        order[i] = i
    shift = 0
    while (end - start - 1) >> shift > 0:
        begins = np.zeros(_DIGITS + 1, np.int64)
        for i in range(count):
            begins[((at[i] - start) >> shift & (_DIGITS - 1)) + 1] += 1
        for digit in range(_DIGITS):
            begins[digit + 1] += begins[digit]
        for i in range(count):
            digit = (at[order[i]] - start) >> shift & (_DIGITS - 1)
            spare[begins[digit]] = order[i]
            begins[digit] += 1
        order, spare = spare, order
        shift += _BITS
    return order

"""Choices among shares that move as little as possible when the shares do.

Each category has its own exponential time, keyed by its name, that runs as fast as its share is large; the first to end
is chosen. When a share grows at the cost of all others alike, only those change that must, all of them towards it; one
uniform put through cumulative shares moves about twice as many. Where one share grows at the cost of one other,
somewhat more change than must.
"""

from __future__ import annotations

from math import inf, log
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.kernels import kernel_function
from slmdsl.workload.draws.philox import uniform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from slmdsl.workload.draws.philox import Word

SPREAD = np.uint64(0x9E3779B1)
"""Keeps the way from a to b apart from the way back: a sum or an exclusive or of two names is the same in both.

An odd number near 2**32 over the golden ratio (D. Knuth, The Art of Computer Programming 3, 6.4).
"""


@kernel_function
def choice_of(
    key: Word,
    entity: Word,
    place: Word,
    visit: Word,
    purpose: Word,
    words: NDArray[np.uint32],
    shares: NDArray[np.float64],
    first: int,
    end: int,
) -> int:
    """Return which category between `first` and `end` (exclusive) is chosen, with chances as its shares; -1 if none is.

    `words` are the categories' `place_of(name)`, `shares` are above or at 0 in any unit: whoever has 0 is never
    chosen. The draw of a category has the place `place * SPREAD + word`, modulo 2**32. Of equals the first is chosen.
    """
    chosen, soonest = -1, inf
    for i in range(first, end):
        if shares[i] > 0.0:
            u = uniform(key, entity, np.uint64(place) * SPREAD + np.uint64(words[i]), visit, purpose)
            time = -log(u) / shares[i]
            if time < soonest:
                chosen, soonest = i, time
    return chosen

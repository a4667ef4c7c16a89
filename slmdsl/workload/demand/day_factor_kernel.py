"""The factor of a day: gamma with mean 1, days in a row alike.

The normal number behind a day's factor is a stationary autoregression written out as a sum over the days before, each
with a draw of its own that is named by the day. So no day depends on where the simulated time begins.
"""

from __future__ import annotations

from math import ceil, log, sqrt
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.gamma_function import gamma_quantile, gamma_shares, normal_quantile
from slmdsl.base.kernels import kernel_function
from slmdsl.workload.draws.entities import ticket_entity
from slmdsl.workload.draws.keys import DAY_BITS, Purpose
from slmdsl.workload.draws.philox import uniform

if TYPE_CHECKING:
    from slmdsl.workload.draws.philox import Word
    from slmdsl.workload.plan import Floats

_DAY_FACTOR = int(Purpose.DAY_FACTOR)
_DAY_MASK = (1 << DAY_BITS) - 1
_FORGOTTEN = 1e-12
"""What is left of a day's draw when it no longer counts."""
_NARROW = 10_000.0
"""From this shape on the cube of Wilson and Hilferty is the gamma distribution to six digits; its sums get long."""
_BELOW_ONE = 1.0 - 2.0**-53


@kernel_function
def day_factors(key: Word, stream: Word, first_day: int, varying: Floats, correlated: Floats) -> Floats:
    """Return a stream's factors by day (shape of `varying`), 1 where nothing varies.

    `varying` are coefficients of variation, `correlated` the correlations of a day with the one before (between -1 and
    1). `stream` is the hash of the stream's name.
    """
    days = len(varying)
    factors = np.ones(days)
    reach = 0
    for i in range(days):
        if varying[i] > 0.0:
            reach = max(reach, _reach(correlated[i]))
    drawn = np.zeros(days + reach)
    if np.any(varying > 0.0):
        for i in range(days + reach):
            day = (first_day - reach + i) & _DAY_MASK
            drawn[i] = normal_quantile(uniform(key, ticket_entity(stream, day, 0, 0), 0, 0, _DAY_FACTOR))
    for i in range(days):
        if varying[i] > 0.0:
            z, weight = 0.0, sqrt(1.0 - correlated[i] * correlated[i])
            for j in range(_reach(correlated[i]) + 1):
                z += weight * drawn[reach + i - j]
                weight *= correlated[i]
            factors[i] = _gamma_factor(1.0 / (varying[i] * varying[i]), z)
    return factors


@kernel_function
def _reach(correlated: float) -> int:
    """Return how many days before a day still count."""
    if correlated == 0.0:
        return 0
    return ceil(log(_FORGOTTEN) / log(abs(correlated)))


@kernel_function
def _gamma_factor(shape: float, z: float) -> float:
    if shape > _NARROW:
        root = max(1.0 - 1.0 / (9.0 * shape) + z / (3.0 * sqrt(shape)), 0.0)
        return root * root * root
    return gamma_quantile(shape, normal_share(z)) / shape


@kernel_function
def normal_share(z: float) -> float:
    """Return the share of the standard normal distribution below z, never quite 0 or 1."""
    # Half the square of such a number has the gamma distribution of shape 1/2.
    beyond = 0.5 * gamma_shares(0.5, 0.5 * z * z)[1]
    return min(1.0 - beyond, _BELOW_ONE) if z > 0.0 else max(beyond, 1e-300)

"""The distributions of a model while they are collected: each has a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.workload.draws.values import distribution_table
from slmdsl.workload.plan import NONE

if TYPE_CHECKING:
    from slmdsl.contract.model.distributions import Distribution
    from slmdsl.workload.draws.values import Distributions


class DistributionRows:
    """Gives distributions their rows in the order in which they are asked for."""

    def __init__(self) -> None:
        self._rows: dict[Distribution, int] = {}

    def of(self, distribution: Distribution | None) -> int:
        """Return the row of a distribution, -1 for none."""
        if distribution is None:
            return NONE
        return self._rows.setdefault(distribution, len(self._rows))

    def table(self) -> Distributions:
        """Return the table of all that were asked for so far.

        Raises:
            ValueError: the values of a measured distribution have not been read.
        """
        return distribution_table(self._rows)

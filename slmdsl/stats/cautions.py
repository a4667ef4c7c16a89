"""What a fit cannot be trusted in: values that travel beside the estimate; reports put them into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """One doubt about an estimate.

    Attributes:
        key: such as `few-values`: what reports find their sentence by.
        numbers: what the sentence says, by name: counts, shares (0 to 1), days.

    >>> Caution(key="few-values", numbers=(("count", 12),)).number("count")
    12
    """

    key: str
    numbers: tuple[tuple[str, float | str | date], ...] = ()

    def number(self, name: str) -> float | str | date:
        """Return one of the numbers.

        Raises:
            KeyError: there is none of that name.
        """
        return dict(self.numbers)[name]

"""How sure a load's parameters are: draws of them, each as likely as the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slmdsl.base.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """What a file says that a load's parameters may be: a row for each draw, a column for each parameter.

    `columns` are the parameters' paths as `slmdsl.contract.drawn` reads them, `rows` the factors, values and shares in
    their order. Both are empty until somebody reads the file: a check reads no tables.
    """

    file: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[float, ...], ...] = ()
    span: Span

    def row_of(self, replication: int) -> int:
        """Return which draw a replication has: the same for all that are run side by side.

        Raises:
            ValueError: there are no draws, or nobody has read them yet.
        """
        if not self.rows:
            message = f"`{self.file}` was not read"
            raise ValueError(message)
        return replication % len(self.rows)

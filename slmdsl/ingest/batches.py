"""What every reader of a file hands on: some rows of the needed columns, numbered, and the rows it could not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from slmdsl.events.columns import Int32


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of a file: `rows[i]` is the number (from 1) of row i of `frame`; `broken` are (row, reason) left out.

    `share` is how much of the file has been used, 0 to 1.
    """

    frame: pl.DataFrame
    rows: Int32
    broken: tuple[tuple[int, str], ...] = ()
    share: float = 1.0

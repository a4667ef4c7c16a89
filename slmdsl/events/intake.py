"""What became of the rows of sources: taken, refused, contradicted, ignored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LISTED = 10_000
"""How many refusals, and how many contradictions, of a source are listed one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A row of a source that was not taken, or was contradicted, and why.

    `row` counts data rows from 1 (header excluded) in the order of the file; 0 where no single row is meant.
    """

    source: str
    file: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many rows of a source met one fate for one reason. Unlike the listed refusals, tallies are complete."""

    source: str
    file: str
    fate: Literal["refused", "contradicted", "ignored", "unknown group"]
    reason: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What became of a source's rows: rows_in = rows_taken + rows_refused + rows_ignored."""

    source: str
    file: str
    rows_in: int
    rows_taken: int
    rows_ignored: int
    rows_refused: int

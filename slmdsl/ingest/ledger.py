"""The ledger of a file: each row is taken, ignored or refused, and every reason is counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from slmdsl.events.intake import LISTED, Intake, Refusal, Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

_MOST_REASONS = 1_000
_OTHER = "other reasons (only the first thousand are told apart)"

Fate = Literal["refused", "contradicted", "ignored", "unknown group"]


@dataclass(slots=True, eq=False)
class Ledger:
    """What becomes of the rows of one source's file, written while it is read."""

    source: str
    file: str
    rows_in: int = 0
    rows_ignored: int = 0
    rows_refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    contradictions: list[Refusal] = field(default_factory=list)
    counts: Counter[tuple[Fate, str]] = field(default_factory=Counter)

    def refuse(self, rows: npt.NDArray[np.integer] | Sequence[int], reason: str) -> None:
        """Count these rows as refused for one reason, and list them while there is room."""
        self.rows_refused += len(rows)
        self._write(self.refusals, rows, "refused", reason)

    def contradict(self, rows: npt.NDArray[np.integer] | Sequence[int], reason: str) -> None:
        """Count these rows as contradicted; they are taken all the same."""
        self._write(self.contradictions, rows, "contradicted", reason)

    def ignore(self, rows: int, reason: str) -> None:
        """Count rows that the source drops on purpose."""
        self.rows_ignored += rows
        self.count("ignored", reason, rows)

    def count(self, fate: Fate, reason: str, rows: int) -> None:
        """Add to a tally."""
        if rows:
            known = (fate, reason) in self.counts or len(self.counts) < _MOST_REASONS
            self.counts[fate, reason if known else _OTHER] += rows

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """The tallies, the largest first."""
        return tuple(
            Tally(source=self.source, file=self.file, fate=fate, reason=reason, rows=rows)
            for (fate, reason), rows in self.counts.most_common()
        )

    @property
    def intake(self) -> Intake:
        """The sums: in = taken + ignored + refused."""
        return Intake(
            source=self.source,
            file=self.file,
            rows_in=self.rows_in,
            rows_taken=self.rows_in - self.rows_ignored - self.rows_refused,
            rows_ignored=self.rows_ignored,
            rows_refused=self.rows_refused,
        )

    def _write(
        self, listed: list[Refusal], rows: npt.NDArray[np.integer] | Sequence[int], fate: Fate, reason: str
    ) -> None:
        self.count(fate, reason, len(rows))
        some = np.asarray(rows[: max(LISTED - len(listed), 0)]).tolist()
        listed += [Refusal(source=self.source, file=self.file, row=row, reason=reason) for row in some]

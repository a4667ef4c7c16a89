"""What a back-test says: one figure in one period, predicted and real, and how good all of them are together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import polars as pl

    from slmdsl.contract.model.agreements import Target
    from slmdsl.study.fit.model import LoadModel

Gauge = Literal["arrivals", "backlog", "median_resolution"]
"""What is compared of the desk beside its targets: tickets a week, open ones at its end, seconds from opening on."""

GAUGES: Final[tuple[Gauge, ...]] = ("arrivals", "backlog", "median_resolution")
COVERS: Final = 0.9
"""How much of what may happen a predicted range covers: from the 5 % to the 95 % quantile of the replications."""


class BacktestError(ValueError):
    """A log cannot be tested on; `help` says what to do."""

    def __init__(self, message: str, help_line: str = "") -> None:
        super().__init__(message)
        self.help = help_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One figure in one period. Shares are 0 to 1, times seconds (or business days), as in `PeriodVerdict`.

    Attributes:
        subject: the target, or what is compared of the desk.
        part: the value of `per`.
        weekly: whether it was judged by the week, though the target may not be.
        period: its name; it lasts from `from_us` to `to_us`.
        n: how many tickets were judged in truth.
        real: what happened.
        predicted: the median of the replications.
        low: their 5 % quantile; high: their 95 % quantile.
        said: how many replications say something of it.
        naive: what it was before: the last such period, or the last four weeks; None where there is nothing.
    """

    subject: Target | Gauge
    part: str | None
    weekly: bool
    period: str
    from_us: int
    to_us: int
    n: int
    real: float
    predicted: float
    low: float
    high: float
    said: int
    naive: float | None

    @property
    def name(self) -> str:
        """What is compared: a qualified name (a weekly one as its target is called), or a gauge."""
        subject = self.subject
        return subject if isinstance(subject, str) else subject.qualified

    @property
    def is_share(self) -> bool:
        """Whether its errors are points of a percentage."""
        return not isinstance(self.subject, str) and self.subject.is_share

    @property
    def error(self) -> float:
        """The prediction less the truth."""
        return self.predicted - self.real

    @property
    def naive_error(self) -> float | None:
        """What was before less the truth."""
        return None if self.naive is None else self.naive - self.real

    @property
    def covered(self) -> bool:
        """Whether the truth lies in the predicted range, its ends included."""
        return self.low <= self.real <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How good some predictions are together.

    Attributes:
        rows: how many there are.
        error: the mean absolute error, in the unit of their values.
        relative: the same as a share of the mean truth; None where that is 0.
        covered: the share of truths within their ranges.
        naive_error: the mean absolute error of taking what was before, over the same rows; None where one has nothing.
    """

    rows: int
    error: float
    relative: float | None
    covered: float
    naive_error: float | None


def score_of(rows: Iterable[Compared]) -> Score | None:
    """Return how good predictions are together; None where there are none.

    For example `score_of(row for row in test.rows if row.is_share and row.weekly).error`.
    """
    every = list(rows)
    if not every:
        return None
    naive = [each.naive_error for each in every]
    known = [abs(each) for each in naive if each is not None]
    error = sum(abs(each.error) for each in every) / len(every)
    truth = sum(abs(each.real) for each in every) / len(every)
    return Score(
        rows=len(every),
        error=error,
        relative=error / truth if truth else None,
        covered=sum(each.covered for each in every) / len(every),
        naive_error=sum(known) / len(known) if len(known) == len(every) else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backtest:
    """A forecast from the first part of a log, and how it fared.

    Attributes:
        model: what was fitted; None where a model was given.
        scenario: that was simulated.
        first: the first day that was predicted; last: the last one, both included, in `zone`.
        replications: how many; seed: their luck.
        carried: how many tickets were open at the beginning and taken over; left_out: more that the model has no place
            for.
        parameters: how many fitted parameters were drawn anew in each replication; 0: none.
        rows: by target and period, weekly ones after the others, then the gauges of the desk.
        drift: by how much shares moved between the halves of what was fitted on, in the mean; None where that is too
            short to tell.
        not_modelled: qualified names of targets that nothing is simulated for, and why.
    """

    model: LoadModel | None
    scenario: str
    first: date
    last: date
    zone: str
    replications: int
    seed: int
    carried: int
    left_out: int
    parameters: int
    rows: tuple[Compared, ...]
    not_modelled: dict[str, str]
    drift: float | None = None

    @property
    def table(self) -> pl.DataFrame:
        """One row for each figure and period, as a polars frame: what was predicted, what happened, what was before."""
        from slmdsl.study.backtest.frames import rows_frame  # noqa: PLC0415 - polars is loaded when frames are

        return rows_frame(self)

    def of(self, name: str, *, weekly: bool) -> tuple[Compared, ...]:
        """Return what is compared of a target (by its qualified name) or gauge, in the order of time."""
        return tuple(each for each in self.rows if each.name == name and each.weekly == weekly)

    def shares(self, *, weekly: bool) -> Score | None:
        """Return how good the levels of all targets that are shares are, by the week or by their own periods."""
        return score_of(each for each in self.rows if each.is_share and each.weekly == weekly)

"""What an evaluation answers: one row per target, part and period, and frames made from them when asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from slmdsl.contract.model.agreements import Target
    from slmdsl.events.log import EventLog
    from slmdsl.rules.binding import BoundRules


class Word(StrEnum):
    """The verdict on a target in a period."""

    MET = "met"
    MISSED = "missed"
    NO_DATA = "no_data"
    RUNNING = "running"
    NOT_MODELLED = "not_modelled"
    NOT_EVALUATED = "not_evaluated"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodVerdict:
    """One target in one period (and one part of `per`): a row of `Verdicts.targets`.

    Values, thresholds and bounds are ratios from 0 to 1 for shares and availability, seconds for durations (business
    days where the limit is in business days), and plain numbers in the target's unit for the rest. `n` and `met` count
    tickets, samples or answers, and whole minutes of known agreed time and of uptime for availability. Figures are
    net of exclusions; `gross_value` and `gross_n` are not. `best` and `worst` are what the value may still become,
    or may have been where time is unknown.
    """

    target: Target
    part: str | None = None
    period: str | None = None
    from_us: int | None = None
    to_us: int | None = None
    n: int = 0
    met: int = 0
    value: float | None = None
    low: float | None = None
    high: float | None = None
    threshold: float | None = None
    verdict: Word
    best: float | None = None
    worst: float | None = None
    gross_value: float | None = None
    unresolved: int = 0
    gross_n: int = 0
    excluded: int = 0
    cancelled: int = 0
    undecided: int = 0
    maintenance_us: int | None = None
    unknown_us: int | None = None
    cut: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpaidCredit:
    """An agreement whose credits are declared and not yet worked out."""

    agreement: str
    clause: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """The tickets and what they were judged by: enough to list them when somebody asks, since there may be millions."""

    bound: BoundRules
    log: EventLog


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdicts:
    """The answer of `slmdsl.evaluate`: verdicts per target and period, and what every ticket was judged to be.

    `periods` are the rows as they were counted; `targets`, `tickets`, `credits`, `escalations` are polars frames, made
    when first asked for. `not_evaluated` names what the agreements say and this version does not work out.
    """

    as_of_us: int
    periods: tuple[PeriodVerdict, ...]
    judged: Judged | None = None
    unpaid: tuple[UnpaidCredit, ...] = ()
    not_evaluated: tuple[str, ...] = ()
    _frames: dict[str, pl.DataFrame] = field(default_factory=dict, init=False, repr=False)

    @property
    def targets(self) -> pl.DataFrame:
        """One row for each target, part and period, in the order of the text."""
        return self._frame("targets")

    @property
    def tickets(self) -> pl.DataFrame:
        """One row for each ticket, target and cycle that the target judges or lists."""
        return self._frame("tickets")

    @property
    def credits(self) -> pl.DataFrame:
        """One row for each agreement with credits, which are not worked out yet: no amount, and a note that says so."""
        return self._frame("credits")

    @property
    def escalations(self) -> pl.DataFrame:
        """The escalation steps that fired: none are worked out yet, `not_evaluated` names the plans."""
        return self._frame("escalations")

    @property
    def all_kept(self) -> bool:
        """Whether no verdict is a miss."""
        return all(row.verdict is not Word.MISSED for row in self.periods)

    def _frame(self, name: str) -> pl.DataFrame:
        from slmdsl.evaluate.verdict_frames import frame_of  # noqa: PLC0415 - polars is loaded when frames are

        if name not in self._frames:
            self._frames[name] = frame_of(self, name)
        return self._frames[name]

    def _repr_html_(self) -> str:
        """Show the verdicts in a notebook."""
        return self.targets._repr_html_()

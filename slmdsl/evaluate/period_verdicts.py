"""What an evaluation says of one target in one period, and what it says beside: plain records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from slmdsl.contract.model.agreements import Target
    from slmdsl.evaluate.units.log import UnitLog
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
    tickets, samples, answers, events, slices or outages, and whole minutes of known agreed time and of uptime for
    availability by minutes (times users for users' minutes). Figures are
    net of exclusions; `gross_value` and `gross_n` are not. `best` and `worst` are what the value may still become,
    or may have been where time is unknown. `exact` is the value as credits compare it, in the unit of `Band.level`:
    like `value`, but microseconds where that is in seconds.
    """

    target: Target
    part: str | None = None
    period: str | None = None
    from_us: int | None = None
    to_us: int | None = None
    n: int = 0
    met: int = 0
    value: float | None = None
    exact: Fraction | None = None
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """The tickets and what they were judged by: enough to list them when somebody asks, since there may be millions.

    `units` are the parts of tickets (waits, stretches, stays) that targets judge, a log and its rules for each sort.
    """

    bound: BoundRules
    log: EventLog
    units: tuple[JudgedUnits, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JudgedUnits:
    """The units of one sort that tickets were cut into, and what they were judged by."""

    bound: BoundRules
    units: UnitLog

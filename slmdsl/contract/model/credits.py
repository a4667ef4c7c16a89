"""Fees, service credits, and what limits, returns or ends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.base.units import Money

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from slmdsl.base.spans import Span
    from slmdsl.contract.model.agreements import Period, PeriodUnit, Population


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeShare:
    """`2% of fee`, as a ratio."""

    share: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """`1.5 points`."""

    points: Fraction


CreditAmount = FeeShare | Points | Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """`fee EUR 42_000 each month`."""

    money: Money
    period: Period
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """`below 99.9% pays 2% of fee`, `above 2 h pays 1 point`: strictly beyond `level`.

    `level` is in the unit of the target's form: a ratio from 0 to 1, microseconds (business days where the target
    counts them), or a plain number.
    """

    below: bool
    level: Fraction
    pays: CreditAmount
    words: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class OnMiss:
    """`pays EUR 750 per miss`; without `per miss`, once for a missed period (`each_miss` is False)."""

    pays: CreditAmount
    each_miss: bool
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """`3 months in a row` (`of` is None), or `3 of 6 months`."""

    times: int
    of: int | None
    unit: PeriodUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRepetition:
    """`missed 3 months in a row pays 5% of fee`."""

    missed: Repetition
    pays: CreditAmount
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditClause:
    """What misses of one target pay. `target` is its name in the agreement."""

    target: str
    terms: tuple[Band | OnMiss | OnRepetition, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingMonths:
    """`each rolling 12 months`, as a cap counts them."""

    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """`cap credits 15% of fee each month`: the most that credits of a period, or of a rolling year, come to."""

    amount: CreditAmount
    period: Period | RollingMonths
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnBack:
    """`earn back p2 met 3 months in a row 50%`: the share of the target's credits that is returned."""

    target: str
    met: Repetition
    share: Fraction
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Termination:
    """`terminate when p2 missed 6 of 12 months`: when the receiver may end the agreement."""

    target: str
    missed: Repetition
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """`assumes incidents at most 3_000 each month, above it no credits because "..."`."""

    population: Population
    at_most: int
    period: Period
    reason: str | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPlan:
    """Everything that an agreement says of credits. `none_until` is the first day whose periods pay."""

    fees: tuple[Fee, ...]
    clauses: tuple[CreditClause, ...]
    caps: tuple[Cap, ...]
    none_until: date | None
    earn_backs: tuple[EarnBack, ...]
    terminations: tuple[Termination, ...]
    assumptions: tuple[Assumption, ...]

"""Fees, service credits and what else hangs on a miss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.base.units import Money
from slmdsl.syntax.tree.common import Literal, Node, Period, Ref

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from slmdsl.base.units import Duration, Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee(Node):
    """`fee EUR 42_000 each month`."""

    money: Literal[Money]
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentOfFee(Node):
    """`2% of fee`."""

    share: Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Points(Node):
    """`1.5 points`."""

    points: Fraction


Amount = PercentOfFee | Points | Literal[Money]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band(Node):
    """`below 99.9% pays 2% of fee`, `above 2 h pays 1 point`."""

    below: bool
    level: Literal[Ratio] | Literal[Duration] | Literal[Fraction]
    pays: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class PerMiss(Node):
    """`pays EUR 750 per miss`; without `per miss`, once for a missed period (`each_miss` is False)."""

    pays: Amount
    each_miss: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InARow(Node):
    """`missed 3 months in a row`."""

    times: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOf(Node):
    """`missed 3 of 6 months`."""

    times: int
    of: int
    unit: str


Repetition = InARow | OutOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated(Node):
    """`missed 3 months in a row pays 5% of fee`."""

    missed: Repetition
    pays: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit(Node):
    """`credit mail_up below 99.9% pays 2% of fee, ...`."""

    target: Ref
    terms: tuple[Band | PerMiss | Repeated, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CapLimit(Node):
    """`15% of fee each month`."""

    amount: Amount
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap(Node):
    """`cap credits 15% of fee each month, 10% of fee each rolling 12 months`."""

    limits: tuple[CapLimit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoCreditsUntil(Node):
    """`no credits until 2027-04-01`."""

    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnBack(Node):
    """`earn back p2 met 3 months in a row 50%`."""

    target: Ref
    met: Repetition
    share: Literal[Ratio]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminate(Node):
    """`terminate when p2 missed 6 of 12 months`."""

    target: Ref
    missed: Repetition

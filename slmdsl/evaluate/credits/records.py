"""What an evaluation says of credits: what each clause pays, what caps leave of it, and rights to terminate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fractions import Fraction

    from slmdsl.base.spans import Span

POINTS: Final = "points"
"""The unit of credits in points; that of money is its currency."""


class CreditKind(StrEnum):
    """Why a row of credits is there."""

    BAND = "band"
    MISS = "miss"
    PER_MISS = "per_miss"
    REPETITION = "repetition"
    EARN_BACK = "earn_back"
    TERMINATION = "termination"
    NOT_EVALUATED = "not_evaluated"


class Standing(StrEnum):
    """Whether a credit is given: one of a running period is shown and not summed, a withheld one pays nothing."""

    DUE = "due"
    SO_FAR = "so_far"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What one clause pays for one period of a target, or returns (then less than nothing).

    `amount` is exact, before caps, in minor units of the currency `unit` or in points; None, with no unit, where there
    is none: a right to terminate, a target that is not evaluated, a share of a fee that nobody says. `capped` is what
    caps leave of it, whole minor units or points; None where it is not given. `level` is as `PeriodVerdict.value`.
    """

    agreement: str
    target: str
    kind: CreditKind
    part: str | None = None
    period: str | None = None
    from_us: int | None = None
    to_us: int | None = None
    clause: Span
    level: float | None = None
    unit: str | None = None
    amount: Fraction | None = None
    standing: Standing = Standing.DUE
    capped: Fraction | None = None
    arithmetic: str = ""
    caps: str = ""
    note: str = ""

    @property
    def words(self) -> str:
        """The arithmetic, and the caps that it was held against."""
        return "; ".join(filter(None, (self.arithmetic, self.caps)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTotal:
    """What the credits of one period come to in one unit: the sum, what caps leave of it, what is earned back.

    Minor units of the currency `unit`, or points. `summed` is exact; `paid` is rounded half up to the minor unit, once.
    """

    agreement: str
    period: str
    unit: str
    summed: Fraction
    paid: Fraction
    returned: Fraction
    arithmetic: str

    @property
    def net(self) -> Fraction:
        """What is paid less what is returned."""
        return self.paid - self.returned


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditAccount:
    """All that an evaluation says of the credits of agreements, in the order of the text and of time."""

    credits: tuple[Credit, ...] = ()
    totals: tuple[CreditTotal, ...] = ()

    def __add__(self, other: CreditAccount) -> CreditAccount:
        return CreditAccount(credits=self.credits + other.credits, totals=self.totals + other.totals)

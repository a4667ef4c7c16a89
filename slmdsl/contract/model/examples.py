"""`example` lines: cases with the outcome that an agreement's parties expect of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime
    from fractions import Fraction

    from slmdsl.base.spans import Span
    from slmdsl.contract.model.credits import CreditAmount

Expected = Literal["met", "missed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleEvent:
    """`opened 2027-03-06 22:00`: a moment or phase, None for `still open`; `at` is local, without a zone."""

    what: str | None
    at: datetime
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketExample:
    """`example p1_fix opened ..., resolved ... met`. `target` is its name in the agreement."""

    target: str
    events: tuple[ExampleEvent, ...]
    outcome: Expected
    outcome_span: Span
    words: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelExample:
    """`example mail_up at 99.2% credits EUR 2_100`, or `... met`, `... missed`: one of `credits` and `outcome` is set.

    `level` is in the unit of the target's form: a ratio from 0 to 1, a plain number, microseconds, or business days
    (`in_business_days`).
    """

    target: str
    level: Fraction
    in_business_days: bool
    level_words: str
    level_span: Span
    credits: CreditAmount | None
    outcome: Expected | None
    outcome_span: Span
    words: str
    span: Span


Example = TicketExample | LevelExample

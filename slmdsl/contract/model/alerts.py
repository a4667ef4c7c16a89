"""Alerts on error budgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from slmdsl.base.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardAlert:
    """`alert till_up standard notify ...`: the usual ladder of burn rates, scaled to the target's window."""

    target: str
    recipients: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnAlert:
    """`alert checkout when burn > 10 over 30 min and 5 min notify ...`: all windows must exceed."""

    target: str
    burn: Fraction
    windows_us: tuple[int, ...]
    recipients: tuple[str, ...]
    span: Span


Alert = StandardAlert | BurnAlert
"""`target` is its name in the agreement; a recipient is `owner`, the full name of a party or contact, or an address."""

"""Builders of `calendar`: `grammar/calendars.lark`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.syntax.build import values
from slmdsl.syntax.build.rules import made, node
from slmdsl.syntax.tree import calendars as tree

if TYPE_CHECKING:
    from slmdsl.base.spans import Span
    from slmdsl.syntax.tokens import Token

open_weekly = made(tree.OpenWeekly, "days", "windows")
open_dated = made(tree.OpenDated, "days", "windows")
closed = node(lambda span, *days: tree.Closed(days=days, span=span))
closed_days = made(tree.ClosedDays, "days", "window")
business_days = made(tree.BusinessDays, "days")


@node
def yearly_day(span: Span, token: Token) -> tree.YearlyDay:
    """Build `every 12-26`."""
    month, day = values.month_day_of(token)
    return tree.YearlyDay(month=month, day=day, span=span)

"""Builders of `risk` and `contingency`: `grammar/risks.lark`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.syntax.build import values
from slmdsl.syntax.build.rules import made, node, silent, the
from slmdsl.syntax.tree import risks as tree
from slmdsl.syntax.tree.common import Every, Literal

if TYPE_CHECKING:
    from datetime import date

    from slmdsl.base.spans import Span
    from slmdsl.base.units import Ratio
    from slmdsl.syntax.tokens import Token

affects = made(tree.Affects, "what")
likelihood = made(tree.Likelihood, "times", "per", "during")
impact_outage = made(tree.ImpactOutage, "duration")
impact_staff = made(tree.ImpactStaff, "staff", "change", "duration")
impact_load = made(tree.ImpactLoad, "population", "factor", "duration")
treated = made(tree.Treatment, "contingency")
accepted = made(tree.Accepted, "reason")
when = made(tree.When, "condition")
until = made(tree.Until, "condition")
then_restore = made(tree.ThenRestore, "service", "within", "succeeds")
then_notify = made(tree.ThenNotify, "party", "within")
then_add = made(tree.ThenAddAgents, "agents", "staff", "after")
after = node(lambda _span, duration: duration)
agents = silent

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


@node
def month_range(span: Span, first: Token, last: Token | None = None) -> tree.MonthRange:
    """Build `during nov..feb`."""
    start, end = _MONTHS.index(first.text), _MONTHS.index((last or first).text)
    return tree.MonthRange(first=start + 1, last=end + 1, span=span)


def _signed(sign: int) -> object:
    def build(span: Span, percent: Token) -> Literal[Ratio]:
        return Literal(value=values.ratio_of(percent, sign), span=span)

    return node(build)


less = _signed(-1)
more = _signed(1)


@node
def every(span: Span, *parts: Token) -> Every:
    """Build `every 6 months` or `every year`."""
    count = values.whole_of(parts[0]) if len(parts) > 1 else 1
    return Every(count=count, unit=parts[-1].text.removesuffix("s"), span=span)


@dataclass(frozen=True, slots=True)
class _Last:
    day: date


last = node(lambda _span, day: _Last(values.date_of(day)))


@node
def rehearse(span: Span, every: Every, *rest: object) -> tree.Rehearse:
    """Build `rehearse every 6 months, last 2026-09-14`."""
    rehearsed = the(_Last, rest)
    return tree.Rehearse(every=every, last=None if rehearsed is None else rehearsed.day, span=span)

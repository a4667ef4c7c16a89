"""Whether what happened in the period is a signal, or noise that a target's figures always have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from slmdsl.contract.model.agreements import (
    Availability,
    CalendarPeriod,
    PeriodUnit,
    Restore,
    RollingPeriod,
    Share,
    Within,
)
from slmdsl.evaluate.period_verdicts import Word
from slmdsl.report.service.facts import sorted_by_part
from slmdsl.stats.control import LEAST, individuals_chart, share_chart, signals_since

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slmdsl.contract.model.agreements import Target
    from slmdsl.evaluate.period_verdicts import PeriodVerdict
    from slmdsl.report.service.facts import Facts, Line
    from slmdsl.stats.control import ControlChart

Finding = Literal["signal", "noise", "too_few"]

_MOST: Final = {PeriodUnit.DAY: 31, PeriodUnit.WEEK: 26}
_PERIODS: Final = 13
_FINAL: Final = (Word.MET, Word.MISSED, Word.NO_DATA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steadiness:
    """A line's points in order of time, and the chart of them; None with too few of them.

    `signals` are the places of points within the report's period that break a rule. `is_weekly`: the target's own
    periods are too few, or overlap, so that weeks stand for them. `is_in_period`: at least one point lies within it.
    `weeks`: all weeks that are known.
    """

    line: Line
    rows: tuple[PeriodVerdict, ...]
    weeks: tuple[PeriodVerdict, ...]
    chart: ControlChart | None
    signals: tuple[int, ...]
    is_weekly: bool
    is_in_period: bool

    @property
    def finding(self) -> Finding:
        """What can be said of the report's period."""
        if self.chart is None or not self.is_in_period:
            return "too_few"
        return "signal" if self.signals else "noise"


def steadiness(facts: Facts) -> tuple[Steadiness, ...]:
    """Return how steady each line is."""
    weeks: dict[tuple[str, str | None], list[PeriodVerdict]] = {}
    for row in sorted_by_part(facts.by_week):
        weeks.setdefault((row.target.qualified, row.part), []).append(row)
    return tuple(
        _steadiness(line, weeks.get((line.target.qualified, line.part), []), facts) for line in facts.lines
    )


def _steadiness(line: Line, weeks: list[PeriodVerdict], facts: Facts) -> Steadiness:
    stretch = facts.span.stretches[line.target.agreement]
    own = [] if isinstance(line.target.period, RollingPeriod) else list(_usable(line.past, stretch.to_us))
    by_week = list(_usable(weeks, stretch.to_us))
    is_weekly = len(own) < LEAST and len(by_week) >= LEAST
    rows = (by_week if is_weekly else own)[-_most(line.target, is_weekly=is_weekly) :]
    chart = _chart(line.target, rows) if len(rows) >= LEAST else None
    first = next((place for place, row in enumerate(rows) if (row.to_us or 0) > stretch.from_us), len(rows))
    signals = () if chart is None else tuple(signals_since(chart, first))
    return Steadiness(
        line=line,
        rows=tuple(rows),
        weeks=tuple(by_week),
        chart=chart,
        signals=signals,
        is_weekly=is_weekly,
        is_in_period=first < len(rows),
    )


def _usable(rows: Iterable[PeriodVerdict], to_us: int) -> Iterator[PeriodVerdict]:
    """Yield verdicts on periods that are over, whole, and have a value."""
    for row in rows:
        if (
            row.value is not None
            and row.n
            and row.verdict in _FINAL
            and not row.cut
            and (row.to_us or 0) <= to_us
        ):
            yield row


def _most(target: Target, *, is_weekly: bool) -> int:
    if is_weekly:
        return _MOST[PeriodUnit.WEEK]
    period = target.period
    return _MOST.get(period.unit, _PERIODS) if isinstance(period, CalendarPeriod) else _PERIODS


def counts_cases(target: Target) -> bool:
    """Whether a target's value is a share of independent cases, so that its counts tell how sure it is."""
    form = target.form
    # Minutes of uptime and slices come in runs: they are no independent cases, and a period's share is one value.
    return isinstance(form, Within | Share | Restore) or (
        isinstance(form, Availability) and form.method == "events"
    )


def _chart(target: Target, rows: list[PeriodVerdict]) -> ControlChart:
    if counts_cases(target):
        return share_chart(np.array([row.met for row in rows]), np.array([row.n for row in rows]))
    return individuals_chart(np.array([row.value for row in rows], dtype=np.float64))

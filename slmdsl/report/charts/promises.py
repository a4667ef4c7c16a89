"""What a target's attained level is measured in, and the level that is promised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import HOUR, SECOND
from slmdsl.contract.model.agreements import (
    Ageing,
    Availability,
    CalendarPeriod,
    Count,
    LongestOutage,
    OutageCount,
    Restore,
    SampledMetric,
    Score,
    Share,
    Statistic,
    Within,
)
from slmdsl.report.language import ENGLISH
from slmdsl.report.targets import promise_words

if TYPE_CHECKING:
    from datetime import date

    from slmdsl.contract.model.agreements import Dated, Limit, Target

_PERCENT: Final = 100.0
_SHARES: Final = {
    Within: "in time",
    Share: "share of tickets",
    Availability: "available",
    Restore: "restored in time",
}
_NUMBERS: Final = {OutageCount: "outages", Score: "score", Count: "tickets", Ageing: "tickets"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A target on paper.

    Attributes:
        name: `agreement.target`.
        sentence: what is promised, in words.
        period: how often it is judged, such as `month`.
        measure: what is attained, such as `in time` or `mean resolution`.
        unit: of a level on an axis: `%`, `h`, `business days`, a metric's own, or none.
        scale: what an attained value is multiplied with to be in that unit.
        at_most: whether the level may not be exceeded.
        levels: the promised levels in that unit: the first holds from the beginning, each further one from its date.
    """

    name: str
    sentence: str
    period: str
    measure: str
    unit: str
    scale: float
    at_most: bool
    levels: tuple[tuple[date | None, float], ...]

    def level_on(self, day: date) -> float | None:
        """Return the level that holds on a local date."""
        held = [level for begins, level in self.levels if begins is None or begins <= day]
        return held[-1] if held else None

    def figure(self, value: float | None) -> str:
        """Return an attained value in words, with its unit; nothing for None."""
        if value is None:
            return ""
        return f"{value * self.scale:,.2f}{f' {self.unit}' if self.unit else ''}"


def promise_of(target: Target) -> Promise:
    """Return what a target promises, in the units of a picture."""
    measure, unit, scale, at_most = _kind(target)
    period = target.period
    return Promise(
        name=target.qualified,
        sentence=promise_words(target, ENGLISH),
        period=period.unit.value if isinstance(period, CalendarPeriod) else f"rolling {period.days} days",
        measure=measure,
        unit=unit,
        scale=scale,
        at_most=at_most,
        levels=_levels(target, scale),
    )


def _kind(target: Target) -> tuple[str, str, float, bool]:
    """Return what is measured, its unit, the scale and whether less is better."""
    form = target.form
    at_most = target.is_at_most
    if target.is_share:
        return _SHARES[type(form)], "%", _PERCENT, at_most
    if isinstance(form, Statistic):
        return f"{form.word} {form.measure}", *_of_time(form.limit), at_most
    if isinstance(form, LongestOutage):
        return "longest outage", *_of_time(form.limit), at_most
    if isinstance(form, SampledMetric):
        return form.word, form.unit, 1.0, at_most
    return _NUMBERS.get(type(form), "attained"), "", 1.0, at_most


def _of_time(limit: Dated[Limit]) -> tuple[str, float]:
    if limit.values[0][1].duration.business_days:
        return "business days", 1.0
    return "h", SECOND / HOUR


def _levels(target: Target, scale: float) -> tuple[tuple[date | None, float], ...]:
    form = target.form
    if isinstance(form, Statistic | LongestOutage):
        return tuple((begins, _length(limit)) for begins, limit, _ in form.limit.values)
    goal = getattr(form, "goal", None)
    return tuple((begins, float(level) * scale) for begins, level, _ in goal.values) if goal else ()


def _length(limit: Limit) -> float:
    length = limit.duration
    return float(length.business_days) if length.business_days else length.wall_us / HOUR


def limit_hours(target: Target) -> float | None:
    """Return the first limit of a target on the axis of what is varied: in hours, or in days where it counts them.

    None for a target without a limit.
    """
    form = target.form
    if not isinstance(form, Within | Statistic | LongestOutage | Restore):
        return None
    length = form.limit.values[0][1].duration
    if length.business_days:
        return float(length.business_days)
    return float(length.days) if length.days and not length.us else length.wall_us / HOUR

"""Figures about gaps as words and cells: shares, ranges, classes and what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.base.units import DAY, HOUR, from_us
from slmdsl.report.document.tree import Cell, Trace
from slmdsl.study.gaps.classes import FIELD, WEEKDAYS

if TYPE_CHECKING:
    from slmdsl.report.document.tree import Tone
    from slmdsl.report.language import Language
    from slmdsl.study.gaps.pareto import ClassGap

NOTHING: Final = Cell(text="–")


def percent(share: float, say: Language) -> str:
    """Return a share in percent with a decimal: `20.5 %`."""
    return say.say("percent", n=f"{100 * share:.1f}")


def times(factor: float) -> str:
    """Return how many times as many: `2.3`; from ten on without decimals."""
    return f"{factor:.1f}" if factor < 10 else f"{factor:,.0f}"  # noqa: PLR2004 - as said


def by_words(dimension: str, say: Language) -> str:
    """Return a dimension in words: `by first group`, `by channel`."""
    if dimension.startswith(FIELD):
        return say.say("gaps.by.field", field=dimension.removeprefix(FIELD))
    return say.say(f"gaps.by.{dimension}")


def class_label(found: ClassGap, say: Language) -> str:
    """Return what a class is called in a table: `Group 70`, `Monday`, `09:00`, `Monday 09:00`, `2`."""
    if found.value is None:
        return say.say("gaps.unknown")
    if found.dimension == "weekday":
        return say.say(f"weekday.{WEEKDAYS.index(found.value)}")
    if found.dimension == "hour":
        return f"{found.value}:00"
    if found.dimension == "hour of week":
        day, _, hour = found.value.partition(" ")
        return f"{say.say(f'weekday.{WEEKDAYS.index(day)}')} {hour}:00"
    return found.value


def class_words(found: ClassGap, say: Language) -> str:
    """Return a class within a sentence: `the group Group 25`, `tickets opened on Monday`."""
    value = class_label(found, say)
    if found.dimension.startswith(FIELD):
        return say.say("gaps.what.field", field=found.dimension.removeprefix(FIELD), value=value)
    return say.say(f"gaps.what.{found.dimension}", value=value)


def count_cell(
    number: int, unit: str = "tickets", *, tickets: tuple[str, ...] = (), tone: Tone = "plain"
) -> Cell:
    """Return a number of things; `tickets` are the ids behind it."""
    trace = Trace(tickets=tickets) if tickets else None
    return Cell(text=f"{number:,}", value=number, unit=unit, tone=tone, trace=trace)


def share_cell(share: float | None, say: Language, *, tickets: tuple[str, ...] = ()) -> Cell:
    """Return a share; a dash where there is none."""
    if share is None:
        return NOTHING
    trace = Trace(tickets=tickets) if tickets else None
    return Cell(text=percent(share, say), value=share, unit="ratio", trace=trace)


def range_cell(low: float, high: float) -> Cell:
    """Return a range of shares in percent: `18.9–22.3`."""
    return Cell(text=f"{100 * low:.1f}–{100 * high:.1f}", value=f"{low:.6f}–{high:.6f}", unit="ratio")


def times_cell(factor: float | None) -> Cell:
    """Return how many times as many; a dash where nothing can be compared."""
    return NOTHING if factor is None else Cell(text=times(factor), value=factor, unit="times")


def signal_cell(*, is_signal: bool, chance: float, say: Language) -> Cell:
    """Return whether something is more than luck; the value is the false discovery rate."""
    text = say.say("gaps.signal.yes" if is_signal else "gaps.signal.no")
    return Cell(
        text=text, value=chance, unit="false discovery rate", tone="warning" if is_signal else "quiet"
    )


def hours_cell(us: int, count: int, *, whole: int = 0) -> Cell:
    """Return mean hours of `count` things; a dash for none."""
    if not count:
        return NOTHING
    hours = us / count / HOUR
    share = us / whole if whole else 0.0
    return Cell(text=f"{hours:,.1f}", value=us / count / 1_000_000, unit="seconds", tone=_weight(share))


def _weight(share: float) -> Tone:
    """Return how loud a part of the time is; half of it and more is."""
    return "warning" if share >= 0.5 else "plain"  # noqa: PLR2004 - as said


def day_cell(at_us: int) -> Cell:
    """Return the day (UTC) of an instant."""
    day = from_us(at_us // DAY * DAY).date()
    return Cell(text=day.isoformat(), value=day, unit="date")

"""The figures of a verdict, each in the unit of its target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from slmdsl.base.display import visible
from slmdsl.base.units import SECOND, clock_words
from slmdsl.contract.model.agreements import (
    Availability,
    LongestOutage,
    SampledMetric,
    Statistic,
)
from slmdsl.evaluate.period_verdicts import Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Target
    from slmdsl.evaluate.period_verdicts import PeriodVerdict

_MOST_DIGITS = 6

VERDICTS = {
    Word.MET: ("✓ met", "green"),
    Word.MISSED: ("✗ missed", "bold red"),
    Word.RUNNING: ("… running", "yellow"),
    Word.NO_DATA: ("– no data", "dim"),
    Word.NOT_MODELLED: ("○ not modelled", "dim"),
    Word.NOT_EVALUATED: ("○ not evaluated", "dim"),
}
"""Each verdict's words and colour, in the order in which they are counted."""


def verdict_text(word: Word) -> Text:
    """Return a verdict's word with its symbol, in its colour."""
    words, style = VERDICTS[word]
    return Text(words, style=style)


def of_unit(target: Target, count: int) -> str:
    """Return a count of what a target judges: `1,200` tickets, events or slices, `44,640 min` of agreed time."""
    is_time = isinstance(target.form, Availability) and target.form.method == "minutes"
    return f"{count:,}" + (" min" if is_time else "")


def figure(target: Target, value: float | None, *, threshold: float | None = None) -> str:
    """Return a value in the unit of its target: percent, a length of time, business days or a number.

    It has as many digits as it takes to tell it from the threshold, so that 89.996 % never stands as 90.00 % beside a
    miss of 90 %.
    """
    if value is None:
        return ""
    form = target.form
    if target.is_share:
        return f"{_rounded(100 * value, None if threshold is None else 100 * threshold, 2)} %"
    if isinstance(form, Statistic | LongestOutage):
        if form.limit.values[0][1].duration.business_days:
            return f"{_rounded(value, threshold, 2)} business days"
        return clock_words(round(value) * SECOND)
    return _rounded(value, threshold, 0) + (f" {form.unit}" if isinstance(form, SampledMetric) else "")


def mean_figure(target: Target, value: float | None) -> str:
    """Return a mean of several values in the unit of their target; one of counts or scores has decimals."""
    if value is None:
        return ""
    if target.is_share or isinstance(target.form, Statistic | LongestOutage):
        return figure(target, value)
    return f"{value:,.2f}" + (f" {target.form.unit}" if isinstance(target.form, SampledMetric) else "")


def _rounded(value: float, threshold: float | None, digits: int) -> str:
    texts = [f"{value:,.{more}f}" for more in range(digits, _MOST_DIGITS + 1)]
    if threshold is None or value == threshold:
        return texts[0]
    different = (text for more, text in enumerate(texts, digits) if text != f"{threshold:,.{more}f}")
    return next(different, texts[-1])


def promised(row: PeriodVerdict) -> str:
    """Return the threshold with its sign: `≥ 99.95 %`."""
    target, threshold = row.target, row.threshold
    if threshold is None:
        return ""
    form = target.form
    exact = f"{100 * threshold:.10g} %" if target.is_share else figure(target, threshold)
    if not target.is_share and not isinstance(form, Statistic | LongestOutage):
        exact = f"{threshold:,.10g}" + (f" {form.unit}" if isinstance(form, SampledMetric) else "")
    return f"{'≤' if target.is_at_most else '≥'} {exact}"


def interval(row: PeriodVerdict) -> str:
    """Return the 95 % interval of a value, where it has one.

    The ends have as many digits as it takes to tell them from the value: 99.96 % never stands beside 100.0–100.0.
    """
    if row.low is None or row.high is None:
        return ""
    if row.target.is_share:
        return _ends_of_share(row.low, row.high, row.value)
    return f"{figure(row.target, row.low)} – {figure(row.target, row.high)}"


def _ends_of_share(low: float, high: float, value: float | None) -> str:
    enough = (n for n in range(1, _MOST_DIGITS) if _told_apart(low, value, n) and _told_apart(high, value, n))
    digits = next(enough, _MOST_DIGITS)
    return f"{100 * low:.{digits}f}–{100 * high:.{digits}f}"


def _told_apart(end: float, value: float | None, digits: int) -> bool:
    return value is None or end == value or f"{100 * end:.{digits}f}" != f"{100 * value:.{digits}f}"


def beside(row: PeriodVerdict) -> Iterator[str]:
    """Yield what stands beside the value: what it may still become, who was left out, what is unknown."""
    if row.best is not None and row.worst is not None and row.best != row.worst:
        words = "can still become" if row.verdict is Word.RUNNING else "may have been"
        ends = sorted((row.worst, row.best))
        yield f"{words} {figure(row.target, ends[0])} to {figure(row.target, ends[1])}"
    for count, words in (
        (row.undecided, "undecided"),
        (row.unresolved, "unresolved"),
        (row.cancelled, "cancelled"),
        (row.excluded, "excluded"),
    ):
        if count:
            yield f"{count:,} {words}"
    if row.excluded and row.gross_value is not None:
        yield f"gross {figure(row.target, row.gross_value)}"
    if row.unknown_us:
        yield f"{clock_words(row.unknown_us)} unknown"
    if row.note:
        yield visible(row.note)

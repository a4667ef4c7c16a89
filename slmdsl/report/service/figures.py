"""Figures of a report as cells: each with its value, its unit and what it rests on."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from slmdsl.base.units import SECOND, Money, from_us, minor_digits
from slmdsl.contract.model.agreements import (
    Ageing,
    Availability,
    Count,
    LongestOutage,
    OutageCount,
    Restore,
    SampledMetric,
    Score,
    Statistic,
)
from slmdsl.evaluate.credits.records import POINTS
from slmdsl.evaluate.credits.terms import half_up
from slmdsl.evaluate.period_verdicts import Word
from slmdsl.report.document.tree import Cell, Trace

if TYPE_CHECKING:
    from fractions import Fraction

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.evaluate.period_verdicts import PeriodVerdict
    from slmdsl.report.document.tree import Tone
    from slmdsl.report.language import Language

MOST_DIGITS: Final = 6
NOTHING: Final = Cell(text="–")
TONES: Final[dict[Word, Tone]] = {Word.MET: "good", Word.MISSED: "bad", Word.RUNNING: "warning"}


def unit_of(target: Target) -> str:
    """Return the unit of a target's value, as `Cell.unit` has it."""
    form = target.form
    if target.is_share:
        return "ratio"
    if isinstance(form, Statistic | LongestOutage):
        return "business_days" if form.limit.values[0][1].duration.business_days else "seconds"
    if isinstance(form, SampledMetric):
        return form.unit or "number"
    return {Count: "tickets", Ageing: "tickets", OutageCount: "outages", Score: "score"}.get(
        type(form), "number"
    )


def counts_of(target: Target) -> str:
    """Return what a target counts: tickets, minutes of agreed time, events, slices, outages, answers, samples."""
    form = target.form
    if isinstance(form, Availability):
        return {"minutes": "minutes", "user_minutes": "minutes", "events": "events"}.get(
            form.method, "slices"
        )
    if isinstance(form, LongestOutage | OutageCount | Restore):
        return "outages"
    return {Score: "answers", SampledMetric: "samples"}.get(type(form), "tickets")


def value_words(target: Target, value: float | None, say: Language, threshold: float | None = None) -> str:
    """Return a value in its unit, with as many digits as tell it from the threshold.

    So 89.996 % never stands as 90.00 % beside a miss of 90 %.
    """
    if value is None:
        return NOTHING.text
    unit = unit_of(target)
    if unit == "ratio":
        return say.say("percent", n=_digits(100 * value, None if threshold is None else 100 * threshold, 2))
    if unit == "seconds":
        return say.clock_time(round(value) * SECOND)
    if unit == "business_days":
        return say.say("business_day.many", n=_digits(value, threshold, 2))
    least = 0 if unit in ("tickets", "outages") or float(value).is_integer() else 2
    digits = _digits(value, threshold, least)
    return f"{digits} {target.form.unit}" if isinstance(target.form, SampledMetric) else digits


def _digits(value: float, threshold: float | None, least: int) -> str:
    texts = [f"{value:,.{more}f}" for more in range(least, MOST_DIGITS + 1)]
    if threshold is None or value == threshold:
        return texts[0]
    different = (text for more, text in enumerate(texts, least) if text != f"{threshold:,.{more}f}")
    return next(different, texts[-1])


def trace_of(row: PeriodVerdict, tickets: tuple[str, ...] = ()) -> Trace:
    """Return what a figure of a verdict rests on."""
    return Trace(
        clause=row.target.span.where, target=row.target.qualified, period=row.period, tickets=tickets
    )


def value_cell(row: PeriodVerdict, say: Language, *, tone: Tone = "plain") -> Cell:
    """Return the net value of a verdict, exact where it is known exactly."""
    if row.value is None:
        return Cell(text=NOTHING.text, unit=unit_of(row.target), trace=trace_of(row))
    return Cell(
        text=value_words(row.target, row.value, say, row.threshold),
        value=_exact(row),
        unit=unit_of(row.target),
        tone=tone,
        trace=trace_of(row),
    )


def _exact(row: PeriodVerdict) -> Fraction | float | None:
    if row.exact is None:
        return row.value
    return row.exact / SECOND if unit_of(row.target) == "seconds" else row.exact


def plain_cell(row: PeriodVerdict, value: float | None, say: Language) -> Cell:
    """Return another value of a verdict, such as the gross one."""
    if value is None:
        return NOTHING
    return Cell(
        text=value_words(row.target, value, say, row.threshold),
        value=value,
        unit=unit_of(row.target),
        trace=trace_of(row),
    )


def promised_cell(row: PeriodVerdict, say: Language) -> Cell:
    """Return the threshold with its sign: `≥ 99.95 %`."""
    target, threshold = row.target, row.threshold
    if threshold is None:
        return NOTHING
    unit = unit_of(target)
    sign = "≤" if target.is_at_most else "≥"
    if unit == "ratio":
        words = say.say("percent", n=f"{100 * threshold:.10g}")
    elif unit in ("seconds", "business_days"):
        words = value_words(target, threshold, say)
    else:
        words = f"{threshold:,.10g}" + (
            f" {target.form.unit}" if isinstance(target.form, SampledMetric) else ""
        )
    return Cell(text=f"{sign} {words}", value=threshold, unit=unit, trace=trace_of(row))


def interval_cell(row: PeriodVerdict, say: Language) -> Cell:
    """Return the 95 % interval of a value, where it has one."""
    if row.low is None or row.high is None:
        return NOTHING
    if row.target.is_share:
        digits = next(
            (
                n
                for n in range(1, MOST_DIGITS)
                if _apart(row.low, row.value, n) and _apart(row.high, row.value, n)
            ),
            MOST_DIGITS,
        )
        words = say.say("percent", n=f"{100 * row.low:.{digits}f} – {100 * row.high:.{digits}f}")
    else:
        words = f"{value_words(row.target, row.low, say)} – {value_words(row.target, row.high, say)}"
    return Cell(
        text=words, value=f"{row.low:.6g} {row.high:.6g}", unit=unit_of(row.target), trace=trace_of(row)
    )


def _apart(end: float, value: float | None, digits: int) -> bool:
    return value is None or end == value or f"{100 * end:.{digits}f}" != f"{100 * value:.{digits}f}"


def number_cell(
    number: int, unit: str = "tickets", *, trace: Trace | None = None, tone: Tone = "plain"
) -> Cell:
    """Return a count."""
    return Cell(text=f"{number:,}", value=number, unit=unit, tone=tone, trace=trace)


def word_cell(word: Word, say: Language, trace: Trace | None = None) -> Cell:
    """Return a verdict in words."""
    return Cell(
        text=say.say(f"report.word.{word.value}"),
        value=word.value,
        tone=TONES.get(word, "quiet"),
        trace=trace,
    )


def length_cell(us: int | None, say: Language, trace: Trace | None = None) -> Cell:
    """Return a length of time."""
    if us is None:
        return NOTHING
    return Cell(text=length_words(us, say), value=timedelta(microseconds=us), unit="us", trace=trace)


def length_words(us: int, say: Language) -> str:
    """Return a length of time, negative ones with their sign."""
    return f"-{say.clock_time(-us)}" if us < 0 else say.clock_time(us)


def instant_cell(at_us: int | None, agreement: Agreement) -> Cell:
    """Return an instant on the agreement's wall clock."""
    if at_us is None:
        return NOTHING
    return Cell(text=instant_words(at_us, agreement), value=from_us(at_us), unit="instant")


def instant_words(at_us: int, agreement: Agreement) -> str:
    """Return an instant on the agreement's wall clock, to the minute where it has no seconds."""
    local = from_us(at_us).astimezone(ZoneInfo(agreement.zone))
    return f"{local:%Y-%m-%d %H:%M}" + (f":{local:%S}" if local.second else "")


def amount_cell(amount: Fraction | None, unit: str | None, say: Language, trace: Trace | None = None) -> Cell:
    """Return an amount of credits: money rounded to the minor unit, or points."""
    if amount is None or unit is None:
        return Cell(text=NOTHING.text, trace=trace)
    if unit == POINTS:
        return Cell(text=amount_words(amount, unit, say), value=amount, unit=POINTS, trace=trace)
    money = Money(currency=unit, minor=half_up(amount))
    return Cell(text=amount_words(amount, unit, say), value=money, unit=unit, trace=trace)


def amount_words(amount: Fraction, unit: str, say: Language) -> str:
    """Return an amount as people write it: `EUR 2,100.00`, `1.5 points`.

    >>> from slmdsl.report.language import ENGLISH
    >>> from fractions import Fraction
    >>> amount_words(Fraction(210_000), "EUR", ENGLISH), amount_words(Fraction(3, 2), "points", ENGLISH)
    ('EUR 2,100.00', '1.5 points')
    """
    if unit == POINTS:
        return say.counted(amount, "point")
    return money_words(Money(currency=unit, minor=half_up(amount)))


def money_words(money: Money) -> str:
    """Return money with all digits of its minor unit."""
    digits = minor_digits(money.currency)
    return f"{money.currency} {Decimal(money.minor).scaleb(-digits):,.{digits}f}"

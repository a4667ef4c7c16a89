"""The verdicts on a target as a history: one entry for each period that credits, repetitions and rights count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from slmdsl.base.local_time import instant_us, local_date
from slmdsl.contract.model.agreements import CalendarPeriod, PeriodUnit, RollingPeriod
from slmdsl.evaluate.period_verdicts import PeriodVerdict, Word
from slmdsl.rules.periods import PeriodGrid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from slmdsl.contract.model.agreements import Agreement, Period
    from slmdsl.contract.model.credits import Repetition

LENGTHS = tuple(PeriodUnit)
"""The units of calendar periods, the shortest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One period of a target: its verdicts (of all parts, of all windows that end in it) and the word they come to."""

    period: Period
    label: str
    from_us: int
    to_us: int
    first_day: date
    last_day: date
    word: Word
    rows: tuple[PeriodVerdict, ...]


def history_of(rows: Sequence[PeriodVerdict], agreement: Agreement, windows: PeriodUnit) -> tuple[Entry, ...]:
    """Return the history of one target, in time order.

    Windows of a rolling target overlap, and the same misfortune would be paid for anew each day: those that end in
    one calendar period of the unit `windows` are one entry.
    """
    judged = sorted((row for row in rows if row.from_us is not None), key=_when)
    if not judged:
        return ()
    if isinstance(judged[0].target.period, RollingPeriod):
        return tuple(_grouped(judged, agreement, windows))
    zone = ZoneInfo(agreement.zone)
    return tuple(
        _entry(tuple(group), str(label), span, zone)
        for (span, label), group in groupby(judged, key=lambda row: (_when(row), row.period))
    )


def by_unit(history: tuple[Entry, ...], agreement: Agreement, unit: PeriodUnit) -> tuple[Entry, ...]:
    """Return a history by longer periods, for `3 months in a row` of a weekly target; unchanged if none is longer.

    A longer period is missed if any period that begins in it is, kept if one is and none is missed, and running until
    its last day is judged.
    """
    if not history:
        return ()
    period = history[0].rows[0].target.period
    if not is_longer(CalendarPeriod(unit=unit), period):
        return history
    grid = PeriodGrid.of(CalendarPeriod(unit=unit), agreement)
    grouped = groupby(history, key=lambda entry: grid.number_of(entry.first_day))
    return tuple(_together(tuple(group), grid, number) for number, group in grouped)


def is_longer(period: Period, other: Period) -> bool:
    """Whether a calendar period is of a longer unit than another; rolling periods are shorter than any."""
    if isinstance(other, RollingPeriod) or isinstance(period, RollingPeriod):
        return not isinstance(period, RollingPeriod)
    return LENGTHS.index(period.unit) > LENGTHS.index(other.unit)


def repeated(history: Sequence[Entry], often: Repetition, word: Word) -> Iterator[tuple[Entry, int]]:
    """Yield each period and how many with the given word there are by then, as `often` counts them.

    In a row, periods without data neither break nor extend, and running ones are passed over. `N of M` counts the
    last M periods, this one among them.
    """
    streak = 0
    for place, entry in enumerate(history):
        if entry.word in (Word.MET, Word.MISSED):
            streak = streak + 1 if entry.word is word else 0
        if often.of is None:
            yield entry, streak
        else:
            last = history[max(place + 1 - often.of, 0) : place + 1]
            yield entry, sum(each.word is word for each in last)


def enough(history: Sequence[Entry], often: Repetition, word: Word) -> Iterator[tuple[Entry, int]]:
    """Yield the periods with the given word in which there are enough of them by then, and how many there are."""
    for entry, count in repeated(history, often, word):
        if entry.word is word and count >= often.times:
            yield entry, count


def _when(row: PeriodVerdict) -> tuple[int, int]:
    return row.from_us or 0, row.to_us or 0


def _entry(rows: tuple[PeriodVerdict, ...], label: str, span: tuple[int, int], zone: ZoneInfo) -> Entry:
    return Entry(
        period=rows[0].target.period,
        label=label,
        from_us=span[0],
        to_us=span[1],
        first_day=local_date(zone, span[0]),
        last_day=local_date(zone, span[1] - 1),
        word=_word([row.verdict for row in rows]),
        rows=rows,
    )


def _word(words: Sequence[Word]) -> Word:
    """Return what several verdicts come to: a miss of one is a miss, but while one is running nothing is said."""
    order = (Word.RUNNING, Word.MISSED, Word.MET, Word.NO_DATA)
    return next((word for word in order if word in words), Word.NOT_EVALUATED)


def _grouped(rows: list[PeriodVerdict], agreement: Agreement, unit: PeriodUnit) -> Iterator[Entry]:
    zone, grid = ZoneInfo(agreement.zone), PeriodGrid.of(CalendarPeriod(unit=unit), agreement)
    days = {row.to_us: local_date(zone, (row.to_us or 0) - 1) for row in rows}
    for number, group in groupby(rows, key=lambda row: grid.number_of(days[row.to_us])):
        windows = tuple(group)
        first, end = (grid.within_validity(grid.first_day(each)) for each in (number, number + 1))
        span = instant_us(zone, first), instant_us(zone, end)
        entry = _entry(windows, grid.label(number), span, zone)
        is_over = windows[-1].to_us == span[1]
        yield entry if is_over else _running(entry)


def _running(entry: Entry) -> Entry:
    return replace(entry, word=Word.RUNNING)


def _together(entries: tuple[Entry, ...], grid: PeriodGrid, number: int) -> Entry:
    end = grid.within_validity(grid.first_day(number + 1))
    is_over = entries[-1].last_day.toordinal() >= end.toordinal() - 1
    return Entry(
        period=CalendarPeriod(unit=grid.unit),
        label=grid.label(number),
        from_us=entries[0].from_us,
        to_us=entries[-1].to_us,
        first_day=entries[0].first_day,
        last_day=entries[-1].last_day,
        word=_word([each.word for each in entries]) if is_over else Word.RUNNING,
        rows=tuple(row for each in entries for row in each.rows),
    )

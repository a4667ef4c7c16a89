"""Verdicts as tables for a terminal: one per agreement, a block of rows per target."""

from __future__ import annotations

import textwrap
from collections import Counter
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from slmdsl.base.units import SECOND, clock_words
from slmdsl.contract.model.agreements import (
    Availability,
    Count,
    SampledMetric,
    Score,
    Share,
    Statistic,
    Within,
)
from slmdsl.evaluate.verdicts import Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.evaluate.verdicts import PeriodVerdict
    from slmdsl.events.log import EventLog, Tally

_SENTENCE_WIDTH = 44
_PART_WIDTH = 24
_MOST_DIGITS = 6

_WORDS = {
    Word.MET: ("✓ met", "green"),
    Word.MISSED: ("✗ missed", "bold red"),
    Word.RUNNING: ("… running", "yellow"),
    Word.NO_DATA: ("– no data", "dim"),
    Word.NOT_MODELLED: ("○ not modelled", "dim"),
    Word.NOT_EVALUATED: ("○ not evaluated", "dim"),
}


def verdict_tables(
    rows: Sequence[PeriodVerdict], agreements: Mapping[str, Agreement]
) -> Iterator[tuple[Text, Table]]:
    """Yield a heading and a table for each agreement that has verdicts."""
    for name, group in groupby(rows, key=lambda row: row.target.agreement):
        of_one = list(group)
        agreement = agreements[name]
        heading = Text.assemble((name, "bold"), f"  {agreement.title}", (f"  {agreement.span.where}", "dim"))
        yield heading, _table(of_one)


def _table(rows: Sequence[PeriodVerdict]) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    parts = any(row.part is not None for row in rows)
    table.add_column("target", max_width=_SENTENCE_WIDTH, no_wrap=True)
    if parts:
        table.add_column("for", max_width=_PART_WIDTH, overflow="fold")
    table.add_column("period", no_wrap=True)
    for name in ("n", "met", "value"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("95 %", justify="right", no_wrap=True)
    table.add_column("promised", justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("beside", overflow="fold")
    for target, group in groupby(rows, key=lambda row: row.target):
        for line, row in zip_longest(_promise(target), group):
            cells = [line or Text(), *(_cells(row, parts=parts) if row else ())]
            table.add_row(*cells)
        table.add_section()
    return table


def _promise(target: Target) -> Iterator[Text]:
    """Yield the target's name and its sentence, in lines beside its rows."""
    yield Text(target.name, style="bold")
    sentence = target.sentence.partition(":")[2].strip() or target.sentence
    for line in textwrap.wrap(sentence, _SENTENCE_WIDTH):
        yield Text(line, style="dim")


def _cells(row: PeriodVerdict, *, parts: bool) -> Iterator[Text]:
    target = row.target
    counted = row.verdict not in (Word.NOT_EVALUATED, Word.NOT_MODELLED)
    if parts:
        yield Text(row.part if row.part is not None else "")
    yield Text((row.period or "") + (" (part)" if row.cut else ""))
    yield Text(f"{row.n:,}" if counted else "")
    yield Text(f"{row.met:,}" if counted and row.value is not None and _is_share(target) else "")
    yield Text(figure(target, row.value, threshold=row.threshold))
    yield Text(_interval(row))
    yield Text(promised(row))
    yield verdict_text(row.verdict)
    yield Text(", ".join(beside(row)))


def verdict_text(word: Word) -> Text:
    """Return a verdict's word with its symbol, in its colour."""
    words, style = _WORDS[word]
    return Text(words, style=style)


def _is_share(target: Target) -> bool:
    return isinstance(target.form, Within | Share | Availability)


def figure(target: Target, value: float | None, *, threshold: float | None = None) -> str:
    """Return a value in the unit of its target: percent, a length of time, business days or a number.

    It has as many digits as it takes to tell it from the threshold, so that 89.996 % never stands as 90.00 % beside a
    miss of 90 %.
    """
    if value is None:
        return ""
    form = target.form
    if _is_share(target):
        return f"{_rounded(100 * value, None if threshold is None else 100 * threshold, 2)} %"
    if isinstance(form, Statistic):
        if form.limit.values[0][1].duration.business_days:
            return f"{_rounded(value, threshold, 2)} business days"
        return clock_words(round(value) * SECOND)
    return _rounded(value, threshold, 0) + (f" {form.unit}" if isinstance(form, SampledMetric) else "")


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
    at_most = isinstance(form, Statistic) or (
        isinstance(form, Share | Count | Score | SampledMetric) and form.at_most
    )
    exact = f"{100 * threshold:.10g} %" if _is_share(target) else figure(target, threshold)
    if not _is_share(target) and not isinstance(form, Statistic):
        exact = f"{threshold:,.10g}" + (f" {form.unit}" if isinstance(form, SampledMetric) else "")
    return f"{'≤' if at_most else '≥'} {exact}"


def _interval(row: PeriodVerdict) -> str:
    if row.low is None or row.high is None:
        return ""
    if isinstance(row.target.form, Within | Share):
        return f"{100 * row.low:.1f}–{100 * row.high:.1f}"
    return f"{figure(row.target, row.low)} – {figure(row.target, row.high)}"


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
        yield row.note


def verdict_counts(rows: Iterable[PeriodVerdict]) -> Text:
    """Return how many verdicts there are of each kind: `12 ✓ met, 1 ✗ missed`."""
    counts = Counter(row.verdict for row in rows)
    found = [(f"{counts[word]:,} ", verdict_text(word)) for word in _WORDS if counts[word]]
    parts = [Text.assemble(number, word) for number, word in found]
    return Text(", ").join(parts) if parts else Text("no verdicts")


def intake_lines(log: EventLog) -> Iterator[str]:
    """Yield, for each source, what became of its rows, and why some were refused."""
    for intake in log.intakes:
        yield (
            f"{intake.source} ({intake.file}): {intake.rows_in:,} rows in = {intake.rows_taken:,} taken"
            f" + {intake.rows_ignored:,} ignored + {intake.rows_refused:,} refused"
        )
        for tally in (each for each in log.tallies if each.source == intake.source):
            yield f"  {tally_words(tally)}"
    for tally in (each for each in log.tallies if each.source not in {one.source for one in log.intakes}):
        yield tally_words(tally)


def tally_words(tally: Tally) -> str:
    """Return one reason with its rows: `3 rows refused: "7" fits no line of priority`."""
    rows = "row" if tally.rows == 1 else "rows"
    if tally.fate == "unknown group":
        return f"{tally.rows:,} {rows} of the group {tally.reason}, which no team is known as"
    return f"{tally.rows:,} {rows} {tally.fate}: {tally.reason}"

"""Verdicts as tables for a terminal: one per agreement, a block of rows per target."""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, Literal

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from slmdsl.base.display import visible
from slmdsl.cli.tables.figures import (
    VERDICTS,
    beside,
    figure,
    interval,
    of_unit,
    promised,
    verdict_text,
)
from slmdsl.evaluate.period_verdicts import Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rich.console import Console, RenderableType

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.evaluate.period_verdicts import PeriodVerdict
    from slmdsl.events.intake import Tally
    from slmdsl.events.log import EventLog

_SENTENCE_WIDTH = 44
_PART_WIDTH = 24
_GAP = "  "
_SEPARATOR = "   "
_LEAST_BESIDE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    name: str
    justify: Literal["left", "right"] = "right"


_PART = _Column(name="for", justify="left")
_COLUMNS = (
    _Column(name="period", justify="left"),
    *(_Column(name=name) for name in ("n", "met", "value", "95 % range", "promised")),
    _Column(name="verdict", justify="left"),
)


def verdict_tables(
    rows: Sequence[PeriodVerdict], agreements: Mapping[str, Agreement], console: Console
) -> Iterator[RenderableType]:
    """Yield a heading and a table for each agreement that has verdicts.

    Where the console is too narrow for the promise and the notes beside the figures, these stand above and below them.
    """
    for name, group in groupby(rows, key=lambda row: row.target.agreement):
        of_one, agreement = list(group), agreements[name]
        yield Text.assemble(
            (name, "bold"), f"  {visible(agreement.title)}", (f"  {visible(agreement.span.where)}", "dim")
        )
        parts = any(row.part is not None for row in of_one)
        gaps = len(_SEPARATOR) * (len(_columns(parts=parts)) + 1)
        notes = max(_LEAST_BESIDE, *(len(", ".join(beside(row))) for row in of_one))
        needed = _SENTENCE_WIDTH + sum(_widths(of_one, parts=parts)) + gaps + notes
        yield (_wide if needed <= console.width else _narrow)(of_one, parts=parts)


def _columns(*, parts: bool) -> tuple[_Column, ...]:
    return (_PART, *_COLUMNS) if parts else _COLUMNS


def _widths(rows: Sequence[PeriodVerdict], *, parts: bool) -> list[int]:
    """Return how wide each column must be for its name and all its cells."""
    cells = zip(*(_cells(row, parts=parts) for row in rows), strict=True)
    return [
        max(len(column.name), *(cell.cell_len for cell in own))
        for column, own in zip(_columns(parts=parts), cells, strict=True)
    ]


def _cells(row: PeriodVerdict, *, parts: bool) -> Iterator[Text]:
    target = row.target
    counted = row.verdict not in (Word.NOT_EVALUATED, Word.NOT_MODELLED)
    if parts:
        part = visible(row.part or "")
        yield Text(part if len(part) <= _PART_WIDTH else f"{part[: _PART_WIDTH - 1]}…")
    yield Text((row.period or "") + (" (part)" if row.cut else ""))
    yield Text(of_unit(target, row.n) if counted else "")
    yield Text(of_unit(target, row.met) if counted and row.value is not None and target.is_share else "")
    yield Text(figure(target, row.value, threshold=row.threshold))
    yield Text(interval(row))
    yield Text(promised(row))
    yield verdict_text(row.verdict)


def promise_words(target: Target) -> str:
    """Return what a target promises, without its name."""
    return visible(target.sentence.partition(":")[2].strip() or target.sentence)


def _wide(rows: Sequence[PeriodVerdict], *, parts: bool) -> Table:
    """Return a table with the promise's lines beside the rows of its periods."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("target", no_wrap=True)
    for column in _columns(parts=parts):
        table.add_column(column.name, justify=column.justify, no_wrap=True)
    table.add_column("notes", overflow="fold")
    for target, group in groupby(rows, key=lambda row: row.target):
        promise = [Text(target.name, style="bold")]
        promise += [Text(line, style="dim") for line in textwrap.wrap(promise_words(target), _SENTENCE_WIDTH)]
        for line, row in zip_longest(promise, group):
            cells = (*_cells(row, parts=parts), Text(", ".join(beside(row)))) if row else ()
            table.add_row(line or Text(), *cells)
        table.add_section()
    return table


def _narrow(rows: Sequence[PeriodVerdict], *, parts: bool) -> Group:
    """Return the promise above the rows of its periods, and what stands beside a row below it."""
    columns = _columns(parts=parts)
    widths = _widths(rows, parts=parts)
    names = [Text(column.name, style="bold") for column in columns]
    lines: list[RenderableType] = [_aligned(names, columns, widths)]
    for target, group in groupby(rows, key=lambda row: row.target):
        lines += [Text(), Text.assemble((target.name, "bold"), _GAP, (promise_words(target), "dim"))]
        for row in group:
            lines.append(_aligned(list(_cells(row, parts=parts)), columns, widths))
            words = ", ".join(beside(row))
            lines += [Padding(Text(words), (0, 0, 0, 6))] if words else []
    return Group(*lines)


def _aligned(cells: Sequence[Text], columns: Sequence[_Column], widths: Sequence[int]) -> Text:
    line = Text(no_wrap=True)
    for cell, column, width in zip(cells, columns, widths, strict=True):
        blanks = " " * (width - cell.cell_len)
        line.append(_GAP)
        line.append_text(
            Text.assemble(blanks, cell) if column.justify == "right" else Text.assemble(cell, blanks)
        )
    line.rstrip()
    return line


def verdict_counts(rows: Iterable[PeriodVerdict]) -> Text:
    """Return how many verdicts there are of each kind: `12 ✓ met, 1 ✗ missed`."""
    counts = Counter(row.verdict for row in rows)
    found = [(f"{counts[word]:,} ", verdict_text(word)) for word in VERDICTS if counts[word]]
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

"""What maps to what on the first rows of a source: `slm ingest --dry-run`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from slmdsl.base.units import NO_TIME, from_us
from slmdsl.events.vocabulary import KINDS, UNKNOWN
from slmdsl.ingest.batches import Batch
from slmdsl.ingest.files import opened
from slmdsl.ingest.ledger import Ledger
from slmdsl.ingest.limits import LIMITS
from slmdsl.ingest.numbers import ABSENT, FINE, IGNORE
from slmdsl.ingest.rows import RowReader, Vocabulary
from slmdsl.ingest.words import IGNORED, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from slmdsl.contract.model.sources import Column, SourcePlan
    from slmdsl.events.intake import Refusal, Tally
    from slmdsl.ingest.limits import Limits

_EXAMPLES = 8

MISSING = "(missing)"
REFUSED = "(refused)"
DROPPED = "(ignored)"


@dataclass(frozen=True, slots=True, kw_only=True)
class DryColumn:
    """One of our facts: the columns it is read from, and for the first distinct texts what each becomes.

    `rows_refused` counts the looked-at rows whose value cannot be taken.
    """

    ours: str
    columns: tuple[str, ...]
    examples: tuple[tuple[str, str], ...]
    rows_refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """The first rows of a source: how many were looked at, refused and ignored, and why, and each column's way."""

    source: str
    file: str
    rows: int
    rows_refused: int
    rows_ignored: int
    columns: tuple[DryColumn, ...]
    unused: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    tallies: tuple[Tally, ...]


def dry_run(
    plan: SourcePlan,
    *,
    root: Path,
    known_groups: Mapping[str, tuple[str, ...]] | None = None,
    kinds: Iterable[str] = (),
    rows: int = 1_000,
    limits: Limits = LIMITS,
) -> DryRun:
    """Map the first `rows` rows of a source and say what became of them. Arguments and errors as for `ingest`."""
    vocabulary = Vocabulary(kinds=frozenset({*KINDS, *kinds}), teams=dict(known_groups or {}))
    ledger = Ledger(source=plan.name, file=plan.path)
    with ThreadPoolExecutor() as pool, opened(plan, root, limits) as file:
        reader = RowReader(plan, vocabulary, pool)
        batch = _head(file.batches, rows)
        names = file.names
        if batch is not None:
            reader.read(batch, ledger)
    intake = ledger.intake
    frame = batch.frame if batch is not None else pl.DataFrame()
    columns = _columns(reader, frame) if frame.height else ()
    used = {name for column in columns for name in column.columns}
    return DryRun(
        source=plan.name,
        file=plan.path,
        rows=intake.rows_in,
        rows_refused=intake.rows_refused,
        rows_ignored=intake.rows_ignored,
        columns=tuple(columns),
        unused=tuple(name for name in names if name not in used),
        refusals=tuple(ledger.refusals),
        tallies=ledger.tallies,
    )


def _head(batches: Iterable[Batch], rows: int) -> Batch | None:
    """Return the first rows of a file as one batch, however few its first batches hold; None if it has none.

    A workbook or database may change a column's type on the way: the rows behind that are left out.
    """
    found: list[Batch] = []
    frames: list[pl.DataFrame] = []
    for batch in batches:
        if batch.frame.height and frames and batch.frame.schema != frames[0].schema:
            break
        frames += [batch.frame] if batch.frame.height else []
        found.append(batch)
        if sum(len(each.rows) + len(each.broken) for each in found) >= rows:
            break
    if not found:
        return None
    numbers = np.concatenate([each.rows for each in found])
    kept = numbers <= rows
    frame = pl.concat(frames) if frames else found[0].frame
    broken = tuple(one for each in found for one in each.broken if one[0] <= rows)
    return Batch(frame=frame.filter(pl.Series(kept, dtype=pl.Boolean)), rows=numbers[kept], broken=broken)


def _columns(reader: RowReader, frame: pl.DataFrame) -> Sequence[DryColumn]:
    found: list[DryColumn] = []
    if reader.ticket is not None:
        texts = text_of(frame, reader.ticket.columns).to_list()
        found.append(_column("ticket", reader.ticket, frame, [text or MISSING for text in texts]))
    for name, times in reader.times.items():
        found.append(
            _column(name, times.column, frame, [_instant(*one) for one in _pairs(*times.read(frame))])
        )
    for name, words in reader.words.items():
        known = list(words.dictionary.codes)
        meanings = [_word(code, known) for code in words.codes(frame).tolist()]
        found.append(_column(name.removeprefix("field:"), words.column, frame, meanings))
    for name, numbers in reader.numbers.items():
        meanings = [_number(*one) for one in _pairs(*numbers.read(frame))]
        found.append(_column(name.removeprefix("metric:"), numbers.column, frame, meanings))
    for name, wholes in reader.wholes.items():
        meanings = [_whole(*one) for one in _pairs(*wholes.read(frame))]
        found.append(_column(name, wholes.column, frame, meanings))
    return found


def _pairs(values: np.ndarray, states: np.ndarray) -> Iterable[tuple[float, int]]:
    return zip(values.tolist(), states.tolist(), strict=True)


def _column(ours: str, column: Column, frame: pl.DataFrame, meanings: Sequence[str]) -> DryColumn:
    texts: Sequence[str | None] = [column.constant] * frame.height
    if column.constant is None:
        texts = text_of(frame, column.columns).to_list()
    pairs = dict(zip([text or "" for text in texts], meanings, strict=True))
    return DryColumn(
        ours=ours,
        columns=column.columns,
        examples=tuple(list(pairs.items())[:_EXAMPLES]),
        rows_refused=sum(meaning == REFUSED for meaning in meanings),
    )


def _instant(instant_us: float, trouble: int) -> str:
    if trouble:
        return REFUSED
    return MISSING if instant_us == NO_TIME else from_us(int(instant_us)).isoformat()


def _word(code: int, known: Sequence[str]) -> str:
    if code < 0:
        return {UNKNOWN: MISSING, IGNORED: DROPPED}.get(code, REFUSED)
    return known[code]


def _number(value: float, state: int) -> str:
    if state != FINE:
        return DROPPED if state == IGNORE else REFUSED
    return MISSING if np.isnan(value) else f"{value:g}"


def _whole(value: float, state: int) -> str:
    return {FINE: str(value), IGNORE: DROPPED, ABSENT: MISSING}.get(state, REFUSED)

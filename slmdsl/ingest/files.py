"""Open a source's file and check, before a row is taken, that it has the columns that the source names."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from slmdsl.base.suggest import nearest, one_of
from slmdsl.ingest.addresses import is_database
from slmdsl.ingest.codes import BAD_OPTION, NO_COLUMN, UNREADABLE, WRONG_TYPE
from slmdsl.ingest.csv_records import Csv, csv_batches, read_header
from slmdsl.ingest.jsonl_records import jsonl_batches, read_keys
from slmdsl.ingest.limits import LIMITS, IngestError, ending_of, located, stream_of
from slmdsl.ingest.parquet_records import parquet_batches, parquet_schema, weighed
from slmdsl.ingest.sql_records import sql_batches, sql_rows
from slmdsl.ingest.xes_records import read_names, xes_batches
from slmdsl.ingest.xlsx_records import opened_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from slmdsl.contract.model.sources import Column, SourcePlan
    from slmdsl.ingest.batches import Batch
    from slmdsl.ingest.limits import Limits

_OPTIONS = {".csv": ("delimiter",), ".csv.gz": ("delimiter",), ".xlsx": ("sheet",)}
_NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t"}


def columns_of(plan: SourcePlan) -> list[Column]:
    """Return every column that a source reads, in the order of its text."""
    ratio = plan.events_good or ()
    every = [*plan.facts.values(), *plan.fields.values(), *plan.metrics.values(), *ratio]
    return sorted(every, key=lambda column: column.span.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A file that is there, with the names it has and its rows to come."""

    names: tuple[str, ...]
    batches: Iterator[Batch]


@contextlib.contextmanager
def opened(plan: SourcePlan, root: Path, limits: Limits = LIMITS) -> Iterator[OpenFile]:
    """Open a source for the columns it names. Raises IngestError for what concerns the whole of it."""
    wanted = list(dict.fromkeys(name for column in columns_of(plan) for name in column.columns))
    with _rows_of(plan, root, wanted, limits) as file:
        yield file


@contextlib.contextmanager
def _rows_of(plan: SourcePlan, root: Path, wanted: list[str], limits: Limits) -> Iterator[OpenFile]:
    if is_database(plan.path):
        with sql_rows(plan, root, limits) as rows:
            _check_columns(plan, rows.names)
            yield OpenFile(names=rows.names, batches=sql_batches(rows, wanted, plan.missing, plan, limits))
        return
    path = located(plan, root, limits)
    ending = ending_of(plan.path)
    _check_options(plan, ending)
    named, span = plan.path, plan.span
    if ending == ".xlsx":
        with opened_sheet(path, dict(plan.options).get("sheet"), named, span, limits) as sheet:
            _check_columns(plan, sheet.names)
            yield OpenFile(names=sheet.names, batches=sheet.batches(wanted, plan.missing, _formats(plan)))
        return
    if ending == ".parquet":
        yield _parquet(path, plan, wanted, limits)
        return
    size = path.stat().st_size
    with path.open("rb") as file:
        stream = stream_of(file, named, span, limits)
        if ending.startswith(".xes"):
            names = read_names(stream, wanted, named, span, limits)
            _check_columns(plan, names)
            file.seek(0)
            stream = stream_of(file, named, span, limits)
            batches = xes_batches(stream, size, wanted, named, span, limits)
        elif ending.startswith(".jsonl"):
            names, held = read_keys(stream)
            _check_columns(plan, names)
            batches = jsonl_batches(stream, held, size, wanted, named, span, limits)
        else:
            how = Csv(named=named, span=span, delimiter=_delimiter(plan), limits=limits)
            names, held = read_header(stream, how)
            _check_columns(plan, names)
            batches = csv_batches(stream, held, size, names, wanted, how)
        yield OpenFile(names=tuple(names), batches=batches)


def _parquet(path: Path, plan: SourcePlan, wanted: Sequence[str], limits: Limits) -> OpenFile:
    footer = weighed(path, plan.span, plan.path, limits)
    schema = parquet_schema(path, plan.span, plan.path)
    _check_columns(plan, list(schema))
    for name in wanted:
        if schema[name].is_nested() or schema[name] == pl.Binary:
            message = f'"{name}" in `{plan.path}` holds {schema[name]}, not plain values'
            raise IngestError([WRONG_TYPE.at(plan.span, message)])
    return OpenFile(names=tuple(schema), batches=parquet_batches(path, footer, wanted, plan.span, plan.path))


def _formats(plan: SourcePlan) -> dict[str, str]:
    """Return how the times of each column are written."""
    times = [column for column in columns_of(plan) if column.format and len(column.columns) == 1]
    return {column.columns[0]: column.format for column in times if column.format}


def _check_options(plan: SourcePlan, ending: str) -> None:
    allowed = _OPTIONS.get(ending, ())
    wrong = [name for name, _ in plan.options if name not in allowed]
    if wrong:
        message = f"a file that ends in {ending} has no {one_of(wrong)}"
        raise IngestError([BAD_OPTION.at(plan.span, message)])


def _delimiter(plan: SourcePlan) -> str:
    written = dict(plan.options).get("delimiter", ",")
    delimiter = _NAMED_DELIMITERS.get(written, written)
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0':
        message = f'"{written}" is no delimiter: it must be one character, such as ";" or "\\t"'
        raise IngestError([BAD_OPTION.at(plan.span, message)])
    return delimiter


def _check_columns(plan: SourcePlan, names: Sequence[str]) -> None:
    """Raise IngestError with one finding for each named column that the file lacks, or has twice."""
    found = []
    for column in columns_of(plan):
        for name in column.columns:
            if name not in names:
                near = nearest(name, names, most=3)
                quoted = [f'"{one}"' for one in near]
                hint = f"did you mean {one_of(quoted)}?" if near else _listing(names)
                found.append(NO_COLUMN.at(column.span, f'`{plan.path}` has no column "{name}"', help=hint))
            elif names.count(name) > 1:
                found.append(
                    UNREADABLE.at(column.span, f'`{plan.path}` has the column "{name}" more than once')
                )
    if found:
        raise IngestError(found)


def _listing(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:20])
    return f"its columns are {shown}{', ...' if len(names) > 20 else ''}"  # noqa: PLR2004 - as many as fit two lines

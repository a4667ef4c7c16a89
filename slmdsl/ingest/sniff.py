"""Look at the first rows of a file of which nothing is known yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from slmdsl.base.spans import NOWHERE
from slmdsl.ingest.codes import NOT_READ_YET, UNREADABLE
from slmdsl.ingest.csv_records import Csv, csv_batches, read_header
from slmdsl.ingest.jsonl_records import jsonl_batches, read_keys
from slmdsl.ingest.limits import IngestError, check_file, ending_of, stream_of
from slmdsl.ingest.parquet_records import parquet_batches, parquet_schema, weighed
from slmdsl.ingest.words import text_of
from slmdsl.ingest.xes_records import read_names, xes_batches
from slmdsl.ingest.xlsx_records import opened_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from slmdsl.ingest.limits import Limits

_ROWS = 50_000
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sniffed:
    """The name of a file, the option with which it is read, if any, and the texts of its columns in the first rows."""

    name: str
    columns: dict[str, list[str]]
    option: tuple[str, str] | None = None


def sniffed(path: Path, limits: Limits) -> Sniffed:
    """Read the first rows of a file as text. Raises IngestError where that cannot be done."""
    check_file(path, NOWHERE, path.name, limits)
    ending = ending_of(path.name)
    if ending == ".parquet":
        return _of_parquet(path, limits)
    if ending.startswith(".jsonl"):
        return _of_jsonl(path, limits)
    if ending.startswith(".csv"):
        return _of_csv(path, limits)
    if ending == ".xlsx":
        return _of_xlsx(path, limits)
    if ending.startswith(".xes"):
        return _of_xes(path, limits)
    raise IngestError([NOT_READ_YET.at(NOWHERE, f"`{path.name}` is of a kind that is not read")])


def _of_csv(path: Path, limits: Limits) -> Sniffed:
    best: tuple[int, str] = (0, ",")
    for delimiter in _DELIMITERS:
        with path.open("rb") as file:
            names, _ = read_header(stream_of(file, path.name, NOWHERE, limits), _how(path, delimiter, limits))
        best = max(best, (len(names), delimiter), key=lambda one: one[0])
    how = _how(path, best[1], limits)
    with path.open("rb") as file:
        stream = stream_of(file, path.name, NOWHERE, limits)
        names, held = read_header(stream, how)
        wanted = list(dict.fromkeys(names))
        batch = next(iter(csv_batches(stream, held, path.stat().st_size, names, wanted, how)), None)
    frame = batch.frame if batch is not None else pl.DataFrame(schema=dict.fromkeys(wanted, pl.String))
    option = None if how.delimiter == "," else ("delimiter", how.delimiter)
    return Sniffed(name=path.name, columns=_texts(frame), option=option)


def _how(path: Path, delimiter: str, limits: Limits) -> Csv:
    return Csv(named=path.name, span=NOWHERE, delimiter=delimiter, limits=limits)


def _of_jsonl(path: Path, limits: Limits) -> Sniffed:
    with path.open("rb") as file:
        stream = stream_of(file, path.name, NOWHERE, limits)
        keys, held = read_keys(stream)
        plain = [key for key in keys if _is_plain(held, key)]
        if not plain:
            raise IngestError([UNREADABLE.at(NOWHERE, f"`{path.name}` has no lines of plain values")])
        batch = next(
            iter(jsonl_batches(stream, held, path.stat().st_size, plain, path.name, NOWHERE, limits))
        )
    return Sniffed(name=path.name, columns=_texts(batch.frame))


def _is_plain(held: bytes, key: str) -> bool:
    """Whether the first line that has the key has a plain value there."""
    for line in held.split(b"\n", _ROWS)[:_ROWS]:
        try:
            found = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue  # a broken line says nothing about its keys
        if key in found:
            return bytes(found[key]).lstrip()[:1] not in (b"{", b"[")
    return False


def _of_parquet(path: Path, limits: Limits) -> Sniffed:
    footer = weighed(path, NOWHERE, path.name, limits)
    schema = parquet_schema(path, NOWHERE, path.name)
    wanted = [name for name, kind in schema.items() if not kind.is_nested() and kind != pl.Binary]
    batch = next(iter(parquet_batches(path, footer, wanted, NOWHERE, path.name)), None)
    frame = batch.frame if batch is not None else pl.DataFrame(schema=dict.fromkeys(wanted, pl.String))
    return Sniffed(name=path.name, columns=_texts(frame))


def _texts(frame: pl.DataFrame) -> dict[str, list[str]]:
    head = frame.head(_ROWS)
    return {name: text_of(head, [name]).fill_null("").to_list() for name in head.columns}


def _of_xes(path: Path, limits: Limits) -> Sniffed:
    with path.open("rb") as file:
        names = read_names(stream_of(file, path.name, NOWHERE, limits), (), path.name, NOWHERE, limits)
        file.seek(0)
        stream = stream_of(file, path.name, NOWHERE, limits)
        batches = xes_batches(stream, path.stat().st_size, names, path.name, NOWHERE, limits)
        frame = next(iter(batches)).frame
    return Sniffed(name=path.name, columns=_texts(frame))


def _of_xlsx(path: Path, limits: Limits) -> Sniffed:
    with opened_sheet(path, None, path.name, NOWHERE, limits) as sheet:
        names = list(dict.fromkeys(sheet.names))
        frame = next(iter(sheet.batches(names, (), {}))).frame
    return Sniffed(name=path.name, columns=_texts(frame), option=("sheet", sheet.title))

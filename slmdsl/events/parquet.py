"""A whole log in one parquet file, and back.

Each row belongs to one table, whose name stands in the column `table`; the row's values stand in the struct column
of that name, the other structs are null. Names and types inside are those of the frames (`EventLog.tickets`, ...).
So other tools read one table by filtering and unnesting:

    polars   pl.scan_parquet("log.parquet").filter(pl.col("table") == "tickets").unnest("tickets")
    duckdb   select unnest(tickets) from 'log.parquet' where "table" = 'tickets'

The round trip keeps every frame as it is. Codes are given anew, in the order of the alphabet.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from slmdsl.events.frames import frame_of
from slmdsl.events.from_frames import parts_from_frames
from slmdsl.events.intake import Intake, Refusal, Tally

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from slmdsl.events.parts import LogParts

_FACTS = ("tickets", "events", "samples", "outages", "feedback")
_INTAKE = {
    "source": pl.String,
    "file": pl.String,
    "rows_in": pl.Int64,
    "rows_taken": pl.Int64,
    "rows_ignored": pl.Int64,
    "rows_refused": pl.Int64,
}
_VERSION = "slmdsl.event_log"


def write_parts(log: LogParts, path: str | Path) -> None:
    """Write a log to `path`, replacing what is there."""
    tables: dict[str, pl.DataFrame] = {
        name: frame_of(log, name) for name in (*_FACTS, "refused", "contradicted", "tallied")
    }
    intakes = {name: [getattr(intake, name) for intake in log.intakes] for name in _INTAKE}
    tables["intakes"] = pl.DataFrame(intakes, schema=_INTAKE)
    rows = [
        frame.lazy().select(pl.lit(name).alias("table"), pl.struct(pl.all()).alias(name))
        for name, frame in tables.items()
    ]
    pl.concat(rows, how="diagonal").sink_parquet(path, metadata={_VERSION: "1"})


def read_parts(path: str | Path) -> LogParts:
    """Read the parts of the log at `path`. Raises ValueError where the file is not one that `write_parts` wrote."""
    try:
        version = pl.read_parquet_metadata(path).get(_VERSION)
    except pl.exceptions.ComputeError as unreadable:
        msg = f"{path} is not a parquet file"
        raise ValueError(msg) from unreadable
    if version != "1":
        msg = f"{path} is not an event log written by slmdsl"
        raise ValueError(msg)
    whole = pl.scan_parquet(path)
    facts = {name: _table(whole, name) for name in _FACTS}
    log = parts_from_frames(facts.pop("tickets"), facts.pop("events"), **facts)
    return replace(
        log,
        refusals=tuple(Refusal(**row) for row in _rows(whole, "refused")),
        contradictions=tuple(Refusal(**row) for row in _rows(whole, "contradicted")),
        tallies=tuple(Tally(**row) for row in _rows(whole, "tallied")),
        intakes=tuple(Intake(**row) for row in _rows(whole, "intakes")),
    )


def _table(whole: pl.LazyFrame, name: str) -> pl.DataFrame:
    return whole.filter(pl.col("table") == name).select(name).unnest(name).collect()


def _rows(whole: pl.LazyFrame, name: str) -> list[Mapping[str, Any]]:
    return list(_table(whole, name).iter_rows(named=True))

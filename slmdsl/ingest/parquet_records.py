"""Read parquet in runs of row groups, only the needed columns, after its footer has been weighed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from slmdsl.ingest.batches import Batch
from slmdsl.ingest.codes import TOO_LARGE, UNREADABLE
from slmdsl.ingest.footer import FooterError, read_footer
from slmdsl.ingest.limits import IngestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from slmdsl.base.spans import Span
    from slmdsl.ingest.footer import Footer
    from slmdsl.ingest.limits import Limits

_ROWS = 500_000
_MANY = 1_000_000


def weighed(path: Path, span: Span, named: str, limits: Limits) -> Footer:
    """Return the footer of a parquet file that is neither broken nor unpacks beyond the limits."""
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            footer = read_footer(file, size, limits.footer_bytes)
    except FooterError as broken:
        raise IngestError(
            [UNREADABLE.at(span, f"`{named}` is not a readable parquet file: {broken}")]
        ) from broken
    unpacked = sum(footer.group_bytes)
    if footer.rows > limits.rows:
        raise IngestError([TOO_LARGE.at(span, f"`{named}` has {footer.rows} rows, more than {limits.rows}")])
    if footer.rows > max(_MANY, limits.rows_per_byte * size):
        raise IngestError([TOO_LARGE.at(span, f"`{named}` claims {footer.rows} rows in {size} bytes")])
    if unpacked > limits.unpacked_bytes or unpacked > max(limits.ratio * size, 8 * limits.ratio_from):
        message = f"`{named}` unpacks from {size} to {unpacked} bytes"
        raise IngestError(
            [TOO_LARGE.at(span, message, help=f"at most {limits.ratio} times its size is read")]
        )
    return footer


def parquet_schema(path: Path, span: Span, named: str) -> dict[str, pl.DataType]:
    """Return the names and types of a parquet file's columns."""
    try:
        return dict(pl.read_parquet_schema(path))
    except pl.exceptions.PolarsError as broken:
        raise IngestError(
            [UNREADABLE.at(span, f"`{named}` is not a readable parquet file: {broken}")]
        ) from broken


def parquet_batches(
    path: Path, footer: Footer, wanted: Sequence[str], span: Span, named: str
) -> Iterator[Batch]:
    """Yield the rows in runs of whole row groups."""
    whole = pl.scan_parquet(path, glob=False, hive_partitioning=False).select(wanted)
    start = 0
    for count in _runs(footer.group_rows):
        try:
            frame = whole.slice(start, count).collect()
        except pl.exceptions.PolarsError as broken:
            raise IngestError([UNREADABLE.at(span, f"`{named}` breaks off: {broken}")]) from broken
        if frame.height != count:
            raise IngestError([UNREADABLE.at(span, f"`{named}` has fewer rows than its footer says")])
        rows = np.arange(start + 1, start + count + 1, dtype=np.int32)
        start += count
        yield Batch(frame=frame, rows=rows, share=start / footer.rows)


def _runs(group_rows: Sequence[int]) -> Iterator[int]:
    """Join small row groups so that a run has about half a million rows."""
    run = 0
    for rows in group_rows:
        if run and run + rows > _ROWS:
            yield run
            run = 0
        run += rows
    if run:
        yield run

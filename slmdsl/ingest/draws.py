"""Read the draws of a load's parameters: a row for each draw, a column for each parameter."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from slmdsl.base.suggest import nearest, one_of
from slmdsl.contract.drawn import misfits
from slmdsl.contract.model.sources import Column, SourcePlan
from slmdsl.ingest.codes import (
    FACTOR_RANGE,
    NO_DRAW_ROWS,
    NO_NUMBER,
    SHARE_RANGE,
    TOO_LARGE,
    UNKNOWN_PARAMETER,
)
from slmdsl.ingest.files import opened
from slmdsl.ingest.limits import LIMITS, IngestError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.drawn import Misfit
    from slmdsl.contract.model.uncertainty import Draws
    from slmdsl.contract.model.work import Load
    from slmdsl.ingest.batches import Batch
    from slmdsl.ingest.limits import Limits

NUMBER: Final = "draw"
"""The first column, which numbers the draws."""
MOST_DRAWS: Final = 10_000
MOST_VALUES: Final = 1_000_000
"""How many values all draws of a load have at most."""
_SHOWN: Final = 8
_CODES: Final = {"unknown": UNKNOWN_PARAMETER, "factor": FACTOR_RANGE, "share": SHARE_RANGE}


def with_draws(load: Load, root: Path, limits: Limits = LIMITS) -> Load:
    """Return a load with the values of its draws; the very same where it has none, or they were read.

    Files are relative to the folder of the text that names them; nothing is read outside of `root`.

    Raises:
        IngestError: the file is not there or cannot be read, has no draw, or one that the load cannot have; each
            finding stands at the line that names the file, and names column and row.
    """
    draws = load.uncertain
    if draws is None or draws.rows:
        return load
    columns = _names(draws, root, limits)
    with opened(_plan(draws, (NUMBER, *columns)), root, limits) as file:
        read = _Table(draws, columns)
        for batch in file.batches:
            read.add(batch)
    if not read.rows:
        message = f"`{draws.file}` has no draw"
        raise IngestError([NO_DRAW_ROWS.at(draws.span, message)])
    found = [_told(each, draws, columns, read.numbers) for each in misfits(load, columns, read.rows)]
    if found:
        raise IngestError(found)
    return replace(load, uncertain=replace(draws, columns=columns, rows=tuple(read.rows)))


def _names(draws: Draws, root: Path, limits: Limits) -> tuple[str, ...]:
    """Return the columns of the parameters."""
    with opened(_plan(draws, (NUMBER,)), root, limits) as file:
        first, *names = file.names
    if first != NUMBER or not names:
        message = f"`{draws.file}` has no column of a parameter behind a first one called `{NUMBER}`"
        help_line = f"write a header such as `{NUMBER},incidents rate,incidents.desk works`"
        raise IngestError([NO_DRAW_ROWS.at(draws.span, message, help=help_line)])
    return tuple(names)


def _plan(draws: Draws, names: Iterable[str]) -> SourcePlan:
    return SourcePlan(
        name="uncertain",
        title="",
        path=draws.file,
        base=posixpath.dirname(draws.span.file),
        options=(),
        zone="UTC",
        missing=(),
        form="samples",
        facts={},
        fields={
            name: Column(columns=(name,), constant=None, format=None, mapping=None, span=draws.span)
            for name in names
        },
        metrics={},
        events_good=None,
        trust_columns=False,
        hold_us=0,
        span=draws.span,
    )


class _Table:
    """The rows of a file as they come; `numbers` are theirs in the file, from 1."""

    def __init__(self, draws: Draws, columns: tuple[str, ...]) -> None:
        self._draws, self._columns = draws, columns
        self.rows: list[tuple[float, ...]] = []
        self.numbers: list[int] = []

    def add(self, batch: Batch) -> None:
        """Add rows. Raises IngestError for cells that are no numbers, and for too many."""
        for row, reason in batch.broken[:1]:
            raise IngestError(
                [NO_NUMBER.at(self._draws.span, f"row {row} of `{self._draws.file}`: {reason}")]
            )
        numbers = batch.rows.tolist()
        values = np.stack([self._floats(batch.frame, name, numbers) for name in self._columns], axis=1)
        self.rows += map(tuple, values.tolist())
        self.numbers += numbers
        if len(self.rows) > MOST_DRAWS or len(self.rows) * len(self._columns) > MOST_VALUES:
            message = f"`{self._draws.file}` has more than {MOST_DRAWS:_} draws or {MOST_VALUES:_} values"
            raise IngestError([TOO_LARGE.at(self._draws.span, message)])

    def _floats(self, frame: pl.DataFrame, name: str, numbers: list[int]) -> np.ndarray:
        given = frame.get_column(name)
        found = given.cast(pl.Float64, strict=False)
        lacking = found.is_null().to_numpy()
        if lacking.any():
            place = int(np.flatnonzero(lacking)[0])
            said = given[place]
            what = "nothing" if said is None else f"`{said}`"
            message = f'column "{name}" of `{self._draws.file}` has {what} in row {numbers[place]}'
            raise IngestError([NO_NUMBER.at(self._draws.span, message, help="write a number in each cell")])
        return found.to_numpy()


def _told(found: Misfit, draws: Draws, columns: tuple[str, ...], numbers: list[int]) -> Diagnostic:
    where = "" if found.row is None else f" (row {numbers[found.row]})"
    near = nearest(columns[found.column], found.near, most=3)
    if near:
        hint = f"did you mean {one_of([f'`{each}`' for each in near])}?"
    else:
        shown = ", ".join(f"`{each}`" for each in found.near[:_SHOWN])
        hint = f"it has {shown}{', ...' if len(found.near) > _SHOWN else ''}" if shown else ""
    return _CODES[found.kind].at(draws.span, f"`{draws.file}`: {found.message}{where}", help=hint)

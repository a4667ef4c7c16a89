"""Read the values of `empirical("file" "column")`: as a source's file is read, and no more of it."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from slmdsl.base.units import SECOND, duration_us
from slmdsl.contract.model.distributions import Measured
from slmdsl.contract.model.sources import Column, SourcePlan
from slmdsl.ingest.codes import NEGATIVE_VALUE, NO_NUMBER, NO_VALUES, TOO_LARGE
from slmdsl.ingest.draws import with_draws
from slmdsl.ingest.files import opened
from slmdsl.ingest.limits import LIMITS, IngestError

if TYPE_CHECKING:
    from pathlib import Path

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.model.work import Load
    from slmdsl.ingest.batches import Batch
    from slmdsl.ingest.limits import Limits

MOST_VALUES = 10_000_000
"""How many values of one distribution are held."""


def with_measured(contract: Contract, root: Path, limits: Limits = LIMITS) -> Contract:
    """Return a contract with the values of all its measured distributions and draws, in loads, risks and scenarios.

    Files are relative to the folder of the text that names them; nothing is read outside of `root`. Lengths of time
    are numbers of seconds or texts such as `1 h 30 min`; empty cells are passed over.

    Raises:
        IngestError: a file or column is not there or cannot be read, has no value, or one that is no number or is
            negative; `diagnostics` tell of all, each at its line.
    """
    read = _Reading(root, limits)
    found: Contract = replace(
        contract,
        loads=read.drawn(read.within(contract.loads)),
        scenarios=read.within(contract.scenarios),
        risks=read.within(contract.risks),
    )
    if read.diagnostics:
        raise IngestError(read.diagnostics)
    return found


class _Reading:
    """Fills in values wherever a model has a measured distribution; each file and column is read once."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self._root, self._limits = root, limits
        self._known: dict[tuple[str, str, str, str], tuple[float, ...]] = {}
        self.diagnostics: tuple[Diagnostic, ...] = ()

    def within(self, part: Any) -> Any:  # noqa: ANN401 - any part of a model
        """Return a part of a model with values; the very same where nothing is measured."""
        if isinstance(part, Measured):
            return replace(part, values=self._values(part))
        if isinstance(part, Mapping):
            return {name: self.within(each) for name, each in part.items()}
        if isinstance(part, tuple):
            inner = tuple(self.within(each) for each in part)
            return part if all(a is b for a, b in zip(part, inner, strict=True)) else inner
        if not is_dataclass(part) or isinstance(part, type):
            return part
        old = {each.name: getattr(part, each.name) for each in fields(part) if each.init}
        new = {name: self.within(value) for name, value in old.items()}
        changed = {name: value for name, value in new.items() if value is not old[name]}
        return replace(part, **changed) if changed else part

    def drawn(self, loads: Mapping[str, Load]) -> Mapping[str, Load]:
        """Return loads with the values of their draws."""
        return {name: self._drawn(load) for name, load in loads.items()}

    def _drawn(self, load: Load) -> Load:
        try:
            return with_draws(load, self._root, self._limits)
        except IngestError as refused:
            self.diagnostics += refused.diagnostics
            return load

    def _values(self, measured: Measured) -> tuple[float, ...]:
        folder = posixpath.dirname(measured.span.file)
        key = folder, measured.file, measured.column, measured.unit
        if key not in self._known:
            try:
                self._known[key] = measured_values(measured, self._root, self._limits)
            except IngestError as refused:
                self._known[key] = ()
                self.diagnostics += refused.diagnostics
        return self._known[key]


def measured_values(measured: Measured, root: Path, limits: Limits = LIMITS) -> tuple[float, ...]:
    """Return the values in a column, ascending: microseconds of times, or counts.

    Raises:
        IngestError: as `with_measured`.
    """
    parts, size = [np.zeros(0)], 0
    with opened(_plan(measured), root, limits) as file:
        for batch in file.batches:
            parts.append(_numbers(batch, measured))
            size += len(parts[-1])
            if size > MOST_VALUES:
                message = f"`{measured.file}` has more than {MOST_VALUES:_} measured values"
                raise IngestError([TOO_LARGE.at(measured.span, message)])
    values = np.sort(np.concatenate(parts))
    if not len(values):
        message = f'column "{measured.column}" of `{measured.file}` has no value'
        raise IngestError([NO_VALUES.at(measured.span, message)])
    return tuple(values.tolist())


def _plan(measured: Measured) -> SourcePlan:
    """Return the source that has the column alone."""
    column = Column(columns=(measured.column,), constant=None, format=None, mapping=None, span=measured.span)
    return SourcePlan(
        name="empirical",
        title="",
        path=measured.file,
        base=posixpath.dirname(measured.span.file),
        options=(),
        zone="UTC",
        missing=(),
        form="samples",
        facts={},
        fields={measured.column: column},
        metrics={},
        events_good=None,
        trust_columns=False,
        hold_us=0,
        span=measured.span,
    )


def _numbers(batch: Batch, measured: Measured) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the numbers in some rows."""
    where = f'column "{measured.column}" of `{measured.file}`'
    for row, reason in batch.broken[:1]:
        raise IngestError([NO_NUMBER.at(measured.span, f"row {row} of `{measured.file}`: {reason}")])
    given = batch.frame.get_column(measured.column)
    if given.dtype == pl.String:
        given = given.str.strip_chars().replace("", None)
    rows, given = batch.rows[given.is_not_null().to_numpy()], given.drop_nulls()
    found = np.array([_number(cell, measured) for cell in given.to_list()], np.float64)
    wrong = np.flatnonzero(~np.isfinite(found))
    if len(wrong):
        message = f"{where} has `{given[int(wrong[0])]}` in row {rows[wrong[0]]}"
        help_line = "write numbers, or times such as `1 h 30 min`" if measured.unit == "time" else ""
        raise IngestError([NO_NUMBER.at(measured.span, message, help=help_line)])
    below = np.flatnonzero(found < 0)
    if len(below):
        message = f"{where} has `{given[int(below[0])]}` in row {rows[below[0]]}"
        raise IngestError([NEGATIVE_VALUE.at(measured.span, message)])
    return found


def _number(cell: object, measured: Measured) -> float:
    """Return the number in a cell, in microseconds where it is a time; NaN if it is none."""
    is_time = measured.unit == "time"
    if is_time and isinstance(cell, timedelta):
        return float(cell // timedelta(microseconds=1))
    if is_time and isinstance(cell, str) and (length := duration_us(cell)) is not None:
        return float(length)
    if isinstance(cell, bool) or not isinstance(cell, str | int | float | Decimal):
        return float("nan")
    try:
        return float(cell) * (SECOND if is_time else 1)
    except (ValueError, OverflowError):
        return float("nan")

"""Values that come with a type, cell by cell (of workbooks and databases), become a typed column."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from slmdsl.ingest.batches import Batch

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Cell = str | int | float | bool | datetime | date | Decimal | None

_WIDEST: Final = 2**63
_EXACT: Final = 2**53


class Unreadable:
    """A cell that cannot be taken, with the reason; `text` is what a mark of `missing` may name."""

    __slots__ = ("reason", "text")

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason


def batch_of(
    wanted: Sequence[str],
    columns: Sequence[Sequence[object]],
    first: Sequence[int] | int,
    *,
    missing: Collection[str] = (),
    formats: dict[str, str] | None = None,
    share: float = 1.0,
) -> Batch:
    """Return rows whose cells have a type; a row with a cell that cannot be taken is left out, with the reason.

    Args:
        wanted: the columns' names.
        columns: their cells, each column as long as the others.
        first: the first row's number, or the number of each.
        missing: marks that make a cell which cannot be taken an empty one.
        formats: how instants of a column that holds texts too are written, by the column's name.
        share: how much of the source has been read.
    """
    count = len(columns[0]) if columns else 0
    rows = (
        np.arange(first, first + count, dtype=np.int32)
        if isinstance(first, int)
        else np.array(first, np.int32)
    )
    bad: dict[int, str] = {}
    series = [
        _series(name, cells, bad, missing, (formats or {}).get(name))
        for name, cells in zip(wanted, columns, strict=True)
    ]
    frame = pl.DataFrame(series)
    if not bad:
        return Batch(frame=frame, rows=rows, share=share)
    keep = np.ones(count, np.bool_)
    keep[list(bad)] = False
    broken = tuple((int(rows[place]), reason) for place, reason in sorted(bad.items()))
    return Batch(frame=frame.filter(pl.Series(keep)), rows=rows[keep], broken=broken, share=share)


def _series(
    name: str, cells: Sequence[object], bad: dict[int, str], missing: Collection[str], form: str | None
) -> pl.Series:
    kinds = set(map(type, cells)) - {type(None)}
    if not kinds <= _PLAIN:
        cells = _without_strange(name, cells, bad, missing)
        kinds = set(map(type, cells)) - {type(None)}
    if kinds <= {str}:
        return pl.Series(name, cells, dtype=pl.String)
    if kinds == {bool}:
        return pl.Series(name, cells, dtype=pl.Boolean)
    if kinds == {date}:
        return pl.Series(name, cells, dtype=pl.Date)
    if kinds == {datetime}:
        aware = {cell.tzinfo is not None for cell in cells if isinstance(cell, datetime)}
        if aware == {True}:
            return pl.Series(name, cells, dtype=pl.Datetime("us", "UTC"))
        if aware == {False}:
            return pl.Series(name, cells, dtype=pl.Datetime("us"))
    if kinds <= {int, float, Decimal}:
        found = _numbers(name, cells, kinds)
        if found is not None:
            return found
    return pl.Series(name, [_text(cell, form) for cell in cells], dtype=pl.String)


def _numbers(name: str, cells: Sequence[object], kinds: set[type]) -> pl.Series | None:
    """Return numbers as such where no digit is lost: whole ones, or floats."""
    if kinds == {int}:
        wide = any(not -_WIDEST <= cell < _WIDEST for cell in cells if isinstance(cell, int))
        return None if wide else pl.Series(name, cells, dtype=pl.Int64)
    if Decimal in kinds:
        return None
    if any(abs(cell) > _EXACT for cell in cells if isinstance(cell, int)):
        return None
    found = pl.Series(name, cells, dtype=pl.Float64, strict=False)
    whole = (found.round() == found) & (found.abs() <= _EXACT)
    return found.cast(pl.Int64) if whole.all() else found


_PLAIN = {type(None), str, int, float, bool, datetime, date, Decimal}


def _without_strange(
    name: str, cells: Sequence[object], bad: dict[int, str], missing: Collection[str]
) -> list[object]:
    """Return the cells with none of a type that cannot be taken; the rows of those are bad."""
    kept: list[object] = []
    for place, cell in enumerate(cells):
        if type(cell) in _PLAIN:
            kept.append(cell)
            continue
        kept.append(None)
        if isinstance(cell, Unreadable):
            if cell.text not in missing:
                bad.setdefault(place, f'"{name}" {cell.reason}')
        else:
            bad.setdefault(place, f'"{name}" holds {type(cell).__name__}, not a plain value')
    return kept


def _text(cell: object, form: str | None) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) <= _EXACT else str(cell)
    if isinstance(cell, Decimal):
        return _plain(cell)
    if isinstance(cell, datetime):
        return cell.isoformat() if form is None else cell.strftime(form)
    if isinstance(cell, date):
        return cell.isoformat() if form is None else cell.strftime(form)
    return str(cell)


def _plain(number: Decimal) -> str:
    """Return a number without an exponent; whole ones without a point."""
    whole = number.to_integral_value() if number.is_finite() else None
    return f"{whole:f}" if whole is not None and whole == number else f"{number:f}"

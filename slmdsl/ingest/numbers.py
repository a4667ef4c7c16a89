"""Numbers of a column: scores, shares, counts and measured values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from slmdsl.ingest.words import IGNORED, Dictionary, WordColumn, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.contract.model.sources import Column
    from slmdsl.events.log import Float64, Int8

FINE, IGNORE, WRONG = 0, 1, 2

_TRUTHS = {"true": 1.0, "false": 0.0, "up": 1.0, "down": 0.0}


class NumberColumn:
    """One column's way to numbers: `12.5`, `40%` (0.4), `true` (1), `up` (1); or by a map of texts to such words."""

    def __init__(self, ours: str, column: Column, missing: Sequence[str]) -> None:
        self.ours = ours
        self.column = column
        self._missing = [*missing, ""]
        self._dictionary = Dictionary()
        mapped = column.mapping is not None or column.constant is not None
        self._words = WordColumn(ours, column, missing, self._dictionary, _numeric) if mapped else None

    def read(self, frame: pl.DataFrame) -> tuple[Float64, Int8]:
        """Return the numbers, NaN where missing, and whether each row is FINE, to IGNORE or WRONG."""
        if self._words is not None:
            return self._mapped(self._words.codes(frame))
        given = frame.get_column(self.column.columns[0])
        if len(self.column.columns) == 1 and (given.dtype.is_numeric() or given.dtype == pl.Boolean):
            numbers, filled = given.cast(pl.Float64), given.is_not_null()
        else:
            texts = text_of(frame, self.column.columns).str.strip_chars()
            filled = texts.is_not_null() & ~texts.is_in(self._missing)
            numbers = _of_texts(texts)
        found = numbers.fill_null(np.nan).to_numpy(writable=True)
        wrong = filled.to_numpy() & ~np.isfinite(found)
        found[~filled.to_numpy()] = np.nan
        return found, np.where(wrong, WRONG, FINE).astype(np.int8)

    def reason(self) -> str:
        """Say why a value was refused."""
        return f"{self.ours} is no number"

    def _mapped(self, codes: np.ndarray[tuple[int], np.dtype[np.int32]]) -> tuple[Float64, Int8]:
        values = np.array([_number(word) for word in self._dictionary.codes] + [np.nan])
        state = np.select([codes == IGNORED, codes < IGNORED], [IGNORE, WRONG], FINE).astype(np.int8)
        return values[np.where(codes < 0, len(values) - 1, codes)], state


def _of_texts(texts: pl.Series) -> pl.Series:
    numbers = texts.cast(pl.Float64, strict=False)
    if numbers.null_count() == texts.null_count():
        return numbers
    percents = texts.str.strip_suffix("%")
    hundredths = percents.cast(pl.Float64, strict=False) / 100
    known = texts.replace_strict(list(_TRUTHS), list(_TRUTHS.values()), default=None, return_dtype=pl.Float64)
    return numbers.fill_null(hundredths.zip_with(texts.str.ends_with("%"), known))


def _numeric(word: str) -> str | None:
    return word if np.isfinite(_number(word)) else None


def _number(word: str) -> float:
    return float(_of_texts(pl.Series([word])).fill_null(np.nan)[0])

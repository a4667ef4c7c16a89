"""Numbers of a column: scores, shares, counts and measured values; whole numbers of 64 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from slmdsl.ingest.words import IGNORED, Dictionary, WordColumn, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slmdsl.contract.model.sources import Column
    from slmdsl.events.columns import Float64, Int8, Int64

FINE, IGNORE, WRONG, ABSENT = 0, 1, 2, 3

_TRUTHS = {"true": 1.0, "false": 0.0, "up": 1.0, "down": 0.0}


class _Column:
    """One column's way to numbers: as they are stored, from texts, or by a map of texts to such words."""

    def __init__(
        self, ours: str, column: Column, missing: Sequence[str], reader: Callable[[str], str | None]
    ) -> None:
        self.ours = ours
        self.column = column
        self._missing = [*missing, ""]
        self._dictionary = Dictionary()
        mapped = column.mapping is not None or column.constant is not None
        self._words = WordColumn(ours, column, missing, self._dictionary, reader) if mapped else None

    def _stored(self, frame: pl.DataFrame) -> pl.Series | None:
        """Return the column if it stands alone, with the type that it has."""
        return frame.get_column(self.column.columns[0]) if len(self.column.columns) == 1 else None

    def _texts(self, frame: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """Return the column's texts, and which of them say something."""
        texts = text_of(frame, self.column.columns).str.strip_chars()
        return texts, texts.is_not_null() & ~texts.is_in(self._missing)


class NumberColumn(_Column):
    """One column's way to numbers: `12.5`, `40%` (0.4), `true` (1), `up` (1); or by a map of texts to such words."""

    def __init__(self, ours: str, column: Column, missing: Sequence[str]) -> None:
        super().__init__(ours, column, missing, _numeric)

    def read(self, frame: pl.DataFrame) -> tuple[Float64, Int8]:
        """Return the numbers, NaN where missing, and whether each row is FINE, to IGNORE or WRONG."""
        if self._words is not None:
            return self._mapped(self._words.codes(frame))
        given = self._stored(frame)
        if given is not None and (given.dtype.is_numeric() or given.dtype == pl.Boolean):
            numbers, filled = given.cast(pl.Float64), given.is_not_null()
        else:
            texts, filled = self._texts(frame)
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


class WholeColumn(_Column):
    """One column's way to whole numbers of 64 bits: `12`, `-3`; or by a map of texts to such words."""

    def __init__(self, ours: str, column: Column, missing: Sequence[str]) -> None:
        super().__init__(ours, column, missing, _whole)

    def read(self, frame: pl.DataFrame) -> tuple[Int64, Int8]:
        """Return the numbers, 0 where there is none, and whether each row is FINE, to IGNORE, WRONG or ABSENT."""
        if self._words is not None:
            return self._mapped(self._words.codes(frame))
        given = self._stored(frame)
        if given is not None and given.dtype.is_numeric():
            numbers, filled = _wholes(given), given.is_not_null()
        else:
            texts, filled = self._texts(frame)
            numbers = texts.cast(pl.Int64, strict=False)
        wrong = (filled & numbers.is_null()).to_numpy()
        state = np.select([~filled.to_numpy(), wrong], [ABSENT, WRONG], FINE).astype(np.int8)
        return numbers.fill_null(0).to_numpy(writable=True), state

    def reason(self, state: int) -> str:
        """Say why a value was refused."""
        return f"{self.ours} is missing" if state == ABSENT else f"{self.ours} is no whole number of 64 bits"

    def _mapped(self, codes: np.ndarray[tuple[int], np.dtype[np.int32]]) -> tuple[Int64, Int8]:
        values = np.array([*map(int, self._dictionary.codes), 0], np.int64)
        state = np.select([codes == IGNORED, codes < IGNORED, codes < 0], [IGNORE, WRONG, ABSENT], FINE)
        return values[np.where(codes < 0, len(values) - 1, codes)], state.astype(np.int8)


def _wholes(given: pl.Series) -> pl.Series:
    """Return stored numbers as whole ones, null where they are none; floats beyond 2^53 may have lost digits."""
    if given.dtype.is_integer():
        return given.cast(pl.Int64, strict=False)
    exact = given.cast(pl.Float64).abs() <= _EXACT
    whole = given.cast(pl.Float64).round() == given.cast(pl.Float64)
    return given.cast(pl.Int64, strict=False).zip_with(exact & whole, pl.Series([None], dtype=pl.Int64))


_EXACT: Final = 2**53


def _whole(word: str) -> str | None:
    found = pl.Series([word]).cast(pl.Int64, strict=False)[0]
    return None if found is None else str(found)


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

"""Words of a column: each distinct text is mapped once, rows get its code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from slmdsl.base.globs import Glob
from slmdsl.events.columns import Coded
from slmdsl.events.vocabulary import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from slmdsl.contract.model.sources import Column, ValueMap
    from slmdsl.events.columns import Int32

IGNORED = -2
"""The code of a value whose rows are dropped on purpose; codes below it are refusals (see `WordColumn.reason`)."""

REST = "*"


@dataclass(slots=True, eq=False)
class Dictionary:
    """The words of one kind (services, priorities, ...) that several columns and sources share, by code."""

    codes: dict[str, int] = field(default_factory=dict)

    def code(self, word: str) -> int:
        """Return the word's code, a new one where it is new."""
        return self.codes.setdefault(word, len(self.codes))

    def coded(self, codes: Int32) -> Coded:
        """Return a column over this dictionary."""
        return Coded(codes=codes, values=tuple(self.codes))


def text_of(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Return a column as text, or several joined by `/` (null where all are)."""
    parts = [_plain_text(frame.get_column(name)) for name in columns]
    if len(parts) == 1:
        return parts[0]
    named = pl.DataFrame([part.alias(str(place)) for place, part in enumerate(parts)])
    missing = named.select(pl.all_horizontal(pl.all().is_null())).to_series()
    joined = named.select(pl.concat_str(pl.all().fill_null(""), separator="/")).to_series()
    return joined.set(missing, None)


def _plain_text(column: pl.Series) -> pl.Series:
    """Return a column as text; whole numbers that a tool has stored as floats lose their `.0`."""
    if column.dtype == pl.String:
        return column
    if column.dtype.is_float():
        return column.cast(pl.String).str.strip_suffix(".0")
    return column.cast(pl.String)


class WordColumn:
    """One column's way from texts to codes.

    `accept` may change a mapped word, or refuse it by returning None; `known` are the words it accepts, for the
    reason. An empty cell, or one with a mark of `missing`, has no word; only a line of the map that names the mark
    itself (`"" P4`) gives it one.
    """

    def __init__(
        self,
        ours: str,
        column: Column,
        missing: Sequence[str],
        dictionary: Dictionary,
        accept: Callable[[str], str | None] | None = None,
    ) -> None:
        self.ours = ours
        self.column = column
        self.dictionary = dictionary
        self._missing = frozenset(missing) | {""}
        self._accept = accept
        self._cases = _cases(column.mapping)
        self._reasons: list[str] = []
        self._texts: list[str] = []
        self._outcomes = np.zeros(0, np.int32)
        self._kind = pl.Enum([])
        self._of_null = UNKNOWN if column.constant is not None else self._outcome("")

    def codes(self, frame: pl.DataFrame) -> Int32:
        """Return each row's code: a word's, UNKNOWN, IGNORED, or below that a refusal's."""
        if self.column.constant is not None:
            return np.full(frame.height, self._outcome(self.column.constant), np.int32)
        texts = text_of(frame, self.column.columns)
        coded = texts.cast(self._kind, strict=False)
        if coded.null_count() > texts.null_count():
            self._learn(texts.filter(coded.is_null() & texts.is_not_null()).unique().sort())
            coded = texts.cast(self._kind, strict=False)
        places = coded.to_physical().cast(pl.UInt32)
        if not places.null_count():
            return np.take(self._outcomes, places.to_numpy())
        outcomes = np.append(self._outcomes, np.int32(self._of_null))
        return np.take(outcomes, places.fill_null(len(self._outcomes)).to_numpy())

    def reason(self, code: int) -> str:
        """Say why a value was refused."""
        return self._reasons[IGNORED - 1 - code]

    def _learn(self, new: pl.Series) -> None:
        texts = new.to_list()
        self._texts += texts
        self._kind = pl.Enum(self._texts)
        self._outcomes = np.append(
            self._outcomes, np.array([self._outcome(text) for text in texts], np.int32)
        )

    def _outcome(self, text: str) -> int:
        word = self._mapped(text)
        if word is None:
            lost = text not in self._missing
            return self._refused(f"{self._named()}: no line matches {_quoted(text)}") if lost else UNKNOWN
        if word == "ignore" and self._cases is not None:
            return IGNORED
        accepted = self._accept(word) if self._accept else word
        if accepted is None:
            return self._refused(f"{self._named()}: {_quoted(word)} is no {self.ours.replace('_', ' ')}")
        return self.dictionary.code(accepted)

    def _mapped(self, text: str) -> str | None:
        """Return the word that the map gives, None where no line matches."""
        missing = text in self._missing and self.column.constant is None
        if self._cases is None or self.column.constant is not None:
            return None if missing else text
        for pattern, matches, word in self._cases:
            if (pattern == text) if missing else matches(text):
                return word
        return None

    def _refused(self, reason: str) -> int:
        self._reasons.append(reason)
        return IGNORED - len(self._reasons)

    def _named(self) -> str:
        return (
            f"{self.ours} in {' + '.join(map(_quoted, self.column.columns))}"
            if self.column.columns
            else self.ours
        )


def _cases(mapping: ValueMap | None) -> list[tuple[str, Callable[[str], bool], str]] | None:
    if mapping is None:
        return None
    return [(pattern, Glob(pattern), word) for pattern, word, _ in mapping.cases]


def _quoted(text: str) -> str:
    shown = text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004 - what fits in a table's cell
    return f'"{shown}"'


def among(words: Iterable[str]) -> Callable[[str], str | None]:
    """Accept only these words."""
    known = frozenset(words)
    return lambda word: word if word in known else None

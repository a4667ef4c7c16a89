"""Times of a column: text by format or ISO 8601, or stored instants, become UTC microseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from slmdsl.base.units import EARLIEST_US, LATEST_US, NO_TIME, to_us
from slmdsl.ingest.codes import BAD_FORMAT, NO_ZONE, WRONG_TYPE
from slmdsl.ingest.limits import IngestError
from slmdsl.ingest.words import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slmdsl.contract.model.sources import Column
    from slmdsl.events.columns import Int8, Int64

_DATA = "data"
_NAIVE = pl.Datetime("us")
_AWARE = pl.Datetime("us", "UTC")

# Python's directives that mean the same to polars (chrono); others are left to Python, one distinct text at a time.
_SHARED = frozenset("YmdHMSybBpIjz%")
_OFFSET = r"\s*(?:Z|z|[+-]\d{2}(?::?\d{2})?)$"
_ISO_OFFSET = r"^(\d{4}-\d{2}-\d{2}[T ].*?)" + _OFFSET
_DAY = "%Y-%m-%d"
_ISO = (*(f"{_DAY}{mark}{clock}" for clock in ("%H:%M:%S%.f", "%H:%M") for mark in "T "), _DAY)
_TRIED = 1_000


class Trouble(IntEnum):
    """What may be wrong with a time."""

    NONE = 0
    UNREADABLE = 1
    NO_SUCH_TIME = 2
    NO_ZONE = 3
    OUT_OF_RANGE = 4


class TimeColumn:
    """One column's way to instants. `zone` is an IANA name, or `data`: the offsets in the data are believed.

    A named zone reads wall times in it, and overrides offsets written in text. Instants that a file stores as
    such (parquet timestamps with a zone) are believed in either case.
    """

    def __init__(self, ours: str, column: Column, zone: str, missing: Sequence[str]) -> None:
        self.ours = ours
        self.column = column
        self._zone = zone
        self._missing = [mark for mark in missing if mark]
        self._check_zone()
        self._check_format()

    def read(self, frame: pl.DataFrame) -> tuple[Int64, Int8]:
        """Return instants in microseconds, NO_TIME where missing or in trouble, and what the trouble is."""
        given = self._given(frame)
        if given.dtype == pl.Null:
            return np.full(len(given), NO_TIME, np.int64), np.zeros(len(given), np.int8)
        if given.dtype == pl.String:
            return self._of_text(given)
        if given.dtype == pl.Date:
            given = given.cast(_NAIVE)
        if given.dtype != pl.Datetime:
            message = f'`{self.ours}`: "{given.name}" holds {given.dtype}, not times'
            raise IngestError([WRONG_TYPE.at(self.column.span, message)])
        if given.dtype.time_zone is not None:  # type: ignore[attr-defined]  # polars types classes and instances alike
            return self._checked(given.dt.timestamp("us"), given.is_not_null(), None)
        return self._of_naive(given, given.is_not_null(), None)

    def reason(self, trouble: int) -> str:
        """Say why a time was refused."""
        how = f"as {self.column.format}" if self.column.format else "as a time such as 2027-03-31T17:30:00"
        return {
            Trouble.UNREADABLE: f"{self.ours} cannot be read {how}",
            Trouble.NO_SUCH_TIME: f"{self.ours} is a local time that does not exist in {self._zone}",
            Trouble.NO_ZONE: f"{self.ours} has no offset, and the source says `timezone from data`",
            Trouble.OUT_OF_RANGE: f"{self.ours} lies outside 1900 .. 2199",
        }[Trouble(trouble)]

    def _given(self, frame: pl.DataFrame) -> pl.Series:
        column = self.column
        if column.constant is not None:
            return pl.Series("constant", [column.constant] * frame.height, dtype=pl.String)
        if len(column.columns) == 1:
            only = frame.get_column(column.columns[0])
            if only.dtype.is_temporal() or only.dtype == pl.Null:
                return only
            if only.dtype != pl.String and not column.format:
                return only
        return text_of(frame, column.columns)

    def _of_text(self, given: pl.Series) -> tuple[Int64, Int8]:
        texts = given.str.strip_chars()
        blank = (texts == "") | texts.is_in(self._missing) if self._missing else texts == ""
        if blank.any():
            texts = texts.set(blank.fill_null(value=False), None)
        if self.column.format is not None:
            return self._of_format(texts, self.column.format)
        return self._of_iso(texts)

    def _of_format(self, texts: pl.Series, written: str) -> tuple[Int64, Int8]:
        filled = texts.is_not_null()
        if "%z" not in written:
            naive = _parsed(texts, written, _NAIVE)
            return self._of_naive(naive, filled, None)
        if self._zone == _DATA:
            return self._checked(_parsed(texts, written, _AWARE).dt.timestamp("us"), filled, None)
        if written.endswith("%z"):
            stripped = texts.str.replace(_OFFSET, "")
            return self._of_naive(
                _parsed(stripped, written.removesuffix("%z").rstrip(), _NAIVE), filled, None
            )
        walls = _by_python(texts, lambda text: datetime.strptime(text, written).replace(tzinfo=None), _NAIVE)  # noqa: DTZ007 - its wall time is wanted
        return self._of_naive(walls, filled, None)

    def _of_iso(self, texts: pl.Series) -> tuple[Int64, Int8]:
        filled = texts.is_not_null()
        if self._zone != _DATA:
            walls = texts.str.replace(_ISO_OFFSET, "$1") if _some_offset(texts) else texts
            return self._of_naive(_iso(walls, "", _NAIVE), filled, None)
        aware = _iso(texts, "%#z", _AWARE)
        lost = filled & aware.is_null()
        zoneless = _iso(texts.filter(lost), "", _NAIVE).is_not_null() if lost.any() else None
        places = None if zoneless is None else np.flatnonzero(lost.to_numpy())[zoneless.to_numpy()]
        return self._checked(aware.dt.timestamp("us"), filled, places)

    def _of_naive(self, walls: pl.Series, filled: pl.Series, zoneless: Int64 | None) -> tuple[Int64, Int8]:
        """Read wall times in the named zone: the first of two, none where the clock skips."""
        if self._zone == _DATA:
            zoneless = np.flatnonzero(walls.is_not_null().to_numpy())
            nothing = pl.Series([None] * len(walls), dtype=pl.Int64)
            return self._checked(nothing, filled, zoneless)
        if self._zone == "UTC":
            return self._checked(walls.dt.timestamp("us"), filled, zoneless)
        zoned = walls.dt.replace_time_zone(self._zone, ambiguous="earliest", non_existent="null")
        instants, troubles = self._checked(zoned.dt.timestamp("us"), filled, zoneless)
        if zoned.null_count() > walls.null_count():
            skipped = zoned.is_null() & walls.is_not_null()
            troubles[skipped.to_numpy()] = Trouble.NO_SUCH_TIME
        return instants, troubles

    def _checked(self, instants: pl.Series, filled: pl.Series, zoneless: Int64 | None) -> tuple[Int64, Int8]:
        """Return the instants with the trouble of those that are filled and yet not read."""
        troubles = np.zeros(len(instants), np.int8)
        if instants.null_count():
            troubles[(filled & instants.is_null()).to_numpy()] = Trouble.UNREADABLE
        found = instants.fill_null(NO_TIME).to_numpy(writable=True)
        if zoneless is not None:
            troubles[zoneless] = Trouble.NO_ZONE
        if len(found) and (found.max() >= LATEST_US or found.min() < EARLIEST_US):
            beyond = (found != NO_TIME) & ((found < EARLIEST_US) | (found >= LATEST_US))
            troubles[beyond] = Trouble.OUT_OF_RANGE
            found[beyond] = NO_TIME
        return found, troubles

    def _check_zone(self) -> None:
        if self._zone == _DATA:
            return
        try:
            pl.Series([datetime(2000, 1, 1)], dtype=_NAIVE).dt.replace_time_zone(self._zone)  # noqa: DTZ001
        except pl.exceptions.PolarsError as unknown:
            message = f"no time zone is called `{self._zone}`"
            raise IngestError([NO_ZONE.at(self.column.span, message)]) from unknown

    def _check_format(self) -> None:
        written = self.column.format
        if written is None:
            return
        year = re.search(r"%[YyGcxDF]", written)
        probe = datetime(2001, 2, 3, 4, 5, 6)  # noqa: DTZ001 - only its text is used
        try:
            datetime.strptime(probe.strftime(written.replace("%z", "+0000")), written)  # noqa: DTZ007
        except ValueError as wrong:
            message = f"`{written}` is no time format: {wrong}"
            raise IngestError([BAD_FORMAT.at(self.column.span, message)]) from wrong
        if year is None:
            message = f"`{written}` has no year"
            raise IngestError([BAD_FORMAT.at(self.column.span, message)])


def _some_offset(texts: pl.Series) -> bool:
    return bool(texts.str.contains(_ISO_OFFSET).any())


def _parsed(texts: pl.Series, written: str, kind: pl.Datetime) -> pl.Series:
    """Parse by polars where it reads the format as Python does, and by Python what is left."""
    directives = set(re.findall(r"%(.)", written.replace(".%f", "")))
    aware = kind.time_zone is not None

    def by_python(text: str) -> datetime:
        return datetime.strptime(text, written)  # noqa: DTZ007 - a format without %z is read in the source's zone

    if not directives <= _SHARED:
        return _by_python(texts, by_python, kind)
    quick = texts.str.strptime(kind, written.replace(".%f", "%.f"), strict=False)
    if aware:
        quick = quick.dt.convert_time_zone("UTC")
    return _rest(texts, quick, by_python, kind)


def _iso(texts: pl.Series, offset: str, kind: pl.Datetime) -> pl.Series:
    """Parse ISO 8601 by its usual forms, one after the other on what is left, and by Python what remains."""
    found = pl.Series(texts.name, [None] * len(texts), dtype=kind)
    for form in _ISO:
        left = found.is_null() & texts.is_not_null()
        if not left.any():
            return found
        if offset and form == _DAY:
            continue
        some = texts if left.all() else texts.set(~left, None)
        found = _either(found, some.str.strptime(kind, form + offset, strict=False))

    def by_python(text: str) -> datetime:
        read = datetime.fromisoformat(text)
        if (read.tzinfo is None) == (kind.time_zone is not None):
            raise ValueError(text)
        return read

    return _rest(texts, found, by_python, kind)


def _either(first: pl.Series, second: pl.Series) -> pl.Series:
    if first.null_count() == len(first):
        return second
    return first.zip_with(first.is_not_null(), second)


def _rest(
    texts: pl.Series, found: pl.Series, parse: Callable[[str], datetime], kind: pl.Datetime
) -> pl.Series:
    """Parse what is not found yet by Python."""
    if found.null_count() == texts.null_count():
        return found
    return _either(found, _by_python(texts.set(found.is_not_null(), None), parse, kind))


def _by_python(texts: pl.Series, parse: Callable[[str], datetime], kind: pl.Datetime) -> pl.Series:
    """Parse each distinct text once; gives up when none of the first thousand can be read."""
    distinct = texts.drop_nulls().unique().sort().to_list()
    read: dict[str, int] = {}
    for number, text in enumerate(distinct):
        if number == _TRIED and not read:
            break
        try:
            instant = parse(text)
        except (ValueError, OverflowError):
            continue
        read[text] = to_us(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
    if not read:
        return pl.Series(texts.name, [None] * len(texts), dtype=kind)
    codes = texts.replace_strict(list(read), list(read.values()), default=None, return_dtype=pl.Int64)
    return codes.cast(_NAIVE).dt.replace_time_zone("UTC") if kind.time_zone else codes.cast(_NAIVE)

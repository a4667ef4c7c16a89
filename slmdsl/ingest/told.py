"""What one source tells of its tickets: one entry per ticket, and the events between its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import polars as pl

from slmdsl.base.units import NO_TIME
from slmdsl.events.vocabulary import UNKNOWN
from slmdsl.ingest.history import events_of, moves_to

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.contract.model.sources import SourcePlan
    from slmdsl.events.chains import EventRows
    from slmdsl.events.columns import Float64, Int32, Int64
    from slmdsl.ingest.ledger import Ledger
    from slmdsl.ingest.rows import Rows, Vocabulary

    Mask = npt.NDArray[np.bool_]

_Value = TypeVar("_Value", np.int32, np.int64, np.float64)

WORDS = ("kind", "service", "customer")
STARTING = ("priority", "group")
TIMES = ("opened", "responded", "resolved", "closed")
COUNTS = ("reopenings", "reassignments")

# A cell that is empty in the last row says that the ticket is not resolved any more; other facts stay known.
_WITHDRAWN = ("resolved", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Facts of k tickets from one source; a fact that it does not have is not a key.

    `row` is the last row of each ticket. `events` name tickets by their place here; None for a source of tickets.
    `rows_of` holds (ticket's place, row) of every row where tickets have several, for refusals; else None.
    """

    plan: SourcePlan
    ledger: Ledger
    ids: pl.Series
    row: Int32
    words: dict[str, Int32]
    fields: dict[str, Int32]
    times: dict[str, Int64]
    numbers: dict[str, Float64]
    events: EventRows | None = None
    rows_of: tuple[Int64, Int32] | None = None


def told_by(rows: Rows, ledger: Ledger, vocabulary: Vocabulary) -> Told:
    """Gather the rows of each ticket."""
    ids, place = by_ticket(rows.ids)
    if rows.plan.form == "tickets" and len(ids) == len(rows):
        return Told(
            plan=rows.plan,
            ledger=ledger,
            ids=ids,
            row=rows.row,
            words=rows.words,
            fields=rows.fields,
            times=rows.times,
            numbers=rows.numbers,
        )
    return _gathered(rows, ids, place, ledger, vocabulary)


def by_ticket(ids: pl.Series) -> tuple[pl.Series, Int64]:
    """Return the distinct ids in order of appearance, and each row's place among them."""
    alone = np.arange(len(ids), dtype=np.int64)
    if (ids.slice(1) > ids.head(max(len(ids) - 1, 0))).all() or ids.hash().n_unique() == len(ids):
        return ids, alone
    distinct = ids.unique(maintain_order=True)
    return distinct, places_in(ids, distinct)


def places_in(ids: pl.Series, distinct: pl.Series) -> Int64:
    """Return the place of each id among distinct ones, -1 where it is missing or not there."""
    coded = ids.cast(pl.Enum(distinct), strict=False).to_physical().cast(pl.Int64)
    return coded.fill_null(-1).to_numpy(writable=True)


def _gathered(rows: Rows, ids: pl.Series, place: Int64, ledger: Ledger, vocabulary: Vocabulary) -> Told:
    order = _order(rows, place)
    gather = _Gather(place=place[order], row=rows.row[order], order=order, count=len(ids), ledger=ledger)
    times = {name: gather.time(rows.times[name], name) for name in TIMES if name in rows.times}
    events = None
    if rows.plan.form == "events":
        at_us = rows.times["at"][order]
        events = events_of(rows, order, gather.place, vocabulary)
        if "opened" not in times:
            times["opened"] = gather.first(at_us, np.ones(len(at_us), np.bool_), NO_TIME)
    last = np.zeros(len(ids), np.int32)
    last[gather.place] = gather.row
    words = {name: gather.word(rows.words[name], name) for name in WORDS if name in rows.words}
    for name in STARTING:
        if name in rows.words:
            codes = rows.words[name][order]
            words[name] = gather.first(codes, (codes >= 0) & ~moves_to(rows, name)[order], UNKNOWN)
    return Told(
        plan=rows.plan,
        ledger=ledger,
        ids=ids,
        row=last,
        words=words,
        fields={
            name: gather.last(codes[order], codes[order] >= 0, UNKNOWN) for name, codes in rows.fields.items()
        },
        times=times,
        numbers={
            name: gather.last(rows.numbers[name][order], ~np.isnan(rows.numbers[name][order]), np.nan)
            for name in COUNTS
            if name in rows.numbers
        },
        events=events,
        rows_of=(gather.place, gather.row),
    )


def _order(rows: Rows, place: Int64) -> Int64:
    """Return rows by ticket, time and, within an instant, by their own `seq` if they have one, else as they stand."""
    keys: list[npt.NDArray[np.signedinteger]] = [rows.row, *rows.wholes.values()]
    if "at" in rows.times:
        keys.append(rows.times["at"])
    return np.lexsort((*keys, place))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gather:
    """The rows of a source by ticket and time, to be brought down to one value per ticket."""

    place: Int64
    row: Int32
    order: Int64
    count: int
    ledger: Ledger

    def last(self, values: npt.NDArray[_Value], known: Mask, missing: float) -> npt.NDArray[_Value]:
        """Return each ticket's last known value."""
        found = np.full(self.count, missing, values.dtype)
        found[self.place[known]] = values[known]
        return found

    def first(self, values: npt.NDArray[_Value], known: Mask, missing: float) -> npt.NDArray[_Value]:
        """Return each ticket's first known value."""
        found = np.full(self.count, missing, values.dtype)
        found[self.place[known][::-1]] = values[known][::-1]
        return found

    def word(self, codes: Int32, name: str) -> Int32:
        """Return each ticket's last known word; rows that say otherwise are contradicted."""
        ordered = codes[self.order]
        return self._settled(ordered, ordered >= 0, UNKNOWN, name)

    def time(self, column: Int64, name: str) -> Int64:
        """Return each ticket's instant; one that the last row does not have any more is withdrawn."""
        ordered = column[self.order]
        if name not in _WITHDRAWN:
            return self._settled(ordered, ordered != NO_TIME, NO_TIME, name)
        every = np.ones(len(ordered), np.bool_)
        final = self.last(ordered, every, NO_TIME)
        self._contradict((ordered != NO_TIME) & (ordered != final[self.place]), name)
        return final

    def _settled(
        self, ordered: npt.NDArray[_Value], known: Mask, missing: int, name: str
    ) -> npt.NDArray[_Value]:
        final = self.last(ordered, known, missing)
        self._contradict(known & (ordered != final[self.place]), name)
        return final

    def _contradict(self, wrong: Mask, name: str) -> None:
        """Write one row for each ticket whose rows differ."""
        if wrong.any():
            _, firsts = np.unique(self.place[wrong], return_index=True)
            reason = f"`{name}` differs between the ticket's rows; the last is believed"
            self.ledger.contradict(self.row[wrong][firsts], reason)

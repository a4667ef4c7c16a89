"""The rows of a source as coded columns, whatever their form; the rows that cannot be taken go to the ledger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from os import cpu_count
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import polars as pl

from slmdsl.base.globs import Glob
from slmdsl.base.units import NO_TIME, duration_us
from slmdsl.events.vocabulary import EVENT_TYPE_OF, PHASE_OF, ROLE_OF, UNKNOWN
from slmdsl.ingest.files import opened
from slmdsl.ingest.instants import TimeColumn
from slmdsl.ingest.ledger import Ledger
from slmdsl.ingest.limits import LIMITS
from slmdsl.ingest.numbers import ABSENT, IGNORE, WRONG, NumberColumn, WholeColumn
from slmdsl.ingest.words import IGNORED, Dictionary, WordColumn, among, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    import numpy.typing as npt

    from slmdsl.contract.model.sources import Column, SourcePlan
    from slmdsl.events.columns import Float64, Int32, Int64
    from slmdsl.ingest.batches import Batch
    from slmdsl.ingest.limits import Limits

_Value = TypeVar("_Value", np.int32, np.int64, np.float64)

_TIMES = ("opened", "responded", "resolved", "closed", "at", "start", "end", "announced")
_NUMBERS = ("score", "share", "reopenings", "reassignments")
_WHOLES = ("seq",)

_NEEDED = {
    "tickets": ("opened",),
    "events": ("at",),
    "samples": ("at", "service"),
    "outages": ("start", "service"),
    "feedback": ("at", "score"),
}

_TRUTHS = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}


@dataclass(slots=True, eq=False)
class Vocabulary:
    """The dictionaries that the sources of one log share, and the words that they accept."""

    kinds: frozenset[str]
    teams: Mapping[str, tuple[str, ...]]
    dictionaries: dict[str, Dictionary] = field(default_factory=dict)
    strange_groups: set[str] = field(default_factory=set)

    def dictionary(self, name: str) -> Dictionary:
        """Return the dictionary of a fact, or of a field (`field:site`)."""
        if name not in self.dictionaries:
            self.dictionaries[name] = _preset(name)
        return self.dictionaries[name]

    def accept(self, name: str) -> Callable[[str], str | None] | None:
        """Return what a fact's words must pass."""
        closed: dict[str, Callable[[str], str | None]] = {
            "kind": among(self.kinds),
            "state": among(PHASE_OF),
            "type": among(EVENT_TYPE_OF),
            "actor_role": among(ROLE_OF),
            "public": _truth,
            "planned": _truth,
            "group": self._team,
            "data_loss": _length,
        }
        return closed.get(name)

    def _team(self, group: str) -> str:
        """Return the team that a group is known as; a strange name stays and is noted."""
        if not self.teams or group in self.teams:
            return group
        for team, patterns in self.teams.items():
            if any(Glob(pattern)(group) for pattern in patterns):
                return team
        self.strange_groups.add(group)
        return group


def _preset(name: str) -> Dictionary:
    """Return a dictionary whose codes are those of a closed set."""
    sets: dict[str, Mapping[str, int]] = {
        "state": PHASE_OF,
        "type": EVENT_TYPE_OF,
        "actor_role": ROLE_OF,
        "public": {"false": 0, "true": 1},
        "planned": {"false": 0, "true": 1},
    }
    return Dictionary({word: int(code) for word, code in sets.get(name, {}).items()})


def _length(word: str) -> str | None:
    return None if duration_us(word) is None else word


def _truth(word: str) -> str | None:
    return _TRUTHS.get(word.lower())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows taken from a source: `words` and `fields` hold codes, `times` microseconds, `numbers` floats (NaN missing).

    `wholes` hold whole numbers, none of them missing.

    A fact that the source does not have is not a key. `ids` is empty where the source names no tickets.
    """

    plan: SourcePlan
    row: Int32
    ids: pl.Series
    words: dict[str, Int32]
    fields: dict[str, Int32]
    times: dict[str, Int64]
    numbers: dict[str, Float64]
    wholes: dict[str, Int64]

    def __len__(self) -> int:
        return len(self.row)


class RowReader:
    """All columns of a source, ready to read batch by batch."""

    def __init__(self, plan: SourcePlan, vocabulary: Vocabulary, pool: Executor) -> None:
        self.plan = plan
        self._pool = pool
        facts = dict(plan.facts)
        self.ticket: Column | None = facts.pop("ticket", None)
        self.times = {n: TimeColumn(n, c, plan.zone, plan.missing) for n, c in facts.items() if n in _TIMES}
        self.numbers = {n: NumberColumn(n, c, plan.missing) for n, c in facts.items() if n in _NUMBERS}
        self.numbers |= {f"metric:{n}": NumberColumn(n, c, plan.missing) for n, c in plan.metrics.items()}
        for name, column in zip(("events_good", "events_all"), plan.events_good or (), strict=False):
            self.numbers[f"metric:{name}"] = NumberColumn(name, column, plan.missing)
        self.wholes = {n: WholeColumn(n, c, plan.missing) for n, c in facts.items() if n in _WHOLES}
        named = {n: c for n, c in facts.items() if n not in {*_TIMES, *_NUMBERS, *_WHOLES}}
        named |= {f"field:{n}": c for n, c in plan.fields.items()}
        self.words = {
            name: WordColumn(
                name.removeprefix("field:"),
                column,
                plan.missing,
                vocabulary.dictionary(name),
                vocabulary.accept(name),
            )
            for name, column in named.items()
        }

    def read(self, batch: Batch, ledger: Ledger) -> Rows:
        """Take the rows of a batch; write what is ignored and refused."""
        frame, count = batch.frame, len(batch.rows)
        ledger.rows_in += count + len(batch.broken)
        for row, reason in batch.broken:
            ledger.refuse([row], reason)
        sieve = _Sieve(batch.rows, ledger)
        # polars lets other threads run while it looks texts up, so the columns share the processors.
        coded = self._pool.map(lambda column: column.codes(frame), self.words.values())
        words = dict(zip(self.words, coded, strict=True))
        numbers = {name: column.read(frame) for name, column in self.numbers.items()}
        wholes = {name: column.read(frame) for name, column in self.wholes.items()}
        times = {name: column.read(frame) for name, column in self.times.items()}
        for name, codes in words.items():
            sieve.ignore(codes == IGNORED, f"{name.removeprefix('field:')} is to be ignored")
        for name, (_, state) in numbers.items():
            sieve.ignore(state == IGNORE, f"{name.removeprefix('metric:')} is to be ignored")
        for name, (_, state) in wholes.items():
            sieve.ignore(state == IGNORE, f"{name} is to be ignored")
        ids = self._ids(frame, sieve)
        for name, codes in words.items():
            sieve.refuse_by(codes, codes < IGNORED, self.words[name].reason)
        for name, (_, trouble) in times.items():
            sieve.refuse_by(trouble, trouble > 0, self.times[name].reason)
        for name, (_, state) in numbers.items():
            sieve.refuse(state == WRONG, self.numbers[name].reason())
        for name, (_, state) in wholes.items():
            sieve.refuse_by(state, (state == ABSENT) | (state == WRONG), self.wholes[name].reason)
        self._check_needed(words, times, numbers, sieve)
        keep = sieve.kept()
        return Rows(
            plan=self.plan,
            row=_pick(batch.rows, keep),
            ids=ids if keep is None or not len(ids) else ids.filter(pl.Series(keep)),
            words={n: _pick(codes, keep) for n, codes in words.items() if not n.startswith("field:")},
            fields={n[6:]: _pick(codes, keep) for n, codes in words.items() if n.startswith("field:")},
            times={name: _pick(found, keep) for name, (found, _) in times.items()},
            numbers={name: _pick(found, keep) for name, (found, _) in numbers.items()},
            wholes={name: _pick(found, keep) for name, (found, _) in wholes.items()},
        )

    def _ids(self, frame: pl.DataFrame, sieve: _Sieve) -> pl.Series:
        """Return the tickets' ids. A row of tickets or events without one is refused."""
        if self.ticket is None:
            return pl.Series("ticket", [], dtype=pl.String)
        ids = text_of(frame, self.ticket.columns).alias("ticket")
        absent = ids.is_in(["", *self.plan.missing]) if self.plan.missing else ids == ""
        if absent.any():
            ids = ids.set(absent.fill_null(value=False), None)
        if ids.null_count() and self.plan.form in ("tickets", "events"):
            sieve.refuse(ids.is_null().to_numpy(), "ticket is missing")
        return ids

    def _check_needed(
        self,
        words: Mapping[str, Int32],
        times: Mapping[str, tuple[Int64, object]],
        numbers: Mapping[str, tuple[Float64, object]],
        sieve: _Sieve,
    ) -> None:
        for name in _NEEDED[self.plan.form]:
            if name in times:
                sieve.refuse(times[name][0] == NO_TIME, f"{name} is missing")
            elif name in words:
                sieve.refuse(words[name] == UNKNOWN, f"{name} is missing")
            elif name in numbers:
                sieve.refuse(np.isnan(numbers[name][0]), f"{name} is missing")
        if self.plan.form == "samples" and numbers:
            empty = np.logical_and.reduce([np.isnan(found) for found, _ in numbers.values()])
            sieve.refuse(empty, "it has no value")
        if self.plan.form == "outages" and "end" in times:
            start, end = times["start"][0], times["end"][0]
            sieve.refuse((end < start) & (end != NO_TIME), "it ends before it starts")
        if self.plan.form == "events" and "type" in words:
            waived = words["type"] == EVENT_TYPE_OF["waive"]
            for name, what in (("reason", "a reason"), ("actor", "who approved it")):
                named = words.get(name, np.full(len(waived), UNKNOWN, np.int32))
                sieve.refuse(waived & (named == UNKNOWN), f"a waiver needs {what}")
        if "share" in numbers:
            share = numbers["share"][0]
            sieve.refuse((share < 0) | (share > 1), "share lies outside 0 .. 1")


class _Sieve:
    """Which rows of a batch are still to be taken; a row is ignored or refused once, for its first reason."""

    def __init__(self, rows: Int32, ledger: Ledger) -> None:
        self._rows = rows
        self._ledger = ledger
        self._keep: npt.NDArray[np.bool_] | None = None

    def ignore(self, found: npt.NDArray[np.bool_], reason: str) -> None:
        """Drop these rows on purpose."""
        if (fresh := self._fresh(found)) is not None:
            self._ledger.ignore(int(fresh.sum()), reason)

    def refuse(self, found: npt.NDArray[np.bool_], reason: str) -> None:
        """Refuse these rows for one reason."""
        if (fresh := self._fresh(found)) is not None:
            self._ledger.refuse(self._rows[fresh], reason)

    def refuse_by(
        self, codes: npt.NDArray[np.integer], found: npt.NDArray[np.bool_], reason: Callable[[int], str]
    ) -> None:
        """Refuse these rows, each for the reason of its code."""
        if (fresh := self._fresh(found)) is None:
            return
        places = np.flatnonzero(fresh)
        places = places[np.argsort(codes[places], kind="stable")]
        for some in np.split(places, np.flatnonzero(np.diff(codes[places])) + 1):
            if len(some):
                self._ledger.refuse(self._rows[some], reason(int(codes[some[0]])))

    def kept(self) -> npt.NDArray[np.bool_] | None:
        """Return which rows are left, None for all."""
        return self._keep

    def _fresh(self, found: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_] | None:
        if not found.any():
            return None
        if self._keep is None:
            self._keep = np.ones(len(found), np.bool_)
        fresh: npt.NDArray[np.bool_] = found & self._keep
        self._keep &= ~found
        return fresh


def _pick(column: npt.NDArray[_Value], keep: npt.NDArray[np.bool_] | None) -> npt.NDArray[_Value]:
    return column if keep is None else column[keep]


def read_rows(
    plan: SourcePlan,
    root: Path,
    vocabulary: Vocabulary,
    *,
    limits: Limits = LIMITS,
    progress: Callable[[str, float], None] | None = None,
) -> tuple[Rows, Ledger]:
    """Read a whole source. Raises IngestError where it cannot be read at all."""
    ledger = Ledger(source=plan.name, file=plan.path)
    parts: list[Rows] = []
    with ThreadPoolExecutor(cpu_count()) as pool, opened(plan, root, limits) as file:
        reader = RowReader(plan, vocabulary, pool)
        for batch in file.batches:
            parts.append(reader.read(batch, ledger))
            if progress is not None:
                progress(plan.name, batch.share)
    return _joined(plan, parts, reader), ledger


def _joined(plan: SourcePlan, parts: Sequence[Rows], reader: RowReader) -> Rows:
    """Join the batches column by column, letting go of each as it is joined, so that memory holds them once."""
    words = [name for name in reader.words if not name.startswith("field:")]
    fields = [name[6:] for name in reader.words if name.startswith("field:")]
    ids = [part.ids for part in parts]
    return Rows(
        plan=plan,
        row=_concat([part.row for part in parts], np.int32),
        ids=pl.concat(ids) if ids else pl.Series("ticket", [], dtype=pl.String),
        words={name: _concat([part.words.pop(name) for part in parts], np.int32) for name in words},
        fields={name: _concat([part.fields.pop(name) for part in parts], np.int32) for name in fields},
        times={name: _concat([part.times.pop(name) for part in parts], np.int64) for name in reader.times},
        numbers={
            name: _concat([part.numbers.pop(name) for part in parts], np.float64) for name in reader.numbers
        },
        wholes={name: _concat([part.wholes.pop(name) for part in parts], np.int64) for name in reader.wholes},
    )


def _concat(parts: Sequence[npt.NDArray[_Value]], kind: type[_Value]) -> npt.NDArray[_Value]:
    return np.concatenate(parts) if parts else np.zeros(0, kind)

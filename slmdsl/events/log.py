"""The event log: what happened, or what was simulated, as coded columns.

Strings are held once, in dictionaries; a column is an array of small integers. Events of a ticket are a linked
chain in time order, so that a simulator can append them in processing order and nothing is ever sorted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from slmdsl.base.units import NO_TIME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import numpy.typing as npt
    import polars as pl

    Int64 = npt.NDArray[np.int64]
    Int32 = npt.NDArray[np.int32]
    Int8 = npt.NDArray[np.int8]
    Float64 = npt.NDArray[np.float64]


class Labels(Protocol):
    """The ids of a log's tickets, by row: a tuple of strings, a polars series, or made on demand."""

    def __len__(self) -> int: ...
    def __getitem__(self, row: int, /) -> str: ...
    def __iter__(self) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A column of words: `codes[i]` is the place of row i's word in `values`, or UNKNOWN (-1)."""

    codes: Int32
    values: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def word(self, row: int) -> str | None:
        """Return row's word, or None where it is missing."""
        code = int(self.codes[row])
        return None if code < 0 else self.values[code]

    @classmethod
    def unknown(cls, rows: int) -> Coded:
        """Return a column of `rows` missing words."""
        return cls(codes=np.full(rows, -1, np.int32), values=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets:
    """The facts of n tickets. Times are UTC microseconds, NO_TIME where missing.

    `priority` and `group` are those at opening, before the first event that changes them. `fields` holds every
    further column, as known last.
    `first_event[i]` is the row in `Events` of ticket i's first event, -1 if it has none.
    """

    ids: Labels
    kind: Coded
    service: Coded
    priority: Coded
    customer: Coded
    group: Coded
    opened_us: Int64
    responded_us: Int64
    resolved_us: Int64
    closed_us: Int64
    reopenings: Int32
    reassignments: Int32
    first_event: Int64
    fields: Mapping[str, Coded] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.opened_us)

    @classmethod
    def empty(cls) -> Tickets:
        """Return no tickets."""
        words, times, counts = Coded.unknown(0), np.zeros(0, np.int64), np.zeros(0, np.int32)
        return cls(
            ids=(),
            kind=words,
            service=words,
            priority=words,
            customer=words,
            group=words,
            opened_us=times,
            responded_us=times,
            resolved_us=times,
            closed_us=times,
            reopenings=counts,
            reassignments=counts,
            first_event=times,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """m events. `next_event[j]` is the ticket's next event in time order, -1 after the last.

    A chain's order is (at, seq, rank): the row order of the source decides where times tie, and the rank (stop,
    cancel, reset, pause, resume, start) where one row says several things. `phase`, `group`, `priority` are -1
    where the event does not change them; `priority` and `group` share the dictionaries of `Tickets`.
    """

    ticket: Int64
    next_event: Int64
    at_us: Int64
    seq: Int32
    type: Int8
    phase: Int8
    priority: Int32
    group: Int32
    actor: Coded
    actor_role: Int8
    public: Int8
    reason: Coded

    def __len__(self) -> int:
        return len(self.at_us)

    @classmethod
    def empty(cls) -> Events:
        """Return no events."""
        wide, narrow, tiny = np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int8)
        return cls(
            ticket=wide,
            next_event=wide,
            at_us=wide,
            seq=narrow,
            type=tiny,
            phase=tiny,
            priority=narrow,
            group=narrow,
            actor=Coded.unknown(0),
            actor_role=tiny,
            public=tiny,
            reason=Coded.unknown(0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Measured values of services' metrics, sorted by (service, metric, at). Up/down is metric `up`, 1 or 0.

    `hold_us` is how long each sample holds: HOLD_DEFAULT (three times the median gap of its series),
    HOLD_UNTIL_NEXT, or microseconds.
    """

    service: Coded
    metric: Coded
    at_us: Int64
    value: Float64
    hold_us: Int64

    def __len__(self) -> int:
        return len(self.at_us)

    @classmethod
    def empty(cls) -> Samples:
        """Return no samples."""
        wide, words = np.zeros(0, np.int64), Coded.unknown(0)
        return cls(service=words, metric=words, at_us=wide, value=np.zeros(0, np.float64), hold_us=wide)


LISTED = 10_000
"""How many refusals, and how many contradictions, of a source are listed one by one."""

HOLD_DEFAULT = -1
HOLD_UNTIL_NEXT = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outages:
    """Outages of services or components, half-open; `share` of users hit (1 = all). An open end is NO_TIME.

    `announced_us` is when a planned one was announced, NO_TIME where unknown.
    """

    service: Coded
    start_us: Int64
    end_us: Int64
    planned: Int8
    announced_us: Int64
    cause: Coded
    share: Float64

    def __len__(self) -> int:
        return len(self.start_us)

    @classmethod
    def empty(cls) -> Outages:
        """Return no outages."""
        wide, words = np.zeros(0, np.int64), Coded.unknown(0)
        return cls(
            service=words,
            start_us=wide,
            end_us=wide,
            planned=np.zeros(0, np.int8),
            announced_us=wide,
            cause=words,
            share=np.zeros(0, np.float64),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """Scores that customers gave, for a ticket (row in `Tickets`, -1 if none) of a service."""

    ticket: Int64
    service: Coded
    at_us: Int64
    score: Float64

    def __len__(self) -> int:
        return len(self.at_us)

    @classmethod
    def empty(cls) -> Feedback:
        """Return no feedback."""
        wide = np.zeros(0, np.int64)
        return cls(ticket=wide, service=Coded.unknown(0), at_us=wide, score=np.zeros(0, np.float64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A row of a source that was not taken, or was contradicted, and why.

    `row` counts data rows from 1 (header excluded) in the order of the file; 0 where no single row is meant.
    """

    source: str
    file: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many rows of a source met one fate for one reason. Unlike the listed refusals, tallies are complete."""

    source: str
    file: str
    fate: Literal["refused", "contradicted", "ignored", "unknown group"]
    reason: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What became of a source's rows: rows_in = rows_taken + rows_refused + rows_ignored."""

    source: str
    file: str
    rows_in: int
    rows_taken: int
    rows_ignored: int
    rows_refused: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventLog:
    """Everything that is known about what happened: tickets, events, samples, outages, feedback; and what was refused.

    Build one with `slmdsl.ingest` or `EventLog.from_frames`; simulated logs have the same form. The `*_columns`
    are the coded arrays; `tickets`, `events`, `samples`, `outages`, `feedback`, `refused`, `contradicted`,
    `tallied` are the same as polars frames, made when first asked for. `refusals` and `contradictions` list the
    first rows of each source (at most LISTED); `tallies` count them all.
    """

    ticket_columns: Tickets = field(default_factory=Tickets.empty)
    event_columns: Events = field(default_factory=Events.empty)
    sample_columns: Samples = field(default_factory=Samples.empty)
    outage_columns: Outages = field(default_factory=Outages.empty)
    feedback_columns: Feedback = field(default_factory=Feedback.empty)
    refusals: tuple[Refusal, ...] = ()
    contradictions: tuple[Refusal, ...] = ()
    tallies: tuple[Tally, ...] = ()
    intakes: tuple[Intake, ...] = ()
    _frames: dict[str, pl.DataFrame] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def from_frames(
        cls,
        tickets: object,
        events: object = None,
        *,
        samples: object = None,
        outages: object = None,
        feedback: object = None,
    ) -> EventLog:
        """Build a log from frames with the columns of the tables `tickets`, `events`, `samples`, `outages`, `feedback`.

        A frame is a polars frame, anything with an Arrow stream (pyarrow, pandas, DuckDB), or a dict of columns.
        `tickets` needs `ticket kind service priority opened`; its unknown columns become fields. `events` needs
        `ticket at type`. Naive datetimes are UTC. Facts and events are made consistent: the last resolved (closed)
        event beats a differing `resolved` (`closed`) column, which is listed in `contradictions`.

        Raises ValueError, naming the column, for a missing column, a wrong type, an unknown word, a ticket without
        id or `opened`, a ticket named twice, and an event of a ticket that is not there.

        >>> from datetime import datetime
        >>> one = {"ticket": ["A"], "kind": ["incident"], "service": ["email"], "priority": ["P1"]}
        >>> EventLog.from_frames(one | {"opened": [datetime(2027, 1, 4, 9)]}).tickets.height
        1
        """
        from slmdsl.events.from_frames import log_from_frames  # noqa: PLC0415 - polars is loaded when frames are

        return log_from_frames(tickets, events, samples=samples, outages=outages, feedback=feedback)

    @classmethod
    def from_parquet(cls, path: str | Path) -> EventLog:
        """Read a log that `to_parquet` wrote. Raises ValueError for any other file."""
        from slmdsl.events.parquet import read_log  # noqa: PLC0415 - polars is loaded when frames are

        return read_log(path)

    def to_parquet(self, path: str | Path) -> None:
        """Write the whole log to one parquet file; `slmdsl.events.parquet` says how other tools read it."""
        from slmdsl.events.parquet import write_log  # noqa: PLC0415 - polars is loaded when frames are

        write_log(self, path)

    @property
    def tickets(self) -> pl.DataFrame:
        """One row per ticket: the table `tickets`, with one text column for each field."""
        return self._frame("tickets")

    @property
    def events(self) -> pl.DataFrame:
        """One row per event, each ticket's in the order in which they apply: the table `events`."""
        return self._frame("events")

    @property
    def samples(self) -> pl.DataFrame:
        """One row per measured value: the table `samples`, with `hold`, how long it holds."""
        return self._frame("samples")

    @property
    def outages(self) -> pl.DataFrame:
        """One row per outage: the table `outages`."""
        return self._frame("outages")

    @property
    def feedback(self) -> pl.DataFrame:
        """One row per score: the table `feedback`."""
        return self._frame("feedback")

    @property
    def refused(self) -> pl.DataFrame:
        """The rows that were not taken: `source file row reason` (at most LISTED per source, see `tallied`)."""
        return self._frame("refused")

    @property
    def contradicted(self) -> pl.DataFrame:
        """The rows whose facts disagree with another: `source file row reason` (at most LISTED per source)."""
        return self._frame("contradicted")

    @property
    def tallied(self) -> pl.DataFrame:
        """How many rows were refused, contradicted or ignored, for each reason: `source file fate reason rows`."""
        return self._frame("tallied")

    def _frame(self, name: str) -> pl.DataFrame:
        from slmdsl.events.frames import frame_of  # noqa: PLC0415 - polars is loaded when frames are

        if name not in self._frames:
            self._frames[name] = frame_of(self, name)
        return self._frames[name]

    @property
    def last_us(self) -> int:
        """The last instant that the log knows of, NO_TIME if it is empty: the default `as of`."""
        columns = (
            self.ticket_columns.opened_us,
            self.ticket_columns.responded_us,
            self.ticket_columns.resolved_us,
            self.ticket_columns.closed_us,
            self.event_columns.at_us,
            self.sample_columns.at_us,
            self.outage_columns.start_us,
            self.outage_columns.end_us,
            self.feedback_columns.at_us,
        )
        return max((int(np.max(column)) for column in columns if len(column)), default=NO_TIME)

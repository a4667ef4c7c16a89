"""The columns of an event log: coded words, times, and the rows of tickets, events, samples, outages and feedback.

Strings are held once, in dictionaries; a column is an array of small integers. Events of a ticket are a linked
chain in time order, so that a simulator can append them in processing order and nothing is ever sorted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    Int64 = npt.NDArray[np.int64]
    Int32 = npt.NDArray[np.int32]
    Int8 = npt.NDArray[np.int8]
    Float64 = npt.NDArray[np.float64]

HOLD_DEFAULT = -1
HOLD_UNTIL_NEXT = 2**63 - 1


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


NO_TARGET = Coded.unknown(0)
"""What stands for the targets of events that name none."""


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
    where the event does not change them; `priority` and `group` share the dictionaries of `Tickets`. `target` is what a
    waiver is of; a missing word is all targets.
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
    target: Coded = NO_TARGET

    def __post_init__(self) -> None:
        if self.target is NO_TARGET:
            object.__setattr__(self, "target", Coded.unknown(len(self.at_us)))

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Outages:
    """Outages of services or components, half-open; `share` of users hit (1 = all). An open end is NO_TIME.

    `announced_us` is when a planned one was announced, `data_loss_us` how much of the latest work was lost (a length
    of time), both NO_TIME where unknown.
    """

    service: Coded
    start_us: Int64
    end_us: Int64
    planned: Int8
    announced_us: Int64
    cause: Coded
    share: Float64
    data_loss_us: Int64

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
            data_loss_us=wide,
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
